//! A copy of SQLite's database, made while it is in use: one moment of it, whole, in one file. PostgreSQL has its own tools.

use crate::database::{Database, Engine};
use crate::open::{OpenError, connect_once};
use crate::tables;
use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

/// Why there is no backup: the operator's to repair.
#[derive(Debug)]
pub enum BackupError {
    /// PostgreSQL is backed up by its own tools.
    Postgres,
    /// The database cannot be opened.
    Open(OpenError),
    /// The file is there already, or cannot be made.
    File(io::Error),
    /// The database could not be copied.
    Copy(sqlx::Error),
    /// The copy is not whole, by SQLite's own check.
    Broken(String),
}

impl fmt::Display for BackupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Postgres => f.write_str(
                "PostgreSQL is backed up by its own tools: pg_dump --format=custom --file=FILE \"$DATABASE_URL\"",
            ),
            Self::Open(error) => error.fmt(f),
            Self::File(error) => write!(f, "the backup's file cannot be made: {error}"),
            Self::Copy(error) => write!(f, "the database could not be copied: {error}"),
            Self::Broken(why) => write!(f, "the copy is not whole and was deleted: {why}"),
        }
    }
}

impl std::error::Error for BackupError {}

/// Copies the database to a file that is not there yet, and answers its size in bytes. The file has its name only once it is whole.
pub async fn to(database: &Database, file: &Path) -> Result<u64, BackupError> {
    if database.engine == Engine::Postgres {
        return Err(BackupError::Postgres);
    }
    if file.exists() {
        return Err(BackupError::File(io::ErrorKind::AlreadyExists.into()));
    }
    let mut name = file.as_os_str().to_owned();
    name.push(".partial");
    let partial = PathBuf::from(name);
    let copied = copy(database, &partial).await;
    let made = copied.and_then(|()| {
        let bytes = File::open(&partial).and_then(|copy| {
            copy.sync_all()?;
            copy.metadata()
        });
        fs::rename(&partial, file).map_err(BackupError::File)?;
        Ok(bytes.map_err(BackupError::File)?.len())
    });
    if made.is_err() {
        drop(fs::remove_file(&partial));
    }
    made
}

async fn copy(database: &Database, to: &Path) -> Result<(), BackupError> {
    let path = to.to_str().ok_or_else(|| BackupError::File(io::ErrorKind::InvalidFilename.into()))?;
    // Before anything is made: a database that is not there, or not ours, is not backed up.
    let tables = tables::of(database).await.map_err(BackupError::Open)?;
    if !tables.is_usable() {
        return Err(BackupError::Open(OpenError::Tables(tables)));
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    // Customers' addresses are in it: nobody else on this machine may read it. SQLite takes a file that is there and empty.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(to).map_err(BackupError::File)?;
    let pool = connect_once(database).await.map_err(BackupError::Open)?;
    let copied = sqlx::query("VACUUM INTO $1").bind(path).execute(&pool).await;
    pool.close().await;
    copied.map_err(BackupError::Copy)?;
    let pool = connect_once(&Database::file(to)).await.map_err(BackupError::Open)?;
    let whole = sqlx::query_scalar::<_, String>("PRAGMA integrity_check").fetch_one(&pool).await;
    pool.close().await;
    match whole.map_err(BackupError::Copy)?.as_str() {
        "ok" => Ok(()),
        why => Err(BackupError::Broken(why.to_owned())),
    }
}
