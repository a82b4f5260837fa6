//! A running shop, with the few routes of relink-server and of the sandbox that it asks. They remember what they were
//! asked, and answer what a test wants.

use axum::Router;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use reqwest::Client;
use serde_json::{Value, json};
use shop::{App, Config};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;

pub const KEY: &str = "mk_planted_key";

/// What the fake answers, and what it was asked.
#[derive(Default)]
pub struct Told {
    /// By customer.
    pub accounts: HashMap<String, Vec<Value>>,
    /// The bodies of requests for a token.
    pub tokens: Vec<Value>,
    /// How often the sandbox was reset.
    pub resets: usize,
    /// Answers every request for accounts with this status and an empty problem document.
    pub refuses: Option<u16>,
}

#[derive(Clone, Default)]
pub struct Fake(Arc<Mutex<Told>>);

impl Fake {
    pub fn told(&self) -> std::sync::MutexGuard<'_, Told> {
        self.0.lock().expect("no test panics while it holds it")
    }
}

fn is_known(headers: &HeaderMap, key: &str) -> bool {
    headers.get("authorization").is_some_and(|value| value.as_bytes() == format!("Bearer {key}").as_bytes())
}

fn problem(status: u16) -> Response {
    let status = StatusCode::from_u16(status).expect("a status");
    (status, json!({"code": "provider_unavailable", "detail": "Not now."}).to_string()).into_response()
}

async fn accounts(
    State(fake): State<Fake>,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    if !is_known(&headers, KEY) {
        return problem(401);
    }
    let told = fake.told();
    match told.refuses {
        Some(status) => problem(status),
        None => {
            let data = told.accounts.get(&query["customer"]).cloned().unwrap_or_default();
            json!({"object": "list", "data": data}).to_string().into_response()
        }
    }
}

async fn token(State(fake): State<Fake>, headers: HeaderMap, body: String) -> Response {
    if !is_known(&headers, KEY) {
        return problem(401);
    }
    let body: Value = serde_json::from_str(&body).expect("JSON");
    let mut told = fake.told();
    told.tokens.push(body.clone());
    let token = format!("ct_{}", told.tokens.len());
    let answer =
        json!({"object": "customer_token", "customer": body["customer"], "token": token, "expires_in": 900});
    (StatusCode::CREATED, answer.to_string()).into_response()
}

async fn scenarios(headers: HeaderMap) -> Response {
    if !is_known(&headers, "sk_test_sandbox") {
        return problem(401);
    }
    let one = |name: &str, rule: &str, handoff: &str, limit: Value| {
        json!({"object": "test_helpers.scenario",
        "scenario": name, "account": format!("fca_{name}"), "authorization": format!("fcauth_{name}"),
        "customer": "cus_demo", "description": "What it shows", "rule": rule, "handoff": handoff, "limits": {"accounts": limit}})
    };
    let data = [
        one("access_expired", "same_account", "stripe_js", json!(1)),
        one("several", "any_account", "stripe_js", Value::Null),
        one("hosted", "same_account", "hosted", json!(1)),
    ];
    json!({"object": "list", "data": data}).to_string().into_response()
}

async fn reset(State(fake): State<Fake>) -> Response {
    fake.told().resets += 1;
    json!({"object": "test_helpers.reset"}).to_string().into_response()
}

async fn serve(router: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(axum::serve(listener, router).into_future());
    base
}

/// A shop, and a browser in front of it.
pub struct Shop {
    pub base: String,
    pub relink: String,
    pub fake: Fake,
    pub http: Client,
    pub cookie: String,
}

impl Shop {
    pub async fn open() -> Self {
        Self::open_with(&[]).await
    }

    pub async fn open_with(more: &[(&str, &str)]) -> Self {
        let fake = Fake::default();
        fake.told().accounts.insert("cus_demo".into(), broken_and_others());
        let routes = Router::new()
            .route("/v1/accounts", get(accounts))
            .route("/v1/customer_tokens", post(token))
            .route("/v1/test_helpers/scenarios", get(scenarios))
            .route("/v1/test_helpers/reset", post(reset));
        let relink = serve(routes.with_state(fake.clone())).await;
        let config = Config::read(|name| {
            let base =
                [("RELINK_URL", relink.as_str()), ("RELINK_API_KEY", KEY), ("SANDBOX_URL", relink.as_str())];
            more.iter().chain(&base).find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        });
        let app = App::new(config.expect("a configuration")).expect("a shop");
        let base = serve(shop::router(app)).await;
        let http = Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
        let mut shop = Self { base, relink, fake, http, cookie: String::new() };
        shop.sign_in_as("cus_demo").await;
        shop
    }

    pub async fn sign_in_as(&mut self, customer: &str) {
        let request = self.http.post(format!("{}/sign-in", self.base)).form(&[("customer", customer)]);
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status(), 303);
        let cookie = answer.headers()["set-cookie"].to_str().expect("text");
        self.cookie = cookie.split(';').next().expect("a pair").to_owned();
    }

    pub fn get(&self, path: &str) -> reqwest::RequestBuilder {
        self.http.get(format!("{}{path}", self.base)).header("cookie", &self.cookie)
    }

    pub fn post(&self, path: &str, form: &[(&str, &str)]) -> reqwest::RequestBuilder {
        self.http.post(format!("{}{path}", self.base)).header("cookie", &self.cookie).form(form)
    }

    /// Status, headers and text of a page.
    pub async fn page(&self, path: &str) -> (u16, HeaderMap, String) {
        let answer = self.get(path).send().await.expect("an answer");
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        (status, headers, answer.text().await.expect("a body"))
    }

    /// The token of this sign-in's forms.
    pub async fn csrf(&self) -> String {
        let (_, _, html) = self.page("/accounts").await;
        let (_, after) = html.split_once(r#"name="csrf_token" value=""#).expect("a form");
        after.split('"').next().expect("a value").to_owned()
    }
}

/// One account of each kind that the list tells apart.
fn broken_and_others() -> Vec<Value> {
    let account = |id: &str, status: &str, condition: Value| {
        json!({"id": id, "object": "financial_connections.account", "status": status, "institution_name": "Harbour Bank",
            "display_name": "Everyday Checking", "last4": "1234", "created": 1, "permissions": ["payment_method", "balances"],
            "condition": condition})
    };
    let works = json!({"reason": null, "reasons": [], "repairable": false, "why_not": null, "at": null, "status": "working"});
    let broken = json!({"reason": "access_expired", "reasons": ["access_expired"], "repairable": true, "why_not": null, "at": null, "status": "broken"});
    let not = |why: &str| json!({"reason": "unspecified", "reasons": [], "repairable": false, "why_not": why, "at": null, "status": "broken"});
    let mut long = account("fca_long_name", "active", works.clone());
    long["institution_name"] = "The \u{202e}<script>alert(1)</script> Bank".into();
    vec![
        account("fca_healthy", "active", works),
        account("fca_access_expired", "inactive", broken),
        account("fca_account_closed", "inactive", not("account_closed")),
        account("fca_disconnected", "disconnected", not("disconnected")),
        long,
    ]
}
