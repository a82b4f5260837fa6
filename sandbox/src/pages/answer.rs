//! Answers with the headers that each kind of page needs.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::Markup;
use serde_json::Value;

use crate::world::visit::Frame;

/// A page of the bank. Pages of this machine may frame it; no page may frame a hosted one.
/// `form-action` is absent from hosted pages because their last form is answered with a redirect to the merchant.
pub fn page(markup: Markup, frame: &Frame, severs_opener: bool) -> Response {
    let policy = match frame {
        Frame::Framed(_) => {
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; \
             base-uri 'none'; form-action 'self'; \
             frame-ancestors http://localhost:* http://*.localhost:* http://127.0.0.1:* https://localhost:* https://127.0.0.1:*"
        }
        Frame::Hosted => {
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; \
             base-uri 'none'; frame-ancestors 'none'"
        }
    };
    let mut response = markup.into_string().into_response();
    set(&mut response, "content-type", "text/html; charset=utf-8");
    set(&mut response, "content-security-policy", policy);
    set(&mut response, "referrer-policy", "strict-origin");
    set(&mut response, "cache-control", "no-store");
    set(&mut response, "x-content-type-options", "nosniff");
    if severs_opener {
        set(&mut response, "cross-origin-opener-policy", "same-origin");
    }
    response
}

/// A file of ours.
pub fn asset(text: &'static str, kind: &'static str) -> Response {
    let mut response = text.into_response();
    set(&mut response, "content-type", kind);
    set(&mut response, "cache-control", "no-cache");
    set(&mut response, "x-content-type-options", "nosniff");
    response
}

/// A script that any page may load.
pub fn script_for_everyone(text: &'static str) -> Response {
    let mut response = asset(text, "text/javascript; charset=utf-8");
    set(&mut response, "access-control-allow-origin", "*");
    response
}

/// JSON for our own scripts.
pub fn json(status: StatusCode, body: &Value) -> Response {
    let mut response = (status, body.to_string()).into_response();
    set(&mut response, "content-type", "application/json");
    set(&mut response, "cache-control", "no-store");
    response
}

/// Redirects with a GET.
pub fn see_other(address: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    set(&mut response, "location", address);
    set(&mut response, "cache-control", "no-store");
    set(&mut response, "referrer-policy", "strict-origin");
    response
}

fn set(response: &mut Response, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(header::HeaderName::from_static(name), value);
    }
}
