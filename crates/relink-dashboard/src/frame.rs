//! What every page of the dashboard has: who is signed in, the navigation, forms that prove where they come from.

use crate::desk::Desk;
use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use relink_backend::{ApiError, ApiErrorKind};
use relink_hosted::Hosted;
use relink_hosted::forms;
use relink_hosted::shell::{Loads, Shell, document, initials};
use relink_seal::fingerprint;
use relink_store::staff::{Person, Role};

/// A person of the staff who is signed in.
pub struct Staff {
    /// Who.
    pub person: Person,
    /// What the database knows the sign-in by.
    pub fingerprint: String,
    /// Where they are.
    desk: Desk,
}

impl FromRequestParts<Desk> for Staff {
    type Rejection = Response;

    /// Without a sign-in, redirects to the sign-in page.
    async fn from_request_parts(parts: &mut Parts, desk: &Desk) -> Result<Self, Response> {
        let nobody = || Redirect::to("/dashboard/sign-in").into_response();
        let token = forms::cookie(&parts.headers, cookie_name(desk)).ok_or_else(nobody)?;
        let fingerprint = token_fingerprint(token);
        let found = desk.store.staff_signed_in(&fingerprint, desk.now(), desk.settings().idle).await;
        let person = found.map_err(|error| ApiError::from(error).into_response())?.ok_or_else(nobody)?;
        Ok(Self { person, fingerprint, desk: desk.clone() })
    }
}

/// The cookie's name: bound to this very host where HTTPS allows it.
fn cookie_name(desk: &Desk) -> &'static str {
    if desk.is_https() { "__Host-relink-staff" } else { "relink-staff" }
}

/// `Set-Cookie` of a sign-in, for so many seconds; no other site's link brings it along.
pub fn set_cookie(desk: &Desk, token: &str, seconds: i64) -> String {
    let secure = if desk.is_https() { "; Secure" } else { "" };
    let name = cookie_name(desk);
    format!("{name}={token}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}")
}

/// What the database knows a sign-in by.
pub fn token_fingerprint(token: &str) -> String {
    fingerprint(&[b"staff sign-in", token.as_bytes()])
}

impl Staff {
    /// As the journal names them.
    pub fn who(&self) -> String {
        format!("staff:{}", self.person.email)
    }

    /// Whether they may send.
    pub fn may_send(&self) -> bool {
        match self.person.role {
            Role::Agent => true,
            Role::Viewer => false,
        }
    }

    /// The token that every form of this sign-in carries.
    pub fn form_token(&self, hosted: &Hosted) -> String {
        hosted.seal.form_token(&self.fingerprint)
    }

    /// Fails where a form does not come from a page of this sign-in.
    pub fn check(&self, hosted: &Hosted, headers: &HeaderMap, form: &Fields) -> Result<(), ApiError> {
        self.desk.same_origin(headers)?;
        if !hosted.seal.is_form_token(&self.fingerprint, form.first("csrf_token").unwrap_or_default()) {
            return Err(ApiError::new(ApiErrorKind::Forbidden, "The form is not of this sign-in."));
        }
        Ok(())
    }

    /// The same, for somebody who may send.
    pub fn check_sending(&self, hosted: &Hosted, headers: &HeaderMap, form: &Fields) -> Result<(), ApiError> {
        self.check(hosted, headers, form)?;
        if !self.may_send() {
            return Err(ApiError::new(ApiErrorKind::Forbidden, "This role may look and not send."));
        }
        Ok(())
    }
}

/// The fields of a form or a query; a name may come several times.
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// Reads them.
    pub fn read(encoded: &str) -> Self {
        Self(form_urlencoded::parse(encoded.as_bytes()).into_owned().collect())
    }

    /// The first of that name.
    pub fn first(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// Every one of that name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(found, _)| found == name).map(|(_, value)| value.as_str())
    }
}

const NAVIGATION: &[(&str, &str)] =
    &[("/dashboard", "Accounts"), ("/dashboard/messages", "Messages"), ("/dashboard/audit", "Audit trail")];

/// Renders a page; `by` is nobody on the page that signs in.
pub fn page(hosted: &Hosted, title: &str, current: &str, by: Option<&Staff>, body: Markup) -> Response {
    let header = html! {
        @if let Some(by) = by {
            nav aria-label="Dashboard" {
                @for (href, name) in NAVIGATION {
                    a href=(href) aria-current=[(current == *href).then_some("page")] { (name) }
                }
                @if let Some(inbox) = &hosted.settings().inbox { a href=(inbox) { "Inbox" } }
            }
            form .who method="post" action="/dashboard/sign-out" {
                input type="hidden" name="csrf_token" value=(by.form_token(hosted));
                span .avatar aria-hidden="true" { (initials(&by.person.name)) }
                span .name { (by.person.name) }
                button .plain type="submit" { "Sign out" }
            }
        }
    };
    let footer = html! {
        p { "For staff. What is sent here is in the audit trail." }
        @if by.is_some() { p { a href="/dashboard/second-factor" { "Your second factor" } } }
    };
    let shell = Shell {
        lang: "en",
        dir: "ltr",
        title,
        has_widget: false,
        loads: Loads::Own,
        scripts: &[],
        skip: Some("Skip to content"),
        header,
        body,
        footer,
    };
    document(hosted, shell)
}

/// A field that no person sees.
pub fn hidden(name: &str, value: &str) -> Markup {
    html! { input type="hidden" name=(name) value=(value); }
}
