//! A stand-in for Stripe Financial Connections that needs no network: the HTTP API, Stripe.js, the banks'
//! pages, and webhooks.
//!
//! `world` is the pure part: accounts, authorizations, sessions and how they change. `api` reads requests and writes
//! objects, `version` says what each version of the API has, `pages` shows the bank, `webhook` informs the merchant, `mail` receives the merchant's email, `server` reads
//! HTTP. They share the state in `shared`.

pub mod api;
pub mod config;
pub mod error;
pub mod form;
pub mod idempotency;
pub mod mail;
pub mod pages;
pub mod secret;
pub mod server;
pub mod shared;
pub mod state;
pub mod version;
pub mod webhook;
pub mod world;

pub use config::Config;

use shared::Shared;
use std::sync::Arc;

/// Serves a sandbox until the task is dropped. Fails only if the listener does.
pub async fn serve(listener: tokio::net::TcpListener, config: Config) -> std::io::Result<()> {
    let (shared, smtp) = open(&listener, config).await?;
    let router = server::router(Arc::clone(&shared));
    tokio::select! {
        served = axum::serve(listener, router) => served,
        served = mail::smtp::serve(smtp, shared) => served,
    }
}

/// A fresh sandbox, and the socket that receives email.
async fn open(
    listener: &tokio::net::TcpListener,
    config: Config,
) -> std::io::Result<(Arc<Shared>, tokio::net::TcpListener)> {
    let base = format!("http://{}", listener.local_addr()?);
    let smtp = tokio::net::TcpListener::bind(&config.smtp_listen).await?;
    let shared = Arc::new(Shared::new(config, &base));
    let address = format!("smtp://{}", smtp.local_addr()?);
    shared.with(|state| state.mailbox.address = address);
    Ok((shared, smtp))
}

/// The same with faults around every route, until `stop` is done.
#[cfg(feature = "faults")]
pub async fn serve_with(
    listener: tokio::net::TcpListener,
    config: Config,
    faults: relink_faults::layer::Faults,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let (shared, smtp) = open(&listener, config).await?;
    let router = server::router(Arc::clone(&shared));
    tokio::select! {
        served = relink_faults::layer::serve(listener, router, faults, stop) => served,
        served = mail::smtp::serve(smtp, shared) => served,
    }
}
