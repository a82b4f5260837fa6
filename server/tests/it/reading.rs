//! What one who only reads may do to the others: a customer, a link, and somebody whom nobody knows.

use crate::hosted::{come, link, open, open_app, path};
use crate::shop::{Call, Shop, id, problem, send};
use serde_json::json;
use std::sync::{Arc, Mutex};
use tokio::task::JoinSet;

/// These requests at once; how many got `good`, where each of the others was told when to come again.
async fn passed(requests: impl IntoIterator<Item = Call>, good: u16) -> usize {
    let mut asking = JoinSet::new();
    for request in requests {
        asking.spawn(async move {
            let answer = request.send().await.expect("an answer");
            (answer.status().as_u16(), answer.headers().contains_key("retry-after"))
        });
    }
    let answers = asking.join_all().await;
    assert!(answers.iter().all(|answer| *answer == (good, false) || *answer == (429, true)), "{answers:?}");
    answers.iter().filter(|(status, _)| *status == good).count()
}

#[tokio::test]
async fn one_customer_who_reads_without_a_pause_is_told_when_to_come_again_and_nobody_else_is() {
    let shop = Shop::open_with(&[("RELINK_RATE_LIMITS", "read=20/1")]).await;
    let session = shop.session("k1", json!({"account": "fca_any"})).await;
    let address = format!("/relink/sessions/{}", id(&session));
    assert_eq!(passed((0..100).map(|_| shop.get(&address)), 200).await, 20);
    problem(shop.get(&address), 429, "rate_limited").await;
    problem(shop.get("/relink/sessions/rls_nothing"), 429, "rate_limited").await;
    // An answer that is repeated is a read as well.
    problem(shop.post("/relink/sessions", "k1", json!({"account": "fca_any"})), 429, "rate_limited").await;
    // What is done is counted elsewhere, and so is everybody else.
    let cancelled = shop.post(&format!("{address}/cancel"), "k2", json!({}));
    assert_eq!(send(cancelled).await.0, 200);
    let mut other = shop.clone();
    other.sign_in_as("cus_other");
    problem(other.get("/relink/sessions/rls_nothing"), 404, "session_not_found").await;
}

#[tokio::test]
async fn whoever_reads_by_a_link_has_a_bucket_of_the_links() {
    let shop = open(&[("RELINK_RATE_LIMITS", "read=20/1")]).await;
    let came = come(&shop, &path(&link(&shop, "fca_any").await)).await;
    let (status, session) = send(came.post("/sessions", "k1", json!({}))).await;
    assert_eq!(status, 201, "{session}");
    let reads = (0..100).map(|_| Call::from(came.get(&format!("/sessions/{}", id(&session)))));
    // The page itself was one.
    assert_eq!(passed(reads, 200).await, 19);
    let page = || crate::hosted::look(&shop, &came.path, &came.cookie);
    assert_eq!(page().send().await.expect("an answer").status(), 429);
    assert_eq!(
        send(shop.get("/relink/sessions/rls_nothing")).await.0,
        404,
        "the customer's own page goes on"
    );
    let other = come(&shop, &path(&link(&shop, "fca_access_expired").await)).await;
    assert_eq!(other.status, 200, "and so does another link");
}

