//! Updates, checks and copies the tables. The process that does this can have permissions that the serving one lacks.

use super::ManageError;
use super::operator::operator;
use relink_store::security_events::SecurityEventKind;
use relink_store::tables::Migration;
use relink_store::{Database, Store, backup, migrate};
use std::path::Path;

/// Brings them up to date, and says what was applied.
pub(super) async fn migrate(database: &Database) -> Result<String, ManageError> {
    let applied = migrate::migrate(database).await.map_err(ManageError::Open)?;
    if applied.is_empty() {
        return check(database).await;
    }
    let names: Vec<String> = applied.iter().map(Migration::to_string).collect();
    Ok(format!("Applied {}.", names.join(", ")))
}

/// Says how they stand; changes nothing.
pub(super) async fn check(database: &Database) -> Result<String, ManageError> {
    let tables = migrate::of(database).await.map_err(ManageError::Open)?;
    if !tables.is_usable() {
        return Err(ManageError::Tables(tables));
    }
    let said = tables.to_string();
    let (first, rest) = said.split_at(1);
    Ok(format!("{}{rest}.", first.to_uppercase()))
}

/// Copies them to a new file.
pub(super) async fn back_up(database: &Database, file: &str) -> Result<String, ManageError> {
    let bytes = backup::to(database, Path::new(file)).await.map_err(ManageError::Backup)?;
    // A disk that is full, or tables of before there was a log, must not keep anybody from a copy.
    let recorded = if record(database).await { "" } else { " The security log could not be told of it." };
    Ok(format!(
        "Backed up to {file} ({bytes} bytes). It opens with the same RELINK_SECRET only: keep that too, and elsewhere.{recorded}"
    ))
}

/// A copy of everything is an export. True if that could be recorded; the tables are left as they are.
async fn record(database: &Database) -> bool {
    let Ok(Some(store)) = Store::look(database).await else { return false };
    let recorded = async {
        let by = operator(&store).await?;
        let what = Some("database backup");
        store.record(&by, SecurityEventKind::Exported, what).await.map_err(ManageError::Database)
    };
    let is_recorded = recorded.await.is_ok();
    store.close().await;
    is_recorded
}
