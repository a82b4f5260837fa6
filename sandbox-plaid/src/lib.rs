//! A stand-in for Plaid that needs no network, as far as a relink needs Plaid: update mode by Hosted Link, items and their accounts, and
//! signed webhooks.
//!
//! `world` is the pure part: items, link tokens, and what a customer does to them. `api` reads requests and writes objects in Plaid's
//! shape, `page` is the hosted page, `sign` signs webhooks, and `webhook` sends them. What is said of Plaid here was read in its client package of November
//! 2026; README.md says what is a guess.

mod api;
mod page;
mod shared;
mod sign;
mod time;
mod webhook;
mod world;

use axum::Router;
use shared::Shared;
use sign::Signer;
use std::sync::{Arc, Mutex};
use time::now;
use tokio::net::TcpListener;
use world::World;

/// Serves a stand-in until the task is dropped. Fails only if the listener does.
pub async fn serve(listener: TcpListener) -> std::io::Result<()> {
    let shared = Arc::new(Shared {
        base: format!("http://{}", listener.local_addr()?),
        world: Mutex::new(World::seeded(now())),
        signer: Signer::new().ok_or_else(|| std::io::Error::other("no key can be made"))?,
        http: reqwest::Client::new(),
    });
    let router = Router::new().merge(api::routes()).merge(page::routes()).with_state(shared);
    axum::serve(listener, router).await
}
