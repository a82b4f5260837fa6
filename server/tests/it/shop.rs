//! A running relink-server with a sandbox behind it, and a customer's page of a shop in front of it: the shop's server asks for
//! customer tokens with its API key, and the page sends one with each request, as the widget does.

use crate::rows::Rows;
use relink_hosted::api_key_fingerprint;
use relink_server::{Config, Server};
use relink_wire::Json;
use reqwest::header::{HeaderName, HeaderValue};
use reqwest::{Client, RequestBuilder, Response, Result};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};
use tokio::net::TcpListener;

pub const WEBHOOK_SECRET: &str = "whsec_planted_webhook_secret_of_tests";
pub const RELINK_SECRET: &str = "planted relink secret of the tests";
/// The API key of the shop's server, and its name.
pub const KEY: &str = "mk_planted_api_key";
const KEY_NAME: &str = "demo";
/// Where browsers reach relink-server, whichever instance answers: tokens are good there.
pub const ORIGIN: &str = "http://relink.test";
/// The shop's page, which is of another origin.
pub const PAGE: &str = "https://shop.test";
/// The kinds of relink.
pub const PROFILES: &str = r#"{
    "payments": {"path": "/relink", "permissions": ["payment_method", "balances"], "limit": 1, "handoff": "stripe_js"},
    "hosted": {"path": "/relink-hosted", "permissions": ["payment_method", "balances"], "limit": 1, "handoff": "hosted"},
    "data": {"path": "/relink-data", "permissions": ["balances", "transactions"], "limit": null, "handoff": "stripe_js"}
}"#;
/// How long the shop's page keeps a token before it asks for another.
const KEPT: i64 = 14 * 60;

/// A sandbox on a port of its own.
pub struct Stripe {
    pub base: String,
    http: Client,
}

impl Stripe {
    pub async fn start() -> Self {
        Self::start_as(&sandbox::Config::default().account).await
    }

    /// One whose key is of that account.
    pub async fn start_as(account: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let config = sandbox::Config { account: account.into(), ..sandbox::Config::default() };
        tokio::spawn(sandbox::serve(listener, config));
        Self { base, http: Client::new() }
    }

    /// One that runs already.
    pub fn at(base: &str) -> Self {
        Self { base: base.to_owned(), http: Client::new() }
    }

    /// Where it takes email.
    pub async fn smtp(&self) -> String {
        let told = self.look("mail").await;
        told["smtp"].as_str().expect("an address").to_owned()
    }

    /// Every email that it took, the newest first.
    pub async fn mails(&self) -> Vec<Json> {
        self.look("mails").await["data"].as_array().expect("a list").clone()
    }

    /// Reads a test helper of the sandbox.
    pub async fn look(&self, helper: &str) -> Json {
        let request = self.http.get(format!("{}/v1/test_helpers/{helper}", self.base));
        body(request.bearer_auth("sk_test_sandbox").send().await.expect("the sandbox answers")).await
    }

    pub async fn tell(&self, helper: &str, form: &[(&str, &str)]) -> Json {
        let request = self.http.post(format!("{}/v1/test_helpers/{helper}", self.base)).form(form);
        let answer = request.bearer_auth("sk_test_sandbox").send().await.expect("the sandbox answers");
        let status = answer.status();
        let json = body(answer).await;
        assert!(status.is_success(), "{helper}: {json}");
        json
    }
}

/// What a test may change about the time.
#[derive(Clone, Default)]
pub struct Time {
    ahead_ms: Arc<AtomicI64>,
    /// Where it stands still; 0 where it goes on.
    frozen_ms: Arc<AtomicI64>,
}

impl Time {
    pub fn pass(&self, seconds: i64) {
        self.ahead_ms.fetch_add(seconds * 1000, Ordering::SeqCst);
    }

    /// From now on it moves only by what passes: for tests on the second.
    pub fn stop(&self) {
        self.frozen_ms.store(machine_ms(), Ordering::SeqCst);
    }

    pub fn now(&self) -> i64 {
        self.now_ms() / 1000
    }

    pub fn now_ms(&self) -> i64 {
        let now = match self.frozen_ms.load(Ordering::SeqCst) {
            0 => machine_ms(),
            frozen => frozen,
        };
        now + self.ahead_ms.load(Ordering::SeqCst)
    }
}

fn machine_ms() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_millis() as i64
}

