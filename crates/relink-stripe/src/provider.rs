//! Stripe as a provider of bank links: what the status of its session means.

use crate::{NewSession, Stripe, StripeError, StripeSession};
use relink_account::{Asking, Happening, Provider, STRIPE, Standing};
use relink_wire::{FailureReason, RelinkResult};

impl Provider for Stripe {
    const NAME: &'static str = STRIPE;
    /// As Stripe's own hosted relinks: one email for each account in 48 hours, and an announced end is no reason.
    const ASKING: Asking =
        Asking { between_mails_s: 2 * 86_400, before_access_ends: false, more_permissions: true };

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

/// What the type of one of Stripe's events means.
pub fn happening(kind: &str) -> Happening {
    match kind.strip_prefix("financial_connections.").unwrap_or_default() {
        "account.deactivated" => Happening::Broke,
        "account.upcoming_account_number_expiry" => Happening::NumberEnding,
        "account.upcoming_deactivation" | "authorization.upcoming_deactivation" => Happening::AccessEnding,
        "account.reactivated" | "account.account_numbers_updated" => Happening::Repaired,
        _ => Happening::Other,
    }
}
