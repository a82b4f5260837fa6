//! The customers' bank accounts, as Stripe or another provider last returned them: what a merchant's pages show.

use crate::{Result, Store, Write, can_be_an_id, erased};
use relink_account::{LinkedAccount, STRIPE};
use relink_wire::{Fields, Json};
use sqlx::Row as _;
use sqlx::any::AnyRow;

/// An account as it was last written.
#[derive(Clone, Debug, PartialEq)]
pub struct AccountRow {
    /// `cus_…` or `acct_…`
    pub customer: String,
    /// The account, with Stripe's object as the browser may have it.
    pub linked: LinkedAccount,
}

/// Accounts of one customer, as Stripe returned them for a request made at `read_at_ms`.
#[derive(Clone, Debug, Default)]
pub struct FreshAccounts {
    /// The accounts.
    pub list: Vec<LinkedAccount>,
    /// When the question was asked.
    pub read_at_ms: i64,
}

/// Writes what Stripe returned for accounts; `owner` gives each account's customer. An older answer never overwrites a
/// newer one, and what was erased is not written again. An id that came back is the account again: what was said to replace it is its past,
/// and says so no more. Rows are written in id order, so two writers of the same rows never wait for each other.
pub async fn put_all<'a>(
    write: &mut Write,
    told: &'a FreshAccounts,
    owner: impl Fn(&'a LinkedAccount) -> Option<&'a str>,
) -> Result<()> {
    let mut list: Vec<&LinkedAccount> = told.list.iter().collect();
    list.sort_unstable_by(|one, other| one.id().cmp(other.id()));
    let mut customers: Vec<&str> = list.iter().filter_map(|account| owner(account)).collect();
    customers.sort_unstable();
    customers.dedup();
    for customer in &customers {
        erased::not_meanwhile(write, customer).await?;
    }
    let mut rows: Vec<(&str, Row<'_>)> = Vec::new();
    let past = past(write, told, &customers).await?;
    rows.extend(past.iter().map(|past| (past.id.as_str(), Row::Past(past))));
    for account in list {
        if let Some(customer) = owner(account) {
            rows.push((account.id(), Row::Told(customer, account)));
        }
    }
    rows.sort_by_key(|(one, _)| *one);
    for (_, row) in rows {
        match row {
            Row::Told(customer, account) => put(write, customer, account, told.read_at_ms).await?,
            Row::Past(past) => put_past(write, past, told.read_at_ms).await?,
        }
    }
    Ok(())
}

/// A row that is written.
enum Row<'a> {
    /// An account of a customer, as it was told.
    Told(&'a str, &'a LinkedAccount),
    /// An account that replaces nothing any more.
    Past(&'a Past),
}

/// An account as it rests, and as it is without what it was said to replace.
struct Past {
    id: String,
    before: String,
    after: String,
}

/// Those of the customers' accounts that are said to replace one that was told of just now. Only providers beside Stripe say such a thing.
async fn past(write: &mut Write, told: &FreshAccounts, customers: &[&str]) -> Result<Vec<Past>> {
    let is_told = |id: &str| told.list.iter().any(|account| account.id() == id);
    let mut past = Vec::new();
    if told.list.iter().all(|account| account.provider == STRIPE) {
        return Ok(past);
    }
    for customer in customers {
        let rows = sqlx::query("SELECT id, object FROM accounts WHERE customer = $1 AND provider <> $2");
        for row in rows.bind(*customer).bind(STRIPE).fetch_all(&mut **write).await? {
            let (id, before): (String, String) = (row.try_get("id")?, row.try_get("object")?);
            let mut object = crate::sessions::json(&row, "object")?;
            if object.text("replaces").is_some_and(is_told) && !is_told(&id) {
                object["replaces"] = Json::Null;
                past.push(Past { id, before, after: object.to_string() });
            }
        }
    }
    Ok(past)
}

async fn put_past(write: &mut Write, past: &Past, read_at_ms: i64) -> Result<()> {
    // Where it was written meanwhile, or was told of later, that counts.
    let row =
        sqlx::query("UPDATE accounts SET object = $1 WHERE id = $2 AND object = $3 AND read_at_ms <= $4");
    row.bind(&past.after).bind(&past.id).bind(&past.before).bind(read_at_ms).execute(&mut **write).await?;
    Ok(())
}

async fn put(write: &mut Write, customer: &str, account: &LinkedAccount, read_at_ms: i64) -> Result<()> {
    let text = |field| account.public.text(field).map(|text| text.replace('\0', ""));
    let prints = [erased::print(customer), erased::print(account.id())];
    let done = sqlx::query(
        "INSERT INTO accounts (id, customer, authorization_id, status, institution_name, display_name, last4, object, read_at_ms,
             provider, persistent_id)
         SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $12, $13
         WHERE NOT EXISTS (SELECT 1 FROM erased WHERE fingerprint IN ($10, $11))
             AND ($12 <> 'plaid' OR EXISTS (SELECT 1 FROM plaid_items WHERE id = $3 AND customer = $2))
         ON CONFLICT (id) DO UPDATE SET authorization_id = excluded.authorization_id, status = excluded.status,
             institution_name = excluded.institution_name, display_name = excluded.display_name,
             last4 = excluded.last4, object = excluded.object, read_at_ms = excluded.read_at_ms,
             persistent_id = COALESCE(excluded.persistent_id, accounts.persistent_id)
         WHERE accounts.read_at_ms <= excluded.read_at_ms AND accounts.customer = excluded.customer
             AND accounts.provider = excluded.provider",
    )
    .bind(account.id())
    .bind(customer)
    .bind(account.authorization())
    .bind(account.account.status.as_str())
    .bind(text("institution_name"))
    .bind(text("display_name"))
    .bind(text("last4"))
    .bind(account.public.to_string())
    .bind(read_at_ms)
    .bind(&prints[0])
    .bind(&prints[1])
    .bind(&account.provider)
    .bind(&account.persistent_id)
    .execute(&mut **write)
    .await?;
    if done.rows_affected() == 0 {
        erased::renew(write, [&prints[0], &prints[1]], read_at_ms / 1000).await?;
    }
    Ok(())
}

