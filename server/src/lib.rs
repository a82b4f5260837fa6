//! relink-server: the program that a merchant runs next to a server in any language. It combines the relink API
//! (`relink-backend`), links and email (`relink-hosted`) and the staff's dashboard (`relink-dashboard`), and adds an
//! API for the merchant's own server.
//!
//! `config` reads the environment, `variables` lists it, `check` tries it out, `profiles` reads the kinds of relink. `tokens`
//! says who the customer of a request is, `accounts` what is broken, `customers` erases one, `retention` says how long rows are
//! kept, `plaid` is the provider beside Stripe, `cors` which pages may call, `challenge` what to send, `desk` where the dashboard is, `openid` where staff sign in, `headers` what every answer has,
//! `files` serves the widget, `security_txt` says where to report, `manage` and `reseal` are what an operator does from the
//! command line. `serving` holds connections, `limits` says how much may be asked for, `client` where a request comes from.
//! `health` and `ready` are for a load balancer, `metrics` for Prometheus, `telemetry` is log and traces. There is nothing of a
//! demonstration here.

mod accounts;
mod by_host;
mod challenge;
pub mod check;
mod client;
pub mod config;
mod connections;
mod cors;
mod customers;
pub mod desk;
mod files;
mod headers;
pub mod health;
mod limits;
pub mod manage;
pub mod metrics;
pub mod openid;
mod origins;
pub mod plaid;
pub mod profiles;
mod readiness;
mod ready;
pub mod reseal;
mod retention;
mod security_txt;
mod server;
pub mod serving;
pub mod telemetry;
mod tokens;
pub mod variables;

pub use config::Config;
pub use limits::Limits;
pub use readiness::Readiness;
pub use server::{Server, StartError};

use axum::http::{Extensions, StatusCode};
use axum::response::Redirect;
use axum::routing::{delete, get, post};
use axum::{Router, middleware};
use by_host::by_host;
use connections::Counted;
use desk::DeskConfig;
use relink_backend::{ApiError, ApiErrorKind, Relink, trace};
use relink_dashboard::Place;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tower_http::timeout::TimeoutLayer;

/// How long a request from the widget may take: longer than a run of an action, which gives up by itself.
const RELINK_TIME: Duration = Duration::from_secs(40);
/// How long any request may take.
const TIME: Duration = Duration::from_secs(60);
/// How long the last attempts to send may take once nothing is served any more.
const LAST_ATTEMPTS: Duration = Duration::from_secs(5);
/// How long the database has to end what it is at, once nothing is served any more.
const CLOSE: Duration = Duration::from_secs(5);

impl Server {
    /// Everything that is served at the public address.
    pub fn router(&self) -> Router {
        let router = self.public();
        let router = match (self.desk(), &self.config.desk) {
            (Some(desk), DeskConfig { place: Some(Place::Shared), .. }) => router.merge(desk),
            (Some(desk), DeskConfig { place: Some(Place::Origin(origin)), listen: None, .. }) => {
                by_host(origins::host(origin), self.alone(desk), router)
            }
            (Some(_) | None, _) => router,
        };
        self.outermost(router, &self.config.origin)
    }

    /// What is served at the dashboard's own listener, where it is to have one.
    pub fn dashboard_router(&self) -> Option<Router> {
        self.config.desk.listen.as_ref()?;
        let origin = match &self.config.desk.place {
            Some(Place::Origin(origin)) => origin,
            Some(Place::Shared | Place::Listener) | None => &self.config.origin,
        };
        Some(self.outermost(self.alone(self.desk()?), origin))
    }

    /// The layers around all routes of an origin.
    fn outermost(&self, router: Router, origin: &str) -> Router {
        let mut router = router.layer(middleware::from_fn_with_state(self.clone(), client::identify));
        if self.config.traces.is_some() {
            router = router.layer(middleware::from_fn(telemetry::join));
        }
        headers::protect(router, origins::is_https(origin))
    }

    /// The dashboard's routes, unless it is off.
    fn desk(&self) -> Option<Router> {
        let routes = relink_dashboard::routes(
            &self.hosted,
            self.config.desk.settings(self.config.openid.as_ref())?,
            self.provider.clone(),
        );
        Some(routes.layer(time_limit(TIME)).layer(middleware::from_fn(trace::trace)))
    }

    /// The dashboard with what its pages load, and nothing else.
    fn alone(&self, desk: Router) -> Router {
        let pages = relink_hosted::shell::assets().with_state(self.hosted.clone());
        desk.merge(pages)
            .route("/", get(async || Redirect::to("/dashboard")))
            .merge(lost(&self.hosted))
            .layer(middleware::from_fn(trace::trace))
            .merge(health::routes())
    }

