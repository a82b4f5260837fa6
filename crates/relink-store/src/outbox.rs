//! What is to be sent: emails to customers, and events for the merchant's own system. A parcel is written in the same
//! transaction as the change it reports, so neither exists without the other.
//! The sender takes a lease and renews it. If it dies, the parcel is free again when the lease ends, and is sent with
//! the same id. So a parcel is sent at least once, and the id (an email's Message-ID) identifies duplicates.

use crate::{Result, Store, Write};
use relink_seal::random_id;
use sqlx::Row;
use sqlx::any::AnyRow;

/// What kind of message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParcelKind {
    /// An email to a customer.
    Mail,
    /// An event for the merchant's own system.
    Webhook,
}

impl ParcelKind {
    /// The column's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Webhook => "webhook",
        }
    }
}

/// How a message stands that was written and not yet sent.
pub const QUEUED: &str = "queued";

/// A message to be.
#[derive(Clone, Debug)]
pub struct Parcel {
    /// `out_…`, and the Message-ID of an email.
    pub id: String,
    /// What kind.
    pub kind: ParcelKind,
    /// An email's content, sealed: it holds the link.
    pub content_sealed: Option<String>,
}

impl Parcel {
    /// An event: its content is made from the link's row when it is sent.
    pub fn webhook() -> Self {
        Self { id: random_id("out"), kind: ParcelKind::Webhook, content_sealed: None }
    }
}

/// A message as it waits, or as it ended.
#[derive(Clone, Debug)]
pub struct OutboxMessage {
    /// `out_…`
    pub id: String,
    /// What kind.
    pub kind: ParcelKind,
    /// The link that it is about.
    pub relink: String,
    /// The account that it is about.
    pub account: String,
    /// An email's content, sealed.
    pub content_sealed: Option<String>,
    /// `queued`, `sent`, `dead` or `withdrawn`.
    pub status: String,
    /// How often it was tried, this time included.
    pub attempts: i64,
    /// Why the last attempt failed.
    pub trouble: Option<String>,
    /// When it was written, in Unix seconds.
    pub created_at: i64,
}

/// How an attempt ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SendAttempt {
    /// It was taken.
    Sent,
    /// It is no longer needed.
    Withdrawn,
    /// Not now: again at that time, in milliseconds.
    Later(i64, String),
    /// Never: it is given up.
    Dead(String),
}

/// Writes a message.
pub async fn put(write: &mut Write, parcel: &Parcel, relink: &str, account: &str, at_ms: i64) -> Result<()> {
    sqlx::query(
        "INSERT INTO outbox (id, kind, hosted_relink, account, content_sealed, status, attempts, due_at_ms,
             leased_until_ms, created_at)
         VALUES ($1, $2, $3, $4, $5, 'queued', 0, $6, 0, $7)",
    )
    .bind(&parcel.id)
    .bind(parcel.kind.as_str())
    .bind(relink)
    .bind(account)
    .bind(&parcel.content_sealed)
    .bind(at_ms)
    .bind(at_ms / 1000)
    .execute(&mut **write)
    .await?;
    Ok(())
}

/// Takes back every email about an account that was not sent yet and whose link is over.
pub async fn withdraw(write: &mut Write, account: &str, at_ms: i64) -> Result<()> {
    sqlx::query(
        "UPDATE outbox SET status = 'withdrawn', content_sealed = NULL, done_at = $1
         WHERE kind = 'mail' AND status IN ('queued', 'dead')
             AND (account = $2 OR hosted_relink IN (SELECT hosted_relink FROM hosted_relink_accounts WHERE account = $2))
             AND NOT EXISTS (SELECT 1 FROM hosted_relinks WHERE id = outbox.hosted_relink AND status = 'open')",
    )
    .bind(at_ms / 1000)
    .bind(account)
    .execute(&mut **write)
    .await?;
    Ok(())
}

/// Takes back the event of a link that was not sent yet: the link has ended in another way since.
pub(crate) async fn withdraw_event(write: &mut Write, relink: &str, at_ms: i64) -> Result<()> {
    sqlx::query(
        "UPDATE outbox SET status = 'withdrawn', done_at = $1
         WHERE hosted_relink = $2 AND kind = 'webhook' AND status = 'queued'",
    )
    .bind(at_ms / 1000)
    .bind(relink)
    .execute(&mut **write)
    .await?;
    Ok(())
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, kind, hosted_relink, account, content_sealed, status, attempts, trouble, created_at FROM outbox ",
            $rest
        )
    };
}

