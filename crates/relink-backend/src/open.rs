//! Creates a relink session: which rule applies, what is requested, and Stripe's session behind it.

use crate::beside::{Beside, Repair, handoff};
use crate::consent;
use crate::document;
use crate::error::RelinkError;
use crate::idempotency::Done;
use crate::outcome::Choice;
use crate::profile::{Profile, WayToBank};
use crate::relink::Relink;
use crate::reuse::{Given, open_already, room_at_once};
use crate::settle;
use crate::subject::{Subject, foreseen, known, subject};
use crate::terms::Terms;
pub use crate::terms::Way;
use axum::http::StatusCode;
use relink_account::{LinkedAccount, Provider};
use relink_seal::{fingerprint, random_id};
use relink_store::accounts::FreshAccounts;
use relink_store::change::Change;
use relink_store::hosted::Delivery;
use relink_store::sessions::{RelinkSession, Room};
use relink_stripe::{HostedPage, NewSession, StripeError, StripeSession};
use relink_wire::{Cause, CreateSession, InstitutionStatus, Json, SafeUrl, SessionStatus};
use serde_json::json;

/// Makes a session for `customer`.
pub async fn open(
    relink: &Relink,
    way: Way<'_>,
    customer: &str,
    wanted: &CreateSession,
) -> Result<Done, RelinkError> {
    let profile = way.profile;
    let read_at_ms = relink.now_ms();
    let (subject, ahead) =
        tokio::join!(subject(relink, profile, customer, wanted), ahead(relink, way, customer, wanted));
    // What Stripe says now counts: an account that was closed meanwhile needs an answer, not a session.
    let subject = subject?;
    if let Some(beside) = relink.beside(subject.provider()) {
        return open_beside(relink, beside, way, customer, wanted, subject, read_at_ms).await;
    }
    let terms = Terms::of(way, &subject);
    let begun = match ahead?.filter(|begun| begun.terms == terms) {
        Some(begun) => begun,
        None => match open_already(relink, profile, customer, subject.about(), way.link).await? {
            Given::Again(open) => return Ok(open),
            Given::New(room) => begin(relink, way, customer, wanted, &subject, terms, room).await,
        },
    };
    let Begun { room, made, consent, institution_status, .. } = begun;
    let made = match made {
        Ok(made) => made,
        Err(error) => {
            let granted = granted_late(relink, profile, customer, &subject).await?;
            return granted.ok_or_else(|| refused(error, &subject));
        }
    };
    let is_hosted = profile.handoff == WayToBank::Hosted;
    let to_bank = if is_hosted { &made.url } else { &made.client_secret };
    // Where Stripe writes the email, it need not say where it leads.
    let to_bank = match to_bank {
        Some(to_bank) => to_bank.expose(),
        None if is_hosted && way.delivery == Delivery::Email => "",
        None => return Err(StripeError::Unavailable.into()),
    };
    let session = beginning(relink, way, customer, &subject);
    let session = RelinkSession {
        handoff_sealed: relink.seal.close(&document::about(&session.id), to_bank.as_bytes()),
        stripe_session: made.id,
        consent,
        institution_status,
        ..session
    };
    let body = document::with(relink, &session, &subject.shown).await?;
    let change = Change::Open(Box::new(session), FreshAccounts { list: subject.shown, read_at_ms }, room);
    Ok(Done { change, status: StatusCode::CREATED, body, is_final: true })
}

/// The same at a provider beside Stripe: by a page of its own, for one login, which is repaired whole.
async fn open_beside(
    relink: &Relink,
    beside: &dyn Beside,
    way: Way<'_>,
    customer: &str,
    wanted: &CreateSession,
    subject: Subject,
    read_at_ms: i64,
) -> Result<Done, RelinkError> {
    if subject.shown.iter().all(is_closed) {
        return Err(RelinkError::Closed);
    }
    let room = match open_already(relink, way.profile, customer, subject.about(), way.link).await? {
        Given::Again(open) => return Ok(open),
        Given::New(room) => room,
    };
    let repair = Repair {
        customer,
        authorization: &subject.authorization,
        shown: &subject.shown,
        locale: wanted.locale.as_deref(),
        return_url: return_url(relink, way),
    };
    let begun = beside.begin(relink.backend(), repair).await?;
    let session = beginning(relink, way, customer, &subject);
    let session = RelinkSession {
        handoff_sealed: relink.seal.close(&document::about(&session.id), &handoff(&begun)),
        stripe_session: begun.name,
        expires_at: session.expires_at.min(session.created_at + beside.lasts_s()),
        account_limit: session.account.is_some().then_some(1),
        permissions: Vec::new(),
        ..session
    };
    let body = document::with(relink, &session, &subject.shown).await?;
    let change = Change::Open(Box::new(session), FreshAccounts { list: subject.shown, read_at_ms }, room);
    Ok(Done { change, status: StatusCode::CREATED, body, is_final: true })
}

