//! The reference merchant behind a server that spoils one thing at a time: the suite must name just that.

use crate::running::{Running, serve, start};
use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use conformance::{Options, Requirement as R, Verdict, run};
use serde_json::{Value as Json, json};

/// What is done to an answer of the API: status, body, and the request's method and path.
type Spoil = fn(&mut Response, &mut Json, &str);

async fn unmet(running: &Running, router: Router, to_the_bank: bool) -> Vec<R> {
    let url = format!("{}/relink", serve(router).await);
    let sandbox = running.options.sandbox.clone().filter(|_| to_the_bank);
    let options = Options { url, sandbox, ..running.options.clone() };
    let report = run(&options).await.expect("it answers");
    let unmet =
        report.findings().into_iter().filter(|finding| matches!(finding.verdict, Verdict::Unmet { .. }));
    unmet.map(|finding| finding.requirement).collect()
}

/// What the suite finds unmet when each answer is spoiled so; with sessions that end at the bank, or without.
async fn spoiled_to_the_bank(spoil: Spoil) -> Vec<R> {
    spoiled_until(spoil, true).await
}

async fn spoiled(spoil: Spoil) -> Vec<R> {
    spoiled_until(spoil, false).await
}

async fn spoiled_until(spoil: Spoil, to_the_bank: bool) -> Vec<R> {
    let running = start().await;
    let spoil = move |request: Request, next: Next| async move {
        let to = format!("{} {}", request.method(), request.uri().path());
        let (parts, body) = next.run(request).await.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
        let mut json = serde_json::from_slice(&bytes).unwrap_or(Json::Null);
        let before = json.clone();
        let mut response = Response::from_parts(parts, Body::empty());
        spoil(&mut response, &mut json, &to);
        let bytes = if json == before { bytes } else { Bytes::from(json.to_string()) };
        response.headers_mut().remove(header::CONTENT_LENGTH);
        *response.body_mut() = Body::from(bytes);
        response
    };
    unmet(&running, running.router.clone().layer(from_fn(spoil)), to_the_bank).await
}

/// What it finds when each request is changed on its way.
async fn misled(mislead: fn(&mut Request)) -> Vec<R> {
    let running = start().await;
    let mislead = move |mut request: Request, next: Next| async move {
        mislead(&mut request);
        next.run(request).await
    };
    unmet(&running, running.router.clone().layer(from_fn(mislead)), false).await
}

fn is_session(json: &Json) -> bool {
    json["object"] == "relink_session"
}

#[tokio::test]
async fn the_wrong_status_of_a_new_session() {
    let found = spoiled_to_the_bank(|response, _, _| {
        if response.status() == StatusCode::CREATED {
            *response.status_mut() = StatusCode::OK;
        }
    });
    assert_eq!(found.await, [R::Create201, R::OutageOver]);
}

#[tokio::test]
async fn sessions_that_caches_keep() {
    let found = spoiled(|response, _, _| drop(response.headers_mut().remove(header::CACHE_CONTROL)));
    assert_eq!(found.await, [R::NoStore]);
}

#[tokio::test]
async fn errors_that_are_plain_json_without_a_code() {
    let found = spoiled(|response, json, _| {
        if !response.status().is_success() {
            response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
            json["request_id"] = Json::Null;
        }
    });
    assert_eq!(found.await, [R::Problems]);
}

#[tokio::test]
async fn a_field_that_is_missing_and_one_of_another_type() {
    let found = spoiled(|_, json, _| {
        if is_session(json) {
            json["merchant"] = json!({});
            json["expires_at"] = json!("tomorrow");
        }
    });
    assert_eq!(found.await, [R::CreateShape, R::CreateTimes, R::SessionShape]);
}

#[tokio::test]
async fn seconds_that_are_milliseconds() {
    let found = spoiled(|_, json, _| {
        if let Some(seconds) = json["expires_at"].as_i64() {
            json["expires_at"] = json!(seconds * 1000);
        }
    });
    assert_eq!(found.await, [R::CreateShape, R::CreateTimes, R::SessionShape]);
}

