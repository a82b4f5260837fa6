//! Signs staff in. A name that does not exist takes as long as a wrong password and gets the same answer. An attempt is
//! counted before the password is checked, by name, by address and in total (`relink_store::tries`): after ten wrong
//! passwords in a row a name is locked for a quarter of an hour, however many arrive at once. If there is a second
//! factor, or one is required, the right password leads there (`second_factor`). Staff without a password use `openid`.

use crate::between;
use crate::desk::{Client, Desk};
use crate::frame::{Fields, Staff, page, set_cookie, token_fingerprint};
use crate::hashing::Hashing;
use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use maud::html;
use relink_backend::{ApiError, ApiErrorKind, ClientAddress};
use relink_seal::{hash_password, is_password, random_id};
use relink_store::identities::WayIn;
use relink_store::journal::{JournalEntry, JournalEvent};
use relink_store::security_events::{Actor, SecurityEventKind};
use relink_store::tries::{Counted, LOCKED, Try};

/// What is said of a wrong password.
const WRONG: &str = "Wrong email or password. After ten tries a name is locked for a quarter of an hour.";
/// The message if no password is checked.
const TOO_MANY: &str = "Too many passwords were tried. Try again in a quarter of an hour.";

/// The page.
pub async fn show(State(desk): State<Desk>) -> Response {
    form(&desk, "", None)
}

/// The page, with what went wrong.
pub(crate) fn form(desk: &Desk, email: &str, wrong: Option<&str>) -> Response {
    let provider = desk.provider().map(|_| desk.settings().provider.name.as_str());
    let body = html! {
        div .narrow {
            h1 { "Staff sign-in" }
            p .lede { "Accounts that need attention, and requests to reconnect." }
            @if let Some(wrong) = wrong { p .summary.attention role="alert" { (wrong) } }
            @if let Some(name) = provider {
                // A link: a form may not lead to another origin.
                p { a .button.primary href="/dashboard/sign-in/openid" { "Sign in with " (name) } }
            }
            @if desk.settings().takes_passwords {
                form .fields method="post" action="/dashboard/sign-in" {
                    label for="email" { "Email address" }
                    input #email name="email" type="email" autocomplete="username" required value=(email);
                    label for="password" { "Password" }
                    input #password name="password" type="password" autocomplete="current-password" required;
                    button .primary[provider.is_none()] type="submit" { "Sign in" }
                }
            }
        }
    };
    page(desk, "Staff sign-in", "", None, body)
}

/// Signs in.
pub async fn sign_in(
    State(desk): State<Desk>,
    Extension(hashing): Extension<Hashing>,
    headers: HeaderMap,
    client: Client,
    body: String,
) -> Result<Response, ApiError> {
    desk.same_origin(&headers)?;
    if !desk.settings().takes_passwords {
        return Err(ApiError::new(ApiErrorKind::NoSuchRoute, "Nobody signs in by a password here."));
    }
    desk.take_sign_in(client)?;
    let address = client.0.map(ClientAddress);
    let turn = hashing.turn().await?;
    let fields = Fields::read(&body);
    let text = |name| fields.first(name).unwrap_or_default().to_owned();
    let (email, password) = (text("email").trim().to_lowercase(), text("password"));
    let now = desk.now();
    let network = address.map(|address| address.network().to_string());
    match desk.store.reserve_try(&email, network.as_deref(), now).await? {
        Try::Reserved => {}
        Try::Locked { by, until, is_new } => {
            count("locked");
            if is_new {
                metrics::counter!("relink_staff_locks_total").increment(1);
                record_lock(&desk, client, &email, by).await?;
            }
            return Ok(locked(&desk, &email, until - now));
        }
    }
    let way_in = desk.store.way_in(&email).await?;
    let is_known = way_in.is_some();
    let hashed = match way_in {
        Some(WayIn::Password(hashed)) => Some(hashed),
        // Who has none is not told from nobody.
        Some(WayIn::Identity { .. } | WayIn::Invited) | None => None,
    };
    // Without a hash one is made, which takes as long.
    let right = turn.hash(move || match hashed {
        Some(hashed) => is_password(&hashed, &password).then_some(hashed),
        None => {
            drop(hash_password(&password));
            None
        }
    });
    let Some(hashed) = right.await.flatten() else {
        count("failed");
        let source = desk.source(Actor::Unknown, client);
        let subject = named(&desk, &email, is_known);
        desk.store.record(&source, SecurityEventKind::SignInFailed, Some(&subject)).await?;
        return Ok(refused(&desk, &email, StatusCode::UNAUTHORIZED, WRONG));
    };
    let way_in = WayIn::Password(hashed);
    Ok(match go_on(&desk, client, &email, &way_in, true).await? {
        Some((next, cookie)) => with_cookie(Redirect::to(next), &cookie),
        None => locked(&desk, &email, LOCKED),
    })
}

