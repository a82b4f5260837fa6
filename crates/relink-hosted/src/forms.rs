//! Forms and cookies of our own pages: checks that a POST comes from one of them, and reads it.

use crate::hosted::Hosted;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, header};
use relink_backend::http::text;
use relink_backend::{ApiError, ApiErrorKind};
use std::net::IpAddr;

/// Refuses what a browser says comes from elsewhere. A request without these headers comes from no browser.
pub fn same_origin(hosted: &Hosted, headers: &HeaderMap) -> Result<(), ApiError> {
    from_origin(headers, |origin| is_ours(hosted, headers, origin))
}

/// The same for pages whose origins are those that `is_ours` says.
pub fn from_origin(headers: &HeaderMap, is_ours: impl Fn(&str) -> bool) -> Result<(), ApiError> {
    let elsewhere = |detail: &str| ApiError::new(ApiErrorKind::Forbidden, detail);
    if text(headers, "sec-fetch-site").is_some_and(|site| site != "same-origin") {
        return Err(elsewhere("The request comes from another site (Sec-Fetch-Site)."));
    }
    match text(headers, header::ORIGIN.as_str()) {
        Some(origin) if !is_ours(origin) => Err(elsewhere("The request comes from another origin (Origin).")),
        _ => Ok(()),
    }
}

/// Whether an origin is the one that links lead to, or the one that the browser addressed by a number.
pub fn is_ours(hosted: &Hosted, headers: &HeaderMap, origin: &str) -> bool {
    origin == hosted.settings().link_base || is_addressed(hosted, headers, origin)
}

/// Whether an origin is the one that the browser addressed, by an IP address or as `localhost`. Any other name counts only
/// where the operator has said it: somebody else's may lead to this machine (DNS rebinding).
pub fn is_addressed(hosted: &Hosted, headers: &HeaderMap, origin: &str) -> bool {
    let host = text(headers, header::HOST.as_str()).unwrap_or_default();
    let Ok(authority) = host.parse::<Authority>() else { return false };
    let name = authority.host();
    let number = name.trim_start_matches('[').trim_end_matches(']');
    if name != "localhost" && number.parse::<IpAddr>().is_err() {
        return false;
    }
    let schemes: &[&str] = if hosted.settings().is_https() { &["https"] } else { &["https", "http"] };
    schemes.iter().any(|scheme| origin == format!("{scheme}://{host}"))
}

/// The value of a cookie.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let all = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    let mut pairs = all.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(found, value)| *found == name && !value.is_empty()).map(|(_, value)| value)
}
