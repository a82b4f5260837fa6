//! What only a database server does: it cuts connections off, and has a clock that machines share. A file does
//! neither, so these are built where there is a server alone: `cargo xtask test --only postgres`.

use crate::rows::Rows;
use crate::shop::{Shop, Time, config, serve};
use relink_store::keys::{KeyClaim, KeyRun};
use relink_store::{Database, Store};
use serde_json::json;

/// The database cuts off every connection, as one does that starts anew.
async fn cut(rows: &Rows) {
    let all = "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()";
    assert_ne!(rows.value(all).await, "0");
}

#[tokio::test]
async fn connections_that_the_database_cut_are_made_anew() {
    let shop = Shop::open().await;
    let session = shop.session("k1", json!({"account": "fca_access_expired"})).await;
    cut(&shop.rows).await;
    assert_eq!(shop.read(&session).await["status"], "pending");
    shop.at_the_bank(&session, "agreed", &["fca_access_expired"]).await;
    cut(&shop.rows).await;
    let (_, done) = shop.complete(&session, "k2", json!(["fca_access_expired"])).await;
    assert_eq!(done["status"], "succeeded", "{done}");
}

#[tokio::test]
async fn whatever_is_said_first_is_said_over_a_connection_that_works() {
    let rows = Rows::new().await;
    let database = Database::read(Some(rows.place.clone()), None).expect("an address");
    let store = Store::open(&database).await.expect("a database");
    let run = |key: &str| KeyRun { owner: "cus_demo".into(), key: key.into(), id: format!("run_{key}") };
    let (one, other) = (run("k1"), run("k2"));
    let claim = async |run: &KeyRun| store.claim_key(run, "print", 100, 108).await.expect("a claim");
    let until = "SELECT SUM(locked_until) FROM idempotency_keys";
    // One connection after the other is used last, so several are at hand.
    let (first, second) = tokio::join!(claim(&one), store.is_key_known("cus_demo", "k2"));
    assert_eq!((first, second.expect("a read")), (KeyClaim::Yours, false));
    // One statement alone.
    cut(&rows).await;
    assert_eq!(claim(&other).await, KeyClaim::Yours);
    // A transaction.
    cut(&rows).await;
    store.renew_key(&one, 200).await.expect("it is kept");
    assert_eq!(rows.value(until).await, "308");
    // A read.
    cut(&rows).await;
    assert!(store.is_key_known("cus_demo", "k1").await.expect("a read"));
}

#[tokio::test]
async fn an_instance_whose_clock_is_wrong_goes_by_the_databases() {
    let shop = Shop::open().await;
    let wrong = Time::default();
    wrong.pass(-24 * 3600);
    let (base, app) = serve(config(&shop.stripe.base, &shop.rows, &[]), &wrong).await;
    assert!((app.hosted.now() - shop.time.now()).abs() <= 2, "{} s off", app.hosted.now() - shop.time.now());
    let session = shop.session("k1", json!({"account": "fca_access_expired"})).await;
    shop.at_the_bank(&session, "agreed", &["fca_access_expired"]).await;
    let (_, done) = shop.through(&base).complete(&session, "k2", json!(["fca_access_expired"])).await;
    assert_eq!(done["status"], "succeeded", "{done}");
    // Read a day earlier by its own clock, and yet what was read last counts.
    assert_eq!(shop.account_status("fca_access_expired").await, "active");
}
