//! Events to the merchant's own system, and Stripe's page if the merchant prefers it.

use crate::hosted::{DAY, ask, link, open_app, path, read, relink};
use crate::shop::{Shop, problem, send};
use crate::webhooks::{deliver_signed, event};
use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use relink_wire::Json;
use ring::hmac;
use serde_json::json;
use std::sync::{Arc, Mutex};

const SECRET: &str = "whsec_planted_own_system";
const ACCOUNT: &str = "fca_access_expired";

pub type Heard = Arc<Mutex<Vec<(String, String)>>>;

/// The merchant's own system: takes every event.
pub async fn hear() -> (String, Heard) {
    listen(0).await
}

/// The same, but it refuses the first event.
async fn system() -> (String, Heard) {
    listen(1).await
}

async fn listen(refused: usize) -> (String, Heard) {
    let heard = Heard::default();
    let kept = heard.clone();
    let take = move |headers: HeaderMap, body: String| {
        let mut kept = kept.lock().expect("nobody panicked");
        kept.push((headers["relink-signature"].to_str().expect("text").to_owned(), body));
        let status = if kept.len() <= refused { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK };
        async move { status }
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/events", listener.local_addr().expect("an address"));
    tokio::spawn(axum::serve(listener, Router::new().route("/events", post(take))).into_future());
    (url, heard)
}

fn is_signed(signature: &str, body: &str) -> bool {
    let (time, tag) =
        signature.strip_prefix("t=").and_then(|rest| rest.split_once(",v1=")).expect("a signature");
    tag_of(SECRET, time, body) == tag
}

fn tag_of(secret: &str, time: &str, body: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let expected = hmac::sign(&key, format!("{time}.{body}").as_bytes());
    expected.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test]
async fn while_its_secret_is_rotated_an_event_has_a_signature_under_each_of_the_two() {
    let (url, heard) = system().await;
    let (shop, app) = open_app(&[
        ("HOSTED_WEBHOOK_URL", &url),
        ("HOSTED_WEBHOOK_SECRET", "whsec_next"),
        ("HOSTED_WEBHOOK_SECRET_PREVIOUS", SECRET),
    ])
    .await;
    let made = link(&shop, ACCOUNT).await;
    relink(&shop, &path(&made), ACCOUNT).await;
    app.hosted.deliver().await.expect("a database");
    let (signature, body) = heard.lock().expect("nobody panicked")[0].clone();
    let mut parts = signature.split(',');
    let time = parts.next().and_then(|part| part.strip_prefix("t=")).expect("a time").to_owned();
    let tags: Vec<String> = parts.map(|part| part.strip_prefix("v1=").expect("a tag").to_owned()).collect();
    assert_eq!(tags, [tag_of("whsec_next", &time, &body), tag_of(SECRET, &time, &body)]);
}

#[tokio::test]
async fn the_end_of_a_link_is_told_once_signed_and_again_until_it_is_taken() {
    let (url, heard) = system().await;
    let (shop, app) = open_app(&[("HOSTED_WEBHOOK_URL", &url), ("HOSTED_WEBHOOK_SECRET", SECRET)]).await;
    let made = link(&shop, ACCOUNT).await;
    relink(&shop, &path(&made), ACCOUNT).await;
    for _ in 0..3 {
        app.hosted.deliver().await.expect("a database");
        shop.time.pass(10);
    }
    let heard = heard.lock().expect("nobody panicked").clone();
    assert_eq!(heard.len(), 2, "refused once, taken once");
    assert_eq!(heard[0].1, heard[1].1, "the same event");
    let event: Json = serde_json::from_str(&heard[0].1).expect("JSON");
    assert_eq!(
        (&event["type"], &event["data"]["object"]["id"]),
        (&json!("hosted_relink.succeeded"), &made["id"])
    );
    assert!(heard.iter().all(|(signature, body)| is_signed(signature, body)));
    assert!(!heard[0].1.contains("/r/") && event["data"]["object"].get("url").is_none());
}

#[tokio::test]
async fn a_link_that_runs_out_is_told_too_and_how_its_mail_stood() {
    let (url, heard) = system().await;
    let (shop, app) = open_app(&[("HOSTED_WEBHOOK_URL", &url), ("HOSTED_WEBHOOK_SECRET", SECRET)]).await;
    let (_, made) = send(ask(&shop, "k1", json!({"account": ACCOUNT, "delivery": "email"}))).await;
    app.hosted.deliver().await.expect("a database");
    shop.time.pass(7 * DAY);
    assert_eq!(read(&shop, &made).await["status"], "expired");
    app.hosted.deliver().await.expect("a database");
    let event: Json = serde_json::from_str(&heard.lock().expect("nobody panicked")[0].1).expect("JSON");
    assert_eq!(
        (&event["type"], &event["data"]["object"]["mail"]),
        (&json!("hosted_relink.expired"), &json!("sent"))
    );
}

/// A link to Stripe's page; answers the document.
async fn by_stripe(shop: &Shop, key: &str, delivery: &str, status: u16) -> Json {
    let body = json!({"account": ACCOUNT, "delivery": delivery, "host": "stripe"});
    let (found, made) = send(ask(shop, key, body)).await;
    assert_eq!(found, status, "{made}");
    made
}

#[tokio::test]
async fn where_the_merchant_prefers_it_stripes_page_does_it_and_stripes_word_ends_it() {
    let (shop, _app) = open_app(&[]).await;
    let made = by_stripe(&shop, "k1", "url", 201).await;
    let url = made["url"].as_str().expect("an address");
    assert!(url.starts_with(&shop.stripe.base), "{url}");
    let session = shop.value("SELECT stripe_session FROM relink_sessions").await;
    shop.stripe.tell(&format!("financial_connections/sessions/{session}/finish"), &[]).await;
    let told = event("evt_1", "financial_connections.session.updated", &session, 1);
    assert_eq!(deliver_signed(&shop, &told).await, 200);
    assert_eq!(read(&shop, &made).await["status"], "succeeded");
    assert_eq!(shop.account_status(ACCOUNT).await, "active");
}

/// Whether Stripe has: then it refuses to write again.
async fn has_stripe_written(shop: &Shop) -> bool {
    let form = [
        ("account_holder[type]", "customer"),
        ("account_holder[customer]", "cus_demo"),
        ("relink_options[authorization]", "fcauth_access_expired"),
        ("relink_options[account]", ACCOUNT),
        ("limits[accounts]", "1"),
        ("permissions[]", "payment_method"),
        ("ui_mode", "hosted"),
        ("hosted[delivery_method]", "email"),
        ("return_url", "https://shop.example/"),
    ];
    let request = shop.http.post(format!("{}/v1/financial_connections/sessions", shop.stripe.base));
    let request = request.bearer_auth("sk_test_sandbox").header("Stripe-Version", relink_stripe::API_VERSION);
    let (status, told) = send(request.form(&form)).await;
    assert!(status == 200 || told["error"]["param"] == "hosted[delivery_method]", "{told}");
    status != 200
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_stripes_mail_and_ours_that_are_asked_for_at_once_one_is_sent() {
    let (shop, app) = open_app(&[]).await;
    let asking: Vec<_> = (0..16)
        .map(|number| {
            let (shop, host) = (shop.clone(), ["stripe", "merchant"][number % 2]);
            let body = json!({"account": ACCOUNT, "delivery": "email", "host": host});
            tokio::spawn(async move { send(ask(&shop, &format!("k{number}"), body)).await.0 })
        })
        .collect();
    let mut sent = 0;
    for one in asking {
        sent += usize::from(one.await.expect("an answer") == 202);
    }
    app.hosted.deliver().await.expect("a database");
    let ours = shop.stripe.mails().await.len();
    assert_eq!((sent, ours + usize::from(has_stripe_written(&shop).await)), (1, 1));
}

#[tokio::test]
async fn a_run_that_died_after_stripe_was_asked_for_a_mail_does_not_stand_in_its_own_way() {
    let (shop, _app) = open_app(&[]).await;
    by_stripe(&shop, "k1", "email", 202).await;
    // As after a crash between Stripe's answer and our commit: only the 48 hours were taken.
    for table in ["hosted_relink_accounts", "hosted_relinks", "relink_sessions", "idempotency_keys"] {
        shop.rows.run(&format!("DELETE FROM {table}")).await;
    }
    problem(ask(&shop, "k2", json!({"account": ACCOUNT, "delivery": "email"})), 429, "rate_limited").await;
    by_stripe(&shop, "k1", "email", 202).await;
}

#[tokio::test]
async fn a_mail_that_stripe_refuses_uses_up_no_48_hours() {
    let (shop, _app) = open_app(&[]).await;
    shop.stripe.tell("faults", &[("status", "503"), ("times", "9"), ("path", "/sessions")]).await;
    by_stripe(&shop, "k1", "email", 503).await;
    assert_eq!(shop.value("SELECT COUNT(*) FROM mail_limits").await, "0");
}

#[tokio::test]
async fn a_mail_of_stripes_counts_among_the_48_hours_and_none_of_ours_is_sent() {
    let (shop, app) = open_app(&[]).await;
    assert!(by_stripe(&shop, "k1", "email", 202).await.get("url").is_none());
    app.hosted.deliver().await.expect("a database");
    assert!(shop.stripe.mails().await.is_empty());
    problem(ask(&shop, "k2", json!({"account": ACCOUNT, "delivery": "email"})), 429, "rate_limited").await;
}
