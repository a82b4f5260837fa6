//! The pause between two emails about an account: one row of `mail_limits` for each account that was written about. The
//! rules of hosted relinks set its length.
//!
//! The row is moved by a single statement that applies only if the pause has passed. So when several ask at once, on
//! any number of machines, only one writes an email. Stripe sends its own emails and we cannot hold them back:
//! [`Store::mail_limit_take`] must move the row before we ask Stripe.

use crate::{Result, Store, Write};
use sqlx::Row;
use std::collections::HashMap;

/// Takes the account's pause for a link; false if `pause` seconds have not passed since another.
pub(super) async fn take(
    write: &mut Write,
    account: &str,
    relink: &str,
    now: i64,
    pause: i64,
) -> Result<bool> {
    let done = sqlx::query(
        "INSERT INTO mail_limits (account, hosted_relink, asked_at) VALUES ($1, $2, $3)
         ON CONFLICT (account) DO UPDATE SET hosted_relink = excluded.hosted_relink, asked_at = excluded.asked_at
         WHERE mail_limits.asked_at <= $4 OR mail_limits.hosted_relink = excluded.hosted_relink",
    )
    .bind(account)
    .bind(relink)
    .bind(now)
    .bind(now - pause)
    .execute(&mut **write)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Gives back the pause taken for a link if its email was never sent.
pub async fn give_back(write: &mut Write, relink: &str) -> Result<()> {
    sqlx::query("DELETE FROM mail_limits WHERE hosted_relink = $1")
        .bind(relink)
        .execute(&mut **write)
        .await?;
    Ok(())
}

impl Store {
    /// Takes the account's pause for a link that is yet to be written; false if it has not passed.
    pub async fn mail_limit_take(&self, account: &str, relink: &str, now: i64, pause: i64) -> Result<bool> {
        let mut write = self.begin().await?;
        let is_ours = take(&mut write, account, relink, now, pause).await?;
        write.commit().await?;
        Ok(is_ours)
    }

    /// Gives it back.
    pub async fn mail_limit_give_back(&self, relink: &str) -> Result<()> {
        let mut write = self.begin().await?;
        give_back(&mut write, relink).await?;
        write.commit().await
    }

    /// When the customer was last asked by email about an account by a link other than `but`, if they have not
    /// completed since.
    pub async fn last_mail_about(&self, account: &str, but: &str) -> Result<Option<i64>> {
        let row = sqlx::query("SELECT asked_at FROM mail_limits WHERE account = $1 AND hosted_relink <> $2")
            .bind(account)
            .bind(but)
            .fetch_optional(&self.pool)
            .await?;
        Ok(row.map(|row| row.try_get("asked_at")).transpose()?)
    }

    /// The same for every account.
    pub async fn last_mails_about_all(&self) -> Result<HashMap<String, i64>> {
        let rows = sqlx::query("SELECT account, asked_at FROM mail_limits").fetch_all(&self.pool).await?;
        rows.iter().map(|row| Ok((row.try_get("account")?, row.try_get("asked_at")?))).collect()
    }
}
