//! Why the database failed: it is temporarily busy, full or gone, or something is wrong that does not go away by
//! itself.

use std::fmt;

/// Why the store did not do what was asked.
#[derive(Debug)]
pub enum StoreError {
    /// The database is busy, full or away: the same statements may well succeed in a moment.
    Unavailable(sqlx::Error),
    /// Something is wrong that no waiting cures: a row that cannot be read, a rule that a statement breaks.
    Broken(sqlx::Error),
}

/// What the store answers.
pub type Result<T> = std::result::Result<T, StoreError>;

impl StoreError {
    /// Whether a retry can help.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Unavailable(_) => true,
            Self::Broken(_) => false,
        }
    }
}

impl StoreError {
    /// A busy database, for tests of code that reacts to it.
    pub fn busy() -> Self {
        Self::Unavailable(sqlx::Error::PoolTimedOut)
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        if is_passing(&error) { Self::Unavailable(error) } else { Self::Broken(error) }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unavailable(error) => write!(f, "the database is busy, full or away: {error}"),
            Self::Broken(error) => write!(f, "the database refused: {error}"),
        }
    }
}

impl std::error::Error for StoreError {}

/// Whether the same statements may succeed in a moment: then the client is asked to retry.
pub(crate) fn is_passing(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Io(_) => true,
        sqlx::Error::Database(error) => error.code().is_some_and(|code| is_passing_code(&code)),
        _ => false,
    }
}

/// PostgreSQL's codes have five characters, SQLite's are numbers whose lowest byte is the kind.
fn is_passing_code(code: &str) -> bool {
    if code.len() == 5 {
        // Connections that break; transactions that were in each other's way; too few resources (a full disk is one);
        // locks not to be had; a server that stops, starts or was told to give up.
        return ["08", "40", "53", "55", "57"].iter().any(|class| code.starts_with(class)) || code == "25P03";
    }
    const BUSY: i32 = 5;
    const LOCKED: i32 = 6;
    const IO: i32 = 10;
    const FULL: i32 = 13;
    code.parse::<i32>().is_ok_and(|code| [BUSY, LOCKED, IO, FULL].contains(&(code & 0xff)))
}

#[cfg(test)]
mod tests {
    use super::is_passing_code;

    #[test]
    fn a_full_disk_a_lock_and_a_restart_pass_and_a_broken_rule_does_not() {
        for code in ["5", "517", "778", "13", "53100", "40P01", "40001", "55P03", "57P01", "57014", "08006"] {
            assert!(is_passing_code(code), "{code}");
        }
        for code in ["1", "787", "1555", "11", "23505", "42P01", "42501", ""] {
            assert!(!is_passing_code(code), "{code}");
        }
    }
}
