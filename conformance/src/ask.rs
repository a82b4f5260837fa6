//! Sends requests to the backend, as the customer, as another one, or as nobody, and keeps every answer, because what
//! holds for all of them is judged at the end.

use crate::answer::Answer;
use crate::options::{self, Options};
use crate::shell;
use crate::unreachable::Unreachable;
use relink_wire::Secret;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Method};
use serde_json::{Value as Json, json};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// The longest `Retry-After` that is waited for.
const LONGEST_PAUSE: u64 = 10;
/// How often a request is sent again after a 429.
const TRIES: usize = 4;
/// An id that no backend has given.
pub const UNKNOWN: &str = "rls_conformance_unknown";

/// Who asks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// The signed-in customer.
    Customer,
    /// Another one.
    Another,
    /// Nobody who is signed in.
    Nobody,
}

/// One request.
#[derive(Clone)]
pub struct Ask {
    method: Method,
    /// The route, for the report.
    to: &'static str,
    path: String,
    by: By,
    headers: Vec<(&'static str, String)>,
    body: Option<Vec<u8>>,
}

impl Ask {
    /// `GET /sessions/{id}`
    pub fn read(id: &str) -> Self {
        let (path, method) = (format!("/sessions/{id}"), Method::GET);
        Self { method, to: "GET /sessions/{id}", path, by: By::Customer, headers: Vec::new(), body: None }
    }

    /// `POST /sessions`
    pub fn create(key: &str, body: &Json) -> Self {
        Self::post("POST /sessions", "/sessions".into(), key, body)
    }

    /// `POST /sessions/{id}/complete`
    pub fn complete(id: &str, key: &str, accounts: &Json) -> Self {
        let path = format!("/sessions/{id}/complete");
        Self::post("POST /sessions/{id}/complete", path, key, &json!({"accounts": accounts}))
    }

    /// `POST /sessions/{id}/cancel`
    pub fn cancel(id: &str, key: &str) -> Self {
        Self::post("POST /sessions/{id}/cancel", format!("/sessions/{id}/cancel"), key, &json!({}))
    }

    /// What a browser asks before it lets a foreign page post.
    pub fn preflight(origin: &str) -> Self {
        let headers = vec![
            ("origin", origin.to_owned()),
            ("access-control-request-method", "POST".to_owned()),
            ("access-control-request-headers", "content-type,idempotency-key".to_owned()),
        ];
        let (method, path) = (Method::OPTIONS, "/sessions".into());
        Self { method, to: "OPTIONS /sessions", path, by: By::Nobody, headers, body: None }
    }

    fn post(to: &'static str, path: String, key: &str, body: &Json) -> Self {
        let headers =
            vec![("idempotency-key", key.to_owned()), ("content-type", "application/json".to_owned())];
        let body = Some(body.to_string().into_bytes());
        Self { method: Method::POST, to, path, by: By::Customer, headers, body }
    }

    /// The same by somebody else.
    pub fn by(self, by: By) -> Self {
        Self { by, ..self }
    }

    /// The same with a header set, or taken away.
    pub fn header(mut self, name: &'static str, value: Option<&str>) -> Self {
        self.headers.retain(|(set, _)| *set != name);
        self.headers.extend(value.map(|value| (name, value.to_owned())));
        self
    }

    /// The same with these bytes as its body.
    pub fn bytes(self, body: &[u8]) -> Self {
        Self { body: Some(body.to_vec()), ..self }
    }
}

/// One of Stripe's events: a session has changed.
pub struct Event {
    body: Vec<u8>,
    signature: String,
    is_late: bool,
}

impl Event {
    /// An event about Stripe's session `about`, with an id of its own, signed `seconds` from now.
    pub fn new(about: &str, secret: &str, seconds: i64) -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let unix = i64::try_from(now.as_secs()).unwrap_or_default() + seconds;
        let body = json!({
            "id": format!("evt_conformance_{:x}", now.as_nanos()),
            "object": "event",
            "type": "financial_connections.session.updated",
            "created": unix,
            "livemode": false,
            "data": {"object": {"id": about, "object": "financial_connections.session"}},
        });
        let body = body.to_string().into_bytes();
        let signature = relink_signature::sign(&Secret::new(secret.to_owned()), &body, unix);
        Self { body, signature, is_late: seconds != 0 }
    }

    /// What is wrong with one that is made to be refused.
    pub fn flaw(&self) -> &'static str {
        if self.is_late { "was signed an hour ago" } else { "was signed with another secret" }
    }
}

/// The backend that is asked.
pub struct Backend {
    base: String,
    client: Client,
    customer: Mutex<HeaderMap>,
    /// A command that prints a fresh header of theirs.
    refresh: Option<String>,
    another: Option<HeaderMap>,
    /// Different in every run, so that no key was used before.
    run: String,
    keys: Mutex<u32>,
    answers: Mutex<Vec<Answer>>,
}

