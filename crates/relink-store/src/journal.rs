//! What happened to an account and who did it: the timeline of one, and the audit trail of all. Rows are only added.

use crate::{Result, Store, Write, erased};
use relink_seal::random_id;
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};
use std::collections::HashMap;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JournalEvent {
    /// A link was made for the customer.
    Asked,
    /// Nobody was asked: the rules forbid it.
    NotAsked,
    /// The email was handed to the mail server.
    Mailed,
    /// A message was given up.
    GivenUp,
    /// A message that was given up is tried again.
    Retried,
    /// The customer pressed the page's button.
    Opened,
    /// The account is relinked.
    Relinked,
    /// The link ran out.
    Expired,
    /// Stripe says that the account stopped working.
    Deactivated,
    /// Stripe says that the account, or its number, is going to stop working.
    Warned,
    /// Somebody of the staff signed in.
    SignedIn,
    /// A customer was erased; whom it was is not said.
    Erased,
}

impl JournalEvent {
    const ALL: [Self; 12] = [
        Self::Asked,
        Self::NotAsked,
        Self::Mailed,
        Self::GivenUp,
        Self::Retried,
        Self::Opened,
        Self::Relinked,
        Self::Expired,
        Self::Deactivated,
        Self::Warned,
        Self::SignedIn,
        Self::Erased,
    ];

    /// The column's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::NotAsked => "not_asked",
            Self::Mailed => "mailed",
            Self::GivenUp => "given_up",
            Self::Retried => "retried",
            Self::Opened => "opened",
            Self::Relinked => "relinked",
            Self::Expired => "expired",
            Self::Deactivated => "deactivated",
            Self::Warned => "warned",
            Self::SignedIn => "signed_in",
            Self::Erased => "erased",
        }
    }
}

/// The customer, in the column `who`.
pub const CUSTOMER: &str = "customer";
/// Stripe, by a webhook.
pub const STRIPE: &str = "stripe";
/// Somebody who may run commands on the server's machine.
pub const OPERATOR: &str = "operator";
/// This program.
pub const PROGRAM: &str = "program";

/// An entry.
#[derive(Clone, Debug)]
pub struct JournalEntry<'a> {
    /// When, in milliseconds.
    pub at_ms: i64,
    /// About which account.
    pub account: Option<&'a str>,
    /// About which link.
    pub relink: Option<&'a str>,
    /// What.
    pub what: JournalEvent,
    /// `staff:…`, `api:…`, `policy:…`, or one of the words above.
    pub who: &'a str,
    /// A sentence.
    pub note: Option<&'a str>,
}

/// An entry as it was read.
#[derive(Clone, Debug)]
pub struct JournalLine {
    /// When, in milliseconds.
    pub at_ms: i64,
    /// About which account.
    pub account: Option<String>,
    /// What; `None` if a newer version wrote it.
    pub what: Option<JournalEvent>,
    /// Who.
    pub who: String,
    /// A sentence.
    pub note: Option<String>,
}

/// Adds an entry; none about an account that was erased.
pub async fn add(write: &mut Write, entry: &JournalEntry<'_>) -> Result<()> {
    add_unless_since(write, entry, i64::MAX).await
}

/// Adds an entry, unless the same happened to the account since then; none about an account that was erased.
pub(crate) async fn add_unless_since(
    write: &mut Write,
    entry: &JournalEntry<'_>,
    since_ms: i64,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO journal (id, at_ms, account, hosted_relink, what, who, note)
         SELECT $1, $2, $3, $4, $5, $6, $7 WHERE NOT EXISTS (SELECT 1 FROM erased WHERE fingerprint = $8)
             AND NOT EXISTS (SELECT 1 FROM journal WHERE account = $3 AND what = $5 AND at_ms >= $9)",
    )
    .bind(random_id("jrn"))
    .bind(entry.at_ms)
    .bind(entry.account)
    .bind(entry.relink)
    .bind(entry.what.as_str())
    .bind(entry.who)
    .bind(entry.note)
    .bind(entry.account.map(erased::print))
    .bind(since_ms)
    .execute(&mut **write)
    .await?;
    Ok(())
}

