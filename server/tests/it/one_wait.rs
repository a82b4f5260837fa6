//! A customer waits for Stripe once when a session is made, and once when it is completed: what must be asked is asked side by side.
//! Between relink-server and the sandbox stands a Stripe that keeps one answer back until it was asked for the other.

use crate::hosted::ask;
use crate::rows::Rows;
use crate::shop::{Shop, Stripe, Time, config, send, serve};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use relink_wire::Json;
use reqwest::Client;
use serde_json::json;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::{Barrier, Notify};

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
    /// Every reading of a session and of a list of accounts since [`Between::pair`], which are kept back until there are two.
    read: Arc<Mutex<Vec<&'static str>>>,
    pairs: Arc<AtomicBool>,
    both: Arc<Barrier>,
    /// The connections that relink-server has made, by its side's address, and how many requests came over them.
    connections: Arc<Mutex<BTreeMap<SocketAddr, usize>>>,
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
            read: Arc::default(),
            pairs: Arc::default(),
            both: Arc::new(Barrier::new(2)),
            connections: Arc::default(),
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let app = Router::new().fallback(pass).with_state(between.clone());
        let app = app.into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(axum::serve(listener, app).into_future());
        (between, base)
    }

    /// From now on, a session is read only while a list of accounts is.
    fn pair(&self) {
        self.pairs.store(true, Ordering::SeqCst);
    }

    /// Which reads there were since then, in alphabetical order.
    fn read(&self) -> Vec<&'static str> {
        let mut read = self.read.lock().expect("nobody panicked").clone();
        read.sort_unstable();
        read
    }

    fn made(&self) -> Vec<String> {
        self.made.lock().expect("nobody panicked").clone()
    }
}

async fn pass(
    State(between): State<Between>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, HeaderMap, Vec<u8>) {
    *between.connections.lock().expect("nobody panicked").entry(from).or_default() += 1;
    let is_account = method == Method::GET && uri.path().starts_with(ACCOUNTS);
    let what = match uri.path() {
        path if path.starts_with(SESSIONS) => Some("session"),
        path if path == ACCOUNTS.trim_end_matches('/') => Some("accounts"),
        _ => None,
    };
    if let Some(what) = what.filter(|_| method == Method::GET && between.pairs.load(Ordering::SeqCst)) {
        between.read.lock().expect("nobody panicked").push(what);
        if tokio::time::timeout(BOUND, between.both.wait()).await.is_err() {
            return (StatusCode::SERVICE_UNAVAILABLE, HeaderMap::new(), Vec::new());
        }
    }
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
async fn the_account_is_read_while_the_session_is_made_and_all_accounts_while_it_is_completed() {
    let (shop, between) = shop(|_| (), true).await;
    let session = shop.session("k1", json!({"account": "fca_access_expired"})).await;
    assert_eq!(session["accounts"][0]["id"], "fca_access_expired", "{session}");
    assert_eq!(between.made().len(), 1);
    shop.at_the_bank(&session, "agreed", &["fca_access_expired"]).await;
    between.pair();
    let (status, done) = shop.complete(&session, "k2", json!(["fca_access_expired"])).await;
    assert_eq!((status, &done["status"]), (200, &json!("succeeded")), "{done}");
    assert_eq!(done["accounts"][0]["status"], "active", "{done}");
    assert_eq!(between.read(), ["accounts", "session"]);
}

#[tokio::test]
async fn connections_to_stripe_are_kept_for_the_next_relink() {
    let (shop, between) = shop(|_| (), false).await;
    for account in ["fca_access_expired", "fca_unspecified", "fca_access_denied"] {
        let session = shop.session(account, json!({"account": account})).await;
        shop.at_the_bank(&session, "agreed", &[account]).await;
        let (status, done) = shop.complete(&session, &format!("{account}-c"), json!([account])).await;
        assert_eq!((status, &done["status"]), (200, &json!("succeeded")), "{done}");
    }
    let connections = between.connections.lock().expect("nobody panicked").clone();
    // Of one relink, as many are under way at once.
    assert!(connections.len() <= 4, "{connections:?}");
    assert!(connections.values().sum::<usize>() >= 12, "{connections:?}");
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
