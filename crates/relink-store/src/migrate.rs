//! Checks the tables of a database, or brings them up to date, without serving.

use crate::database::Database;
use crate::open::{OpenError, connect_once, prepare, why};
use crate::tables::{Migration, Tables, of_pool};

/// How the tables of a database stand that is there; changes nothing.
pub async fn of(database: &Database) -> Result<Tables, OpenError> {
    of_this(&database.existing()).await
}

async fn of_this(database: &Database) -> Result<Tables, OpenError> {
    let pool = connect_once(database).await?;
    let tables = of_pool(&pool).await;
    pool.close().await;
    tables.map_err(|error| why(database, error))
}

/// Brings a database's tables up to date and answers which migrations that took. Newer tables that this program can use are
/// left as they are.
pub async fn migrate(database: &Database) -> Result<Vec<Migration>, OpenError> {
    let before = of_this(database).await?;
    prepare(database).await?;
    Ok(match before {
        Tables::Older(missing) => missing,
        Tables::UpToDate(_) | Tables::NewerAndUsable(_) | Tables::Newer(_) | Tables::Damaged(_) => Vec::new(),
    })
}
