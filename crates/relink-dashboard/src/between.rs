//! Between the first factor (a password or the OpenID provider) and the second: a short-lived cookie records that the
//! first was right. It is sealed and names the person and how they signed in; it gives access to no page.

use crate::desk::Desk;
use axum::http::HeaderMap;
use relink_backend::ApiError;
use relink_hosted::forms;
use relink_seal::fingerprint;
use relink_store::identities::WayIn;

/// Seconds that somebody has for the second factor.
const LASTS: i64 = 10 * 60;
/// What the cookie is sealed for.
const AUDIENCE: &str = "staff between password and second factor";

/// Somebody who has shown the first factor.
pub struct Between {
    /// Who.
    pub email: String,
    /// How they signed in: if that is no longer their way to sign in, it does not continue.
    pub way_in: WayIn,
    /// What the forms' token is bound to.
    of: String,
}

impl Between {
    /// The person of a request, if the cookie is valid and they may still sign in this way.
    pub async fn of(desk: &Desk, headers: &HeaderMap) -> Result<Option<Self>, ApiError> {
        let Some((email, way_in, until)) = opened(desk, headers) else { return Ok(None) };
        let known = desk.store.way_in(&email).await?;
        let known = known.filter(|known| fingerprint_of(known) == way_in);
        let known = known.filter(|_| desk.now() < until);
        let of = format!("{AUDIENCE} {email} {until}");
        Ok(known.map(|way_in| Self { email, way_in, of }))
    }

    /// The token that the forms carry.
    pub fn form_token(&self, desk: &Desk) -> String {
        desk.seal.form_token(&self.of)
    }

    /// Whether a form is of these pages.
    pub fn is_form_token(&self, desk: &Desk, token: &str) -> bool {
        desk.seal.is_form_token(&self.of, token)
    }
}

/// `Set-Cookie` for a person who has shown the first factor.
pub fn set(desk: &Desk, email: &str, way_in: &WayIn) -> String {
    let inside = format!("{}\n{}\n{email}", desk.now() + LASTS, fingerprint_of(way_in));
    cookie(desk, &desk.seal.carry(AUDIENCE, inside.as_bytes()), LASTS)
}

/// `Set-Cookie` that ends it.
pub fn unset(desk: &Desk) -> String {
    cookie(desk, "", 0)
}

fn cookie(desk: &Desk, value: &str, seconds: i64) -> String {
    let secure = if desk.is_https() { "; Secure" } else { "" };
    format!("{}={value}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}", name(desk))
}

fn name(desk: &Desk) -> &'static str {
    if desk.is_https() { "__Host-relink-second-factor" } else { "relink-second-factor" }
}

fn opened(desk: &Desk, headers: &HeaderMap) -> Option<(String, String, i64)> {
    let inside = desk.seal.carried(AUDIENCE, forms::cookie(headers, name(desk))?)?;
    let inside = String::from_utf8(inside).ok()?;
    let mut parts = inside.splitn(3, '\n');
    let (until, way_in, email) = (parts.next()?, parts.next()?, parts.next()?);
    Some((email.into(), way_in.into(), until.parse().ok()?))
}

fn fingerprint_of(way_in: &WayIn) -> String {
    match way_in {
        WayIn::Password(hash) => fingerprint(&[b"password of a sign-in", hash.as_bytes()]),
        WayIn::Identity { issuer, subject } => {
            fingerprint(&[b"identity of a sign-in", issuer.as_bytes(), subject.as_bytes()])
        }
        WayIn::Invited => fingerprint(&[b"nobody yet"]),
    }
}
