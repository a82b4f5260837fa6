//! Who was erased, by fingerprint. Every statement that writes about a customer checks this itself, after
//! [`not_meanwhile`]. The erasure is in `erasure`.

use crate::{Result, Store, Write};
use relink_seal::fingerprint;

/// Seconds that fingerprints are kept after Stripe last mentioned the customer: 90 days.
pub const REMEMBERED: i64 = 90 * 86_400;

/// What an erased customer or account is known by.
pub(crate) fn print(id: &str) -> String {
    fingerprint(&[b"erased", id.as_bytes()])
}

/// Waits until nobody is erasing the customer, and prevents it until the end of the transaction. It must come before
/// the first write of a row of theirs: an erasure then waits for it without holding any such row.
pub(crate) async fn not_meanwhile(write: &mut Write, customer: &str) -> Result<()> {
    write.beside(&format!("customer {customer}")).await
}

/// Waits until nobody writes about the customer, and lets nobody until the end of the transaction.
pub(crate) async fn alone(write: &mut Write, customer: &str) -> Result<()> {
    write.alone_with(&format!("customer {customer}")).await
}

/// Keeps the fingerprints of ids that Stripe still mentions.
pub(crate) async fn renew(write: &mut Write, prints: [&str; 2], now: i64) -> Result<()> {
    sqlx::query("UPDATE erased SET expires_at = $1 WHERE fingerprint IN ($2, $3) AND expires_at < $1")
        .bind(now + REMEMBERED)
        .bind(prints[0])
        .bind(prints[1])
        .execute(&mut **write)
        .await?;
    Ok(())
}

impl Store {
    /// Whether a customer was erased, and has not been one again since.
    pub async fn is_erased(&self, customer: &str) -> Result<bool> {
        let found = sqlx::query("SELECT 1 AS one FROM erased WHERE fingerprint = $1");
        Ok(found.bind(print(customer)).fetch_optional(&self.pool).await?.is_some())
    }

    /// The merchant's server has said that somebody who was erased is a customer again.
    pub async fn take_back_erasure(&self, customer: &str) -> Result<()> {
        let mut write = self.begin().await?;
        sqlx::query("DELETE FROM erased WHERE customer = $1")
            .bind(print(customer))
            .execute(&mut *write)
            .await?;
        write.commit().await
    }
}