/// The variables of one instance, but for where it listens.
pub fn variables<'a>(stripe: &'a str, rows: &'a Rows) -> [(&'static str, &'a str); 12] {
    [
        ("RELINK_PUBLIC_URL", ORIGIN),
        ("RELINK_ALLOWED_ORIGINS", PAGE),
        ("RELINK_SECRET", RELINK_SECRET),
        ("RELINK_PROFILES", PROFILES),
        ("MERCHANT_NAME", "Pinegrove Market"),
        ("MAIL_FROM", "accounts@pinegrove.example"),
        ("STRIPE_API_BASE", stripe),
        ("STRIPE_SECRET_KEY", "sk_test_sandbox"),
        ("STRIPE_PUBLISHABLE_KEY", "pk_test_sandbox"),
        ("STRIPE_WEBHOOK_SECRET", WEBHOOK_SECRET),
        // A test is faster than a person. What the limits are for is in `limits.rs`.
        ("RELINK_RATE_LIMITS", "customer=3000/60000,address=60000/600000,read=60000/600000"),
        (rows.variable, &rows.place),
    ]
}

pub fn config(stripe: &str, rows: &Rows, more: &[(&str, &str)]) -> Config {
    let base = variables(stripe, rows);
    let find =
        |name: &str| more.iter().chain(&base).find(|(key, _)| *key == name).map(|(_, v)| (*v).to_owned());
    Config::read(find).expect("a configuration")
}

pub async fn serve(config: Config, time: &Time) -> (String, Server) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let clock = time.clone();
    let server = Server::open_at(config.listening_at(address), Arc::new(move || clock.now_ms()));
    let server = server.await.expect("a server");
    let (router, limits) = (server.router(), server.config.limits.serving);
    let about = |_: &tokio::net::TcpStream| axum::http::Extensions::new();
    tokio::spawn(relink_server::serving::serve(listener, router, limits, about, std::future::pending()));
    (format!("http://{address}"), server)
}

/// A relink-server, and a customer's page in front of it.
#[derive(Clone)]
pub struct Shop {
    pub base: String,
    pub stripe: Arc<Stripe>,
    pub time: Time,
    pub http: Client,
    pub customer: String,
    pub rows: Arc<Rows>,
    token: Arc<Mutex<Option<(String, i64)>>>,
}

impl Shop {
    pub async fn open() -> Self {
        Self::open_with(&[]).await
    }

    pub async fn open_with(more: &[(&str, &str)]) -> Self {
        let rows = Rows::new().await;
        let (stripe, time) = (Stripe::start().await, Time::default());
        let (base, server) = serve(config(&stripe.base, &rows, more), &time).await;
        server.hosted.sync_accounts().await.expect("accounts");
        Self::at(base, stripe, rows, time).await
    }

    /// A customer's page in front of a relink-server that is already running and whose shop has registered its
    /// customers.
    pub async fn at(base: String, stripe: Stripe, rows: Rows, time: Time) -> Self {
        let http = Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
        rows.run(&format!(
            "INSERT INTO api_keys (fingerprint, name, created_at) VALUES ('{}', '{KEY_NAME}', 0) ON CONFLICT DO NOTHING",
            api_key_fingerprint(KEY)
        ))
        .await;
        let (stripe, rows) = (Arc::new(stripe), Arc::new(rows));
        let shop =
            Self { base, stripe, time, http, customer: "cus_demo".into(), rows, token: Arc::default() };
        for body in [
            serde_json::json!({"customer": "cus_demo", "name": "Maya Lindqvist", "email": "maya@customer.example"}),
            serde_json::json!({"customer": "cus_other", "name": "Tom Okafor", "email": "tom@customer.example", "locale": "ar"}),
        ] {
            let (status, told) = send(shop.ask_for_token(body)).await;
            assert_eq!(status, 201, "{told}");
        }
        shop
    }

    /// The same page, sent to another instance by the balancer.
    pub fn through(&self, base: &str) -> Self {
        Self { base: base.to_owned(), ..self.clone() }
    }

    /// The page's token is one that this instance has made from now on.
    pub async fn token_of_this_instance(&self) -> String {
        *self.token.lock().expect("nobody panicked") = None;
        self.token().await
    }

    /// Another customer's page from now on.
    pub fn sign_in_as(&mut self, customer: &str) {
        self.customer = customer.to_owned();
        self.token = Arc::default();
    }

    /// What the shop's server asks.
    pub fn ask_for_token(&self, body: Json) -> RequestBuilder {
        let request = self.http.post(format!("{}/v1/customer_tokens", self.base)).bearer_auth(KEY);
        request.header("content-type", "application/json").body(body.to_string())
    }

    /// A token for the page's customer, as the shop's server gets it: a new one where the last is about to run out.
    pub async fn token(&self) -> String {
        self.try_token().await.expect("an answer").expect("a token")
    }

    /// The same, or the answer that is none.
    async fn try_token(&self) -> Result<std::result::Result<String, Response>> {
        let now = self.time.now();
        let kept = self.token.lock().expect("nobody panicked").clone();
        if let Some((token, made)) = kept
            && (made..made + KEPT).contains(&now)
        {
            return Ok(Ok(token));
        }
        let answer = self.ask_for_token(serde_json::json!({ "customer": self.customer })).send().await?;
        if answer.status() != 201 {
            return Ok(Err(answer));
        }
        let told: Json = serde_json::from_str(&answer.text().await?).expect("JSON");
        let token = told["token"].as_str().expect("a token").to_owned();
        *self.token.lock().expect("nobody panicked") = Some((token.clone(), now));
        Ok(Ok(token))
    }

