//! What every page of the dashboard has: who is signed in, the navigation, forms that prove where they come from.

use crate::app::App;
use crate::fault::{Fault, Kind};
use crate::guard;
use crate::pages::{Loads, Shell, document, initials};
use crate::seal::fingerprint;
use crate::store::staff::{Person, Role};
use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use reqwest::Url;

/// How long a sign-in lasts: eight hours, a day's work.
pub const SIGN_IN_SECONDS: i64 = 8 * 3600;

/// A person of the staff who is signed in.
pub struct Staff {
    /// Who.
    pub person: Person,
    /// What the database knows the sign-in by.
    pub fingerprint: String,
}

impl FromRequestParts<App> for Staff {
    type Rejection = Response;

    /// Whoever is not signed in is led to the sign-in.
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let nobody = || Redirect::to("/dashboard/sign-in").into_response();
        let token = guard::cookie(&parts.headers, guard::staff_cookie_name(app)).ok_or_else(nobody)?;
        let fingerprint = token_fingerprint(token);
        let found = app.store.staff_signed_in(&fingerprint, app.now()).await;
        let person = found.map_err(|error| Fault::from(error).into_response())?.ok_or_else(nobody)?;
        Ok(Self { person, fingerprint })
    }
}

/// What a sign-in's token is known by.
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
    pub fn csrf_token(&self, app: &App) -> String {
        app.seal.csrf_token(&self.fingerprint)
    }

    /// Fails where a form does not come from a page of this sign-in.
    pub fn check(&self, app: &App, headers: &HeaderMap, form: &Fields) -> Result<(), Fault> {
        guard::same_origin(app, headers)?;
        if !app.seal.is_csrf_token(&self.fingerprint, form.first("csrf_token").unwrap_or_default()) {
            return Err(Fault::new(Kind::Forbidden, "The form is not of this sign-in."));
        }
        Ok(())
    }

    /// The same, for somebody who may send.
    pub fn check_sending(&self, app: &App, headers: &HeaderMap, form: &Fields) -> Result<(), Fault> {
        self.check(app, headers, form)?;
        if !self.may_send() {
            return Err(Fault::new(Kind::Forbidden, "This role may look and not send."));
        }
        Ok(())
    }
}

/// The fields of a form or a query; a name may come several times.
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// Reads them.
    pub fn read(encoded: &str) -> Self {
        let url = Url::parse(&format!("http://form.invalid/?{encoded}"));
        Self(url.map(|url| url.query_pairs().into_owned().collect()).unwrap_or_default())
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
pub fn page(app: &App, title: &str, current: &str, by: Option<&Staff>, body: Markup) -> Response {
    let header = html! {
        @if let Some(by) = by {
            nav aria-label="Dashboard" {
                @for (href, name) in NAVIGATION {
                    a href=(href) aria-current=[(current == *href).then_some("page")] { (name) }
                }
                @if let Some(inbox) = &app.config.hosted.inbox { a href=(inbox) { "Inbox" } }
            }
            form .who method="post" action="/dashboard/sign-out" {
                input type="hidden" name="csrf_token" value=(by.csrf_token(app));
                span .avatar aria-hidden="true" { (initials(&by.person.name)) }
                span .name { (by.person.name) }
                button .plain type="submit" { "Sign out" }
            }
        }
    };
    let footer = html! { p { "For staff. What is sent here is in the audit trail." } };
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
    document(app, shell)
}

/// A field that no person sees.
pub fn hidden(name: &str, value: &str) -> Markup {
    html! { input type="hidden" name=(name) value=(value); }
}
