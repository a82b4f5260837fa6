//! One act, one answer. The first request with an `Idempotency-Key` runs; every later one gets the same bytes.
//!
//! - What an act writes and the answer that is kept are committed together, so a crash leaves either both or
//!   neither. A run says every now and then that it is alive; a key whose run has been silent for [`LEASE`] seconds, on
//!   whichever machine, is free again, and every act is safe to run again.
//! - An act goes on when its client hangs up: it runs in a task of its own.
//! - An answer that says "not now" (429, 5xx) or "not yet" is not kept: the same key may try again, which is what
//!   the widget does.
//! - Kept answers are sealed; one that does not open (Stripe's key was changed) is made anew.

use crate::app::App;
use crate::fault::{Fault, Kind, PROBLEM_JSON};
use crate::seal::{fingerprint, random_id};
use crate::store::keys::{self, KeyClaim, KeyRun};
use crate::store::sessions::Change;
use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use relink_wire::Json;
use std::convert::Infallible;
use std::time::Duration;

/// Seconds that a run may be silent; after them the key is free for another.
pub const LEASE: i64 = 8;
/// How often a run says that it is alive.
const PULSE: Duration = Duration::from_secs(2);
/// Seconds after which a run gives up by itself.
const PATIENCE: u64 = 30;
/// How often an act is run again because somebody else changed the session meanwhile.
const TRIES: usize = 3;

/// What an act comes to.
#[derive(Debug)]
pub struct Done {
    /// What is to be written.
    pub effect: Change,
    /// The status of the answer.
    pub status: StatusCode,
    /// The answer.
    pub body: Json,
    /// Whether this is the last word on the act, to be repeated for its key.
    pub is_final: bool,
}

/// One request that must have one answer.
pub struct Act {
    /// Whose.
    pub customer: String,
    /// `Idempotency-Key`.
    pub key: String,
    /// What is asked: the route and its parameters.
    pub what: String,
    /// The body.
    pub body: Json,
    /// What the log knows this request by.
    pub request_id: String,
}

/// Runs an act, or repeats its answer. `run` may be called several times, and writes nothing itself.
pub async fn once<F, R>(app: &App, act: Act, run: F) -> Result<Response, Fault>
where
    F: Fn() -> R + Send + Sync + 'static,
    R: Future<Output = Result<Done, Fault>> + Send,
{
    let print = fingerprint(&[act.what.as_bytes(), act.body.to_string().as_bytes()]);
    let claimed = KeyRun { customer: act.customer.clone(), key: act.key.clone(), id: random_id("run") };
    let about = format!("answer {} {}", act.customer, act.key);
    let mut unreadable = None;
    loop {
        let now = app.now();
        match app.store.claim(&claimed, &print, now, now + LEASE, unreadable.as_deref()).await? {
            KeyClaim::Yours => break,
            KeyClaim::OtherRequest => {
                return Err(Fault::new(
                    Kind::KeyReused,
                    "This Idempotency-Key was sent with another request.",
                ));
            }
            KeyClaim::Running => {
                return Err(Fault::new(Kind::StillRunning, "Ask again with the same key in a second."));
            }
            KeyClaim::Answered(status, sealed) => match app.seal.open(&about, &sealed) {
                Some(body) => return Ok(response(status, body, true)),
                None => unreadable = Some(sealed),
            },
        }
    }
    let app = app.clone();
    let task = tokio::spawn(async move {
        let answer = tokio::select! {
            answer = answer(&app, &claimed, &about, &act.request_id, run) => answer,
            never = alive(&app, &claimed) => match never {},
        };
        if !matches!(answer, Ok((_, true))) {
            app.store.release(&claimed).await?;
        }
        answer.map(|(response, _)| response)
    });
    task.await
        .unwrap_or_else(|_| Err(Fault::new(Kind::Internal, "The act stopped half-way; nothing was written.")))
}

/// Says every now and then that a run is alive. A run that lost its key all the same cannot write its answer.
async fn alive(app: &App, claimed: &KeyRun) -> Infallible {
    loop {
        tokio::time::sleep(PULSE).await;
        if let Err(error) = app.store.renew(claimed, app.now() + LEASE).await {
            tracing::warn!(%error, "a run could not say that it is alive");
        }
    }
}

/// The answer, and whether it was kept.
async fn answer<F, R>(
    app: &App,
    claimed: &KeyRun,
    about: &str,
    request_id: &str,
    run: F,
) -> Result<(Response, bool), Fault>
where
    F: Fn() -> R,
    R: Future<Output = Result<Done, Fault>>,
{
    for _ in 0..TRIES {
        let ran = tokio::time::timeout(Duration::from_secs(PATIENCE), run()).await;
        let ran =
            ran.unwrap_or_else(|_| Err(Fault::new(Kind::ProviderUnavailable, "Stripe takes too long.")));
        let (effect, status, body, is_final) = match ran {
            Ok(done) => {
                (done.effect, done.status.as_u16(), done.body.to_string().into_bytes(), done.is_final)
            }
            Err(fault) if fault.kind.is_passing() => return Err(fault),
            Err(fault) => (Change::Nothing, fault.kind.status().as_u16(), fault.document(request_id), true),
        };
        let mut write = app.store.begin().await?;
        if !effect.write(&mut write).await? {
            tracing::info!("the session changed meanwhile; looking again");
            continue;
        }
        if is_final && !keys::answer(&mut write, claimed, status, &app.seal.close(about, &body)).await? {
            return Err(Fault::new(Kind::StillRunning, "Another request has taken this key over."));
        }
        write.commit().await?;
        return Ok((response(status, body, false), is_final));
    }
    Err(Fault::new(Kind::StillRunning, "The session keeps changing; ask again in a second."))
}

fn response(status: u16, body: Vec<u8>, is_replay: bool) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let kind = if status >= 400 { PROBLEM_JSON } else { "application/json" };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if is_replay {
        headers.insert("idempotent-replayed", HeaderValue::from_static("true"));
    }
    response
}
