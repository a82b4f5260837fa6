//! Which pages of other origins may call the relink API: exactly those that the operator listed, and without cookies.
//! The API for the merchant's server, the dashboard and the hosted page are closed to other origins.

use axum::http::{HeaderName, HeaderValue, Method, header};
use relink_backend::trace::{TRACERESPONSE, X_REQUEST_ID};
use std::time::Duration;
use tower_http::cors::{AllowOrigin, CorsLayer};

/// How long a browser need not ask again: two hours, the most that Chromium keeps.
const MAX_AGE: Duration = Duration::from_secs(7200);

/// The layer for these origins.
pub(crate) fn layer(origins: &[String]) -> CorsLayer {
    let origins = origins.iter().filter_map(|origin| HeaderValue::from_str(origin).ok());
    CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins))
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            HeaderName::from_static("idempotency-key"),
            HeaderName::from_static("traceparent"),
            HeaderName::from_static("x-csrf-token"),
        ])
        .expose_headers([
            header::RETRY_AFTER,
            header::DATE,
            X_REQUEST_ID,
            TRACERESPONSE,
            HeaderName::from_static("idempotent-replayed"),
        ])
        .max_age(MAX_AGE)
}
