//! The shop's pages: a customer's account settings, rendered on the server, that embed the widget as a merchant would.
//!
//! Nothing on a page is inline but markup, so the policy allows no inline script and no inline style.

mod accounts;
mod assets;
mod developers;
mod info;
pub mod layout;
mod sign_in;
mod token;

use crate::app::App;
use crate::trouble::Trouble;
use axum::Router;
use axum::http::{HeaderValue, header};
use axum::response::Redirect;
use axum::routing::{get, post};
use std::path::Path;
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

/// Everything that the shop serves.
pub fn router(app: App) -> Router {
    let mut routes = Router::new()
        .route("/", get(sign_in::front))
        .route("/sign-in", get(sign_in::choose).post(sign_in::sign_in))
        .route("/sign-out", post(sign_in::sign_out))
        .route("/relink-token", get(token::token))
        .route("/accounts", get(accounts::list))
        .route("/accounts/{id}", get(accounts::details))
        .route("/accounts/{id}/reminder", post(accounts::remind))
        .route("/developers", get(developers::show))
        .route("/developers/reset", post(developers::reset))
        .route("/help", get(info::help))
        .route("/privacy", get(info::privacy))
        .route("/assets/{name}", get(assets::asset))
        .route("/favicon.ico", get(assets::favicon))
        .fallback(async || Trouble::NotFound);
    if let Some(folder) = &app.config.gallery_dir {
        // Its files name each other relative to the folder.
        routes = routes
            .route("/gallery", get(async || Redirect::permanent("/gallery/")))
            .nest("/gallery/", gallery(folder));
    }
    routes.with_state(app)
}

fn gallery(folder: &Path) -> Router<App> {
    let always = SetResponseHeaderLayer::overriding;
    Router::new()
        .fallback_service(ServeDir::new(folder))
        .layer(always(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")))
        .layer(always(header::CACHE_CONTROL, HeaderValue::from_static("no-cache")))
}