impl Store {
    /// Whether the accounts are real banks', by one of them; `None` if none is known.
    pub async fn livemode_of_accounts(&self) -> Result<Option<bool>> {
        let found: Option<String> =
            sqlx::query_scalar("SELECT object FROM accounts LIMIT 1").fetch_optional(&self.pool).await?;
        let object = found.and_then(|object| serde_json::from_str::<Json>(&object).ok());
        Ok(object.and_then(|object| object.flag("livemode")))
    }

    /// A customer's accounts, by bank and name.
    pub async fn accounts_of(&self, customer: &str) -> Result<Vec<AccountRow>> {
        let rows = sqlx::query(
            "SELECT customer, object, provider, persistent_id FROM accounts
             WHERE customer = $1 ORDER BY COALESCE(institution_name, ''), COALESCE(display_name, ''), id",
        )
        .bind(customer)
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(read).collect()
    }

    /// Whether a customer has linked an account, as far as is known.
    pub async fn has_accounts(&self, customer: &str) -> Result<bool> {
        let found: Option<String> = sqlx::query_scalar("SELECT id FROM accounts WHERE customer = $1 LIMIT 1")
            .bind(customer)
            .fetch_optional(&self.pool)
            .await?;
        Ok(found.is_some())
    }

    /// A customer's accounts of these ids, and those whose numbers end like theirs or like one of `endings`: each may be one of them
    /// under the id that it had before. A customer may have hundreds, and a session is about few.
    pub async fn accounts_like<'a>(
        &self,
        customer: &str,
        ids: impl IntoIterator<Item = &'a str>,
        endings: impl IntoIterator<Item = &'a str>,
    ) -> Result<Vec<AccountRow>> {
        let named = ids.into_iter().chain(endings).filter(|text| can_be_an_id(text));
        let named = Json::Object(named.map(|text| (text.to_owned(), Json::Null)).collect());
        let statement = "SELECT customer, object, provider, persistent_id FROM accounts
             WHERE customer = $2
                 AND (id IN (SELECT key FROM LISTED AS listed) OR last4 IN (SELECT key FROM LISTED AS listed)
                     OR last4 IN (SELECT last4 FROM accounts
                         WHERE customer = $2 AND id IN (SELECT key FROM LISTED AS listed)))";
        let rows = sqlx::query(self.listing(statement)).bind(named.to_string()).bind(customer);
        rows.fetch_all(&self.pool).await?.iter().map(read).collect()
    }

    /// One account of a customer.
    pub async fn account(&self, customer: &str, id: &str) -> Result<Option<AccountRow>> {
        if !can_be_an_id(id) {
            return Ok(None);
        }
        let row = sqlx::query(
            "SELECT customer, object, provider, persistent_id FROM accounts
             WHERE customer = $1 AND id = $2",
        )
        .bind(customer)
        .bind(id)
        .fetch_optional(&self.pool)
        .await?;
        row.as_ref().map(read).transpose()
    }

    /// One account of any customer: for the staff.
    pub async fn account_of_anybody(&self, id: &str) -> Result<Option<AccountRow>> {
        if !can_be_an_id(id) {
            return Ok(None);
        }
        let row = sqlx::query("SELECT customer, object, provider, persistent_id FROM accounts WHERE id = $1")
            .bind(id)
            .fetch_optional(&self.pool)
            .await?;
        row.as_ref().map(read).transpose()
    }

    /// Every account of every customer: for the staff. What is wrong with an account is worked out from its object and
    /// the time, so that the list is filtered by the program; a merchant with very many accounts would keep the day on
    /// which each stops in a column, and let the database do it.
    pub async fn every_account(&self) -> Result<Vec<AccountRow>> {
        let rows = sqlx::query("SELECT customer, object, provider, persistent_id FROM accounts ORDER BY id")
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(read).collect()
    }

    /// The ids of every account under an authorization.
    pub async fn accounts_under(&self, authorization: &str) -> Result<Vec<String>> {
        let rows = sqlx::query("SELECT id FROM accounts WHERE authorization_id = $1")
            .bind(authorization)
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(|row| Ok(row.try_get("id")?)).collect()
    }
}

fn read(row: &AnyRow) -> Result<AccountRow> {
    let customer: String = row.try_get("customer")?;
    let linked = LinkedAccount::read(crate::sessions::json(row, "object")?, Some(customer.clone()));
    let unreadable = |error| sqlx::Error::ColumnDecode { index: "object".into(), source: Box::new(error) };
    let linked = linked.map_err(unreadable)?.of(row.try_get("provider")?, row.try_get("persistent_id")?);
    Ok(AccountRow { customer, linked })
}
