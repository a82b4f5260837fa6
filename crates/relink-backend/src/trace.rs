//! The outermost layer: gives each request an id, logs one line for it, and writes every error as a problem
//! document that carries the id. What is logged is method, route, status and time: never a query, header or body.
//! A request that belongs to a trace (W3C's `traceparent`) continues it: the log has the trace's id, and calls to
//! Stripe carry it. The `traceresponse` header tells the caller where to find the request in the traces.
//! It can wrap a part of an app and the whole app: an inner layer keeps the outer one's id and logs nothing.

use crate::counts;
use crate::error::{ApiError, PROBLEM_JSON};
use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use relink_stripe::traceparent::{self, TraceParent};
use std::time::Instant;
use tracing::Instrument;
use tracing::field::Empty;

/// A request's id, in its extensions and in the log.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

/// The header that gives the client the request's id.
pub const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The header that says which trace a request belongs to.
const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// The header that says where in its trace a request was served.
pub const TRACERESPONSE: HeaderName = HeaderName::from_static("traceresponse");

/// The layer.
pub async fn trace(mut request: Request, next: Next) -> Response {
    if let Some(RequestId(id)) = request.extensions().get::<RequestId>().cloned() {
        let response = next.run(request).await;
        return with_document(response, &id);
    }
    let id = relink_seal::random_id("req");
    let begun = Instant::now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map(|route| route.as_str().to_owned());
    let route = route.unwrap_or_else(|| "(no route)".into());
    let parent = request.headers().get(TRACEPARENT).and_then(|header| header.to_str().ok());
    let parent = parent.and_then(TraceParent::parse);
    // What has a dot in its name is for traces; the log's line has it anyway.
    let span = tracing::info_span!(
        "request",
        request_id = %id,
        trace_id = Empty,
        otel.kind = "server",
        otel.name = format!("{method} {route}"),
        http.request.method = %method,
        http.route = route,
        http.response.status_code = Empty,
    );
    if let Some(parent) = &parent {
        span.record("trace_id", parent.trace_id());
    }
    request.extensions_mut().insert(RequestId(id.clone()));
    let response = traceparent::within(parent, next.run(request)).instrument(span.clone()).await;
    let _entered = span.enter();
    let mut response = with_document(response, &id);
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(X_REQUEST_ID, value);
    }
    if let Some(Ok(value)) = traceparent::served(parent).map(|served| HeaderValue::from_str(&served)) {
        response.headers_mut().insert(TRACERESPONSE, value);
    }
    counts::served(&method, &route, response.status(), begun.elapsed());
    span.record("http.response.status_code", response.status().as_u16());
    tracing::info!(
        %method,
        route,
        status = response.status().as_u16(),
        ms = begun.elapsed().as_millis() as u64,
        "served"
    );
    response
}

/// The answer with the problem document of its error, where it is one and none is written yet.
fn with_document(response: Response, id: &str) -> Response {
    let Some(error) = error_of(&response) else { return response };
    tracing::info!(code = error.kind.code().as_str(), detail = %error.detail, "answered with a problem");
    let allow = response.headers().get(header::ALLOW).cloned();
    let mut response = error.response(id);
    if let Some(allow) = allow {
        response.headers_mut().insert(header::ALLOW, allow);
    }
    response
}

/// The error of an answer whose document is not written yet: a handler's own, or one of the framework's.
pub fn error_of(response: &Response) -> Option<ApiError> {
    if let Some(error) = response.extensions().get::<ApiError>() {
        return Some(error.clone());
    }
    let kind =
        response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.starts_with(PROBLEM_JSON) || kind.starts_with("text/html") {
        return None;
    }
    ApiError::of_status(response.status())
}
