//! The database: the only folder that holds SQL. A file per table; every statement is plain enough for PostgreSQL.
//!
//! Whoever writes begins with [`Store::begin`] and ends with `commit`: what belongs together is written together
//! or not at all.

pub mod accounts;
pub mod events;
pub mod keys;
pub mod sessions;
pub mod sign_ins;

use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use std::fmt;
use std::path::Path;
use std::time::Duration;

/// A transaction that writes.
pub type Write = sqlx::Transaction<'static, sqlx::Sqlite>;

/// The database.
#[derive(Clone)]
pub struct Store {
    pool: SqlitePool,
}

/// Why the database cannot be opened: the operator's to repair.
#[derive(Debug)]
pub enum OpenError {
    /// The file cannot be opened or made.
    File(sqlx::Error),
    /// Its tables are not those of this program and could not be made so.
    Migration(sqlx::migrate::MigrateError),
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(error) => write!(f, "the database (DATABASE_PATH) cannot be opened: {error}"),
            Self::Migration(error) => write!(f, "the database (DATABASE_PATH) cannot be migrated: {error}"),
        }
    }
}

impl std::error::Error for OpenError {}

impl Store {
    /// Opens the file, makes it if it is not there, and brings its tables up to date.
    pub async fn open(path: &Path) -> Result<Self, OpenError> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(5));
        let pool = SqlitePoolOptions::new().max_connections(6).connect_with(options).await;
        let pool = pool.map_err(OpenError::File)?;
        sqlx::migrate!().run(&pool).await.map_err(OpenError::Migration)?;
        Ok(Self { pool })
    }

    /// Begins to write. The lock is taken at once, so that what is read inside stays true until the commit.
    pub async fn begin(&self) -> Result<Write, sqlx::Error> {
        self.pool.begin_with("BEGIN IMMEDIATE").await
    }

    /// Closes the file.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    /// Forgets what nobody can ask for any more: sign-ins that ran out, keys and events that are old.
    pub async fn tidy(&self, now: i64) -> Result<(), sqlx::Error> {
        const DAY: i64 = 86_400;
        let mut write = self.begin().await?;
        sqlx::query("DELETE FROM sign_ins WHERE expires_at <= $1").bind(now).execute(&mut *write).await?;
        sqlx::query("DELETE FROM idempotency_keys WHERE created_at <= $1")
            .bind(now - 2 * DAY)
            .execute(&mut *write)
            .await?;
        // Stripe redelivers for three days.
        sqlx::query("DELETE FROM webhook_events WHERE received_at <= $1")
            .bind(now - 30 * DAY)
            .execute(&mut *write)
            .await?;
        write.commit().await
    }

    /// Empties everything but the sign-ins: the demo starts over.
    pub async fn start_over(&self) -> Result<(), sqlx::Error> {
        let mut write = self.begin().await?;
        sqlx::query("DELETE FROM completions").execute(&mut *write).await?;
        sqlx::query("DELETE FROM relink_sessions").execute(&mut *write).await?;
        sqlx::query("DELETE FROM idempotency_keys").execute(&mut *write).await?;
        sqlx::query("DELETE FROM webhook_events").execute(&mut *write).await?;
        sqlx::query("DELETE FROM accounts").execute(&mut *write).await?;
        write.commit().await
    }
}
