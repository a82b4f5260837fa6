//! What the shop asks relink-server, with its API key: a token for the customer who is signed in, and the customer's
//! accounts. The condition of an account is relink-server's to judge; the shop only has words for it.

use crate::config::{Config, Customer};
use crate::dates;
use jiff::Timestamp;
use reqwest::{Client, RequestBuilder, StatusCode, Url};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::fmt;
use std::time::Duration;

/// How long relink-server may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// How many pages of a customer's accounts are read.
const MOST_PAGES: usize = 100;

/// A bank account, as far as the shop shows it.
#[derive(Clone, Debug, Deserialize)]
pub struct Account {
    /// `fca_…`
    pub id: String,
    /// Stripe's word.
    #[serde(default)]
    pub status: String,
    /// The bank's name, as the bank writes it.
    pub institution_name: Option<String>,
    /// The account's, likewise.
    pub display_name: Option<String>,
    /// The end of its number.
    pub last4: Option<String>,
    /// When it was linked, in Unix seconds.
    #[serde(default)]
    pub created: i64,
    /// What the customer shares.
    pub permissions: Option<Vec<String>>,
    /// What relink-server says of it.
    pub condition: Condition,
}

/// What holds an account up, in relink-server's words. A value that is newer than the shop must not break a page, so these
/// are strings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Condition {
    /// The most serious reason to relink; none where there is nothing to relink.
    pub reason: Option<String>,
    /// Whether relinking would help.
    #[serde(default)]
    pub repairable: bool,
    /// Why it would not.
    pub why_not: Option<String>,
    /// The date that the reason is about, in Unix seconds.
    pub at: Option<i64>,
    /// `working`, `broken` and others.
    #[serde(default)]
    pub status: String,
}

/// A token for one customer's page.
#[derive(Clone, Debug, Deserialize)]
pub struct CustomerToken {
    /// Goes into the header `Authorization` of the widget's requests.
    pub token: String,
    /// For how many seconds it is good.
    pub expires_in: i64,
}

#[derive(Deserialize)]
struct List {
    data: Vec<Account>,
    #[serde(default)]
    has_more: bool,
}

/// Why relink-server gave no answer that helps.
#[derive(Debug)]
pub enum RelinkError {
    /// It could not be asked, or its answer could not be read.
    Http(reqwest::Error),
    /// It refused, in its own words.
    Refused {
        /// The HTTP status.
        status: StatusCode,
        /// `code` and `detail` of the problem document.
        said: String,
    },
}

impl fmt::Display for RelinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Http(error) => write!(f, "relink-server: {error}"),
            Self::Refused { status, said } => write!(f, "relink-server refused ({status}): {said}"),
        }
    }
}

impl From<reqwest::Error> for RelinkError {
    fn from(error: reqwest::Error) -> Self {
        // The address may hold a customer's id, which is nothing for a log.
        Self::Http(error.without_url())
    }
}

/// relink-server's API.
#[derive(Clone)]
pub struct Relink {
    http: Client,
    base: Url,
    key: String,
}

impl Relink {
    /// For that configuration.
    pub fn new(config: &Config) -> Result<Self, reqwest::Error> {
        let http = Client::builder().timeout(PATIENCE).build()?;
        Ok(Self { http, base: config.relink_url.clone(), key: config.relink_api_key.clone() })
    }

    /// A token for a page of that customer. `return_url` is where a bank's own page sends them back to. With it goes
    /// when the next box is paid.
    pub async fn customer_token(
        &self,
        customer: &Customer,
        return_url: &str,
    ) -> Result<CustomerToken, RelinkError> {
        let mut body = json!({
            "customer": customer.id,
            "name": customer.name,
            "locale": customer.lang,
            "return_url": return_url,
            "next_payment_at": dates::next_box(Timestamp::now().as_second()),
        });
        if let Some(email) = &customer.email {
            body["email"] = Value::from(email.as_str());
        }
        let request =
            self.http.post(self.at("/v1/customer_tokens")).header("content-type", "application/json");
        self.send(request.body(body.to_string())).await
    }

    /// All accounts of that customer.
    pub async fn accounts_of(&self, customer: &str) -> Result<Vec<Account>, RelinkError> {
        let mut accounts: Vec<Account> = Vec::new();
        for _ in 0..MOST_PAGES {
            let mut query = vec![("customer", customer)];
            query.extend(accounts.last().map(|last| ("starting_after", last.id.as_str())));
            let list: List = self.send(self.http.get(self.at("/v1/accounts")).query(&query)).await?;
            let has_more = list.has_more && !list.data.is_empty();
            accounts.extend(list.data);
            if !has_more {
                break;
            }
        }
        Ok(accounts)
    }

    /// Says that a customer has linked a login at a bank through Plaid.
    pub async fn register_item(&self, item: &Value) -> Result<(), RelinkError> {
        let request = self.http.post(self.at("/v1/plaid_items")).header("content-type", "application/json");
        self.send::<Value>(request.body(item.to_string())).await.map(drop)
    }

    fn at(&self, path: &str) -> Url {
        let mut url = self.base.clone();
        url.set_path(path);
        url
    }

    async fn send<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, RelinkError> {
        let answer = request.bearer_auth(&self.key).send().await?;
        let status = answer.status();
        let text = answer.text().await?;
        let json: Value = serde_json::from_str(&text).unwrap_or_default();
        let refused = |said: String| RelinkError::Refused { status, said };
        if !status.is_success() {
            let part = |name: &str| json[name].as_str().unwrap_or_default();
            return Err(refused(format!("{} {}", part("code"), part("detail"))));
        }
        serde_json::from_value(json).map_err(|error| refused(format!("the answer cannot be read: {error}")))
    }
}
