//! Stripe as it is today: accounts that come back with new ids, what naming an authorization alone brings back, thin events,
//! what a payments relink says itself, a bank that is known to be down, a merchant without access to a private preview, and what is
//! said at the start of a Stripe that answers otherwise.

use crate::dashboard::{self, Desk};
use crate::hosted::{ask, open_app};
use crate::process::command;
use crate::rows::Rows;
use crate::shop::{KEY, Shop, Stripe, WEBHOOK_SECRET, id, send};
use crate::webhooks::{deliver_signed, event};
use relink_stripe::API_VERSION;
use relink_wire::Json;
use serde_json::json;
use std::io::{BufRead, BufReader};
use std::process::Stdio;

async fn accounts(shop: &Shop) -> Vec<Json> {
    let url = format!("{}/v1/accounts?customer=cus_demo", shop.base);
    send(shop.http.get(url).bearer_auth(KEY)).await.1["data"].as_array().expect("a list").clone()
}

fn ids(accounts: &Json) -> Vec<&str> {
    accounts.as_array().expect("a list").iter().filter_map(|account| account["id"].as_str()).collect()
}

/// The session that Stripe has for one of ours.
async fn at_stripe(shop: &Shop, session: &Json) -> Json {
    let id = shop.stripe_session(session).await;
    let request = shop.http.get(format!("{}/v1/financial_connections/sessions/{id}", shop.stripe.base));
    send(request.bearer_auth("sk_test_sandbox")).await.1
}

async fn relinking(shop: &Shop, authorization: &str, what: (&str, &str)) {
    let helper = format!("financial_connections/authorizations/{authorization}/relinking");
    shop.stripe.tell(&helper, &[what]).await;
}

#[tokio::test]
async fn an_account_that_comes_back_with_a_new_id_is_the_old_one_and_nothing_doubles() {
    let shop = Shop::open().await;
    let before = accounts(&shop).await.len();
    let session = shop.session("k1", json!({"authorization": "fcauth_new_id"})).await;
    shop.at_the_bank(&session, "agreed", &["fca_new_id"]).await;
    let (status, done) = shop.complete(&session, "k2", json!([])).await;
    assert_eq!((status, &done["status"]), (200, &json!("succeeded")), "{done}");
    let renewed = done["accounts"][0]["id"].as_str().expect("an id").to_owned();
    assert_eq!(done["accounts"][0]["replaces"], "fca_new_id", "{done}");
    assert_eq!(ids(&done["accounts"]), [renewed.as_str(), "fca_new_id_savings"]);
    assert_eq!(shop.read(&session).await["accounts"], done["accounts"]);
    let after = accounts(&shop).await;
    assert_eq!(after.len(), before, "nothing doubles");
    assert!(after.iter().all(|account| account["id"] != "fca_new_id"));
    let listed = after.iter().find(|account| account["id"] == renewed.as_str()).expect("listed");
    assert_eq!(
        (&listed["replaces"], &listed["condition"]["status"]),
        (&json!("fca_new_id"), &json!("working"))
    );
    let again = shop.session("k3", json!({"authorization": "fcauth_new_id"})).await;
    assert_eq!(ids(&again["accounts"]).len(), 2, "{again}");
}

