//! What one client may do to the others: hold connections, ask as fast as it can, try passwords, keep Stripe busy. Whatever
//! it does, the others are served.
//!
//! Past 400 lines, since each is tried at the same few servers, which hang, fill up or are asked too much.

use crate::dashboard::{STAFF, open as open_with_staff};
use crate::hosted::open_app;
use crate::process::Instance;
use crate::rows::Rows;
use crate::shop::{KEY, Shop, Stripe, Time, config, id, problem, send, serve};
use axum::extract::{Request, State};
use axum::middleware::{self, Next};
use axum::response::Response;
use relink_server::Server;
use relink_store::accounts::FreshAccounts;
use relink_store::change::Change;
use relink_store::identities::WayIn;
use relink_store::sessions::{RelinkSession, Room};
use relink_store::tries::{Counted, Try};
use relink_wire::{Json, Secret};
use reqwest::RequestBuilder;
use serde_json::json;
use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinSet;

/// Longer than anything here takes: whoever waits so long waits for nothing.
const FOR_EVER: Duration = Duration::from_secs(60);
/// As many as the attack made.
const MANY: usize = 300;

/// Sends what is the beginning of a request, and no more.
async fn half_sent(base: &str, begun: &str) -> TcpStream {
    let mut stream = TcpStream::connect(base.trim_start_matches("http://")).await.expect("a connection");
    // The server may have closed it already, to make room.
    drop(stream.write_all(begun.as_bytes()).await);
    stream
}

/// A head without its end, and a body without its end.
const HALVES: [&str; 2] = [
    "POST /relink/sessions HTTP/1.1\r\nhost: relink.test\r\nauthorization: Bea",
    "POST /webhooks/stripe HTTP/1.1\r\nhost: relink.test\r\ncontent-length: 1000\r\n\r\n{",
];

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn half_sent_requests_keep_nobody_out_even_where_few_files_may_be_open() {
    let (stripe, rows) = (Stripe::start().await, Rows::new().await);
    let instance = Instance::start_with_few_files(&stripe, &rows, 256);
    let shop = Shop::at(instance.base.clone(), stripe, rows, Time::default()).await;
    let mut held = Vec::new();
    for n in 0..MANY {
        held.push(half_sent(&shop.base, HALVES[n % 2]).await);
    }
    let fresh = shop.through(&shop.base.clone());
    let session = tokio::time::timeout(FOR_EVER, fresh.session("k1", json!({"account": "fca_any"})));
    assert_eq!(session.await.expect("the customer is served")["status"], "pending");
    assert_eq!(held.len(), MANY);
}

#[tokio::test]
async fn neither_half_sent_requests_nor_a_hanging_one_hold_up_the_stop() {
    let (stripe, rows) = (Hanging::start("fca_any").await, Rows::new().await);
    let config = config(&stripe.base, &rows, &[("RELINK_STOP_SECONDS", "2")]);
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let server = Server::open(config).await.expect("a server");
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let serving = tokio::spawn(server.serve(listener, None, async move { drop(stopped.await) }));
    let shop = Shop::at(base, stripe.stripe(), rows, Time::default()).await;
    let mut held = Vec::new();
    for n in 0..20 {
        held.push(half_sent(&shop.base, HALVES[n % 2]).await);
    }
    let hanging = tokio::spawn(shop.post("/relink/sessions", "k1", json!({"account": "fca_any"})).send());
    stripe.hangs().await;
    stop.send(()).expect("it serves");
    let ended = tokio::time::timeout(FOR_EVER, serving).await.expect("it stops").expect("it did not panic");
    ended.expect("it served");
    assert!(hanging.await.expect("a task").is_err(), "what hung was cut off");
    for mut stream in held {
        let mut rest = Vec::new();
        drop(stream.read_to_end(&mut rest).await);
        assert!(rest.is_empty(), "half a request is not answered");
    }
}

