//! Opens the database and brings its tables up to date. If that fails, it says why and what to do.

use crate::database::{Database, Engine, WAIT};
use crate::error::is_passing;
use crate::tables::{self, MIGRATIONS, Tables};
use crate::{Store, StoreError, security_events};
use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::migrate::MigrateError;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AnyPool, Connection};
use std::fmt;
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

/// Why the database cannot be opened: the operator's to repair.
#[derive(Debug)]
pub enum OpenError {
    /// SQLite's file, named by that variable, cannot be opened or made.
    File(&'static str, sqlx::Error),
    /// No PostgreSQL answers at the address.
    Unreachable(sqlx::Error),
    /// PostgreSQL does not know the user, or the password is wrong.
    NotLetIn(sqlx::Error),
    /// The connection cannot be encrypted as `sslmode` asks.
    NotEncrypted(sqlx::Error),
    /// PostgreSQL has no database of that name.
    NoSuchDatabase(sqlx::Error),
    /// The user may not make tables, or not use them.
    NotAllowed(sqlx::Error),
    /// The tables are older or newer than this program, or a migration was broken off.
    Tables(Tables),
    /// The tables could not be brought up to date.
    Migration(MigrateError),
    /// The database does not say what time it is.
    Clock(StoreError),
    /// It takes no writes: it follows another one.
    ReadOnly,
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(variable, error) => write!(f, "the database ({variable}) cannot be opened: {error}"),
            Self::Unreachable(error) => {
                write!(
                    f,
                    "no PostgreSQL answers at DATABASE_URL; check host and port, and that it runs: {error}"
                )
            }
            Self::NotLetIn(error) => {
                write!(
                    f,
                    "PostgreSQL does not let the user of DATABASE_URL in; check user and password: {error}"
                )
            }
            Self::NotEncrypted(error) => {
                write!(f, "the connection cannot be encrypted as sslmode in DATABASE_URL asks: {error}")
            }
            Self::NoSuchDatabase(error) => {
                write!(f, "the database of DATABASE_URL does not exist; make it with createdb: {error}")
            }
            Self::NotAllowed(error) => write!(
                f,
                "the user of DATABASE_URL may not do that; to make tables it is the database's owner or has GRANT CREATE ON SCHEMA public, to \
                 use them it has SELECT, INSERT, UPDATE and DELETE on each: {error}"
            ),
            Self::Tables(tables) => tables.fmt(f),
            Self::ReadOnly => f.write_str(
                "the PostgreSQL of DATABASE_URL is a standby that takes no writes; name the primary",
            ),
            Self::Clock(error) => write!(f, "the database does not say what time it is: {error}"),
            Self::Migration(error) => {
                write!(f, "the database's tables cannot be brought up to date: {error}")
            }
        }
    }
}

impl std::error::Error for OpenError {}

impl Engine {
    /// Whether a connection is asked whether it still works before it is used. A server may have cut it off; a file cannot, and
    /// each question wakes a thread.
    fn cuts_connections(self) -> bool {
        match self {
            Self::Sqlite => false,
            Self::Postgres => true,
        }
    }

    /// Statements that run first on each new connection.
    fn settings(self) -> &'static [&'static str] {
        match self {
            // sqlx itself sets a busy timeout of five seconds and foreign keys.
            // What is deleted is overwritten: a customer who was erased is not in the file's free pages either.
            Self::Sqlite => &["PRAGMA synchronous = FULL", "PRAGMA secure_delete = ON"],
            // An instance that hangs must not hold up the others: PostgreSQL ends what it left open.
            Self::Postgres => &[
                "SET lock_timeout = '5s'",
                "SET statement_timeout = '15s'",
                "SET idle_in_transaction_session_timeout = '10s'",
            ],
        }
    }
}

impl Store {
    /// Opens the database and brings its tables up to date. Of several instances that start at once one does, and
    /// the others wait for it.
    pub async fn open(database: &Database) -> Result<Self, OpenError> {
        sqlx::any::install_default_drivers();
        let why = |error| why(database, error);
        let options = AnyConnectOptions::from_str(database.url.expose()).map_err(why)?;
        if database.is_migrated {
            prepare(database).await?;
        } else {
            let pool = connect_once(&database.existing()).await?;
            let tables = tables::of_pool(&pool).await;
            pool.close().await;
            let tables = tables.map_err(why)?;
            if !tables.is_usable() {
                return Err(OpenError::Tables(tables));
            }
        }
        Ok(Self::of(connect(database, options).await.map_err(why)?, database.engine))
    }

    /// Opens the database as it is, and creates no file and no table, to find out whether it can be opened; `None` if
    /// there is no file yet and one could be created.
    pub async fn look(database: &Database) -> Result<Option<Self>, OpenError> {
        sqlx::any::install_default_drivers();
        let engine = database.engine;
        let why = |error| why(database, error);
        let url = database.url.expose().replace("mode=rwc", "mode=rw");
        if engine == Engine::Sqlite {
            let options = SqliteConnectOptions::from_str(&url).map_err(why)?;
            let file = options.get_filename();
            if !file.exists() {
                try_to_write_beside(file).map_err(|error| why(error.into()))?;
                return Ok(None);
            }
        }
        let pool = connect(database, AnyConnectOptions::from_str(&url).map_err(why)?).await.map_err(why)?;
        let store = Self::of(pool, engine);
        match engine {
            Engine::Sqlite => {
                let write = store.pool.begin_with("BEGIN IMMEDIATE").await.map_err(why)?;
                write.rollback().await.map_err(why)?;
            }
            Engine::Postgres => {
                let follows = "SELECT CAST(CASE WHEN pg_is_in_recovery() THEN 1 ELSE 0 END AS BIGINT)";
                let follows: i64 = sqlx::query_scalar(follows).fetch_one(&store.pool).await.map_err(why)?;
                if follows == 1 {
                    return Err(OpenError::ReadOnly);
                }
            }
        }
        Ok(Some(store))
    }

