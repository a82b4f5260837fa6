//! How a sandbox is set up.

use std::fmt;

/// The settings of one sandbox.
#[derive(Clone, PartialEq, Eq)]
pub struct Config {
    /// The merchant's own account, `acct_…`.
    pub account: String,
    /// The key that a backend must send.
    pub secret_key: String,
    /// The key that a page must pass to Stripe.js.
    pub publishable_key: String,
    /// The address of the merchant's webhook endpoint; without one, none are sent.
    pub webhook_url: Option<String>,
    /// The secret that signs webhooks.
    pub webhook_secret: String,
    /// The address of the mail server; port 0 takes a free one.
    pub smtp_listen: String,
    /// Ids and secrets are computed from it: the same seed gives the same sequence. A sandbox that restarts beside a
    /// merchant which still has the old ids needs another seed.
    pub seed: String,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            account: "acct_sandbox".into(),
            secret_key: "sk_test_sandbox".into(),
            publishable_key: "pk_test_sandbox".into(),
            webhook_url: None,
            webhook_secret: "whsec_sandbox".into(),
            smtp_listen: "127.0.0.1:0".into(),
            seed: "sandbox".into(),
        }
    }
}

impl fmt::Debug for Config {
    /// Omits the keys.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Config").field("webhook_url", &self.webhook_url).finish_non_exhaustive()
    }
}
