//! Stripe as a provider of bank links: what the status of its session means.

use crate::{NewSession, Stripe, StripeError, StripeSession};
use relink_account::{Provider, Standing};
use relink_wire::{FailureReason, RelinkResult};

impl Provider for Stripe {
    type Repair<'a> = NewSession<'a>;
    type Begun = StripeSession;
    /// `fcsess_…`
    type Case<'a> = &'a str;
    type Error = StripeError;

    async fn begin(&self, repair: &Self::Repair<'_>, key: &str) -> Result<StripeSession, StripeError> {
        self.create_session(repair, key).await
    }

    async fn standing(&self, id: &Self::Case<'_>) -> Result<Standing, StripeError> {
        self.session(id).await.map(StripeSession::standing)
    }
}

impl StripeSession {
    /// What its status and its result mean.
    pub fn standing(self) -> Standing {
        let told = self.relink_result.unwrap_or_default();
        match self.status.as_str() {
            "cancelled" => Standing::Cancelled,
            "failed" => {
                let failure_reason = told.failure_reason.clone().or(Some(FailureReason::Other));
                Standing::Failed(RelinkResult { failure_reason, ..told }, self.accounts)
            }
            // A reason of failure counts more than a status.
            "succeeded" if told.failure_reason.is_some() => Standing::Failed(told, self.accounts),
            "succeeded" => Standing::Granted(told, self.accounts),
            // Pending, or a status that is newer than this program: not finished as far as we can tell.
            _ => Standing::Pending,
        }
    }
}
