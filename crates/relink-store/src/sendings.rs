//! What staff sent at once, with the result for each account, stored under the form's key: a second press, a reload and
//! another tab find the result instead of sending again.

use crate::{Result, Store, can_be_an_id};
use sqlx::Row;

/// The result for one account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentAbout {
    /// `fca_…`
    pub account: String,
    /// `hrl_…`: the link that the customer was sent.
    pub relink: Option<String>,
    /// Why nothing was sent, in a sentence.
    pub refusal: Option<String>,
}

/// What somebody of the staff sent at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sending {
    /// `staff:…`
    pub by: String,
    /// When, in Unix seconds.
    pub created_at: i64,
    /// When all of it was done; `None` while it is running, or if the instance died.
    pub ended_at: Option<i64>,
    /// The accounts, by id.
    pub accounts: Vec<SentAbout>,
}

impl Store {
    /// Begins a sending; false if there is one of this id already, and then nothing may be sent for it again.
    pub async fn begin_sending(&self, id: &str, by: &str, accounts: &[String], now: i64) -> Result<bool> {
        let mut write = self.begin().await?;
        let done = sqlx::query(
            "INSERT INTO sendings (id, staff, created_at) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING",
        );
        let done = done.bind(id).bind(by).bind(now).execute(&mut *write).await?;
        if done.rows_affected() == 0 {
            return Ok(false);
        }
        for account in accounts.iter().filter(|account| can_be_an_id(account)) {
            sqlx::query(
                "INSERT INTO sending_accounts (sending, account) VALUES ($1, $2) ON CONFLICT (sending, account) DO NOTHING",
            )
            .bind(id)
            .bind(account)
            .execute(&mut *write)
            .await?;
        }
        write.commit().await?;
        Ok(true)
    }

    /// Writes the results for accounts.
    pub async fn put_sent(&self, id: &str, outcomes: &[SentAbout]) -> Result<()> {
        let mut write = self.begin().await?;
        for outcome in outcomes {
            sqlx::query(
                "UPDATE sending_accounts SET hosted_relink = $1, refusal = $2 WHERE sending = $3 AND account = $4",
            )
            .bind(&outcome.relink)
            .bind(&outcome.refusal)
            .bind(id)
            .bind(&outcome.account)
            .execute(&mut *write)
            .await?;
        }
        write.commit().await
    }

    /// Says that a sending is done.
    pub async fn end_sending(&self, id: &str, now: i64) -> Result<()> {
        let mut write = self.begin().await?;
        let ended = sqlx::query("UPDATE sendings SET ended_at = $1 WHERE id = $2");
        ended.bind(now).bind(id).execute(&mut *write).await?;
        write.commit().await
    }

    /// A sending.
    pub async fn sending(&self, id: &str) -> Result<Option<Sending>> {
        if !can_be_an_id(id) {
            return Ok(None);
        }
        let row = sqlx::query("SELECT staff, created_at, ended_at FROM sendings WHERE id = $1");
        let Some(row) = row.bind(id).fetch_optional(&self.pool).await? else { return Ok(None) };
        let rows = sqlx::query(
            "SELECT account, hosted_relink, refusal FROM sending_accounts WHERE sending = $1 ORDER BY account",
        );
        let rows = rows.bind(id).fetch_all(&self.pool).await?;
        let about = |row: &sqlx::any::AnyRow| {
            Ok(SentAbout {
                account: row.try_get("account")?,
                relink: row.try_get("hosted_relink")?,
                refusal: row.try_get("refusal")?,
            })
        };
        Ok(Some(Sending {
            by: row.try_get("staff")?,
            created_at: row.try_get("created_at")?,
            ended_at: row.try_get("ended_at")?,
            accounts: rows.iter().map(about).collect::<Result<_>>()?,
        }))
    }
}
