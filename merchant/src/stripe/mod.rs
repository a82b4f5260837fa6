//! Stripe's HTTP API, as far as relinking needs it. The only file that speaks to Stripe.
//!
//! Every call has a deadline. An answer is either believed or an error that says whose fault it is; nothing in
//! between. Keys and answers never reach the log: what is logged is method, path, status and Stripe's request id.

pub mod objects;

use relink_wire::{Fields, Json, Secret};
use reqwest::{Method, Response, Url};
use std::fmt;
use std::time::Duration;

/// How long one call may take. Stripe answers in well under a second; a customer waits for this.
const DEADLINE: Duration = Duration::from_secs(8);
/// Accounts of a customer are fetched in pages of this many, the most that Stripe gives.
const PAGE: usize = 100;
/// More accounts than this of one customer are not fetched.
const MOST_ACCOUNTS: usize = 2000;

/// A client of Stripe's API.
#[derive(Clone)]
pub struct Stripe {
    http: reqwest::Client,
    base: Url,
    key: Secret,
    version: String,
}

/// Why Stripe did not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StripeError {
    /// No answer, or a 5xx, or no JSON: Stripe's fault or the network's.
    Unavailable,
    /// Too many requests: ours.
    Throttled,
    /// The key is wrong: the operator's fault.
    Unauthorized,
    /// There is no such object, or it is not for this key.
    NotFound,
    /// Stripe refuses, by its `code` and `message`: ours, or the state of the account.
    Refused {
        /// Stripe's `error.code`, or its `error.type`.
        code: String,
        /// Stripe's `error.message`, for the log.
        message: String,
    },
}

impl fmt::Display for StripeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unavailable => f.write_str("Stripe does not answer"),
            Self::Throttled => f.write_str("Stripe asks to slow down"),
            Self::Unauthorized => f.write_str("Stripe does not accept STRIPE_SECRET_KEY"),
            Self::NotFound => f.write_str("Stripe knows no such object"),
            Self::Refused { code, .. } => write!(f, "Stripe refused: {code}"),
        }
    }
}

impl std::error::Error for StripeError {}

impl StripeError {
    /// The same where something was only read that is known to be there: a refusal then says nothing of the account,
    /// and must not be told as the end of a relink that the bank may have granted.
    pub fn of_a_read(self) -> Self {
        match self {
            Self::Refused { .. } => Self::Unavailable,
            Self::Unavailable | Self::Throttled | Self::Unauthorized | Self::NotFound => self,
        }
    }
}

impl Stripe {
    /// A client of the API at `base`. Makes no connection yet.
    pub fn new(base: Url, key: Secret, version: String) -> Result<Self, reqwest::Error> {
        let http = reqwest::Client::builder()
            .timeout(DEADLINE)
            .connect_timeout(Duration::from_secs(4))
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("relink-merchant/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self { http, base, key, version })
    }

    /// Creates a Financial Connections session. The same `idempotency_key` never makes two.
    pub async fn create_session(
        &self,
        parameters: &[(&str, String)],
        idempotency_key: &str,
    ) -> Result<Json, StripeError> {
        self.post("/v1/financial_connections/sessions", parameters, Some(idempotency_key)).await
    }

    /// The session as it is now, with every account that it collected.
    pub async fn session(&self, id: &str) -> Result<objects::Session, StripeError> {
        let json = self.get(&["v1", "financial_connections", "sessions", id], &[]).await?;
        let mut session = objects::Session::read(json).ok_or(StripeError::Unavailable)?;
        if session.has_more_accounts {
            session.accounts = self.accounts(&[("session", id)]).await?;
        }
        Ok(session)
    }

    /// An account as it is now.
    pub async fn account(&self, id: &str) -> Result<objects::Account, StripeError> {
        let json = self.get(&["v1", "financial_connections", "accounts", id], &[]).await?;
        objects::Account::read(&json).ok_or(StripeError::Unavailable)
    }

    /// Every account that a customer has linked with this merchant.
    pub async fn accounts_of(&self, owner: &str) -> Result<Vec<objects::Account>, StripeError> {
        self.accounts(&[(holder_parameter(owner), owner)]).await
    }

    async fn accounts(&self, filter: &[(&str, &str)]) -> Result<Vec<objects::Account>, StripeError> {
        let mut found: Vec<objects::Account> = Vec::new();
        loop {
            let limit = PAGE.to_string();
            let mut query = filter.to_vec();
            query.push(("limit", &limit));
            let last = found.last().map(|account| account.id.clone());
            if let Some(last) = &last {
                query.push(("starting_after", last));
            }
            let page = self.get(&["v1", "financial_connections", "accounts"], &query).await?;
            let entries = page.entries("data").ok_or(StripeError::Unavailable)?;
            let before = found.len();
            found.extend(entries.iter().filter_map(objects::Account::read));
            if page.flag("has_more") != Some(true) || found.len() == before || found.len() >= MOST_ACCOUNTS {
                return Ok(found);
            }
        }
    }

    /// A list or object of the sandbox's test helpers; `NotFound` where Stripe's own API is behind it.
    pub async fn test_helper(&self, name: &str) -> Result<Json, StripeError> {
        self.get(&["v1", "test_helpers", name], &[]).await
    }

    /// Calls one of the sandbox's test helpers.
    pub async fn run_test_helper(&self, name: &str) -> Result<Json, StripeError> {
        self.post(&format!("/v1/test_helpers/{name}"), &[], None).await
    }

    async fn get(&self, path: &[&str], query: &[(&str, &str)]) -> Result<Json, StripeError> {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            // Ids come from outside: as a segment of their own they cannot become another path.
            segments.pop_if_empty().extend(path);
        }
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let name = path.first().zip(path.get(2)).map_or("", |(_, name)| *name).to_owned();
        self.send(self.http.request(Method::GET, url), "GET", &name).await
    }

