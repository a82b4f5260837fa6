//! Whether the tables fit this program: which migrations were applied, which are missing, and whether this program can
//! work with newer ones. Reading this needs no permission to change tables.

use crate::{Result, Store, StoreError};
use sqlx::migrate::Migrator;
use sqlx::{AnyPool, Row};
use std::collections::BTreeMap;
use std::fmt;

/// What this program brings tables up to.
pub(crate) static MIGRATIONS: Migrator = sqlx::migrate!();

/// How the tables stand to this program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tables {
    /// As this program knows them: with the newest migration, by its number.
    UpToDate(i64),
    /// Older: these migrations are missing.
    Older(Vec<Migration>),
    /// Newer, and made so that this program can use them while others are changed: the newest migration's number.
    NewerAndUsable(i64),
    /// Newer, and this program cannot use them.
    Newer(i64),
    /// A migration was changed after it was applied, or was broken off: its number.
    Damaged(i64),
}

/// A migration by number and name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Migration {
    /// Its number.
    pub version: i64,
    /// Its name, in words.
    pub name: String,
}

impl fmt::Display for Migration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04} {}", self.version, self.name)
    }
}

impl Tables {
    /// Whether this program can work with them.
    pub fn is_usable(&self) -> bool {
        match self {
            Self::UpToDate(_) | Self::NewerAndUsable(_) => true,
            Self::Older(_) | Self::Newer(_) | Self::Damaged(_) => false,
        }
    }
}

impl fmt::Display for Tables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UpToDate(newest) => {
                write!(f, "the database's tables are up to date (migration {newest:04})")
            }
            Self::Older(missing) => {
                let names: Vec<String> = missing.iter().map(Migration::to_string).collect();
                let names = names.join(", ");
                write!(
                    f,
                    "the database's tables are older than this program: run `relink-server migrate` as a user who may change \
                     tables (missing: {names})"
                )
            }
            Self::NewerAndUsable(newest) => write!(
                f,
                "the database's tables are newer than this program (migration {newest:04}), and it can use them"
            ),
            Self::Newer(newest) => write!(
                f,
                "the database's tables are newer than this program (migration {newest:04}) and it cannot use them: start the \
                 newer program"
            ),
            Self::Damaged(version) => write!(
                f,
                "migration {version:04} of the database's tables was broken off or is not this program's: restore a backup, or \
                 start the program that applied it"
            ),
        }
    }
}

/// What is written in the database about itself.
#[derive(Debug, Default)]
struct Applied {
    /// Each migration's number, whether it was brought to its end, and the fingerprint of its text.
    migrations: BTreeMap<i64, (bool, Vec<u8>)>,
    /// The number of the migration that a program has to know at least.
    least: Option<i64>,
}

/// The migrations that this program knows, in order.
fn known() -> impl Iterator<Item = (Migration, &'static [u8])> {
    MIGRATIONS.iter().map(|migration| {
        let name = migration.description.replace('_', " ");
        (Migration { version: migration.version, name }, migration.checksum.as_ref())
    })
}

fn newest_known() -> i64 {
    known().map(|(migration, _)| migration.version).max().unwrap_or_default()
}

fn judge(applied: &Applied) -> Tables {
    let mut missing = Vec::new();
    for (migration, checksum) in known() {
        match applied.migrations.get(&migration.version) {
            Some((true, found)) if found == checksum => {}
            Some(_) => return Tables::Damaged(migration.version),
            None => missing.push(migration),
        }
    }
    let newest = applied.migrations.keys().max().copied().unwrap_or_default();
    let is_newer = newest > newest_known();
    if is_newer && applied.least.is_some_and(|least| least > newest_known()) {
        return Tables::Newer(newest);
    }
    if !missing.is_empty() {
        return Tables::Older(missing);
    }
    if is_newer { Tables::NewerAndUsable(newest) } else { Tables::UpToDate(newest) }
}

