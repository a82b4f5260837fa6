//! Background work: fetches accounts, deletes old rows, reads the database's clock.

use crate::relink::Relink;
use relink_store::StoreError;
use relink_store::binding::NotOurs;
use std::time::Duration;

/// How often old rows are deleted.
const TIDY: Duration = Duration::from_secs(3_600);
/// How often full buckets are forgotten.
const FORGET: Duration = Duration::from_secs(60);
/// How often the database is asked for the time.
const CLOCK: Duration = Duration::from_secs(60);
/// How often every account is fetched again, to catch changes that no event reported.
const SYNC: Duration = Duration::from_secs(6 * 3_600);

impl Relink {
    /// Says in the log which version of Stripe's API is spoken, and where Stripe's answers do not fit it, whose fault that is and
    /// what to do. It stops nothing: what is in the database is still shown. False if Stripe was away, and nothing is known.
    async fn check_stripe(&self) -> bool {
        let version = self.stripe.api_version();
        match self.stripe.misfit().await {
            Ok(None) => tracing::info!(version, "speaks to Stripe, whose answers fit"),
            Ok(Some(misfit)) => tracing::error!(version, "Stripe's answers do not fit: {misfit}"),
            Err(error) => {
                tracing::warn!(version, %error, "whether Stripe's answers fit is not known; asked again in a minute");
                return false;
            }
        }
        true
    }

    /// Deletes what ran out and what is past its time, once.
    pub async fn tidy(&self) -> Result<(), StoreError> {
        self.store.delete_what_ran_out(self.now()).await?;
        let deleted = self.store.delete_what_is_past(&self.retention, self.now()).await?;
        if deleted.iter().any(|(_, count)| *count > 0) {
            tracing::info!(?deleted, "deleted what is past its time");
        }
        Ok(())
    }

    /// Runs until it is dropped. Every instance runs one, in a task of its own: `tokio::spawn(relink.background())`.
    ///
    /// It ends only where the database turns out to belong to another Stripe account: then the program must stop, and until
    /// it does every request is refused.
    pub async fn background(self) -> NotOurs {
        let mut knows_stripe = self.check_stripe().await;
        let mut tidy = tokio::time::interval(TIDY);
        let mut forget = tokio::time::interval(FORGET);
        let mut clock = tokio::time::interval(CLOCK);
        let mut sync = tokio::time::interval(SYNC);
        loop {
            let done = tokio::select! {
                _ = tidy.tick() => self.tidy().await,
                _ = forget.tick() => {
                    self.rates.forget_full();
                    Ok(())
                }
                _ = clock.tick() => match self.check_binding().await {
                    Ok(Err(not_ours)) => {
                        tracing::error!(error = %not_ours, "this database is not ours");
                        return not_ours;
                    }
                    Ok(Ok(())) => {
                        if !knows_stripe {
                            knows_stripe = self.check_stripe().await;
                        }
                        self.set_clock().await
                    }
                    Err(error) => Err(error),
                },
                _ = sync.tick() => {
                    match self.sync_accounts().await {
                        Ok(count) => tracing::info!(count, "fetched the accounts"),
                        Err(error) => tracing::warn!(%error, "the accounts could not be fetched"),
                    }
                    Ok(())
                }
            };
            if let Err(error) = done {
                tracing::error!(%error, "could not tidy up or ask for the time");
            }
        }
    }
}
