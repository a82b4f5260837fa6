//! Stripe's HTTP API, as far as relinking needs it. This is the only code that calls Stripe. It does not use a
//! database.
//! Every call has a deadline, and the number of simultaneous calls is limited (`relink_calls`). An answer is either accepted or
//! an error that says where the problem is. Keys and answers are never logged: only method, path, status and Stripe's
//! request id.

mod consent;
mod error;
mod fit;
mod new_session;
mod objects;
mod provider;
mod reached;
pub mod traceparent;

pub use consent::StripeConsent;
pub use error::{ClientError, StripeError};
pub use fit::Misfit;
pub use new_session::{HostedPage, NewSession};
pub use objects::{StripeCustomer, StripeSession, linked_account};
pub use provider::happening;
pub use reached::StripeHealth;
pub use reqwest::Url;

use new_session::holder_parameter;
use reached::Reached;
use relink_account::{LinkedAccount, Provider};
pub use relink_calls::MOST_CALLS;
use relink_calls::{Gate, Heap, LARGEST};
use relink_wire::{Fields, InstitutionStatus, Json, Secret};
use reqwest::{Method, Response};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tracing::Instrument;

/// Where Stripe's API is, unless another address is given.
const API: &str = "https://api.stripe.com";
/// The version of Stripe's API that relinking is part of.
pub const API_VERSION: &str = "2026-09-30.preview";
/// Prefix of a live publishable key: real banks are behind it.
const LIVE: &str = "pk_live_";

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
    publishable_key: String,
    version: String,
    reached: Arc<Reached>,
    gate: Arc<Gate>,
    /// Whose share of the calls is used; nobody's for what we ask of our own accord.
    heap: Option<Heap>,
}

/// Accounts of everybody, a page at a time.
#[derive(Clone, Debug, Default)]
pub struct AccountPage {
    /// The accounts.
    pub list: Vec<LinkedAccount>,
    /// What the next page begins after; nothing at the end.
    pub next: Option<String>,
}