#[tokio::test]
async fn an_answer_that_is_made_anew_for_a_key() {
    let found = spoiled_to_the_bank(|_, json, _| {
        static ASKED: std::sync::atomic::AtomicI64 = std::sync::atomic::AtomicI64::new(0);
        if is_session(json) {
            json["expires_in"] = json!(1800 - ASKED.fetch_add(1, std::sync::atomic::Ordering::SeqCst) % 90);
        }
    });
    assert_eq!(found.await, [R::KeySame, R::KeyAtOnce, R::RelinkedAgain, R::CancelAgain]);
}

#[tokio::test]
async fn a_backend_that_ignores_keys() {
    let found = misled(|request| {
        static ASKED: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
        let next = ASKED.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        let key = HeaderValue::try_from(format!("key-{next}")).expect("a key");
        if request.method() == "POST" {
            request.headers_mut().insert("idempotency-key", key);
        }
    });
    let expected = [R::KeySame, R::KeyAtOnce, R::KeyNoSecondAct, R::KeyOtherRefused, R::KeyMissingRefused];
    let found = found.await;
    assert!(expected.iter().all(|requirement| found.contains(requirement)), "{found:?}");
}

#[tokio::test]
async fn secrets_where_they_do_not_belong() {
    let found = spoiled(|_, json, _| {
        if is_session(json) {
            json["stripe"] = json!({"client_secret": "fcsess_1_secret_planted"});
            json["accounts"][0]["balance"] = json!({"current": {"usd": 1}});
        }
    });
    assert_eq!(found.await, [R::NoSecrets, R::NoPrivateData]);
}

#[tokio::test]
async fn a_client_secret_of_a_session_that_has_ended() {
    let found = spoiled(|_, json, _| {
        if is_session(json) && json["handoff"].is_null() {
            json["handoff"] = json!({"type": "stripe_js", "publishable_key": "pk_test_1", "client_secret": "fcsess_1_secret_1"});
        }
    });
    assert_eq!(found.await, [R::SpentHandoff]);
}

#[tokio::test]
async fn a_backend_that_believes_the_browser() {
    let found = spoiled_to_the_bank(|response, json, to| {
        if to.ends_with("/complete") && response.status() == StatusCode::OK {
            json["status"] = json!("succeeded");
        }
    });
    let found = found.await;
    assert!(found.starts_with(&[R::BelievesStripe]) && found.contains(&R::WrongLogin), "{found:?}");
}

#[tokio::test]
async fn unknown_sessions_with_another_code() {
    let found = spoiled(|response, json, _| {
        if response.status() == StatusCode::NOT_FOUND {
            json["code"] = json!("not_found");
        }
    });
    let expected = [R::UnknownRead, R::UnknownComplete, R::UnknownCancel, R::Foreign, R::Problems];
    assert_eq!(found.await, expected);
}

#[tokio::test]
async fn a_test_key_that_calls_itself_live() {
    let found = spoiled(|_, json, _| {
        if is_session(json) {
            json["livemode"] = json!(true);
        }
    });
    assert_eq!(found.await, [R::Livemode]);
}

#[tokio::test]
async fn another_sites_page_that_is_let_in_and_may_read() {
    let found = spoiled(|response, _, _| {
        let any = HeaderValue::from_static("*");
        response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, any);
    });
    assert_eq!(found.await, [R::Cors]);
    let found = misled(|request| {
        request.headers_mut().remove(header::ORIGIN);
        request.headers_mut().remove("sec-fetch-site");
    });
    assert_eq!(found.await, [R::CrossSite]);
}

#[tokio::test]
async fn a_body_of_any_type_is_taken() {
    let found = misled(|request| {
        request.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    });
    assert_eq!(found.await, [R::PlainForm]);
}