impl Backend {
    /// Gets ready; asks nothing yet.
    pub fn new(options: &Options) -> Result<Self, Unreachable> {
        let to = || options.url.clone();
        let client = Client::builder().timeout(PATIENCE).redirect(reqwest::redirect::Policy::none()).build();
        let client = client.map_err(|error| Unreachable { to: to(), error: error.to_string() })?;
        let headers = |list: &[(String, String)]| {
            let pairs = list.iter().map(|(name, value)| sendable(name, value).ok_or_else(cannot_be_sent));
            pairs.collect::<Result<HeaderMap, _>>()
        };
        let another = (!options.other_headers.is_empty()).then_some(&options.other_headers);
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
        Ok(Self {
            base: options.url.clone(),
            client,
            customer: Mutex::new(headers(&options.headers)?),
            refresh: options.refresh_header.clone(),
            another: another.map(|list| headers(list)).transpose()?,
            run: format!("{now:x}"),
            keys: Mutex::new(0),
            answers: Mutex::default(),
        })
    }

    /// Whether there is somebody to sign in as, and so somebody to leave out.
    pub fn has_customer(&self) -> bool {
        !self.as_customer().is_empty()
    }

    /// Whether the customer is known by something that their browser sends by itself, whichever page asks.
    pub fn has_cookie(&self) -> bool {
        self.as_customer().contains_key("cookie")
    }

    fn as_customer(&self) -> HeaderMap {
        self.customer.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes the header that the command line's command prints; false if there is no command.
    async fn refreshed(&self) -> Result<bool, Unreachable> {
        let Some(command) = &self.refresh else { return Ok(false) };
        let printed = shell::run(command).await?;
        let (name, value) = options::header(printed.trim()).map_err(|_| cannot_be_sent())?;
        let (name, value) = sendable(&name, &value).ok_or_else(cannot_be_sent)?;
        self.customer.lock().unwrap_or_else(PoisonError::into_inner).insert(name, value);
        Ok(true)
    }

    /// Whether there is another customer.
    pub fn has_another(&self) -> bool {
        self.another.is_some()
    }

    /// A key that was never used.
    pub fn key(&self) -> String {
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        *keys += 1;
        format!("conformance-{}-{keys}", self.run)
    }

    /// Asks, patiently: a backend that answers 429 is asked again after the pause that it asks for.
    pub async fn ask(&self, ask: Ask) -> Result<Answer, Unreachable> {
        let mut answer = self.ask_once(ask.clone()).await?;
        if answer.status == 401 && ask.by == By::Customer && self.refreshed().await? {
            answer = self.ask_once(ask.clone()).await?;
        }
        for _ in 1..TRIES {
            if answer.status != 429 {
                break;
            }
            let told = answer.header("retry-after").and_then(|seconds| seconds.trim().parse().ok());
            tokio::time::sleep(Duration::from_secs(told.unwrap_or(1).min(LONGEST_PAUSE))).await;
            answer = self.ask_once(ask.clone()).await?;
        }
        Ok(answer)
    }

    /// Asks once, and keeps the answer.
    pub async fn ask_once(&self, ask: Ask) -> Result<Answer, Unreachable> {
        let answer = self.send(ask).await?;
        self.answers.lock().unwrap_or_else(PoisonError::into_inner).push(answer.clone());
        Ok(answer)
    }

    /// Asks once, off the record: the answer need not be one of the API.
    pub async fn send(&self, ask: Ask) -> Result<Answer, Unreachable> {
        self.send_to(&self.base, ask).await
    }

    async fn send_to(&self, base: &str, ask: Ask) -> Result<Answer, Unreachable> {
        let to = ask.to.to_owned();
        let mut headers = match ask.by {
            By::Customer => self.as_customer(),
            By::Another => self.another.clone().unwrap_or_default(),
            By::Nobody => HeaderMap::new(),
        };
        for (name, value) in &ask.headers {
            if let (Ok(name), Ok(value)) = (HeaderName::try_from(*name), HeaderValue::try_from(value)) {
                headers.insert(name, value);
            }
        }
        let mut request = self.client.request(ask.method, format!("{base}{}", ask.path)).headers(headers);
        if let Some(body) = ask.body {
            request = request.body(body);
        }
        let lost = |error: reqwest::Error| Unreachable { to: to.clone(), error: reason(error) };
        let response = request.send().await.map_err(lost)?;
        let headers = response.headers().iter();
        let headers = headers
            .map(|(name, value)| (name.as_str().into(), String::from_utf8_lossy(value.as_bytes()).into()));
        let (status, headers) = (response.status().as_u16(), headers.collect());
        let body = response.bytes().await.map_err(lost)?.to_vec();
        Ok(Answer { to, status, headers, body })
    }

    /// Delivers an event of Stripe's, off the record: the answer is not one of the API.
    pub async fn deliver(&self, url: &str, event: &Event) -> Result<Answer, Unreachable> {
        let headers = vec![
            ("content-type", "application/json".to_owned()),
            ("stripe-signature", event.signature.clone()),
        ];
        let body = Some(event.body.clone());
        let (to, by, method) = ("POST to the webhook", By::Nobody, Method::POST);
        self.send_to(url, Ask { method, to, path: String::new(), by, headers, body }).await
    }

    /// Every answer so far.
    pub fn answers(&self) -> Vec<Answer> {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn sendable(name: &str, value: &str) -> Option<(HeaderName, HeaderValue)> {
    HeaderName::try_from(name).ok().zip(HeaderValue::try_from(value).ok())
}

fn cannot_be_sent() -> Unreachable {
    Unreachable { to: "a header of the command line".into(), error: "it cannot be sent".into() }
}

/// Why there is no answer, without an address, which may hold what it should not.
fn reason(error: reqwest::Error) -> String {
    use std::error::Error;
    let error = error.without_url();
    let mut cause: &dyn Error = &error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}
