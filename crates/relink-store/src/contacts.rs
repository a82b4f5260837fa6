//! How a customer is reached: name, email and language, as the merchant's server or Stripe last gave them.

use crate::{Result, Store, can_be_an_id, erased};
use sqlx::Row;

/// How a customer is reached.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contact {
    /// How they are greeted.
    pub name: Option<String>,
    /// Where they are written to.
    pub email: Option<String>,
    /// The language that they read, BCP 47.
    pub locale: Option<String>,
}

impl Store {
    /// Remembers how a customer is reached; what is not given stays as it was. Of a customer who was
    /// erased nothing is remembered.
    pub async fn put_contact(&self, customer: &str, contact: &Contact, now: i64) -> Result<()> {
        let mut write = self.begin().await?;
        sqlx::query(
            "INSERT INTO contacts (customer, name, email, locale, changed_at) SELECT $1, $2, $3, $4, $5
             WHERE NOT EXISTS (SELECT 1 FROM erased WHERE fingerprint = $6)
             ON CONFLICT (customer) DO UPDATE SET name = COALESCE(excluded.name, contacts.name),
                 email = COALESCE(excluded.email, contacts.email), locale = COALESCE(excluded.locale, contacts.locale),
                 changed_at = excluded.changed_at",
        )
        .bind(customer)
        .bind(&contact.name)
        .bind(&contact.email)
        .bind(&contact.locale)
        .bind(now)
        .bind(erased::print(customer))
        .execute(&mut *write)
        .await?;
        write.commit().await
    }

    /// How a customer is reached, where that is known.
    pub async fn contact(&self, customer: &str) -> Result<Option<Contact>> {
        if !can_be_an_id(customer) {
            return Ok(None);
        }
        let row = sqlx::query("SELECT name, email, locale FROM contacts WHERE customer = $1")
            .bind(customer)
            .fetch_optional(&self.pool)
            .await?;
        let read = |row: sqlx::any::AnyRow| {
            Ok(Contact {
                name: row.try_get("name")?,
                email: row.try_get("email")?,
                locale: row.try_get("locale")?,
            })
        };
        row.map(read).transpose()
    }

    /// The same for every customer.
    pub async fn contacts(&self) -> Result<std::collections::HashMap<String, Contact>> {
        let rows =
            sqlx::query("SELECT customer, name, email, locale FROM contacts").fetch_all(&self.pool).await?;
        let mut contacts = std::collections::HashMap::new();
        for row in rows {
            let contact = Contact {
                name: row.try_get("name")?,
                email: row.try_get("email")?,
                locale: row.try_get("locale")?,
            };
            contacts.insert(row.try_get("customer")?, contact);
        }
        Ok(contacts)
    }
}
