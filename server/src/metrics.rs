//! Metrics for Prometheus: `GET /metrics`, on a listener of its own (`RELINK_METRICS_LISTEN`), off by default. The
//! public listener never has it: outsiders must not learn how often sign-ins fail.
//! Events are counted where they happen, with the macros of the crate `metrics`. States (the outbox, connections,
//! readiness) are read during a scrape. [`METRICS`] lists all metrics; a label is a fixed word or a route, never a
//! customer.

use crate::connections;
use crate::headers;
use crate::health;
use crate::readiness::Outcome;
use crate::ready;
use crate::server::Server;
use crate::serving::{Serving, listen, serve};
use axum::Router;
use axum::extract::State;
use axum::http::{Extensions, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use metrics::{Unit, counter, gauge};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use std::fmt;
use std::future::pending;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::net::TcpListener;

/// What a metric is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Only grows.
    Counter,
    /// As it stands.
    Gauge,
    /// How long something took, in seconds.
    Histogram,
}

/// A metric.
#[derive(Clone, Copy, Debug)]
pub struct Metric {
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub kind: Kind,
    /// Its labels.
    pub labels: &'static [&'static str],
    /// What it says.
    pub help: &'static str,
}

const fn metric(
    name: &'static str,
    kind: Kind,
    labels: &'static [&'static str],
    help: &'static str,
) -> Metric {
    Metric { name, kind, labels, help }
}

/// Every metric.
pub const METRICS: &[Metric] = &[
    metric(
        "relink_http_requests_total",
        Kind::Counter,
        &["method", "route", "status"],
        "Requests that were answered",
    ),
    metric("relink_http_request_seconds", Kind::Histogram, &["route"], "Time until the answer's head"),
    metric("relink_rate_limited_total", Kind::Counter, &["route"], "Requests that were answered with 429"),
    metric("relink_connections_open", Kind::Gauge, &[], "Connections of clients that are open"),
    metric(
        "relink_stripe_requests_total",
        Kind::Counter,
        &["operation", "outcome"],
        "Calls to Stripe, by result",
    ),
    metric(
        "relink_stripe_request_seconds",
        Kind::Histogram,
        &["operation"],
        "Time that a call to Stripe took",
    ),
    metric(
        "relink_provider_requests_total",
        Kind::Counter,
        &["provider", "operation", "outcome"],
        "Calls to Stripe and to Plaid, by result",
    ),
    metric(
        "relink_provider_request_seconds",
        Kind::Histogram,
        &["provider", "operation"],
        "Time that a call to Stripe or to Plaid took",
    ),
    metric("relink_sessions_opened_total", Kind::Counter, &["profile"], "Relink sessions that were started"),
    metric(
        "relink_sessions_ended_total",
        Kind::Counter,
        &["outcome", "reason"],
        "Relink sessions by how they ended, with Stripe's failure_reason",
    ),
    metric(
        "relink_webhook_deliveries_total",
        Kind::Counter,
        &["outcome"],
        "Events of Stripe and Plaid: taken, repeated, or refused for their signature",
    ),
    metric("relink_outbox_messages", Kind::Gauge, &["status"], "Mails and events that wait or were given up"),
    metric(
        "relink_outbox_oldest_seconds",
        Kind::Gauge,
        &[],
        "How long the oldest waiting message has waited",
    ),
    metric(
        "relink_outbox_late_seconds",
        Kind::Gauge,
        &[],
        "How long the oldest due message has been left unsent",
    ),
    metric(
        "relink_outbox_attempts_total",
        Kind::Counter,
        &["kind", "outcome"],
        "Attempts to send, by result",
    ),
    metric(
        "relink_staff_sign_ins_total",
        Kind::Counter,
        &["outcome"],
        "Sign-ins of staff: succeeded, failed, or refused because the name is locked",
    ),
    metric("relink_staff_locks_total", Kind::Counter, &[], "Names of staff that wrong passwords have locked"),
    metric(
        "relink_database_connections",
        Kind::Gauge,
        &["state"],
        "Connections to the database: used or idle",
    ),
    metric("relink_database_connections_most", Kind::Gauge, &[], "The most connections that may be open"),
    metric(
        "relink_database_errors_total",
        Kind::Counter,
        &["kind"],
        "Requests that failed at the database: unavailable is temporary, broken is not",
    ),
    metric(
        "relink_ready",
        Kind::Gauge,
        &["check"],
        "Checks of /readyz: 1 is healthy, 0 is not, 0.5 is unknown",
    ),
    metric("relink_start_time_seconds", Kind::Gauge, &[], "When the program started, in Unix seconds"),
    metric("relink_build_info", Kind::Gauge, &["version"], "1, with the program's version"),
];

/// The upper ends of the histograms' buckets, in seconds: from what a database takes to where the widget gives up.
const BUCKETS_SECONDS: &[f64] = &[0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];
/// How often what was recorded is added up where nobody scrapes.
const UPKEEP: Duration = Duration::from_secs(10);

/// Why nothing can be scraped: the operator's to repair.
#[derive(Debug)]
pub enum MetricsError {
    /// The address cannot be listened on.
    Listen(std::io::Error),
    /// Something in this process records already.
    Twice,
}

