//! Everything that differs between one running server and another, as it was read.

use super::mode::Mode;
use crate::desk::DeskConfig;
use crate::limits::Limits;
use crate::openid::OpenIdConfig;
use crate::plaid::PlaidSettings;
use relink_backend::{Database, Merchant, Profile, Retention, Secret};
use relink_dashboard::Place;
use relink_hosted::Settings;
use relink_openid::Provider;
use relink_stripe::Url;
use std::path::PathBuf;
use std::time::Duration;

/// Where it listens, unless the environment says otherwise.
pub(super) const LISTEN: &str = "127.0.0.1:4050";
/// Where Stripe's API is, unless the environment says otherwise.
pub(super) const STRIPE_API: &str = "https://api.stripe.com";
/// Seconds that it still serves once it is asked to stop, unless the environment says otherwise.
pub(super) const DRAIN_SECONDS: u64 = 5;
/// The most.
pub(super) const MOST_DRAIN_SECONDS: u64 = 300;

/// Everything that differs between one running server and another.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen. Port 0 takes a free one.
    pub listen: String,
    /// Where browsers reach it: an origin. Tokens are good there only, and links lead there.
    pub origin: String,
    /// Whether the operator named that origin; otherwise it is the address that is listened on.
    pub is_origin_named: bool,
    /// Origins of pages that may call the relink API.
    pub allowed_origins: Vec<String>,
    /// What tokens and the database's secrets are sealed with.
    pub secret: Secret,
    /// The one before, or the one to come: what it sealed is opened.
    pub secret_previous: Option<Secret>,
    /// Whether there are real banks behind the keys.
    pub mode: Mode,
    /// What is no mistake in test mode and would be one in live mode, in a sentence each.
    pub would_stop_live: Vec<String>,
    /// As customers know the merchant.
    pub merchant: Merchant,
    /// The kinds of relink; the first is the one that accounts are judged for.
    pub profiles: Vec<Profile>,
    /// Stripe's API.
    pub stripe_api: Url,
    /// `sk_…` or `rk_…`
    pub stripe_secret_key: Secret,
    /// `pk_…`: public, goes to the browser.
    pub stripe_publishable_key: String,
    /// `whsec_…`
    pub stripe_webhook_secret: Secret,
    /// The previous one: its signatures are accepted.
    pub stripe_webhook_secret_previous: Option<Secret>,
    /// The header `Stripe-Version`.
    pub stripe_version: String,
    /// Whether customers agree to Stripe's text in the review.
    pub has_pre_collected_consent: bool,
    /// Plaid, where it is beside Stripe.
    pub plaid: Option<PlaidSettings>,
    /// Where the rows are.
    pub database: Database,
    /// The built widget, served below `/widget/`.
    pub widget_dir: Option<PathBuf>,
    /// Logos of banks, served below `/logos/`.
    pub bank_logos: Option<PathBuf>,
    /// Hosted relinks: email, webhook, policy.
    pub hosted: Settings,
    /// Where a weakness is reported: an address, for finders.
    pub security_contact: Option<String>,
    /// How long rows are kept.
    pub retention: Retention,
    /// The dashboard: where it is, and what it asks of staff.
    pub desk: DeskConfig,
    /// Where staff sign in who have no password here.
    pub openid: Option<OpenIdConfig>,
    /// How much may be asked for.
    pub limits: Limits,
    /// Whether the log is JSON.
    pub is_log_json: bool,
    /// Where Prometheus scrapes.
    pub metrics_listen: Option<String>,
    /// Where traces go.
    pub traces: Option<Url>,
    /// How long it still serves once it is asked to stop.
    pub drain: Duration,
}

impl Config {
    /// Where staff sign in who have no password here. Asks it nothing yet.
    pub(crate) fn provider(&self) -> Result<Option<Provider>, relink_openid::ClientError> {
        let origin = match &self.desk.place {
            Some(Place::Origin(origin)) => origin,
            Some(Place::Shared | Place::Listener) | None => &self.origin,
        };
        let provider = self.openid.as_ref().map(|openid| openid.provider(origin, self.mode == Mode::Live));
        provider.transpose().map(Option::flatten)
    }

    /// The same, now that it is known where it listens.
    pub fn listening_at(mut self, address: std::net::SocketAddr) -> Self {
        if !self.is_origin_named {
            self.origin = format!("http://{address}");
            self.hosted.link_base.clone_from(&self.origin);
        }
        self
    }
}
