//! Fetches the demo customers' accounts from Stripe into the database: at the start, and when the demo starts over.

use crate::app::App;
use crate::store::accounts;
use crate::store::sessions::FreshAccounts;
use crate::stripe::StripeError;

/// Fetches everything. A Stripe that does not answer is no reason not to run: what is in the database is shown, and
/// webhooks and relinks bring it up to date.
pub async fn sync(app: &App) {
    for customer in &app.config.customers {
        match sync_customer(app, &customer.id).await {
            Ok(count) => tracing::info!(customer = customer.id, count, "fetched the accounts"),
            Err(SyncError::Stripe(error)) => {
                tracing::warn!(customer = customer.id, %error, "the accounts could not be fetched");
            }
            Err(SyncError::Database(error)) => tracing::error!(%error, "the accounts could not be written"),
        }
    }
}

enum SyncError {
    Stripe(StripeError),
    Database(sqlx::Error),
}

async fn sync_customer(app: &App, customer: &str) -> Result<usize, SyncError> {
    let read_at_ms = app.now_ms();
    let list = app.stripe.accounts_of(customer).await.map_err(SyncError::Stripe)?;
    let found = FreshAccounts { list, read_at_ms };
    let mut write = app.store.begin().await.map_err(SyncError::Database)?;
    accounts::put_all(&mut write, &found, |_| Some(customer)).await.map_err(SyncError::Database)?;
    write.commit().await.map_err(SyncError::Database)?;
    Ok(found.list.len())
}
