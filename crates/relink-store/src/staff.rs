//! Who works here: the merchant's staff and their sign-ins. A sign-in is looked up together with its person, so that it
//! ends with them.

use crate::security_events::{SecurityEventKind, Source, append};
use crate::{Result, Store, Write, can_be_an_id, tries};
use sqlx::Row;
use sqlx::any::AnyRow;

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

/// What a sign-in is checked against.
pub struct Credentials {
    /// As `seal::hash_password` made it.
    pub password_hash: String,
}

impl Store {
    /// Adds a person, or changes one; whether they are new.
    pub async fn put_staff(&self, person: &Person, password_hash: &str, by: &Source<'_>) -> Result<bool> {
        let mut write = self.begin().await?;
        let added = sqlx::query(
            "INSERT INTO staff (email, name, role, password_hash, failures, locked_until) VALUES ($1, $2, $3, $4, 0, 0)
             ON CONFLICT (email) DO NOTHING",
        )
        .bind(&person.email)
        .bind(&person.name)
        .bind(person.role.as_str())
        .bind(password_hash)
        .execute(&mut *write)
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
            .execute(&mut *write)
            .await?;
            // A new password ends what was signed in with the old one.
            end_sign_ins(&mut write, &person.email).await?;
            tries::forget(&mut write, &person.email).await?;
        }
        let kind = if is_new { SecurityEventKind::StaffAdded } else { SecurityEventKind::StaffChanged };
        append(&mut write, by, kind, Some(&person.email)).await?;
        write.commit().await?;
        Ok(is_new)
    }

    /// Removes a person with all that is theirs; false where there is none of that address. Their sign-ins end with the
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

    /// Ends every sign-in of a person; nothing where there is none of that address, else how many there were.
    pub async fn sign_staff_out_everywhere(&self, email: &str, by: &Source<'_>) -> Result<Option<u64>> {
        let mut write = self.begin().await?;
        let known = sqlx::query("SELECT 1 AS one FROM staff WHERE email = $1").bind(email);
        if known.fetch_optional(&mut *write).await?.is_none() {
            return Ok(None);
        }
        let ended = end_sign_ins(&mut write, email).await?;
        append(&mut write, by, SecurityEventKind::ForcedSignOut, Some(email)).await?;
        write.commit().await?;
        Ok(Some(ended))
    }

    /// Everybody of the staff, by address, each with whether they have a second factor and when their last sign-in was
    /// used, in Unix seconds.
    pub async fn staff(&self, now: i64) -> Result<Vec<(Person, bool, Option<i64>)>> {
        let rows = sqlx::query(
            "SELECT staff.email, staff.name, staff.role, second_factors.email AS second_factor,
                 (SELECT MAX(seen_at) FROM staff_sign_ins
                  WHERE staff_sign_ins.email = staff.email AND staff_sign_ins.expires_at > $1) AS last_seen
             FROM staff LEFT JOIN second_factors ON second_factors.email = staff.email ORDER BY staff.email",
        );
        let rows = rows.bind(now).fetch_all(&self.pool).await?;
        rows.iter()
            .map(|row| {
                let second_factor: Option<String> = row.try_get("second_factor")?;
                Ok((read(row)?, second_factor.is_some(), row.try_get("last_seen")?))
            })
            .collect()
    }

    /// What a person's sign-in is checked against.
    pub async fn staff_credentials(&self, email: &str) -> Result<Option<Credentials>> {
        if !can_be_an_id(email) {
            return Ok(None);
        }
        let row = sqlx::query("SELECT password_hash FROM staff WHERE email = $1")
            .bind(email)
            .fetch_optional(&self.pool)
            .await?;
        row.map(|row| Ok(Credentials { password_hash: row.try_get("password_hash")? })).transpose()
    }

    /// Remembers a sign-in by a password that was right. False where nobody is signed in: the name was locked while the
    /// password was looked at, or the password is another by now.
    pub async fn sign_staff_in(
        &self,
        token: &str,
        email: &str,
        password_hash: &str,
        now: i64,
        until: i64,
    ) -> Result<bool> {
        let mut write = self.begin().await?;
        if !tries::confirm(&mut write, email, now).await? {
            return Ok(false);
        }
        let done = sqlx::query(
            "INSERT INTO staff_sign_ins (token_fingerprint, email, seen_at, expires_at)
             SELECT CAST($1 AS TEXT), email, CAST($5 AS BIGINT), CAST($2 AS BIGINT)
             FROM staff WHERE email = $3 AND password_hash = $4",
        )
        .bind(token)
        .bind(until)
        .bind(email)
        .bind(password_hash)
        .bind(now)
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
