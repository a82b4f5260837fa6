//! Who works here: the merchant's staff and their sign-ins. A sign-in is looked up together with its person, so that it
//! ends with them.

use crate::identities::{self, WayIn};
use crate::security_events::{SecurityEventKind, Source, append};
use crate::{Result, Store, Write, tries};
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};

/// What a person of the staff may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Sees everything and sends requests.
    Agent,
    /// Sees everything.
    Viewer,
}

impl Role {
    /// The column's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Viewer => "viewer",
        }
    }

    /// Reads the word; one that is not known may only look.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Agent, Self::Viewer].into_iter().find(|role| role.as_str() == word)
    }
}

/// A person of the staff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The name to sign in by.
    pub email: String,
    /// How others call them.
    pub name: String,
    /// What they may do.
    pub role: Role,
}

/// A staff member, for an operator.
pub struct Listed {
    /// Who.
    pub person: Person,
    /// How they get in.
    pub way_in: WayIn,
    /// Until when an invitation may be taken up that was not yet, in Unix seconds.
    pub invited_until: Option<i64>,
    /// Whether they have a second factor here.
    pub has_second_factor: bool,
    /// When their last sign-in was used, in Unix seconds.
    pub last_seen: Option<i64>,
}

impl Store {
    /// Adds a person who gets in by a password, or changes one; whether they are new.
    pub async fn put_staff(&self, person: &Person, password_hash: &str, by: &Source<'_>) -> Result<bool> {
        let mut write = self.begin().await?;
        let is_new = put(&mut write, person, password_hash).await?;
        // One way in: an identity that they had counts no more.
        sqlx::query("DELETE FROM staff_identities WHERE email = $1")
            .bind(&person.email)
            .execute(&mut *write)
            .await?;
        append(&mut write, by, added_or_changed(is_new), Some(&person.email)).await?;
        write.commit().await?;
        Ok(is_new)
    }

    /// Invites a person who is known to the OpenID provider: the first identity with their verified address before
    /// `until`, in Unix seconds, accepts the invitation. A previous password or identity stops working. Returns whether
    /// they are new.
    pub async fn invite_staff(&self, person: &Person, until: i64, by: &Source<'_>) -> Result<bool> {
        let mut write = self.begin().await?;
        // No password has an empty hash.
        let is_new = put(&mut write, person, "").await?;
        sqlx::query(
            "INSERT INTO staff_identities (email, invited_until) VALUES ($1, $2)
             ON CONFLICT (email) DO UPDATE SET invited_until = $2, issuer = NULL, subject = NULL, bound_at = NULL",
        )
        .bind(&person.email)
        .bind(until)
        .execute(&mut *write)
        .await?;
        append(&mut write, by, added_or_changed(is_new), Some(&person.email)).await?;
        append(&mut write, by, SecurityEventKind::StaffInvited, Some(&person.email)).await?;
        write.commit().await?;
        Ok(is_new)
    }

    /// Removes a person with all that is theirs; false if there is none of that address. Their sign-ins end with the
    /// first statement: each is looked up together with its person.
    pub async fn remove_staff(&self, email: &str, by: &Source<'_>) -> Result<bool> {
        let mut write = self.begin().await?;
        let done = sqlx::query("DELETE FROM staff WHERE email = $1").bind(email).execute(&mut *write).await?;
        if done.rows_affected() != 1 {
            return Ok(false);
        }
        for rest in
            ["DELETE FROM second_factors WHERE email = $1", "DELETE FROM recovery_codes WHERE email = $1"]
        {
            sqlx::query(rest).bind(email).execute(&mut *write).await?;
        }
        end_sign_ins(&mut write, email).await?;
        append(&mut write, by, SecurityEventKind::StaffRemoved, Some(email)).await?;
        write.commit().await?;
        Ok(true)
    }

    /// Ends every sign-in of a person; `None` if there is none of that address, else how many there were.
    pub async fn sign_staff_out_everywhere(&self, email: &str, by: &Source<'_>) -> Result<Option<u64>> {
        let mut write = self.begin().await?;
        if !hold(&mut write, email).await? {
            return Ok(None);
        }
        let ended = end_sign_ins(&mut write, email).await?;
        append(&mut write, by, SecurityEventKind::ForcedSignOut, Some(email)).await?;
        write.commit().await?;
        Ok(Some(ended))
    }

    /// Everybody of the staff, by address.
    pub async fn staff(&self, now: i64) -> Result<Vec<Listed>> {
        let rows = sqlx::query(
            "SELECT staff.email, staff.name, staff.role, staff.password_hash, second_factors.email AS second_factor,
                 known.invited_until, known.issuer, known.subject,
                 (SELECT MAX(seen_at) FROM staff_sign_ins
                  WHERE staff_sign_ins.email = staff.email AND staff_sign_ins.expires_at > $1) AS last_seen
             FROM staff LEFT JOIN second_factors ON second_factors.email = staff.email
                 LEFT JOIN staff_identities AS known ON known.email = staff.email
             ORDER BY staff.email",
        );
        let rows = rows.bind(now).fetch_all(&self.pool).await?;
        rows.iter()
            .map(|row| {
                let second_factor: Option<String> = row.try_get("second_factor")?;
                let way_in = identities::read(row)?;
                Ok(Listed {
                    person: read(row)?,
                    invited_until: row
                        .try_get("invited_until")
                        .map(|until: Option<i64>| until.filter(|_| way_in == WayIn::Invited))?,
                    way_in,
                    has_second_factor: second_factor.is_some(),
                    last_seen: row.try_get("last_seen")?,
                })
            })
            .collect()
    }

