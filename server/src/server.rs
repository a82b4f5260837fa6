//! One running server: what every route gets. It knows no route.

use crate::config::Config;
use crate::files;
use crate::plaid::PlaidItems;
use crate::readiness::Readiness;
use relink_backend::{BuildError, Clock, Relink, Stripe};
use relink_hosted::{Hosted, Hosting, PostError};
use relink_openid::Provider;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// How long Stripe may take at the start to say whose key it is; where it takes longer, it is asked again later.
const PATIENCE: Duration = Duration::from_secs(3);

/// One running server; cloning shares it.
#[derive(Clone)]
pub struct Server {
    /// Hosted relinks, and the backend behind them.
    pub hosted: Hosted,
    /// As it was configured.
    pub config: Arc<Config>,
    /// Whether it is to be given requests.
    pub readiness: Arc<Readiness>,
    /// The items at Plaid, where it is configured.
    pub(crate) plaid: Option<Arc<PlaidItems>>,
    /// Where staff sign in who have no password here.
    pub(crate) provider: Option<Provider>,
}

/// Why it cannot start: the operator's to repair.
#[derive(Debug)]
pub enum StartError {
    /// The client for Stripe's API cannot be created.
    Stripe(relink_stripe::ClientError),
    /// The client of Plaid's API cannot be made.
    Plaid(relink_plaid::ClientError),
    /// The client of the OpenID provider cannot be made.
    Provider(relink_openid::ClientError),
    /// The outgoing connections cannot be set up: for example, the mail server's address is wrong.
    Post(PostError),
    /// The backend cannot be set up.
    Build(BuildError),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stripe(error) => error.fmt(f),
            Self::Plaid(error) => error.fmt(f),
            Self::Provider(error) => error.fmt(f),
            Self::Post(error) => error.fmt(f),
            Self::Build(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for StartError {}

impl Server {
    /// Opens the database, makes sure that it belongs to these keys, and gets everything ready. Stripe is asked whose key it
    /// is; one that does not answer is no reason not to start.
    pub async fn open(config: Config) -> Result<Self, StartError> {
        Self::build(config, None).await
    }

    /// The same by another clock than the system's.
    pub async fn open_at(config: Config, clock: Clock) -> Result<Self, StartError> {
        Self::build(config, Some(clock)).await
    }

    async fn build(config: Config, clock: Option<Clock>) -> Result<Self, StartError> {
        let stripe = Stripe::new(config.stripe_secret_key.clone(), config.stripe_publishable_key.clone())
            .map_err(StartError::Stripe)?
            .at(config.stripe_api.clone())
            .version(config.stripe_version.clone())
            .most_calls(config.limits.stripe_calls);
        let plaid = match &config.plaid {
            Some(settings) => {
                let own = || format!("{}/webhooks/plaid", config.origin);
                let client = settings.client().map_err(StartError::Plaid)?;
                Some(Arc::new(PlaidItems::new(client, settings.webhook.clone().unwrap_or_else(own))))
            }
            None => None,
        };
        let provider = config.provider().map_err(StartError::Provider)?;
        let mut hosted = config.hosted.clone();
        if let Some(address) = config.widget_dir.as_deref().and_then(files::address) {
            hosted.widget = address;
        }
        let hosting = Hosting::new(hosted).map_err(StartError::Post)?;
        let mut builder = Relink::builder()
            .stripe(stripe)
            .secret(config.secret.clone())
            .webhook_secret(config.stripe_webhook_secret.clone())
            .database(config.database.clone())
            .merchant(config.merchant.clone())
            .retention(config.retention)
            .return_origins(config.hosted.return_origins.iter().cloned().chain([config.origin.clone()]))
            .rate_limits(config.limits.rates)
            .pre_collected_consent(config.has_pre_collected_consent)
            .follower(Arc::new(hosting.clone()));
        if let Some(plaid) = &plaid {
            builder = builder.beside(plaid.clone());
        }
        if let Some(previous) = &config.secret_previous {
            builder = builder.secret_previous(previous.clone());
        }
        if let Some(previous) = &config.stripe_webhook_secret_previous {
            builder = builder.webhook_secret(previous.clone());
        }
        for profile in config.profiles.iter().cloned().chain(relink_hosted::profiles()) {
            builder = builder.profile(profile);
        }
        if let Some(clock) = clock {
            builder = builder.clock(clock);
        }
        let relink = builder.build().await.map_err(StartError::Build)?;
        match tokio::time::timeout(PATIENCE, relink.bind_account()).await {
            Ok(bound) => bound
                .map_err(|error| StartError::Build(BuildError::Store(error)))?
                .map_err(|not_ours| StartError::Build(BuildError::NotOurs(not_ours)))?,
            Err(_) => {
                tracing::warn!("Stripe takes too long to say whose key it is; the server asks again later")
            }
        }
        Ok(Self {
            hosted: hosting.with(relink),
            config: Arc::new(config),
            readiness: Arc::default(),
            plaid,
            provider,
        })
    }
}
