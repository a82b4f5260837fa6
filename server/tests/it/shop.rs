//! A running shop with a sandbox behind it, and a browser that is signed in.

use crate::rows::Rows;
use merchant::{App, Config};
use relink_wire::Json;
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};
use tokio::net::TcpListener;

pub const WEBHOOK_SECRET: &str = "whsec_planted_webhook_secret";

/// A sandbox on a port of its own.
pub struct Stripe {
    pub base: String,
    http: Client,
}

impl Stripe {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        tokio::spawn(sandbox::serve(listener, sandbox::Config::default()));
        Self { base, http: Client::new() }
    }

    /// Where it takes mail.
    pub async fn smtp(&self) -> String {
        let told = self.ask("mail").await;
        told["smtp"].as_str().expect("an address").to_owned()
    }

    /// Every mail that it took, the newest first.
    pub async fn mails(&self) -> Vec<Json> {
        self.ask("mails").await["data"].as_array().expect("a list").clone()
    }

    async fn ask(&self, helper: &str) -> Json {
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

/// A merchant, and a customer's browser in front of it.
#[derive(Clone)]
pub struct Shop {
    pub base: String,
    pub stripe: Arc<Stripe>,
    pub time: Time,
    pub http: Client,
    pub cookie: String,
    pub csrf: String,
    pub rows: Arc<Rows>,
}

pub fn config(stripe: &str, rows: &Rows, more: &[(&str, &str)]) -> Config {
    let base = [
        ("STRIPE_API_BASE", stripe),
        ("STRIPE_SECRET_KEY", "sk_test_sandbox"),
        ("STRIPE_PUBLISHABLE_KEY", "pk_test_sandbox"),
        ("STRIPE_WEBHOOK_SECRET", WEBHOOK_SECRET),
        (rows.variable, &rows.place),
        (
            "DEMO_CUSTOMERS",
            "cus_demo=Maya Lindqvist <maya@customer.example>,cus_other=Tom Okafor <tom@customer.example> ar",
        ),
    ];
    let find =
        |name: &str| more.iter().chain(&base).find(|(key, _)| *key == name).map(|(_, v)| (*v).to_owned());
    Config::read(find).expect("a configuration")
}

pub async fn serve(config: Config, time: &Time) -> (String, App) {
    let clock = time.clone();
    let app = App::open_at(config, Arc::new(move || clock.now_ms())).await.expect("a merchant");
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(axum::serve(listener, merchant::router(app.clone())).into_future());
    (base, app)
}

impl Shop {
    pub async fn open() -> Self {
        Self::open_with(&[]).await
    }

    pub async fn open_with(more: &[(&str, &str)]) -> Self {
        let rows = Rows::new().await;
        let (stripe, time) = (Stripe::start().await, Time::default());
        let (base, app) = serve(config(&stripe.base, &rows, more), &time).await;
        merchant::sync(&app).await;
        Self::at(base, stripe, rows, time).await
    }

    /// A browser in front of a merchant that runs already.
    pub async fn at(base: String, stripe: Stripe, rows: Rows, time: Time) -> Self {
        let http = Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
        let (cookie, csrf) = sign_in(&http, &base, "cus_demo").await;
        Self { base, stripe: Arc::new(stripe), time, http, cookie, csrf, rows: Arc::new(rows) }
    }

    /// The same browser, sent to another instance by the balancer.
    pub fn through(&self, base: &str) -> Self {
        Self { base: base.to_owned(), ..self.clone() }
    }

    pub async fn sign_in_as(&mut self, customer: &str) {
        (self.cookie, self.csrf) = sign_in(&self.http, &self.base, customer).await;
    }

    pub fn get(&self, path: &str) -> RequestBuilder {
        self.http.get(format!("{}{path}", self.base)).header("cookie", &self.cookie)
    }

    /// A POST as the widget sends it, but for the key.
    pub fn post_without_key(&self, path: &str, body: Json) -> RequestBuilder {
        let request = self.http.post(format!("{}{path}", self.base)).header("cookie", &self.cookie);
        let request = request.header("x-csrf-token", &self.csrf).header("content-type", "application/json");
        request.header("origin", &self.base).header("sec-fetch-site", "same-origin").body(body.to_string())
    }

    pub fn post(&self, path: &str, key: &str, body: Json) -> RequestBuilder {
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

pub async fn sign_in(http: &Client, base: &str, customer: &str) -> (String, String) {
    let request = http.post(format!("{base}/sign-in")).form(&[("customer", customer)]);
    let answer = request.send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    let cookie =
        answer.headers()["set-cookie"].to_str().expect("text").split(';').next().expect("a pair").to_owned();
    let (status, me) = send(http.get(format!("{base}/me")).header("cookie", &cookie)).await;
    assert_eq!(status, 200, "{me}");
    (cookie, me["csrf_token"].as_str().expect("a token").to_owned())
}

pub fn id(session: &Json) -> &str {
    session["id"].as_str().expect("an id")
}

pub async fn send(request: RequestBuilder) -> (u16, Json) {
    let answer = request.send().await.expect("an answer");
    (answer.status().as_u16(), body(answer).await)
}

async fn body(answer: Response) -> Json {
    let text = answer.text().await.expect("a body");
    serde_json::from_str(&text).unwrap_or(Json::String(text))
}

/// Checks that an answer is a problem document that says what the contract wants.
pub async fn problem(request: RequestBuilder, status: u16, code: &str) {
    let answer = request.send().await.expect("an answer");
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
