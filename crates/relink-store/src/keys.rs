//! Idempotency keys: who works on one, and what was answered.

use crate::{Result, Store, Write};
use sqlx::{AnyConnection, Row};

/// What is known of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyClaim {
    /// Nobody answered it yet; the caller is to.
    Yours,
    /// It was used for another request.
    OtherRequest,
    /// Somebody works on it.
    Running,
    /// It was answered: status, and the sealed body.
    Answered(u16, String),
}

/// The key, and the one run that may answer it.
#[derive(Clone, Debug)]
pub struct KeyRun {
    /// Owner of the key: the customer, a link, or a server.
    pub owner: String,
    /// The key.
    pub key: String,
    /// This run.
    pub id: String,
}

impl Store {
    /// Asks for the right to answer a key. A run that has not answered by `locked_until` is taken to have died.
    pub async fn claim_key(
        &self,
        run: &KeyRun,
        fingerprint: &str,
        now: i64,
        locked_until: i64,
    ) -> Result<KeyClaim> {
        loop {
            // Nearly every key is new: one statement settles that.
            if insert(&mut *self.single().await?, run, fingerprint, now, locked_until).await? {
                return Ok(KeyClaim::Yours);
            }
            let mut write = self.begin().await?;
            if take_over(&mut write, run, fingerprint, now, locked_until).await? {
                write.commit().await?;
                return Ok(KeyClaim::Yours);
            }
            // Somebody has it; or had it, and gave it back between two statements: then it is asked for again.
            if let Some(claim) = look(&mut write, run, fingerprint).await? {
                return Ok(claim);
            }
        }
    }

    /// Whether a key has an answer or is being worked on: asking for it again then causes no work.
    pub async fn is_key_known(&self, owner: &str, key: &str) -> Result<bool> {
        let row = sqlx::query("SELECT 1 FROM idempotency_keys WHERE owner = $1 AND idempotency_key = $2");
        Ok(row.bind(owner).bind(key).fetch_optional(&self.pool).await?.is_some())
    }

    /// Keeps a key for a run that is still at work.
    pub async fn renew_key(&self, run: &KeyRun, locked_until: i64) -> Result<()> {
        let mut write = self.begin().await?;
        sqlx::query(
            "UPDATE idempotency_keys SET locked_until = $1
             WHERE owner = $2 AND idempotency_key = $3 AND run = $4 AND status IS NULL",
        )
        .bind(locked_until)
        .bind(&run.owner)
        .bind(&run.key)
        .bind(&run.id)
        .execute(&mut *write)
        .await?;
        write.commit().await
    }

    /// Gives a key back unanswered: the next request with it runs again.
    pub async fn release_key(&self, run: &KeyRun) -> Result<()> {
        let mut write = self.begin().await?;
        sqlx::query(
            "DELETE FROM idempotency_keys WHERE owner = $1 AND idempotency_key = $2 AND run = $3 AND status IS NULL",
        )
        .bind(&run.owner)
        .bind(&run.key)
        .bind(&run.id)
        .execute(&mut *write)
        .await?;
        write.commit().await
    }
}

/// A key that nobody has.
async fn insert(
    connection: &mut AnyConnection,
    run: &KeyRun,
    fingerprint: &str,
    now: i64,
    locked_until: i64,
) -> Result<bool> {
    let done = sqlx::query(
        "INSERT INTO idempotency_keys (owner, idempotency_key, fingerprint, run, locked_until, created_at)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (owner, idempotency_key) DO NOTHING",
    )
    .bind(&run.owner)
    .bind(&run.key)
    .bind(fingerprint)
    .bind(&run.id)
    .bind(locked_until)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A key whose run died.
async fn take_over(
    write: &mut Write,
    run: &KeyRun,
    fingerprint: &str,
    now: i64,
    locked_until: i64,
) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE idempotency_keys SET run = $1, locked_until = $2
         WHERE owner = $3 AND idempotency_key = $4 AND fingerprint = $5 AND status IS NULL AND locked_until <= $6",
    )
    .bind(&run.id)
    .bind(locked_until)
    .bind(&run.owner)
    .bind(&run.key)
    .bind(fingerprint)
    .bind(now)
    .execute(&mut **write)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// How it stands with a key that somebody else has; `None` if it was given back.
async fn look(write: &mut Write, run: &KeyRun, fingerprint: &str) -> Result<Option<KeyClaim>> {
    let row = sqlx::query(
        "SELECT fingerprint, status, answer_sealed FROM idempotency_keys
         WHERE owner = $1 AND idempotency_key = $2",
    )
    .bind(&run.owner)
    .bind(&run.key)
    .fetch_optional(&mut **write)
    .await?;
    let Some(row) = row else { return Ok(None) };
    if row.try_get::<String, _>("fingerprint")? != fingerprint {
        return Ok(Some(KeyClaim::OtherRequest));
    }
    Ok(Some(match row.try_get::<Option<i64>, _>("status")? {
        None => KeyClaim::Running,
        Some(status) => {
            let answer: Option<String> = row.try_get("answer_sealed")?;
            KeyClaim::Answered(u16::try_from(status).unwrap_or(500), answer.unwrap_or_default())
        }
    }))
}

/// Keeps the answer; false if another run has taken the key over, and then nothing may be written.
/// `customer` is whom the answer is about.
pub async fn answer(
    write: &mut Write,
    run: &KeyRun,
    status: u16,
    sealed: &str,
    customer: Option<&str>,
) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE idempotency_keys SET status = $1, answer_sealed = $2, customer = $6
         WHERE owner = $3 AND idempotency_key = $4 AND run = $5 AND status IS NULL",
    )
    .bind(i64::from(status))
    .bind(sealed)
    .bind(&run.owner)
    .bind(&run.key)
    .bind(&run.id)
    .bind(customer)
    .execute(&mut **write)
    .await?;
    Ok(done.rows_affected() == 1)
}
