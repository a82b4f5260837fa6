//! Items at Plaid: logins at a bank that the merchant's server has registered, each with the token that speaks for it, sealed. The
//! accounts of an item are with all others in `accounts`; the item is their authorization.

use crate::{Result, Store, accounts, can_be_an_id, erased};
use sqlx::Row;
use sqlx::any::AnyRow;

/// An item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaidItem {
    /// `item_id`
    pub id: String,
    /// `cus_…`: whose it is.
    pub customer: String,
    /// The access token, sealed.
    pub access_token_sealed: String,
    /// Countries of its bank: `US`, …
    pub countries: Vec<String>,
    /// When it was registered first, in Unix seconds.
    pub created_at: i64,
}

/// What became of a registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Registered {
    /// It is new.
    New,
    /// It was there; its token and its countries are those that were given now.
    Again,
    /// It is another customer's, and nothing was written.
    Anothers,
    /// Its customer was erased meanwhile, and nothing was written.
    Erased,
}

/// Every column by name: a newer version may add some while an older one still runs.
macro_rules! select {
    ($rest:literal) => {
        concat!("SELECT id, customer, access_token_sealed, countries, created_at FROM plaid_items ", $rest)
    };
}

impl Store {
    /// Registers an item, with its accounts as Plaid has just given them: all of it or nothing. The same item again is the same one.
    pub async fn put_plaid_item(
        &self,
        item: &PlaidItem,
        told: &accounts::FreshAccounts,
    ) -> Result<Registered> {
        let mut write = self.begin().await?;
        erased::not_meanwhile(&mut write, &item.customer).await?;
        let done = sqlx::query(
            "INSERT INTO plaid_items (id, customer, access_token_sealed, countries, created_at)
             SELECT $1, $2, $3, $4, $5 WHERE NOT EXISTS (SELECT 1 FROM erased WHERE fingerprint = $6)
             ON CONFLICT (id) DO NOTHING",
        )
        .bind(&item.id)
        .bind(&item.customer)
        .bind(&item.access_token_sealed)
        .bind(serde_json::json!(item.countries).to_string())
        .bind(item.created_at)
        .bind(erased::print(&item.customer))
        .execute(&mut *write)
        .await?;
        let registered = if done.rows_affected() == 1 {
            Registered::New
        } else {
            let done = sqlx::query(
                "UPDATE plaid_items SET access_token_sealed = $1, countries = $2 WHERE id = $3 AND customer = $4",
            )
            .bind(&item.access_token_sealed)
            .bind(serde_json::json!(item.countries).to_string())
            .bind(&item.id)
            .bind(&item.customer)
            .execute(&mut *write)
            .await?;
            if done.rows_affected() == 1 {
                Registered::Again
            } else if sqlx::query("SELECT 1 AS one FROM plaid_items WHERE id = $1")
                .bind(&item.id)
                .fetch_optional(&mut *write)
                .await?
                .is_some()
            {
                return Ok(Registered::Anothers);
            } else {
                return Ok(Registered::Erased);
            }
        };
        accounts::put_all(&mut write, told, |_| Some(&item.customer)).await?;
        write.commit().await?;
        Ok(registered)
    }

    /// Deletes an item and its accounts; false if there is none. Whoever is writing its accounts finishes first, and nobody writes
    /// them afterwards: the statement that does asks for the item.
    pub async fn forget_plaid_item(&self, id: &str) -> Result<bool> {
        let Some(item) = self.plaid_item(id).await? else { return Ok(false) };
        let mut write = self.begin().await?;
        erased::alone(&mut write, &item.customer).await?;
        sqlx::query("DELETE FROM accounts WHERE authorization_id = $1 AND provider = 'plaid'")
            .bind(id)
            .execute(&mut *write)
            .await?;
        let done = sqlx::query("DELETE FROM plaid_items WHERE id = $1").bind(id).execute(&mut *write).await?;
        write.commit().await?;
        Ok(done.rows_affected() == 1)
    }

    /// An item.
    pub async fn plaid_item(&self, id: &str) -> Result<Option<PlaidItem>> {
        if !can_be_an_id(id) {
            return Ok(None);
        }
        let row = sqlx::query(select!("WHERE id = $1")).bind(id).fetch_optional(&self.pool).await?;
        row.as_ref().map(read).transpose()
    }

    /// A customer's items.
    pub async fn plaid_items_of(&self, customer: &str) -> Result<Vec<PlaidItem>> {
        let rows = sqlx::query(select!("WHERE customer = $1 ORDER BY id")).bind(customer);
        rows.fetch_all(&self.pool).await?.iter().map(read).collect()
    }

    /// Everybody's items behind that id, in the order of ids: at most so many.
    pub async fn plaid_items_after(&self, after: &str, most: i64) -> Result<Vec<PlaidItem>> {
        let rows = sqlx::query(select!("WHERE id > $1 ORDER BY id LIMIT $2")).bind(after).bind(most);
        rows.fetch_all(&self.pool).await?.iter().map(read).collect()
    }
}

fn read(row: &AnyRow) -> Result<PlaidItem> {
    let countries = crate::sessions::json(row, "countries")?;
    let countries = countries.as_array().into_iter().flatten();
    Ok(PlaidItem {
        id: row.try_get("id")?,
        customer: row.try_get("customer")?,
        access_token_sealed: row.try_get("access_token_sealed")?,
        countries: countries.filter_map(|code| code.as_str().map(Into::into)).collect(),
        created_at: row.try_get("created_at")?,
    })
}
