//! Erases a customer: everything that names them, their accounts or their address, in every table. The journal's
//! entries must stay; they stay under a name that leads to nobody.
//! Stripe may still send data about an erased customer: a late webhook, or accounts that it lists until the merchant
//! disconnects them. So fingerprints of the ids are kept for a while, as long as Stripe keeps mentioning them, and
//! nothing with one of these ids is written. If the merchant's server requests a token for the customer, they are a
//! customer again.

use crate::erased::{self, REMEMBERED, print};
use crate::journal::{self, JournalEntry, JournalEvent};
use crate::retention::former;
use crate::security_events::{SecurityEventKind, Source, append};
use crate::{Result, Store, Write, can_be_an_id};
use relink_seal::random_id;
use relink_wire::Json;
use sqlx::Row;
use std::collections::BTreeSet;

/// What was erased: rows by kind, in this order, zeros too.
pub type Erased = Vec<(&'static str, u64)>;

impl Store {
    /// Erases a customer, and says what was erased. Again it finds nothing more, and does no harm. `by` is who asks for it:
    /// `api:…`, or another word of the journal's; `source` is the same for the security log, which names the customer by a
    /// fingerprint alone.
    pub async fn erase_customer(&self, customer: &str, by: &str, source: &Source<'_>) -> Result<Erased> {
        if !can_be_an_id(customer) {
            return Ok(Vec::new());
        }
        let now = source.at_ms / 1000;
        let mut erased = self.erase_once(customer, Some((by, source)), now).await?;
        // What an instance of a version before was writing, which waits for nobody.
        let late = self.erase_once(customer, None, now).await?;
        for ((_, count), (_, more)) in erased.iter_mut().zip(late) {
            *count += more;
        }
        Ok(erased)
    }

    async fn erase_once(&self, customer: &str, by: Option<(&str, &Source<'_>)>, now: i64) -> Result<Erased> {
        let mut write = self.begin().await?;
        erased::alone(&mut write, customer).await?;
        let accounts = accounts_of(&mut write, customer).await?;
        self.remember(&mut write, customer, &accounts, now).await?;
        let names = accounts.into_iter().map(|account| (account, Json::from(random_id("erased"))));
        let renamed = Json::Object(names.collect()).to_string();
        let mut erased = Vec::new();
        for (kind, statement) in OF_CUSTOMER {
            let done = sqlx::query(*statement).bind(customer).execute(&mut *write).await?;
            if let Some(kind) = kind {
                erased.push((*kind, done.rows_affected()));
            }
        }
        let mut counts = [0; OF_ACCOUNTS.len()];
        for (count, statement) in counts.iter_mut().zip(OF_ACCOUNTS) {
            *count = sqlx::query(self.listing(statement))
                .bind(&renamed)
                .execute(&mut *write)
                .await?
                .rows_affected();
        }
        // Lines of accounts whose rows were past their time.
        let formers = "UPDATE journal SET account = $1, hosted_relink = NULL WHERE account = $2";
        let formers = sqlx::query(formers).bind(random_id("erased")).bind(former(customer));
        let formers = formers.execute(&mut *write).await?.rows_affected();
        let [.., pauses, lines] = counts;
        erased.push(("mail_pauses", pauses));
        erased.push(("journal_lines_renamed", lines + formers));
        if let Some((who, source)) = by {
            let what = JournalEvent::Erased;
            let entry =
                JournalEntry { at_ms: now * 1000, account: None, relink: None, what, who, note: None };
            journal::add(&mut write, &entry).await?;
            append(&mut write, source, SecurityEventKind::CustomerErased, Some(&print(customer))).await?;
        }
        write.commit().await?;
        Ok(erased)
    }

    /// Keeps the fingerprints of a customer and of their accounts.
    async fn remember(
        &self,
        write: &mut Write,
        customer: &str,
        accounts: &BTreeSet<String>,
        now: i64,
    ) -> Result<()> {
        let of = print(customer);
        let prints = accounts.iter().map(|account| print(account)).chain([of.clone()]);
        let prints = Json::Object(prints.map(|print| (print, Json::Null)).collect());
        // In order: of two at once neither waits for what the other holds. SQLite takes ON CONFLICT for a join without the WHERE.
        let statement = "INSERT INTO erased (fingerprint, customer, erased_at, expires_at)
             SELECT key, CAST($2 AS TEXT), CAST($3 AS BIGINT), CAST($4 AS BIGINT) FROM LISTED AS listed
             WHERE TRUE ORDER BY key
             ON CONFLICT (fingerprint) DO UPDATE SET expires_at = excluded.expires_at";
        sqlx::query(self.listing(statement))
            .bind(prints.to_string())
            .bind(&of)
            .bind(now)
            .bind(now + REMEMBERED)
            .execute(&mut **write)
            .await?;
        Ok(())
    }
}

/// Rows with the id of one of the customer's accounts. The accounts are passed as an object: the name that each gets in
/// the journal, by its id. The last two are counted.
const OF_ACCOUNTS: [&str; 5] = [
    "DELETE FROM outbox WHERE account IN (SELECT key FROM LISTED AS listed)",
    "DELETE FROM hosted_relink_accounts WHERE account IN (SELECT key FROM LISTED AS listed)",
    "DELETE FROM sending_accounts WHERE account IN (SELECT key FROM LISTED AS listed)",
    "DELETE FROM mail_limits WHERE account IN (SELECT key FROM LISTED AS listed)",
    // The lines of one account stay together.
    "UPDATE journal SET account = listed.value, hosted_relink = NULL FROM LISTED AS listed
         WHERE journal.account = listed.key",
];

/// Rows with the customer's id, in an order in which nothing is still needed when it is deleted. The first statement
/// takes sessions away from a completion in progress.
const OF_CUSTOMER: &[(Option<&str>, &str)] = &[
    (Some("contacts"), "DELETE FROM contacts WHERE customer = $1"),
    (Some("accounts"), "DELETE FROM accounts WHERE customer = $1"),
    (Some("plaid_items"), "DELETE FROM plaid_items WHERE customer = $1"),
    (None, "UPDATE relink_sessions SET handoff_sealed = '' WHERE customer = $1"),
    (None, "DELETE FROM completions WHERE session IN (SELECT id FROM relink_sessions WHERE customer = $1)"),
    (Some("sessions"), "DELETE FROM relink_sessions WHERE customer = $1"),
    (
        Some("messages"),
        "DELETE FROM outbox WHERE hosted_relink IN (SELECT id FROM hosted_relinks WHERE customer = $1)",
    ),
    (
        None,
        "DELETE FROM link_visits WHERE hosted_relink IN (SELECT id FROM hosted_relinks WHERE customer = $1)",
    ),
    (
        None,
        "DELETE FROM hosted_relink_accounts WHERE hosted_relink IN (SELECT id FROM hosted_relinks WHERE customer = $1)",
    ),
    (
        Some("kept_answers"),
        "DELETE FROM idempotency_keys WHERE owner = $1 OR customer = $1
             OR owner IN (SELECT 'link:' || token_fingerprint FROM hosted_relinks WHERE customer = $1)",
    ),
    (Some("links"), "DELETE FROM hosted_relinks WHERE customer = $1"),
];

/// The ids of every account that is known to be the customer's, wherever it is named.
async fn accounts_of(write: &mut Write, customer: &str) -> Result<BTreeSet<String>> {
    let mut ids = BTreeSet::new();
    for statement in [
        "SELECT id FROM accounts WHERE customer = $1",
        "SELECT account AS id FROM hosted_relinks WHERE customer = $1",
        "SELECT about.account AS id FROM hosted_relink_accounts AS about
             JOIN hosted_relinks AS link ON link.id = about.hosted_relink WHERE link.customer = $1",
        "SELECT account AS id FROM relink_sessions WHERE customer = $1 AND account IS NOT NULL",
    ] {
        for row in sqlx::query(statement).bind(customer).fetch_all(&mut **write).await? {
            ids.insert(row.try_get("id")?);
        }
    }
    let shown = sqlx::query("SELECT shown_accounts FROM relink_sessions WHERE customer = $1");
    for row in shown.bind(customer).fetch_all(&mut **write).await? {
        let shown = crate::sessions::json(&row, "shown_accounts")?;
        let listed = shown.as_array().into_iter().flatten();
        ids.extend(listed.filter_map(|account| account.get("id")?.as_str()).map(str::to_owned));
    }
    // With a zero byte it is in no row, and PostgreSQL would refuse to look.
    ids.retain(|id| can_be_an_id(id));
    Ok(ids)
}
