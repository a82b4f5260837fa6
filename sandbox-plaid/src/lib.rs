//! A stand-in for Plaid that needs no network, as far as a relink needs Plaid: update mode by Hosted Link, items and their accounts, and
//! signed webhooks.
//!
//! `world` is the pure part: items, link tokens, and what a customer does to them. `api` reads requests and writes objects in Plaid's
//! shape, `page` is the hosted page, `webhook` signs and sends. What is said of Plaid here was read in its client package of November
//! 2026; README.md says what is a guess.

mod api;
mod page;
mod webhook;
mod world;

use axum::Router;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::net::TcpListener;
use webhook::Signer;
use world::World;

/// What is shared by all requests.
struct Shared {
    base: String,
    world: Mutex<World>,
    signer: Signer,
    http: reqwest::Client,
}

impl Shared {
    fn with<T>(&self, change: impl FnOnce(&mut World) -> T) -> T {
        change(&mut self.world.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

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

/// Unix seconds.
fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}

/// A time as Plaid writes it.
fn time(unix: i64) -> String {
    jiff::Timestamp::from_second(unix).map(|at| at.to_string()).unwrap_or_default()
}

/// Sixteen random bytes, written so that they can be in an address.
fn random() -> String {
    use ring::rand::SecureRandom;
    let mut bytes = [0; 16];
    // A stand-in without randomness would hand out the same ids twice, and is of no use.
    if ring::rand::SystemRandom::new().fill(&mut bytes).is_err() {
        unreachable!("the system has no randomness");
    }
    hex::encode(bytes)
}
