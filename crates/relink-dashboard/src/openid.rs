//! Staff who sign in at an OpenID provider. The provider says who they are (`relink_openid`), but not whether they are
//! staff: an operator invited them by address, and nothing that the provider says makes anybody staff.
//! A sign-in starts with a link on our own page and is stored in a sealed cookie of that browser, so that an attacker's
//! link cannot sign somebody in as the attacker. It can return once: the statement that uses it up decides which
//! request counts. Only this cookie is `Lax`, because the browser returns from another site. The answer is therefore a
//! page of ours that redirects, and the sign-in's own cookie, which is `Strict`, is sent from there.

use crate::desk::{Client, Desk};
use crate::frame::{Fields, page};
use crate::sign_in::{count, go_on, named, refused, with_cookie};
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{Redirect, Response};
use maud::html;
use relink_backend::http::text;
use relink_backend::{ApiError, ApiErrorKind};
use relink_hosted::forms;
use relink_openid::{Identity, Kept, Provider, ProviderError, Returned};
use relink_seal::fingerprint;
use relink_store::identities::WayIn;
use relink_store::security_events::{Actor, SecurityEventKind};

/// Where the provider leads browsers back to, below the dashboard's origin.
pub const RETURN: &str = "/dashboard/sign-in/openid/return";
/// Seconds that somebody has at the provider.
const LASTS: i64 = 10 * 60;
/// What the cookie is sealed for.
const AUDIENCE: &str = "staff at the OpenID provider";
/// The longest code that is passed on.
const LONGEST_CODE: usize = 4096;

/// Errors that the standards name, and what to say of them. Whatever else the provider says is not passed on.
const ERRORS: [(&str, &str); 7] = [
    ("access_denied", "The sign-in was broken off, or your account may not use this dashboard."),
    ("login_required", "You are not signed in there."),
    ("interaction_required", "The sign-in there was not finished."),
    ("account_selection_required", "No account was chosen there."),
    ("consent_required", "The sign-in was not agreed to there."),
    ("unmet_authentication_requirements", "Your account there has no sign-in that is strong enough."),
    ("temporarily_unavailable", "It cannot sign anybody in at the moment. Try again later."),
];
const OTHER_ERROR: &str = "It refused the sign-in. Ask whoever runs this server: its log says why.";
const LOST: &str =
    "The sign-in took too long, came back twice, or was begun in another window. Sign in again.";
const NOT_BELIEVED: &str = "Its answer cannot be believed. Ask whoever runs this server: its log says why.";
const UNAVAILABLE: &str = "The sign-in does not answer at the moment. Try again in a minute.";
const NO_STAFF: &str = "You are signed in there, but you are not on the staff here. Ask whoever runs this server for an invitation to the verified email address that you have there.";

/// Leads to the provider.
pub async fn begin(
    State(desk): State<Desk>,
    headers: HeaderMap,
    client: Client,
) -> Result<Response, ApiError> {
    let provider = provider(&desk)?;
    // By a link of ours, or typed; not by another page, which could begin it for somebody.
    if text(&headers, "sec-fetch-site").is_some_and(|site| site != "same-origin" && site != "none") {
        let elsewhere = "The sign-in was begun by another site (Sec-Fetch-Site).";
        return Err(ApiError::new(ApiErrorKind::Forbidden, elsewhere));
    }
    desk.take_sign_in(client)?;
    let begun = match provider.begin(desk.now()).await {
        Ok(begun) => begun,
        Err(error) => return failed(&desk, client, &error).await,
    };
    let inside = format!("{}\n{}", desk.now() + LASTS, begun.kept.to_text());
    let cookie = cookie(&desk, &desk.seal.carry(AUDIENCE, inside.as_bytes()), LASTS);
    let mut response = with_cookie(Redirect::to(begun.to.as_str()), &cookie);
    tell_nobody(&mut response);
    Ok(response)
}

/// Takes a browser that comes back.
pub async fn finish(
    State(desk): State<Desk>,
    headers: HeaderMap,
    client: Client,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let provider = provider(&desk)?;
    desk.take_sign_in(client)?;
    let fields = Fields::read(query.as_deref().unwrap_or_default());
    let field = |name| fields.first(name).filter(|value| value.len() <= LONGEST_CODE);
    let Some((kept, until)) = opened(&desk, &headers) else {
        // Nothing was begun in this browser: anybody may come with that, as often as they like, and it is not written down.
        count("failed");
        return Ok(refused(&desk, "", StatusCode::FORBIDDEN, LOST));
    };
    let state = fingerprint_of(&kept.state);
    if field("state").map(fingerprint_of).as_ref() != Some(&state) {
        return turn_away(&desk, client, "another sign-in's answer", LOST).await;
    }
    if !desk.store.use_up_return(&state, until).await? {
        return turn_away(&desk, client, "an answer that came before", LOST).await;
    }
    let response = match (field("error"), field("code")) {
        (Some(said), _) => {
            let known = ERRORS.iter().find(|(name, _)| *name == said);
            let (name, words) = known.copied().unwrap_or(("another error", OTHER_ERROR));
            tracing::warn!(error = name, "the OpenID provider signed nobody in");
            turn_away(&desk, client, name, words).await
        }
        (None, None) => turn_away(&desk, client, "no code", LOST).await,
        (None, Some(code)) => {
            let returned = Returned { code, issuer: field("iss") };
            match provider.finish(returned, &kept, desk.now()).await {
                Ok(identity) => welcome(&desk, provider, client, &identity).await,
                Err(error) => failed(&desk, client, &error).await,
            }
        }
    }?;
    // Whatever came of it, it does not come back.
    let mut response = with_cookie(response, &cookie(&desk, "", 0));
    tell_nobody(&mut response);
    Ok(response)
}