/// What a session would be about, as the database knows it: nothing is begun for it, here or at Stripe. Nothing where the
/// database does not know.
pub async fn preview(
    relink: &Relink,
    way: Way<'_>,
    customer: &str,
    id: &str,
    wanted: &CreateSession,
) -> Result<Option<Json>, RelinkError> {
    let Some(subject) = known(relink, way.profile, customer, wanted).await? else { return Ok(None) };
    let session = beginning(relink, way, customer, &subject);
    let mut session = RelinkSession { id: id.into(), ..session };
    if relink.beside(&session.provider).is_some() {
        session.permissions.clear();
    }
    let mut body = document::of(relink, &session).await?;
    body["handoff"] = json!({"type": "later"});
    Ok(Some(body))
}

/// A session that begins, before anything is known of how the customer gets to the bank.
fn beginning(relink: &Relink, way: Way<'_>, customer: &str, subject: &Subject) -> RelinkSession {
    let Terms { authorization, account, limit, permissions, .. } = Terms::of(way, subject);
    let now = relink.now();
    RelinkSession {
        id: random_id("rls"),
        customer: customer.into(),
        profile: way.profile.name.clone(),
        provider: subject.provider().into(),
        stripe_session: String::new(),
        handoff_sealed: String::new(),
        status: SessionStatus::Pending,
        created_at: now,
        expires_at: now + way.lasts,
        authorization,
        account,
        account_limit: limit,
        permissions,
        shown_accounts: subject.shown.iter().map(|account| account.public.clone()).collect(),
        relink_result: None,
        read_at_ms: relink.now_ms(),
        link: way.link.map(Into::into),
        consent: None,
        institution_status: None,
    }
}

/// What Stripe answered.
struct Begun {
    terms: Terms,
    room: Option<Room>,
    made: Result<StripeSession, StripeError>,
    consent: Option<Json>,
    institution_status: Option<InstitutionStatus>,
}

/// Asks Stripe for the session while the account is read anew, so that the customer waits for Stripe once and not twice. What
/// the database knows is kept fresh by webhooks and synchronisations; where it was not, the caller asks again. Nothing where
/// the database knows too little, where it says that no relink helps, or where a session that is open may be given again. Nothing
/// too where Stripe writes the email: one that was asked for in vain would have been sent.
async fn ahead(
    relink: &Relink,
    way: Way<'_>,
    customer: &str,
    wanted: &CreateSession,
) -> Result<Option<Begun>, RelinkError> {
    if way.profile.handoff == WayToBank::Hosted && way.delivery == Delivery::Email {
        return Ok(None);
    }
    let Some(subject) = foreseen(relink, way.profile, customer, wanted).await? else { return Ok(None) };
    let Some(room) = room_at_once(relink, way.profile, customer, subject.about(), way.link).await? else {
        return Ok(None);
    };
    let terms = Terms::of(way, &subject);
    Ok(Some(begin(relink, way, customer, wanted, &subject, terms, room).await))
}

