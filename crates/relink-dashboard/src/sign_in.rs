//! Signs staff in. A name that does not exist takes as long as a wrong password and gets the same answer; ten wrong
//! passwords in a row lock a name for a quarter of an hour.

use super::frame::{Fields, SIGN_IN_SECONDS, Staff, page, token_fingerprint};
use crate::app::App;
use crate::fault::Fault;
use crate::guard;
use crate::seal::{self, random_id};
use crate::store::journal::{JournalEntry, What};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use maud::html;

/// Wrong passwords in a row that lock a name.
const MOST_FAILURES: i64 = 10;
/// For how long, in seconds.
const LOCKED: i64 = 15 * 60;

/// The page.
pub async fn show(State(app): State<App>) -> Response {
    form(&app, "", None)
}

fn form(app: &App, email: &str, wrong: Option<&str>) -> Response {
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
    page(app, "Staff sign-in", "", None, body)
}

/// Signs in.
pub async fn sign_in(State(app): State<App>, headers: HeaderMap, body: String) -> Result<Response, Fault> {
    guard::same_origin(&app, &headers)?;
    let fields = Fields::read(&body);
    let text = |name| fields.first(name).unwrap_or_default().to_owned();
    let (email, password) = (text("email").trim().to_lowercase(), text("password"));
    let known = app.store.credentials(&email).await?;
    let now = app.now();
    let is_locked = known.as_ref().is_some_and(|known| known.locked_until > now);
    let hashed = known.map(|known| known.password_hash).filter(|_| !is_locked);
    // Slow on purpose, and not in the thread of the others. Without a hash one is made, which takes as long.
    let fits = tokio::task::spawn_blocking(move || match hashed {
        Some(hashed) => seal::is_password(&hashed, &password),
        None => seal::hash_password(&password).is_empty(),
    });
    if !fits.await.unwrap_or(false) {
        if !is_locked {
            app.store.wrong_password(&email, MOST_FAILURES, now + LOCKED).await?;
        }
        let wrong = "That address and that password do not fit. After ten tries a name is locked for a quarter of an hour.";
        let mut response = form(&app, &email, Some(wrong));
        *response.status_mut() = StatusCode::UNAUTHORIZED;
        return Ok(response);
    }
    let token = random_id("st");
    app.store.sign_staff_in(&token_fingerprint(&token), &email, now + SIGN_IN_SECONDS).await?;
    let who = format!("staff:{email}");
    let entry = JournalEntry {
        at_ms: app.now_ms(),
        account: None,
        relink: None,
        what: JournalEvent::SignedIn,
        who: &who,
        note: None,
    };
    app.store.note(&entry).await?;
    Ok(with_cookie(Redirect::to("/dashboard"), &guard::set_staff_cookie(&app, &token, SIGN_IN_SECONDS)))
}

/// Signs out.
pub async fn sign_out(
    State(app): State<App>,
    by: Staff,
    headers: HeaderMap,
    body: String,
) -> Result<Response, Fault> {
    by.check(&app, &headers, &Fields::read(&body))?;
    app.store.sign_staff_out(&by.fingerprint).await?;
    Ok(with_cookie(Redirect::to("/dashboard/sign-in"), &guard::set_staff_cookie(&app, "", 0)))
}

fn with_cookie(to: Redirect, cookie: &str) -> Response {
    let mut response = to.into_response();
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().insert(header::SET_COOKIE, value);
    }
    response
}
