//! relink-server behind a server that spoils one thing at a time: the suite must name just that.
//! Past 400 lines, since it is a list: one fault, one test.

use crate::running::{Running, serve, start, start_with_cookies};
use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use conformance::{Options, Requirement as R, Verdict, run};
use serde_json::{Value as Json, json};
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};

/// What is done to an answer of the API: status, body, and the request's method and path.
type Spoil = fn(&mut Response, &mut Json, &str);

async fn unmet(running: &Running, router: Router, to_the_bank: bool) -> Vec<R> {
    let base = serve(router).await;
    let (url, webhook) = (format!("{base}/relink"), Some(format!("{base}/webhooks/stripe")));
    let sandbox = running.options.sandbox.clone().filter(|_| to_the_bank);
    unmet_with(&Options { url, webhook, sandbox, ..running.options.clone() }).await
}

async fn unmet_with(options: &Options) -> Vec<R> {
    let report = run(options).await.expect("it answers");
    let unmet =
        report.findings().into_iter().filter(|finding| matches!(finding.verdict, Verdict::Unmet { .. }));
    unmet.map(|finding| finding.requirement).collect()
}

/// What the suite finds unmet when each answer is spoiled so; with sessions that end at the bank, or without.
async fn spoiled_to_the_bank(spoil: Spoil) -> Vec<R> {
    spoiled_until(spoil, true).await
}

/// The same where data is shared from any number of accounts.
async fn spoiled_where_several_are_taken(spoil: Spoil) -> Vec<R> {
    let running = start().await;
    let base = serve(spoiling(&running, spoil)).await;
    unmet_with(&Options { url: format!("{base}/relink-data"), ..running.options.clone() }).await
}

async fn spoiled(spoil: Spoil) -> Vec<R> {
    spoiled_until(spoil, false).await
}

async fn spoiled_until(spoil: Spoil, to_the_bank: bool) -> Vec<R> {
    let running = start().await;
    unmet(&running, spoiling(&running, spoil), to_the_bank).await
}

fn spoiling(running: &Running, spoil: Spoil) -> Router {
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
    running.router.clone().layer(from_fn(spoil))
}

/// What it finds, with sessions that end at the bank, when the body of each request is changed on its way.
async fn rewritten(rewrite: fn(&mut Json)) -> Vec<R> {
    let running = start().await;
    let rewrite = move |request: Request, next: Next| async move {
        let (mut parts, body) = request.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
        let mut json = serde_json::from_slice(&bytes).unwrap_or(Json::Null);
        let before = json.clone();
        rewrite(&mut json);
        parts.headers.remove(header::CONTENT_LENGTH);
        let bytes = if json == before { bytes } else { Bytes::from(json.to_string()) };
        next.run(Request::from_parts(parts, Body::from(bytes))).await
    };
    unmet(&running, running.router.clone().layer(from_fn(rewrite)), true).await
}

/// What it finds when each request to a backend with cookies is changed on its way.
async fn misled(mislead: fn(&mut Request)) -> Vec<R> {
    let running = start_with_cookies().await;
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
async fn a_confirmation_that_leads_to_nothing() {
    let found = spoiled(|_, json, _| {
        if is_session(json) && json["status"] == "pending" {
            json["handoff"] = json!({"type": "confirm"});
        }
    });
    assert_eq!(found.await, [R::Confirmed, R::RelinkedAgain, R::SucceededStays, R::ForeignChoice]);
}

#[tokio::test]
async fn the_wrong_status_of_a_new_session() {
    let found = spoiled_to_the_bank(|response, _, _| {
        if response.status() == StatusCode::CREATED {
            *response.status_mut() = StatusCode::OK;
        }
    });
    assert_eq!(found.await, [R::Create201, R::Healthy, R::OutageOver]);
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
        static ASKED: AtomicI64 = AtomicI64::new(0);
        if is_session(json) {
            json["expires_in"] = json!(1800 - ASKED.fetch_add(1, Ordering::SeqCst) % 90);
        }
    });
    assert_eq!(found.await, [R::KeySame, R::KeyAtOnce, R::RelinkedAgain, R::Restart, R::CancelAgain]);
}

