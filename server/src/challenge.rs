//! How a program that was not let in learns what to send (RFC 6750): every 401 of the merchant's API and of the relink API
//! names the scheme. The dashboard's and the hosted page's do not: their customers are people.

use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;

const BEARER: HeaderValue = HeaderValue::from_static("Bearer");

/// Adds the header to a 401 of an address below `/v1`. `tokens::identify` does it for the relink API.
pub(crate) async fn challenge(request: Request, next: Next) -> Response {
    let is_ours = request.uri().path().starts_with("/v1/");
    let mut response = next.run(request).await;
    if is_ours {
        ask_for_bearer(&mut response);
    }
    response
}

/// Adds the header to a 401.
pub(crate) fn ask_for_bearer(response: &mut Response) {
    if response.status() == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, BEARER);
    }
}
