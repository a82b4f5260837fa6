//! Fetches accounts from Stripe into the database, so that what is shown does not wait for the first event.

use crate::error::RelinkError;
use crate::relink::Relink;
use relink_store::accounts::FreshAccounts;
use relink_store::{StoreError, accounts};
use relink_stripe::StripeError;
use std::fmt;

/// Pages of accounts that are fetched in one go: 100 accounts each.
const MOST_PAGES: usize = 1_000;

/// Why accounts could not be fetched.
#[derive(Debug)]
pub enum SyncError {
    /// Stripe did not answer.
    Stripe(StripeError),
    /// The database refused.
    Store(StoreError),
    /// A provider beside Stripe did not answer.
    Beside(RelinkError),
}

impl fmt::Display for SyncError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stripe(error) => error.fmt(f),
            Self::Store(error) => error.fmt(f),
            Self::Beside(RelinkError::Provider(error)) => error.fmt(f),
            Self::Beside(error) => write!(f, "{error:?}"),
        }
    }
}

impl std::error::Error for SyncError {}

impl From<StripeError> for SyncError {
    fn from(error: StripeError) -> Self {
        Self::Stripe(error)
    }
}

impl From<StoreError> for SyncError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Relink {
    /// Fetches every account of every customer, a page at a time. A Stripe that does not answer is no reason not to run:
    /// what is in the database is shown, and webhooks and relinks bring it up to date.
    pub async fn sync_accounts(&self) -> Result<usize, SyncError> {
        let (mut after, mut count) = (None, 0);
        for _ in 0..MOST_PAGES {
            let read_at_ms = self.now_ms();
            let page = self.stripe.accounts_after(after.as_deref()).await?;
            count += page.list.len();
            self.write_accounts(FreshAccounts { list: page.list, read_at_ms }).await?;
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        for beside in &self.besides {
            count += beside.sync(self.backend()).await.map_err(SyncError::Beside)?;
        }
        Ok(count)
    }

    /// Fetches one customer's accounts.
    pub async fn sync_accounts_of(&self, customer: &str) -> Result<usize, SyncError> {
        let read_at_ms = self.now_ms();
        let list = self.stripe.for_customer(customer).accounts_of(customer).await?;
        let count = list.len();
        self.write_accounts(FreshAccounts { list, read_at_ms }).await?;
        Ok(count)
    }

    async fn write_accounts(&self, found: FreshAccounts) -> Result<(), StoreError> {
        let mut write = self.store.begin().await?;
        accounts::put_all(&mut write, &found, |account| account.owner.as_deref()).await?;
        write.commit().await
    }
}
