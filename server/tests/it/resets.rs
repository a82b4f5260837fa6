//! The connection is reset after an act was committed: the customer's browser heard nothing, asks again with the same
//! key, and the act was done once. A few resets here; `cargo xtask kills` does five hundred.

use crate::dice::number;
use crate::rows::Rows;
use crate::shop::{Shop, Stripe, Time, config, id};
use relink_faults::Plan;
use relink_faults::layer::Faults;
use relink_server::Server;
use relink_wire::Json;
use serde_json::json;
use std::sync::Arc;
use tokio::net::TcpListener;

const ACCOUNTS: [&str; 4] = ["fca_access_expired", "fca_access_denied", "fca_unspecified", "fca_everything"];

/// A shop with faults around its routes.
async fn faulty() -> (Shop, Faults) {
    let (stripe, rows, time, faults) =
        (Stripe::start().await, Rows::new().await, Time::default(), Faults::default());
    let clock = time.clone();
    let settings = config(&stripe.base, &rows, &[("RELINK_RATE_LIMITS", "customer=1000/60000")]);
    let app = Server::open_at(settings, Arc::new(move || clock.now_ms())).await.expect("a server");
    app.hosted.sync_accounts().await.expect("accounts");
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let router = app.router();
    tokio::spawn(relink_faults::layer::serve(listener, router, faults.clone(), std::future::pending()));
    (Shop::at(base, stripe, rows, time).await, faults)
}

/// Posts until there is an answer: the first try is reset after it was carried out, the second brings what was kept.
async fn reset_once(shop: &Shop, path: &str, key: &str, body: Json) -> Json {
    assert!(shop.post(path, key, body.clone()).send().await.is_err(), "{path} was answered");
    let again = shop.post(path, key, body).send().await.expect("an answer");
    assert!(again.headers().contains_key("idempotent-replayed"), "{path} was carried out by the second try");
    serde_json::from_str(&again.text().await.expect("a body")).expect("JSON")
}

#[tokio::test]
async fn an_act_whose_answer_was_lost_after_its_commit_is_done_once() {
    let resets = number("RELINK_TEST_RESETS").unwrap_or(40) as usize;
    let (shop, faults) = faulty().await;
    let mut befallen = 0;
    for n in 0..resets / 2 {
        let plan = "first create: commit, then reset; first complete: commit, then reset";
        faults.order(Plan::of_a_server(plan).expect("rules"));
        let account = ACCOUNTS[n % ACCOUNTS.len()];
        let wanted = json!({ "account": account });
        let session = reset_once(&shop, "/relink/sessions", &format!("open-{n}"), wanted).await;
        shop.at_the_bank(&session, "agreed", &[account]).await;
        let path = format!("/relink/sessions/{}/complete", id(&session));
        let done = reset_once(&shop, &path, &format!("complete-{n}"), json!({ "accounts": [account] })).await;
        assert_eq!(done["status"], "succeeded", "{done}");
        befallen += faults.befallen();
    }
    let count = async |sql: &str| shop.value(sql).await.parse::<usize>().expect("a number");
    let opened = count("SELECT COUNT(DISTINCT stripe_session) FROM relink_sessions").await;
    let completed = count("SELECT COUNT(*) FROM completions").await;
    println!("{befallen} resets after commit: {} single executions", opened + completed);
    assert_eq!((befallen as usize, opened, completed), (resets, resets / 2, resets / 2));
    assert_eq!(count("SELECT COUNT(*) FROM relink_sessions").await, opened);
}
