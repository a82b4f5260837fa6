//! Password attempts. One statement counts an attempt before the password is checked, and decides whether it may be
//! checked. So however many arrive at once, on any number of machines, the limit holds. A name that does not exist is
//! counted like one that does.
//! There are three counts: by client address, by name, and in total. A right password resets the name's count, unless
//! the name was locked meanwhile.

use crate::{Result, Store, Write};
use relink_seal::fingerprint;
use sqlx::Row;

/// For how long a count that is full is locked, in seconds.
pub const LOCKED: i64 = 15 * 60;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// Tries of one name: ten wrong passwords in a row, within a day.
    Name,
    /// Tries from one address, whatever the names: fifty in a quarter of an hour.
    Address,
    /// All tries: a thousand in a quarter of an hour.
    Everything,
}

impl Counted {
    /// This many attempts are checked; the next one locks it.
    fn most(self) -> i64 {
        match self {
            Self::Name => 10,
            Self::Address => 50,
            Self::Everything => 1000,
        }
    }

    /// Seconds after which a count starts over.
    fn window(self) -> i64 {
        match self {
            Self::Name => 86_400,
            Self::Address | Self::Everything => LOCKED,
        }
    }
}

/// Whether a password may be checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Try {
    /// It may.
    Reserved,
    /// It may not.
    Locked {
        /// By which count.
        by: Counted,
        /// Until when, in Unix seconds.
        until: i64,
        /// Whether it is this try that locked it.
        is_new: bool,
    },
}

impl Store {
    /// Counts an attempt for a name from an address, and says whether the password may be checked.
    pub async fn reserve_try(&self, name: &str, address: Option<&str>, now: i64) -> Result<Try> {
        let mut write = self.begin().await?;
        // What an address or a name has used up is not counted for everybody.
        let address = address.map(|address| (Counted::Address, format!("address {address}")));
        let name = (Counted::Name, subject_of_name(name));
        let everything = (Counted::Everything, "everything".to_owned());
        let mut outcome = Try::Reserved;
        for (by, subject) in address.into_iter().chain([name, everything]) {
            outcome = count(&mut write, by, &subject, now).await?;
            if outcome != Try::Reserved {
                break;
            }
        }
        write.commit().await?;
        Ok(outcome)
    }
}

async fn count(write: &mut Write, by: Counted, subject: &str, now: i64) -> Result<Try> {
    let row = sqlx::query(
        "INSERT INTO sign_in_tries AS known (subject, tries, since, locked_until) VALUES ($1, 1, $2, 0)
         ON CONFLICT (subject) DO UPDATE SET
             tries = CASE WHEN known.locked_until BETWEEN 1 AND $2 OR (known.locked_until = 0 AND known.since <= $3)
                 THEN 1 ELSE known.tries + 1 END,
             since = CASE WHEN known.locked_until BETWEEN 1 AND $2 OR (known.locked_until = 0 AND known.since <= $3)
                 THEN excluded.since ELSE known.since END,
             locked_until = CASE WHEN known.locked_until BETWEEN 1 AND $2 OR (known.locked_until = 0 AND known.since <= $3)
                 THEN 0 WHEN known.locked_until > 0 THEN known.locked_until
                 WHEN known.tries >= $4 THEN $5 ELSE 0 END
         RETURNING tries, locked_until",
    )
    .bind(subject)
    .bind(now)
    .bind(now - by.window())
    .bind(by.most())
    .bind(now + LOCKED)
    .fetch_one(&mut **write)
    .await?;
    let (tries, until): (i64, i64) = (row.try_get("tries")?, row.try_get("locked_until")?);
    Ok(match until {
        0 => Try::Reserved,
        until => Try::Locked { by, until, is_new: tries == by.most() + 1 },
    })
}

/// The password was right: the name's count starts over. False if the name was locked while the password was checked;
/// then nobody is signed in.
pub(crate) async fn confirm(write: &mut Write, name: &str, now: i64) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE sign_in_tries SET tries = 0, since = $1, locked_until = 0 WHERE subject = $2 AND locked_until <= $1",
    );
    let done = done.bind(now).bind(subject_of_name(name)).execute(&mut **write).await?;
    Ok(done.rows_affected() == 1)
}

/// Somebody who may has given the name a new password: it is not locked.
pub(crate) async fn forget(write: &mut Write, name: &str) -> Result<()> {
    let gone = sqlx::query("DELETE FROM sign_in_tries WHERE subject = $1").bind(subject_of_name(name));
    gone.execute(&mut **write).await?;
    Ok(())
}

/// Deletes counts that would start over with the next attempt anyway.
pub(crate) async fn delete_old(write: &mut Write, now: i64) -> Result<()> {
    let old = sqlx::query("DELETE FROM sign_in_tries WHERE since <= $1 AND locked_until <= $2");
    old.bind(now - Counted::Name.window()).bind(now).execute(&mut **write).await?;
    Ok(())
}

/// What was typed as a name may be anything, a password by mistake: it is not kept.
fn subject_of_name(name: &str) -> String {
    format!("name {}", fingerprint(&[b"sign-in name", name.as_bytes()]))
}