async fn read(pool: &AnyPool) -> sqlx::Result<Applied> {
    let mut applied = Applied::default();
    let all = "SELECT version, CAST(CASE WHEN success THEN 1 ELSE 0 END AS BIGINT) AS is_whole, checksum FROM _sqlx_migrations";
    let rows = sqlx::query(all).fetch_all(pool).await;
    let rows = match rows {
        Ok(rows) => rows,
        // No table yet: nothing was applied.
        Err(sqlx::Error::Database(error)) if is_no_such_table(&*error) => return Ok(applied),
        Err(error) => return Err(error),
    };
    for row in rows {
        let is_whole = row.try_get::<i64, _>("is_whole")? == 1;
        applied.migrations.insert(row.try_get("version")?, (is_whole, row.try_get("checksum")?));
    }
    let least = sqlx::query_scalar("SELECT version FROM least_migration WHERE id = 1").fetch_optional(pool);
    applied.least = match least.await {
        Err(sqlx::Error::Database(error)) if is_no_such_table(&*error) => None,
        least => least?,
    };
    Ok(applied)
}

fn is_no_such_table(error: &dyn sqlx::error::DatabaseError) -> bool {
    error.code().as_deref() == Some("42P01") || error.message().starts_with("no such table")
}

/// How the tables of a pool stand.
pub(crate) async fn of_pool(pool: &AnyPool) -> sqlx::Result<Tables> {
    Ok(judge(&read(pool).await?))
}

impl Store {
    /// How the tables stand now: another program may have changed them since this one started.
    pub async fn tables(&self) -> Result<Tables> {
        of_pool(&self.pool).await.map_err(StoreError::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> Applied {
        let migrations = known().map(|(migration, sum)| (migration.version, (true, sum.to_vec())));
        Applied { migrations: migrations.collect(), least: Some(8) }
    }

    #[test]
    fn nothing_applied_is_older_and_everything_is_up_to_date() {
        let count = known().count();
        assert!(matches!(judge(&Applied::default()), Tables::Older(missing) if missing.len() == count));
        assert_eq!(judge(&all()), Tables::UpToDate(newest_known()));
    }

    #[test]
    fn newer_tables_are_usable_until_a_migration_says_that_they_are_not() {
        let mut newer = all();
        newer.migrations.insert(9001, (true, Vec::new()));
        assert_eq!(judge(&newer), Tables::NewerAndUsable(9001));
        newer.least = Some(9001);
        assert_eq!(judge(&newer), Tables::Newer(9001));
        let said = Tables::Newer(9001).to_string();
        assert!(said.contains("newer than this program") && !judge(&newer).is_usable(), "{said}");
    }

    #[test]
    fn a_migration_that_was_broken_off_or_is_another_text_is_said_by_its_number() {
        for (is_whole, text) in [(false, known().next().expect("one").1.to_vec()), (true, b"x".to_vec())] {
            let mut damaged = all();
            damaged.migrations.insert(1, (is_whole, text));
            assert_eq!(judge(&damaged), Tables::Damaged(1));
        }
    }

    /// While a version replaces another, both use the tables.
    #[test]
    fn a_migration_that_the_program_before_cannot_use_says_so() {
        for migration in MIGRATIONS.iter().filter(|migration| migration.version > 8) {
            let text = migration.sql.as_str().to_uppercase();
            let takes_away = ["DROP TABLE", "DROP COLUMN", "RENAME"].iter().any(|words| text.contains(words));
            let adds = text
                .split("ADD COLUMN")
                .skip(1)
                .map(|rest| rest.split([';', ',']).next().unwrap_or_default());
            let demands =
                adds.into_iter().any(|column| column.contains("NOT NULL") && !column.contains("DEFAULT"));
            let says = text.contains(&format!("UPDATE LEAST_MIGRATION SET VERSION = {}", migration.version));
            assert!(says || !(takes_away || demands), "{}: see CONTRIBUTING.md", migration.version);
        }
    }

    #[test]
    fn what_is_missing_is_named() {
        let mut older = all();
        older.migrations.remove(&8);
        let said = judge(&older).to_string();
        assert!(said.contains("older than this program") && said.contains("0008 operate"), "{said}");
    }
}
