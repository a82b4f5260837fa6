//! Signs staff in. A name that does not exist takes as long as a wrong password and gets the same answer. A try is counted
//! before the password is looked at, by name, by address and in all (`relink_store::tries`): after ten wrong passwords in a
//! row a name is locked for a quarter of an hour, however many come at once.

use crate::frame::{Fields, SIGN_IN_SECONDS, Staff, page, set_cookie, token_fingerprint};
use crate::hashing::Hashing;
use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use maud::html;
use relink_backend::{ApiError, Asker, ClientAddress};
use relink_hosted::Hosted;
use relink_hosted::forms;
use relink_seal::{hash_password, is_password, random_id};
use relink_store::journal::{JournalEntry, JournalEvent};
use relink_store::tries::{LOCKED, Try};

/// What is said of a wrong password.
const WRONG: &str =
    "That address and that password do not fit. After ten tries a name is locked for a quarter of an hour.";
/// What is said where no password is looked at.
const TOO_MANY: &str = "Too many passwords were tried. Try again in a quarter of an hour.";

/// The page.
pub async fn show(State(hosted): State<Hosted>) -> Response {
    form(&hosted, "", None)
}

fn form(hosted: &Hosted, email: &str, wrong: Option<&str>) -> Response {
    let body = html! {
        div .narrow {
            h1 { "Staff sign-in" }
            p .lede { "Accounts that need attention, and requests to reconnect." }
            @if let Some(wrong) = wrong { p .summary.attention role="alert" { (wrong) } }
            form .fields method="post" action="/dashboard/sign-in" {
                label for="email" { "E-mail address" }
                input #email name="email" type="email" autocomplete="username" required value=(email);
                label for="password" { "Password" }
                input #password name="password" type="password" autocomplete="current-password" required;
                button .primary type="submit" { "Sign in" }
            }
        }
    };
    page(hosted, "Staff sign-in", "", None, body)
}

/// Signs in.
pub async fn sign_in(
    State(hosted): State<Hosted>,
    Extension(hashing): Extension<Hashing>,
    address: Option<Extension<ClientAddress>>,
    headers: HeaderMap,
    body: String,
) -> Result<Response, ApiError> {
    forms::same_origin(&hosted, &headers)?;
    let address = address.map(|Extension(address)| address);
    if let Some(address) = address {
        hosted.rates.take(Asker::SignIn(address))?;
    }
    let turn = hashing.turn().await?;
    let fields = Fields::read(&body);
    let text = |name| fields.first(name).unwrap_or_default().to_owned();
    let (email, password) = (text("email").trim().to_lowercase(), text("password"));
    let now = hosted.now();
    let network = address.map(|address| address.network().to_string());
    match hosted.store.reserve_try(&email, network.as_deref(), now).await? {
        Try::Reserved => {}
        Try::Locked { until, .. } => return Ok(locked(&hosted, &email, until - now)),
    }
    let hashed = hosted.store.staff_credentials(&email).await?.map(|known| known.password_hash);
    // Without a hash one is made, which takes as long.
    let right = turn.hash(move || match hashed {
        Some(hashed) => is_password(&hashed, &password).then_some(hashed),
        None => {
            drop(hash_password(&password));
            None
        }
    });
    let Some(hashed) = right.await.flatten() else {
        return Ok(refused(&hosted, &email, StatusCode::UNAUTHORIZED, WRONG));
    };
    let token = random_id("st");
    let (print, now) = (token_fingerprint(&token), hosted.now());
    let until = now + SIGN_IN_SECONDS;
    if !hosted.store.sign_staff_in(&print, &email, &hashed, now, until).await? {
        return Ok(locked(&hosted, &email, LOCKED));
    }
    let who = format!("staff:{email}");
    let entry = JournalEntry {
        at_ms: hosted.now_ms(),
        account: None,
        relink: None,
        what: JournalEvent::SignedIn,
        who: &who,
        note: None,
    };
    hosted.store.journal_add(&entry).await?;
    Ok(with_cookie(Redirect::to("/dashboard"), &set_cookie(&hosted, &token, SIGN_IN_SECONDS)))
}

fn refused(hosted: &Hosted, email: &str, status: StatusCode, why: &str) -> Response {
    let mut response = form(hosted, email, Some(why));
    *response.status_mut() = status;
    response
}

fn locked(hosted: &Hosted, email: &str, seconds: i64) -> Response {
    let mut response = refused(hosted, email, StatusCode::TOO_MANY_REQUESTS, TOO_MANY);
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds.max(1)));
    response
}

/// Signs out.
pub async fn sign_out(
    State(hosted): State<Hosted>,
    by: Staff,
    headers: HeaderMap,
    body: String,
) -> Result<Response, ApiError> {
    by.check(&hosted, &headers, &Fields::read(&body))?;
    hosted.store.sign_staff_out(&by.fingerprint).await?;
    Ok(with_cookie(Redirect::to("/dashboard/sign-in"), &set_cookie(&hosted, "", 0)))
}

fn with_cookie(to: Redirect, cookie: &str) -> Response {
    let mut response = to.into_response();
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().insert(header::SET_COOKIE, value);
    }
    response
}
