//! Who works here: the merchant's staff and their sign-ins, and the keys of the merchant's own servers.

use crate::{Result, Store, can_be_an_id, tries};
use sqlx::Row;

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
    /// Adds a person, or changes one.
    pub async fn put_staff(&self, person: &Person, password_hash: &str) -> Result<()> {
        let mut write = self.begin().await?;
        sqlx::query(
            "INSERT INTO staff (email, name, role, password_hash, failures, locked_until) VALUES ($1, $2, $3, $4, 0, 0)
             ON CONFLICT (email) DO UPDATE SET name = excluded.name, role = excluded.role,
                 password_hash = excluded.password_hash, failures = 0, locked_until = 0",
        )
        .bind(&person.email)
        .bind(&person.name)
        .bind(person.role.as_str())
        .bind(password_hash)
        .execute(&mut *write)
        .await?;
        // A new password ends what was signed in with the old one.
        sqlx::query("DELETE FROM staff_sign_ins WHERE email = $1")
            .bind(&person.email)
            .execute(&mut *write)
            .await?;
        tries::forget(&mut write, &person.email).await?;
        write.commit().await
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
            "INSERT INTO staff_sign_ins (token_fingerprint, email, expires_at)
             SELECT CAST($1 AS TEXT), email, CAST($2 AS BIGINT) FROM staff WHERE email = $3 AND password_hash = $4",
        )
        .bind(token)
        .bind(until)
        .bind(email)
        .bind(password_hash)
        .execute(&mut *write)
        .await?;
        if done.rows_affected() == 1 {
            write.commit().await?;
        }
        Ok(done.rows_affected() == 1)
    }

    /// The person whose sign-in this is, while it lasts.
    pub async fn staff_signed_in(&self, token: &str, now: i64) -> Result<Option<Person>> {
        let row = sqlx::query(
            "SELECT staff.email, staff.name, staff.role FROM staff_sign_ins
             JOIN staff ON staff.email = staff_sign_ins.email
             WHERE staff_sign_ins.token_fingerprint = $1 AND staff_sign_ins.expires_at > $2",
        )
        .bind(token)
        .bind(now)
        .fetch_optional(&self.pool)
        .await?;
        row.map(|row| {
            let role: String = row.try_get("role")?;
            Ok(Person {
                email: row.try_get("email")?,
                name: row.try_get("name")?,
                role: Role::parse(&role).unwrap_or(Role::Viewer),
            })
        })
        .transpose()
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

    /// Adds a server's key; false if a key of that name is in use. The name of a revoked key is free again.
    pub async fn put_api_key(&self, fingerprint: &str, name: &str, now: i64) -> Result<bool> {
        let mut write = self.begin().await?;
        let done = sqlx::query(
            "INSERT INTO api_keys (fingerprint, name, created_at) VALUES ($1, $2, $3)
             ON CONFLICT (name) DO UPDATE SET fingerprint = excluded.fingerprint, created_at = excluded.created_at,
                 revoked_at = NULL
             WHERE api_keys.revoked_at IS NOT NULL",
        )
        .bind(fingerprint)
        .bind(name)
        .bind(now)
        .execute(&mut *write)
        .await?;
        write.commit().await?;
        Ok(done.rows_affected() == 1)
    }

    /// Makes a server's key worthless; false where there is none of that name.
    pub async fn revoke_api_key(&self, name: &str, now: i64) -> Result<bool> {
        let mut write = self.begin().await?;
        let done = sqlx::query("UPDATE api_keys SET revoked_at = $1 WHERE name = $2 AND revoked_at IS NULL")
            .bind(now)
            .bind(name)
            .execute(&mut *write)
            .await?;
        write.commit().await?;
        Ok(done.rows_affected() == 1)
    }

    /// The name of the key with that fingerprint.
    pub async fn api_key_name(&self, fingerprint: &str) -> Result<Option<String>> {
        let row = sqlx::query("SELECT name FROM api_keys WHERE fingerprint = $1 AND revoked_at IS NULL")
            .bind(fingerprint)
            .fetch_optional(&self.pool)
            .await?;
        Ok(row.map(|row| row.try_get("name")).transpose()?)
    }
}
