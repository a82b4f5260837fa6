//! How to reach a customer: name, email and language, as last received from the merchant's server or Stripe. Name and
//! email are sealed before they get here. Unsealed values written by an earlier version can be read until they are
//! sealed.

use crate::{Result, Store, can_be_an_id, erased};
use sqlx::Row;
use sqlx::any::AnyRow;
use std::collections::HashMap;

/// Text of a contact as it rests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resting {
    /// Sealed.
    Sealed(String),
    /// In the clear, as a version before wrote it.
    Clear(String),
}

/// How a customer is reached, as it rests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SealedContact {
    /// How they are greeted.
    pub name: Option<Resting>,
    /// Where they are written to.
    pub email: Option<Resting>,
    /// The language that they read, BCP 47.
    pub locale: Option<String>,
}

/// What is to be written of a contact: sealed texts and a language.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewContact {
    /// The name, sealed.
    pub name_sealed: Option<String>,
    /// The address, sealed.
    pub email_sealed: Option<String>,
    /// The language that they read, BCP 47.
    pub locale: Option<String>,
}

impl Store {
    /// Remembers how a customer is reached; what is not given stays as it was. Of a customer who was
    /// erased nothing is remembered.
    pub async fn put_contact(&self, customer: &str, contact: &NewContact, now: i64) -> Result<()> {
        let mut write = self.begin().await?;
        erased::not_meanwhile(&mut write, customer).await?;
        sqlx::query(
            "INSERT INTO contacts (customer, name_sealed, email_sealed, locale, changed_at) SELECT $1, $2, $3, $4, $5
             WHERE NOT EXISTS (SELECT 1 FROM erased WHERE fingerprint = $6)
             ON CONFLICT (customer) DO UPDATE SET
                 name = CASE WHEN excluded.name_sealed IS NULL THEN contacts.name END,
                 email = CASE WHEN excluded.email_sealed IS NULL THEN contacts.email END,
                 name_sealed = COALESCE(excluded.name_sealed, contacts.name_sealed),
                 email_sealed = COALESCE(excluded.email_sealed, contacts.email_sealed),
                 locale = COALESCE(excluded.locale, contacts.locale), changed_at = excluded.changed_at",
        )
        .bind(customer)
        .bind(&contact.name_sealed)
        .bind(&contact.email_sealed)
        .bind(&contact.locale)
        .bind(now)
        .bind(erased::print(customer))
        .execute(&mut *write)
        .await?;
        write.commit().await
    }

    /// How a customer is reached, if known.
    pub async fn contact(&self, customer: &str) -> Result<Option<SealedContact>> {
        if !can_be_an_id(customer) {
            return Ok(None);
        }
        let row = sqlx::query(
            "SELECT name, email, name_sealed, email_sealed, locale FROM contacts WHERE customer = $1",
        );
        row.bind(customer).fetch_optional(&self.pool).await?.as_ref().map(read).transpose()
    }

    /// The same for every customer.
    pub async fn contacts(&self) -> Result<HashMap<String, SealedContact>> {
        let rows =
            sqlx::query("SELECT customer, name, email, name_sealed, email_sealed, locale FROM contacts");
        let rows = rows.fetch_all(&self.pool).await?;
        rows.iter().map(|row| Ok((row.try_get("customer")?, read(row)?))).collect()
    }

    /// Customers with unencrypted values, at most this many.
    pub async fn clear_contacts(&self, most: i64) -> Result<Vec<(String, SealedContact)>> {
        let rows = sqlx::query(
            "SELECT customer, name, email, name_sealed, email_sealed, locale FROM contacts
             WHERE name IS NOT NULL OR email IS NOT NULL ORDER BY customer LIMIT $1",
        );
        let rows = rows.bind(most).fetch_all(&self.pool).await?;
        rows.iter().map(|row| Ok((row.try_get("customer")?, read(row)?))).collect()
    }

    /// Replaces these unencrypted texts with sealed ones; does nothing if they have changed.
    pub async fn seal_contact(
        &self,
        customer: &str,
        clear: (Option<&str>, Option<&str>),
        sealed: &NewContact,
    ) -> Result<()> {
        let mut write = self.begin().await?;
        sqlx::query(
            "UPDATE contacts SET name = NULL, email = NULL, name_sealed = COALESCE($1, name_sealed),
                 email_sealed = COALESCE($2, email_sealed)
             WHERE customer = $3 AND COALESCE(name, '') = $4 AND COALESCE(email, '') = $5",
        )
        .bind(&sealed.name_sealed)
        .bind(&sealed.email_sealed)
        .bind(customer)
        .bind(clear.0.unwrap_or_default())
        .bind(clear.1.unwrap_or_default())
        .execute(&mut *write)
        .await?;
        write.commit().await
    }
}

/// An unencrypted value is newer: sealing removes it.
fn read(row: &AnyRow) -> Result<SealedContact> {
    let resting = |clear: &str, sealed: &str| -> Result<Option<Resting>> {
        let clear: Option<String> = row.try_get(clear)?;
        let sealed: Option<String> = row.try_get(sealed)?;
        Ok(clear.map(Resting::Clear).or(sealed.map(Resting::Sealed)))
    };
    Ok(SealedContact {
        name: resting("name", "name_sealed")?,
        email: resting("email", "email_sealed")?,
        locale: row.try_get("locale")?,
    })
}
