//! relink-server: what a merchant runs beside a server in any language. It composes the relink API (`relink-backend`),
//! links and email (`relink-hosted`) and the staff's dashboard (`relink-dashboard`), and adds an API for the merchant's
//! own server.
//!
//! `config` reads the environment, `variables` lists it, `check` tries it out, `profiles` reads the kinds of relink. `tokens` says who the customer of
//! a request is, `accounts` what is broken, `cors` which pages may call, `files` serves the widget, `manage` is what an operator
//! does from the command line. There is nothing of a demonstration here.

mod accounts;
mod challenge;
pub mod check;
pub mod config;
mod cors;
mod files;
pub mod health;
pub mod manage;
pub mod profiles;
pub mod reseal;
mod server;
mod tokens;
pub mod variables;

pub use config::Config;
pub use server::{Server, StartError};

use axum::routing::{get, post};
use axum::{Router, middleware};
use relink_backend::{ApiError, ApiErrorKind, Relink, trace};

impl Server {
    /// Everything that is served.
    pub fn router(&self) -> Router {
        // The layers around the relink API, from the inside: the customer, the request's id, CORS. Those outside of CORS
        // would write answers that a page of another origin could not read.
        let relink = self
            .hosted
            .router::<Self>()
            .layer(middleware::from_fn_with_state(self.clone(), tokens::identify))
            .layer(middleware::from_fn(trace::trace))
            .layer(cors::layer(&self.config.allowed_origins));
        let router = Router::new()
            .route("/v1/customer_tokens", post(tokens::create))
            .route("/v1/accounts", get(accounts::list))
            .merge(relink)
            .merge(self.hosted.routes())
            .merge(relink_dashboard::routes(&self.hosted))
            .merge(files::routes(&self.config))
            .nest("/webhooks/stripe", self.hosted.webhook())
            .fallback(no_such_address)
            .with_state(self.clone());
        #[cfg(feature = "faults")]
        let router = router.merge(faults(self));
        // Outside of the trace, which writes the whole answer of an error.
        let challenge = middleware::from_fn_with_state(challenge::doors(&self.config), challenge::challenge);
        router.layer(middleware::from_fn(trace::trace)).layer(challenge).merge(health::routes())
    }

    /// Serves until `stop` is done, with all that goes on beside the requests.
    pub async fn serve(
        self,
        listener: tokio::net::TcpListener,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> std::io::Result<()> {
        let served = axum::serve(listener, self.router()).with_graceful_shutdown(stop);
        self.beside(served.into_future()).await
    }

    /// The same with faults around every route.
    #[cfg(feature = "faults")]
    pub async fn serve_with(
        self,
        listener: tokio::net::TcpListener,
        faults: relink_faults::layer::Faults,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> std::io::Result<()> {
        let served = relink_faults::layer::serve(listener, self.router(), faults, stop);
        self.beside(served).await
    }

    async fn beside(&self, serving: impl Future<Output = std::io::Result<()>>) -> std::io::Result<()> {
        let relink: &Relink = &self.hosted;
        let mut background = tokio::spawn(relink.clone().background());
        let outbox = tokio::spawn(self.hosted.clone().run_outbox());
        let served = tokio::select! {
            served = serving => served,
            Ok(not_ours) = &mut background => Err(std::io::Error::other(not_ours)),
        };
        background.abort();
        outbox.abort();
        self.hosted.store.close().await;
        served
    }
}

async fn no_such_address() -> ApiError {
    ApiError::new(ApiErrorKind::NoSuchRoute, "There is no such address.")
}

/// For the fault matrix: what is in the database at `/faults/rows`, and the end of every pending session by a POST to
/// `/faults/expire`.
#[cfg(feature = "faults")]
fn faults(server: &Server) -> Router {
    use axum::extract::State;

    async fn rows(State(server): State<Server>) -> Result<String, ApiError> {
        Ok(server.hosted.store.session_rows().await?)
    }
    async fn expire(State(server): State<Server>) -> Result<(), ApiError> {
        Ok(server.hosted.store.expire_pending_sessions(server.hosted.now()).await?)
    }
    Router::new()
        .route("/faults/rows", get(rows))
        .route("/faults/expire", post(expire))
        .with_state(server.clone())
}
