//! Tells a rejected program what to send (RFC 6750): every 401 of the merchant's API and of the relink API names the
//! scheme. Those of the dashboard and the hosted page do not: people use them.

use crate::config::Config;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use std::sync::Arc;

/// The first parts of the paths that require a bearer token.
pub(crate) fn doors(config: &Config) -> Arc<[String]> {
    let relink = config.profiles.iter().filter_map(|profile| profile.path.clone());
    std::iter::once(String::from("/v1")).chain(relink).collect()
}

/// Adds the header to a 401 behind one of those doors.
pub(crate) async fn challenge(State(doors): State<Arc<[String]>>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let is_ours =
        doors.iter().any(|door| path.strip_prefix(door.as_str()).is_some_and(|rest| rest.starts_with('/')));
    let mut response = next.run(request).await;
    if is_ours && response.status() == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}
