//! The accounts that a link is for: one or several of one customer at one bank, and which of them work again.

use crate::{Result, Write};
use sqlx::Row;
use sqlx::any::Any;

/// One of a link's accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkAccount {
    /// `fca_…`
    pub id: String,
    /// When it worked again, in Unix seconds; nothing while the link is still needed for it.
    pub done_at: Option<i64>,
}

impl LinkAccount {
    /// One that the link is needed for.
    pub fn needed(id: impl Into<String>) -> Self {
        Self { id: id.into(), done_at: None }
    }
}

/// The accounts of a link, by id.
pub(crate) async fn of<'e>(
    database: impl sqlx::Executor<'e, Database = Any>,
    relink: &str,
) -> Result<Vec<LinkAccount>> {
    let rows = sqlx::query(
        "SELECT account, done_at FROM hosted_relink_accounts WHERE hosted_relink = $1 ORDER BY account",
    );
    let rows = rows.bind(relink).fetch_all(database).await?;
    rows.iter()
        .map(|row| Ok(LinkAccount { id: row.try_get("account")?, done_at: row.try_get("done_at")? }))
        .collect()
}

/// Writes the accounts of a new link.
pub(crate) async fn insert(write: &mut Write, relink: &str, accounts: &[LinkAccount]) -> Result<()> {
    for account in accounts {
        sqlx::query("INSERT INTO hosted_relink_accounts (hosted_relink, account) VALUES ($1, $2)")
            .bind(relink)
            .bind(&account.id)
            .execute(&mut **write)
            .await?;
    }
    Ok(())
}

/// An account of a link works again. Answers whether the link is needed for none any more. The link's row is locked
/// first, so that of two accounts that are repaired at once the second sees the first.
pub(crate) async fn done(write: &mut Write, relink: &str, account: &str, now: i64) -> Result<bool> {
    sqlx::query("UPDATE hosted_relinks SET account = account WHERE id = $1")
        .bind(relink)
        .execute(&mut **write)
        .await?;
    sqlx::query(
        "UPDATE hosted_relink_accounts SET done_at = $1
         WHERE hosted_relink = $2 AND account = $3 AND done_at IS NULL",
    )
    .bind(now)
    .bind(relink)
    .bind(account)
    .execute(&mut **write)
    .await?;
    let needed = sqlx::query(
        "SELECT 1 AS one FROM hosted_relink_accounts WHERE hosted_relink = $1 AND done_at IS NULL LIMIT 1",
    );
    Ok(needed.bind(relink).fetch_optional(&mut **write).await?.is_none())
}
