//! How long rows are kept, and deletes what is past that.
//!
//! Every instance may do it at the same time: rows are deleted a few at a time, each by a statement that says again what must
//! hold. What is still in flight is never deleted: an open session, an open link, a message that is to be sent, a pause between
//! two emails that still counts.
//!
//! The journal is kept longer than the accounts it is about. Once an account's row goes, nobody could find its lines by the customer any
//! more: from then on they name the customer by a fingerprint ([`former`]) and no account, so that an erasure still finds them.

use crate::{Result, Store};
use relink_seal::fingerprint;
use sqlx::Row;

/// Rows that are deleted in one transaction.
const BATCH: i64 = 200;
/// Batches of one kind in one go; what is left waits for the next.
const MOST_BATCHES: usize = 50;
const DAY: i64 = 86_400;

/// How long rows are kept, in days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// Sessions, from when they ended.
    pub sessions: i64,
    /// Accounts that Stripe has not mentioned since.
    pub accounts: i64,
    /// Links, from when they ended.
    pub links: i64,
    /// Messages that were sent, withdrawn or given up, and what staff sent at once.
    pub messages: i64,
    /// How customers without any account or open link are reached.
    pub contacts: i64,
    /// The journal.
    pub journal: i64,
}

impl Default for Retention {
    fn default() -> Self {
        Self { sessions: 90, accounts: 90, links: 180, messages: 90, contacts: 365, journal: 730 }
    }
}

/// Rows of one kind: which are past their time, and how one is deleted. `$1` is the moment before which they are past, in
/// Unix seconds; in `delete`, which decides again, `$1` is the row's id and `$2` the moment. `rest` deletes what belongs to a
/// row that is gone, by its id. `lines` is for rows that lines of the journal are about.
struct Kind {
    name: &'static str,
    past: &'static str,
    before: &'static [&'static str],
    delete: &'static str,
    rest: &'static [&'static str],
    lines: Option<Lines>,
}

/// Lines of the journal about a row that is deleted.
struct Lines {
    /// Whose the row is, by its id.
    owner: &'static str,
    /// Gives those of its lines that nothing else leads to the name `$2`; `$1` is the row's id.
    rename: &'static str,
}

/// What lines of the journal about a customer's accounts are kept under once the accounts are gone.
pub(crate) fn former(customer: &str) -> String {
    format!("former_{}", fingerprint(&[b"former accounts", customer.as_bytes()]))
}

