//! The HTTP side of the API: keys, forms, idempotency, headers. `api` decides what a request means.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State as Extract};
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use crate::error::{ApiError, masked_key};
use crate::form::{Form, FormError};
use crate::idempotency::{Answer, Known, MAX_KEY};
use crate::shared::Shared;
use crate::version::Version;
use crate::{api, mail, pages};

/// Every address of the sandbox.
pub fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/v1/{*path}", any(answer))
        .merge(pages::router())
        .merge(mail::inbox::router())
        .layer(DefaultBodyLimit::max(64 * 1024))
        .with_state(shared)
}

struct Asked {
    path: String,
    form: Form,
    key: Option<String>,
    version: Option<String>,
    account: Option<String>,
}

async fn answer(
    Extract(shared): Extract<Arc<Shared>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let fault = shared.with(|state| state.take_fault(uri.path()));
    if let Some(fault) = &fault
        && fault.delay_ms > 0
    {
        tokio::time::sleep(Duration::from_millis(fault.delay_ms)).await;
    }
    let asked = read(&uri, &headers, &body);
    let own_version = shared.with(|state| state.version.name);
    let (answer, replayed) = shared.with(|state| {
        let request_id = state.next_request_id();
        let refuse = |error: &ApiError| (answer_of(error, &request_id), false);
        if let Err(error) = check_key(&headers, state.secret_key()) {
            return refuse(&error);
        }
        let asked = match &asked {
            Ok(asked) => asked,
            Err(error) => return refuse(error),
        };
        let key = asked.key.as_deref().filter(|_| method == Method::POST);
        if let Some(key) = key {
            if key.len() > MAX_KEY {
                return refuse(&ApiError::invalid(
                    "idempotency_key",
                    "Idempotency keys can be up to 255 characters long.",
                ));
            }
            match state.answers.look_up(key, &asked.path, &asked.form, state.world.now) {
                Known::New => {}
                Known::Answered(answer) => return (answer, true),
                Known::UsedOtherwise => return refuse(&ApiError::KeyReused(key.to_owned())),
            }
        }
        let result = match fault.as_ref().and_then(|fault| fault.status) {
            Some(status) => Err(ApiError::Fault(status)),
            None => {
                let parts: Vec<&str> =
                    asked.path.trim_start_matches("/v1/").trim_end_matches('/').split('/').collect();
                let version = match asked.version.as_deref() {
                    Some(name) => Version::named(name),
                    None => Ok(state.version),
                };
                version.and_then(|version| {
                    let method = method.as_str();
                    api::answer(state, api::Request { method, path: &parts, form: &asked.form, version })
                })
            }
        };
        let answer = match &result {
            Ok(body) => Answer { status: 200, body: body.to_string(), request_id: request_id.clone() },
            Err(error) => answer_of(error, &request_id),
        };
        if let Some(key) = key
            && result.as_ref().err().is_none_or(ApiError::is_kept)
        {
            state.answers.keep(key, &asked.path, &asked.form, state.world.now, answer.clone());
        }
        (answer, false)
    });
    let mut response = respond(&answer, asked.as_ref().ok(), own_version, replayed);
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    *response.status_mut() = status;
    if let Some(seconds) = fault.and_then(|fault| fault.retry_after) {
        set(&mut response, "retry-after", &seconds.to_string());
    }
    response
}

fn answer_of(error: &ApiError, request_id: &str) -> Answer {
    Answer {
        status: error.status(),
        body: error.body(request_id).to_string(),
        request_id: request_id.to_owned(),
    }
}

fn respond(answer: &Answer, asked: Option<&Asked>, own_version: &str, replayed: bool) -> Response {
    let mut response = answer.body.clone().into_response();
    set(&mut response, "content-type", "application/json");
    set(&mut response, "cache-control", "no-cache, no-store");
    set(&mut response, "request-id", &answer.request_id);
    let version = asked.and_then(|asked| asked.version.as_deref()).unwrap_or(own_version);
    set(&mut response, "stripe-version", version);
    if let Some(account) = asked.and_then(|asked| asked.account.as_deref()) {
        set(&mut response, "stripe-account", account);
    }
    if let Some(key) = asked.and_then(|asked| asked.key.as_deref()) {
        set(&mut response, "idempotency-key", key);
        set(&mut response, "original-request", &answer.request_id);
    }
    if replayed {
        set(&mut response, "idempotent-replayed", "true");
    }
    response
}

fn set(response: &mut Response, name: &'static str, value: &str) {
    if let Ok(value) = header::HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

fn check_key(headers: &HeaderMap, expected: &str) -> Result<(), ApiError> {
    let Some(key) = key_of(headers).filter(|key| !key.is_empty()) else {
        return Err(ApiError::MissingKey);
    };
    if key == expected { Ok(()) } else { Err(ApiError::WrongKey(masked_key(&key))) }
}

/// The key of a request: `Bearer sk_…`, or `Basic` with the key as the name and no password, as `curl -u sk_…:` sends it.
/// The scheme is in any case (RFC 9110, 11.1).
fn key_of(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, given) = text.split_once(' ')?;
    match scheme.to_ascii_lowercase().as_str() {
        "bearer" => Some(given.trim().to_owned()),
        "basic" => {
            let named = String::from_utf8(BASE64_STANDARD.decode(given.trim()).ok()?).ok()?;
            named.split_once(':').map(|(name, _)| name.to_owned())
        }
        _ => None,
    }
}

fn read(uri: &Uri, headers: &HeaderMap, body: &[u8]) -> Result<Asked, ApiError> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let body = std::str::from_utf8(body).map_err(|_| bad_form(&FormError::BadEncoding))?;
    let form = Form::parse(uri.query().unwrap_or_default())
        .and_then(|query| Ok(query.merged(Form::parse(body)?)))
        .map_err(|error| bad_form(&error))?;
    Ok(Asked {
        path: uri.path().to_owned(),
        form,
        key: header("idempotency-key").filter(|key| !key.is_empty()),
        version: header("stripe-version"),
        account: header("stripe-account"),
    })
}

fn bad_form(error: &FormError) -> ApiError {
    match error {
        FormError::TooManyPairs => ApiError::invalid("", "Too many parameters."),
        FormError::BadName(name) => ApiError::invalid(name, format!("Invalid parameter name: {name}")),
        FormError::Conflict(name) => ApiError::invalid(name, format!("{name} is both a value and a hash.")),
        FormError::BadEncoding => ApiError::invalid("", "The request is not valid form encoding in UTF-8."),
    }
}
