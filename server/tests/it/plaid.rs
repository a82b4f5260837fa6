//! Plaid beside Stripe: one customer's accounts at both, each repaired where it is, and what is kept of an item.
//!
//! Past 400 lines, since all of it is tried with the same stand-ins for both.

use crate::hosted;
use crate::rows::Rows;
use crate::shop::{KEY, Shop, Stripe, Time, config, problem, send, serve};
use axum::Router;
use axum::http::{StatusCode, Uri};
use relink_plaid::{Fit, fit};
use relink_server::{Config, Server};
use relink_store::accounts::{FreshAccounts, put_all};
use relink_wire::Json;
use reqwest::Client;
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::net::TcpListener;
use tokio::sync::{Notify, Semaphore};
use tokio::task::JoinSet;

/// The stand-in for Plaid, and a shop whose server speaks to it and to Stripe's.
pub struct Both {
    shop: Shop,
    server: Server,
    plaid: String,
    http: Client,
}

/// Plaid's settings, where its API is at `base`.
pub fn settings(base: &str) -> [(&'static str, &str); 4] {
    [
        ("RELINK_PLAID_CLIENT_ID", "client_sandbox"),
        ("RELINK_PLAID_SECRET", "secret_sandbox"),
        ("RELINK_PLAID_ENVIRONMENT", "sandbox"),
        ("RELINK_PLAID_API_BASE", base),
    ]
}

impl Both {
    async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let plaid = format!("http://{}", listener.local_addr().expect("an address"));
        tokio::spawn(sandbox_plaid::serve(listener));
        let (rows, stripe, time) = (Rows::new().await, Stripe::start().await, Time::default());
        // Its own address is known once it listens; what Plaid tells comes there.
        let port = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base = format!("http://{}", port.local_addr().expect("an address"));
        let webhook = format!("{base}/webhooks/plaid");
        let mut more = settings(&plaid).to_vec();
        more.push(("RELINK_PLAID_WEBHOOK_URL", &webhook));
        let clock = time.clone();
        let config = config(&stripe.base, &rows, &more);
        let server = Server::open_at(config, std::sync::Arc::new(move || clock.now_ms())).await;
        let server = server.expect("a server");
        let (router, limits) = (server.router(), server.config.limits.serving);
        let about = |_: &tokio::net::TcpStream| axum::http::Extensions::new();
        tokio::spawn(relink_server::serving::serve(port, router, limits, about, std::future::pending()));
        server.hosted.sync_accounts().await.expect("accounts");
        let shop = Shop::at(base, stripe, rows, time).await;
        shop.rows.run("UPDATE api_keys SET scopes = scopes || ' plaid_items erase'").await;
        Self { shop, server, plaid, http: Client::new() }
    }

    /// What the merchant's server says of an item of the stand-in's, with the accounts that it has kept.
    pub fn item(name: &str) -> Json {
        let account = |mask: &str, kind: &str| {
            json!({
                "account_id": format!("acc_{name}_{mask}"), "persistent_account_id": format!("persistent_{name}_{mask}"),
                "name": "Kept", "mask": mask, "type": "depository", "subtype": kind,
            })
        };
        json!({
            "customer": "cus_demo", "access_token": format!("access-sandbox-{name}"),
            "accounts": [account("0000", "checking"), account("1111", "savings")],
        })
    }

    async fn tell(&self, body: &Json) -> (u16, Json) {
        let request = self.http.post(format!("{}/v1/plaid_items", self.shop.base)).bearer_auth(KEY);
        send(request.header("content-type", "application/json").body(body.to_string())).await
    }

    async fn register(&self, name: &str) -> Json {
        let (status, told) = self.tell(&Self::item(name)).await;
        assert_eq!(status, 201, "{told}");
        told
    }

    /// The customer presses a button of Plaid's page.
    async fn press(&self, session: &Json, form: &'static str) {
        let url = session["handoff"]["url"].as_str().expect("an address");
        let pressed = self.shop.http.post(url).body(form).send().await.expect("the page answers");
        assert!(pressed.status().is_redirection() || pressed.status().is_success(), "{}", pressed.status());
    }

    /// The login works again without us.
    async fn repair_elsewhere(&self, name: &str) {
        let url = format!("{}/test_helpers/items/item_{name}/repair", self.plaid);
        self.http.post(url).send().await.expect("repaired");
    }

    async fn listed(&self) -> Vec<Json> {
        let request = self.http.get(format!("{}/v1/accounts?customer=cus_demo", self.shop.base));
        let (status, told) = send(request.bearer_auth(KEY)).await;
        assert_eq!(status, 200, "{told}");
        told["data"].as_array().expect("a list").clone()
    }

    /// One of the listed accounts: its id and in a word how it stands.
    async fn stands(&self, id: &str) -> String {
        let listed = self.listed().await;
        let account = listed.iter().find(|account| account["id"] == id);
        account.map_or("none", |account| account["condition"]["status"].as_str().expect("a word")).into()
    }
}

