//! `/readyz`: each check by name, and which of them make an instance not ready.

use crate::process::Instance;
use crate::rows::Rows;
use crate::shop::{Shop, Stripe, Time, config, send, serve};
use relink_server::Server;
use relink_wire::Json;
use serde_json::json;
use std::time::{Duration, Instant};

async fn open(stripe: Option<&str>) -> (Shop, Server) {
    let (sandbox, rows, time) = (Stripe::start().await, Rows::new().await, Time::default());
    let (base, app) = serve(config(stripe.unwrap_or(&sandbox.base), &rows, &[]), &time).await;
    (Shop::at(base, sandbox, rows, time).await, app)
}

/// The status of an answer, and that of each check.
async fn ask(shop: &Shop, query: &str) -> (u16, Json) {
    let (status, told) = send(shop.http.get(format!("{}/readyz{query}", shop.base))).await;
    let mut checks = json!({});
    for check in told["checks"].as_array().expect("a list") {
        checks[check["name"].as_str().expect("a name")] = check["status"].clone();
    }
    assert_eq!(told["status"], if status == 200 { "ready" } else { "not_ready" });
    (status, checks)
}

/// Asks until a check says something: an answer is kept for a second.
async fn until(shop: &Shop, check: &str, outcome: &str) -> (u16, Json) {
    let begun = Instant::now();
    loop {
        let (status, checks) = ask(shop, "").await;
        if checks[check] == outcome {
            return (status, checks);
        }
        assert!(begun.elapsed() < Duration::from_secs(30), "{check} is not {outcome}: {checks}");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_server_that_has_just_started_is_ready_and_learns_of_stripe_by_its_calls() {
    let (sandbox, rows, time) = (Stripe::start().await, Rows::new().await, Time::default());
    let (base, _app) = serve(config(&sandbox.base, &rows, &[]), &time).await;
    let (status, told) = send(reqwest::Client::new().get(format!("{base}/readyz"))).await;
    assert_eq!(
        (status, told["checks"][4]["status"].as_str()),
        (200, Some("ok")),
        "it has asked whose its key is: {told}"
    );
    let shop = Shop::at(base, sandbox, rows, time).await;
    let expected =
        json!({"running": "ok", "database": "ok", "migrations": "ok", "outbox": "ok", "stripe": "ok"});
    assert_eq!(until(&shop, "stripe", "ok").await, (200, expected));
}

#[tokio::test]
async fn a_server_whose_database_is_away_is_not_ready_and_still_alive() {
    let (shop, app) = open(None).await;
    app.hosted.store.close().await;
    let (status, checks) = until(&shop, "database", "failing").await;
    assert_eq!((status, &checks["migrations"]), (503, &json!("unknown")));
    assert_eq!(send(shop.http.get(format!("{}/livez", shop.base))).await.0, 200);
}

#[tokio::test]
async fn newer_tables_do_not_take_an_instance_away_until_they_say_that_it_cannot_use_them() {
    let (shop, _app) = open(None).await;
    let yes = if shop.rows.is_file() { "1" } else { "TRUE" };
    let bytes = if shop.rows.is_file() { "x'00'" } else { "'\\x00'" };
    shop.rows
        .run(&format!(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
             VALUES (9001, 'newer', {yes}, {bytes}, 0)"
        ))
        .await;
    assert_eq!(ask(&shop, "").await.0, 200);
    shop.rows.run("UPDATE least_migration SET version = 9001").await;
    assert_eq!(until(&shop, "migrations", "failing").await.0, 503);
}

#[tokio::test]
async fn a_stripe_that_does_not_answer_is_told_and_counts_for_whoever_asks_so() {
    let (shop, _app) = open(Some("http://127.0.0.1:9")).await;
    for key in ["k1", "k2", "k3"] {
        let (status, _) = send(shop.post("/relink/sessions", key, json!({"account": "fca_any"}))).await;
        assert_eq!(status, 503);
    }
    assert_eq!(until(&shop, "stripe", "failing").await.0, 200);
    assert_eq!(ask(&shop, "?needs=stripe").await.0, 503);
    assert_eq!(ask(&shop, "?needs=outbox").await.0, 200);
    let unknown = shop.http.get(format!("{}/readyz?needs=planted", shop.base));
    let (status, told) = send(unknown).await;
    assert!(status == 400 && !told.to_string().contains("planted"), "{told}");
}

#[tokio::test]
async fn a_message_that_nobody_sends_is_told() {
    let (shop, _app) = open(None).await;
    let due = shop.time.now_ms() - 6 * 60_000;
    shop.rows
        .run(&format!(
            "INSERT INTO outbox (id, kind, hosted_relink, account, status, attempts, due_at_ms, leased_until_ms, created_at)
             VALUES ('out_1', 'webhook', 'hrl_1', 'fca_any', 'queued', 0, {due}, 0, 0)"
        ))
        .await;
    assert_eq!(until(&shop, "outbox", "failing").await.0, 200);
    assert_eq!(ask(&shop, "?needs=outbox,stripe").await.0, 503);
}

#[tokio::test]
async fn whoever_is_about_to_stop_is_not_ready_at_once_and_still_serves() {
    let (shop, app) = open(None).await;
    assert_eq!(ask(&shop, "").await.0, 200);
    app.readiness.stop();
    let (status, checks) = ask(&shop, "").await;
    assert_eq!((status, &checks["running"]), (503, &json!("failing")));
    shop.session("k1", json!({"account": "fca_access_expired"})).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_sigterm_it_serves_until_the_load_balancer_has_seen_it_and_then_ends_well() {
    let (stripe, rows) = (Stripe::start().await, Rows::new().await);
    let mut instance = Instance::start_with(&stripe, &rows, &[("RELINK_DRAIN_SECONDS", "300")]);
    let shop = Shop::at(instance.base.clone(), stripe, rows, Time::default()).await;
    instance.ask_to_stop();
    assert_eq!(until(&shop, "running", "failing").await.0, 503);
    shop.session("k1", json!({"account": "fca_access_expired"})).await;
    // A second signal ends the wait.
    instance.ask_to_stop();
    assert!(tokio::task::block_in_place(|| instance.ended()), "it ended well");
}
