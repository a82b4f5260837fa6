//! Signs staff in. A name that does not exist takes as long as a wrong password and gets the same answer; ten wrong
//! passwords in a row lock a name for a quarter of an hour. Where there is a second factor, or there has to be one, the
//! right password leads there (`second_factor`).

use crate::between;
use crate::desk::{Client, Desk};
use crate::frame::{Fields, Staff, page, set_cookie, token_fingerprint};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use maud::html;
use relink_backend::ApiError;
use relink_hosted::Hosted;
use relink_seal::{hash_password, is_password, random_id};
use relink_store::journal::{JournalEntry, JournalEvent};
use relink_store::security_events::{Actor, SecurityEventKind};

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
    State(desk): State<Desk>,
    headers: HeaderMap,
    client: Client,
    body: String,
) -> Result<Response, ApiError> {
    desk.same_origin(&headers)?;
    let fields = Fields::read(&body);
    let text = |name| fields.first(name).unwrap_or_default().to_owned();
    let (email, password) = (text("email").trim().to_lowercase(), text("password"));
    let known = desk.store.staff_credentials(&email).await?;
    let is_known = known.is_some();
    let now = desk.now();
    let is_locked = known.as_ref().is_some_and(|known| known.locked_until > now);
    let hashed = known.map(|known| known.password_hash).filter(|_| !is_locked);
    let kept = hashed.clone();
    // Slow on purpose, and not in the thread of the others. Without a hash one is made, which takes as long.
    let fits = tokio::task::spawn_blocking(move || match kept {
        Some(hashed) => is_password(&hashed, &password),
        None => hash_password(&password).is_empty(),
    });
    let fits = fits.await.unwrap_or(false);
    let Some(hashed) = hashed.filter(|_| fits) else {
        if !is_locked {
            desk.store.staff_wrong_password(&email, MOST_FAILURES, now + LOCKED).await?;
        }
        refused(&desk, client, &email, is_known, is_locked).await?;
        let wrong = "That address and that password do not fit. After ten tries a name is locked for a quarter of an hour.";
        let mut response = form(&desk, &email, Some(wrong));
        *response.status_mut() = StatusCode::UNAUTHORIZED;
        return Ok(response);
    };
    if desk.store.has_second_factor(&email).await? {
        return Ok(with_cookie(
            Redirect::to("/dashboard/sign-in/code"),
            &between::set(&desk, &email, &hashed),
        ));
    }
    if desk.settings().needs_second_factor {
        return Ok(with_cookie(
            Redirect::to("/dashboard/second-factor"),
            &between::set(&desk, &email, &hashed),
        ));
    }
    let cookie = enter(&desk, client, &email).await?;
    Ok(with_cookie(Redirect::to("/dashboard"), &cookie))
}

/// Records a sign-in that was refused. A name that is no staff's may be a password that went into the wrong field: what
/// is recorded of it tells only whether it was the same one.
async fn refused(
    desk: &Desk,
    client: Client,
    email: &str,
    is_known: bool,
    was_locked: bool,
) -> Result<(), ApiError> {
    let source = desk.source(Actor::Unknown, client);
    let subject = if is_known {
        email.to_owned()
    } else {
        let keyed = desk.seal.form_token(&format!("typed as a name: {email}"));
        format!("no staff: {}", keyed.get(..16).unwrap_or_default())
    };
    desk.store.record(&source, SecurityEventKind::SignInFailed, Some(&subject)).await?;
    let now_locked = desk.store.staff_credentials(email).await?;
    if !was_locked && now_locked.is_some_and(|known| known.locked_until > desk.now()) {
        desk.store.record(&source, SecurityEventKind::Locked, Some(&subject)).await?;
    }
    Ok(())
}

/// Lets a person in who has proved all that is asked for; answers the cookie of their sign-in.
pub async fn enter(desk: &Desk, client: Client, email: &str) -> Result<String, ApiError> {
    let token = random_id("st");
    let (now, longest) = (desk.now(), desk.settings().longest);
    desk.store.sign_staff_in(&token_fingerprint(&token), email, now, now + longest).await?;
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
    Ok(set_cookie(desk, &token, longest))
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
