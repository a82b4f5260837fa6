//! Who may do what: the signed-in customer, and the checks that a POST comes from the shop's own pages.
//!
//! A forged request from another site is stopped four times over: the cookie is `SameSite=Lax`, the body must be
//! JSON, the page's token must be there, and `Origin` and `Sec-Fetch-Site`, which a page cannot set, must fit.

use crate::app::App;
use crate::fault::{Fault, Kind};
use crate::seal::fingerprint;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use relink_wire::Json;

/// How long a sign-in lasts: 12 hours.
pub const SIGN_IN_SECONDS: i64 = 12 * 3600;
/// The longest `Idempotency-Key`, as at Stripe.
const LONGEST_KEY: usize = 255;

/// The customer who is signed in.
#[derive(Clone)]
pub struct SignedIn {
    /// `cus_…`
    pub customer: String,
    /// What the database knows the sign-in by.
    pub fingerprint: String,
    /// The one account that they may relink, where a link brought them here and no sign-in.
    pub only: Option<String>,
}

impl SignedIn {
    /// Whose keys a key is one of: a customer's, or, where a link brought them here, that link's alone.
    pub fn keeper(&self) -> String {
        match self.only {
            Some(_) => format!("link:{}", self.fingerprint),
            None => self.customer.clone(),
        }
    }

    /// The token that a page of this sign-in sends with every POST.
    pub fn csrf_token(&self, app: &App) -> String {
        app.seal.csrf_token(&self.fingerprint)
    }
}

impl FromRequestParts<App> for SignedIn {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Fault> {
        // A link's own routes say who it is before this is asked.
        if let Some(by) = parts.extensions.get::<Self>() {
            return Ok(by.clone());
        }
        let nobody = || Fault::new(Kind::NotSignedIn, "Sign in to the shop first.");
        let token = cookie(&parts.headers, cookie_name(app)).ok_or_else(nobody)?;
        let fingerprint = fingerprint(&[b"sign-in", token.as_bytes()]);
        let customer = app.store.signed_in(&fingerprint, app.now()).await?.ok_or_else(nobody)?;
        Ok(Self { customer, fingerprint, only: None })
    }
}

/// A POST of the relink API that has passed every check.
pub struct Posted {
    /// By whom.
    pub by: SignedIn,
    /// `Idempotency-Key`.
    pub key: String,
    /// The body.
    pub body: Json,
    /// Where it was sent from, where the browser says so and it is one of our pages.
    pub page: Option<String>,
}

impl FromRequest<App> for Posted {
    type Rejection = Fault;

    async fn from_request(request: Request, app: &App) -> Result<Self, Fault> {
        let (mut parts, body) = request.into_parts();
        let by = SignedIn::from_request_parts(&mut parts, app).await?;
        same_origin(app, &parts.headers)?;
        if !app.seal.is_csrf_token(&by.fingerprint, text(&parts.headers, "x-csrf-token").unwrap_or_default())
        {
            return Err(Fault::new(Kind::Forbidden, "X-CSRF-Token is missing or not that of this sign-in."));
        }
        let detail = "Idempotency-Key is required: 1 to 255 visible ASCII characters.";
        let key = idempotency_key(&parts.headers)?.ok_or_else(|| Fault::new(Kind::Malformed, detail))?;
        let page = page(app, &parts.headers);
        let body = json(Request::from_parts(parts, body), app).await?;
        Ok(Self { by, key, body, page })
    }
}

/// The key of an act, where there is one.
pub fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Fault> {
    let Some(key) = headers.get("idempotency-key") else { return Ok(None) };
    let key = key.to_str().unwrap_or_default();
    if key.is_empty() || key.len() > LONGEST_KEY || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Fault::new(Kind::Malformed, "Idempotency-Key: 1 to 255 visible ASCII characters."));
    }
    Ok(Some(key.to_owned()))
}

