//! The security log: who signed in, who was refused, what was changed about staff and keys, what was exported and
//! erased. Rows are only added.
//!
//! Each row's hash covers the row and the hash of the row before it. So a row that was removed, changed or put in
//! between shows: [`Store::check_security_events`] finds the first. `security_chain` holds the last number and hash, so that rows removed
//! from the end show too. Whoever can write to the whole database could still make a new chain. That shows by a hash
//! that was kept elsewhere: the program logs each one, and an export holds them.
//! The only personal data in an event are a staff member's address, a key's name, and the client's address. If somebody
//! who is not staff typed a name, it is never stored: it may be a password.

pub use crate::security_chain::{BrokenChain, ChainEnd, SecurityLine};

use crate::database::Engine;
use crate::{Result, Store, Write};
use relink_seal::random_id;
use sqlx::Row;
use sqlx::any::AnyRow;
use std::fmt;
use std::net::IpAddr;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecurityEventKind {
    /// Somebody signed in.
    SignedIn,
    /// A sign-in with a wrong name or password, or for a name that is locked.
    SignInFailed,
    /// After too many wrong passwords or codes nobody can sign in by a name for a while.
    Locked,
    /// Somebody signed out.
    SignedOut,
    /// An operator ended every sign-in of a person.
    ForcedSignOut,
    /// A person was added to the staff.
    StaffAdded,
    /// A person's name, role or password was changed.
    StaffChanged,
    /// A person was invited to sign in at the OpenID provider.
    StaffInvited,
    /// A person who was invited signed in there for the first time: from now on it is they.
    IdentityBound,
    /// A person is no longer of the staff.
    StaffRemoved,
    /// A person set up a second factor.
    SecondFactorSet,
    /// An operator took a person's second factor away, so that they set up another.
    SecondFactorReset,
    /// The password was right and the code was not.
    SecondFactorFailed,
    /// A recovery code took the place of the second factor.
    RecoveryCodeUsed,
    /// A key was made for a server.
    ApiKeyAdded,
    /// A key was made worthless.
    ApiKeyRevoked,
    /// A request was refused for its key. Of many in a short time only the first are recorded.
    ApiKeyRefused,
    /// This log, or a copy of the whole database, was exported.
    Exported,
    /// What was kept of a customer was erased.
    CustomerErased,
    /// What rests sealed was sealed with another key.
    Resealed,
}

impl SecurityEventKind {
    /// The column's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SignedIn => "signed_in",
            Self::SignInFailed => "sign_in_failed",
            Self::Locked => "locked",
            Self::SignedOut => "signed_out",
            Self::ForcedSignOut => "forced_sign_out",
            Self::StaffAdded => "staff_added",
            Self::StaffChanged => "staff_changed",
            Self::StaffInvited => "staff_invited",
            Self::IdentityBound => "identity_bound",
            Self::StaffRemoved => "staff_removed",
            Self::SecondFactorSet => "second_factor_set",
            Self::SecondFactorReset => "second_factor_reset",
            Self::SecondFactorFailed => "second_factor_failed",
            Self::RecoveryCodeUsed => "recovery_code_used",
            Self::ApiKeyAdded => "api_key_added",
            Self::ApiKeyRevoked => "api_key_revoked",
            Self::ApiKeyRefused => "api_key_refused",
            Self::Exported => "exported",
            Self::CustomerErased => "customer_erased",
            Self::Resealed => "resealed",
        }
    }
}

/// Who did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor<'a> {
    /// A person of the staff, by their email address.
    Staff(&'a str),
    /// A merchant's server, by its key's name.
    ApiKey(&'a str),
    /// An operator at the command line.
    CommandLine,
    /// Nobody knows.
    Unknown,
}

impl fmt::Display for Actor<'_> {
    /// The column's words.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Staff(email) => write!(f, "staff:{email}"),
            Self::ApiKey(name) => write!(f, "api:{name}"),
            Self::CommandLine => f.write_str("command line"),
            Self::Unknown => f.write_str("unknown"),
        }
    }
}

/// Who does something, when, and from where.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// When, in milliseconds since 1970.
    pub at_ms: i64,
    /// Who.
    pub actor: Actor<'a>,
    /// The client's address, where there is a client.
    pub address: Option<IpAddr>,
}

