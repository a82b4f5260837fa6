//! Between the password and the second factor: a short-lived cookie says that the password was right. It is sealed and
//! names the person and the password that they had; it opens no page of the dashboard.

use crate::desk::Desk;
use axum::http::HeaderMap;
use relink_backend::ApiError;
use relink_hosted::forms;
use relink_seal::fingerprint;

/// Seconds that somebody has for the second factor.
const LASTS: i64 = 10 * 60;
/// What the cookie is sealed for.
const AUDIENCE: &str = "staff between password and second factor";

/// Somebody who gave the right password.
pub struct Between {
    /// Who.
    pub email: String,
    /// The password's hash: with another the sign-in does not go on.
    pub password_hash: String,
    /// What the forms' token is bound to.
    of: String,
}

impl Between {
    /// The person of a request, while the cookie is good and the password still the same.
    pub async fn of(desk: &Desk, headers: &HeaderMap) -> Result<Option<Self>, ApiError> {
        let Some((email, password, until)) = opened(desk, headers) else { return Ok(None) };
        let known = desk.store.staff_credentials(&email).await?;
        let known = known.filter(|known| fingerprint_of(&known.password_hash) == password);
        let known = known.filter(|_| desk.now() < until);
        let of = format!("{AUDIENCE} {email} {until}");
        Ok(known.map(|known| Self { email, password_hash: known.password_hash, of }))
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

/// `Set-Cookie` for a person who gave the right password.
pub fn set(desk: &Desk, email: &str, password_hash: &str) -> String {
    let inside = format!("{}\n{}\n{email}", desk.now() + LASTS, fingerprint_of(password_hash));
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
    let (until, password, email) = (parts.next()?, parts.next()?, parts.next()?);
    Some((email.into(), password.into(), until.parse().ok()?))
}

fn fingerprint_of(password_hash: &str) -> String {
    fingerprint(&[b"password of a sign-in", password_hash.as_bytes()])
}