    async fn post(
        &self,
        path: &str,
        parameters: &[(&str, String)],
        key: Option<&str>,
    ) -> Result<Json, StripeError> {
        let url = self.base.join(path).map_err(|_| StripeError::Unavailable)?;
        let mut request = self.http.request(Method::POST, url).form(parameters);
        if let Some(key) = key {
            request = request.header("Idempotency-Key", key);
        }
        self.send(request, "POST", path).await
    }

    async fn send(
        &self,
        request: reqwest::RequestBuilder,
        method: &str,
        name: &str,
    ) -> Result<Json, StripeError> {
        let request = request.bearer_auth(self.key.expose()).header("Stripe-Version", &self.version);
        let answer = match request.send().await {
            Ok(response) => judge(response, method, name).await,
            Err(error) => {
                let error = error.without_url();
                tracing::warn!(%error, method, name, "Stripe did not answer");
                Err(StripeError::Unavailable)
            }
        };
        if let Err(StripeError::Refused { code, message }) = &answer {
            tracing::warn!(code, message, method, name, "Stripe refused");
        }
        answer
    }
}

/// How Stripe is told whose accounts are meant: a Customer's, or those of an Account object that stands for one.
pub fn holder_parameter(owner: &str) -> &'static str {
    if owner.starts_with("acct_") { "account_holder[customer_account]" } else { "account_holder[customer]" }
}

async fn judge(response: Response, method: &str, name: &str) -> Result<Json, StripeError> {
    let status = response.status();
    let id =
        response.headers().get("request-id").and_then(|id| id.to_str().ok()).unwrap_or_default().to_owned();
    let body = response.bytes().await.map_err(|_| StripeError::Unavailable)?;
    let json: Option<Json> = serde_json::from_slice(&body).ok();
    tracing::debug!(method, name, status = status.as_u16(), stripe_request_id = id, "asked Stripe");
    match status.as_u16() {
        200..300 => json.ok_or(StripeError::Unavailable),
        401 => Err(StripeError::Unauthorized),
        404 => Err(StripeError::NotFound),
        429 => Err(StripeError::Throttled),
        400..500 => {
            let error = json.as_ref().and_then(|json| json.object("error"));
            let text = |field| error.and_then(|error| error.text(field));
            let code = text("code").or(text("type")).unwrap_or("unknown").to_owned();
            Err(match code.as_str() {
                "resource_missing" => StripeError::NotFound,
                _ => StripeError::Refused { code, message: text("message").unwrap_or_default().to_owned() },
            })
        }
        _ => Err(StripeError::Unavailable),
    }
}

#[cfg(test)]
mod tests {
    use super::StripeError;

    #[test]
    fn a_read_that_stripe_refuses_says_nothing_of_the_account() {
        let refused = StripeError::Refused { code: "unknown".into(), message: String::new() };
        assert_eq!(refused.of_a_read(), StripeError::Unavailable);
        assert_eq!(StripeError::NotFound.of_a_read(), StripeError::NotFound);
    }
}
