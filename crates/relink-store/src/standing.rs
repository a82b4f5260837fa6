//! The state of the store in numbers, for readiness and metrics: what is waiting in the outbox, and how busy the
//! connections are.

use crate::{Result, Store};
use sqlx::Row;

/// What the outbox holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OutboxStanding {
    /// Messages that wait, those that are tried again later included.
    pub queued: i64,
    /// Messages that were given up.
    pub dead: i64,
    /// Since when the oldest of those that wait does, in Unix seconds.
    pub oldest_at: Option<i64>,
    /// When the one was due that is due longest and that nobody is sending, in milliseconds since 1970.
    pub due_at_ms: Option<i64>,
}

/// Connections to the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Connections {
    /// In use.
    pub used: u32,
    /// Open, and not in use.
    pub idle: u32,
    /// The most that may be open.
    pub most: u32,
}

impl Store {
    /// What the outbox holds.
    pub async fn outbox_standing(&self, now_ms: i64) -> Result<OutboxStanding> {
        let row = sqlx::query(
            "SELECT (SELECT COUNT(*) FROM outbox WHERE status = 'queued') AS queued,
                 (SELECT COUNT(*) FROM outbox WHERE status = 'dead') AS dead,
                 (SELECT MIN(created_at) FROM outbox WHERE status = 'queued') AS oldest_at,
                 (SELECT MIN(due_at_ms) FROM outbox
                     WHERE status = 'queued' AND due_at_ms <= $1 AND leased_until_ms <= $1) AS due_at_ms",
        )
        .bind(now_ms)
        .fetch_one(&self.pool)
        .await?;
        Ok(OutboxStanding {
            queued: row.try_get("queued")?,
            dead: row.try_get("dead")?,
            oldest_at: row.try_get("oldest_at")?,
            due_at_ms: row.try_get("due_at_ms")?,
        })
    }

    /// The connections of this instance.
    pub fn connections(&self) -> Connections {
        let (size, idle) = (self.pool.size(), u32::try_from(self.pool.num_idle()).unwrap_or(u32::MAX));
        Connections {
            used: size.saturating_sub(idle),
            idle: idle.min(size),
            most: self.pool.options().get_max_connections(),
        }
    }
}