#[tokio::test]
async fn a_backend_that_ignores_keys() {
    let found = misled(|request| {
        static ASKED: AtomicU32 = AtomicU32::new(0);
        let next = ASKED.fetch_add(1, Ordering::SeqCst);
        let key = HeaderValue::try_from(format!("key-{next}")).expect("a key");
        if request.method() == "POST" {
            request.headers_mut().insert("idempotency-key", key);
        }
    });
    // Two at once may get one session all the same: what is open is given again.
    let expected = [R::KeySame, R::KeyNoSecondAct, R::KeyOtherRefused, R::KeyMissingRefused];
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

#[tokio::test]
async fn a_session_that_names_neither_an_authorization_nor_an_account() {
    let found = spoiled(|_, json, _| {
        if is_session(json) {
            json["relink_options"] = json!({"authorization": null, "account": null});
        }
    });
    assert_eq!(found.await, [R::CreateShape, R::AuthorizationAlone, R::SessionShape]);
}

#[tokio::test]
async fn a_backend_that_ignores_which_accounts_were_chosen() {
    let found = rewritten(|json| {
        if json["accounts"].as_array().is_some_and(|ids| ids.iter().all(Json::is_string)) {
            json["accounts"] = json!([]);
        }
    });
    assert_eq!(found.await, [R::ForeignChoice]);
}

#[tokio::test]
async fn a_backend_that_chooses_in_the_customers_place() {
    let found = spoiled_where_several_are_taken(|_, json, to| {
        let is_to_choose = json["status"] == "pending" && json["relink_result"].is_object();
        if to.starts_with("GET") && is_to_choose {
            json["status"] = json!("succeeded");
            json["handoff"] = Json::Null;
        }
    });
    assert_eq!(found.await, [R::ToChoose]);
}

#[tokio::test]
async fn a_chosen_account_that_is_not_shown() {
    let found = spoiled_to_the_bank(|_, json, _| {
        if json["relink_options"]["account"].is_null() && json["status"] == "succeeded" {
            json["accounts"].as_array_mut().map(|accounts| accounts.remove(0));
        }
    });
    assert_eq!(found.await, [R::Chosen]);
}

#[tokio::test]
async fn an_authorization_that_becomes_one_account() {
    let found = rewritten(|json| {
        if json["authorization"] == "fcauth_any" {
            *json = json!({"account": "fca_any", "locale": "en"});
        }
    });
    assert_eq!(found.await, [R::AuthorizationAlone]);
}

#[tokio::test]
async fn a_foreign_account_that_becomes_one_of_the_customers() {
    let found = rewritten(|json| {
        if json["account"] == "fca_other" {
            json["account"] = json!("fca_access_expired");
        }
    });
    assert_eq!(found.await, [R::ForeignAccount]);
}

#[tokio::test]
async fn a_healthy_account_that_is_refused() {
    let found = spoiled_to_the_bank(|response, json, to| {
        if to == "POST /relink/sessions" && json["accounts"][0]["status"] == "active" {
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            let problem = HeaderValue::from_static("application/problem+json");
            response.headers_mut().insert(header::CONTENT_TYPE, problem);
            *json = json!({"code": "not_relinkable", "request_id": "req_healthy"});
        }
    });
    assert_eq!(found.await, [R::Healthy]);
}

#[tokio::test]
async fn a_closed_account_that_the_customer_is_sent_to_the_bank_for() {
    let found = spoiled_to_the_bank(|_, json, to| {
        let action = "/accounts/0/status_details/inactive/action";
        if to == "POST /relink/sessions"
            && let Some(action) = json.pointer_mut(action)
        {
            *action = json!("relink_required");
        }
    });
    assert_eq!(found.await, [R::Closed]);
}

#[tokio::test]
async fn events_whose_signature_nobody_looks_at() {
    let found = spoiled(|response, _, to| {
        if to == "POST /webhooks/stripe" {
            *response.status_mut() = StatusCode::OK;
        }
    });
    assert_eq!(found.await, [R::WebhookSigned]);
}

#[tokio::test]
async fn an_event_that_is_an_error_the_second_time() {
    let found = spoiled(|response, _, to| {
        static TAKEN: AtomicU32 = AtomicU32::new(0);
        let is_taken = to == "POST /webhooks/stripe" && response.status().is_success();
        if is_taken && TAKEN.fetch_add(1, Ordering::SeqCst) == 1 {
            *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        }
    });
    assert_eq!(found.await, [R::WebhookTwice]);
}

#[tokio::test]
async fn a_session_that_an_event_has_ended_and_that_cannot_be_completed_any_more() {
    let found = spoiled_to_the_bank(|response, json, to| {
        static TAKEN: AtomicU32 = AtomicU32::new(0);
        if to == "POST /webhooks/stripe" && response.status().is_success() {
            TAKEN.fetch_add(1, Ordering::SeqCst);
        }
        // The third event that is taken is the one about a session whose customer has agreed.
        if to.ends_with("/complete")
            && TAKEN.compare_exchange(3, 4, Ordering::SeqCst, Ordering::SeqCst).is_ok()
        {
            *response.status_mut() = StatusCode::CONFLICT;
            let problem = HeaderValue::from_static("application/problem+json");
            response.headers_mut().insert(header::CONTENT_TYPE, problem);
            *json = json!({"code": "session_consumed", "request_id": "req_consumed"});
        }
    });
    assert_eq!(found.await, [R::WebhookFirst]);
}

#[tokio::test]
async fn an_event_that_is_refused_once_its_session_has_ended() {
    let found = spoiled_to_the_bank(|response, _, to| {
        static TAKEN: AtomicU32 = AtomicU32::new(0);
        let is_taken = to == "POST /webhooks/stripe" && response.status().is_success();
        // The fourth is about the session that the third has ended.
        if is_taken && TAKEN.fetch_add(1, Ordering::SeqCst) == 3 {
            *response.status_mut() = StatusCode::CONFLICT;
        }
    });
    assert_eq!(found.await, [R::WebhookAfter]);
}

#[tokio::test]
async fn a_backend_that_forgets_when_it_is_started_again() {
    let running = start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let mark = folder.path().join("started-again");
    let seen = mark.clone();
    let forget = move |request: Request, next: Next| {
        let seen = seen.clone();
        async move {
            let forgets = seen.exists() && request.method() == "GET";
            let mut response = next.run(request).await;
            if forgets {
                *response.status_mut() = StatusCode::NOT_FOUND;
                let problem = HeaderValue::from_static("application/problem+json");
                response.headers_mut().insert(header::CONTENT_TYPE, problem);
                response.headers_mut().remove(header::CONTENT_LENGTH);
                let body = json!({"code": "session_not_found", "request_id": "req_forgotten"});
                *response.body_mut() = Body::from(body.to_string());
            }
            response
        }
    };
    let base = serve(running.router.clone().layer(from_fn(forget))).await;
    let restart = Some(format!("touch '{}'", mark.display()));
    let options =
        Options { url: format!("{base}/relink"), restart, sandbox: None, ..running.options.clone() };
    assert_eq!(unmet_with(&options).await, [R::Restart]);
}
