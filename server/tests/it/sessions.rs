//! Making, reading and cancelling sessions.

use crate::shop::{Shop, id, problem, send};
use relink_wire::{Handoff, Session};
use serde_json::json;

#[tokio::test]
async fn an_account_gives_the_rule_same_account_and_a_session_that_the_widget_can_read() {
    let shop = Shop::open().await;
    let json = shop.session("k1", json!({"account": "fca_access_expired", "locale": "en"})).await;
    let session = Session::decode(&json).expect("a session");
    assert_eq!(session.relink_options.account.as_deref(), Some("fca_access_expired"));
    assert_eq!(session.relink_options.authorization.as_deref(), Some("fcauth_access_expired"));
    assert_eq!((session.limits.accounts, session.expires_in), (Some(1), Some(1800)));
    assert_eq!(session.accounts.len(), 1);
    assert_eq!(session.institution.name.map(|name| name.to_string()).as_deref(), Some("Harbour Bank"));
    assert!(matches!(session.handoff, Some(Ok(Handoff::StripeJs(_)))), "{json}");
    assert_eq!((json["object"].as_str(), json["status"].as_str()), (Some("relink_session"), Some("pending")));
}

#[tokio::test]
async fn an_authorization_gives_the_rule_any_account_and_shows_all_of_its_accounts() {
    let shop = Shop::open().await;
    let session = shop.session("k1", json!({"authorization": "fcauth_any"})).await;
    assert!(session["relink_options"]["account"].is_null());
    assert_eq!(session["limits"]["accounts"], 1);
    assert_eq!(session["accounts"].as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn data_alone_may_come_from_any_number_of_accounts() {
    let shop = Shop::open().await;
    let body = json!({"authorization": "fcauth_several"});
    let (status, session) = send(shop.post("/relink-data/sessions", "k1", body)).await;
    assert_eq!(status, 201, "{session}");
    assert!(session["limits"]["accounts"].is_null());
    assert_eq!(session["permissions"], json!(["balances", "transactions"]));
}

#[tokio::test]
async fn without_a_wish_the_backend_picks_a_broken_account_that_can_be_repaired() {
    let shop = Shop::open().await;
    let session = shop.session("k1", json!({})).await;
    let account = &session["accounts"][0];
    assert_eq!(account["status"], "inactive");
    assert_eq!(account["status_details"]["inactive"]["action"], "relink_required");
}

#[tokio::test]
async fn a_hosted_session_names_a_page_and_no_secret() {
    let shop = Shop::open().await;
    let request = shop.post("/relink-hosted/sessions", "k1", json!({"account": "fca_hosted"}));
    let (status, json) =
        send(request.header("referer", format!("{}/developers?run=x", crate::shop::PAGE))).await;
    assert_eq!(status, 201, "{json}");
    let session = Session::decode(&json).expect("a session");
    assert!(matches!(session.handoff, Some(Ok(Handoff::Hosted(_)))), "{json}");
    assert!(!json.to_string().contains("client_secret"));
}

#[tokio::test]
async fn an_account_beyond_repair_still_gives_a_session_so_that_the_customer_is_told_why() {
    let shop = Shop::open().await;
    let session = shop.session("k1", json!({"account": "fca_account_closed"})).await;
    assert_eq!(session["accounts"][0]["status_details"]["inactive"]["action"], "none");
}

#[tokio::test]
async fn an_unknown_account_and_another_customers_are_refused_alike() {
    let shop = Shop::open().await;
    for body in [
        json!({"account": "fca_nowhere"}),
        json!({"account": "fca_other"}),
        json!({"account": "../customers"}),
        json!({"account": ".."}),
        json!({"account": "."}),
        json!({"account": ""}),
    ] {
        problem(shop.post("/relink/sessions", &body.to_string()[10..], body.clone()), 403, "forbidden").await;
    }
    problem(shop.post("/relink/sessions", "k9", json!({"authorization": "fcauth_other"})), 403, "forbidden")
        .await;
}

#[tokio::test]
async fn an_account_of_another_authorization_is_a_mistake() {
    let shop = Shop::open().await;
    let body = json!({"account": "fca_access_expired", "authorization": "fcauth_any"});
    problem(shop.post("/relink/sessions", "k1", body), 400, "invalid_request").await;
}

#[tokio::test]
async fn another_customers_session_is_not_found_by_any_route() {
    let mut shop = Shop::open().await;
    let session = shop.session("k1", json!({"account": "fca_access_expired"})).await;
    let path = format!("/relink/sessions/{}", id(&session));
    shop.sign_in_as("cus_other");
    problem(shop.get(&path), 404, "session_not_found").await;
    let accounts = json!({"accounts": ["fca_access_expired"]});
    problem(shop.post(&format!("{path}/complete"), "k2", accounts), 404, "session_not_found").await;
    problem(shop.post(&format!("{path}/cancel"), "k3", json!({})), 404, "session_not_found").await;
    problem(shop.get("/relink/sessions/rls_nothing"), 404, "session_not_found").await;
}

#[tokio::test]
async fn a_session_that_nobody_reads_expires_after_thirty_minutes() {
    let shop = Shop::open().await;
    let session = shop.session("k1", json!({"account": "fca_access_expired"})).await;
    shop.time.pass(14 * 60);
    assert_eq!(shop.read(&session).await["status"], "pending");
    shop.time.pass(16 * 60 + 1);
    let now = shop.read(&session).await;
    assert_eq!((now["status"].as_str(), now["expires_in"].as_i64()), (Some("expired"), Some(0)));
    assert!(now["handoff"].is_null());
    let (status, answer) = shop.complete(&session, "k2", json!(["fca_access_expired"])).await;
    assert_eq!((status, answer["code"].as_str()), (410, Some("session_expired")));
}

#[tokio::test]
async fn a_customer_who_is_there_has_ten_times_as_long_and_never_less_than_a_minute() {
    let shop = Shop::open().await;
    let session = shop.session("k1", json!({"account": "fca_access_expired"})).await;
    for _ in 0..28 {
        shop.time.pass(10 * 60);
        let now = shop.read(&session).await;
        assert_eq!(now["status"], "pending");
        assert!(now["expires_in"].as_i64().is_some_and(|left| left > 60), "{now}");
    }
    shop.time.pass(21 * 60);
    assert_eq!(shop.read(&session).await["status"], "expired");
}

#[tokio::test]
async fn a_customer_who_finishes_at_the_last_moment_is_not_told_that_it_expired() {
    let shop = Shop::open().await;
    let session = shop.session("k1", json!({"account": "fca_access_expired"})).await;
    shop.at_the_bank(&session, "agreed", &["fca_access_expired"]).await;
    shop.time.pass(31 * 60);
    assert_eq!(shop.read(&session).await["status"], "succeeded");
}

#[tokio::test]
async fn a_cancelled_session_stays_cancelled() {
    let shop = Shop::open().await;
    let session = shop.session("k1", json!({"account": "fca_access_expired"})).await;
    let path = format!("/relink/sessions/{}/cancel", id(&session));
    let (status, cancelled) = send(shop.post(&path, "k2", json!({}))).await;
    assert_eq!((status, cancelled["status"].as_str()), (200, Some("cancelled")));
    assert_eq!(send(shop.post(&path, "k3", json!({}))).await.1["status"], "cancelled");
    let (status, answer) = shop.complete(&session, "k4", json!([])).await;
    assert_eq!((status, answer["code"].as_str()), (409, Some("session_consumed")));
}

#[tokio::test]
async fn stripe_is_asked_at_most_once_a_second_however_often_the_widget_asks() {
    let shop = Shop::open().await;
    let session = shop.session("k1", json!({"account": "fca_access_expired"})).await;
    shop.time.pass(2);
    shop.read(&session).await;
    shop.stripe.tell("faults", &[("status", "503"), ("times", "1")]).await;
    shop.read(&session).await;
    shop.time.pass(2);
    problem(shop.get(&format!("/relink/sessions/{}", id(&session))), 503, "provider_unavailable").await;
}
