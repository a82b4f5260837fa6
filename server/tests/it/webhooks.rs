//! Stripe's webhook events.

use crate::shop::{Shop, WEBHOOK_SECRET, problem, send};
use relink_wire::Json;
use reqwest::RequestBuilder;
use ring::hmac;
use serde_json::json;

fn sign(secret: &str, time: i64, body: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let tag = hmac::sign(&key, format!("{time}.{body}").as_bytes());
    tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

pub fn event(id: &str, kind: &str, subject: &str, created: i64) -> String {
    // The object is a lie on purpose: only its id may count.
    let object = json!({"id": subject, "status": "disconnected"});
    json!({"id": id, "object": "event", "type": kind, "created": created, "data": {"object": object}})
        .to_string()
}

fn deliver(shop: &Shop, body: &str, signature: &str) -> RequestBuilder {
    let request =
        shop.http.post(format!("{}/webhooks/stripe", shop.base)).header("stripe-signature", signature);
    request.body(body.to_owned())
}

pub async fn deliver_signed(shop: &Shop, body: &str) -> u16 {
    let now = shop.time.now();
    send(deliver(shop, body, &format!("t={now},v1={}", sign(WEBHOOK_SECRET, now, body)))).await.0
}

const DEACTIVATED: &str = "financial_connections.account.deactivated";
const REACTIVATED: &str = "financial_connections.account.reactivated";

#[tokio::test]
async fn an_event_brings_the_accounts_truth_from_stripe_not_its_own() {
    let shop = Shop::open().await;
    assert_eq!(shop.account_status("fca_healthy").await, "active");
    shop.stripe
        .tell("financial_connections/accounts/fca_healthy/deactivate", &[("cause", "access_denied")])
        .await;
    assert_eq!(deliver_signed(&shop, &event("evt_1", DEACTIVATED, "fca_healthy", 1)).await, 200);
    assert_eq!(shop.account_status("fca_healthy").await, "inactive");
    assert_eq!(shop.value("SELECT COUNT(*) FROM webhook_events").await, "1");
}

#[tokio::test]
async fn a_session_says_since_when_its_account_does_not_work_while_that_is_so() {
    let shop = Shop::open().await;
    let since = |session: &Json| session["accounts"][0]["inactive_since"].clone();
    let before = shop.session("k1", json!({"account": "fca_access_expired"})).await;
    assert!(since(&before).is_null(), "nobody told: {before}");
    shop.stripe.tell("financial_connections/accounts/fca_healthy/deactivate", &[]).await;
    // Delivered two days late.
    let day = shop.time.now() - 2 * 86_400;
    assert_eq!(deliver_signed(&shop, &event("evt_1", DEACTIVATED, "fca_healthy", day)).await, 200);
    let session = shop.session("k2", json!({"account": "fca_healthy"})).await;
    assert_eq!(since(&session), day, "{session}");
    assert_eq!(since(&shop.read(&session).await), day);
    shop.at_the_bank(&session, "agreed", &["fca_healthy"]).await;
    let (status, done) = shop.complete(&session, "k3", json!(["fca_healthy"])).await;
    assert_eq!((status, since(&done)), (200, Json::Null), "{done}");
}

#[tokio::test]
async fn only_a_signature_over_the_raw_bytes_that_is_not_older_than_five_minutes_is_taken() {
    let shop = Shop::open().await;
    let now = shop.time.now();
    let body = event("evt_1", DEACTIVATED, "fca_healthy", now);
    let good = sign(WEBHOOK_SECRET, now, &body);
    let old = now - 301;
    for signature in [
        String::new(),
        format!("v1={good}"),
        format!("t={now}"),
        format!("t={now},v0={good}"),
        format!("t={now},v1={}", sign("whsec_wrong", now, &body)),
        format!("t={now},v1={}", &good[1..]),
        format!("t={},v1={good}", now - 1),
        format!("t={old},v1={}", sign(WEBHOOK_SECRET, old, &body)),
        format!("t={},v1={}", now + 310, sign(WEBHOOK_SECRET, now + 310, &body)),
    ] {
        problem(deliver(&shop, &body, &signature), 400, "invalid_request").await;
    }
    problem(deliver(&shop, &body.replace(':', ": "), &format!("t={now},v1={good}")), 400, "invalid_request")
        .await;
    assert_eq!(shop.value("SELECT COUNT(*) FROM webhook_events").await, "0");
}

#[tokio::test]
async fn while_a_secret_rotates_any_of_several_signatures_will_do() {
    let shop = Shop::open().await;
    let now = shop.time.now() - 290;
    let body = event("evt_1", DEACTIVATED, "fca_healthy", now);
    let (wrong, good) = (sign("whsec_old", now, &body), sign(WEBHOOK_SECRET, now, &body));
    assert_eq!(send(deliver(&shop, &body, &format!("t={now},v1={wrong},v1={good},v0=x"))).await.0, 200);
}

#[tokio::test]
async fn an_event_that_comes_twice_at_once_is_recorded_once() {
    let shop = Shop::open().await;
    let body = event("evt_1", DEACTIVATED, "fca_healthy", 1);
    let (one, two) = tokio::join!(deliver_signed(&shop, &body), deliver_signed(&shop, &body));
    assert_eq!((one, two, deliver_signed(&shop, &body).await), (200, 200, 200));
    assert_eq!(shop.value("SELECT COUNT(*) FROM webhook_events").await, "1");
}

#[tokio::test]
async fn events_in_the_wrong_order_end_in_todays_truth() {
    let shop = Shop::open().await;
    let session = shop.session("k1", json!({"account": "fca_access_expired"})).await;
    shop.at_the_bank(&session, "agreed", &["fca_access_expired"]).await;
    assert_eq!(deliver_signed(&shop, &event("evt_2", REACTIVATED, "fca_access_expired", 200)).await, 200);
    assert_eq!(deliver_signed(&shop, &event("evt_1", DEACTIVATED, "fca_access_expired", 100)).await, 200);
    assert_eq!(shop.account_status("fca_access_expired").await, "active");
}

#[tokio::test]
async fn a_session_that_the_customer_never_came_back_to_is_completed_by_its_event() {
    let shop = Shop::open().await;
    let session = shop.session("k1", json!({"account": "fca_access_expired"})).await;
    shop.at_the_bank(&session, "agreed", &["fca_access_expired"]).await;
    let subject = shop.stripe_session(&session).await;
    let body = event("evt_1", "financial_connections.session.updated", &subject, 1);
    assert_eq!(deliver_signed(&shop, &body).await, 200);
    assert_eq!(shop.value("SELECT status FROM relink_sessions").await, "succeeded");
    let (_, done) = shop.complete(&session, "k2", json!(["fca_access_expired"])).await;
    assert_eq!(done["status"], "succeeded");
    assert_eq!(shop.value("SELECT COUNT(*) FROM completions").await, "1");
}

#[tokio::test]
async fn an_event_while_stripe_is_dead_is_not_recorded_so_that_it_comes_again() {
    let shop = Shop::open().await;
    let body = event("evt_1", DEACTIVATED, "fca_healthy", 1);
    shop.stripe.tell("faults", &[("status", "503"), ("times", "1")]).await;
    assert_eq!(deliver_signed(&shop, &body).await, 503);
    assert_eq!(shop.value("SELECT COUNT(*) FROM webhook_events").await, "0");
    assert_eq!(deliver_signed(&shop, &body).await, 200);
}

#[tokio::test]
async fn an_event_of_an_unknown_kind_or_about_nothing_we_know_is_taken_and_does_nothing() {
    let shop = Shop::open().await;
    assert_eq!(deliver_signed(&shop, &event("evt_1", "customer.created", "cus_1", 1)).await, 200);
    assert_eq!(deliver_signed(&shop, &event("evt_2", DEACTIVATED, "fca_nowhere", 1)).await, 200);
    assert_eq!(
        deliver_signed(&shop, &event("evt_3", "financial_connections.session.updated", "fcsess_9", 1)).await,
        200
    );
    assert_eq!(deliver_signed(&shop, "{}").await, 400);
}

#[tokio::test]
async fn the_sandboxs_own_deliveries_are_understood() {
    let shop = Shop::open().await;
    let url = format!("{}/webhooks/stripe", shop.base);
    shop.stripe
        .tell("webhooks", &[("url", &url), ("secrets[]", "whsec_other"), ("secrets[]", WEBHOOK_SECRET)])
        .await;
    shop.stripe.tell("financial_connections/accounts/fca_healthy/deactivate", &[]).await;
    while shop.account_status("fca_healthy").await != "inactive" {
        tokio::task::yield_now().await;
    }
}
