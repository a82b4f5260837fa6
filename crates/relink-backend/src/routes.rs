//! The four routes of the contract, once for each profile.
//! `outcome` decides what Stripe's answer means and touches nothing; `settle` asks Stripe and collects what to write;
//! `document` is the session on the wire; `open` creates one; `idempotency` gives each action one answer.

use crate::consent;
use crate::customer::{CameBy, Customer};
use crate::document;
use crate::error::{ApiError, ApiErrorKind, RelinkError};
use crate::http::Posted;
use crate::idempotency::{self, Act, Done, Keyed};
use crate::lifetime;
use crate::open::{self, Way};
use crate::outcome::Choice;
use crate::profile::Profile;
use crate::rates::Asker;
use crate::relink::Relink;
use crate::settle;
use crate::trace::{self, RequestId};
use axum::extract::rejection::PathRejection;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Router, middleware};
use relink_store::accounts::AccountRow;
use relink_store::change::Change;
use relink_store::hosted::Delivery;
use relink_store::sessions::RelinkSession;
use relink_wire::{CompleteSession, CreateSession, Json, SessionStatus};
use serde::Deserialize;

/// Begins the id of what is not a session yet; the id of an account or an authorization follows.
pub const PREVIEW: &str = "preview_";

/// The largest body that a POST may have: a thousand account ids fit.
const LARGEST_BODY: usize = 300 * 1024;

impl Relink {
    /// The routes of every profile that has a path, to be nested anywhere in an app, whatever its own state is.
    pub fn router<S>(&self) -> Router<S>
    where
        S: Clone + Send + Sync + 'static,
    {
        let mut router = Router::new();
        for profile in &self.profiles {
            router = match profile.path.as_deref() {
                None => router,
                Some("" | "/") => router.merge(self.routes_of(profile)),
                Some(path) => router.nest(path, self.routes_of(profile)),
            };
        }
        router
    }

    /// The four routes of one profile. Without a customer from the request's extensions, [`IdentifyCustomer`] is asked.
    ///
    /// [`IdentifyCustomer`]: crate::IdentifyCustomer
    pub fn routes_of<S>(&self, profile: &Profile) -> Router<S>
    where
        S: Clone + Send + Sync + 'static,
    {
        Router::new()
            .route("/sessions", post(create))
            .route("/sessions/{id}", get(read))
            .route("/sessions/{id}/complete", post(complete))
            .route("/sessions/{id}/cancel", post(cancel))
            .layer(DefaultBodyLimit::max(LARGEST_BODY))
            .layer(Extension(InProfile(profile.name.clone())))
            .layer(middleware::from_fn(trace::trace))
            .with_state(self.clone())
    }
}

/// The profile that a request is for, by name.
#[derive(Clone)]
struct InProfile(String);

/// The session in the address, whatever else the address holds.
#[derive(Deserialize)]
struct SessionPath {
    id: String,
}

fn id_of(path: Result<Path<SessionPath>, PathRejection>) -> Result<String, ApiError> {
    path.map(|Path(path)| path.id).map_err(|_| no_such_session())
}

fn no_such_session() -> ApiError {
    ApiError::new(ApiErrorKind::NoSuchSession, "There is no session of this id.")
}

async fn create(
    State(relink): State<Relink>,
    Extension(InProfile(profile)): Extension<InProfile>,
    Extension(RequestId(request_id)): Extension<RequestId>,
    posted: Posted,
) -> Result<Response, ApiError> {
    let mut wanted = CreateSession::decode(&posted.body)?;
    let Posted { customer, key, body, return_url } = posted;
    if let Some(link) = &customer.link {
        wanted = within(&relink, &customer.id, link, wanted).await?;
    }
    let owner = customer.key_owner().to_owned();
    let act = Create {
        profile,
        link: customer.link.map(|link| link.id),
        customer: customer.id,
        next_payment_at: customer.next_payment_at,
        owner: owner.clone(),
        key: key.clone(),
        return_url,
        wanted,
    };
    let what = format!("create {}", act.profile);
    idempotency::once(&relink, Keyed { owner, key, what, body, request_id }, act).await
}