impl Store {
    /// Takes messages that are due, at most this many, for `run` alone until the lease is over. Nothing where none is
    /// due; an empty list where others were faster.
    pub async fn outbox_take(
        &self,
        run: &str,
        now_ms: i64,
        until_ms: i64,
        most: i64,
    ) -> Result<Option<Vec<OutboxMessage>>> {
        let due = sqlx::query(
            "SELECT id FROM outbox WHERE status = 'queued' AND due_at_ms <= $1 AND leased_until_ms <= $1
             ORDER BY due_at_ms, id LIMIT $2",
        )
        .bind(now_ms)
        .bind(most)
        .fetch_all(&self.pool)
        .await?;
        if due.is_empty() {
            return Ok(None);
        }
        let mut taken = Vec::new();
        for row in due {
            let id: String = row.try_get("id")?;
            let mut write = self.begin().await?;
            let done = sqlx::query(
                "UPDATE outbox SET run = $1, leased_until_ms = $2, attempts = attempts + 1
                 WHERE id = $3 AND status = 'queued' AND due_at_ms <= $4 AND leased_until_ms <= $4",
            )
            .bind(run)
            .bind(until_ms)
            .bind(&id)
            .bind(now_ms)
            .execute(&mut *write)
            .await?;
            if done.rows_affected() == 1 {
                let row = sqlx::query(select!("WHERE id = $1")).bind(&id).fetch_one(&mut *write).await?;
                taken.push(read(&row)?);
            }
            write.commit().await?;
        }
        Ok(Some(taken))
    }

    /// Keeps what `run` has taken and not finished.
    pub async fn outbox_keep(&self, run: &str, until_ms: i64) -> Result<()> {
        let mut write = self.begin().await?;
        sqlx::query(
            "UPDATE outbox SET leased_until_ms = $1 WHERE run = $2 AND status = 'queued' AND leased_until_ms > 0",
        )
        .bind(until_ms)
        .bind(run)
        .execute(&mut *write)
        .await?;
        write.commit().await
    }

    /// Writes how an attempt ended; nothing where the lease had gone to somebody else.
    pub async fn outbox_attempted(
        &self,
        write: &mut Write,
        id: &str,
        run: &str,
        ended: &SendAttempt,
        now_ms: i64,
    ) -> Result<bool> {
        let (status, due, trouble) = match ended {
            SendAttempt::Sent => ("sent", None, None),
            SendAttempt::Withdrawn => ("withdrawn", None, None),
            SendAttempt::Later(at, why) => ("queued", Some(*at), Some(why.as_str())),
            SendAttempt::Dead(why) => ("dead", None, Some(why.as_str())),
        };
        // What was sent holds a secret that nobody needs any more; what was given up may be tried again.
        let is_over = matches!(ended, SendAttempt::Sent | SendAttempt::Withdrawn);
        let done = sqlx::query(
            "UPDATE outbox SET status = $1, due_at_ms = COALESCE($2, due_at_ms), leased_until_ms = 0, trouble = $3,
                 done_at = $4, content_sealed = CASE WHEN $5 = 1 THEN NULL ELSE content_sealed END
             WHERE id = $6 AND run = $7 AND status = 'queued'",
        )
        .bind(status)
        .bind(due)
        .bind(trouble)
        .bind(due.is_none().then_some(now_ms / 1000))
        .bind(i64::from(is_over))
        .bind(id)
        .bind(run)
        .execute(&mut **write)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Puts a message that was given up back into the queue, with the same id; false if it is not given up.
    pub async fn outbox_revive(&self, write: &mut Write, id: &str, now_ms: i64) -> Result<bool> {
        let done = sqlx::query(
            "UPDATE outbox SET status = 'queued', attempts = 0, due_at_ms = $1, leased_until_ms = 0, done_at = NULL
             WHERE id = $2 AND status = 'dead'",
        )
        .bind(now_ms)
        .bind(id)
        .execute(&mut **write)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// One message.
    pub async fn outbox_message(&self, id: &str) -> Result<Option<OutboxMessage>> {
        let row = sqlx::query(select!("WHERE id = $1")).bind(id).fetch_optional(&self.pool).await?;
        row.as_ref().map(read).transpose()
    }

    /// The email of a link.
    pub async fn mail_of(&self, relink: &str) -> Result<Option<OutboxMessage>> {
        let row = sqlx::query(select!("WHERE hosted_relink = $1 AND kind = 'mail'"));
        row.bind(relink).fetch_optional(&self.pool).await?.as_ref().map(read).transpose()
    }

    /// What waits or was given up, what was given up first, then the oldest.
    pub async fn outbox_messages(&self, most: i64) -> Result<Vec<OutboxMessage>> {
        let rows = sqlx::query(select!(
            "WHERE status IN ('dead', 'queued') ORDER BY CASE WHEN status = 'dead' THEN 0 ELSE 1 END, created_at, id LIMIT $1"
        ));
        rows.bind(most).fetch_all(&self.pool).await?.iter().map(read).collect()
    }
}

fn read(row: &AnyRow) -> Result<OutboxMessage> {
    let kind: String = row.try_get("kind")?;
    Ok(OutboxMessage {
        id: row.try_get("id")?,
        kind: if kind == ParcelKind::Mail.as_str() { ParcelKind::Mail } else { ParcelKind::Webhook },
        relink: row.try_get("hosted_relink")?,
        account: row.try_get("account")?,
        content_sealed: row.try_get("content_sealed")?,
        status: row.try_get("status")?,
        attempts: row.try_get("attempts")?,
        trouble: row.try_get("trouble")?,
        created_at: row.try_get("created_at")?,
    })
}
