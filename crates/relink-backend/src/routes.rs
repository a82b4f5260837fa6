//! The relink API that the widget speaks: the four routes of the contract, once for each way to the bank.
//!
//! `verdict` decides what Stripe's word means and touches nothing; `settle` asks Stripe and gathers what is to be
//! written; `document` is the session on the wire; `open` makes one; this file is the routes.

pub mod document;
pub mod open;
pub mod settle;
pub mod verdict;

use crate::app::App;
use crate::fault::{Fault, Kind};
use crate::guard::{Posted, SignedIn};
use crate::hosted::rules::Delivery;
use crate::idempotency::{self, Act, Done};
use crate::store::sessions::{Change, RelinkSession};
use crate::stripe::StripeError;
use crate::trace::RequestId;
use axum::extract::rejection::PathRejection;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};
use open::Way;
use relink_wire::{CompleteSession, CreateSession, DecodeError, SessionStatus};
use serde::Deserialize;
use verdict::Choice;

/// The largest body that a POST may have: a thousand account ids fit.
const LARGEST_BODY: usize = 300 * 1024;

/// A set of the four routes under one address, with a way to the bank and a purpose of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mount {
    /// The address, as in the widget's `endpoint`.
    pub path: &'static str,
    /// Whether the customer goes to a page that Stripe hosts; else Stripe.js opens the bank.
    pub is_hosted: bool,
    /// What is asked for.
    pub permissions: Permissions,
}

/// What a session asks to see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permissions {
    /// What the merchant is configured for.
    Configured,
    /// These.
    Listed(&'static [&'static str]),
    /// What the customer granted before, and nothing else: a hosted relink changes no permission.
    AsGranted,
}

/// Payments by Stripe.js, payments by a hosted page, and data alone, which may be shared from many accounts.
pub const MOUNTS: [Mount; 3] = [
    Mount { path: "/relink", is_hosted: false, permissions: Permissions::Configured },
    Mount { path: "/relink-hosted", is_hosted: true, permissions: Permissions::Configured },
    Mount {
        path: "/relink-data",
        is_hosted: false,
        permissions: Permissions::Listed(&["balances", "transactions"]),
    },
];
/// Behind our own hosted page: of exactly one account, which the link names.
pub const HOSTED: Mount = Mount { path: "/r", is_hosted: false, permissions: Permissions::AsGranted };
/// Behind Stripe's hosted page, which a merchant's server asked for; no browser calls it.
pub const BY_STRIPE: Mount = Mount { path: "/v1", is_hosted: true, permissions: Permissions::AsGranted };

/// The mount that a session was made under.
pub fn mount_of(path: &str) -> Option<Mount> {
    MOUNTS.into_iter().chain([HOSTED, BY_STRIPE]).find(|mount| mount.path == path)
}

/// The routes of every mount.
pub fn routes() -> Router<App> {
    MOUNTS.iter().fold(Router::new(), |all, mount| all.nest(mount.path, routes_of(*mount)))
}

/// The four routes, wherever they are mounted.
pub fn routes_of(mount: Mount) -> Router<App> {
    Router::new()
        .route("/sessions", post(create))
        .route("/sessions/{id}", get(read))
        .route("/sessions/{id}/complete", post(complete))
        .route("/sessions/{id}/cancel", post(cancel))
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(Extension(mount))
}

async fn create(
    State(app): State<App>,
    Extension(mount): Extension<Mount>,
    Extension(RequestId(request_id)): Extension<RequestId>,
    posted: Posted,
) -> Result<Response, Fault> {
    let mut wanted = CreateSession::decode(&posted.body)?;
    let Posted { by, key, body, page } = posted;
    if let Some(only) = &by.only {
        if wanted.account.as_ref().is_some_and(|account| account != only) {
            return Err(Fault::new(Kind::Forbidden, "The link is for another account."));
        }
        wanted = CreateSession { account: by.only.clone(), authorization: None, ..wanted };
    }
    let customer = by.customer.clone();
    let act = Act {
        customer: by.keeper(),
        key: key.clone(),
        what: format!("create {}", mount.path),
        body,
        request_id,
    };
    let (shared, keeper) = (app.clone(), act.customer.clone());
    let run = move || {
        let (app, wanted, customer, key, page) =
            (shared.clone(), wanted.clone(), customer.clone(), key.clone(), page.clone());
        let keeper = keeper.clone();
        async move {
            let way = Way { mount, page: page.as_deref(), delivery: Delivery::Url, lasts: open::LASTS };
            open::open(&app, way, &customer, &wanted, &keeper, &key).await
        }
    };
    idempotency::once(&app, act, run).await
}

async fn read(
    State(app): State<App>,
    Extension(mount): Extension<Mount>,
    by: SignedIn,
    id: Result<Path<Named>, PathRejection>,
) -> Result<Response, Fault> {
    let session = own_session(&app, &by, mount, &id_of(id)?).await?;
    let session = settle::refresh(&app, session).await?;
    let body = document::of(&app, &session).await?;
    let json = HeaderValue::from_static("application/json");
    let no_store = HeaderValue::from_static("no-store");
    Ok(([(header::CONTENT_TYPE, json), (header::CACHE_CONTROL, no_store)], body.to_string()).into_response())
}