    /// Stores a sign-in made in that way. False if nobody is signed in: the person may no longer sign in this way, or
    /// the name was locked while the password was checked.
    pub async fn sign_staff_in(
        &self,
        token: &str,
        email: &str,
        way_in: &WayIn,
        now: i64,
        until: i64,
    ) -> Result<bool> {
        let mut write = self.begin().await?;
        if !hold(&mut write, email).await? {
            return Ok(false);
        }
        let (theirs, one, other) = match way_in {
            WayIn::Password(hash) => {
                if !tries::confirm(&mut write, email, now).await? {
                    return Ok(false);
                }
                let theirs = "staff.password_hash = $4 AND $6 = '' AND NOT EXISTS
                    (SELECT 1 FROM staff_identities AS known WHERE known.email = staff.email)";
                (theirs, hash.as_str(), "")
            }
            // No password was looked at, so none of their tries is confirmed.
            WayIn::Identity { issuer, subject } => {
                let theirs = "EXISTS (SELECT 1 FROM staff_identities AS known
                    WHERE known.email = staff.email AND known.issuer = $4 AND known.subject = $6)";
                (theirs, issuer.as_str(), subject.as_str())
            }
            WayIn::Invited => return Ok(false),
        };
        let sql = format!(
            "INSERT INTO staff_sign_ins (token_fingerprint, email, seen_at, expires_at)
             SELECT CAST($1 AS TEXT), email, CAST($5 AS BIGINT), CAST($2 AS BIGINT)
             FROM staff WHERE email = $3 AND {theirs}"
        );
        let done = sqlx::query(AssertSqlSafe(sql))
            .bind(token)
            .bind(until)
            .bind(email)
            .bind(one)
            .bind(now)
            .bind(other)
            .execute(&mut *write)
            .await?;
        if done.rows_affected() == 1 {
            write.commit().await?;
        }
        Ok(done.rows_affected() == 1)
    }

    /// The person whose sign-in this is, while it lasts and was used within the last `idle` seconds. Using it is
    /// remembered, to the minute.
    pub async fn staff_signed_in(&self, token: &str, now: i64, idle: i64) -> Result<Option<Person>> {
        const MINUTE: i64 = 60;
        let row = sqlx::query(
            "SELECT staff.email, staff.name, staff.role, staff_sign_ins.seen_at FROM staff_sign_ins
             JOIN staff ON staff.email = staff_sign_ins.email
             WHERE staff_sign_ins.token_fingerprint = $1 AND staff_sign_ins.expires_at > $2
                 AND staff_sign_ins.seen_at > $3",
        )
        .bind(token)
        .bind(now)
        .bind(now - idle)
        .fetch_optional(&self.pool)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let seen_at: i64 = row.try_get("seen_at")?;
        if seen_at + MINUTE <= now {
            let mut write = self.begin().await?;
            sqlx::query(
                "UPDATE staff_sign_ins SET seen_at = $1
                 WHERE token_fingerprint = $2 AND seen_at < $1 AND seen_at > $3",
            )
            .bind(now)
            .bind(token)
            .bind(now - idle)
            .execute(&mut *write)
            .await?;
            write.commit().await?;
        }
        Ok(Some(read(&row)?))
    }

    /// Ends a sign-in.
    pub async fn sign_staff_out(&self, token: &str) -> Result<()> {
        let mut write = self.begin().await?;
        sqlx::query("DELETE FROM staff_sign_ins WHERE token_fingerprint = $1")
            .bind(token)
            .execute(&mut *write)
            .await?;
        write.commit().await
    }
}

/// Writes a person down, and ends what was signed in as they were before; whether they are new.
async fn put(write: &mut Write, person: &Person, password_hash: &str) -> Result<bool> {
    let added = sqlx::query(
        "INSERT INTO staff (email, name, role, password_hash, failures, locked_until) VALUES ($1, $2, $3, $4, 0, 0)
         ON CONFLICT (email) DO NOTHING",
    )
    .bind(&person.email)
    .bind(&person.name)
    .bind(person.role.as_str())
    .bind(password_hash)
    .execute(&mut **write)
    .await?;
    let is_new = added.rows_affected() == 1;
    if !is_new {
        sqlx::query(
            "UPDATE staff SET name = $1, role = $2, password_hash = $3, failures = 0, locked_until = 0
             WHERE email = $4",
        )
        .bind(&person.name)
        .bind(person.role.as_str())
        .bind(password_hash)
        .bind(&person.email)
        .execute(&mut **write)
        .await?;
        // A new way in ends what was signed in by the old one.
        end_sign_ins(write, &person.email).await?;
        tries::forget(write, &person.email).await?;
    }
    Ok(is_new)
}

/// Locks a person's row until the end of the transaction; false if there is nobody with that address. Signing in and
/// ending sign-ins both start with this: so a sign-in is either ended or sees the change.
pub(crate) async fn hold(write: &mut Write, email: &str) -> Result<bool> {
    let done = sqlx::query("UPDATE staff SET email = email WHERE email = $1").bind(email);
    Ok(done.execute(&mut **write).await?.rows_affected() == 1)
}

fn added_or_changed(is_new: bool) -> SecurityEventKind {
    if is_new { SecurityEventKind::StaffAdded } else { SecurityEventKind::StaffChanged }
}

async fn end_sign_ins(write: &mut Write, email: &str) -> Result<u64> {
    let done = sqlx::query("DELETE FROM staff_sign_ins WHERE email = $1").bind(email);
    Ok(done.execute(&mut **write).await?.rows_affected())
}

fn read(row: &AnyRow) -> Result<Person> {
    let role: String = row.try_get("role")?;
    Ok(Person {
        email: row.try_get("email")?,
        name: row.try_get("name")?,
        role: Role::parse(&role).unwrap_or(Role::Viewer),
    })
}
