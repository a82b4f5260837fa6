//! One action, one answer. The first request with an `Idempotency-Key` runs; every later one gets the same bytes.
//!
//! - What an act writes and the answer that is kept are committed together, so a crash leaves either both or
//!   neither. A run says every now and then that it is alive; a key whose run has been silent for [`LEASE`] seconds, on
//!   whichever machine, is free again, and every act is safe to run again.
//! - An act goes on when its client hangs up: it runs in a task of its own.
//! - An answer that says "not now" (429, 5xx) or "not yet" is not kept: the same key may try again, which is what
//!   the widget does.
//! - Kept answers are sealed. One that does not open was sealed with a secret that this instance does not have: the answer is
//!   "try again later", for the act was done, and must not be done again.

use crate::counts;
use crate::error::{ApiError, ApiErrorKind, PROBLEM_JSON};
use crate::rates::Asker;
use crate::relink::Relink;
use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use relink_seal::{fingerprint, random_id};
use relink_store::change::Change;
use relink_store::keys::{self, KeyClaim, KeyRun};
use relink_stripe::traceparent;
use relink_wire::Json;
use std::convert::Infallible;
use std::time::Duration;
use tracing::Instrument;

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
    pub change: Change,
    /// The status of the answer.
    pub status: StatusCode,
    /// The answer.
    pub body: Json,
    /// Whether this is the last word on the act, to be repeated for its key.
    pub is_final: bool,
}

/// What a request with a key asks for.
pub trait Act: Send + Sync + 'static {
    /// Does it, and writes nothing itself: what is to be written is part of the answer. It may be called several times.
    fn run(&self, relink: &Relink) -> impl Future<Output = Result<Done, ApiError>> + Send;
}

/// One request that must have one answer.
pub struct Keyed {
    /// Owner of the key: the customer, a link, or a server.
    pub owner: String,
    /// `Idempotency-Key`.
    pub key: String,
    /// What is asked: the route and its parameters.
    pub what: String,
    /// The body.
    pub body: Json,
    /// The request's id in the log.
    pub request_id: String,
}

/// Runs an act, or repeats its answer.
pub async fn once(relink: &Relink, request: Keyed, act: impl Act) -> Result<Response, ApiError> {
    let print = fingerprint(&[request.what.as_bytes(), request.body.to_string().as_bytes()]);
    // To repeat an answer, or to say that the act still runs, is to read; anything else is work.
    if let Some(asker) = asker(&request.owner) {
        let is_known = relink.store.is_key_known(&request.owner, &request.key).await?;
        relink.rates.take(if is_known { Asker::Reader(&request.owner) } else { asker })?;
    }
    let claimed = KeyRun { owner: request.owner, key: request.key, id: random_id("run") };
    let about = format!("answer {} {}", claimed.owner, claimed.key);
    relink.refuse_if_not_ours()?;
    let now = relink.now();
    match relink.store.claim_key(&claimed, &print, now, now + LEASE).await? {
        KeyClaim::Yours => {}
        KeyClaim::OtherRequest => {
            let detail = "This Idempotency-Key was sent with another request.";
            return Err(ApiError::new(ApiErrorKind::KeyReused, detail));
        }
        KeyClaim::Running => {
            let detail = "Ask again with the same key in a second.";
            return Err(ApiError::new(ApiErrorKind::StillRunning, detail));
        }
        KeyClaim::Answered(status, sealed) => match relink.seal.open(&about, &sealed) {
            Some(body) => return Ok(response(status, body, true)),
            None => {
                tracing::error!("a kept answer is sealed with a secret that this instance does not have");
                let detail = "The answer to this key cannot be read just now.";
                return Err(ApiError::new(ApiErrorKind::DatabaseUnavailable, detail));
            }
        },
    }
    let relink = relink.clone();
    let run = async move {
        let answer = tokio::select! {
            answer = answer(&relink, &claimed, &about, &request.request_id, &act) => answer,
            never = alive(&relink, &claimed) => match never {},
        };
        if !matches!(answer, Ok((_, true))) {
            relink.store.release_key(&claimed).await?;
        }
        answer.map(|(response, _)| response)
    };
    // The task belongs to the request's trace, though it may outlive the request.
    let task = tokio::spawn(traceparent::within(traceparent::current(), run).in_current_span());
    let died = |_| ApiError::new(ApiErrorKind::Internal, "The act stopped half-way; nothing was written.");
    task.await.map_err(died)?
}

/// Whose bucket the owner of a key has. A server's request was counted when its API key was read.
fn asker(owner: &str) -> Option<Asker<'_>> {
    match owner.split_once(':') {
        Some(("link", fingerprint)) => Some(Asker::Link(fingerprint)),
        Some(("api", _)) => None,
        Some(_) | None => Some(Asker::Customer(owner)),
    }
}

/// Renews a run's claim on its key now and then. A run that has lost its key anyway cannot write its answer.
async fn alive(relink: &Relink, claimed: &KeyRun) -> Infallible {
    loop {
        tokio::time::sleep(PULSE).await;
        if let Err(error) = relink.store.renew_key(claimed, relink.now() + LEASE).await {
            tracing::warn!(%error, "a run could not say that it is alive");
        }
    }
}

/// The answer, and whether it was kept.
async fn answer(
    relink: &Relink,
    claimed: &KeyRun,
    about: &str,
    request_id: &str,
    act: &impl Act,
) -> Result<(Response, bool), ApiError> {
    for _ in 0..TRIES {
        let ran = tokio::time::timeout(Duration::from_secs(PATIENCE), act.run(relink)).await;
        let ran = ran.unwrap_or_else(|_| {
            Err(ApiError::new(ApiErrorKind::ProviderUnavailable, "Stripe takes too long."))
        });
        let (change, status, body, is_final) = match ran {
            Ok(done) => {
                (done.change, done.status.as_u16(), done.body.to_string().into_bytes(), done.is_final)
            }
            Err(error) if !error.kind.is_kept() => return Err(error),
            Err(error) => (Change::Nothing, error.kind.status().as_u16(), error.document(request_id), true),
        };
        let mut write = relink.store.begin().await?;
        if !change.write(&mut write).await? {
            tracing::info!("the session changed meanwhile; looking again");
            continue;
        }
        let sealed = relink.seal.close(about, &body);
        if is_final && !keys::answer(&mut write, claimed, status, &sealed, change.customer()).await? {
            return Err(ApiError::new(
                ApiErrorKind::StillRunning,
                "Another request has taken this key over.",
            ));
        }
        write.commit().await?;
        counts::committed(&change);
        return Ok((response(status, body, false), is_final));
    }
    Err(ApiError::new(ApiErrorKind::StillRunning, "The session keeps changing; ask again in a second."))
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
