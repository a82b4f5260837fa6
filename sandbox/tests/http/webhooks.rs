//! Webhooks as a merchant receives them, on a socket of its own.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use sandbox::Config;
use sandbox::secret::Secret;
use sandbox::webhook::sign::signature;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use crate::running::{Running, start};

/// A webhook as it arrived.
struct Received {
    signature: String,
    body: String,
}

impl Received {
    fn event(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// A merchant that answers the first requests with these statuses and all others with 200.
async fn merchant(statuses: &'static [u16]) -> (String, mpsc::UnboundedReceiver<Received>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/webhooks", listener.local_addr().unwrap());
    let (sender, receiver) = mpsc::unbounded_channel();
    let statuses = Arc::new(Mutex::new(statuses.iter()));
    let take = async move |headers: HeaderMap, body: String| {
        let signature = headers["stripe-signature"].to_str().unwrap().to_owned();
        sender.send(Received { signature, body }).unwrap();
        let status = statuses.lock().unwrap().next().copied().unwrap_or(200);
        StatusCode::from_u16(status).unwrap()
    };
    let app = Router::new().route("/webhooks", post(take));
    tokio::spawn(async move { axum::serve(listener, app).await });
    (url, receiver)
}

async fn next(received: &mut mpsc::UnboundedReceiver<Received>) -> Received {
    tokio::time::timeout(Duration::from_secs(10), received.recv()).await.expect("a webhook").unwrap()
}

async fn sandbox_that_tells(url: String) -> Running {
    start(Config { webhook_url: Some(url), ..Config::default() }).await
}

async fn relink(sandbox: &Running) {
    let session = sandbox.relink_session("fcauth_access_expired", &[]).await;
    sandbox.finish(&session, &[("accounts[0]", "fca_access_expired")]).await;
}

#[tokio::test]
async fn a_relink_is_told_with_a_signature_over_what_was_sent() {
    let (url, mut received) = merchant(&[]).await;
    let sandbox = sandbox_that_tells(url).await;
    relink(&sandbox).await;
    let first = next(&mut received).await;
    let event = first.event();
    assert_eq!(event["type"], "financial_connections.account.reactivated");
    assert_eq!(event["data"]["object"]["status"], "active");
    let unix = first.signature["t=".len()..].split(',').next().unwrap().parse().unwrap();
    assert_eq!(first.signature, signature(&first.body, &[Secret::new("whsec_sandbox")], unix));
    assert_eq!(next(&mut received).await.event()["type"], "financial_connections.session.updated");
}

#[tokio::test]
async fn a_webhook_that_was_not_taken_comes_again_as_the_same_event() {
    let (url, mut received) = merchant(&[500, 503]).await;
    let sandbox = sandbox_that_tells(url).await;
    let path = "/v1/test_helpers/financial_connections/accounts/fca_healthy/deactivate";
    sandbox.post(path, &[]).await;
    let ids = [next(&mut received).await, next(&mut received).await, next(&mut received).await];
    let ids: Vec<_> = ids.iter().map(|one| one.event()["id"].clone()).collect();
    assert!(ids[0] == ids[1] && ids[1] == ids[2], "{ids:?}");
}

#[tokio::test]
async fn webhooks_can_be_told_to_come_twice_or_in_reverse() {
    let (url, mut received) = merchant(&[]).await;
    let sandbox = sandbox_that_tells(url).await;
    sandbox.post("/v1/test_helpers/webhooks", &[("mode", "reordered")]).await;
    relink(&sandbox).await;
    assert_eq!(next(&mut received).await.event()["type"], "financial_connections.session.updated");
    assert_eq!(next(&mut received).await.event()["type"], "financial_connections.account.reactivated");
    sandbox.post("/v1/test_helpers/webhooks", &[("mode", "twice")]).await;
    sandbox.post("/v1/financial_connections/accounts/fca_healthy/disconnect", &[]).await;
    assert_eq!(next(&mut received).await.event()["id"], next(&mut received).await.event()["id"]);
}

#[tokio::test]
async fn a_reset_tells_of_the_accounts_that_it_changed_and_of_no_other() {
    let (url, mut received) = merchant(&[]).await;
    let sandbox = sandbox_that_tells(url).await;
    relink(&sandbox).await;
    let path = "/v1/test_helpers/financial_connections/accounts/fca_healthy/deactivate";
    sandbox.post(path, &[]).await;
    for _ in 0..3 {
        next(&mut received).await;
    }
    sandbox.post("/v1/test_helpers/reset", &[]).await;
    let mut told = Vec::new();
    while told.len() < 2 {
        let event = next(&mut received).await.event();
        let object = &event["data"]["object"];
        // Dates that are so many days ahead are others at another second.
        if object["id"] == "fca_access_expired" || object["id"] == "fca_healthy" {
            told.push(format!("{} {} {}", object["id"], object["status"], event["type"]));
        }
        assert_ne!(object["id"], "fca_any", "it is as it was");
    }
    told.sort();
    let of = |account: &str, status: &str, event: &str| {
        format!("\"{account}\" \"{status}\" \"financial_connections.account.{event}\"")
    };
    assert_eq!(
        told,
        [of("fca_access_expired", "inactive", "deactivated"), of("fca_healthy", "active", "reactivated")]
    );
}

#[tokio::test]
async fn a_thin_event_names_the_account_and_says_nothing_of_it() {
    let (url, mut received) = merchant(&[]).await;
    let sandbox = sandbox_that_tells(url).await;
    sandbox.post("/v1/test_helpers/webhooks", &[("payload", "both")]).await;
    let path = "/v1/test_helpers/financial_connections/accounts/fca_healthy/supported_payment_method_types";
    sandbox.post(path, &[("types[]", "")]).await;
    let (snapshot, thin) = (next(&mut received).await.event(), next(&mut received).await.event());
    let name = "financial_connections.account.supported_payment_method_types_updated";
    assert_eq!((&snapshot["type"], &snapshot["object"]), (&name.into(), &"event".into()));
    assert_eq!((&thin["type"], &thin["object"]), (&format!("v1.{name}").into(), &"v2.core.event".into()));
    assert_eq!(thin["related_object"]["id"], "fca_healthy");
    assert_eq!(thin["snapshot_event"], snapshot["id"]);
    assert!(thin.get("data").is_none() && thin["id"] != snapshot["id"]);
}

#[tokio::test]
async fn events_are_as_the_merchants_own_version_shows_them() {
    let (url, mut received) = merchant(&[]).await;
    let sandbox = sandbox_that_tells(url).await;
    sandbox.post("/v1/test_helpers/account", &[("api_version", "2026-10-28.endive")]).await;
    relink(&sandbox).await;
    let event = next(&mut received).await.event();
    assert_eq!(event["type"], "financial_connections.account.reactivated");
    assert_eq!(event["api_version"], "2026-10-28.endive");
    assert_eq!(event["data"]["object"].get("authorization"), None);
    // The stable version has no event of a session.
    let list = sandbox.get("/v1/events").await.body;
    assert_eq!(list["data"].as_array().map(Vec::len), Some(1), "{list}");
}