    /// Whether somebody has brought the tables up to date so far that [`Store::binding`] can be asked.
    pub async fn has_binding_table(&self) -> crate::Result<bool> {
        let count = match self.engine {
            Engine::Sqlite => "SELECT COUNT(*) FROM sqlite_master WHERE name = 'binding'",
            Engine::Postgres => "SELECT COUNT(*) FROM information_schema.tables WHERE table_name = 'binding'",
        };
        let count: i64 = sqlx::query_scalar(count).fetch_one(&self.pool).await?;
        Ok(count > 0)
    }
}

/// Whether a file could be made there.
fn try_to_write_beside(file: &Path) -> std::io::Result<()> {
    let mut name = file.as_os_str().to_owned();
    name.push(format!("-check-{}", std::process::id()));
    std::fs::OpenOptions::new().write(true).create_new(true).open(&name)?;
    std::fs::remove_file(name)
}

/// Connections as the server holds them.
async fn connect(database: &Database, options: AnyConnectOptions) -> Result<AnyPool, sqlx::Error> {
    let engine = database.engine;
    let pool = AnyPoolOptions::new().max_connections(database.connections).acquire_timeout(WAIT);
    let pool = pool.test_before_acquire(engine.cuts_connections());
    let pool = pool.after_connect(move |connection, _| {
        Box::pin(async move {
            for setting in engine.settings() {
                sqlx::query(*setting).execute(&mut *connection).await?;
            }
            Ok(())
        })
    });
    // A full disk or a broken connection can end a transaction on its own. sqlx then miscounts open transactions on
    // that connection, and no new one can begin there.
    let pool = pool.before_acquire(|connection, _| {
        let is_sound = !connection.is_in_transaction();
        Box::pin(async move { Ok(is_sound) })
    });
    pool.connect_with(options).await
}

/// Brings the tables up to date, over a connection without the usual limits, because it may take long. PostgreSQL lets
/// one instance do it at a time. SQLite has no lock for that, so a second instance fails first, checks again, and finds
/// it done.
pub(crate) async fn prepare(database: &Database) -> Result<(), OpenError> {
    let mut tries = match database.engine {
        Engine::Sqlite => 20,
        Engine::Postgres => 1,
    };
    loop {
        let prepared = prepare_once(database).await;
        tries -= 1;
        let is_in_the_way = match &prepared {
            Err(OpenError::Migration(_)) => true,
            Err(OpenError::File(_, error)) => is_passing(error),
            _ => false,
        };
        if !is_in_the_way || tries == 0 {
            return prepared;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn prepare_once(database: &Database) -> Result<(), OpenError> {
    let pool = connect_once(database).await?;
    if database.engine == Engine::Sqlite {
        let set = sqlx::query("PRAGMA journal_mode = WAL").execute(&pool).await;
        set.map_err(|error| why(database, error))?;
    }
    let prepared = match tables::of_pool(&pool).await {
        Err(error) => Err(why(database, error)),
        Ok(Tables::NewerAndUsable(_)) => Ok(()),
        Ok(tables @ (Tables::Newer(_) | Tables::Damaged(_))) => Err(OpenError::Tables(tables)),
        Ok(tables @ (Tables::UpToDate(_) | Tables::Older(_))) => {
            // What is up to date is left alone: PostgreSQL would say in the log that there is a table already.
            let mut migrated = if tables.is_usable() { Ok(()) } else { MIGRATIONS.run(&pool).await };
            if migrated.is_ok() {
                let triggers = sqlx::raw_sql(security_events::triggers(database.engine)).execute(&pool).await;
                migrated = triggers.map(drop).map_err(MigrateError::Execute);
            }
            migrated.map_err(|error| why_not_migrated(database, error))
        }
    };
    pool.close().await;
    prepared
}

/// One connection, without the limits of those that serve.
pub(crate) async fn connect_once(database: &Database) -> Result<AnyPool, OpenError> {
    sqlx::any::install_default_drivers();
    let why = |error| why(database, error);
    let options = AnyConnectOptions::from_str(database.url.expose()).map_err(why)?;
    AnyPoolOptions::new().max_connections(1).acquire_timeout(WAIT).connect_with(options).await.map_err(why)
}

/// Whose fault a failed attempt is: SQLite's file, or by PostgreSQL's own codes.
pub(crate) fn why(database: &Database, error: sqlx::Error) -> OpenError {
    if database.engine == Engine::Sqlite {
        return OpenError::File(database.variable, error);
    }
    let code = error.as_database_error().and_then(|error| error.code()).unwrap_or_default().into_owned();
    match code.as_str() {
        "28000" | "28P01" => OpenError::NotLetIn(error),
        "3D000" => OpenError::NoSuchDatabase(error),
        "42501" => OpenError::NotAllowed(error),
        _ if matches!(error, sqlx::Error::Tls(_)) => OpenError::NotEncrypted(error),
        _ => OpenError::Unreachable(error),
    }
}

fn why_not_migrated(database: &Database, error: MigrateError) -> OpenError {
    match error {
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _)
            if error.as_database_error().and_then(|error| error.code()).as_deref() == Some("42501") =>
        {
            why(database, error)
        }
        _ => OpenError::Migration(error),
    }
}
