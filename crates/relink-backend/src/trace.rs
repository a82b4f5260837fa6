//! The outermost layer: gives each request an id, logs one line for it, and writes every error as a problem
//! document that carries the id. What is logged is method, path, status and time: never a query, header or body.

use crate::fault::Fault;
use crate::pages;
use crate::seal;
use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use std::time::Instant;
use tracing::Instrument;

/// What the log knows a request by.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The layer.
pub async fn trace(mut request: Request, next: Next) -> Response {
    let id = seal::random_id("req");
    let begun = Instant::now();
    let method = request.method().clone();
    let path = match request.extensions().get::<MatchedPath>() {
        Some(route) => route.as_str().to_owned(),
        None => "(no route)".to_owned(),
    };
    let wants_page = wants_page(&request);
    let span = tracing::info_span!("request", request_id = %id);
    request.extensions_mut().insert(RequestId(id.clone()));
    let mut response = next.run(request).instrument(span.clone()).await;
    let _entered = span.enter();
    if let Some(fault) = fault(&response) {
        tracing::info!(code = fault.kind.code().as_str(), detail = %fault.detail, "answered with a problem");
        let allow = response.headers().get(header::ALLOW).cloned();
        response = if wants_page { pages::problem(&fault, &id) } else { fault.response(&id) };
        if let Some(allow) = allow {
            response.headers_mut().insert(header::ALLOW, allow);
        }
    }
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(X_REQUEST_ID, value);
    }
    tracing::info!(
        %method,
        route = path,
        status = response.status().as_u16(),
        ms = begun.elapsed().as_millis() as u64,
        "served"
    );
    response
}

/// Whether a browser is going to show the answer to a person: then an error is a page too.
fn wants_page(request: &Request) -> bool {
    let accepts =
        request.headers().get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    let is_api = ["/relink", "/webhooks", "/v1"].iter().any(|api| request.uri().path().starts_with(api));
    accepts.contains("text/html") && !is_api
}

/// The fault of an answer whose document is not written yet: a handler's own, or one of the framework's.
fn fault(response: &Response) -> Option<Fault> {
    if let Some(fault) = response.extensions().get::<Fault>() {
        return Some(fault.clone());
    }
    let kind =
        response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.starts_with(crate::fault::PROBLEM_JSON) || kind.starts_with("text/html") {
        return None;
    }
    Fault::of_status(response.status())
}