#[tokio::test]
async fn strangers_of_an_address_have_one_bucket_and_take_nothing_of_those_who_are_known() {
    let shop = open(&[("RELINK_RATE_LIMITS", "stranger=8/1")]).await;
    let address = path(&link(&shop, "fca_any").await);
    // The first of the eight opens the link.
    let came = come(&shop, &address).await;
    assert_eq!(came.status, 200);
    let at = |path: &str| shop.http.get(format!("{}{path}", shop.base));
    assert_eq!(passed([Call::from(at("/relink/sessions/rls_1"))], 401).await, 1);
    assert_eq!(passed([Call::from(at("/relink/sessions/rls_1").bearer_auth("none"))], 401).await, 1);
    assert_eq!(passed([Call::from(at(&format!("{}/relink/sessions/rls_1", came.path)))], 401).await, 1);
    assert_eq!(passed([Call::from(at("/v1/hosted_relinks/hrl_1").bearer_auth("none"))], 401).await, 1);
    assert_eq!(passed([Call::from(at("/r/l/hrl_1"))], 403).await, 1);
    assert_eq!(passed([Call::from(at("/r/none"))], 404).await, 1);
    assert_eq!(passed([Call::from(shop.http.post(format!("{}/relink/sessions", shop.base)))], 401).await, 1);
    for path in ["/relink/sessions/rls_1", "/v1/hosted_relinks/hrl_1"] {
        problem(Call::from(at(path).bearer_auth("none")), 429, "rate_limited").await;
    }
    for path in ["/r/l/hrl_1", "/r/none"] {
        assert_eq!(at(path).send().await.expect("an answer").status(), 429, "{path}");
    }
    assert_eq!(send(shop.get("/relink/sessions/rls_nothing")).await.0, 404, "a customer is known");
    assert_eq!(send(came.post("/sessions", "k1", json!({}))).await.0, 201, "and so is a link");
    assert_eq!(send(shop.ask_for_token(json!({"customer": "cus_demo"}))).await.0, 201, "and a server");
}

#[tokio::test]
async fn who_reads_does_not_wait_for_those_who_wait_to_write_and_they_come_in_their_order() {
    let (shop, app) = open_app(&[]).await;
    let store = &app.hosted.store;
    let writing = store.begin().await.expect("a database");
    let order = Arc::new(Mutex::new(Vec::new()));
    let mut waiting = JoinSet::new();
    for n in 0..20 {
        let (store, order) = (store.clone(), order.clone());
        waiting.spawn(async move {
            let write = store.begin().await.expect("a database");
            order.lock().expect("nobody panicked").push(n);
            write.commit().await.expect("a database");
        });
        // It has asked before the next one does.
        tokio::task::yield_now().await;
    }
    assert!(store.has_accounts("cus_many").await.expect("a connection is left for whoever reads"));
    writing.commit().await.expect("a database");
    waiting.join_all().await;
    let order = order.lock().expect("nobody panicked");
    // PostgreSQL lets many write at once.
    assert!(shop.rows.variable == "DATABASE_URL" || order.is_sorted(), "{order:?}");
}

#[tokio::test]
async fn a_read_costs_what_the_session_is_about_however_many_accounts_its_customer_has() {
    let (shop, app) = open_app(&[]).await;
    let store = &app.hosted.store;
    let count = shop.value("SELECT COUNT(*) FROM accounts WHERE customer = 'cus_many'").await;
    assert_eq!(count, "1000");
    let like = async |customer: &str, ids: &[&str], endings: &[&str]| {
        let (ids, endings) = (ids.iter().copied(), endings.iter().copied());
        let rows = store.accounts_like(customer, ids, endings).await.expect("a database");
        let mut ids: Vec<String> = rows.iter().map(|row| row.linked.id().to_owned()).collect();
        ids.sort_unstable();
        ids
    };
    assert_eq!(like("cus_many", &["fca_many", "fca_many_0007"], &[]).await, ["fca_many", "fca_many_0007"]);
    assert_eq!(like("cus_many", &[], &["0007"]).await, ["fca_many_0007"], "by the end of its number");
    // One that may be another under a new id is found by the number that the database has.
    shop.rows.run("UPDATE accounts SET last4 = '0001' WHERE id = 'fca_many_0009'").await;
    assert_eq!(like("cus_many", &["fca_many"], &[]).await, ["fca_many", "fca_many_0009"]);
    assert_eq!(like("cus_other", &["fca_many"], &["0001"]).await, [""; 0], "nobody else's");
    assert_eq!(like("cus_many", &["fca_many\0"], &["\0"]).await, [""; 0]);
    assert!(store.has_accounts("cus_many").await.expect("a database"));
    assert!(!store.has_accounts("cus_nobody").await.expect("a database"));
}
