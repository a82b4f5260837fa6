//! The shop's own files, compiled in so that the program is one file.

use crate::trouble::Trouble;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::hash::{DefaultHasher, Hash, Hasher};

const FILES: &[(&str, &str, &str)] = &[
    ("shop.css", "text/css; charset=utf-8", include_str!("../../assets/shop.css")),
    ("shop.js", "text/javascript; charset=utf-8", include_str!("../../assets/shop.js")),
    ("token.js", "text/javascript; charset=utf-8", include_str!("../../assets/token.js")),
    ("developers.js", "text/javascript; charset=utf-8", include_str!("../../assets/developers.js")),
    ("mark.svg", "image/svg+xml", include_str!("../../assets/mark.svg")),
];

/// One of the files.
pub async fn asset(Path(name): Path<String>, headers: HeaderMap) -> Result<Response, Trouble> {
    let found = FILES.iter().find(|(known, ..)| *known == name);
    let (_, kind, text) = *found.ok_or(Trouble::NotFound)?;
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    let tag = format!("\"{:016x}\"", hasher.finish());
    if headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes()) {
        return Ok(StatusCode::NOT_MODIFIED.into_response());
    }
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "no-cache"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::ETAG, tag.as_str()),
    ];
    Ok((headers, text).into_response())
}

/// What browsers ask for unasked.
pub async fn favicon(headers: HeaderMap) -> Result<Response, Trouble> {
    asset(Path("mark.svg".into()), headers).await
}
