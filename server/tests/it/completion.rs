//! What Stripe says counts, and nothing else.

use crate::shop::{Shop, id, problem, send};
use crate::webhooks::{deliver_signed, event};
use relink_wire::Json;
use serde_json::json;

#[tokio::test]
async fn the_same_account_makes_a_success_and_an_active_account_in_the_database() {
    let shop = Shop::open().await;
    let session = shop.session("k1", json!({"account": "fca_access_expired"})).await;
    assert_eq!(shop.account_status("fca_access_expired").await, "inactive");
    shop.at_the_bank(&session, "agreed", &["fca_access_expired"]).await;
    let (status, done) = shop.complete(&session, "k2", json!(["fca_access_expired"])).await;
    assert_eq!((status, done["status"].as_str()), (200, Some("succeeded")), "{done}");
    assert_eq!(done["relink_result"]["account"], "fca_access_expired");
    assert_eq!(done["relink_result"]["authorization"], "fcauth_access_expired");
    assert_eq!(done["accounts"][0]["status"], "active");
    assert!(done["handoff"].is_null());
    assert_eq!(shop.account_status("fca_access_expired").await, "active");
    assert_eq!(shop.value("SELECT COUNT(*) FROM completions").await, "1");
}

#[tokio::test]
async fn a_browser_that_claims_a_success_too_early_gets_the_pending_session_and_may_ask_again_with_the_same_key()
 {
    let shop = Shop::open().await;
    let session = shop.session("k1", json!({"account": "fca_access_expired"})).await;
    let (status, early) = shop.complete(&session, "k2", json!(["fca_access_expired"])).await;
    assert_eq!((status, early["status"].as_str()), (200, Some("pending")));
    assert_eq!(shop.account_status("fca_access_expired").await, "inactive");
    shop.at_the_bank(&session, "agreed", &["fca_access_expired"]).await;
    let (_, done) = shop.complete(&session, "k2", json!(["fca_access_expired"])).await;
    assert_eq!(done["status"], "succeeded");
}

#[tokio::test]
async fn a_wrong_account_fails_with_no_account_and_shows_both() {
    let shop = Shop::open().await;
    let session = shop.session("k1", json!({"account": "fca_access_expired"})).await;
    shop.at_the_bank(&session, "agreed", &["fca_access_expired_unlinked"]).await;
    let (status, done) = shop.complete(&session, "k2", json!(["fca_access_expired_unlinked"])).await;
    assert_eq!((status, done["status"].as_str()), (200, Some("failed")), "{done}");
    assert_eq!(done["relink_result"]["failure_reason"], "no_account");
    let last4: Vec<_> =
        done["accounts"].as_array().expect("a list").iter().map(|a| a["last4"].clone()).collect();
    assert_eq!(last4, [json!("1234"), json!("9999")]);
    assert_eq!(shop.account_status("fca_access_expired").await, "inactive");
    assert_eq!(shop.account_status("fca_access_expired_unlinked").await, "");
    assert_eq!(shop.value("SELECT COUNT(*) FROM completions").await, "0");
}

#[tokio::test]
async fn an_account_that_stripe_did_not_collect_is_refused_and_the_right_one_still_works() {
    let shop = Shop::open().await;
    let session = shop.session("k1", json!({"account": "fca_access_expired"})).await;
    shop.at_the_bank(&session, "agreed", &["fca_access_expired"]).await;
    let (status, refused) = shop.complete(&session, "k2", json!(["fca_other"])).await;
    assert_eq!((status, refused["code"].as_str()), (400, Some("invalid_request")));
    assert_eq!(shop.value("SELECT COUNT(*) FROM completions").await, "0");
    let (_, done) = shop.complete(&session, "k3", json!(["fca_access_expired"])).await;
    assert_eq!(done["status"], "succeeded");
}

#[tokio::test]
async fn another_login_fails_with_no_authorization_and_a_refusal_with_other() {
    let shop = Shop::open().await;
    for (outcome, reason) in [("other_login", "no_authorization"), ("refused", "other")] {
        let session = shop.session(outcome, json!({"account": "fca_access_expired"})).await;
        shop.at_the_bank(&session, outcome, &[]).await;
        let (_, done) = shop.complete(&session, reason, json!([])).await;
        assert_eq!(done["status"], "failed", "{done}");
        assert_eq!(done["relink_result"]["failure_reason"], reason);
    }
}

#[tokio::test]
async fn a_session_that_stripe_calls_cancelled_is_cancelled() {
    let shop = Shop::open().await;
    let session = shop.session("k1", json!({"account": "fca_access_expired"})).await;
    shop.at_the_bank(&session, "closed", &[]).await;
    shop.time.pass(2);
    assert_eq!(shop.read(&session).await["status"], "cancelled");
}

