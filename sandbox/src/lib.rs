//! A stand-in for Stripe Financial Connections that needs no network: the HTTP API, Stripe.js, the banks'
//! pages, and webhooks.
//!
//! `world` is the pure part: accounts, authorizations, sessions and how they change. `api` reads requests and
//! writes objects, `pages` shows the bank, `webhook` tells the merchant, `mail` takes
//! what the merchant sends, `server` holds the sockets.

pub mod api;
pub mod error;
pub mod form;
pub mod idempotency;
pub mod mail;
pub mod pages;
pub mod secret;
pub mod server;
pub mod state;
pub mod webhook;
pub mod world;

use std::sync::Arc;

/// How a sandbox is set up.
#[derive(Clone, PartialEq, Eq)]
pub struct Config {
    /// The key that a backend must send.
    pub secret_key: String,
    /// The key that a page must pass to Stripe.js.
    pub publishable_key: String,
    /// Where webhooks go; none sends none.
    pub webhook_url: Option<String>,
    /// What webhooks are signed with.
    pub webhook_secret: String,
    /// Where mail is taken; port 0 takes a free one.
    pub smtp_listen: String,
    /// What ids and secrets follow from: one seed, one sequence. A sandbox that is started again beside a merchant
    /// that remembers ids needs another seed.
    pub seed: String,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            secret_key: "sk_test_sandbox".into(),
            publishable_key: "pk_test_sandbox".into(),
            webhook_url: None,
            webhook_secret: "whsec_sandbox".into(),
            smtp_listen: "127.0.0.1:0".into(),
            seed: "sandbox".into(),
        }
    }
}

impl std::fmt::Debug for Config {
    /// Without the keys.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Config").field("webhook_url", &self.webhook_url).finish_non_exhaustive()
    }
}

/// Serves a sandbox until the task is dropped. Fails only if the listener does.
pub async fn serve(listener: tokio::net::TcpListener, config: Config) -> std::io::Result<()> {
    let (shared, smtp) = open(&listener, config).await?;
    let router = server::router(Arc::clone(&shared));
    tokio::select! {
        served = axum::serve(listener, router) => served,
        served = mail::smtp::serve(smtp, shared) => served,
    }
}

/// A fresh state, and where mail is taken.
async fn open(
    listener: &tokio::net::TcpListener,
    config: Config,
) -> std::io::Result<(Arc<server::Shared>, tokio::net::TcpListener)> {
    let base = format!("http://{}", listener.local_addr()?);
    let smtp = tokio::net::TcpListener::bind(&config.smtp_listen).await?;
    let shared = Arc::new(server::Shared::new(config, &base));
    let address = format!("smtp://{}", smtp.local_addr()?);
    shared.with(|state| state.mailbox.address = address);
    Ok((shared, smtp))
}

/// The same with faults around every address, until `stop` is done.
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
