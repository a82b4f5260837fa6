//! Which customer sent a request, and whether it comes from a page of the shop. Three things stop requests forged by
//! another site: a cookie that no other site sends along, a token in each form, and the browser's headers about the
//! page.

use crate::app::App;
use crate::sign_ins::{self, SignedIn};
use crate::trouble::Trouble;
use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

impl FromRequestParts<App> for SignedIn {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Trouble> {
        let token = cookie(&parts.headers, cookie_name(app)).ok_or(Trouble::NotSignedIn)?;
        app.sign_ins.find(token).ok_or(Trouble::NotSignedIn)
    }
}

impl OptionalFromRequestParts<App> for SignedIn {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Option<Self>, Trouble> {
        Ok(<Self as FromRequestParts<App>>::from_request_parts(parts, app).await.ok())
    }
}

/// Refuses a form that does not come from a page of this sign-in.
pub fn own_form(app: &App, by: &SignedIn, headers: &HeaderMap, csrf_token: &str) -> Result<(), Trouble> {
    same_origin(app, headers)?;
    if by.is_own_form(csrf_token) { Ok(()) } else { Err(Trouble::Forged) }
}

/// Refuses what a browser says comes from another site. A request without these headers comes from no browser.
pub fn same_origin(app: &App, headers: &HeaderMap) -> Result<(), Trouble> {
    let is_elsewhere = text(headers, "sec-fetch-site").is_some_and(|site| site != "same-origin");
    let is_foreign =
        text(headers, header::ORIGIN.as_str()).is_some_and(|origin| origin != own_origin(app, headers));
    if is_elsewhere || is_foreign { Err(Trouble::Forged) } else { Ok(()) }
}

/// The shop's origin: as configured, else as the browser addressed it.
pub fn own_origin(app: &App, headers: &HeaderMap) -> String {
    match &app.config.public_url {
        Some(url) => url.origin().ascii_serialization(),
        None => format!("http://{}", text(headers, header::HOST.as_str()).unwrap_or("localhost")),
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// The cookie's name: bound to this very host where HTTPS allows it.
fn cookie_name(app: &App) -> &'static str {
    if is_https(app) { "__Host-pinegrove" } else { "pinegrove" }
}

fn is_https(app: &App) -> bool {
    app.config.public_url.as_ref().is_some_and(|url| url.scheme() == "https")
}

/// `Set-Cookie` of a sign-in; an empty token takes it back.
pub fn set_cookie(app: &App, token: &str) -> String {
    let secure = if is_https(app) { "; Secure" } else { "" };
    let age = if token.is_empty() { 0 } else { sign_ins::LASTS.as_secs() };
    format!("{}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age}{secure}", cookie_name(app))
}

fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let all = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    let mut pairs = all.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(found, value)| *found == name && !value.is_empty()).map(|(_, value)| value)
}
