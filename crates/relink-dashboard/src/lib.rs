//! For the merchant's staff: which accounts need attention, who can be asked, what was sent, and who did what.
//!
//! Rendered on the server, and whole without a script. Whoever may only look sees everything and can send nothing.
//! What is sent goes through the same door as a server's request (`ask`), with the same rules.

mod account;
mod frame;
mod list;
mod messages;
mod send;
mod sent;
mod sign_in;
mod standing;
mod tone;

use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use axum::{Router, middleware};
use relink_backend::trace;
use relink_hosted::Hosted;
use relink_hosted::shell::error_pages;

/// The largest form: the ids of a page of accounts.
const LARGEST: usize = 32 * 1024;

/// The routes, below `/dashboard`.
pub fn routes<S>(hosted: &Hosted) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    Router::new()
        .route("/dashboard", get(list::show))
        .route("/dashboard/sign-in", get(sign_in::show).post(sign_in::sign_in))
        .route("/dashboard/sign-out", post(sign_in::sign_out))
        .route("/dashboard/accounts/{id}", get(account::show))
        .route("/dashboard/send", get(send::preview).post(send::send))
        .route("/dashboard/sent/{id}", get(sent::show))
        .route("/dashboard/preview/{id}", get(send::mail))
        .route("/dashboard/messages", get(messages::show))
        .route("/dashboard/messages/{id}/retry", post(messages::retry))
        .route("/dashboard/audit", get(messages::audit))
        .layer(DefaultBodyLimit::max(LARGEST))
        .layer(middleware::from_fn(error_pages))
        .layer(middleware::from_fn(trace::trace))
        .with_state(hosted.clone())
}