/// The body as JSON.
pub async fn json(request: Request, app: &App) -> Result<Json, Fault> {
    let kind = text(request.headers(), header::CONTENT_TYPE.as_str()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if kind != "application/json" {
        return Err(Fault::new(Kind::NotJson, "Content-Type must be application/json."));
    }
    let bytes =
        Bytes::from_request(request, app).await.map_err(|error| match Fault::of_status(error.status()) {
            Some(fault) => fault,
            None => Fault::new(Kind::Malformed, "The body could not be read."),
        })?;
    serde_json::from_slice(&bytes).map_err(|_| Fault::new(Kind::Malformed, "The body is not JSON."))
}

/// Refuses what a browser says comes from elsewhere. A request without these headers comes from no browser.
pub fn same_origin(app: &App, headers: &HeaderMap) -> Result<(), Fault> {
    if text(headers, "sec-fetch-site").is_some_and(|site| site != "same-origin") {
        return Err(Fault::new(Kind::Forbidden, "The request comes from another site (Sec-Fetch-Site)."));
    }
    match text(headers, header::ORIGIN.as_str()) {
        Some(origin) if !is_ours(app, headers, origin) => {
            Err(Fault::new(Kind::Forbidden, "The request comes from another origin (Origin)."))
        }
        _ => Ok(()),
    }
}

fn is_ours(app: &App, headers: &HeaderMap, origin: &str) -> bool {
    origin == own_origin(app, headers) || app.config.allowed_origins.iter().any(|allowed| allowed == origin)
}

/// The same for a form on a page that sends no referrer, where browsers say `Origin: null`: the form's own token has to
/// be enough.
pub fn not_elsewhere(app: &App, headers: &HeaderMap) -> Result<(), Fault> {
    let is_null = text(headers, header::ORIGIN.as_str()) == Some("null");
    let is_own = text(headers, "sec-fetch-site").is_none_or(|site| site == "same-origin");
    if is_null && is_own { Ok(()) } else { same_origin(app, headers) }
}

/// The shop's origin: as configured, else as the browser addressed it.
pub fn own_origin(app: &App, headers: &HeaderMap) -> String {
    match &app.config.public_url {
        Some(url) => url.origin().ascii_serialization(),
        None => format!("http://{}", text(headers, header::HOST.as_str()).unwrap_or("localhost")),
    }
}

/// The page that a request was made from, where it is one of ours: a customer may be sent back there.
fn page(app: &App, headers: &HeaderMap) -> Option<String> {
    let page = reqwest::Url::parse(text(headers, header::REFERER.as_str())?).ok()?;
    is_ours(app, headers, &page.origin().ascii_serialization()).then(|| page.into())
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// The cookie's name: bound to this very host where HTTPS allows it.
fn cookie_name(app: &App) -> &'static str {
    if is_https(app) { "__Host-pinegrove" } else { "pinegrove" }
}

/// The name of the cookie that staff are signed in by.
pub fn staff_cookie_name(app: &App) -> &'static str {
    if is_https(app) { "__Host-pinegrove-staff" } else { "pinegrove-staff" }
}

/// `Set-Cookie` of a sign-in of staff, for so many seconds; no other site's link brings it along.
pub fn set_staff_cookie(app: &App, token: &str, seconds: i64) -> String {
    let secure = if is_https(app) { "; Secure" } else { "" };
    let name = staff_cookie_name(app);
    format!("{name}={token}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}")
}

fn is_https(app: &App) -> bool {
    app.config.public_url.as_ref().is_some_and(|url| url.scheme() == "https")
}

/// `Set-Cookie` of a sign-in; an empty token takes it back.
pub fn set_cookie(app: &App, token: &str) -> String {
    let secure = if is_https(app) { "; Secure" } else { "" };
    let age = if token.is_empty() { 0 } else { SIGN_IN_SECONDS };
    format!("{}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age}{secure}", cookie_name(app))
}

/// The value of a cookie.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let all = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    let mut pairs = all.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(found, value)| *found == name && !value.is_empty()).map(|(_, value)| value)
}