/// Lets somebody in whom the provider knows, if they are of the staff. Only who is not known yet is asked for an address.
async fn welcome(
    desk: &Desk,
    provider: &Provider,
    client: Client,
    identity: &Identity,
) -> Result<Response, ApiError> {
    let Identity { issuer, subject, .. } = identity;
    let staff = match desk.store.bound_to(issuer, subject).await? {
        Some(staff) => staff,
        None => {
            let email = match provider.email(identity, desk.now()).await {
                Ok(email) => email,
                Err(error) => return failed(desk, client, &error).await,
            };
            let Some(email) = email else {
                return refuse(desk, client, "no verified address", StatusCode::FORBIDDEN, NO_STAFF).await;
            };
            let source = desk.source(Actor::Staff(&email), client);
            if !desk.store.take_invitation(&email, issuer, subject, &source).await? {
                let subject = named(desk, &email, desk.store.way_in(&email).await?.is_some());
                return refuse(desk, client, &subject, StatusCode::FORBIDDEN, NO_STAFF).await;
            }
            email
        }
    };
    let way_in = WayIn::Identity { issuer: issuer.clone(), subject: subject.clone() };
    let is_asked_for = desk.settings().provider.is_second_factor_ours;
    let Some((next, cookie)) = go_on(desk, client, &staff, &way_in, is_asked_for).await? else {
        return refuse(desk, client, &staff, StatusCode::FORBIDDEN, NO_STAFF).await;
    };
    let body = html! {
        div .narrow {
            h1 { "One moment" }
            p .lede { "You are known. If nothing happens: " a href=(next) { "go on" } }
        }
    };
    let mut response = page(desk, "One moment", "", None, body);
    if let Ok(value) = HeaderValue::from_str(&format!("0; url={next}")) {
        response.headers_mut().insert(header::REFRESH, value);
    }
    Ok(with_cookie(response, &cookie))
}

fn provider(desk: &Desk) -> Result<&Provider, ApiError> {
    let none = || ApiError::new(ApiErrorKind::NoSuchRoute, "No OpenID provider is configured.");
    desk.provider().ok_or_else(none)
}

/// Says that the provider did not do its part, on the page in our words and in the log in more of them.
async fn failed(desk: &Desk, client: Client, error: &ProviderError) -> Result<Response, ApiError> {
    tracing::warn!(%error, "nobody was signed in by the OpenID provider");
    match error {
        ProviderError::Unavailable | ProviderError::Busy => {
            count("failed");
            let mut response = refused(desk, "", StatusCode::SERVICE_UNAVAILABLE, UNAVAILABLE);
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("10"));
            Ok(response)
        }
        ProviderError::NotItsCode => turn_away(desk, client, &error.to_string(), LOST).await,
        ProviderError::Unusable(_) | ProviderError::NotItsClient => {
            refuse(desk, client, &error.to_string(), StatusCode::BAD_GATEWAY, OTHER_ERROR).await
        }
        ProviderError::Token(_) => {
            refuse(desk, client, &error.to_string(), StatusCode::FORBIDDEN, NOT_BELIEVED).await
        }
    }
}

/// Signs nobody in, says so, and writes it down.
async fn refuse(
    desk: &Desk,
    client: Client,
    subject: &str,
    status: StatusCode,
    words: &str,
) -> Result<Response, ApiError> {
    count("failed");
    record(desk, client, &said(subject)).await?;
    Ok(refused(desk, "", status, words))
}

/// The same for what anybody can come back with, whom the provider does not know, in any number: of many, the first are written down.
async fn turn_away(desk: &Desk, client: Client, subject: &str, words: &str) -> Result<Response, ApiError> {
    count("failed");
    if let Some(subject) = desk.refusals().tell(desk.now(), &said(subject)) {
        record(desk, client, &subject).await?;
    }
    Ok(refused(desk, "", StatusCode::FORBIDDEN, words))
}

fn said(subject: &str) -> String {
    format!("OpenID Connect: {subject}")
}

async fn record(desk: &Desk, client: Client, subject: &str) -> Result<(), ApiError> {
    let source = desk.source(Actor::Unknown, client);
    Ok(desk.store.record(&source, SecurityEventKind::SignInFailed, Some(subject)).await?)
}

/// The address of these answers has a code or a state and must not be passed on.
fn tell_nobody(response: &mut Response) {
    for (name, value) in [("referrer-policy", "no-referrer"), ("cache-control", "no-store")] {
        response.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
}

fn fingerprint_of(state: &str) -> String {
    fingerprint(&[b"state of a sign-in at the OpenID provider", state.as_bytes()])
}

/// `Set-Cookie` of the sign-in that is under way; with 0 seconds it ends.
fn cookie(desk: &Desk, value: &str, seconds: i64) -> String {
    let secure = if desk.is_https() { "; Secure" } else { "" };
    format!("{}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}", name(desk))
}

fn name(desk: &Desk) -> &'static str {
    if desk.is_https() { "__Host-relink-openid" } else { "relink-openid" }
}

/// The sign-in in progress in this browser, and until when it can return.
fn opened(desk: &Desk, headers: &HeaderMap) -> Option<(Kept, i64)> {
    let inside = desk.seal.carried(AUDIENCE, forms::cookie(headers, name(desk))?)?;
    let inside = String::from_utf8(inside).ok()?;
    let (until, kept) = inside.split_once('\n')?;
    let until: i64 = until.parse().ok()?;
    (desk.now() < until).then_some((Kept::read(kept)?, until))
}
