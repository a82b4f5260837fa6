//! Static files: the built widget, as a CDN would serve it. Below `/widget/` every use asks whether a file has changed. Below
//! `/widget/by-hash/HASH/`, with the hash of the loader, which knows those of all the rest, nobody asks again: the pages of this
//! server name that one.

use crate::config::Config;
use crate::server::Server;
use axum::Router;
use axum::http::{HeaderName, HeaderValue, header};
use relink_seal::fingerprint;
use std::path::Path;
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

/// The file of the widget that pages load.
pub(crate) const LOADER: &str = "relink-widget.js";
/// Kept, and asked for again at each use.
const ASKED: &str = "public, no-cache";
/// Kept for a year, and not asked for meanwhile.
const KEPT: &str = "public, max-age=31536000, immutable";

/// The routes, where the folder is configured.
pub(crate) fn routes(config: &Config) -> Router<Server> {
    let Some(folder) = &config.widget_dir else {
        tracing::warn!("WIDGET_DIR is not set: the hosted page shows what it shows without the widget");
        return Router::new();
    };
    // While one version replaces another, an instance is asked for the other's files too. What it answers is its own, and must
    // not be kept.
    let router = Router::new()
        .nest("/widget", files(folder, ASKED))
        .nest("/widget/by-hash/{hash}", files(folder, ASKED));
    match address(folder) {
        Some(address) => router.nest(&address, files(folder, KEPT)),
        None => router,
    }
}

/// Where that folder's files can be cached. `None` if it has no loader, which `check` reports.
pub(crate) fn address(folder: &Path) -> Option<String> {
    let loader = std::fs::read(folder.join(LOADER)).ok()?;
    Some(format!("/widget/by-hash/{}", &fingerprint(&[&loader])[..16]))
}

/// The files. Another origin's page may load the widget: that is what it is for.
fn files(folder: &Path, kept: &'static str) -> Router<Server> {
    Router::new()
        .fallback_service(ServeDir::new(folder).precompressed_br())
        .layer(always(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .layer(always(HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"))
        .layer(always(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(always(header::VARY, "accept-encoding"))
        .layer(always(header::CACHE_CONTROL, kept))
}

fn always(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value))
}
