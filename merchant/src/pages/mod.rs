//! The demo shop: a merchant's account settings, rendered on the server, that embed the widget as a merchant would.
//!
//! Names of banks and accounts are text from outside; maud escapes them. Nothing on a page is inline but markup,
//! so the policy allows no inline script and no inline style.

mod accounts;
mod assets;
pub mod dates;
mod developers;
mod info;
mod layout;
mod sign_in;
mod standing;

pub use accounts::{icon, mark_of as mark};
pub use layout::{Loads, Shell, document, initials, problem};
pub use standing::Tone;

use crate::app::App;
use axum::Router;
use axum::routing::{get, post};

/// The routes.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/", get(sign_in::front))
        .route("/sign-in", get(sign_in::choose).post(sign_in::sign_in))
        .route("/sign-out", post(sign_in::sign_out))
        .route("/me", get(sign_in::me))
        .route("/accounts", get(accounts::list))
        .route("/accounts/{id}", get(accounts::details))
        .route("/developers", get(developers::show))
        .route("/developers/reset", post(developers::reset))
        .route("/help", get(info::help))
        .route("/privacy", get(info::privacy))
        .route("/shop/{name}", get(assets::asset))
        .route("/favicon.ico", get(assets::favicon))
}
