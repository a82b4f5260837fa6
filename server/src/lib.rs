//! A reference merchant: Stripe's HTTP API upward, the relink API of the contract downward, and a demo shop that
//! embeds the widget.
//!
//! A request passes `trace` (id, log line, problem documents), then `guard` (who is it, does it come from our page),
//! then `idempotency` (one act, one answer), and reaches `relink`; what Stripe says is read in `stripe` and written
//! in `store`. `webhooks` is Stripe's way in, `pages` the shop, `files` the widget's files.

pub mod app;
pub mod config;
pub mod database;
pub mod fault;
mod files;
mod guard;
mod hosted;
mod idempotency;
pub mod manage;
mod pages;
mod relink;
mod seal;
mod store;
mod stripe;
mod sync;
mod trace;
mod webhooks;

pub use app::{App, Clock, StartError};
pub use config::{Config, ConfigError};

use axum::Router;
use axum::middleware;
use std::time::Duration;

/// Everything that the merchant serves.
pub fn router(app: App) -> Router {
    Router::new()
        .merge(relink::routes())
        .merge(hosted::routes(app.clone()))
        .merge(webhooks::routes())
        .merge(pages::routes())
        .merge(files::routes(&app.config))
        .layer(middleware::from_fn(trace::trace))
        .with_state(app)
}

/// Serves until `stop` is done: fetches the customers' accounts, tidies once an hour, asks the
/// database for the time once a minute.
pub async fn serve(
    listener: tokio::net::TcpListener,
    app: App,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let served = axum::serve(listener, router(app.clone())).with_graceful_shutdown(stop);
    beside_routine(app, served.into_future()).await
}

/// The same with faults around every route, with what is in the database at `/faults/rows`, and with an end of every pending
/// session by a POST to `/faults/expire`.
#[cfg(feature = "faults")]
pub async fn serve_with(
    listener: tokio::net::TcpListener,
    app: App,
    faults: relink_faults::layer::Faults,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let rows = axum::routing::get(rows).with_state(app.clone());
    let expire = axum::routing::post(expire).with_state(app.clone());
    let router = router(app.clone()).route("/faults/rows", rows).route("/faults/expire", expire);
    beside_routine(app, relink_faults::layer::serve(listener, router, faults, stop)).await
}

#[cfg(feature = "faults")]
async fn rows(axum::extract::State(app): axum::extract::State<App>) -> Result<String, fault::Fault> {
    Ok(app.store.rows().await?)
}

#[cfg(feature = "faults")]
async fn expire(axum::extract::State(app): axum::extract::State<App>) -> Result<(), fault::Fault> {
    Ok(app.store.expire(app.now()).await?)
}

async fn beside_routine(app: App, serving: impl Future<Output = std::io::Result<()>>) -> std::io::Result<()> {
    let routine = tokio::spawn(routine(app.clone()));
    let post = tokio::spawn(hosted::post::run(app.clone()));
    let served = serving.await;
    routine.abort();
    post.abort();
    app.store.close().await;
    served
}

/// Fetches every demo customer's accounts from Stripe, as far as Stripe answers.
pub async fn sync(app: &App) {
    sync::sync(app).await;
}

/// Sends every mail and event that is due, once.
pub async fn deliver(app: &App) -> Result<(), sqlx::Error> {
    hosted::post::deliver(app).await
}

async fn routine(app: App) {
    sync::sync(&app).await;
    let mut hourly = tokio::time::interval(Duration::from_secs(3600));
    let mut now_and_then = tokio::time::interval(Duration::from_secs(60));
    loop {
        let done = tokio::select! {
            _ = hourly.tick() => app.store.tidy(app.now()).await,
            _ = now_and_then.tick() => app.set_clock().await,
        };
        if let Err(error) = done {
            tracing::error!(%error, "could not tidy up or ask for the time");
        }
    }
}
