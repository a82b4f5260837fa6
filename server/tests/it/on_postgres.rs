//! What only a database server does: it cuts connections off, and has a clock that machines share. A file does
//! neither, so these are built where there is a server alone: `cargo xtask test --only postgres`.

use crate::shop::{Shop, Time, config, serve};
use serde_json::json;

#[tokio::test]
async fn connections_that_the_database_cut_are_made_anew() {
    let shop = Shop::open().await;
    let session = shop.session("k1", json!({"account": "fca_access_expired"})).await;
    let all = "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()";
    assert_ne!(shop.value(all).await, "0");
    assert_eq!(shop.read(&session).await["status"], "pending");
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
