//! Plaid as it is configured, read from the environment.

use relink_plaid::{ClientError, Plaid, Url};
use relink_wire::Secret;

/// Plaid, as it was configured.
#[derive(Clone, Debug)]
pub struct PlaidSettings {
    /// What Plaid knows the merchant by.
    pub client_id: String,
    /// What proves it, in that environment.
    pub secret: Secret,
    /// Plaid's API.
    pub api: Url,
    /// Where Plaid's webhooks reach us, where it is not our own origin.
    pub webhook: Option<String>,
    /// Calls that are under way at once.
    pub calls: usize,
}

/// What is only read where there is a client id.
const OTHERS: [&str; 5] = [
    "RELINK_PLAID_SECRET",
    "RELINK_PLAID_ENVIRONMENT",
    "RELINK_PLAID_WEBHOOK_URL",
    "RELINK_PLAID_API_BASE",
    "RELINK_PLAID_CALLS",
];
/// The most calls at once that can be asked for.
const MOST_CALLS: usize = 100_000;

impl PlaidSettings {
    /// Reads them; nothing where Plaid is not used. What is wrong is added to `mistakes`, one sentence each. `is_live` says whether
    /// Stripe's keys are live: customers of one merchant are all real, or none is.
    pub(crate) fn read(
        get: impl Fn(&'static str) -> Option<String>,
        is_set: impl Fn(&'static str) -> bool,
        is_live: bool,
        mistakes: &mut Vec<String>,
    ) -> Option<Self> {
        let [secret, environment, webhook, api, calls] = OTHERS.map(&get);
        let Some(client_id) = get("RELINK_PLAID_CLIENT_ID") else {
            if !is_set("RELINK_PLAID_CLIENT_ID") {
                for name in OTHERS.into_iter().filter(|name| is_set(name)) {
                    mistakes.push(format!("{name} is set and RELINK_PLAID_CLIENT_ID is not."));
                }
            }
            return None;
        };
        for name in ["RELINK_PLAID_SECRET", "RELINK_PLAID_ENVIRONMENT"] {
            if !is_set(name) {
                mistakes.push(format!("{name} is not set; with RELINK_PLAID_CLIENT_ID it has to be."));
            }
        }
        let of = match environment.as_deref() {
            Some("sandbox") => Some(("https://sandbox.plaid.com", false)),
            Some("production") => Some(("https://production.plaid.com", true)),
            Some(_) => {
                mistakes.push("RELINK_PLAID_ENVIRONMENT must be sandbox or production.".into());
                None
            }
            None => None,
        };
        if of.is_some_and(|(_, is_production)| is_production != is_live) {
            mistakes.push(
                "RELINK_PLAID_ENVIRONMENT must be of the same mode as STRIPE_SECRET_KEY: sandbox with test keys, production with live ones."
                    .into(),
            );
        }
        let is_address = |text: &str| {
            Url::parse(text).is_ok_and(|url| {
                url.has_host() && (url.scheme() == "https" || (url.scheme() == "http" && !is_live))
            })
        };
        for (name, value) in [("RELINK_PLAID_WEBHOOK_URL", &webhook), ("RELINK_PLAID_API_BASE", &api)] {
            if value.as_deref().is_some_and(|text| !is_address(text)) {
                mistakes.push(format!("{name} must be an address; with live keys, https://."));
            }
        }
        let calls = match calls.map(|text| text.parse().ok().filter(|calls| (1..=MOST_CALLS).contains(calls)))
        {
            None => relink_plaid::MOST_CALLS,
            Some(Some(calls)) => calls,
            Some(None) => {
                mistakes.push("RELINK_PLAID_CALLS must be a number from 1 to 100000.".into());
                relink_plaid::MOST_CALLS
            }
        };
        let base = api.unwrap_or_else(|| of.map_or("https://sandbox.plaid.com", |(base, _)| base).into());
        let api = Url::parse(&base).ok()?;
        Some(Self { client_id, secret: Secret::new(secret.unwrap_or_default()), api, webhook, calls })
    }

    /// The client. Makes no connection yet.
    pub(crate) fn client(&self) -> Result<Plaid, ClientError> {
        let client = Plaid::new(self.api.clone(), self.client_id.clone(), self.secret.clone())?;
        Ok(client.most_calls(self.calls))
    }
}