/// Adds an event to a transaction. It comes last: until the commit nobody else can add one.
pub async fn append(
    write: &mut Write,
    source: &Source<'_>,
    kind: SecurityEventKind,
    subject: Option<&str>,
) -> Result<()> {
    // One row, which both engines lock for whoever changes it: the next in line sees what this one has written.
    let head = sqlx::query(
        "UPDATE security_chain SET number = number + 1 WHERE name = 'events' RETURNING number, hash",
    );
    let head = head.fetch_one(&mut **write).await?;
    let before: String = head.try_get("hash")?;
    let mut line = SecurityLine {
        number: head.try_get("number")?,
        id: random_id("sev"),
        at_ms: source.at_ms,
        kind: kind.as_str().into(),
        actor: source.actor.to_string(),
        address: source.address.map(|address| address.to_canonical().to_string()),
        subject: subject.map(Into::into),
        hash: String::new(),
    };
    line.hash = line.hash_after(&before);
    sqlx::query(
        "INSERT INTO security_events (number, id, at_ms, kind, actor, address, subject, hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(line.number)
    .bind(&line.id)
    .bind(line.at_ms)
    .bind(&line.kind)
    .bind(&line.actor)
    .bind(&line.address)
    .bind(&line.subject)
    .bind(&line.hash)
    .execute(&mut **write)
    .await?;
    sqlx::query("UPDATE security_chain SET hash = $1 WHERE name = 'events'")
        .bind(&line.hash)
        .execute(&mut **write)
        .await?;
    write.recorded.push(line);
    Ok(())
}

impl Store {
    /// Adds an event on its own.
    pub async fn record(
        &self,
        source: &Source<'_>,
        kind: SecurityEventKind,
        subject: Option<&str>,
    ) -> Result<()> {
        let mut write = self.begin().await?;
        append(&mut write, source, kind, subject).await?;
        write.commit().await
    }

    /// At most `most` events from `since_ms` on with a number above `after`, the oldest first.
    pub async fn security_events(&self, after: i64, since_ms: i64, most: i64) -> Result<Vec<SecurityLine>> {
        let rows = sqlx::query(
            "SELECT number, id, at_ms, kind, actor, address, subject, hash FROM security_events
             WHERE number > $1 AND at_ms >= $2 ORDER BY number LIMIT $3",
        )
        .bind(after)
        .bind(since_ms)
        .bind(most)
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(read).collect()
    }

    /// Goes along the whole chain. Answers where it ends, or its first wrong line. Others may add events meanwhile.
    /// `anchor` is a hash of before that was kept elsewhere: whether it is in the chain stands in [`ChainEnd`].
    pub async fn check_security_events(
        &self,
        anchor: Option<&str>,
    ) -> Result<std::result::Result<ChainEnd, BrokenChain>> {
        const PAGE: i64 = 1000;
        let mut end = ChainEnd::default();
        loop {
            // The end is read first: whoever moves it has committed the lines up to it.
            let head = sqlx::query("SELECT number, hash FROM security_chain WHERE name = 'events'");
            let head = head.fetch_optional(&self.pool).await?;
            let head: Option<(i64, String)> = head
                .map(|head| Ok::<_, sqlx::Error>((head.try_get("number")?, head.try_get("hash")?)))
                .transpose()?;
            let Some((last, hash)) = head else { return Ok(Err(BrokenChain::End(end.number))) };
            if last < end.number || last == end.number && hash != end.hash {
                return Ok(Err(BrokenChain::End(end.number)));
            }
            let lines = self.security_events(end.number, i64::MIN, PAGE).await?;
            if lines.is_empty() {
                return Ok(if last == end.number {
                    Ok(end)
                } else {
                    Err(BrokenChain::Missing(end.number + 1))
                });
            }
            for line in &lines {
                if let Err(broken) = end.go_on(line) {
                    return Ok(Err(broken));
                }
                end.has_anchor |= anchor == Some(line.hash.as_str());
            }
        }
    }
}

fn read(row: &AnyRow) -> Result<SecurityLine> {
    Ok(SecurityLine {
        number: row.try_get("number")?,
        id: row.try_get("id")?,
        at_ms: row.try_get("at_ms")?,
        kind: row.try_get("kind")?,
        actor: row.try_get("actor")?,
        address: row.try_get("address")?,
        subject: row.try_get("subject")?,
        hash: row.try_get("hash")?,
    })
}

/// Makes the database refuse every change of an event, where it does not do so yet.
pub(crate) fn triggers(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => {
            "CREATE TRIGGER IF NOT EXISTS security_events_never_change BEFORE UPDATE ON security_events
             BEGIN SELECT RAISE(ABORT, 'security_events: rows are only added'); END;
             CREATE TRIGGER IF NOT EXISTS security_events_never_go BEFORE DELETE ON security_events
             BEGIN SELECT RAISE(ABORT, 'security_events: rows are only added'); END;"
        }
        Engine::Postgres => {
            "DO $make$
             BEGIN
                 PERFORM pg_advisory_xact_lock(7305511);
                 IF NOT EXISTS (
                     SELECT 1 FROM pg_trigger
                     WHERE tgrelid = 'security_events'::regclass AND tgname = 'security_events_never_change'
                 ) THEN
                     CREATE OR REPLACE FUNCTION security_events_only_grow() RETURNS trigger LANGUAGE plpgsql AS $refuse$
                     BEGIN
                         RAISE EXCEPTION 'security_events: rows are only added';
                     END
                     $refuse$;
                     CREATE TRIGGER security_events_never_change
                         BEFORE UPDATE OR DELETE OR TRUNCATE ON security_events
                         FOR EACH STATEMENT EXECUTE FUNCTION security_events_only_grow();
                 END IF;
             END
             $make$"
        }
    }
}