/// Adds the same entry for each of several accounts.
pub async fn add_each<'a>(
    write: &mut Write,
    accounts: impl IntoIterator<Item = &'a str>,
    entry: &JournalEntry<'_>,
) -> Result<()> {
    for account in accounts {
        let of_one = JournalEntry {
            at_ms: entry.at_ms,
            account: Some(account),
            relink: entry.relink,
            what: entry.what,
            who: entry.who,
            note: entry.note,
        };
        add(write, &of_one).await?;
    }
    Ok(())
}

impl Store {
    /// Adds an entry on its own.
    pub async fn journal_add(&self, entry: &JournalEntry<'_>) -> Result<()> {
        let mut write = self.begin().await?;
        add(&mut write, entry).await?;
        write.commit().await
    }

    /// An account's entries, the newest first.
    pub async fn journal_of_account(&self, account: &str) -> Result<Vec<JournalLine>> {
        let rows = sqlx::query(
            "SELECT at_ms, account, what, who, note FROM journal WHERE account = $1 ORDER BY at_ms DESC, id LIMIT 200",
        )
        .bind(account)
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(read).collect()
    }

    /// Since when something is wrong with those accounts, in milliseconds: the newest that a provider said of each, where it
    /// was not relinked after that.
    pub async fn troubled_since(&self, accounts: &[&str]) -> Result<HashMap<String, i64>> {
        self.told_since(accounts, "'deactivated', 'warned'").await
    }

    /// Since when those accounts do not work, in milliseconds, where a provider said so.
    pub async fn inactive_since(&self, accounts: &[&str]) -> Result<HashMap<String, i64>> {
        self.told_since(accounts, "'deactivated'").await
    }

    async fn told_since(&self, accounts: &[&str], what: &'static str) -> Result<HashMap<String, i64>> {
        if accounts.is_empty() {
            return Ok(HashMap::new());
        }
        let holes: Vec<String> = (1..=accounts.len()).map(|place| format!("${place}")).collect();
        let statement = format!(
            "SELECT account, MAX(at_ms) AS since FROM journal AS told
             WHERE account IN ({}) AND what IN ({what}) AND NOT EXISTS
                 (SELECT 1 FROM journal AS later
                  WHERE later.account = told.account AND later.what = 'relinked' AND later.at_ms >= told.at_ms)
             GROUP BY account",
            holes.join(", ")
        );
        let mut found = sqlx::query(AssertSqlSafe(statement));
        for account in accounts {
            found = found.bind(*account);
        }
        let rows = found.fetch_all(&self.pool).await?;
        rows.iter().map(|row| Ok((row.try_get("account")?, row.try_get("since")?))).collect()
    }

    /// What people, servers and policies did, the newest first, without the first `skip`.
    pub async fn journal_of_actors(&self, skip: i64, most: i64) -> Result<Vec<JournalLine>> {
        let rows = sqlx::query(
            "SELECT at_ms, account, what, who, note FROM journal
             WHERE who LIKE 'staff:%' OR who LIKE 'api:%' OR who LIKE 'policy:%' OR who IN ('customer', 'operator')
             ORDER BY at_ms DESC, id LIMIT $1 OFFSET $2",
        )
        .bind(most)
        .bind(skip)
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(read).collect()
    }
}

fn read(row: &AnyRow) -> Result<JournalLine> {
    let what: String = row.try_get("what")?;
    Ok(JournalLine {
        at_ms: row.try_get("at_ms")?,
        account: row.try_get("account")?,
        what: JournalEvent::ALL.into_iter().find(|known| known.as_str() == what),
        who: row.try_get("who")?,
        note: row.try_get("note")?,
    })
}