    /// Everything but the dashboard.
    fn public(&self) -> Router {
        // The layers around the relink API, from the inside: the customer, the request's id, CORS. Those outside of CORS
        // would write answers that a page of another origin could not read.
        let relink = self
            .hosted
            .router::<Self>()
            .layer(time_limit(RELINK_TIME))
            .layer(middleware::from_fn_with_state(self.clone(), tokens::identify))
            .layer(middleware::from_fn(trace::trace))
            .layer(cors::layer(&self.config.allowed_origins));
        let router = Router::new()
            .route("/v1/customer_tokens", post(tokens::create))
            .route("/v1/accounts", get(accounts::list))
            .route("/v1/customers/{id}", delete(customers::erase))
            .merge(if self.plaid.is_some() { plaid::routes() } else { Router::new() })
            .merge(relink)
            .merge(self.hosted.routes())
            .merge(files::routes(&self.config))
            .merge(security_txt::routes(self.config.security_contact.as_deref()))
            .nest("/webhooks/stripe", self.hosted.webhook())
            .merge(lost(&self.hosted))
            .with_state(self.clone());
        #[cfg(feature = "faults")]
        let router = router.merge(faults(self));
        // Outside of the trace, which writes the whole answer of an error.
        let challenge = middleware::from_fn_with_state(challenge::doors(&self.config), challenge::challenge);
        let router = router.layer(time_limit(TIME)).layer(middleware::from_fn(trace::trace));
        router.layer(challenge).merge(health::routes()).merge(ready::routes(self))
    }

    /// Serves until `stop` completes, and does all background work. `dashboard` is the dashboard's own listener, if it
    /// has one.
    pub async fn serve(
        self,
        listener: TcpListener,
        dashboard: Option<TcpListener>,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> std::io::Result<()> {
        let (stops, stopped) = watch::channel(());
        let stop = async move {
            stop.await;
            drop(stops);
        };
        let serving = self.config.limits.serving;
        let served = serving::serve(Counted(listener), self.router(), serving, |_| Extensions::new(), stop);
        self.beside(served, dashboard, stopped).await
    }

    /// The same with faults around every public route.
    #[cfg(feature = "faults")]
    pub async fn serve_with(
        self,
        listener: TcpListener,
        dashboard: Option<TcpListener>,
        faults: relink_faults::layer::Faults,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> std::io::Result<()> {
        use relink_faults::layer::{Connection, Listener, around};
        let (stops, stopped) = watch::channel(());
        let stop = async move {
            stop.await;
            drop(stops);
        };
        let serving = self.config.limits.serving;
        let router = around(self.router(), faults);
        let served = serving::serve(Listener(listener), router, serving, Connection::about, stop);
        self.beside(served, dashboard, stopped).await
    }

    async fn beside(
        &self,
        serving: impl Future<Output = std::io::Result<()>>,
        dashboard: Option<TcpListener>,
        mut stopped: watch::Receiver<()>,
    ) -> std::io::Result<()> {
        let dashboard = async {
            match (dashboard, self.dashboard_router()) {
                (Some(listener), Some(router)) => {
                    // The other end is dropped when all is to stop.
                    let stop = async move { while stopped.changed().await.is_ok() {} };
                    let serving = self.config.limits.serving;
                    serving::serve(Counted(listener), router, serving, |_| Extensions::new(), stop).await
                }
                (Some(_) | None, _) => Ok(()),
            }
        };
        let relink: &Relink = &self.hosted;
        let mut background = tokio::spawn(relink.clone().background());
        // Whoever is about to stop begins no more to send; the others do. What is being sent is ended and written down.
        let mut outbox = tokio::spawn(self.hosted.clone().run_outbox(self.readiness.stopping()));
        let served = tokio::select! {
            served = async { tokio::try_join!(serving, dashboard).map(|((), ())| ()) } => served,
            Ok(not_ours) = &mut background => Err(std::io::Error::other(not_ours)),
        };
        self.readiness.stop();
        // What it writes is one transaction each: it may end anywhere.
        background.abort();
        if tokio::time::timeout(LAST_ATTEMPTS, &mut outbox).await.is_err() {
            tracing::warn!(
                "a message could not be sent in time; another instance sends it, with the same id"
            );
            outbox.abort();
        }
        if tokio::time::timeout(CLOSE, self.hosted.store.close()).await.is_err() {
            tracing::warn!("the database did not finish its work in time");
        }
        served
    }
}

/// A handler that takes longer is given up; the layer around writes the problem.
fn time_limit(time: Duration) -> TimeoutLayer {
    TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, time)
}

/// Every address that is none: as a page for a browser that asks for one.
fn lost<S: Clone + Send + Sync + 'static>(hosted: &relink_hosted::Hosted) -> Router<S> {
    let as_page = middleware::from_fn_with_state(hosted.clone(), relink_hosted::shell::error_pages);
    Router::new().fallback(no_such_address).layer(as_page)
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