#[tokio::test]
async fn one_customers_accounts_at_both_providers_are_listed_and_repaired_each_where_it_is() {
    let both = Both::open().await;
    let told = both.register("login_required").await;
    assert_eq!(told["id"], "item_login_required");
    assert_eq!(told["accounts"], json!(["acc_login_required_0000", "acc_login_required_1111"]));
    let listed = both.listed().await;
    let of = |id: &str| listed.iter().find(|account| account["id"] == id).expect(id).clone();
    assert_eq!(of("acc_login_required_0000")["condition"]["reason"], "institution_requirement");
    assert_eq!(of("fca_access_expired")["condition"]["reason"], "access_expired");

    let session = both.shop.session("k1", json!({"account": "acc_login_required_0000"})).await;
    assert_eq!((&session["status"], &session["handoff"]["type"]), (&json!("pending"), &json!("hosted")));
    assert_eq!(
        session["relink_options"],
        json!({"authorization": "item_login_required", "account": "acc_login_required_0000"})
    );
    assert!(!session.to_string().contains("access-sandbox") && !session.to_string().contains("persistent"));
    let (status, early) = both.shop.complete(&session, "k2", json!([])).await;
    assert_eq!((status, &early["status"]), (200, &json!("pending")), "nobody has been at the bank");
    both.press(&session, "act=agree").await;
    let (status, done) = both.shop.complete(&session, "k3", json!(["acc_login_required_0000"])).await;
    assert_eq!((status, &done["status"]), (200, &json!("succeeded")), "{done}");
    assert_eq!(done["relink_result"]["account"], "acc_login_required_0000");
    for id in ["acc_login_required_0000", "acc_login_required_1111"] {
        assert_eq!(both.stands(id).await, "working", "an item is repaired whole");
    }

    let session = both.shop.session("k4", json!({"account": "fca_access_expired"})).await;
    assert_eq!(session["handoff"]["type"], "stripe_js");
    both.shop.at_the_bank(&session, "agreed", &["fca_access_expired"]).await;
    let (_, done) = both.shop.complete(&session, "k5", json!(["fca_access_expired"])).await;
    assert_eq!(done["status"], "succeeded", "{done}");
}

#[tokio::test]
async fn an_item_is_registered_as_often_as_you_like_and_for_one_customer_and_its_token_rests_sealed() {
    let both = Both::open().await;
    both.register("login_required").await;
    let (status, again) = both.tell(&Both::item("login_required")).await;
    assert_eq!((status, &again["id"]), (200, &json!("item_login_required")));
    assert_eq!(both.shop.value("SELECT COUNT(*) FROM plaid_items").await, "1");
    let sealed = both.shop.value("SELECT access_token_sealed FROM plaid_items").await;
    assert!(!sealed.is_empty() && !sealed.contains("access-sandbox"));
    let mut others = Both::item("login_required");
    others["customer"] = json!("cus_other");
    assert_eq!(both.tell(&others).await.0, 403);
    for (field, value) in [
        ("customer", json!("acc_1")),
        ("access_token", json!("access-sandbox-nobodys")),
        ("access_token", json!("a b")),
        ("country_codes", json!(["usa"])),
        ("country_codes", json!([])),
        ("accounts", json!([{"id": "x"}])),
        ("planted", json!(1)),
    ] {
        let mut body = Both::item("healthy");
        body[field] = value;
        let (status, told) = both.tell(&body).await;
        assert_eq!((status, &told["code"]), (400, &json!("invalid_request")), "{field}: {told}");
        assert!(!told.to_string().contains("planted") && !told.to_string().contains("nobodys"), "{told}");
    }
    both.shop.rows.run("UPDATE api_keys SET scopes = 'accounts.read customer_tokens'").await;
    assert_eq!(both.tell(&Both::item("healthy")).await.0, 403, "the key lacks the scope");
}

