//! Plaid beside Stripe: what of `relink-plaid` and of the store makes a provider of this server. `settings` is how it is configured,
//! `items` which logins there are, `provider` how they are repaired, `webhook` what Plaid tells of them.

mod items;
mod provider;
mod settings;
mod webhook;

pub(crate) use provider::PlaidItems;
pub use settings::PlaidSettings;

use crate::server::Server;
use axum::Router;
use axum::routing::{delete, post};

/// The routes, where Plaid is configured.
pub(crate) fn routes() -> Router<Server> {
    Router::new()
        .route("/v1/plaid_items", post(items::register))
        .route("/v1/plaid_items/{id}", delete(items::forget))
        .route("/webhooks/plaid", post(webhook::receive))
}