#[tokio::test]
async fn a_request_that_is_being_served_is_answered_before_the_end() {
    let (stripe, rows) = (Hanging::start("fca_any").await, Rows::new().await);
    let config = config(&stripe.base, &rows, &[]);
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let server = Server::open(config).await.expect("a server");
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let serving = tokio::spawn(server.serve(listener, None, async move { drop(stopped.await) }));
    let shop = Shop::at(base.clone(), stripe.stripe(), rows, Time::default()).await;
    let served = tokio::spawn(shop.post("/relink/sessions", "k1", json!({"account": "fca_any"})).send());
    stripe.hangs().await;
    stop.send(()).expect("it serves");
    // Once nobody is let in any more the server has seen that it is to stop.
    let address = base.trim_start_matches("http://");
    while TcpStream::connect(address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    stripe.go_on();
    let answer = served.await.expect("a task").expect("an answer");
    assert_eq!(answer.status().as_u16(), 201);
    let ended = tokio::time::timeout(FOR_EVER, serving).await.expect("it stops").expect("it did not panic");
    ended.expect("it served");
}

#[tokio::test]
async fn a_head_that_is_too_long_or_has_too_many_headers_is_431() {
    let shop = Shop::open().await;
    let get = || shop.http.get(format!("{}/livez", shop.base));
    let long = get().header("x-long", "x".repeat(40 * 1024)).send().await.expect("an answer");
    assert_eq!(long.status().as_u16(), 431);
    let many = (0..200).fold(get(), |request, n| request.header(format!("x-{n}"), "1"));
    assert_eq!(many.send().await.expect("an answer").status().as_u16(), 431);
    assert_eq!(get().send().await.expect("an answer").status().as_u16(), 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_customers_sessions_make_a_bounded_number_of_calls_to_stripe_and_another_is_served() {
    let (stripe, rows) = (Hanging::start("nothing hangs").await, Rows::new().await);
    let time = Time::default();
    let (base, _server) =
        serve(config(&stripe.base, &rows, &[("RELINK_RATE_LIMITS", "customer=30/1")]), &time).await;
    let shop = Shop::at(base, stripe.stripe(), rows, time).await;
    let mut other = shop.clone();
    other.sign_in_as("cus_other");
    drop((shop.token().await, other.token().await));
    let before = stripe.calls();
    let mut asking = JoinSet::new();
    for n in 0..MANY {
        let call = shop.post("/relink/sessions", &format!("flood-{n}"), json!({"account": "fca_any"}));
        asking.spawn(async move {
            let answer = call.send().await.expect("an answer");
            (answer.status().as_u16(), answer.headers().get("retry-after").is_some())
        });
    }
    let theirs = send(other.get("/relink/sessions/rls_nothing")).await;
    assert_eq!(theirs.0, 404, "another customer is answered meanwhile");
    let answers = asking.join_all().await;
    let passed = answers.iter().filter(|(status, _)| *status != 429).count();
    assert_eq!(passed, 30, "a burst passes: {answers:?}");
    assert!(answers.iter().all(|answer| matches!(answer, (201, _) | (429 | 503, true))), "{answers:?}");
    // Each of the thirty reads an account and its bank and makes a session, and who was slower than others reads the one that
    // is given again.
    let calls = stripe.calls() - before;
    assert!(calls <= 4 * passed + 10, "{calls} calls");
    problem(shop.post("/relink/sessions", "one more", json!({})), 400, "invalid_request").await;
    let again = shop.post("/relink/sessions", "told-when", json!({"account": "fca_any"}));
    problem(again, 429, "rate_limited").await;
    // What was answered is repeated, however empty the bucket is.
    let key = shop
        .value("SELECT idempotency_key FROM idempotency_keys WHERE status = 201 ORDER BY 1 LIMIT 1")
        .await;
    assert_eq!(send(shop.post("/relink/sessions", &key, json!({"account": "fca_any"}))).await.0, 201);
    assert_eq!(send(other.get("/relink/sessions/rls_nothing")).await.0, 404);
}

#[tokio::test]
async fn a_customer_with_several_open_sessions_is_given_the_newest_again() {
    let shop = Shop::open().await;
    let mut made = Vec::new();
    for n in 0..3 {
        made.push(shop.session(&format!("k{n}"), json!({"account": "fca_any"})).await);
        shop.time.pass(1);
    }
    assert_eq!(made.iter().map(id).collect::<HashSet<_>>().len(), 3, "a few tabs have each their own");
    let again = shop.session("k3", json!({"account": "fca_any"})).await;
    assert_eq!(id(&again), id(&made[2]));
    assert_eq!(again["handoff"], made[2]["handoff"]);
    let other = shop.session("k4", json!({"account": "fca_healthy"})).await;
    assert!(made.iter().all(|session| id(session) != id(&other)), "another account is another session");
    let any = shop.session("k5", json!({"authorization": again["relink_options"]["authorization"]})).await;
    assert!(made.iter().all(|session| id(session) != id(&any)), "any account is another wish");
    // One that is spent is never given again: neither when it is cancelled here nor when it has ended at the bank.
    let path = format!("/relink/sessions/{}/cancel", id(&made[2]));
    assert_eq!(send(shop.post(&path, "cancel", json!({}))).await.0, 200);
    let new = shop.session("k6", json!({"account": "fca_any"})).await;
    assert!(made.iter().all(|session| id(session) != id(&new)));
    shop.time.pass(1);
    shop.at_the_bank(&new, "refused", &[]).await;
    let next = shop.session("k7", json!({"account": "fca_any"})).await;
    assert_ne!(id(&next), id(&new));
    assert_eq!(next["status"], "pending");
}

/// A customer's new session about an account, asked for until it is there: Stripe has so many turns for one customer.
async fn asked_for(shop: Shop, key: String, account: &'static str) -> Json {
    loop {
        match send(shop.post("/relink/sessions", &key, json!({"account": account}))).await {
            (201, session) => return session,
            (409 | 429 | 503, _) => {}
            (status, told) => panic!("{status} {told}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_customer_who_asks_many_times_at_once_has_as_few_sessions_open_as_one_who_does_not() {
    const OPEN: &str =
        "SELECT COUNT(*) FROM relink_sessions WHERE status = 'pending' AND account = 'fca_any'";
    let (shop, app) = open_app(&[("RELINK_RATE_LIMITS", "customer=3000/60000,address=60000/600000")]).await;
    let at_once = async |round: &str| {
        let mut asking = JoinSet::new();
        for n in 0..20 {
            asking.spawn(asked_for(shop.clone(), format!("{round}-{n}"), "fca_any"));
        }
        let given = asking.join_all().await;
        assert!(given.iter().all(|session| session["status"] == "pending"));
        given.iter().map(|session| id(session).to_owned()).collect::<HashSet<_>>()
    };
    let first = at_once("first").await;
    assert_eq!((first.len(), shop.value(OPEN).await.as_str()), (3, "3"), "{first:?}");
    // One of them is over, and there is room for one.
    let over = first.iter().next().expect("a session");
    assert_eq!(send(shop.post(&format!("/relink/sessions/{over}/cancel"), "over", json!({}))).await.0, 200);
    let second = at_once("second").await;
    assert!(!second.contains(over) && second.len() <= 2, "one is new, and one was the newest: {second:?}");
    assert_eq!(shop.value(OPEN).await, "3");
    // By a link there is always one, and however many ask by it at once, it is one.
    let store = &app.hosted.store;
    let newest = second.iter().next().expect("a session");
    let newest = store.session_of_customer("cus_demo", newest).await.expect("a database").expect("it");
    let room = Some(Room { ends_after: shop.time.now(), most: 2 });
    let mut writing = JoinSet::new();
    for n in 0..20 {
        let by_link = RelinkSession { id: format!("rls_{n}"), link: Some("hrl_1".into()), ..newest.clone() };
        let store = store.clone();
        writing.spawn(async move {
            let change = Change::Open(Box::new(by_link), FreshAccounts::default(), room);
            store.write_change(&change).await.expect("a database")
        });
    }
    assert_eq!(writing.join_all().await.into_iter().filter(|written| *written).count(), 1);
    assert_eq!(shop.value(OPEN).await, "4");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_customers_calls_leave_the_others_their_turn_at_stripe() {
    let (stripe, rows) = (Hanging::start("fca_any").await, Rows::new().await);
    let time = Time::default();
    let settings = config(&stripe.base, &rows, &[("RELINK_STRIPE_CALLS", "4")]);
    let (base, server) = serve(settings, &time).await;
    server.hosted.sync_accounts().await.expect("accounts");
    let shop = Shop::at(base, stripe.stripe(), rows, time).await;
    let theirs = shop.value("SELECT id FROM accounts WHERE customer = 'cus_other' ORDER BY id LIMIT 1").await;
    let mut other = shop.clone();
    other.sign_in_as("cus_other");
    let mut asking = JoinSet::new();
    for n in 0..20 {
        asking.spawn(send(shop.post("/relink/sessions", &format!("k{n}"), json!({"account": "fca_any"}))));
    }
    stripe.hangs().await;
    let served = send(other.post("/relink/sessions", "theirs", json!({ "account": theirs }))).await;
    assert_eq!(served.0, 201, "{}", served.1);
    stripe.go_on();
    let answers = asking.join_all().await;
    assert!(answers.iter().all(|(status, told)| match status {
        201 => true,
        503 => told["code"] == "provider_unavailable",
        _ => false,
    }));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_asks_about_an_account_has_its_customers_share_of_the_calls() {
    let (stripe, rows) = (Hanging::start("fca_any").await, Rows::new().await);
    let settings = config(&stripe.base, &rows, &[("RELINK_STRIPE_CALLS", "4")]);
    let (_, server) = serve(settings, &Time::default()).await;
    server.hosted.sync_accounts().await.expect("accounts");
    let mut asking = JoinSet::new();
    for _ in 0..20 {
        // A link's page asks so, and so does whoever sends one.
        let hosted = server.hosted.clone();
        asking.spawn(async move { hosted.account_now("fca_any").await.is_ok() });
    }
    stripe.hangs().await;
    assert!(server.hosted.account_now("fca_other").await.expect("another's").is_some());
    stripe.go_on();
    asking.join_all().await;
    assert_eq!(stripe.most(), 1, "its share is one of four");
}

#[tokio::test]
async fn an_answer_of_stripes_that_has_no_end_is_not_read() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let large = format!(r#"{{"id": "acct_1", "object": "account", "pad": "{}"}}"#, "x".repeat(5 << 20));
    tokio::spawn(axum::serve(listener, axum::Router::new().fallback(async || large)).into_future());
    let stripe = relink_stripe::Stripe::new(Secret::new("sk_test_1"), "pk_test_1").expect("a client");
    let stripe = stripe.at(relink_stripe::Url::parse(&base).expect("an address"));
    assert_eq!(stripe.own_account().await, Err(relink_stripe::StripeError::Unavailable));
}

fn password(shop: &Shop, email: &str, password: &str) -> RequestBuilder {
    let request = shop.http.post(format!("{}/dashboard/sign-in", shop.base)).header("accept", "text/html");
    request.form(&[("email", email), ("password", password)])
}

async fn status(request: RequestBuilder) -> u16 {
    request.send().await.expect("an answer").status().as_u16()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_forty_guesses_at_once_no_more_than_ten_are_looked_at() {
    let (shop, app) = open_with_staff().await;
    let mut guesses = JoinSet::new();
    for n in 0..40 {
        let guess = if n == 39 { STAFF.1 } else { "wrong" };
        guesses.spawn(status(password(&shop, STAFF.0, guess)));
    }
    let answers = guesses.join_all().await;
    // Which of them come first is nobody's to say. The right one may be among the ten; it is never looked at after them.
    let looked_at = answers.iter().filter(|status| matches!(status, 401 | 303)).count();
    assert!(looked_at <= 10 && answers.iter().all(|status| matches!(status, 401 | 303 | 429)), "{answers:?}");
    let signed_in = answers.iter().filter(|status| **status == 303).count();
    assert_eq!(shop.value("SELECT COUNT(*) FROM staff_sign_ins").await, signed_in.to_string());
    // However many instances take them: of forty places ten are given, and whoever had one is asked again at the end.
    let store = &app.hosted.store;
    let now = shop.time.now();
    let mut tries = JoinSet::new();
    for _ in 0..40 {
        let store = store.clone();
        tries.spawn(async move { store.reserve_try("vera@pinegrove.example", None, now).await });
    }
    let tries: Vec<Try> =
        tries.join_all().await.into_iter().map(|reserved| reserved.expect("a database")).collect();
    assert_eq!(tries.iter().filter(|reserved| **reserved == Try::Reserved).count(), 10);
    let by_name = |reserved: &&Try| matches!(reserved, Try::Locked { by: Counted::Name, is_new: true, .. });
    assert_eq!(tries.iter().filter(by_name).count(), 1, "it is locked once");
}

#[tokio::test]
async fn a_name_that_is_locked_meanwhile_is_not_signed_in_by_the_right_password() {
    let (shop, app) = open_with_staff().await;
    let (store, now) = (&app.hosted.store, shop.time.now());
    let hash = store.way_in(STAFF.0).await.expect("a database").expect("staff");
    let sign_in = |token: &'static str| store.sign_staff_in(token, STAFF.0, &hash, now, now + 60);
    for _ in 0..10 {
        assert_eq!(store.reserve_try(STAFF.0, None, now).await.expect("a database"), Try::Reserved);
    }
    assert!(sign_in("the tenth was right").await.expect("a database"));
    for _ in 0..10 {
        assert_eq!(store.reserve_try(STAFF.0, None, now).await.expect("a database"), Try::Reserved);
    }
    let until = now + relink_store::tries::LOCKED;
    let locked = Try::Locked { by: Counted::Name, until, is_new: true };
    assert_eq!(store.reserve_try(STAFF.0, None, now).await.expect("a database"), locked);
    assert!(!sign_in("the tenth was right, and there was an eleventh").await.expect("a database"));
    assert_eq!(store.reserve_try(STAFF.0, None, until).await.expect("a database"), Try::Reserved);
    let other = WayIn::Password("another".into());
    let other = store.sign_staff_in("of another password", STAFF.0, &other, until, until + 60);
    assert!(!other.await.expect("a database"), "the password was changed while it was looked at");
    assert_eq!(shop.value("SELECT COUNT(*) FROM staff_sign_ins").await, "1");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_of_passwords_is_told_to_wait_and_the_others_are_answered() {
    let shop = Shop::open_with(&[("RELINK_RATE_LIMITS", "sign_in=5/1")]).await;
    let mut flood = JoinSet::new();
    for n in 0..560 {
        flood.spawn(status(password(&shop, &format!("nobody{n}@pinegrove.example"), "guess")));
    }
    let mut answered = 0;
    let mut looked_at = 0;
    while let Some(status) = flood.join_next().await {
        let status = status.expect("a task");
        looked_at += usize::from(status == 401);
        assert!(matches!(status, 401 | 429), "{status}");
        if answered < 20 {
            let health = shop.http.get(format!("{}/livez", shop.base)).send().await.expect("an answer");
            assert_eq!(health.status().as_u16(), 200);
            answered += 1;
        }
    }
    assert!(looked_at <= 6, "{looked_at} passwords were looked at");
    assert_eq!(answered, 20);
}

#[tokio::test]
async fn an_address_is_the_clients_behind_a_proxy_on_the_list_and_the_proxys_behind_another() {
    for (trusted, second) in [("127.0.0.0/8", 401), ("192.0.2.0/24", 429)] {
        let shop =
            Shop::open_with(&[("RELINK_TRUSTED_PROXIES", trusted), ("RELINK_RATE_LIMITS", "sign_in=1/1")])
                .await;
        let from = |address: &str| {
            status(password(&shop, "nobody@pinegrove.example", "guess").header("x-forwarded-for", address))
        };
        assert_eq!(from("198.51.100.1").await, 401);
        assert_eq!(from("198.51.100.1").await, 429);
        assert_eq!(from("198.51.100.2").await, second, "{trusted}");
    }
}

#[tokio::test]
async fn a_servers_key_that_asks_too_often_is_told_when_to_come_again() {
    let shop = Shop::open_with(&[("RELINK_RATE_LIMITS", "api_key=3/1")]).await;
    let ask = || shop.http.get(format!("{}/v1/accounts?customer=cus_demo", shop.base)).bearer_auth(KEY);
    assert_eq!(status(ask()).await, 200);
    let refused = ask().send().await.expect("an answer");
    assert!(
        refused.headers()["retry-after"].to_str().expect("text").parse::<u32>().is_ok_and(|wait| wait <= 61)
    );
    problem(ask(), 429, "rate_limited").await;
}

/// A sandbox that counts its calls, and does not answer about one account until it may.
struct Hanging {
    base: String,
    gate: Arc<Gate>,
}

#[derive(Default)]
struct Gate {
    calls: AtomicUsize,
    now: AtomicUsize,
    most: AtomicUsize,
    account: String,
    is_open: std::sync::atomic::AtomicBool,
    hung: Notify,
    opened: Notify,
}

impl Hanging {
    async fn start(account: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let gate = Arc::new(Gate { account: account.to_owned(), ..Gate::default() });
        let shared = Arc::new(sandbox::shared::Shared::new(sandbox::Config::default(), &base));
        let router = sandbox::server::router(shared);
        let router = router.layer(middleware::from_fn_with_state(gate.clone(), Self::count));
        tokio::spawn(axum::serve(listener, router).into_future());
        Self { base, gate }
    }

    async fn count(State(gate): State<Arc<Gate>>, request: Request, next: Next) -> Response {
        gate.calls.fetch_add(1, Ordering::SeqCst);
        if request.uri().path().ends_with(&format!("/accounts/{}", gate.account)) {
            gate.most.fetch_max(gate.now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            let opened = gate.opened.notified();
            gate.hung.notify_one();
            if !gate.is_open.load(Ordering::SeqCst) {
                opened.await;
            }
            gate.now.fetch_sub(1, Ordering::SeqCst);
        }
        next.run(request).await
    }

    fn stripe(&self) -> Stripe {
        Stripe::at(&self.base)
    }

    fn calls(&self) -> usize {
        self.gate.calls.load(Ordering::SeqCst)
    }

    /// Calls about that account that were under way at once.
    fn most(&self) -> usize {
        self.gate.most.load(Ordering::SeqCst)
    }

    /// Waits until a call hangs.
    async fn hangs(&self) {
        self.gate.hung.notified().await;
    }

    fn go_on(&self) {
        self.gate.is_open.store(true, Ordering::SeqCst);
        self.gate.opened.notify_waiters();
    }
}