async fn complete(
    State(app): State<App>,
    Extension(mount): Extension<Mount>,
    Extension(RequestId(request_id)): Extension<RequestId>,
    id: Result<Path<Named>, PathRejection>,
    posted: Posted,
) -> Result<Response, Fault> {
    let chosen = CompleteSession::decode(&posted.body)?;
    let Posted { by, key, body, .. } = posted;
    let id = id_of(id)?;
    own_session(&app, &by, mount, &id).await?;
    let act = Act { customer: by.keeper(), key, what: format!("complete {id}"), body, request_id };
    let shared = app.clone();
    let run = move || {
        let (app, chosen, by, id) = (shared.clone(), chosen.accounts.clone(), by.clone(), id.clone());
        async move {
            let session = own_session(&app, &by, mount, &id).await?;
            match session.status {
                SessionStatus::Expired => {
                    return Err(Fault::new(Kind::Expired, "Start over with a new session."));
                }
                SessionStatus::Cancelled => {
                    return Err(Fault::new(
                        Kind::Consumed,
                        "The session was cancelled; start over with a new one.",
                    ));
                }
                // What succeeded or failed before is told again.
                SessionStatus::Pending
                | SessionStatus::Succeeded
                | SessionStatus::Failed
                | SessionStatus::Unknown(_) => {}
            }
            let (session, effect) = settle::settle(&app, session, Choice::Chosen(&chosen)).await?;
            if session.status == SessionStatus::Expired {
                return Err(Fault::new(Kind::Expired, "Start over with a new session."));
            }
            done(&app, session, effect).await
        }
    };
    idempotency::once(&app, act, run).await
}

async fn cancel(
    State(app): State<App>,
    Extension(mount): Extension<Mount>,
    Extension(RequestId(request_id)): Extension<RequestId>,
    id: Result<Path<Named>, PathRejection>,
    posted: Posted,
) -> Result<Response, Fault> {
    if !posted.body.is_object() {
        return Err(Fault::new(Kind::Malformed, "The body must be a JSON object."));
    }
    let Posted { by, key, body, .. } = posted;
    let id = id_of(id)?;
    own_session(&app, &by, mount, &id).await?;
    let act = Act { customer: by.keeper(), key, what: format!("cancel {id}"), body, request_id };
    let shared = app.clone();
    let run = move || {
        let (app, by, id) = (shared.clone(), by.clone(), id.clone());
        async move {
            let mut session = own_session(&app, &by, mount, &id).await?;
            let effect = if session.status == SessionStatus::Pending {
                session.status = SessionStatus::Cancelled;
                Change::Move(Box::new(session.clone()), Default::default())
            } else {
                Change::Nothing
            };
            done(&app, session, effect).await
        }
    };
    idempotency::once(&app, act, run).await
}

/// The answer of a completion or a cancellation. A session that is still pending is no last word: the customer has
/// not finished at the bank, and the same act may be tried again.
async fn done(app: &App, session: RelinkSession, effect: Change) -> Result<Done, Fault> {
    let is_final = session.status != SessionStatus::Pending;
    let body = match &effect {
        Change::Move(_, told) | Change::Complete(_, told, _) | Change::Open(_, told) => {
            document::with(app, &session, &told.list).await?
        }
        Change::Nothing | Change::Ask(_) => document::of(app, &session).await?,
    };
    Ok(Done { effect, status: StatusCode::OK, body, is_final })
}

async fn own_session(app: &App, by: &SignedIn, mount: Mount, id: &str) -> Result<RelinkSession, Fault> {
    let may = |session: &RelinkSession| {
        session.mount == mount.path && (by.only.is_none() || by.only == session.account)
    };
    let found = app.store.session(&by.customer, id).await?.filter(may);
    found.ok_or_else(|| Fault::new(Kind::NoSuchSession, "There is no session of this id."))
}

/// The session in the address, whatever else the address holds.
#[derive(Deserialize)]
struct Named {
    id: String,
}

fn id_of(path: Result<Path<Named>, PathRejection>) -> Result<String, Fault> {
    path.map(|Path(named)| named.id)
        .map_err(|_| Fault::new(Kind::NoSuchSession, "There is no session of this id."))
}

impl From<DecodeError> for Fault {
    fn from(error: DecodeError) -> Self {
        Self::new(Kind::Malformed, error.to_string())
    }
}

impl From<StripeError> for Fault {
    fn from(error: StripeError) -> Self {
        match error {
            StripeError::Throttled => Self::new(Kind::RateLimited, "Stripe asks us to slow down."),
            StripeError::Unavailable => Self::new(Kind::ProviderUnavailable, "Stripe does not answer."),
            StripeError::Unauthorized => {
                tracing::error!("Stripe does not accept STRIPE_SECRET_KEY");
                Self::new(Kind::ProviderUnavailable, "Stripe does not accept the merchant's key.")
            }
            // What we remember and Stripe does not know: the sandbox was reset, or the key is of another account.
            StripeError::NotFound => Self::new(Kind::NoSuchSession, "Stripe does not know this any more."),
            StripeError::Refused { code, .. } => {
                Self::new(Kind::NotRelinkable, format!("Stripe refuses this relink ({code})."))
            }
        }
    }
}
