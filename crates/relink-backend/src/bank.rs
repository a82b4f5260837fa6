//! Whether the customer's bank is known to be down, so that the review says it before the customer goes there. It is asked beside the
//! session and never waited for long: whatever goes wrong here, the relink goes on without it.

use relink_account::LinkedAccount;
use relink_stripe::Stripe;
use relink_wire::{Fields, InstitutionStatus};
use std::time::Duration;

/// Stripe takes about as long to make a session. A customer waits for that, and for nothing else.
const PATIENCE: Duration = Duration::from_secs(1);

/// How well the bank of these accounts can be reached, where Stripe says so in time.
pub async fn status(stripe: &Stripe, shown: &[LinkedAccount]) -> Option<InstitutionStatus> {
    let bank = shown.first()?.public.text("institution").filter(|id| !id.is_empty())?;
    match tokio::time::timeout(PATIENCE, stripe.institution_status(bank)).await {
        Ok(Ok(status)) => Some(status),
        Ok(Err(error)) => {
            tracing::info!(%error, "Stripe does not say how the bank is");
            None
        }
        Err(_) => {
            tracing::info!("Stripe does not say in time how the bank is");
            None
        }
    }
}