#[tokio::test]
async fn the_history_of_an_account_stays_with_it_where_its_id_changes() {
    let (shop, _server) = dashboard::open().await;
    let desk = Desk::sign_in(&shop).await;
    let body = json!({"account": "fca_new_id", "delivery": "url"});
    assert_eq!(send(ask(&shop, "k0", body)).await.0, 201);
    let history = async |id: &str| -> Vec<String> {
        let (status, html) = desk.page(&format!("/dashboard/accounts/{id}")).await;
        assert_eq!(status, 200, "{html}");
        let told = html.split("data-what=\"").skip(1).filter_map(|rest| rest.split('"').next());
        told.map(str::to_owned).collect()
    };
    let before = history("fca_new_id").await;
    assert!(!before.is_empty());
    let session = shop.session("k1", json!({"authorization": "fcauth_new_id"})).await;
    shop.at_the_bank(&session, "agreed", &["fca_new_id"]).await;
    let (_, done) = shop.complete(&session, "k2", json!([])).await;
    let renewed = done["accounts"][0]["id"].as_str().expect("an id");
    let after = history(renewed).await;
    assert!(after.len() > before.len() && after.ends_with(&before), "{before:?}, {after:?}");
    let (_, list) = desk.page("/dashboard?reason=all&q=3401").await;
    let listed: Vec<_> =
        list.split("data-account=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(listed, [renewed]);
}

#[tokio::test]
async fn an_account_whose_number_two_others_share_replaces_nothing() {
    let shop = Shop::open().await;
    for (round, key) in ["k1", "k2"].iter().enumerate() {
        let session = shop.session(key, json!({"authorization": "fcauth_new_id"})).await;
        shop.at_the_bank(&session, "agreed", &["fca_new_id"]).await;
        let (_, done) = shop.complete(&session, &format!("done-{key}"), json!([])).await;
        assert_eq!(done["accounts"][0]["replaces"].is_null(), round > 0, "{done}");
    }
}

#[tokio::test]
async fn whichever_accounts_an_authorization_alone_brings_back_a_fresh_read_decides() {
    let shop = Shop::open().await;
    let any = json!({"authorization": "fcauth_any"});
    relinking(&shop, "fcauth_any", ("reach", "all")).await;
    let (status, all) = send(shop.post("/relink-data/sessions", "k1", any.clone())).await;
    assert_eq!(status, 201, "{all}");
    shop.at_the_bank(&all, "agreed", &["fca_any"]).await;
    let path = format!("/relink-data/sessions/{}/complete", id(&all));
    let both = json!({"accounts": ["fca_any", "fca_any_savings"]});
    let (_, done) = send(shop.post(&path, "k2", both)).await;
    let active = |done: &Json| {
        let accounts = done["accounts"].as_array().expect("a list").iter();
        accounts.filter(|account| account["status"] == "active").count()
    };
    assert_eq!((&done["status"], active(&done)), (&json!("succeeded"), 2), "{done}");

    relinking(&shop, "fcauth_several", ("reach", "institution")).await;
    let wide = shop.session("k3", json!({"authorization": "fcauth_several"})).await;
    shop.at_the_bank(&wide, "agreed", &["fca_access_expired"]).await;
    let (_, done) = shop.complete(&wide, "k4", json!(["fca_access_expired"])).await;
    assert_eq!(done["status"], "succeeded", "{done}");
    assert_eq!(done["accounts"][0]["id"], "fca_access_expired");
    // What did not come back is shown as it is, so that the widget says `partial`.
    assert_eq!(active(&done), 1, "{done}");
    assert_eq!(shop.account_status("fca_several").await, "inactive");
}

#[tokio::test]
async fn thin_events_are_read_and_a_change_that_comes_thin_and_as_a_snapshot_is_one() {
    let shop = Shop::open().await;
    let url = format!("{}/webhooks/stripe", shop.base);
    shop.stripe.tell("webhooks", &[("url", &url), ("secrets[]", WEBHOOK_SECRET), ("payload", "thin")]).await;
    shop.stripe.tell("financial_connections/accounts/fca_healthy/deactivate", &[]).await;
    while shop.account_status("fca_healthy").await != "inactive" {
        tokio::task::yield_now().await;
    }
    let thin = json!({
        "id": "evt_thin_9", "object": "v2.core.event", "snapshot_event": "evt_9", "created": "2026-11-28T00:00:00Z",
        "type": "v1.financial_connections.account.deactivated",
        "related_object": {"id": "fca_healthy", "type": "financial_connections.account", "url": "/v1/x"},
    });
    assert_eq!(deliver_signed(&shop, &thin.to_string()).await, 200);
    let snapshot = event("evt_9", "financial_connections.account.deactivated", "fca_healthy", 1);
    assert_eq!(deliver_signed(&shop, &snapshot).await, 200);
    assert_eq!(shop.value("SELECT COUNT(*) FROM webhook_events WHERE id LIKE 'evt_%9'").await, "1");
}

#[tokio::test]
async fn an_account_that_can_no_longer_pay_is_read_anew() {
    let shop = Shop::open().await;
    let helper = "financial_connections/accounts/fca_healthy/supported_payment_method_types";
    shop.stripe.tell(helper, &[("types[]", "")]).await;
    let kind = "financial_connections.account.supported_payment_method_types_updated";
    assert_eq!(deliver_signed(&shop, &event("evt_1", kind, "fca_healthy", 1)).await, 200);
    let told = accounts(&shop).await;
    let healthy = told.iter().find(|account| account["id"] == "fca_healthy").expect("listed");
    assert_eq!(healthy["supported_payment_method_types"], json!([]));
}

/// What a relink-server with these variables says at its start of Stripe's answers, and whether it serves all the same.
async fn said_at_the_start(more: &[(&str, &str)]) -> String {
    let (stripe, rows) = (Stripe::start().await, Rows::new().await);
    let mut program = command(&stripe, &rows, "127.0.0.1:0");
    program.envs(more.iter().copied()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let listen = program.get_envs().find_map(|(name, value)| value.filter(|_| name == "RELINK_LISTEN"));
    let alive = format!("http://{}/livez", listen.and_then(|listen| listen.to_str()).expect("an address"));
    let mut running = program.spawn().expect("it starts");
    let listening = BufReader::new(running.stdout.take().expect("a pipe"));
    let log = BufReader::new(running.stderr.take().expect("a pipe"));
    let (said, log) = tokio::task::spawn_blocking(move || {
        assert!(listening.lines().next().is_some_and(|line| line.is_ok()), "it did not start");
        let mut lines = log.lines().map_while(Result::ok);
        let said = lines.find(|line| line.contains("answers"));
        (said.expect("it says how Stripe's answers fit"), lines)
    })
    .await
    .expect("it is read");
    let answer = reqwest::get(alive).await.expect("the server lives");
    assert_eq!(answer.status(), 200, "{said}");
    drop((running.kill(), running.wait(), log));
    said
}

#[tokio::test(flavor = "multi_thread")]
async fn at_the_start_the_log_says_how_stripes_answers_fit_and_what_to_do_and_the_server_lives() {
    let fits = said_at_the_start(&[]).await;
    assert!(fits.contains("INFO") && fits.contains("answers fit") && fits.contains(API_VERSION), "{fits}");
    for (change, parts) in [
        (("STRIPE_VERSION", "2026-10-28.endive"), ["without their authorization", "set it to"]),
        (("STRIPE_VERSION", "2031-01-01.preview"), ["refuses to list accounts", "STRIPE_VERSION"]),
        (("STRIPE_SECRET_KEY", "sk_test_other"), ["does not accept STRIPE_SECRET_KEY", "Dashboard"]),
    ] {
        let said = said_at_the_start(&[change]).await;
        assert!(said.contains("ERROR") && parts.iter().all(|part| said.contains(part)), "{said}");
    }
    let away = said_at_the_start(&[("STRIPE_API_BASE", "http://127.0.0.1:9")]).await;
    assert!(away.contains("WARN") && away.contains("is not known"), "{away}");
}

#[tokio::test]
async fn how_well_the_bank_can_be_reached_is_in_the_session_and_stays_there() {
    let shop = Shop::open().await;
    for (account, status) in [
        ("fca_bank_degraded", "degraded"),
        ("fca_down_scheduled", "inactive"),
        ("fca_access_expired", "active"),
    ] {
        let session = shop.session(account, json!({"account": account})).await;
        assert_eq!(session["institution"]["status"], status, "{session}");
        assert_eq!(shop.read(&session).await["institution"]["status"], status, "a page that is loaded again");
    }
}

#[tokio::test]
async fn a_stripe_that_does_not_say_how_the_bank_is_costs_nobody_a_session_or_a_long_wait() {
    let shop = Shop::open().await;
    let banks = ("path", "/v1/financial_connections/institutions/fcinst_low_tide");
    for (key, fault) in [("k1", ("status", "503")), ("k2", ("status", "403")), ("k3", ("delay_ms", "60000"))]
    {
        shop.stripe.tell("faults", &[fault, ("times", "1"), banks]).await;
        let begun = std::time::Instant::now();
        let session = shop.session(key, json!({"account": "fca_bank_degraded"})).await;
        assert_eq!(session["institution"]["status"], Json::Null, "{session}");
        assert!(begun.elapsed() < std::time::Duration::from_secs(6), "{fault:?}: {:?}", begun.elapsed());
        assert_eq!(shop.stripe.look("faults").await["ordered"], 0, "it was asked");
    }
}

#[tokio::test]
async fn a_payments_relink_says_itself_that_one_account_is_taken_and_that_it_must_pay() {
    let shop = Shop::open().await;
    let session = shop.session("k1", json!({"authorization": "fcauth_several"})).await;
    let made = at_stripe(&shop, &session).await;
    assert_eq!(made["limits"], json!({"accounts": 1}));
    assert_eq!(made["filters"]["require_payment_method_support"], "all");
    let (_, data) =
        send(shop.post("/relink-data/sessions", "k2", json!({"authorization": "fcauth_several"}))).await;
    let made = at_stripe(&shop, &data).await;
    assert_eq!(made.get("limits"), None);
    assert_eq!(made["filters"]["require_payment_method_support"], "none");
}

#[tokio::test]
async fn a_merchant_without_stripes_hosted_relinks_gets_our_own_page() {
    let (shop, _app) = open_app(&[]).await;
    shop.stripe.tell("account", &[("hosted_relink", "not_granted")]).await;
    let body = json!({"account": "fca_access_expired", "delivery": "url", "host": "stripe"});
    let (status, made) = send(ask(&shop, "k1", body)).await;
    assert_eq!((status, &made["host"]), (201, &json!("merchant")), "{made}");
    assert!(made["url"].as_str().expect("an address").contains("/r/"), "{made}");
    let body = json!({"account": "fca_access_denied", "delivery": "email", "host": "stripe"});
    let (status, made) = send(ask(&shop, "k2", body)).await;
    assert_eq!((status, &made["host"], &made["mail"]), (202, &json!("merchant"), &json!("queued")), "{made}");
    // The widget has no page of ours to go to instead: the operator's log says what to do.
    let (status, told) =
        send(shop.post("/relink-hosted/sessions", "k3", json!({"account": "fca_any"}))).await;
    assert_eq!((status, &told["code"]), (503, &json!("provider_unavailable")), "{told}");
    assert!(told["detail"].as_str().expect("a sentence").contains("hosted"), "{told}");
}

#[tokio::test]
async fn a_hosted_session_always_has_an_address_to_return_to() {
    let (shop, _app) = open_app(&[]).await;
    let body = json!({"account": "fca_access_expired", "delivery": "url", "host": "stripe"});
    let (status, made) = send(ask(&shop, "k1", body)).await;
    assert_eq!((status, &made["host"]), (201, &json!("stripe")), "{made}");
}
