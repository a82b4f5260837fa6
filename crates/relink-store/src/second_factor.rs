//! The second factor of the staff: a sealed key that an authenticator app has too, and recovery codes.
//! An attempt is counted before the code is checked, and the statement that accepts a code also uses it up. So neither
//! many simultaneous guesses nor the same code twice let anybody in.

use crate::security_events::{SecurityEventKind, Source, append};
use crate::staff::hold;
use crate::{Result, Store};
use sqlx::Row;

/// What a code is checked against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecondFactor {
    /// The app's key, sealed.
    pub secret_sealed: String,
    /// Whether it may be tried now: the try is taken.
    pub may_try: bool,
    /// Whether it is locked from now on, unless this try is right.
    pub is_locked: bool,
}

impl Store {
    /// Sets a person's second factor up, with the fingerprints of recovery codes. `step` is the time step of the code
    /// that proved that the app has the key: it is used up. False if the person has a second factor already, or is
    /// not of the staff.
    pub async fn set_second_factor(
        &self,
        email: &str,
        secret_sealed: &str,
        step: i64,
        recovery: &[String],
        by: &Source<'_>,
    ) -> Result<bool> {
        let mut write = self.begin().await?;
        let done = sqlx::query(
            "INSERT INTO second_factors (email, secret_sealed, last_step, failures, locked_until, created_at)
             SELECT staff.email, CAST($1 AS TEXT), CAST($2 AS BIGINT), 0, 0, CAST($3 AS BIGINT)
             FROM staff WHERE staff.email = $4
             ON CONFLICT (email) DO NOTHING",
        )
        .bind(secret_sealed)
        .bind(step)
        .bind(by.at_ms / 1000)
        .bind(email)
        .execute(&mut *write)
        .await?;
        if done.rows_affected() != 1 {
            return Ok(false);
        }
        // In one order, for writers that meet.
        let mut codes = recovery.to_vec();
        codes.sort_unstable();
        for code in codes {
            sqlx::query("INSERT INTO recovery_codes (fingerprint, email) VALUES ($1, $2)")
                .bind(code)
                .bind(email)
                .execute(&mut *write)
                .await?;
        }
        append(&mut write, by, SecurityEventKind::SecondFactorSet, Some(email)).await?;
        write.commit().await?;
        Ok(true)
    }

    /// Whether a person has a second factor.
    pub async fn has_second_factor(&self, email: &str) -> Result<bool> {
        let row = sqlx::query("SELECT 1 AS one FROM second_factors WHERE email = $1").bind(email);
        Ok(row.fetch_optional(&self.pool).await?.is_some())
    }

    /// Takes one of `most` tries in a row. The last of them locks the second factor until `locked_until`. A right code
    /// gives them all back.
    pub async fn try_second_factor(
        &self,
        email: &str,
        now: i64,
        most: i64,
        locked_until: i64,
    ) -> Result<Option<SecondFactor>> {
        let mut write = self.begin().await?;
        let done = sqlx::query(
            "UPDATE second_factors SET locked_until = CASE WHEN failures + 1 >= $1 THEN $2 ELSE locked_until END,
                 failures = CASE WHEN failures + 1 >= $1 THEN 0 ELSE failures + 1 END
             WHERE email = $3 AND locked_until <= $4",
        )
        .bind(most)
        .bind(locked_until)
        .bind(email)
        .bind(now)
        .execute(&mut *write)
        .await?;
        let may_try = done.rows_affected() == 1;
        let row = sqlx::query("SELECT secret_sealed, locked_until FROM second_factors WHERE email = $1");
        let row = row.bind(email).fetch_optional(&mut *write).await?;
        write.commit().await?;
        row.map(|row| {
            let until: i64 = row.try_get("locked_until")?;
            Ok(SecondFactor { secret_sealed: row.try_get("secret_sealed")?, may_try, is_locked: until > now })
        })
        .transpose()
    }

    /// Uses the code of a time step; false if one of that step or of a later one was used before.
    pub async fn use_code(&self, email: &str, step: i64) -> Result<bool> {
        let mut write = self.begin().await?;
        let done = sqlx::query(
            "UPDATE second_factors SET last_step = $1, failures = 0, locked_until = 0
             WHERE email = $2 AND last_step < $1",
        )
        .bind(step)
        .bind(email)
        .execute(&mut *write)
        .await?;
        write.commit().await?;
        Ok(done.rows_affected() == 1)
    }

    /// Uses a recovery code; false if it is none of this person's, or was used before.
    pub async fn use_recovery_code(&self, email: &str, fingerprint: &str, by: &Source<'_>) -> Result<bool> {
        let mut write = self.begin().await?;
        let done = sqlx::query(
            "UPDATE recovery_codes SET used_at = $1 WHERE fingerprint = $2 AND email = $3 AND used_at IS NULL",
        )
        .bind(by.at_ms / 1000)
        .bind(fingerprint)
        .bind(email)
        .execute(&mut *write)
        .await?;
        if done.rows_affected() != 1 {
            return Ok(false);
        }
        sqlx::query("UPDATE second_factors SET failures = 0, locked_until = 0 WHERE email = $1")
            .bind(email)
            .execute(&mut *write)
            .await?;
        append(&mut write, by, SecurityEventKind::RecoveryCodeUsed, Some(email)).await?;
        write.commit().await?;
        Ok(true)
    }

    /// How many recovery codes a person has left.
    pub async fn recovery_codes_left(&self, email: &str) -> Result<i64> {
        let left = sqlx::query(
            "SELECT COUNT(*) AS codes_left FROM recovery_codes WHERE email = $1 AND used_at IS NULL",
        );
        Ok(left.bind(email).fetch_one(&self.pool).await?.try_get("codes_left")?)
    }

    /// Takes a person's second factor away and ends their sign-ins; false if there is none.
    pub async fn reset_second_factor(&self, email: &str, by: &Source<'_>) -> Result<bool> {
        let mut write = self.begin().await?;
        hold(&mut write, email).await?;
        let done = sqlx::query("DELETE FROM second_factors WHERE email = $1")
            .bind(email)
            .execute(&mut *write)
            .await?;
        if done.rows_affected() != 1 {
            return Ok(false);
        }
        for rest in
            ["DELETE FROM recovery_codes WHERE email = $1", "DELETE FROM staff_sign_ins WHERE email = $1"]
        {
            sqlx::query(rest).bind(email).execute(&mut *write).await?;
        }
        append(&mut write, by, SecurityEventKind::SecondFactorReset, Some(email)).await?;
        write.commit().await?;
        Ok(true)
    }
}
