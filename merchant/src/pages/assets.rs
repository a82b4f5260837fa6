//! The shop's own files, compiled in so that the program is one file.

use crate::fault::{Fault, Kind};
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

const FILES: &[(&str, &str, &str)] = &[
    ("shop.css", "text/css; charset=utf-8", include_str!("../../shop/shop.css")),
    ("shop.js", "text/javascript; charset=utf-8", include_str!("../../shop/shop.js")),
    ("developers.js", "text/javascript; charset=utf-8", include_str!("../../shop/developers.js")),
    ("hosted.js", "text/javascript; charset=utf-8", include_str!("../../shop/hosted.js")),
    ("mark.svg", "image/svg+xml", include_str!("../../shop/mark.svg")),
];

/// One of the files.
pub async fn asset(Path(name): Path<String>, headers: HeaderMap) -> Result<Response, Fault> {
    let found = FILES.iter().find(|(known, ..)| *known == name);
    let (_, kind, text) = found.ok_or_else(|| Fault::new(Kind::NoSuchRoute, "There is no such file."))?;
    let tag = format!("\"{}\"", crate::seal::fingerprint(&[text.as_bytes()]));
    if headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes()) {
        return Ok(StatusCode::NOT_MODIFIED.into_response());
    }
    let mut response = (*text).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(HeaderName::from_static("x-content-type-options"), HeaderValue::from_static("nosniff"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    Ok(response)
}

/// What browsers ask for unasked.
pub async fn favicon(headers: HeaderMap) -> Result<Response, Fault> {
    asset(Path("mark.svg".into()), headers).await
}