/// What is wanted, where it is within what the link is for: one of its accounts, or several of them behind one
/// authorization.
async fn within(
    relink: &Relink,
    customer: &str,
    link: &CameBy,
    wanted: CreateSession,
) -> Result<CreateSession, ApiError> {
    let another = || ApiError::new(ApiErrorKind::Forbidden, "The link is for another account.");
    let account = match (&wanted.account, &wanted.authorization, &link.accounts[..]) {
        (Some(account), _, _) => Some(account.clone()).filter(|account| link.is_for(account)),
        (None, Some(authorization), [_, _, ..]) => {
            let accounts = relink.store.accounts_of(customer).await?;
            let is_behind = |row: &AccountRow| row.linked.authorization() == Some(authorization.as_str());
            if !accounts.iter().any(|row| link.is_for(row.linked.id()) && is_behind(row)) {
                return Err(another());
            }
            return Ok(wanted);
        }
        (None, _, accounts) => accounts.first().cloned(),
    };
    let account = account.ok_or_else(another)?;
    Ok(CreateSession { account: Some(account), authorization: None, ..wanted })
}

struct Create {
    profile: String,
    link: Option<String>,
    customer: String,
    next_payment_at: Option<i64>,
    owner: String,
    key: String,
    return_url: Option<String>,
    wanted: CreateSession,
}

impl Act for Create {
    async fn run(&self, relink: &Relink) -> Result<Done, ApiError> {
        let gone = || ApiError::new(ApiErrorKind::NoSuchRoute, "There is no such profile.");
        let way = Way {
            profile: relink.profile(&self.profile).ok_or_else(gone)?,
            return_url: self.return_url.as_deref(),
            delivery: Delivery::Url,
            lasts: lifetime::LASTS,
            key_owner: &self.owner,
            key: &self.key,
            link: self.link.as_deref(),
        };
        let mut done = open::open(relink, way, &self.customer, &self.wanted).await?;
        document::say_next_payment(&mut done.body, self.next_payment_at);
        Ok(done)
    }
}

async fn read(
    State(relink): State<Relink>,
    Extension(InProfile(profile)): Extension<InProfile>,
    customer: Customer,
    path: Result<Path<SessionPath>, PathRejection>,
) -> Result<Response, ApiError> {
    relink.rates.take(Asker::Reader(customer.key_owner()))?;
    let id = id_of(path)?;
    let mut body = match (&customer.link, id.strip_prefix(PREVIEW)) {
        (Some(link), Some(about)) => preview(&relink, &customer.id, link, &profile, &id, about).await?,
        (Some(_), None) | (None, _) => {
            let session = own_session(&relink, &customer, &profile, &id).await?;
            let session = settle::refresh(&relink, session).await?;
            document::of(&relink, &session).await?
        }
    };
    document::say_next_payment(&mut body, customer.next_payment_at);
    let json = HeaderValue::from_static("application/json");
    let no_store = HeaderValue::from_static("no-store");
    Ok(([(header::CONTENT_TYPE, json), (header::CACHE_CONTROL, no_store)], body.to_string()).into_response())
}

/// What a session of the link would be about. Programs that scan email open links too: this can be read without
/// starting anything.
async fn preview(
    relink: &Relink,
    customer: &str,
    link: &CameBy,
    profile: &str,
    id: &str,
    about: &str,
) -> Result<Json, ApiError> {
    // Each provider has its own ids; the link knows which are accounts. Only one for several accounts is also for what they are under.
    let (account, authorization) = match &link.accounts[..] {
        [_, _, ..] if !link.is_for(about) => (None, Some(about.to_owned())),
        _ => (Some(about.to_owned()), None),
    };
    let wanted =
        within(relink, customer, link, CreateSession { account, authorization, locale: None }).await?;
    let profile = relink.profile(profile).ok_or_else(no_such_session)?;
    let way = Way {
        profile,
        return_url: None,
        delivery: Delivery::Url,
        lasts: lifetime::LASTS,
        key_owner: customer,
        key: id,
        link: Some(&link.id),
    };
    open::preview(relink, way, customer, id, &wanted).await?.ok_or_else(no_such_session)
}

