//! Static files: the built widget below `/widget/`, as a CDN would serve it, and the gallery below `/gallery/`.

use crate::app::App;
use crate::config::Config;
use axum::Router;
use axum::http::{HeaderName, HeaderValue, header};
use std::path::Path;
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

/// The routes of the folders that are configured.
pub fn routes(config: &Config) -> Router<App> {
    let mut routes = Router::new();
    match &config.widget_dir {
        // Another origin's page may load the widget: that is what it is for.
        Some(folder) => {
            routes = routes.nest_service(
                "/widget",
                tower::ServiceBuilder::new()
                    .layer(always(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
                    .layer(always(HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"))
                    .layer(always(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
                    // Names stay the same within a version, so that every use asks whether the file has changed.
                    .layer(always(header::CACHE_CONTROL, "public, no-cache"))
                    .service(folder_of(folder)),
            );
        }
        None => tracing::warn!("WIDGET_DIR is not set: the pages show what they show without the widget"),
    }
    if let Some(folder) = &config.gallery_dir {
        routes = routes.nest_service(
            "/gallery",
            tower::ServiceBuilder::new()
                .layer(always(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
                .layer(always(header::CACHE_CONTROL, "no-cache"))
                .service(folder_of(folder)),
        );
    }
    routes
}

fn folder_of(folder: &Path) -> ServeDir {
    ServeDir::new(folder)
}

fn always(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value))
}
