//! Headers on every answer, from any route.

use axum::Router;
use axum::http::{HeaderValue, header};
use tower_http::set_header::SetResponseHeaderLayer;

/// For a year, after each visit, a browser does not ask by plain HTTP. Other names below the same domain are the
/// merchant's own affair.
const HSTS: &str = "max-age=31536000";

/// The outermost layer.
pub(crate) fn protect(router: Router, is_https: bool) -> Router {
    let if_none = |name, value| SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value));
    let router = router.layer(if_none(header::X_CONTENT_TYPE_OPTIONS, "nosniff"));
    if is_https { router.layer(if_none(header::STRICT_TRANSPORT_SECURITY, HSTS)) } else { router }
}