#[tokio::test]
async fn the_wrong_account_is_no_repair_and_the_next_try_asks_for_the_missing_one() {
    let both = Both::open().await;
    both.register("oauth").await;
    let session = both.shop.session("k1", json!({"account": "acc_oauth_0000"})).await;
    both.press(&session, "act=agree&account=acc_oauth_1111").await;
    let (_, done) = both.shop.complete(&session, "k2", json!([])).await;
    assert_eq!(
        (&done["status"], &done["relink_result"]["failure_reason"]),
        (&json!("failed"), &json!("no_account"))
    );
    let shown = done["accounts"].as_array().expect("accounts");
    assert_eq!(
        shown.iter().map(|one| one["id"].as_str()).collect::<Vec<_>>(),
        [Some("acc_oauth_0000"), Some("acc_oauth_1111")]
    );
    assert_eq!(
        (both.stands("acc_oauth_0000").await, both.stands("acc_oauth_1111").await),
        ("broken".into(), "working".into())
    );
    let session = both.shop.session("k3", json!({"account": "acc_oauth_0000"})).await;
    both.press(&session, "act=agree&account=acc_oauth_0000&account=acc_oauth_1111").await;
    assert_eq!(both.shop.complete(&session, "k4", json!([])).await.1["status"], "succeeded");
    assert_eq!(both.stands("acc_oauth_0000").await, "working");
}

#[tokio::test]
async fn an_item_that_was_repaired_meanwhile_is_found_so_by_a_read() {
    let both = Both::open().await;
    both.register("login_required").await;
    let session = both.shop.session("k1", json!({"authorization": "item_login_required"})).await;
    both.repair_elsewhere("login_required").await;
    both.shop.time.pass(2);
    let read = both.shop.read(&session).await;
    assert_eq!(
        (&read["status"], &read["relink_result"]["failure_reason"]),
        (&json!("succeeded"), &Json::Null),
        "{read}"
    );
    assert_eq!(read["accounts"].as_array().expect("accounts").len(), 2);
}

#[tokio::test]
async fn ids_that_change_double_nothing_and_the_old_ones_lead_to_the_new() {
    let both = Both::open().await;
    both.register("new_ids").await;
    let before = both.listed().await.len();
    let session = both.shop.session("k1", json!({"account": "acc_new_ids_0000"})).await;
    both.press(&session, "act=agree").await;
    let (_, done) = both.shop.complete(&session, "k2", json!([])).await;
    assert_eq!(done["status"], "succeeded", "{done}");
    let shown = done["accounts"].as_array().expect("accounts");
    assert_eq!((shown.len(), &shown[0]["replaces"]), (1, &json!("acc_new_ids_0000")), "{shown:?}");
    let new = shown[0]["id"].as_str().expect("an id").to_owned();
    let listed = both.listed().await;
    assert_eq!(listed.len(), before, "nothing is doubled");
    let account = listed.iter().find(|account| account["id"] == new.as_str()).expect("the new one");
    assert_eq!(
        (&account["replaces"], &account["condition"]["status"]),
        (&json!("acc_new_ids_0000"), &json!("working"))
    );
    both.server.hosted.sync_accounts().await.expect("accounts");
    assert_eq!(both.listed().await.len(), before, "nor later");
    let session = both.shop.session("k3", json!({"account": "acc_new_ids_0000"})).await;
    assert_eq!(session["relink_options"]["account"], new.as_str());
}