const SESSIONS: Kind = Kind {
    name: "sessions",
    past: "SELECT id FROM relink_sessions WHERE created_at <= $1 AND expires_at <= $1 ORDER BY id LIMIT 200",
    // The completion refers to its session.
    before: &["DELETE FROM completions WHERE session = $1 AND EXISTS
        (SELECT 1 FROM relink_sessions WHERE id = $1 AND created_at <= $2 AND expires_at <= $2)"],
    delete: "DELETE FROM relink_sessions WHERE id = $1 AND created_at <= $2 AND expires_at <= $2",
    rest: &[],
    lines: None,
};

const LINKS: Kind = Kind {
    name: "links",
    past: "SELECT id FROM hosted_relinks WHERE status <> 'open' AND COALESCE(ended_at, expires_at) <= $1
        AND NOT EXISTS (SELECT 1 FROM outbox WHERE hosted_relink = hosted_relinks.id AND status = 'queued')
        ORDER BY id LIMIT 200",
    before: &[],
    delete: "DELETE FROM hosted_relinks WHERE id = $1 AND status <> 'open' AND COALESCE(ended_at, expires_at) <= $2
        AND NOT EXISTS (SELECT 1 FROM outbox WHERE hosted_relink = hosted_relinks.id AND status = 'queued')",
    rest: &[
        "DELETE FROM hosted_relink_accounts WHERE hosted_relink = $1",
        "DELETE FROM link_visits WHERE hosted_relink = $1",
    ],
    lines: Some(Lines {
        owner: "SELECT customer FROM hosted_relinks WHERE id = $1",
        // Lines of an account that is known stay its own.
        rename: "UPDATE journal SET account = $2 WHERE hosted_relink = $1 AND account IS NOT NULL AND account <> $2
            AND NOT EXISTS (SELECT 1 FROM accounts WHERE accounts.id = journal.account)",
    }),
};

const MESSAGES: Kind = Kind {
    name: "messages",
    past: "SELECT id FROM outbox WHERE status <> 'queued' AND done_at <= $1 ORDER BY id LIMIT 200",
    before: &[],
    delete: "DELETE FROM outbox WHERE id = $1 AND status <> 'queued' AND done_at <= $2",
    rest: &[],
    lines: None,
};

const SENDINGS: Kind = Kind {
    name: "sendings",
    past: "SELECT id FROM sendings WHERE created_at <= $1 ORDER BY id LIMIT 200",
    before: &[],
    delete: "DELETE FROM sendings WHERE id = $1 AND created_at <= $2",
    rest: &["DELETE FROM sending_accounts WHERE sending = $1"],
    lines: None,
};

const PAUSES: Kind = Kind {
    name: "pauses",
    past: "SELECT account AS id FROM mail_limits WHERE asked_at <= $1 ORDER BY account LIMIT 200",
    before: &[],
    delete: "DELETE FROM mail_limits WHERE account = $1 AND asked_at <= $2",
    rest: &[],
    lines: None,
};

const ACCOUNTS: Kind = Kind {
    name: "accounts",
    past: "SELECT id FROM accounts WHERE read_at_ms / 1000 <= $1
        AND NOT EXISTS (SELECT 1 FROM hosted_relink_accounts AS about JOIN hosted_relinks AS link ON link.id = about.hosted_relink
            WHERE about.account = accounts.id AND link.status = 'open')
        AND NOT EXISTS (SELECT 1 FROM relink_sessions AS begun WHERE begun.customer = accounts.customer AND begun.expires_at > $1)
        ORDER BY id LIMIT 200",
    before: &[],
    delete: "DELETE FROM accounts WHERE id = $1 AND read_at_ms / 1000 <= $2
        AND NOT EXISTS (SELECT 1 FROM hosted_relink_accounts AS about JOIN hosted_relinks AS link ON link.id = about.hosted_relink
            WHERE about.account = accounts.id AND link.status = 'open')
        AND NOT EXISTS (SELECT 1 FROM relink_sessions AS begun WHERE begun.customer = accounts.customer AND begun.expires_at > $2)",
    rest: &[],
    lines: Some(Lines {
        owner: "SELECT customer FROM accounts WHERE id = $1",
        rename: "UPDATE journal SET account = $2 WHERE account = $1",
    }),
};

/// Items none of whose accounts Plaid has told of since. A token of one that nobody can repair any more is of no use.
const PLAID_ITEMS: Kind = Kind {
    name: "plaid_items",
    past: "SELECT id FROM plaid_items WHERE created_at <= $1
        AND NOT EXISTS (SELECT 1 FROM accounts WHERE accounts.authorization_id = plaid_items.id)
        ORDER BY id LIMIT 200",
    before: &[],
    delete: "DELETE FROM plaid_items WHERE id = $1 AND created_at <= $2
        AND NOT EXISTS (SELECT 1 FROM accounts WHERE accounts.authorization_id = plaid_items.id)",
    rest: &[],
    lines: None,
};

const CONTACTS: Kind = Kind {
    name: "contacts",
    past: "SELECT customer AS id FROM contacts WHERE changed_at <= $1
        AND NOT EXISTS (SELECT 1 FROM accounts WHERE accounts.customer = contacts.customer)
        AND NOT EXISTS (SELECT 1 FROM hosted_relinks AS link WHERE link.customer = contacts.customer AND link.status = 'open')
        ORDER BY customer LIMIT 200",
    before: &[],
    delete: "DELETE FROM contacts WHERE customer = $1 AND changed_at <= $2
        AND NOT EXISTS (SELECT 1 FROM accounts WHERE accounts.customer = contacts.customer)
        AND NOT EXISTS (SELECT 1 FROM hosted_relinks AS link WHERE link.customer = contacts.customer AND link.status = 'open')",
    rest: &[],
    lines: None,
};

const JOURNAL: Kind = Kind {
    name: "journal",
    past: "SELECT id FROM journal WHERE at_ms <= $1 * 1000 ORDER BY at_ms, id LIMIT 200",
    before: &[],
    delete: "DELETE FROM journal WHERE id = $1 AND at_ms <= $2 * 1000",
    rest: &[],
    lines: None,
};

impl Store {
    /// Deletes what is past its time, a few rows at a time; answers how many of each kind.
    pub async fn delete_what_is_past(&self, keep: &Retention, now: i64) -> Result<Vec<(&'static str, u64)>> {
        let mut deleted = Vec::new();
        for (kind, days) in [
            (SESSIONS, keep.sessions),
            (LINKS, keep.links),
            (PAUSES, keep.links),
            (MESSAGES, keep.messages),
            (SENDINGS, keep.messages),
            (ACCOUNTS, keep.accounts),
            (PLAID_ITEMS, keep.accounts),
            (CONTACTS, keep.contacts),
            (JOURNAL, keep.journal),
        ] {
            deleted.push((kind.name, self.delete_past(&kind, now - days * DAY).await?));
        }
        Ok(deleted)
    }

    async fn delete_past(&self, kind: &Kind, before: i64) -> Result<u64> {
        let mut count = 0;
        for _ in 0..MOST_BATCHES {
            let rows = sqlx::query(kind.past).bind(before).fetch_all(&self.pool).await?;
            let mut write = self.begin().await?;
            for row in &rows {
                let id: String = row.try_get("id")?;
                for statement in kind.before {
                    sqlx::query(*statement).bind(&id).bind(before).execute(&mut *write).await?;
                }
                let mut owner: Option<String> = None;
                if let Some(lines) = &kind.lines {
                    owner = sqlx::query_scalar(lines.owner).bind(&id).fetch_optional(&mut *write).await?;
                }
                let done = sqlx::query(kind.delete).bind(&id).bind(before).execute(&mut *write).await?;
                if done.rows_affected() == 0 {
                    continue;
                }
                count += 1;
                if let (Some(lines), Some(owner)) = (&kind.lines, owner) {
                    sqlx::query(lines.rename).bind(&id).bind(former(&owner)).execute(&mut *write).await?;
                }
                for statement in kind.rest {
                    sqlx::query(*statement).bind(&id).execute(&mut *write).await?;
                }
            }
            write.commit().await?;
            if (rows.len() as i64) < BATCH {
                break;
            }
        }
        Ok(count)
    }
}
