//! One key, one act, one answer.

use crate::shop::{Shop, id, problem, send};
use serde_json::json;

#[tokio::test]
async fn a_post_without_a_key_or_with_a_bad_one_is_refused() {
    let shop = Shop::open().await;
    let body = json!({"account": "fca_access_expired"});
    problem(shop.post_without_key("/relink/sessions", body.clone()), 400, "invalid_request").await;
    problem(shop.post("/relink/sessions", "two words", body.clone()), 400, "invalid_request").await;
    problem(shop.post("/relink/sessions", &"x".repeat(256), body), 400, "invalid_request").await;
    problem(shop.post_without_key("/relink/sessions/rls_1/cancel", json!({})), 400, "invalid_request").await;
}

#[tokio::test]
async fn the_same_key_gets_the_same_bytes() {
    let shop = Shop::open().await;
    let post = || shop.post("/relink/sessions", "k1", json!({"account": "fca_access_expired"}));
    let first = post().send().await.expect("an answer");
    assert_eq!(first.status(), 201);
    let first = first.bytes().await.expect("a body");
    shop.time.pass(5);
    let again = post().send().await.expect("an answer");
    assert_eq!(
        (again.status().as_u16(), &again.headers()["idempotent-replayed"]),
        (201, &"true".parse().expect("a value"))
    );
    assert_eq!(again.bytes().await.expect("a body"), first);
    assert_eq!(shop.value("SELECT COUNT(*) FROM relink_sessions").await, "1");
}

#[tokio::test]
async fn a_refusal_is_repeated_as_well() {
    let shop = Shop::open().await;
    let post = || shop.post("/relink/sessions", "k1", json!({"account": "fca_other"}));
    let first = send(post()).await;
    assert_eq!((first.0, &send(post()).await), (403, &first));
}

#[tokio::test]
async fn a_repeated_completion_has_the_same_bytes_too() {
    let shop = Shop::open().await;
    let session = shop.session("k1", json!({"account": "fca_access_expired"})).await;
    shop.at_the_bank(&session, "agreed", &["fca_access_expired"]).await;
    let first = shop.complete(&session, "k2", json!(["fca_access_expired"])).await;
    shop.time.pass(100);
    assert_eq!(shop.complete(&session, "k2", json!(["fca_access_expired"])).await, first);
}

#[tokio::test]
async fn the_same_key_with_another_request_is_422() {
    let shop = Shop::open().await;
    let session = shop.session("k1", json!({"account": "fca_access_expired"})).await;
    problem(shop.post("/relink/sessions", "k1", json!({"account": "fca_any"})), 422, "invalid_request").await;
    let cancel = format!("/relink/sessions/{}/cancel", id(&session));
    problem(shop.post(&cancel, "k1", json!({})), 422, "invalid_request").await;
    let other_mount = shop.post("/relink-hosted/sessions", "k1", json!({"account": "fca_access_expired"}));
    problem(other_mount, 422, "invalid_request").await;
}

#[tokio::test]
async fn keys_of_two_customers_have_nothing_to_do_with_each_other() {
    let mut shop = Shop::open().await;
    shop.session("k1", json!({"account": "fca_access_expired"})).await;
    shop.sign_in_as("cus_other");
    let session = shop.session("k1", json!({"account": "fca_other"})).await;
    assert_eq!(session["relink_options"]["account"], "fca_other");
}

#[tokio::test]
async fn while_the_first_is_running_the_second_is_409_and_says_when_to_ask_again() {
    let shop = Shop::open().await;
    shop.stripe.tell("faults", &[("delay_ms", "400"), ("times", "1")]).await;
    let post = || shop.post("/relink/sessions", "k1", json!({"account": "fca_access_expired"})).send();
    let (one, two) = tokio::join!(post(), post());
    let (one, two) = (one.expect("an answer"), two.expect("an answer"));
    let (made, told) = if one.status() == 201 { (one, two) } else { (two, one) };
    assert_eq!((made.status().as_u16(), told.status().as_u16()), (201, 409));
    assert_eq!(told.headers()["retry-after"], "1");
    assert_eq!(shop.value("SELECT COUNT(*) FROM relink_sessions").await, "1");
}

#[tokio::test]
async fn an_answer_that_says_not_now_is_not_kept() {
    let shop = Shop::open().await;
    shop.stripe.tell("faults", &[("status", "503"), ("times", "1")]).await;
    let post = || shop.post("/relink/sessions", "k1", json!({"account": "fca_access_expired"}));
    problem(post(), 503, "provider_unavailable").await;
    assert_eq!(shop.value("SELECT COUNT(*) FROM idempotency_keys").await, "0");
    assert_eq!(send(post()).await.0, 201);
}

#[tokio::test]
async fn a_stripe_that_asks_to_slow_down_is_passed_on_as_429() {
    let shop = Shop::open().await;
    shop.stripe.tell("faults", &[("status", "429"), ("times", "1")]).await;
    problem(shop.post("/relink/sessions", "k1", json!({"account": "fca_any"})), 429, "rate_limited").await;
}