async fn complete(
    State(relink): State<Relink>,
    Extension(InProfile(profile)): Extension<InProfile>,
    Extension(RequestId(request_id)): Extension<RequestId>,
    path: Result<Path<SessionPath>, PathRejection>,
    posted: Posted,
) -> Result<Response, ApiError> {
    let told = CompleteSession::decode(&posted.body)?;
    let Posted { customer, key, body, .. } = posted;
    let id = id_of(path)?;
    own_session(&relink, &customer, &profile, &id).await?;
    let what = format!("complete {id}");
    let request = Keyed { owner: customer.key_owner().to_owned(), key, what, body, request_id };
    idempotency::once(&relink, request, Complete { profile, customer, id, told }).await
}

struct Complete {
    profile: String,
    customer: Customer,
    id: String,
    told: CompleteSession,
}

impl Act for Complete {
    async fn run(&self, relink: &Relink) -> Result<Done, ApiError> {
        let mut session = own_session(relink, &self.customer, &self.profile, &self.id).await?;
        if let Some(agreed) = &self.told.consent {
            consent::note(relink, &mut session, agreed).await?;
        }
        match session.status {
            SessionStatus::Expired => return Err(RelinkError::Expired.into()),
            SessionStatus::Cancelled => return Err(RelinkError::Cancelled.into()),
            // What succeeded or failed before is answered again.
            SessionStatus::Pending
            | SessionStatus::Succeeded
            | SessionStatus::Failed
            | SessionStatus::Unknown(_) => {}
        }
        let (session, change) = settle::settle(relink, session, Choice::Chosen(&self.told.accounts)).await?;
        if session.status == SessionStatus::Expired {
            return Err(RelinkError::Expired.into());
        }
        done(relink, session, change).await
    }
}

async fn cancel(
    State(relink): State<Relink>,
    Extension(InProfile(profile)): Extension<InProfile>,
    Extension(RequestId(request_id)): Extension<RequestId>,
    path: Result<Path<SessionPath>, PathRejection>,
    posted: Posted,
) -> Result<Response, ApiError> {
    if !posted.body.is_object() {
        return Err(ApiError::new(ApiErrorKind::Malformed, "The body must be a JSON object."));
    }
    let Posted { customer, key, body, .. } = posted;
    let id = id_of(path)?;
    own_session(&relink, &customer, &profile, &id).await?;
    let what = format!("cancel {id}");
    let request = Keyed { owner: customer.key_owner().to_owned(), key, what, body, request_id };
    idempotency::once(&relink, request, Cancel { profile, customer, id }).await
}

struct Cancel {
    profile: String,
    customer: Customer,
    id: String,
}

impl Act for Cancel {
    async fn run(&self, relink: &Relink) -> Result<Done, ApiError> {
        let mut session = own_session(relink, &self.customer, &self.profile, &self.id).await?;
        let change = if session.status == SessionStatus::Pending {
            session.status = SessionStatus::Cancelled;
            Change::Move(Box::new(session.clone()), Default::default())
        } else {
            Change::Nothing
        };
        done(relink, session, change).await
    }
}

/// The answer of a completion or a cancellation. A session that is still pending is no last word: the customer has
/// not finished at the bank, and the same act may be tried again.
async fn done(relink: &Relink, session: RelinkSession, change: Change) -> Result<Done, ApiError> {
    let is_final = session.status != SessionStatus::Pending;
    let body = match &change {
        Change::Move(_, fresh) | Change::Complete(_, fresh, _) | Change::Open(_, fresh, _) => {
            document::with(relink, &session, &fresh.list).await?
        }
        Change::Nothing | Change::Ask(_) => document::of(relink, &session).await?,
    };
    Ok(Done { change, status: StatusCode::OK, body, is_final })
}

/// The customer's own session of that profile; where a link brought them, of the link's accounts.
async fn own_session(
    relink: &Relink,
    customer: &Customer,
    profile: &str,
    id: &str,
) -> Result<RelinkSession, ApiError> {
    let is_of = |link: &CameBy, session: &RelinkSession| match &session.account {
        Some(account) => link.is_for(account),
        None => session.link.as_ref() == Some(&link.id),
    };
    let may = |session: &RelinkSession| {
        session.profile == profile && customer.link.as_ref().is_none_or(|link| is_of(link, session))
    };
    let found = relink.store.session_of_customer(&customer.id, id).await?;
    found.filter(may).ok_or_else(no_such_session)
}
