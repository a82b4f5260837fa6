//! Several instances of the program on one database: whichever the balancer picks, it is one shop. The sandbox has a thread
//! of its own, since an instance asks it while the test waits for the instance.

use crate::process::Instance;
use crate::rows::Rows;
use crate::shop::{Shop, Stripe, Time, id, problem, send};
use crate::webhooks::{deliver_signed, event};
use relink_wire::Json;
use serde_json::json;
use std::sync::Arc;

/// Two instances, and a customer's browser in front of each.
async fn two() -> ([Instance; 2], Shop, Shop) {
    let (stripe, rows) = (Stripe::start().await, Rows::new().await);
    let instances = [Instance::start(&stripe, &rows), Instance::start(&stripe, &rows)];
    let one = Shop::at(instances[0].base.clone(), stripe, rows, Time::default()).await;
    let other = one.through(&instances[1].base);
    (instances, one, other)
}

/// A POST as the widget repeats it: until it has an answer that a retry cannot change. It has no
/// pause between two tries, so it may be told to slow down.
async fn until_answered(shop: &Shop, path: &str, key: &str, body: &Json) -> (u16, Json) {
    loop {
        let answer = send(shop.post(path, key, body.clone())).await;
        if !matches!(answer.0, 409 | 429) {
            return answer;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_that_one_made_is_good_at_the_other() {
    let (_instances, one, other) = two().await;
    let token = one.token().await;
    let session = one.session_from("fca_access_expired").await;
    let path = format!("/relink/sessions/{}", id(&session));
    let read = || other.http.get(format!("{}{path}", other.base));
    let (status, mut read_there) = send(read().bearer_auth(&token)).await;
    // What is left of the session is counted by the clock when it is read.
    let left = read_there["expires_in"].as_i64();
    assert!(left <= session["expires_in"].as_i64() && left > Some(0), "{left:?}");
    read_there["expires_in"] = session["expires_in"].clone();
    assert_eq!((status, read_there), (200, session));
    problem(read(), 401, "not_authenticated").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_posts_with_one_key_over_two_instances_are_one_act_with_one_answer() {
    let (_instances, one, other) = two().await;
    let body = Arc::new(json!({"account": "fca_access_expired"}));
    let posts = (0..50).map(|n| {
        let (shop, body) = (if n % 2 == 0 { one.clone() } else { other.clone() }, body.clone());
        tokio::spawn(async move { until_answered(&shop, "/relink/sessions", "k1", &body).await })
    });
    let posts: Vec<_> = posts.collect();
    let mut answers = Vec::new();
    for post in posts {
        answers.push(post.await.expect("an answer"));
    }
    assert_eq!(answers[0].0, 201, "{}", answers[0].1);
    let others: Vec<_> = answers.iter().filter(|answer| **answer != answers[0]).collect();
    assert!(others.is_empty(), "{others:?}");
    let made = one.value("SELECT COUNT(*) FROM relink_sessions").await;
    println!("{} posts with one key over two instances: {made} session, one answer", answers.len());
    assert_eq!(made, "1");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_at_one_and_the_widget_at_the_other_make_one_completion_and_one_success() {
    let (_instances, one, other) = two().await;
    for (n, account) in
        ["fca_access_expired", "fca_access_denied", "fca_any", "fca_unspecified"].iter().enumerate()
    {
        let session = one.session(&format!("open {n}").replace(' ', "-"), json!({"account": account})).await;
        one.at_the_bank(&session, "agreed", &[account]).await;
        let subject = one.stripe_session(&session).await;
        let news = event(&format!("evt_{n}"), "financial_connections.session.updated", &subject, 1);
        let path = format!("/relink/sessions/{}/complete", id(&session));
        let (key, chosen) = (format!("complete-{n}"), json!({"accounts": [account]}));
        let (told, answer) =
            tokio::join!(deliver_signed(&one, &news), until_answered(&other, &path, &key, &chosen));
        assert_eq!((told, answer.0, answer.1["status"].as_str()), (200, 200, Some("succeeded")));
        assert_eq!(send(one.post(&path, &key, chosen)).await, answer);
        assert_eq!(one.value("SELECT COUNT(*) FROM completions").await, (n + 1).to_string());
        assert_eq!(one.account_status(account).await, "active");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn instances_that_start_at_once_on_an_empty_database_make_its_tables_once() {
    let (stripe, rows) = (Stripe::start().await, Rows::new().await);
    let starting: Vec<_> = (0..4).map(|_| Instance::begin(&stripe, &rows)).collect();
    for instance in starting {
        let instance = instance.started();
        let well = reqwest::get(format!("{}/livez", instance.base)).await.expect("an answer");
        assert_eq!(well.status(), 200);
    }
    let migrations =
        std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/relink-store/migrations"))
            .expect("a folder");
    assert_eq!(rows.value("SELECT COUNT(*) FROM _sqlx_migrations").await, migrations.count().to_string());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_of_an_instance_that_was_killed_is_answered_by_the_other() {
    let ([doomed, _other], one, other) = two().await;
    // The act is under way at Stripe when its instance dies.
    let sessions = ("path", "/v1/financial_connections/sessions");
    one.stripe.tell("faults", &[("delay_ms", "60000"), ("times", "1"), sessions]).await;
    let body = json!({"account": "fca_access_expired"});
    let hanging = tokio::spawn(one.post("/relink/sessions", "k1", body.clone()).send());
    while one.stripe.look("faults").await["ordered"] != 0 {
        tokio::task::yield_now().await;
    }
    drop(doomed);
    assert!(hanging.await.expect("it ends").is_err());
    problem(other.post("/relink/sessions", "k1", body.clone()), 409, "rate_limited").await;
    let answer = until_answered(&other, "/relink/sessions", "k1", &body).await;
    assert_eq!(answer.0, 201, "{}", answer.1);
    assert_eq!(one.value("SELECT COUNT(*) FROM relink_sessions").await, "1");
}
