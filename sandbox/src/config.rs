//! How a sandbox is set up.

use std::fmt;

/// The settings of one sandbox.
#[derive(Clone, PartialEq, Eq)]
pub struct Config {
    /// The key that a backend must send.
    pub secret_key: String,
    /// The key that a page must pass to Stripe.js.
    pub publishable_key: String,
    /// Where webhooks go; none sends none.
    pub webhook_url: Option<String>,
    /// What webhooks are signed with.
    pub webhook_secret: String,
    /// Where mail is taken; port 0 takes a free one.
    pub smtp_listen: String,
    /// What ids and secrets follow from: one seed, one sequence. A sandbox that is started again beside a merchant
    /// that remembers ids needs another seed.
    pub seed: String,
}

impl Default for Config {
    fn default() -> Self {
        Self {
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
    /// Without the keys.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Config").field("webhook_url", &self.webhook_url).finish_non_exhaustive()
    }
}
