//! Signs staff in. A name that does not exist takes as long as a wrong password and gets the same answer; ten wrong
//! passwords in a row lock a name for a quarter of an hour.

use crate::frame::{Fields, SIGN_IN_SECONDS, Staff, page, set_cookie, token_fingerprint};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use maud::html;
use relink_backend::ApiError;
use relink_hosted::Hosted;
use relink_hosted::forms;
use relink_seal::{hash_password, is_password, random_id};
use relink_store::journal::{JournalEntry, JournalEvent};

/// Wrong passwords in a row that lock a name.
const MOST_FAILURES: i64 = 10;
/// For how long, in seconds.
const LOCKED: i64 = 15 * 60;

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
    headers: HeaderMap,
    body: String,
) -> Result<Response, ApiError> {
    forms::same_origin(&hosted, &headers)?;
    let fields = Fields::read(&body);
    let text = |name| fields.first(name).unwrap_or_default().to_owned();
    let (email, password) = (text("email").trim().to_lowercase(), text("password"));
    let known = hosted.store.staff_credentials(&email).await?;
    let now = hosted.now();
    let is_locked = known.as_ref().is_some_and(|known| known.locked_until > now);
    let hashed = known.map(|known| known.password_hash).filter(|_| !is_locked);
    // Slow on purpose, and not in the thread of the others. Without a hash one is made, which takes as long.
    let fits = tokio::task::spawn_blocking(move || match hashed {
        Some(hashed) => is_password(&hashed, &password),
        None => hash_password(&password).is_empty(),
    });
    if !fits.await.unwrap_or(false) {
        let outcome = if is_locked { "locked" } else { "failed" };
        metrics::counter!("relink_staff_sign_ins_total", "outcome" => outcome).increment(1);
        if !is_locked {
            hosted.store.staff_wrong_password(&email, MOST_FAILURES, now + LOCKED).await?;
        }
        let wrong = "That address and that password do not fit. After ten tries a name is locked for a quarter of an hour.";
        let mut response = form(&hosted, &email, Some(wrong));
        *response.status_mut() = StatusCode::UNAUTHORIZED;
        return Ok(response);
    }
    metrics::counter!("relink_staff_sign_ins_total", "outcome" => "succeeded").increment(1);
    let token = random_id("st");
    hosted.store.sign_staff_in(&token_fingerprint(&token), &email, now + SIGN_IN_SECONDS).await?;
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