impl fmt::Display for MetricsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Listen(error) => write!(f, "RELINK_METRICS_LISTEN: cannot listen there: {error}"),
            Self::Twice => f.write_str("metrics are recorded in this process already"),
        }
    }
}

impl std::error::Error for MetricsError {}

/// Few ask, and whoever holds connections here must not use up the files of the whole process.
const SERVING: Serving = Serving { most_connections: 16, stop: Duration::ZERO };

/// What is scraped, and where.
pub struct Scraped {
    listener: TcpListener,
    handle: PrometheusHandle,
}

/// Listens, and records from now on.
pub async fn record(address: &str) -> Result<Scraped, MetricsError> {
    let listener = listen(address).await.map_err(MetricsError::Listen)?;
    let builder = PrometheusBuilder::new();
    let Ok(builder) = builder.set_buckets_for_metric(Matcher::Suffix("_seconds".into()), BUCKETS_SECONDS)
    else {
        unreachable!("there are buckets");
    };
    let recorder = builder.build_recorder();
    let handle = recorder.handle();
    metrics::set_global_recorder(recorder).map_err(|_| MetricsError::Twice)?;
    describe();
    Ok(Scraped { listener, handle })
}

/// Says what each metric means, and begins those at 0 whose labels are known: a rate over a counter that appears with its first count
/// would not see it.
fn describe() {
    for Metric { name, kind, help, .. } in METRICS {
        match kind {
            Kind::Counter => metrics::describe_counter!(*name, *help),
            Kind::Gauge => metrics::describe_gauge!(*name, *help),
            Kind::Histogram => metrics::describe_histogram!(*name, Unit::Seconds, *help),
        }
    }
    for outcome in ["succeeded", "failed", "locked"] {
        counter!("relink_staff_sign_ins_total", "outcome" => outcome).increment(0);
    }
    counter!("relink_staff_locks_total").increment(0);
    for outcome in ["taken", "repeated", "refused"] {
        counter!("relink_webhook_deliveries_total", "outcome" => outcome).increment(0);
    }
    for kind in ["unavailable", "broken"] {
        counter!("relink_database_errors_total", "kind" => kind).increment(0);
    }
    for kind in ["mail", "webhook"] {
        for outcome in ["sent", "later", "dead", "withdrawn"] {
            counter!("relink_outbox_attempts_total", "kind" => kind, "outcome" => outcome).increment(0);
        }
    }
    for (outcome, reason) in [
        ("succeeded", "none"),
        ("failed", "no_account"),
        ("failed", "no_authorization"),
        ("failed", "other"),
        ("cancelled", "none"),
        ("expired", "none"),
    ] {
        counter!("relink_sessions_ended_total", "outcome" => outcome, "reason" => reason).increment(0);
    }
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    gauge!("relink_start_time_seconds").set(since.as_secs_f64());
    gauge!("relink_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
}

impl Scraped {
    /// Serves what is scraped, and whether the server is well, until it is dropped.
    pub async fn serve(self, server: Server) -> std::io::Result<()> {
        let Self { listener, handle } = self;
        let router = Router::new()
            .route("/metrics", get(scrape))
            .with_state((server.clone(), handle.clone()))
            .merge(health::routes())
            .merge(ready::routes(&server));
        // Prometheus asks by plain HTTP, from inside.
        let router = headers::protect(router, false);
        let upkeep = async {
            let mut time = tokio::time::interval(UPKEEP);
            loop {
                time.tick().await;
                handle.run_upkeep();
            }
        };
        tokio::select! {
            served = serve(listener, router, SERVING, |_| Extensions::new(), pending()) => served,
            never = upkeep => never,
        }
    }
}

async fn scrape(State((server, handle)): State<(Server, PrometheusHandle)>) -> Response {
    look(&server).await;
    let text = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    ([(header::CONTENT_TYPE, text)], handle.render()).into_response()
}

/// Reads the states. A state that cannot be read keeps its last value; `relink_ready` says why.
async fn look(server: &Server) {
    let store = &server.hosted.store;
    for check in ready::checks(server).await.iter() {
        let value = match check.outcome {
            Outcome::Ok => 1.0,
            Outcome::Unknown => 0.5,
            Outcome::Failing => 0.0,
        };
        gauge!("relink_ready", "check" => check.name).set(value);
    }
    gauge!("relink_connections_open").set(number(connections::open()));
    let connections = store.connections();
    gauge!("relink_database_connections", "state" => "used").set(f64::from(connections.used));
    gauge!("relink_database_connections", "state" => "idle").set(f64::from(connections.idle));
    gauge!("relink_database_connections_most").set(f64::from(connections.most));
    let now_ms = server.hosted.now_ms();
    if let Ok(outbox) = store.outbox_standing(now_ms).await {
        gauge!("relink_outbox_messages", "status" => "queued").set(number(outbox.queued));
        gauge!("relink_outbox_messages", "status" => "dead").set(number(outbox.dead));
        let oldest = outbox.oldest_at.map_or(0, |at| (now_ms / 1000 - at).max(0));
        gauge!("relink_outbox_oldest_seconds").set(number(oldest));
        let late = outbox.due_at_ms.map_or(0, |due| (now_ms - due).max(0));
        gauge!("relink_outbox_late_seconds").set(number(late / 1000));
    }
}

/// As Prometheus counts; beyond 2^53 it would lose a one.
fn number(count: i64) -> f64 {
    count as f64
}
