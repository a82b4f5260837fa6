//! Stripe's events that have had their effect. The row is written in the transaction of the effect.

use crate::{Result, Store, Write};

impl Store {
    /// Whether an event has had its effect already.
    pub async fn has_event(&self, id: &str) -> Result<bool> {
        let found = sqlx::query("SELECT id FROM webhook_events WHERE id = $1")
            .bind(id)
            .fetch_optional(&self.pool)
            .await?;
        Ok(found.is_some())
    }
}

/// Records an event; false if it was recorded before, and then its effect must not be written again.
pub async fn record(write: &mut Write, id: &str, kind: &str, created: i64, received_at: i64) -> Result<bool> {
    let done = sqlx::query(
        "INSERT INTO webhook_events (id, kind, created, received_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (id) DO NOTHING",
    )
    .bind(id)
    .bind(kind)
    .bind(created)
    .bind(received_at)
    .execute(&mut **write)
    .await?;
    Ok(done.rows_affected() == 1)
}
