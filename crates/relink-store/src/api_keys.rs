//! The keys of the merchant's own servers: what each may do, how long, and when it was last used. A key itself is never
//! kept, only its fingerprint.

use crate::security_events::{SecurityEventKind, Source, append};
use crate::{Result, Store};
use sqlx::Row;
use std::fmt;

/// Something that a key may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Reads a customer's accounts.
    ReadAccounts,
    /// Makes tokens for customers' pages.
    CustomerTokens,
    /// Makes and reads hosted relinks.
    HostedRelinks,
    /// Registers items at Plaid.
    PlaidItems,
    /// Erases what is kept of a customer.
    Erase,
}

impl Scope {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::ReadAccounts, Self::CustomerTokens, Self::HostedRelinks, Self::PlaidItems, Self::Erase];
    /// What a key may do where nobody says. Nothing of it takes anything away.
    pub const USUAL: [Self; 3] = [Self::ReadAccounts, Self::CustomerTokens, Self::HostedRelinks];

    /// Its name, on the command line and in the column.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ReadAccounts => "accounts.read",
            Self::CustomerTokens => "customer_tokens",
            Self::HostedRelinks => "hosted_relinks",
            Self::PlaidItems => "plaid_items",
            Self::Erase => "erase",
        }
    }

    /// The scope of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == name)
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A key that is in use, without the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    /// What the operator calls it.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// When it was made, in Unix seconds.
    pub created_at: i64,
    /// When it expires, in Unix seconds.
    pub expires_at: Option<i64>,
    /// The day of its last use, in days since 1970.
    pub last_used_day: Option<i64>,
}

impl Store {
    /// Adds a key; false if one of that name is in use. The name of a revoked key is free again, and that of one that
    /// has run out.
    pub async fn put_api_key(&self, fingerprint: &str, key: &ApiKey, by: &Source<'_>) -> Result<bool> {
        let mut write = self.begin().await?;
        let scopes: Vec<_> = key.scopes.iter().map(|scope| scope.as_str()).collect();
        let done = sqlx::query(
            "INSERT INTO api_keys (fingerprint, name, created_at, scopes, expires_at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (name) DO UPDATE SET fingerprint = excluded.fingerprint, created_at = excluded.created_at,
                 scopes = excluded.scopes, expires_at = excluded.expires_at, last_used_day = NULL, revoked_at = NULL
             WHERE api_keys.revoked_at IS NOT NULL OR api_keys.expires_at <= excluded.created_at",
        )
        .bind(fingerprint)
        .bind(&key.name)
        .bind(key.created_at)
        .bind(scopes.join(" "))
        .bind(key.expires_at)
        .execute(&mut *write)
        .await?;
        let is_new = done.rows_affected() == 1;
        if is_new {
            append(&mut write, by, SecurityEventKind::ApiKeyAdded, Some(&key.name)).await?;
        }
        write.commit().await?;
        Ok(is_new)
    }

    /// Makes a key worthless; false if none of that name is in use.
    pub async fn revoke_api_key(&self, name: &str, by: &Source<'_>) -> Result<bool> {
        let mut write = self.begin().await?;
        let done = sqlx::query("UPDATE api_keys SET revoked_at = $1 WHERE name = $2 AND revoked_at IS NULL")
            .bind(by.at_ms / 1000)
            .bind(name)
            .execute(&mut *write)
            .await?;
        let was_there = done.rows_affected() == 1;
        if was_there {
            append(&mut write, by, SecurityEventKind::ApiKeyRevoked, Some(name)).await?;
        }
        write.commit().await?;
        Ok(was_there)
    }

    /// The key with that fingerprint, unless it is revoked. Whether it has run out is the caller's to look at.
    pub async fn api_key(&self, fingerprint: &str) -> Result<Option<ApiKey>> {
        let row = sqlx::query(
            "SELECT name, scopes, created_at, expires_at, last_used_day FROM api_keys
             WHERE fingerprint = $1 AND revoked_at IS NULL",
        );
        row.bind(fingerprint).fetch_optional(&self.pool).await?.as_ref().map(read).transpose()
    }

    /// Every key that is not revoked, by name.
    pub async fn api_keys(&self) -> Result<Vec<ApiKey>> {
        let rows = sqlx::query(
            "SELECT name, scopes, created_at, expires_at, last_used_day FROM api_keys
             WHERE revoked_at IS NULL ORDER BY name",
        );
        rows.fetch_all(&self.pool).await?.iter().map(read).collect()
    }

    /// Remembers the day of a key's use.
    pub async fn used_api_key(&self, fingerprint: &str, day: i64) -> Result<()> {
        let mut write = self.begin().await?;
        sqlx::query(
            "UPDATE api_keys SET last_used_day = $1
             WHERE fingerprint = $2 AND (last_used_day IS NULL OR last_used_day < $1)",
        )
        .bind(day)
        .bind(fingerprint)
        .execute(&mut *write)
        .await?;
        write.commit().await
    }
}

fn read(row: &sqlx::any::AnyRow) -> Result<ApiKey> {
    let scopes: String = row.try_get("scopes")?;
    Ok(ApiKey {
        name: row.try_get("name")?,
        // A scope that only a newer version knows is none that this one could grant.
        scopes: scopes.split(' ').filter_map(Scope::parse).collect(),
        created_at: row.try_get("created_at")?,
        expires_at: row.try_get("expires_at")?,
        last_used_day: row.try_get("last_used_day")?,
    })
}

#[cfg(test)]
mod tests {
    use super::Scope;

    #[test]
    fn the_usual_scopes_are_those_that_keys_of_before_have() {
        let migration = include_str!("../migrations/0005_staff.sql");
        let usual = Scope::USUAL.map(Scope::as_str).join(" ");
        assert!(migration.contains(&format!("scopes TEXT NOT NULL DEFAULT '{usual}'")));
        assert!(Scope::ALL.into_iter().all(|scope| Scope::parse(scope.as_str()) == Some(scope)));
        assert_eq!(Scope::parse("Erase"), None);
    }
}
