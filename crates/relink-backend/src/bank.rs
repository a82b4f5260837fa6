//! Whether the customer's bank is known to be down, so that the review can say so before the customer goes there. It is
//! requested in parallel with the session, with a short time limit: if anything goes wrong here, the relink continues
//! without it. Stripe's answer about a bank is cached for a minute, for all of the bank's customers, so that an outage
//! does not multiply the calls.

use relink_account::LinkedAccount;
use relink_stripe::{Stripe, StripeError};
use relink_wire::{Fields, InstitutionStatus};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Stripe takes about as long to make a session. A customer waits for that, and for nothing else.
const PATIENCE: Duration = Duration::from_secs(1);
/// So many seconds what Stripe said is good for.
const GOOD_FOR_S: i64 = 60;
/// More banks than this are not remembered at once.
const MOST_BANKS: usize = 10_000;

/// Stripe's answer about one bank, and how long it is valid. The holder of the lock asks Stripe.
type Said = Arc<tokio::sync::Mutex<Option<(i64, InstitutionStatus)>>>;

/// What Stripe said of banks a moment ago.
#[derive(Debug, Default)]
pub struct Banks(Mutex<HashMap<String, Said>>);

impl Banks {
    /// How well the bank of these accounts can be reached, `now` in Unix seconds, where Stripe says so in time.
    pub async fn status(
        &self,
        stripe: &Stripe,
        shown: &[LinkedAccount],
        now: i64,
    ) -> Option<InstitutionStatus> {
        let bank = shown.first()?.public.text("institution").filter(|id| !id.is_empty())?;
        let told = self.told(bank, now, stripe.institution_status(bank));
        match tokio::time::timeout(PATIENCE, told).await {
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

    /// What is known of a bank, else what `asking` says. Of several who want to know at once, one asks.
    async fn told(
        &self,
        bank: &str,
        now: i64,
        asking: impl Future<Output = Result<InstitutionStatus, StripeError>>,
    ) -> Result<InstitutionStatus, StripeError> {
        let said = self.of(bank);
        let mut said = said.lock().await;
        if let Some((until, status)) = said.as_ref()
            && now < *until
        {
            return Ok(status.clone());
        }
        let status = asking.await?;
        *said = Some((now + GOOD_FOR_S, status.clone()));
        Ok(status)
    }

    fn of(&self, bank: &str) -> Said {
        let mut banks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if banks.len() >= MOST_BANKS && !banks.contains_key(bank) {
            banks.clear();
        }
        banks.entry(bank.to_owned()).or_default().clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use InstitutionStatus::{Active, Degraded, Inactive};

    #[tokio::test]
    async fn what_was_said_of_a_bank_is_good_for_a_minute_and_of_that_bank_alone() {
        let banks = Banks::default();
        let says = |status: InstitutionStatus| async { Ok(status) };
        assert_eq!(banks.told("fcinst_1", 100, says(Degraded)).await, Ok(Degraded));
        assert_eq!(banks.told("fcinst_1", 159, says(Active)).await, Ok(Degraded));
        assert_eq!(banks.told("fcinst_2", 159, says(Inactive)).await, Ok(Inactive));
        assert_eq!(banks.told("fcinst_1", 160, says(Active)).await, Ok(Active));
    }

    #[tokio::test]
    async fn of_several_at_once_one_asks_and_a_failure_is_not_remembered() {
        let banks = Banks::default();
        let fails = async { Err(StripeError::Unavailable) };
        assert_eq!(banks.told("fcinst_1", 0, fails).await, Err(StripeError::Unavailable));
        let asked = std::sync::atomic::AtomicU32::new(0);
        let asking = || async {
            asked.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            tokio::task::yield_now().await;
            Ok(Active)
        };
        let both = tokio::join!(banks.told("fcinst_1", 0, asking()), banks.told("fcinst_1", 0, asking()));
        assert_eq!((both, asked.into_inner()), ((Ok(Active), Ok(Active)), 1));
    }

    #[test]
    fn the_number_of_banks_that_are_remembered_is_bounded() {
        let banks = Banks::default();
        for n in 0..=MOST_BANKS {
            drop(banks.of(&format!("fcinst_{n}")));
        }
        assert_eq!(banks.0.into_inner().expect("nobody panicked").len(), 1);
    }
}
