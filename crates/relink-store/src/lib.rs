//! The database: the only crate that holds SQL. A file per table; every statement is written once, and SQLite and
//! PostgreSQL both take it.
//! Every write begins with [`Store::begin`] and ends with `commit`: what belongs together is written together or not at
//! all. One statement alone may go by [`Store::single`]. Several instances can write at once, so each decision is made by one
//! statement:
//!
//! - **Insert, or leave it**: `INSERT … ON CONFLICT (…) DO NOTHING`, and the number of rows says who was first.
//! - **Change, if it still is so**: `UPDATE … WHERE …` with all that must hold, and the number of rows says whether it
//!   did. What was read before, even in the same transaction, may have changed: SQLite lets one writer in at a time,
//!   PostgreSQL many.
//! - **Count, then insert**: in one statement, after `Write::alone_with` what is counted: PostgreSQL's count does not see what
//!   another transaction is about to insert.
//! - **Rows in one order**: whoever writes several rows of a table writes them in id order, and tables in this order:
//!   contacts, events, accounts, sessions, completions, mail limits, hosted relinks, outbox, journal, keys, staff, security
//!   events. So two writers never wait for each other.
//!
//! Columns are `TEXT` and `BIGINT` (0 and 1 for yes and no): what both databases and sqlx's `Any` have. Text must not
//! hold a zero byte, which PostgreSQL cannot store.

pub mod accounts;
pub mod api_keys;
pub mod backup;
pub mod binding;
pub mod change;
pub mod contacts;
mod database;
mod erased;
pub mod erasure;
mod error;
pub mod events;
pub mod hosted;
pub mod identities;
pub mod journal;
pub mod keys;
pub mod limits;
pub mod link_accounts;
mod listed;
pub mod migrate;
mod open;
pub mod outbox;
pub mod plaid_items;
mod reminders;
pub mod reseal;
pub mod retention;
#[cfg(feature = "faults")]
mod rows;
pub mod second_factor;
mod security_chain;
pub mod security_events;
pub mod sendings;
pub mod sessions;
pub mod staff;
pub mod standing;
pub mod tables;
mod tidy;
pub mod tries;
pub mod visits;

pub use database::{Database, DatabaseMistake, is_loopback};
pub use error::{Result, StoreError};
pub use open::OpenError;

use database::{Engine, WAIT};
use security_chain::SecurityLine;
use sqlx::AnyPool;
use sqlx::pool::PoolConnection;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// A transaction that writes: what was not committed never was.
pub struct Write {
    transaction: sqlx::Transaction<'static, sqlx::Any>,
    engine: Engine,
    /// The names that this transaction holds a shared lock for.
    beside: Vec<String>,
    /// Security events of it, to be logged once they are committed.
    recorded: Vec<SecurityLine>,
    /// Given on when the transaction is over.
    _turn: OwnedSemaphorePermit,
}

impl Write {
    /// Makes it so.
    pub async fn commit(self) -> Result<()> {
        self.transaction.commit().await?;
        // The log goes elsewhere: what it holds of the chain nobody can change together with the database.
        for SecurityLine { number, kind, hash, .. } in self.recorded {
            tracing::info!(number, kind, hash, "security event");
        }
        Ok(())
    }

    /// Waits until no other transaction holds `what`, and holds it exclusively until the end of this one: for things
    /// without a row, such as the number of rows. SQLite allows only one writer at a time anyway.
    pub(crate) async fn alone_with(&mut self, what: &str) -> Result<()> {
        self.lock("SELECT CAST(pg_advisory_xact_lock(hashtextextended($1, 0)) AS TEXT)", what).await
    }

    /// Waits until no other transaction is alone with `what`, and lets none be until the end of this one.
    pub(crate) async fn beside(&mut self, what: &str) -> Result<()> {
        if self.beside.iter().any(|known| known == what) {
            return Ok(());
        }
        self.lock("SELECT CAST(pg_advisory_xact_lock_shared(hashtextextended($1, 0)) AS TEXT)", what).await?;
        self.beside.push(what.to_owned());
        Ok(())
    }

    async fn lock(&mut self, statement: &'static str, what: &str) -> Result<()> {
        match self.engine {
            Engine::Sqlite => {}
            Engine::Postgres => {
                sqlx::query(statement).bind(what).execute(&mut *self.transaction).await?;
            }
        }
        Ok(())
    }
}

impl Deref for Write {
    type Target = sqlx::AnyConnection;

    fn deref(&self) -> &Self::Target {
        &self.transaction
    }
}

impl DerefMut for Write {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.transaction
    }
}

/// A connection for one statement that writes, which is a transaction by itself: nothing is said before it or after it.
pub(crate) struct Single {
    connection: PoolConnection<sqlx::Any>,
    /// Given on when the statement has run.
    _turn: OwnedSemaphorePermit,
}

impl Deref for Single {
    type Target = sqlx::AnyConnection;

    fn deref(&self) -> &Self::Target {
        &self.connection
    }
}

impl DerefMut for Single {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.connection
    }
}

/// The database.
#[derive(Clone)]
pub struct Store {
    pool: AnyPool,
    engine: Engine,
    writers: Arc<Semaphore>,
}

impl Store {
    /// The database behind these connections.
    pub(crate) fn of(pool: AnyPool, engine: Engine) -> Self {
        let writers = match engine {
            Engine::Sqlite => 1,
            Engine::Postgres => Semaphore::MAX_PERMITS,
        };
        Self { pool, engine, writers: Arc::new(Semaphore::new(writers)) }
    }

    /// Waits for one's turn to write. SQLite lets one writer in at a time, and those who wait at its lock sleep longer and longer,
    /// each on a connection that a reader could have. So they wait here, in the order in which they came; its lock, taken at
    /// once, is for other processes.
    async fn turn(&self) -> Result<OwnedSemaphorePermit> {
        let turn = tokio::time::timeout(WAIT, self.writers.clone().acquire_owned()).await;
        turn.map_err(|_| StoreError::busy())?.map_err(|_| StoreError::busy())
    }

    /// Begins to write.
    pub async fn begin(&self) -> Result<Write> {
        let turn = self.turn().await?;
        let transaction = match self.engine {
            Engine::Sqlite => self.pool.begin_with("BEGIN IMMEDIATE").await?,
            Engine::Postgres => self.pool.begin().await?,
        };
        Ok(Write { transaction, engine: self.engine, beside: Vec::new(), recorded: Vec::new(), _turn: turn })
    }

    /// A connection for one statement that writes, when it is one's turn.
    pub(crate) async fn single(&self) -> Result<Single> {
        let turn = self.turn().await?;
        Ok(Single { connection: self.pool.acquire().await?, _turn: turn })
    }

    /// The database's clock, in milliseconds since 1970, where it has one of its own: several machines go by that one.
    pub async fn clock_ms(&self) -> Result<Option<i64>> {
        match self.engine {
            Engine::Sqlite => Ok(None),
            Engine::Postgres => {
                let clock = "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)";
                Ok(Some(sqlx::query_scalar(clock).fetch_one(&self.pool).await?))
            }
        }
    }

    /// Closes every connection.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

/// Whether a text from outside can be the id of a row: with a zero byte it is none, and PostgreSQL would refuse to look.
fn can_be_an_id(text: &str) -> bool {
    !text.contains('\0')
}