    pub fn get(&self, path: &str) -> Call {
        let request = self.http.get(format!("{}{path}", self.base)).header("origin", PAGE);
        Call { request, page: Some(self.clone()) }
    }

    /// A POST as the widget sends it, but for the key.
    pub fn post_without_key(&self, path: &str, body: Json) -> Call {
        let request = self.http.post(format!("{}{path}", self.base)).header("origin", PAGE);
        let request = request.header("content-type", "application/json").body(body.to_string());
        Call { request, page: Some(self.clone()) }
    }

    pub fn post(&self, path: &str, key: &str, body: Json) -> Call {
        self.post_without_key(path, body).header("idempotency-key", key)
    }

    /// A new session under `/relink`.
    pub async fn session(&self, key: &str, body: Json) -> Json {
        let answer = send(self.post("/relink/sessions", key, body)).await;
        assert_eq!(answer.0, 201, "{}", answer.1);
        answer.1
    }

    /// The same, of that account, with a key of its own.
    pub async fn session_from(&self, account: &str) -> Json {
        self.session(
            &format!("session of {account}").replace(' ', "-"),
            serde_json::json!({ "account": account }),
        )
        .await
    }

    pub async fn read(&self, session: &Json) -> Json {
        let (status, json) = send(self.get(&format!("/relink/sessions/{}", id(session)))).await;
        assert_eq!(status, 200, "{json}");
        json
    }

    pub async fn complete(&self, session: &Json, key: &str, accounts: Json) -> (u16, Json) {
        let path = format!("/relink/sessions/{}/complete", id(session));
        send(self.post(&path, key, serde_json::json!({ "accounts": accounts }))).await
    }

    /// What the customer does at the bank.
    pub async fn at_the_bank(&self, session: &Json, outcome: &str, accounts: &[&str]) {
        let stripe = self.stripe_session(session).await;
        let mut form = vec![("outcome", outcome)];
        form.extend(accounts.iter().map(|id| ("accounts[]", *id)));
        self.stripe.tell(&format!("financial_connections/sessions/{stripe}/finish"), &form).await;
    }

    pub async fn stripe_session(&self, session: &Json) -> String {
        self.value(&format!("SELECT stripe_session FROM relink_sessions WHERE id = '{}'", id(session))).await
    }

    /// The first column of the first row, as text.
    pub async fn value(&self, sql: &str) -> String {
        self.rows.value(sql).await
    }

    pub async fn account_status(&self, account: &str) -> String {
        self.value(&format!("SELECT status FROM accounts WHERE id = '{account}'")).await
    }
}

/// A request that is about to be made; of a page's it gets the customer's token.
pub struct Call {
    request: RequestBuilder,
    page: Option<Shop>,
}

impl From<RequestBuilder> for Call {
    fn from(request: RequestBuilder) -> Self {
        Self { request, page: None }
    }
}

impl Call {
    pub fn header<V>(self, name: &'static str, value: V) -> Self
    where
        HeaderValue: TryFrom<V>,
        <HeaderValue as TryFrom<V>>::Error: Into<axum::http::Error>,
    {
        Self { request: self.request.header(HeaderName::from_static(name), value), ..self }
    }

    pub async fn send(self) -> Result<Response> {
        match self.page {
            None => self.request.send().await,
            Some(page) => match page.try_token().await? {
                Ok(token) => self.request.bearer_auth(token).send().await,
                Err(answer) => Ok(answer),
            },
        }
    }
}

pub fn id(session: &Json) -> &str {
    session["id"].as_str().expect("an id")
}

pub async fn send(request: impl Into<Call>) -> (u16, Json) {
    let answer = request.into().send().await.expect("an answer");
    (answer.status().as_u16(), body(answer).await)
}

async fn body(answer: Response) -> Json {
    let text = answer.text().await.expect("a body");
    serde_json::from_str(&text).unwrap_or(Json::String(text))
}

/// Checks that an answer is a problem document that says what the contract wants.
pub async fn problem(request: impl Into<Call>, status: u16, code: &str) {
    let answer = request.into().send().await.expect("an answer");
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
    let header = answer.headers()["x-request-id"].clone();
    let found = answer.status().as_u16();
    let json = body(answer).await;
    assert_eq!(
        (found, json["code"].as_str(), json["status"].as_u64()),
        (status, Some(code), Some(status.into())),
        "{json}"
    );
    assert_eq!(header, json["request_id"].as_str().expect("a request id"));
}
