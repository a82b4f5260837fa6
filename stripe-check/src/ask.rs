//! One request to Stripe, or to the sandbox in its place. No address, key or value of it is ever part of an error.

use relink_wire::{Fields, Json, Secret};
use reqwest::{Client, Method, Url};
use std::time::Duration;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Stripe, or the sandbox.
#[derive(Debug)]
pub struct Side {
    http: Client,
    base: Url,
    key: Secret,
    version: String,
}

/// A request.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ask<'a> {
    /// Below `/v1/`.
    pub path: &'a str,
    /// Query or body, as names and values.
    pub form: &'a [(&'a str, &'a str)],
    /// Whether it is a POST, and with which idempotency key.
    pub post: Option<&'a str>,
    /// Another version than the side's.
    pub version: Option<&'a str>,
    /// Whether a key is sent that nobody has.
    pub with_wrong_key: bool,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Whether it says in which version it is, and that this is the one that was asked for.
    pub is_in_version: bool,
    /// Whether it has an id.
    pub has_request_id: bool,
    /// Whether it says that it repeats an earlier one.
    pub is_replayed: bool,
    /// The body.
    pub body: Json,
}

impl Side {
    /// One at that address.
    pub fn new(base: Url, key: Secret, version: String) -> Result<Self, String> {
        let http = Client::builder()
            .timeout(PATIENCE)
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("relink-stripe-check/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| format!("the client of Stripe's API cannot be made: {error}"))?;
        Ok(Self { http, base, key, version })
    }

    /// Asks; an error is a sentence, without the address and its ids.
    pub async fn ask(&self, ask: Ask<'_>) -> Result<Answer, String> {
        let url = self.base.join(&format!("/v1/{}", ask.path));
        let mut url = url.map_err(|_| "there is no such address".to_owned())?;
        let version = ask.version.unwrap_or(&self.version);
        let key = if ask.with_wrong_key { "sk_test_of_nobody_at_all" } else { self.key.expose() };
        let request = match ask.post {
            Some(idempotency) => {
                let request = self.http.request(Method::POST, url).header("Idempotency-Key", idempotency);
                request.form(ask.form)
            }
            None => {
                url.query_pairs_mut().extend_pairs(ask.form);
                self.http.request(Method::GET, url)
            }
        };
        let request = request.bearer_auth(key).header("Stripe-Version", version);
        let response = request.send().await.map_err(|error| error.without_url().to_string())?;
        let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok());
        let name = |version: &str| version.split(';').next().unwrap_or_default().trim().to_owned();
        let (status, is_replayed) =
            (response.status().as_u16(), header("idempotent-replayed") == Some("true"));
        let is_in_version = header("stripe-version").is_some_and(|told| name(told) == name(version));
        let has_request_id = header("request-id").is_some_and(|id| !id.is_empty());
        let body = response.bytes().await.map_err(|error| error.without_url().to_string())?;
        let body = serde_json::from_slice(&body).map_err(|_| format!("the answer, {status}, is no JSON"))?;
        Ok(Answer { status, is_in_version, has_request_id, is_replayed, body })
    }
}

impl Answer {
    /// What it refuses, in Stripe's words: type, code and parameter.
    pub fn refusal(&self) -> String {
        let error = self.body.object("error");
        let word = |field| error.and_then(|error| error.text(field)).unwrap_or("-");
        format!("{} {} {} {}", self.status, word("type"), word("code"), word("param"))
    }
}