impl Stripe {
    /// A client of Stripe's API. Makes no connection yet.
    pub fn new(key: Secret, publishable_key: impl Into<String>) -> Result<Self, ClientError> {
        let http = reqwest::Client::builder()
            .timeout(DEADLINE)
            .connect_timeout(Duration::from_secs(4))
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("relink-server/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(ClientError)?;
        let Ok(base) = Url::parse(API) else { unreachable!("a constant") };
        Ok(Self {
            http,
            base,
            key,
            publishable_key: publishable_key.into(),
            version: API_VERSION.into(),
            gate: Arc::new(Gate::new(MOST_CALLS)),
            heap: None,
            reached: Arc::default(),
        })
    }

    /// The same at another address: a stand-in for Stripe.
    pub fn at(self, base: Url) -> Self {
        Self { base, ..self }
    }

    /// The same with another version of the API.
    pub fn version(self, version: impl Into<String>) -> Self {
        Self { version: version.into(), ..self }
    }

    /// The same with another number of calls that may be under way at once.
    pub fn most_calls(self, most: usize) -> Self {
        Self { gate: Arc::new(Gate::new(most)), ..self }
    }

    /// The same for what one customer asked for: of the calls under way at once, a customer's requests have a share only.
    pub fn for_customer(&self, customer: &str) -> Self {
        Self { heap: Some(self.gate.heap(customer)), ..self.clone() }
    }

    /// For the browser's Stripe.js.
    pub fn publishable_key(&self) -> &str {
        &self.publishable_key
    }

    /// Whether there are real banks behind it.
    pub fn livemode(&self) -> bool {
        self.publishable_key.starts_with(LIVE)
    }

    /// Whether Stripe has answered lately; asks nobody.
    pub fn health(&self) -> StripeHealth {
        self.reached.health()
    }

    /// Creates a Financial Connections session. The same `idempotency_key` never makes two.
    pub async fn create_session(
        &self,
        new: &NewSession<'_>,
        idempotency_key: &str,
    ) -> Result<StripeSession, StripeError> {
        let json = self
            .post("sessions.create", "/v1/financial_connections/sessions", &new.form(), idempotency_key)
            .await?;
        StripeSession::read(&json).ok_or(StripeError::Unavailable)
    }

    /// The session as it is now, with every account that it collected.
    pub async fn session(&self, id: &str) -> Result<StripeSession, StripeError> {
        let json =
            self.get("sessions.retrieve", &["v1", "financial_connections", "sessions", id], &[]).await?;
        let mut session = StripeSession::read(&json).ok_or(StripeError::Unavailable)?;
        if session.has_more_accounts {
            session.accounts = self.accounts(&[("session", id)]).await?;
        }
        Ok(session)
    }

    /// The Stripe account that the secret key is of: `acct_…`. A restricted key may not have the right to ask.
    pub async fn own_account(&self) -> Result<String, StripeError> {
        let json = self.get("account.retrieve", &["v1", "account"], &[]).await?;
        json.text("id").map(Into::into).ok_or(StripeError::Unavailable)
    }

    /// An account as it is now.
    pub async fn account(&self, id: &str) -> Result<LinkedAccount, StripeError> {
        let json =
            self.get("accounts.retrieve", &["v1", "financial_connections", "accounts", id], &[]).await?;
        linked_account(&json).ok_or(StripeError::Unavailable)
    }

    /// How well a bank can be reached just now.
    pub async fn institution_status(&self, id: &str) -> Result<InstitutionStatus, StripeError> {
        let json = self
            .get("institutions.retrieve", &["v1", "financial_connections", "institutions", id], &[])
            .await?;
        let status = json.text("status").filter(|status| !status.is_empty());
        status.map(InstitutionStatus::parse).ok_or(StripeError::Unavailable)
    }

    /// Every account that a customer has linked with this merchant.
    pub async fn accounts_of(&self, owner: &str) -> Result<Vec<LinkedAccount>, StripeError> {
        self.accounts(&[(holder_parameter(owner), owner)]).await
    }

    /// A page of everybody's accounts, those after `after`.
    pub async fn accounts_after(&self, after: Option<&str>) -> Result<AccountPage, StripeError> {
        let limit = PAGE.to_string();
        let mut query = vec![("limit", limit.as_str())];
        query.extend(after.map(|after| ("starting_after", after)));
        let page = self.get("accounts.list", &["v1", "financial_connections", "accounts"], &query).await?;
        let entries = page.entries("data").ok_or(StripeError::Unavailable)?;
        // By the last id of all: an entry that cannot be read must not end the list.
        let last = entries.last().and_then(|entry| entry.text("id"));
        let next = last.filter(|_| page.flag("has_more") == Some(true)).map(Into::into);
        Ok(AccountPage { list: entries.iter().filter_map(linked_account).collect(), next })
    }

    /// What Stripe knows of a Customer; `NotFound` where it was deleted.
    pub async fn customer(&self, id: &str) -> Result<StripeCustomer, StripeError> {
        let json = self.get("customers.retrieve", &["v1", "customers", id], &[]).await?;
        if json.flag("deleted") == Some(true) {
            return Err(StripeError::NotFound);
        }
        Ok(StripeCustomer::read(&json))
    }

    async fn accounts(&self, filter: &[(&str, &str)]) -> Result<Vec<LinkedAccount>, StripeError> {
        let mut found: Vec<LinkedAccount> = Vec::new();
        loop {
            let limit = PAGE.to_string();
            let mut query = filter.to_vec();
            query.push(("limit", &limit));
            let last = found.last().map(|account| account.id().to_owned());
            if let Some(last) = &last {
                query.push(("starting_after", last));
            }
            let page =
                self.get("accounts.list", &["v1", "financial_connections", "accounts"], &query).await?;
            let entries = page.entries("data").ok_or(StripeError::Unavailable)?;
            let before = found.len();
            found.extend(entries.iter().filter_map(linked_account));
            if page.flag("has_more") != Some(true) || found.len() == before || found.len() >= MOST_ACCOUNTS {
                return Ok(found);
            }
        }
    }

    async fn get(
        &self,
        operation: &'static str,
        path: &[&str],
        query: &[(&str, &str)],
    ) -> Result<Json, StripeError> {
        // Ids come from outside: as a segment of their own they cannot become another path. These are no segment of
        // their own: `Url` leaves them out, and Stripe would answer with a list.
        if path.iter().any(|segment| matches!(*segment, "" | "." | "..")) {
            return Err(StripeError::NotFound);
        }
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        self.send(operation, self.http.request(Method::GET, url)).await
    }

    async fn post(
        &self,
        operation: &'static str,
        path: &str,
        parameters: &[(&str, String)],
        key: &str,
    ) -> Result<Json, StripeError> {
        let url = self.base.join(path).map_err(|_| StripeError::Unavailable)?;
        let request = self.http.request(Method::POST, url).form(parameters).header("Idempotency-Key", key);
        self.send(operation, request).await
    }

    /// Makes a call. Log, metrics and traces know it by `operation` alone: a path may hold a customer's id.
    async fn send(
        &self,
        operation: &'static str,
        request: reqwest::RequestBuilder,
    ) -> Result<Json, StripeError> {
        let pass = self.gate.enter(self.heap).await.map_err(|_| StripeError::Busy);
        let _pass = pass.inspect_err(|error| count(operation, error.kind()))?;
        let span = tracing::info_span!(
            "stripe",
            operation,
            otel.kind = "client",
            otel.name = format!("stripe {operation}"),
            http.response.status_code = tracing::field::Empty,
            stripe.request_id = tracing::field::Empty,
        );
        let begun = Instant::now();
        let answer = self.sent(operation, request).instrument(span).await;
        self.reached.note(&answer);
        let outcome = match &answer {
            Ok(_) => "ok",
            Err(error) => error.kind(),
        };
        count(operation, outcome);
        metrics::histogram!("relink_stripe_request_seconds", "operation" => operation)
            .record(begun.elapsed());
        relink_calls::took(Stripe::NAME, operation, begun.elapsed());
        answer
    }

    async fn sent(&self, operation: &str, request: reqwest::RequestBuilder) -> Result<Json, StripeError> {
        let mut request = request.bearer_auth(self.key.expose()).header("Stripe-Version", &self.version);
        if let Some(parent) = traceparent::outgoing() {
            request = request.header("traceparent", parent);
        }
        let answer = match request.send().await {
            Ok(response) => judge(response, operation).await,
            Err(error) => {
                let error = error.without_url();
                tracing::warn!(%error, operation, "Stripe did not answer");
                Err(StripeError::Unavailable)
            }
        };
        if let Err(StripeError::Refused { code, message }) = &answer {
            tracing::warn!(code, message, operation, "Stripe refused");
        }
        answer
    }
}

fn count(operation: &'static str, outcome: &'static str) {
    metrics::counter!("relink_stripe_requests_total", "operation" => operation, "outcome" => outcome)
        .increment(1);
    relink_calls::counted(Stripe::NAME, operation, outcome);
}

async fn judge(response: Response, operation: &str) -> Result<Json, StripeError> {
    let status = response.status();
    let id =
        response.headers().get("request-id").and_then(|id| id.to_str().ok()).unwrap_or_default().to_owned();
    let body = relink_calls::whole(response, LARGEST).await.map_err(|_| StripeError::Unavailable)?;
    let json: Option<Json> = serde_json::from_slice(&body).ok();
    tracing::Span::current()
        .record("http.response.status_code", status.as_u16())
        .record("stripe.request_id", &id);
    tracing::debug!(operation, status = status.as_u16(), stripe_request_id = id, "asked Stripe");
    match status.as_u16() {
        200..300 => json.ok_or(StripeError::Unavailable),
        401 => Err(StripeError::Unauthorized),
        404 => Err(StripeError::NotFound),
        429 => Err(StripeError::Throttled),
        400..500 => {
            let error = json.as_ref().and_then(|json| json.object("error"));
            let text = |field| error.and_then(|error| error.text(field));
            let code = text("code").or(text("type")).unwrap_or("unknown");
            let (param, message) = (text("param").unwrap_or_default(), text("message").unwrap_or_default());
            Err(StripeError::of_code(code, param, message))
        }
        _ => Err(StripeError::Unavailable),
    }
}
