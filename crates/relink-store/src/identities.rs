//! How a staff member signs in: with a password, or as somebody known to an OpenID provider. Never both.
//! One statement binds an invited person to the first identity with their verified email address. After that, the
//! provider's identifier counts and the address does not.

use crate::security_events::{SecurityEventKind, Source, append};
use crate::{Result, Store, can_be_an_id};
use sqlx::Row;
use sqlx::any::AnyRow;

/// How a person signs in: there is only one way.
#[derive(Clone, PartialEq, Eq)]
pub enum WayIn {
    /// A password, as `seal::hash_password` made it.
    Password(String),
    /// An identity at a provider.
    Identity {
        /// The provider.
        issuer: String,
        /// Its name for the person.
        subject: String,
    },
    /// None yet: they are invited.
    Invited,
}

impl Store {
    /// How a person gets in; `None` if nobody of the staff has that address.
    pub async fn way_in(&self, email: &str) -> Result<Option<WayIn>> {
        if !can_be_an_id(email) {
            return Ok(None);
        }
        let row = sqlx::query(
            "SELECT staff.password_hash, known.invited_until, known.issuer, known.subject
             FROM staff LEFT JOIN staff_identities AS known ON known.email = staff.email WHERE staff.email = $1",
        );
        let row = row.bind(email).fetch_optional(&self.pool).await?;
        row.map(|row| read(&row)).transpose()
    }

    /// The address of the person who is bound to an identity.
    pub async fn bound_to(&self, issuer: &str, subject: &str) -> Result<Option<String>> {
        let row = sqlx::query("SELECT email FROM staff_identities WHERE issuer = $1 AND subject = $2");
        let row = row.bind(issuer).bind(subject).fetch_optional(&self.pool).await?;
        Ok(row.map(|row| row.try_get("email")).transpose()?)
    }

    /// Binds the person invited with that address to an identity. False if nobody is invited, or no longer, or somebody
    /// was faster, or the identity belongs to another person.
    pub async fn take_invitation(
        &self,
        email: &str,
        issuer: &str,
        subject: &str,
        by: &Source<'_>,
    ) -> Result<bool> {
        if !can_be_an_id(email) {
            return Ok(false);
        }
        let mut write = self.begin().await?;
        let done = sqlx::query(
            "UPDATE staff_identities SET issuer = $1, subject = $2, bound_at = $3
             WHERE email = $4 AND subject IS NULL AND invited_until > $3
                 AND NOT EXISTS (SELECT 1 FROM staff_identities AS other WHERE other.issuer = $1 AND other.subject = $2)",
        )
        .bind(issuer)
        .bind(subject)
        .bind(by.at_ms / 1000)
        .bind(email)
        .execute(&mut *write)
        .await?;
        if done.rows_affected() != 1 {
            return Ok(false);
        }
        append(&mut write, by, SecurityEventKind::IdentityBound, Some(email)).await?;
        write.commit().await?;
        Ok(true)
    }

    /// Uses up a sign-in that came back from the provider, until it is too old to come back; false if it came back before.
    pub async fn use_up_return(&self, fingerprint: &str, expires_at: i64) -> Result<bool> {
        let mut write = self.begin().await?;
        let done = sqlx::query(
            "INSERT INTO openid_returns (fingerprint, expires_at) VALUES ($1, $2) ON CONFLICT (fingerprint) DO NOTHING",
        );
        let done = done.bind(fingerprint).bind(expires_at).execute(&mut *write).await?;
        write.commit().await?;
        Ok(done.rows_affected() == 1)
    }
}

/// Reads `password_hash`, and `invited_until`, `issuer` and `subject`, which are null where nobody was invited.
pub(crate) fn read(row: &AnyRow) -> Result<WayIn> {
    let invited_until: Option<i64> = row.try_get("invited_until")?;
    Ok(match (invited_until, row.try_get("issuer")?, row.try_get("subject")?) {
        (None, _, _) => WayIn::Password(row.try_get("password_hash")?),
        (Some(_), Some(issuer), Some(subject)) => WayIn::Identity { issuer, subject },
        (Some(_), _, _) => WayIn::Invited,
    })
}