#[tokio::test]
async fn of_two_accounts_either_will_do_and_only_what_came_back_is_active() {
    let shop = Shop::open().await;
    let session = shop.session("k1", json!({"authorization": "fcauth_any"})).await;
    shop.at_the_bank(&session, "agreed", &["fca_any_savings"]).await;
    let (_, done) = shop.complete(&session, "k2", json!(["fca_any_savings"])).await;
    assert_eq!(done["status"], "succeeded", "{done}");
    assert!(done["relink_result"]["account"].is_null());
    assert_eq!(done["accounts"][0]["id"], "fca_any_savings");
    assert_eq!(shop.account_status("fca_any_savings").await, "active");
}

#[tokio::test]
async fn while_the_customer_has_to_choose_among_several_the_session_stays_pending() {
    let shop = Shop::open().await;
    let body = json!({"authorization": "fcauth_several"});
    let (_, session) = send(shop.post("/relink-data/sessions", "k1", body)).await;
    shop.at_the_bank(&session, "agreed", &["fca_several", "fca_several_savings"]).await;
    shop.time.pass(2);
    let path = format!("/relink-data/sessions/{}", crate::shop::id(&session));
    let (_, now) = send(shop.get(&path)).await;
    assert_eq!(now["status"], "pending", "{now}");
    assert_eq!(now["relink_result"]["authorization"], "fcauth_several");
    assert_eq!(now["accounts"].as_array().map(Vec::len), Some(2));
    let chosen = json!({"accounts": ["fca_several_savings"]});
    let (_, done) = send(shop.post(&format!("{path}/complete"), "k2", chosen)).await;
    assert_eq!(done["status"], "succeeded", "{done}");
    assert_eq!(shop.value("SELECT accounts FROM completions").await, r#"["fca_several_savings"]"#);
}

#[tokio::test]
async fn a_hosted_relink_is_seen_by_reading_the_session() {
    let shop = Shop::open().await;
    let (_, session) =
        send(shop.post("/relink-hosted/sessions", "k1", json!({"account": "fca_hosted"}))).await;
    shop.at_the_bank(&session, "agreed", &["fca_hosted"]).await;
    shop.time.pass(2);
    let path = format!("/relink-hosted/sessions/{}", crate::shop::id(&session));
    assert_eq!(send(shop.get(&path)).await.1["status"], "succeeded");
    assert_eq!(shop.account_status("fca_hosted").await, "active");
}

#[tokio::test]
async fn completing_a_finished_session_again_with_another_key_answers_the_same_and_completes_nothing_twice() {
    let shop = Shop::open().await;
    let session = shop.session("k1", json!({"account": "fca_access_expired"})).await;
    shop.at_the_bank(&session, "agreed", &["fca_access_expired"]).await;
    let (_, first) = shop.complete(&session, "k2", json!(["fca_access_expired"])).await;
    let (status, second) = shop.complete(&session, "k3", json!([])).await;
    assert_eq!(
        (status, &second["status"], &second["relink_result"]),
        (200, &first["status"], &first["relink_result"])
    );
    assert_eq!(shop.value("SELECT COUNT(*) FROM completions").await, "1");
}

#[tokio::test]
async fn two_tabs_that_complete_at_once_both_succeed_with_one_completion() {
    let shop = Shop::open().await;
    let session = shop.session("k1", json!({"account": "fca_access_expired"})).await;
    shop.at_the_bank(&session, "agreed", &["fca_access_expired"]).await;
    let chosen = json!(["fca_access_expired"]);
    let (one, two) = tokio::join!(
        shop.complete(&session, "k2", chosen.clone()),
        shop.complete(&session, "k3", chosen.clone())
    );
    assert_eq!((one.1["status"].as_str(), two.1["status"].as_str()), (Some("succeeded"), Some("succeeded")));
    assert_eq!(shop.value("SELECT COUNT(*) FROM completions").await, "1");
}

#[tokio::test]
async fn a_dead_stripe_is_503_and_nothing_is_written_halfway() {
    let shop = Shop::open().await;
    let session = shop.session("k1", json!({"account": "fca_access_expired"})).await;
    shop.at_the_bank(&session, "agreed", &["fca_access_expired"]).await;
    // The session can be read, the accounts cannot.
    let accounts = "/v1/financial_connections/accounts";
    shop.stripe.tell("faults", &[("status", "500"), ("times", "1"), ("path", accounts)]).await;
    let path = format!("/relink/sessions/{}/complete", crate::shop::id(&session));
    let body = json!({"accounts": ["fca_access_expired"]});
    problem(shop.post(&path, "k2", body.clone()), 503, "provider_unavailable").await;
    let row = "SELECT status || COALESCE(relink_result, '') FROM relink_sessions";
    assert_eq!(shop.value(row).await, "pending");
    assert_eq!(shop.account_status("fca_access_expired").await, "inactive");
    let (status, done) = send(shop.post(&path, "k2", body)).await;
    assert_eq!((status, done["status"].as_str()), (200, Some("succeeded")));
}

#[tokio::test]
async fn of_several_accounts_those_that_did_not_come_back_are_shown_too() {
    let shop = Shop::open().await;
    let (_, session) =
        send(shop.post("/relink-data/sessions", "k1", json!({"authorization": "fcauth_partial"}))).await;
    shop.at_the_bank(&session, "agreed", &["fca_partial", "fca_partial_stays"]).await;
    let path = format!("/relink-data/sessions/{}/complete", crate::shop::id(&session));
    let chosen = json!({"accounts": ["fca_partial", "fca_partial_stays"]});
    let (_, done) = send(shop.post(&path, "k2", chosen)).await;
    assert_eq!(done["status"], "succeeded", "{done}");
    let status: Vec<_> =
        done["accounts"].as_array().expect("a list").iter().map(|a| a["status"].clone()).collect();
    assert_eq!(status, [json!("active"), json!("inactive")]);
}

/// A session on the hosted way that ran out while the customer was at the bank, where they then finished.
async fn finished_after_its_end(shop: &Shop) -> Json {
    let body = json!({"account": "fca_access_expired"});
    let (status, session) = send(shop.post("/relink-hosted/sessions", "k1", body)).await;
    assert_eq!(status, 201, "{session}");
    shop.time.pass(1801);
    let path = format!("/relink-hosted/sessions/{}", id(&session));
    assert_eq!(send(shop.get(&path)).await.1["status"], "expired");
    shop.at_the_bank(&session, "agreed", &["fca_access_expired"]).await;
    session
}

#[tokio::test]
async fn what_the_bank_granted_after_a_session_ran_out_is_the_answer_to_the_next_request_for_one() {
    let shop = Shop::open().await;
    let session = finished_after_its_end(&shop).await;
    let body = json!({"account": "fca_access_expired"});
    // Stripe has nothing left to relink: without that session the customer would see that a relink is impossible.
    let (status, again) = send(shop.post("/relink-hosted/sessions", "k2", body)).await;
    assert_eq!((status, id(&again), again["status"].as_str()), (201, id(&session), Some("succeeded")));
    assert_eq!(again["accounts"][0]["status"], "active");
    assert_eq!(shop.value("SELECT COUNT(*) FROM completions").await, "1");
}

#[tokio::test]
async fn it_is_so_too_where_stripes_event_comes_first_and_is_recorded_once() {
    let shop = Shop::open().await;
    let session = finished_after_its_end(&shop).await;
    let subject = shop.stripe_session(&session).await;
    let body = event("evt_1", "financial_connections.session.updated", &subject, 1);
    assert_eq!(deliver_signed(&shop, &body).await, 200);
    assert_eq!(shop.value("SELECT COUNT(*) FROM completions").await, "1");
    let body = json!({"account": "fca_access_expired"});
    let (_, again) = send(shop.post("/relink-hosted/sessions", "k2", body)).await;
    assert_eq!((id(&again), again["status"].as_str()), (id(&session), Some("succeeded")));
    assert_eq!(shop.value("SELECT COUNT(*) FROM completions").await, "1");
}

#[tokio::test]
async fn a_session_that_ran_out_with_nothing_granted_stays_so_and_a_success_in_time_is_not_told_again() {
    let shop = Shop::open().await;
    let session = shop.session("k1", json!({"account": "fca_access_expired"})).await;
    shop.time.pass(1801);
    assert_eq!(shop.read(&session).await["status"], "expired");
    let subject = shop.stripe_session(&session).await;
    let body = event("evt_1", "financial_connections.session.updated", &subject, 1);
    assert_eq!(deliver_signed(&shop, &body).await, 200);
    assert_eq!(shop.read(&session).await["status"], "expired");
    let body = || json!({"account": "fca_access_denied"});
    let (_, in_time) = send(shop.post("/relink-hosted/sessions", "k2", body())).await;
    shop.at_the_bank(&in_time, "agreed", &["fca_access_denied"]).await;
    let path = format!("/relink-hosted/sessions/{}", id(&in_time));
    shop.time.pass(2);
    assert_eq!(send(shop.get(&path)).await.1["status"], "succeeded");
    shop.time.pass(1801);
    problem(shop.post("/relink-hosted/sessions", "k3", body()), 422, "not_relinkable").await;
}

#[tokio::test]
async fn a_session_that_stripe_does_not_know_may_be_asked_for_again_until_its_time_is_up() {
    let shop = Shop::open().await;
    let session = shop.session("k1", json!({"account": "fca_access_expired"})).await;
    shop.stripe.tell("reset", &[]).await;
    let path = format!("/relink/sessions/{}", id(&session));
    shop.time.pass(2);
    problem(shop.get(&path), 503, "provider_unavailable").await;
    problem(
        shop.post(&format!("{path}/complete"), "k2", json!({"accounts": ["fca_access_expired"]})),
        503,
        "provider_unavailable",
    )
    .await;
    shop.time.pass(1801);
    assert_eq!(shop.read(&session).await["status"], "expired");
}
