//! Who is signed in. Only a fingerprint of the cookie's token is kept: the file lets nobody sign in.

use super::Store;
use sqlx::Row;

impl Store {
    /// Remembers a sign-in.
    pub async fn sign_in(&self, token: &str, customer: &str, expires_at: i64) -> Result<(), sqlx::Error> {
        let mut write = self.begin().await?;
        sqlx::query("INSERT INTO sign_ins (token_fingerprint, customer, expires_at) VALUES ($1, $2, $3)")
            .bind(token)
            .bind(customer)
            .bind(expires_at)
            .execute(&mut *write)
            .await?;
        write.commit().await
    }

    /// The customer whose sign-in this is, while it lasts.
    pub async fn signed_in(&self, token: &str, now: i64) -> Result<Option<String>, sqlx::Error> {
        let row =
            sqlx::query("SELECT customer FROM sign_ins WHERE token_fingerprint = $1 AND expires_at > $2")
                .bind(token)
                .bind(now)
                .fetch_optional(&self.pool)
                .await?;
        row.map(|row| row.try_get("customer")).transpose()
    }

    /// Ends a sign-in.
    pub async fn sign_out(&self, token: &str) -> Result<(), sqlx::Error> {
        let mut write = self.begin().await?;
        sqlx::query("DELETE FROM sign_ins WHERE token_fingerprint = $1")
            .bind(token)
            .execute(&mut *write)
            .await?;
        write.commit().await
    }
}
