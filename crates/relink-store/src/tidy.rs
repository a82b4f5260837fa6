//! Deletes expired rows. Deleting rows after a configured retention time is in `retention`.

use crate::{Result, Store, tries};

impl Store {
    /// Deletes what nobody can ask for any more: sign-ins and visits that ran out, keys and events that are old. How long the
    /// rest is kept is a setting ([`crate::retention`]).
    pub async fn delete_what_ran_out(&self, now: i64) -> Result<()> {
        const DAY: i64 = 86_400;
        let mut write = self.begin().await?;
        sqlx::query("DELETE FROM staff_sign_ins WHERE expires_at <= $1")
            .bind(now)
            .execute(&mut *write)
            .await?;
        sqlx::query("DELETE FROM openid_returns WHERE expires_at <= $1")
            .bind(now)
            .execute(&mut *write)
            .await?;
        tries::delete_old(&mut write, now).await?;
        sqlx::query("DELETE FROM link_visits WHERE expires_at <= $1").bind(now).execute(&mut *write).await?;
        sqlx::query("DELETE FROM erased WHERE expires_at <= $1").bind(now).execute(&mut *write).await?;
        sqlx::query("DELETE FROM idempotency_keys WHERE created_at <= $1")
            .bind(now - 2 * DAY)
            .execute(&mut *write)
            .await?;
        // Stripe redelivers for three days.
        sqlx::query("DELETE FROM webhook_events WHERE received_at <= $1")
            .bind(now - 30 * DAY)
            .execute(&mut *write)
            .await?;
        write.commit().await
    }
}
