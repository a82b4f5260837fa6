//! What the database belongs to: one Stripe account, one mode, one secret. Checked when a [`Relink`] is built, before
//! anything else is read, and again now and then: Stripe names the account, and may not be reachable at the start.

use crate::document;
use crate::error::{ApiError, ApiErrorKind};
use crate::relink::Relink;
use relink_seal::Seal;
use relink_store::binding::{Claim, NotOurs};
use relink_store::{Store, StoreError};
use relink_stripe::{Stripe, StripeError};
use std::sync::atomic::Ordering;

/// What a server comes with.
pub(crate) fn claim(stripe: &Stripe, seal: &Seal) -> Claim {
    Claim { livemode: stripe.livemode(), sealing_key: seal.id(), sealing_key_previous: seal.previous_id() }
}

/// Binds a database that belongs to nobody, or says whose it is.
pub(crate) async fn bind(
    store: &Store,
    claim: &Claim,
    seal: &Seal,
    now: i64,
) -> Result<Result<(), NotOurs>, StoreError> {
    if store.binding().await?.is_some() {
        return store.bind(claim, now).await;
    }
    // A version before did not write down whose it was. Its accounts and its sessions show it.
    if let Some(is_live) = store.livemode_of_accounts().await?
        && is_live != claim.livemode
    {
        return Ok(Err(NotOurs::Mode { is_live }));
    }
    let newest = store.newest_handoff().await?;
    if let Some((id, sealed)) = &newest
        && seal.open(&document::about(id), sealed).is_none()
    {
        return Ok(Err(NotOurs::OtherSecret));
    }
    // In an empty database nothing can be left of a secret before.
    let previous = claim.sealing_key_previous.clone().filter(|_| newest.is_some());
    store.bind(&Claim { sealing_key_previous: previous, ..claim.clone() }, now).await
}

impl Relink {
    /// Asks Stripe whose key it is, and binds the database to that account where none is known yet. Where Stripe cannot
    /// be asked nothing is bound, and it is asked again later; a restricted key that may not ask is not asked again.
    pub async fn bind_account(&self) -> Result<Result<(), NotOurs>, StoreError> {
        if self.is_account_settled.load(Ordering::Relaxed) {
            return Ok(Ok(()));
        }
        let account = match self.stripe.own_account().await {
            Ok(account) => account,
            Err(error) => {
                tracing::warn!(%error, "Stripe does not say whose key it is: the database is bound to its mode alone");
                let may_not_ask = matches!(error, StripeError::Refused { .. } | StripeError::NotFound);
                self.is_account_settled.store(may_not_ask, Ordering::Relaxed);
                return Ok(Ok(()));
            }
        };
        let bound = self.store.bind_account(&account).await?;
        match &bound {
            Ok(()) => self.is_account_settled.store(true, Ordering::Relaxed),
            Err(_) => self.is_not_ours.store(true, Ordering::Relaxed),
        }
        Ok(bound)
    }

    /// Whether the database is still this server's. One that was sealed with a newer secret is: what this server cannot
    /// open it answers with "try again later".
    pub(crate) async fn check_binding(&self) -> Result<Result<(), NotOurs>, StoreError> {
        match self.store.fits(&claim(&self.stripe, &self.seal)).await? {
            Ok(()) => self.bind_account().await,
            Err(not_ours @ (NotOurs::Mode { .. } | NotOurs::Account { .. })) => {
                self.is_not_ours.store(true, Ordering::Relaxed);
                Ok(Err(not_ours))
            }
            Err(error @ (NotOurs::OtherSecret | NotOurs::PreviousMissing | NotOurs::TooManySecrets)) => {
                tracing::error!(%error, "another instance was started with another secret");
                Ok(Ok(()))
            }
        }
    }

    /// An error where the database has turned out to be another Stripe account's: then nothing may be done with it.
    pub(crate) fn refuse_if_not_ours(&self) -> Result<(), ApiError> {
        if self.is_not_ours.load(Ordering::Relaxed) {
            let detail = "The database of this server belongs to another Stripe account.";
            return Err(ApiError::new(ApiErrorKind::Internal, detail));
        }
        Ok(())
    }
}
