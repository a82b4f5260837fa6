//! A database that is locked or full: what cannot be kept is not acknowledged, and the same key goes through
//! once it can be.

use crate::process::Instance;
use crate::rows::Rows;
use crate::shop::{Shop, Stripe, Time, id, problem, send};
use serde_json::json;

#[tokio::test]
async fn a_locked_database_is_503_and_the_same_key_goes_through_once_it_is_free() {
    let shop = Shop::open().await;
    let post = || shop.post("/relink/sessions", "k1", json!({"account": "fca_access_expired"}));
    let lock = shop.rows.lock().await;
    problem(post(), 503, "provider_unavailable").await;
    lock.rollback().await.expect("it is free again");
    let (status, session) = send(post()).await;
    assert_eq!(status, 201, "{session}");
    assert_eq!(shop.value("SELECT COUNT(*) FROM relink_sessions").await, "1");
}

/// A limit on the size of files stands for a full disk: every write to a file fails, as it does there.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_completion_on_a_full_disk_is_not_acknowledged_and_succeeds_with_the_same_key_once_there_is_room() {
    let (stripe, rows) = (Stripe::start().await, Rows::file());
    let instance = Instance::start_without_signal_of_limits(&stripe, &rows);
    let shop = Shop::at(instance.base.clone(), stripe, rows, Time::default()).await;
    let session = shop.session("k1", json!({"account": "fca_access_expired"})).await;
    shop.at_the_bank(&session, "agreed", &["fca_access_expired"]).await;
    let post = || {
        let path = format!("/relink/sessions/{}/complete", id(&session));
        shop.post(&path, "k2", json!({"accounts": ["fca_access_expired"]}))
    };
    instance.limit_files("0");
    problem(post(), 503, "provider_unavailable").await;
    instance.limit_files("unlimited");
    assert_eq!(shop.value("SELECT COUNT(*) FROM completions").await, "0");
    let (status, done) = send(post()).await;
    assert_eq!((status, done["status"].as_str()), (200, Some("succeeded")), "{done}");
    assert_eq!(shop.value("SELECT COUNT(*) FROM completions").await, "1");
}
