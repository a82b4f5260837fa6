//! Plaid beside Stripe: connects `relink-plaid` and the store to make a provider of this server. `settings` reads the configuration,
//! `items` registers logins, `provider` repairs them, `webhook` takes Plaid's webhooks.

mod items;
mod provider;
mod settings;
mod webhook;

pub(crate) use provider::PlaidItems;
pub use settings::PlaidSettings;

use crate::server::Server;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{delete, post};
use relink_backend::LARGEST_EVENT;

/// The routes, where Plaid is configured.
pub(crate) fn routes() -> Router<Server> {
    Router::new()
        .route("/v1/plaid_items", post(items::register))
        .route("/v1/plaid_items/{id}", delete(items::forget))
        .route("/webhooks/plaid", post(webhook::receive).layer(DefaultBodyLimit::max(LARGEST_EVENT)))
}
