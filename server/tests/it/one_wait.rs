//! A customer waits for Stripe once when a session is made: what must be asked is asked side by side. Between relink-server and the
//! sandbox stands a Stripe that keeps the account back until it was asked for the session.

use crate::hosted::ask;
use crate::rows::Rows;
use crate::shop::{Shop, Stripe, Time, config, send, serve};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use relink_wire::Json;
use reqwest::Client;
use serde_json::json;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::Notify;

const SESSIONS: &str = "/v1/financial_connections/sessions";
const ACCOUNTS: &str = "/v1/financial_connections/accounts/";
/// What is kept back for ever would otherwise hang the test.
const BOUND: Duration = Duration::from_secs(10);

/// What stands in between.
#[derive(Clone)]
struct Between {
    sandbox: String,
    http: Client,
    /// Every request to make a session, by its body.
    made: Arc<Mutex<Vec<String>>>,
    is_asked: Arc<Notify>,
    /// What is changed in an account before it is passed on.
    account: fn(&mut Json),
    /// Whether an account is kept back until a session was asked for.
    holds: bool,
}

impl Between {
    async fn start(sandbox: &Stripe, account: fn(&mut Json), holds: bool) -> (Self, String) {
        let between = Self {
            sandbox: sandbox.base.clone(),
            http: Client::new(),
            made: Arc::default(),
            is_asked: Arc::default(),
            account,
            holds,
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let app = Router::new().fallback(pass).with_state(between.clone());
        tokio::spawn(axum::serve(listener, app).into_future());
        (between, base)
    }

    fn made(&self) -> Vec<String> {
        self.made.lock().expect("nobody panicked").clone()
    }
}

async fn pass(
    State(between): State<Between>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, HeaderMap, Vec<u8>) {
    let is_account = method == Method::GET && uri.path().starts_with(ACCOUNTS);
    if method == Method::POST && uri.path() == SESSIONS {
        between.made.lock().expect("nobody panicked").push(String::from_utf8_lossy(&body).into_owned());
        between.is_asked.notify_one();
    }
    if is_account && between.holds && tokio::time::timeout(BOUND, between.is_asked.notified()).await.is_err()
    {
        return (StatusCode::SERVICE_UNAVAILABLE, HeaderMap::new(), Vec::new());
    }
    let mut request = between.http.request(method, format!("{}{uri}", between.sandbox)).body(body);
    for (name, value) in &headers {
        if name != "host" && name != "content-length" {
            request = request.header(name, value);
        }
    }
    let answer = request.send().await.expect("the sandbox answers");
    let status = answer.status();
    let mut bytes = answer.bytes().await.expect("a body").to_vec();
    if is_account {
        let mut json: Json = serde_json::from_slice(&bytes).expect("JSON");
        (between.account)(&mut json);
        bytes = json.to_string().into_bytes();
    }
    (status, HeaderMap::new(), bytes)
}

/// A shop whose relink-server speaks to the sandbox through that.
async fn shop(account: fn(&mut Json), holds: bool) -> (Shop, Between) {
    let (rows, stripe, time) = (Rows::new().await, Stripe::start().await, Time::default());
    let (between, base) = Between::start(&stripe, account, holds).await;
    let (base, server) = serve(config(&base, &rows, &[]), &time).await;
    server.hosted.sync_accounts().await.expect("accounts");
    (Shop::at(base, stripe, rows, time).await, between)
}

/// What the database does not know yet.
fn cannot_pay(account: &mut Json) {
    account["supported_payment_method_types"] = json!([]);
}

#[tokio::test]
async fn the_account_is_read_while_the_session_is_made() {
    let (shop, between) = shop(|_| (), true).await;
    let session = shop.session("k1", json!({"account": "fca_access_expired"})).await;
    assert_eq!(session["accounts"][0]["id"], "fca_access_expired", "{session}");
    assert_eq!(between.made().len(), 1);
    shop.at_the_bank(&session, "agreed", &["fca_access_expired"]).await;
    let (status, done) = shop.complete(&session, "k2", json!(["fca_access_expired"])).await;
    assert_eq!((status, &done["status"]), (200, &json!("succeeded")), "{done}");
}

#[tokio::test]
async fn where_the_account_is_no_longer_as_the_database_has_it_the_session_is_made_by_what_stripe_says() {
    let (shop, between) = shop(cannot_pay, true).await;
    let session = shop.session("k1", json!({"account": "fca_access_expired"})).await;
    assert_eq!(session["status"], "pending", "{session}");
    let made = between.made();
    let must_pay: Vec<bool> =
        made.iter().map(|form| form.contains("require_payment_method_support")).collect();
    assert_eq!(must_pay, [true, false], "{made:?}");
    shop.at_the_bank(&session, "agreed", &["fca_access_expired"]).await;
    let (status, done) = shop.complete(&session, "k2", json!(["fca_access_expired"])).await;
    assert_eq!((status, &done["status"]), (200, &json!("succeeded")), "{done}");
}

#[tokio::test]
async fn a_session_of_which_stripe_writes_the_email_is_asked_for_once_so_that_nobody_gets_two() {
    let (shop, between) = shop(cannot_pay, false).await;
    let wanted = json!({"account": "fca_access_expired", "delivery": "email", "host": "stripe"});
    let (status, made) = send(ask(&shop, "k1", wanted)).await;
    assert_eq!(status, 202, "{made} {:?}", between.made());
    let asked = between.made();
    assert_eq!(asked.len(), 1, "{asked:?}");
}
