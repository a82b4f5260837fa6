//! Whether this instance should get requests: `GET /readyz`, for a load balancer. `/livez` says that the program runs,
//! this one that it can answer: the database is reachable, the tables fit, and it is not about to stop.
//! Stripe and the outbox are checked and reported too, but make an instance not ready only for a probe that asks for it
//! (`?needs=stripe`). They are shared: otherwise all instances would leave the load balancer together, and customers
//! would get its error page instead of a widget that waits and tries again.
//! A probe needs no key, so the answer is cached for a second: any number of probes cause one check of the database.

use crate::readiness::{Check, Outcome};
use crate::server::Server;
use axum::Router;
use axum::extract::{Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use relink_backend::StripeHealth;
use relink_wire::Json;
use serde::Deserialize;
use serde_json::json;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long an answer is kept.
const KEPT: Duration = Duration::from_secs(1);
/// How long the database may take.
const PATIENCE: Duration = Duration::from_secs(3);
/// A message that is due for so long and that nobody sends, in milliseconds: no instance's sender works.
const LATE_MS: i64 = 5 * 60_000;

/// The route.
pub(crate) fn routes(server: &Server) -> Router {
    Router::new().route("/readyz", get(readyz)).with_state(server.clone())
}

/// What a probe may add to its question.
#[derive(Deserialize)]
struct Wanted {
    needs: Option<String>,
}

async fn readyz(State(server): State<Server>, Query(wanted): Query<Wanted>) -> Response {
    let checks = checks(&server).await;
    let needs: Vec<&str> = wanted.needs.iter().flat_map(|needs| needs.split(',')).collect();
    if let Some(unknown) = needs.iter().find(|need| checks.iter().all(|check| check.name != **need)) {
        let names: Vec<&str> = checks.iter().map(|check| check.name).collect();
        // Not repeated: it comes from outside.
        let length = unknown.len();
        let told =
            format!("needs: one of {length} characters is no check; there are {}.\n", names.join(", "));
        return (StatusCode::BAD_REQUEST, told).into_response();
    }
    let is_needed = |check: &Check| check.is_needed || needs.contains(&check.name);
    let is_ready = checks.iter().all(|check| check.outcome != Outcome::Failing || !is_needed(check));
    let listed: Vec<Json> = checks
        .iter()
        .map(
            |check| json!({"name": check.name, "status": check.outcome.as_str(), "needed": is_needed(check)}),
        )
        .collect();
    let body = json!({"status": if is_ready { "ready" } else { "not_ready" }, "checks": listed});
    let status = if is_ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let json = HeaderValue::from_static("application/json");
    let no_store = HeaderValue::from_static("no-store");
    let headers = [(header::CONTENT_TYPE, json), (header::CACHE_CONTROL, no_store)];
    (status, headers, body.to_string()).into_response()
}

/// Every check, at most a second old; a stop shows at once.
pub(crate) async fn checks(server: &Server) -> Arc<Vec<Check>> {
    let mut last = server.readiness.last.lock().await;
    let is_stopping = server.readiness.is_stopping();
    if let Some((at, checks)) = &*last
        && at.elapsed() < KEPT
        && checks.iter().any(|check| check.name == "running" && (check.outcome == Outcome::Ok) != is_stopping)
    {
        return checks.clone();
    }
    let found = Arc::new(look(server, is_stopping).await);
    let was = |check: &Check| {
        let before = last.iter().flat_map(|(_, checks)| checks.iter()).find(|was| was.name == check.name);
        before.map_or(Outcome::Ok, |before| before.outcome)
    };
    for check in found.iter().filter(|check| was(check) != check.outcome) {
        match check.outcome {
            Outcome::Failing => tracing::warn!(check = check.name, found = check.found, "a check fails"),
            Outcome::Ok | Outcome::Unknown => {
                tracing::info!(check = check.name, outcome = check.outcome.as_str(), "a check has changed");
            }
        }
    }
    *last = Some((Instant::now(), found.clone()));
    found
}

async fn look(server: &Server, is_stopping: bool) -> Vec<Check> {
    let store = &server.hosted.store;
    let now_ms = server.hosted.now_ms();
    let asked = tokio::time::timeout(PATIENCE, async {
        Ok::<_, relink_store::StoreError>((store.outbox_standing(now_ms).await?, store.tables().await?))
    });
    let (database, tables, outbox) = match asked.await {
        Ok(Ok((outbox, tables))) => {
            let late = outbox.due_at_ms.map_or(0, |due| now_ms - due);
            let waits = format!("the oldest waiting message is {} s late", late / 1000);
            (
                (Outcome::Ok, String::new()),
                (Outcome::of(tables.is_usable()), tables.to_string()),
                (Outcome::of(late < LATE_MS), waits),
            )
        }
        Ok(Err(error)) => {
            let unknown = || (Outcome::Unknown, "the database does not answer".to_owned());
            ((Outcome::Failing, error.to_string()), unknown(), unknown())
        }
        Err(_) => {
            let unknown = || (Outcome::Unknown, "the database does not answer".to_owned());
            let slow = format!("the database has not answered for {} s", PATIENCE.as_secs());
            ((Outcome::Failing, slow), unknown(), unknown())
        }
    };
    let stripe = match server.hosted.stripe.health() {
        StripeHealth::Unknown => (Outcome::Unknown, "nobody has asked Stripe for a minute".into()),
        StripeHealth::Answers => (Outcome::Ok, String::new()),
        StripeHealth::Fails { calls, seconds_ago } => {
            let said = format!("{calls} calls in a row were not answered, the last {seconds_ago} s ago");
            (Outcome::Failing, said)
        }
    };
    let running = (Outcome::of(!is_stopping), "asked to stop".to_owned());
    let check =
        |name, is_needed, (outcome, found): (Outcome, String)| Check { name, outcome, is_needed, found };
    vec![
        check("running", true, running),
        check("database", true, database),
        check("migrations", true, tables),
        check("outbox", false, outbox),
        check("stripe", false, stripe),
    ]
}
