//! Static files: the built widget below `/widget/`, as a CDN would serve it.

use crate::config::Config;
use crate::server::Server;
use axum::Router;
use axum::http::{HeaderName, HeaderValue, header};
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

/// The routes, where the folder is configured.
pub(crate) fn routes(config: &Config) -> Router<Server> {
    let Some(folder) = &config.widget_dir else {
        tracing::warn!("WIDGET_DIR is not set: the hosted page shows what it shows without the widget");
        return Router::new();
    };
    // Another origin's page may load the widget: that is what it is for.
    let files = tower::ServiceBuilder::new()
        .layer(always(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .layer(always(HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"))
        .layer(always(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        // Names stay the same within a version, so that every use asks whether the file has changed.
        .layer(always(header::CACHE_CONTROL, "public, no-cache"))
        .service(ServeDir::new(folder));
    Router::new().nest_service("/widget", files)
}

fn always(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value))
}