/// What Plaid tells of an account under one id after another, each written as it was told: the last id is listed, and no other.
async fn told_under(both: &Both, ids: &[&str]) -> Vec<(Json, Json)> {
    let store = &both.server.hosted.store;
    for pair in ids.windows(2) {
        both.shop.time.pass(1);
        let rows = store.accounts_of("cus_demo").await.expect("accounts").into_iter().map(|row| row.linked);
        let known = rows.filter(|account| account.provider == "plaid" && account.id() == pair[0]);
        let known: Vec<_> = known.collect();
        assert_eq!(known.len(), 1, "{pair:?}");
        let after = known
            .iter()
            .cloned()
            .map(|account| account.with(&[("id", json!(pair[1])), ("replaces", json!(null))]));
        let (Fit::There(list) | Fit::Missing(_, list)) = fit(&known, after.collect(), Some(pair[0]));
        let told = FreshAccounts { list, read_at_ms: both.shop.time.now_ms() };
        let mut write = store.begin().await.expect("a transaction");
        put_all(&mut write, &told, |_| Some("cus_demo")).await.expect("a database");
        write.commit().await.expect("a database");
    }
    let listed = both.listed().await.into_iter().filter(|account| account["last4"] == "0000");
    listed
        .filter(|account| account["authorization"] == "item_login_required")
        .map(|account| (account["id"].clone(), account["replaces"].clone()))
        .collect()
}

#[tokio::test]
async fn an_id_that_comes_back_is_the_account_and_the_ones_between_are_its_past() {
    let both = Both::open().await;
    both.register("login_required").await;
    let first = "acc_login_required_0000";
    assert_eq!(told_under(&both, &[first, "b"]).await, [(json!("b"), json!(first))]);
    assert_eq!(told_under(&both, &["b", first]).await, [(json!(first), json!("b"))]);
    assert_eq!(told_under(&both, &[first, "b"]).await, [(json!("b"), json!(first))]);
    assert_eq!(told_under(&both, &["b", "c"]).await, [(json!("c"), json!("b"))]);
    assert_eq!(told_under(&both, &["c", first]).await, [(json!(first), json!("c"))]);
    // Whoever reads it next knows it under that id, and it can be repaired.
    both.server.hosted.sync_accounts().await.expect("accounts");
    assert_eq!(told_under(&both, &[]).await, [(json!(first), json!("c"))]);
    let session = both.shop.session("k1", json!({"account": "c"})).await;
    assert_eq!(session["relink_options"]["account"], first);
}

#[tokio::test]
async fn another_customers_item_is_not_found_and_a_plaid_that_is_away_does_not_keep_anybody_from_stripe() {
    let mut both = Both::open().await;
    both.register("login_required").await;
    both.shop.sign_in_as("cus_other");
    for wanted in
        [json!({"account": "acc_login_required_0000"}), json!({"authorization": "item_login_required"})]
    {
        let key = wanted.to_string().chars().filter(char::is_ascii_alphanumeric).collect::<String>();
        problem(both.shop.post("/relink/sessions", &key, wanted), 403, "forbidden").await;
    }
    both.shop.sign_in_as("cus_demo");
    // The same rows, behind a Plaid that does not answer.
    let away = settings("http://127.0.0.1:9");
    let (base, _) = serve(config(&both.shop.stripe.base, &both.shop.rows, &away), &both.shop.time).await;
    let through = both.shop.through(&base);
    let request = through.post("/relink/sessions", "k8", json!({"account": "acc_login_required_0000"}));
    problem(request, 503, "provider_unavailable").await;
    let session = through.session("k9", json!({"account": "fca_access_expired"})).await;
    assert_eq!(session["status"], "pending");
}

