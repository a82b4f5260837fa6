//! The demo's sign-in: pick a customer. There is no password, because there is nothing to protect but the demo; what
//! comes after it (the cookie, whose session it is) is as it would be in earnest.

use super::layout::{self, Page};
use crate::app::App;
use crate::fault::{Fault, Kind};
use crate::guard::{self, SIGN_IN_SECONDS, SignedIn};
use crate::seal::{fingerprint, random_id};
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Form, extract::OptionalFromRequestParts};
use maud::html;
use serde::Deserialize;

/// The form that picks a customer.
#[derive(Deserialize)]
pub struct Pick {
    customer: String,
}

/// A form that only has to prove where it comes from.
#[derive(Deserialize)]
pub struct Proof {
    csrf_token: String,
}

impl OptionalFromRequestParts<App> for SignedIn {
    type Rejection = Fault;

    async fn from_request_parts(
        parts: &mut axum::http::request::Parts,
        app: &App,
    ) -> Result<Option<Self>, Fault> {
        match <Self as axum::extract::FromRequestParts<App>>::from_request_parts(parts, app).await {
            Ok(by) => Ok(Some(by)),
            Err(fault) if fault.kind == Kind::NotSignedIn => Ok(None),
            Err(fault) => Err(fault),
        }
    }
}

impl Proof {
    /// Fails where the form does not come from a page of this sign-in.
    pub fn check(&self, app: &App, by: &SignedIn, headers: &HeaderMap) -> Result<(), Fault> {
        guard::same_origin(app, headers)?;
        if !app.seal.is_csrf_token(&by.fingerprint, &self.csrf_token) {
            return Err(Fault::new(Kind::Forbidden, "The form is not of this sign-in."));
        }
        Ok(())
    }
}

/// `/`: straight to the accounts, as the customer whom the operator named, else to the choice.
pub async fn front(State(app): State<App>, by: Option<SignedIn>) -> Result<Response, Fault> {
    if by.is_some() {
        return Ok(Redirect::to("/accounts").into_response());
    }
    match app.config.first_customer.clone() {
        Some(customer) => enter(&app, &customer).await,
        None => Ok(Redirect::to("/sign-in").into_response()),
    }
}

/// The choice.
pub async fn choose(State(app): State<App>, by: Option<SignedIn>) -> Response {
    let body = html! {
        div .narrow {
            h1 { "Welcome back" }
            p .lede { "Choose whose account to open. This is a demonstration, so there is no password." }
            form .choices method="post" action="/sign-in" {
                @for customer in &app.config.customers {
                    button .choice type="submit" name="customer" value=(customer.id) {
                        span .avatar aria-hidden="true" { (layout::initials(&customer.name)) }
                        span .text { b { (customer.name) } small { (customer.id) } }
                        span .go aria-hidden="true" { "→" }
                    }
                }
            }
        }
    };
    let by = by.as_ref();
    layout::page(&app, Page { title: "Sign in", current: None, by, has_widget: false, scripts: &[], body })
}

/// Signs in.
pub async fn sign_in(
    State(app): State<App>,
    headers: HeaderMap,
    form: Result<Form<Pick>, FormRejection>,
) -> Result<Response, Fault> {
    guard::same_origin(&app, &headers)?;
    let Form(pick) =
        form.map_err(|_| Fault::new(Kind::Malformed, "customer: expected one of the shop's."))?;
    if app.customer(&pick.customer).is_none() {
        return Err(Fault::new(Kind::Malformed, "customer: not one of the shop's."));
    }
    enter(&app, &pick.customer).await
}

async fn enter(app: &App, customer: &str) -> Result<Response, Fault> {
    let token = random_id("in");
    let print = fingerprint(&[b"sign-in", token.as_bytes()]);
    app.store.sign_in(&print, customer, app.now() + SIGN_IN_SECONDS).await?;
    Ok(with_cookie(Redirect::to("/accounts").into_response(), &guard::set_cookie(app, &token)))
}

/// Signs out.
pub async fn sign_out(
    State(app): State<App>,
    by: SignedIn,
    headers: HeaderMap,
    form: Result<Form<Proof>, FormRejection>,
) -> Result<Response, Fault> {
    let Form(proof) = form.map_err(|_| Fault::new(Kind::Malformed, "csrf_token is missing."))?;
    proof.check(&app, &by, &headers)?;
    app.store.sign_out(&by.fingerprint).await?;
    Ok(with_cookie(Redirect::to("/sign-in").into_response(), &guard::set_cookie(&app, "")))
}

/// Who is signed in, and the token to post with: for a page that the shop does not render.
pub async fn me(State(app): State<App>, by: SignedIn, headers: HeaderMap) -> Result<Response, Fault> {
    if headers.get("sec-fetch-site").is_some_and(|site| site != "same-origin" && site != "none") {
        return Err(Fault::new(Kind::Forbidden, "The request comes from another site (Sec-Fetch-Site)."));
    }
    let body = serde_json::json!({"customer": by.customer, "csrf_token": by.csrf_token(&app)}).to_string();
    let json = HeaderValue::from_static("application/json");
    let no_store = HeaderValue::from_static("no-store");
    Ok(([(header::CONTENT_TYPE, json), (header::CACHE_CONTROL, no_store)], body).into_response())
}

fn with_cookie(mut response: Response, cookie: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().insert(header::SET_COOKIE, value);
    }
    response
}