/// Asks Stripe for a session, and beside it for whatever else the customer reads before the bank.
async fn begin(
    relink: &Relink,
    way: Way<'_>,
    customer: &str,
    wanted: &CreateSession,
    subject: &Subject,
    terms: Terms,
    room: Option<Room>,
) -> Begun {
    let stripe = relink.stripe.for_customer(customer);
    let is_hosted = way.profile.handoff == WayToBank::Hosted;
    let new = NewSession {
        customer,
        authorization: &terms.authorization,
        account: terms.account.as_deref(),
        limit: terms.limit,
        must_pay: terms.must_pay,
        permissions: &terms.permissions,
        hosted: is_hosted.then(|| HostedPage {
            delivery_method: way.delivery.as_str(),
            return_url: return_url(relink, way),
        }),
    };
    // A run that died after Stripe answered is run again: with the same key Stripe makes no second session. Stripe refuses a key
    // whose request has changed, so what is asked is part of it.
    let Terms { authorization, account, limit, must_pay, permissions } = &terms;
    let asked_for = json!([authorization, account, limit, must_pay, permissions]).to_string();
    let stripe_key = format!(
        "relink-{}",
        fingerprint(&[way.key_owner.as_bytes(), way.key.as_bytes(), asked_for.as_bytes()])
    );
    let asked = async {
        if is_hosted {
            return None;
        }
        consent::ask(relink, &stripe, customer, wanted.locale.as_deref(), &stripe_key).await
    };
    let bank = async {
        // Nobody reads a review before a page of Stripe's that a server asked for.
        if is_hosted && way.profile.path.is_none() {
            return None;
        }
        relink.banks.status(&stripe, &subject.shown, relink.now()).await
    };
    let (made, consent, institution_status) = tokio::join!(stripe.begin(&new, &stripe_key), asked, bank);
    Begun { terms, room, made, consent, institution_status }
}

/// Stripe refuses to begin because nothing is broken any more, where a session ran out while the customer was at the bank
/// and the bank has granted it since. That session is the answer: its success is nobody's otherwise.
async fn granted_late(
    relink: &Relink,
    profile: &Profile,
    customer: &str,
    subject: &Subject,
) -> Result<Option<Done>, RelinkError> {
    // Nobody waits for an answer behind a page of Stripe's that a server asked for.
    if profile.path.is_none() && profile.handoff == WayToBank::Hosted {
        return Ok(None);
    }
    let Subject { authorization, account, .. } = subject;
    let newest =
        relink.store.newest_session(customer, &profile.name, authorization, account.as_deref()).await?;
    let Some(session) = newest.filter(|session| session.expires_at <= relink.now()) else { return Ok(None) };
    // Where its event came first it is a success already; one before its end was reported then.
    let is_late = session.read_at_ms / 1000 >= session.expires_at;
    let (session, change) = settle::settle(relink, session, Choice::Unsaid).await?;
    if session.status != SessionStatus::Succeeded || (matches!(change, Change::Nothing) && !is_late) {
        return Ok(None);
    }
    let fresh = match &change {
        Change::Complete(_, fresh, _) => fresh.list.as_slice(),
        Change::Nothing | Change::Open(..) | Change::Move(..) | Change::Ask(_) => &[],
    };
    let body = document::with(relink, &session, fresh).await?;
    Ok(Some(Done { change, status: StatusCode::CREATED, body, is_final: true }))
}

/// Where a page that Stripe hosts sends the customer back to. Stripe wants to know it; where nobody says, it is our own
/// origin, the last of those that may be returned to, or the nearest to it that Stripe takes.
fn return_url<'a>(relink: &'a Relink, way: Way<'a>) -> Option<&'a str> {
    let own = || relink.return_origins.iter().rev().map(String::as_str);
    way.return_url.or_else(|| own().find(|origin| SafeUrl::https_or_loopback(origin).is_some()))
}

/// Whether it was closed at the bank.
fn is_closed(shown: &LinkedAccount) -> bool {
    shown.account.inactive.as_ref().is_some_and(|inactive| inactive.cause == Cause::AccountClosed)
}

/// Stripe's refusal to begin. Where every account was closed at the bank, that is why, whatever Stripe's action says.
fn refused(error: StripeError, subject: &Subject) -> RelinkError {
    match error {
        StripeError::Refused { .. } | StripeError::NotFound if subject.shown.iter().all(is_closed) => {
            RelinkError::Closed
        }
        StripeError::NotFound => RelinkError::AuthorizationGone,
        StripeError::Refused { .. }
        | StripeError::Unavailable
        | StripeError::Throttled
        | StripeError::BankUnavailable
        | StripeError::NotEnabled(_)
        | StripeError::Language(_)
        | StripeError::NotYet(_)
        | StripeError::Busy
        | StripeError::Unauthorized => error.into(),
    }
}
