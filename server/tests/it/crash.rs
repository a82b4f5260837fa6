//! What a crash leaves behind.

use crate::rows::Rows;
use crate::shop::{Shop, config, problem, send, serve};
use serde_json::json;
use tokio::net::TcpListener;

#[tokio::test(flavor = "multi_thread")]
async fn a_key_whose_run_died_is_free_again_after_its_lease() {
    let shop = Shop::open().await;
    let rows = Rows::new().await;
    // A Stripe that takes calls and never answers, and a merchant that dies waiting for it.
    let silent = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let doomed = tokio::runtime::Runtime::new().expect("a runtime");
    let at = format!("http://{}", silent.local_addr().expect("an address"));
    let (config_of_it, time) = (config(&at, &rows, &[]), shop.time.clone());
    let serving = doomed.spawn(async move { serve(config_of_it, &time).await });
    let (base, _app) = serving.await.expect("a shop");
    let token = shop.token().await;
    let post = |base: &str| {
        let request = shop.http.post(format!("{base}/relink/sessions")).bearer_auth(&token);
        let request = request.header("idempotency-key", "k1");
        request.header("content-type", "application/json").body(json!({"account": "fca_any"}).to_string())
    };
    let hanging = tokio::spawn(post(&base).send());
    while rows.values("SELECT idempotency_key FROM idempotency_keys").await.is_empty() {
        tokio::task::yield_now().await;
    }
    doomed.shutdown_background();
    hanging.abort();
    // Another one on the same database.
    let (base, _app) = serve(config(&shop.stripe.base, &rows, &[]), &shop.time).await;
    assert_eq!(send(post(&base)).await.0, 409);
    shop.time.pass(9);
    let another = post(&base).body(json!({"account": "fca_access_expired"}).to_string());
    assert_eq!(send(another).await.0, 422);
    let (status, session) = send(post(&base)).await;
    assert_eq!(status, 201, "{session}");
    assert_eq!(send(post(&base)).await, (201, session));
}

#[tokio::test]
async fn a_run_that_takes_long_keeps_its_key_by_saying_that_it_is_alive() {
    let shop = Shop::open().await;
    let silent = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let at = format!("http://{}", silent.local_addr().expect("an address"));
    let (base, _app) = serve(config(&at, &shop.rows, &[]), &shop.time).await;
    let _whose_key_it_is = silent.accept().await.expect("asked at the start");
    let shop = shop.through(&base);
    let post = || shop.post("/relink/sessions", "k1", json!({"account": "fca_any"}));
    let hanging = tokio::spawn(post().send());
    let _call = silent.accept().await.expect("the merchant asks Stripe");
    shop.time.pass(9);
    let until = "SELECT locked_until FROM idempotency_keys";
    while shop.value(until).await.parse::<i64>().expect("a time") <= shop.time.now() {
        tokio::task::yield_now().await;
    }
    problem(post(), 409, "rate_limited").await;
    hanging.abort();
}

#[tokio::test]
async fn a_run_whose_key_is_gone_writes_nothing_and_the_key_runs_again() {
    let shop = Shop::open().await;
    let path = ("path", "/v1/financial_connections/sessions");
    shop.stripe.tell("faults", &[("times", "1"), ("delay_ms", "1500"), path]).await;
    let body = json!({"account": "fca_access_expired"});
    let post = || shop.post("/relink/sessions", "k1", body.clone());
    let hanging = tokio::spawn(post().send());
    while shop.rows.values("SELECT idempotency_key FROM idempotency_keys").await.is_empty() {
        tokio::task::yield_now().await;
    }
    // As where an older state of the database was restored meanwhile.
    shop.rows.run("DELETE FROM idempotency_keys").await;
    let lost = hanging.await.expect("a task").expect("an answer");
    assert_eq!(lost.status(), 409);
    assert_eq!(shop.value("SELECT COUNT(*) FROM relink_sessions").await, "0");
    let (status, session) = send(post()).await;
    assert_eq!(status, 201, "{session}");
    assert_eq!(send(post()).await, (201, session));
    assert_eq!(shop.value("SELECT COUNT(*) FROM relink_sessions").await, "1");
}