#[tokio::test]
async fn a_webhook_is_believed_by_its_signature_and_leads_to_a_read() {
    let both = Both::open().await;
    both.register("healthy").await;
    assert_eq!(both.stands("acc_healthy_0000").await, "working");
    let asks = |path: &str, more: &str| {
        let body = format!(
            r#"{{"client_id": "client_sandbox", "secret": "secret_sandbox", "access_token": "access-sandbox-healthy"{more}}}"#
        );
        self::asked(&both.http, format!("{}{path}", both.plaid), body)
    };
    let webhook = format!(r#", "webhook": "{}/webhooks/plaid""#, both.shop.base);
    asks("/item/webhook/update", &webhook).await;
    asks("/sandbox/item/reset_login", "").await;
    let counted = "SELECT COUNT(*) FROM webhook_events WHERE kind = 'ERROR'";
    until(|| async { both.shop.value(counted).await == "1" }).await;
    assert_eq!(both.stands("acc_healthy_0000").await, "broken");
    let told = "SELECT who || ' ' || what FROM journal WHERE account = 'acc_healthy_0000'";
    assert_eq!(both.shop.value(told).await, "plaid deactivated");
    for token in ["", "a.b.c"] {
        let request = both.http.post(format!("{}/webhooks/plaid", both.shop.base));
        let request = request.header("plaid-verification", token).body("{}");
        problem(request, 400, "invalid_request").await;
    }
}

#[tokio::test]
async fn the_end_of_a_visit_is_told_and_nobody_has_to_come_back_to_the_page() {
    let both = Both::open().await;
    both.register("login_required").await;
    let session = both.shop.session("k1", json!({"account": "acc_login_required_0000"})).await;
    both.press(&session, "act=agree").await;
    let status = "SELECT status FROM relink_sessions";
    until(|| async { both.shop.value(status).await == "succeeded" }).await;
    assert_eq!(both.stands("acc_login_required_0000").await, "working");
}

#[tokio::test]
async fn a_link_about_several_accounts_of_an_item_shows_its_review_before_anything_begins() {
    let both = Both::open().await;
    both.register("login_required").await;
    let made = hosted::link(&both.shop, "acc_login_required_0000").await;
    both.shop
        .rows
        .run("INSERT INTO hosted_relink_accounts (hosted_relink, account) SELECT id, 'acc_login_required_1111' FROM hosted_relinks")
        .await;
    let came = hosted::come(&both.shop, &hosted::path(&made)).await;
    assert!(came.html.contains("data-preview=\"preview_item_login_required\""), "{}", came.html);
    let (status, preview) = send(came.get("/sessions/preview_item_login_required")).await;
    assert_eq!((status, &preview["handoff"]), (200, &json!({"type": "later"})), "{preview}");
    assert_eq!(preview["relink_options"], json!({"authorization": "item_login_required", "account": null}));
    assert_eq!(both.shop.value("SELECT COUNT(*) FROM relink_sessions").await, "0");
}

#[tokio::test]
async fn whoever_read_an_item_before_it_was_deleted_does_not_write_its_accounts_again() {
    let both = Both::open().await;
    both.register("healthy").await;
    let store = &both.server.hosted.store;
    let rows = store.accounts_of("cus_demo").await.expect("accounts").into_iter().map(|row| row.linked);
    let list: Vec<_> = rows.filter(|account| account.provider == "plaid").collect();
    assert_eq!(list.len(), 2);
    let told = FreshAccounts { list, read_at_ms: both.shop.time.now_ms() + 1 };
    assert!(store.forget_plaid_item("item_healthy").await.expect("a database"));
    let mut write = store.begin().await.expect("a transaction");
    put_all(&mut write, &told, |_| Some("cus_demo")).await.expect("a database");
    write.commit().await.expect("a database");
    assert_eq!(both.shop.value("SELECT COUNT(*) FROM accounts WHERE provider = 'plaid'").await, "0");
}

/// Plaid, whose bank of one item is down.
async fn with_a_bank_down(plaid: String, item: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let forward = move |uri: Uri, body: String| {
        let url = format!("{plaid}{uri}");
        async move {
            if body.contains(item) {
                let down = r#"{"error_type": "INSTITUTION_ERROR", "error_code": "INSTITUTION_DOWN"}"#;
                return (StatusCode::BAD_REQUEST, down.to_owned());
            }
            let answer = Client::new().post(url).body(body).send().await.expect("an answer");
            (answer.status(), answer.text().await.expect("a body"))
        }
    };
    tokio::spawn(async move { axum::serve(listener, Router::new().fallback(forward)).await });
    base
}

#[tokio::test]
async fn a_bank_that_is_down_does_not_keep_other_items_from_being_read() {
    let both = Both::open().await;
    both.register("healthy").await;
    both.register("login_required").await;
    both.repair_elsewhere("login_required").await;
    let plaid = with_a_bank_down(both.plaid.clone(), "access-sandbox-healthy").await;
    let through = settings(&plaid);
    let config = config(&both.shop.stripe.base, &both.shop.rows, &through);
    let (_, server) = serve(config, &both.shop.time).await;
    server.hosted.sync_accounts().await.expect("accounts");
    let status = "SELECT status FROM accounts WHERE id = 'acc_login_required_0000'";
    assert_eq!(both.shop.value(status).await, "active");
}

/// Plaid, which is asked about one item and does not answer before it may.
#[derive(Clone)]
struct Slow {
    now: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
    asked: Arc<Notify>,
    may_answer: Arc<Semaphore>,
}

impl Slow {
    fn new() -> Self {
        let may_answer = Arc::new(Semaphore::new(0));
        Self { now: Arc::default(), most: Arc::default(), asked: Arc::default(), may_answer }
    }

    /// In front of the stand-in.
    async fn before(&self, plaid: String, item: &'static str) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let slow = self.clone();
        let forward = move |uri: Uri, body: String| {
            let (slow, url) = (slow.clone(), format!("{plaid}{uri}"));
            async move {
                if body.contains(item) {
                    slow.most.fetch_max(slow.now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    slow.asked.notify_one();
                    drop(slow.may_answer.acquire().await);
                    slow.now.fetch_sub(1, Ordering::SeqCst);
                }
                let answer = Client::new().post(url).body(body).send().await.expect("an answer");
                (answer.status(), answer.text().await.expect("a body"))
            }
        };
        tokio::spawn(async move { axum::serve(listener, Router::new().fallback(forward)).await });
        base
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_customers_calls_leave_the_others_their_turn_at_plaid() {
    let both = Both::open().await;
    both.register("oauth").await;
    let mut theirs = Both::item("login_required");
    theirs["customer"] = json!("cus_other");
    assert_eq!(both.tell(&theirs).await.0, 201);
    let slow = Slow::new();
    let plaid = slow.before(both.plaid.clone(), "access-sandbox-oauth").await;
    let more = [settings(&plaid).as_slice(), &[("RELINK_PLAID_CALLS", "4")]].concat();
    let (base, _server) =
        serve(config(&both.shop.stripe.base, &both.shop.rows, &more), &both.shop.time).await;
    let shop = both.shop.through(&base);
    let mut other = shop.clone();
    other.sign_in_as("cus_other");
    let mut asking = JoinSet::new();
    for n in 0..20 {
        let post = shop.post("/relink/sessions", &format!("k{n}"), json!({"account": "acc_oauth_0000"}));
        asking.spawn(send(post));
    }
    slow.asked.notified().await;
    let served =
        send(other.post("/relink/sessions", "theirs", json!({"account": "acc_login_required_0000"})));
    assert_eq!(served.await.0, 201);
    slow.may_answer.add_permits(1000);
    let answers = asking.join_all().await;
    assert!(answers.iter().all(|(status, _)| matches!(status, 201 | 503)), "{answers:?}");
    assert_eq!(slow.most.load(Ordering::SeqCst), 1, "its share is one of four");
}

#[tokio::test]
async fn a_list_of_countries_has_an_end() {
    let both = Both::open().await;
    let mut body = Both::item("healthy");
    body["country_codes"] = json!(vec!["US"; 300]);
    assert_eq!(both.tell(&body).await.0, 400);
    body["country_codes"] = json!(["US", "CA"]);
    assert_eq!(both.tell(&body).await.0, 201);
}

#[tokio::test]
async fn a_webhook_that_is_too_large_is_not_read() {
    let both = Both::open().await;
    let url = format!("{}/webhooks/plaid", both.shop.base);
    let sent = |bytes| both.http.post(&url).header("plaid-verification", "x").body("x".repeat(bytes)).send();
    assert_eq!(sent(1000).await.expect("an answer").status(), 400);
    assert_eq!(sent(600_000).await.expect("an answer").status(), 413);
}

#[tokio::test]
async fn an_erased_customer_leaves_no_token_and_a_forgotten_item_no_account() {
    let both = Both::open().await;
    both.register("login_required").await;
    both.register("healthy").await;
    let forget =
        || both.http.delete(format!("{}/v1/plaid_items/item_healthy", both.shop.base)).bearer_auth(KEY);
    assert_eq!(send(forget()).await.0, 200);
    assert_eq!(send(forget()).await.0, 404);
    assert_eq!(both.stands("acc_healthy_0000").await, "none");
    let erase = both.http.delete(format!("{}/v1/customers/cus_demo", both.shop.base)).bearer_auth(KEY);
    let (status, told) = send(erase).await;
    assert_eq!((status, &told["erased"]["plaid_items"]), (200, &json!(1)), "{told}");
    assert_eq!(both.shop.value("SELECT COUNT(*) FROM plaid_items").await, "0");
    assert_eq!(both.shop.value("SELECT COUNT(*) FROM accounts WHERE provider = 'plaid'").await, "0");
}

#[tokio::test]
async fn a_token_goes_once_plaid_has_told_of_no_account_of_its_item_for_long_and_no_sooner() {
    let both = Both::open().await;
    both.register("login_required").await;
    both.shop.time.pass(91 * 86_400);
    both.server.hosted.sync_accounts().await.expect("accounts");
    both.server.hosted.tidy().await.expect("tidied");
    assert_eq!(both.shop.value("SELECT COUNT(*) FROM plaid_items").await, "1", "it was read just now");
    both.shop.rows.run("DELETE FROM accounts WHERE provider = 'plaid'").await;
    both.server.hosted.tidy().await.expect("tidied");
    assert_eq!(both.shop.value("SELECT COUNT(*) FROM plaid_items").await, "0");
}

#[test]
fn keys_of_two_modes_do_not_start() {
    let read = |stripe: &str, environment: &str| {
        let [secret, publishable] = [format!("sk_{stripe}_1"), format!("pk_{stripe}_1")];
        let variables = [
            ("STRIPE_SECRET_KEY", secret.as_str()),
            ("STRIPE_PUBLISHABLE_KEY", &publishable),
            ("STRIPE_WEBHOOK_SECRET", "whsec_12345678901234567890123456"),
            ("RELINK_SECRET", "0123456789abcdef0123456789abcdef"),
            ("MERCHANT_NAME", "Corner Store"),
            ("RELINK_PUBLIC_URL", "https://relink.example"),
            ("RELINK_PLAID_CLIENT_ID", "client"),
            ("RELINK_PLAID_SECRET", "planted"),
            ("RELINK_PLAID_ENVIRONMENT", environment),
        ];
        Config::read(|name| {
            variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        })
    };
    for (stripe, environment) in [("live", "sandbox"), ("test", "production"), ("test", "planted")] {
        let mistakes = read(stripe, environment).expect_err("two modes");
        assert!(
            mistakes.len() == 1 && mistakes[0].starts_with("RELINK_PLAID_ENVIRONMENT must be"),
            "{mistakes:?}"
        );
        assert!(!mistakes.concat().contains("planted"));
    }
    let live = read("live", "production").expect("one mode").plaid.expect("Plaid");
    assert_eq!(live.api.as_str(), "https://production.plaid.com/");
    assert!(!format!("{live:?}").contains("planted"));
}

async fn asked(http: &Client, url: String, body: String) {
    let answer = http.post(url).body(body).send().await.expect("the stand-in answers");
    assert!(answer.status().is_success(), "{}", answer.status());
}

/// Waits until something has happened that the test does not do itself: a webhook has arrived.
async fn until<F: Future<Output = bool>>(mut is_so: impl FnMut() -> F) {
    let waiting = async {
        while !is_so().await {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(30), waiting).await.expect("it happens");
}