/// What follows the first factor: where it leads, and the cookie for that. The second factor, if there is one or one is
/// required and it `is_asked_for`; otherwise the dashboard. `None` if the person may no longer sign in this way, or the
/// name was locked meanwhile.
pub(crate) async fn go_on(
    desk: &Desk,
    client: Client,
    email: &str,
    way_in: &WayIn,
    is_asked_for: bool,
) -> Result<Option<(&'static str, String)>, ApiError> {
    let next = if !is_asked_for {
        None
    } else if desk.store.has_second_factor(email).await? {
        Some("/dashboard/sign-in/code")
    } else if desk.settings().needs_second_factor {
        Some("/dashboard/second-factor")
    } else {
        None
    };
    Ok(match next {
        Some(next) => Some((next, between::set(desk, email, way_in))),
        None => enter(desk, client, email, way_in).await?.map(|cookie| ("/dashboard", cookie)),
    })
}

/// A name as it is recorded. One that is no staff's may be a password that went into the wrong field: what is recorded of
/// it tells only whether it was the same one.
pub(crate) fn named(desk: &Desk, email: &str, is_known: bool) -> String {
    if is_known {
        return email.to_owned();
    }
    let keyed = desk.seal.form_token(&format!("typed as a name: {email}"));
    format!("no staff: {}", keyed.get(..16).unwrap_or_default())
}

async fn record_lock(desk: &Desk, client: Client, email: &str, by: Counted) -> Result<(), ApiError> {
    let subject = match by {
        Counted::Name => named(desk, email, desk.store.way_in(email).await?.is_some()),
        Counted::Address => "the address".into(),
        Counted::Everything => "every name".into(),
    };
    let source = desk.source(Actor::Unknown, client);
    Ok(desk.store.record(&source, SecurityEventKind::Locked, Some(&subject)).await?)
}

/// Signs in a person who has proved everything required, and returns the cookie of the sign-in. `None` if the name was
/// locked meanwhile, or the person may no longer sign in this way.
pub async fn enter(
    desk: &Desk,
    client: Client,
    email: &str,
    way_in: &WayIn,
) -> Result<Option<String>, ApiError> {
    let token = random_id("st");
    let (print, now, longest) = (token_fingerprint(&token), desk.now(), desk.settings().longest);
    if !desk.store.sign_staff_in(&print, email, way_in, now, now + longest).await? {
        return Ok(None);
    }
    count("succeeded");
    let who = format!("staff:{email}");
    let entry = JournalEntry {
        at_ms: desk.now_ms(),
        account: None,
        relink: None,
        what: JournalEvent::SignedIn,
        who: &who,
        note: None,
    };
    desk.store.journal_add(&entry).await?;
    desk.store.record(&desk.source(Actor::Staff(email), client), SecurityEventKind::SignedIn, None).await?;
    Ok(Some(set_cookie(desk, &token, longest)))
}

/// Counts a sign-in by its result.
pub(crate) fn count(outcome: &'static str) {
    metrics::counter!("relink_staff_sign_ins_total", "outcome" => outcome).increment(1);
}

pub(crate) fn refused(desk: &Desk, email: &str, status: StatusCode, why: &str) -> Response {
    let mut response = form(desk, email, Some(why));
    *response.status_mut() = status;
    response
}

fn locked(desk: &Desk, email: &str, seconds: i64) -> Response {
    let mut response = refused(desk, email, StatusCode::TOO_MANY_REQUESTS, TOO_MANY);
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds.max(1)));
    response
}

/// Signs out.
pub async fn sign_out(
    State(desk): State<Desk>,
    by: Staff,
    client: Client,
    headers: HeaderMap,
    body: String,
) -> Result<Response, ApiError> {
    by.check(&desk, &headers, &Fields::read(&body))?;
    desk.store.sign_staff_out(&by.fingerprint).await?;
    let source = desk.source(Actor::Staff(&by.person.email), client);
    desk.store.record(&source, SecurityEventKind::SignedOut, None).await?;
    Ok(with_cookie(Redirect::to("/dashboard/sign-in"), &set_cookie(&desk, "", 0)))
}

/// An answer that sets a cookie, besides those that it sets already.
pub fn with_cookie(answer: impl IntoResponse, cookie: &str) -> Response {
    let mut response = answer.into_response();
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}
