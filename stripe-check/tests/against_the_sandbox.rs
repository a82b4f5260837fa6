//! The check itself, with a sandbox in Stripe's place: what is the same is found to be the same, and what is not is named.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, Method, StatusCode, Uri};
use relink_wire::{Json, Secret};
use reqwest::Url;
use serde_json::json;
use std::sync::{Arc, Mutex};
use stripe_check::{Options, Report, check};
use tokio::net::TcpListener;

const KEY: &str = "sk_test_sandbox";

async fn sandbox() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(sandbox::serve(listener, sandbox::Config::default()));
    base
}

async fn compare(base: &str, writes: bool) -> Report {
    let base = Url::parse(base).expect("an address");
    let version = relink_stripe::API_VERSION.to_owned();
    check(Options { key: Secret::new(KEY), base, version, writes }).await.expect("a comparison")
}

#[tokio::test]
async fn the_sandbox_is_like_itself_and_nothing_is_created_without_being_asked_for() {
    let base = sandbox().await;
    let front = Front::before(&base, |_, _| {}).await;
    let report = compare(&front.base, false).await;
    assert_eq!(report.differences, 0, "{}", report.text);
    assert!(
        report.text.contains("not compared") && report.text.contains("session: Stripe gave none"),
        "{}",
        report.text
    );
    assert!(front.methods().iter().all(|method| method == Method::GET), "reads alone");
    let report = compare(&front.base, true).await;
    assert_eq!(report.differences, 0, "{}", report.text);
    assert!(
        report.text.contains("session") && !report.text.contains("session: Stripe gave none"),
        "{}",
        report.text
    );
    assert!(front.methods().contains(&Method::POST));
    assert!(!report.text.contains(KEY) && !report.text.contains("fca_") && !report.text.contains("cus_"));
}

#[tokio::test]
async fn a_shape_that_has_changed_is_found_and_what_it_holds_is_not_printed() {
    let base = sandbox().await;
    let front = Front::before(&base, |path, body| match path {
        "/v1/financial_connections/accounts" => {
            for account in body["data"].as_array_mut().into_iter().flatten() {
                account["mood"] = json!("planted");
                account["created"] = json!("yesterday");
                account["status_details"] = json!({"paused": {"until": 1}});
                account["category"] = json!("crypto");
            }
        }
        "/v1/financial_connections/accounts/fca_of_nobody" => body["error"]["code"] = json!("not_here"),
        _ => {}
    });
    let report = compare(&front.await.base, false).await;
    for place in [
        "account.mood ",
        "account.created ",
        "account.status_details.paused ",
        "account.category=crypto ",
        "an account that there is not ",
    ] {
        assert!(report.text.contains(place), "{place} in {}", report.text);
    }
    assert!(report.text.contains("not_here") && !report.text.contains("planted"), "{}", report.text);
    assert_eq!(report.differences, 5, "{}", report.text);
}

/// Stands before a sandbox, and changes its answers.
struct Front {
    base: String,
    seen: Arc<Mutex<Vec<Method>>>,
}

type Change = Arc<dyn Fn(&str, &mut Json) + Send + Sync>;

#[derive(Clone)]
struct Behind {
    base: String,
    change: Change,
    seen: Arc<Mutex<Vec<Method>>>,
    http: reqwest::Client,
}

impl Front {
    async fn before(sandbox: &str, change: impl Fn(&str, &mut Json) + Send + Sync + 'static) -> Self {
        let seen = Arc::new(Mutex::default());
        let behind = Behind {
            base: sandbox.into(),
            change: Arc::new(change),
            seen: Arc::clone(&seen),
            http: reqwest::Client::new(),
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let router = Router::new().fallback(pass).with_state(behind);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { base, seen }
    }

    fn methods(&self) -> Vec<Method> {
        self.seen.lock().expect("nobody panicked").clone()
    }
}

async fn pass(
    State(behind): State<Behind>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, HeaderMap, String) {
    behind.seen.lock().expect("nobody panicked").push(method.clone());
    let mut request = behind.http.request(method, format!("{}{uri}", behind.base)).body(body);
    for name in ["authorization", "content-type", "idempotency-key", "stripe-version"] {
        if let Some(value) = headers.get(name) {
            request = request.header(name, value);
        }
    }
    let response = request.send().await.expect("an answer");
    let mut told = HeaderMap::new();
    for name in ["request-id", "stripe-version", "idempotent-replayed"] {
        if let Some(value) = response.headers().get(name) {
            told.insert(HeaderName::from_static(name), value.clone());
        }
    }
    let status = response.status();
    let mut body: Json = serde_json::from_str(&response.text().await.expect("a body")).expect("JSON");
    (behind.change)(uri.path(), &mut body);
    (status, told, body.to_string())
}
