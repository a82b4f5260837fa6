//! The demo's sign-in: pick a customer. There is no password, because there is nothing to protect but the demo.
//! Everything after it (the cookie and its session) works as in production.

use super::layout::{self, Page};
use crate::app::App;
use crate::config::Customer;
use crate::sign_ins::SignedIn;
use crate::trouble::Trouble;
use crate::visitor;
use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
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

impl Proof {
    /// Fails where the form does not come from a page of this sign-in.
    pub fn check(
        form: Result<Form<Self>, FormRejection>,
        app: &App,
        by: &SignedIn,
        headers: &HeaderMap,
    ) -> Result<(), Trouble> {
        let Form(proof) = form.map_err(|_| Trouble::BadForm)?;
        visitor::own_form(app, by, headers, &proof.csrf_token)
    }
}

/// `/`: straight to the accounts, as the customer whom the operator named, else to the choice.
pub async fn front(State(app): State<App>, by: Option<SignedIn>) -> Response {
    if by.is_some() {
        return Redirect::to("/accounts").into_response();
    }
    let first = app.config.first_customer.as_ref().and_then(|id| app.config.customer(id));
    match first {
        Some(customer) => enter(&app, customer),
        None => Redirect::to("/sign-in").into_response(),
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
) -> Result<Response, Trouble> {
    visitor::same_origin(&app, &headers)?;
    let Form(pick) = form.map_err(|_| Trouble::BadForm)?;
    let customer = app.config.customer(&pick.customer).ok_or(Trouble::BadForm)?;
    Ok(enter(&app, customer))
}

fn enter(app: &App, customer: &Customer) -> Response {
    let token = app.sign_ins.sign_in(customer);
    with_cookie(Redirect::to("/accounts").into_response(), &visitor::set_cookie(app, &token))
}

/// Signs out.
pub async fn sign_out(
    State(app): State<App>,
    by: SignedIn,
    headers: HeaderMap,
    form: Result<Form<Proof>, FormRejection>,
) -> Result<Response, Trouble> {
    Proof::check(form, &app, &by, &headers)?;
    app.sign_ins.sign_out(&by);
    Ok(with_cookie(Redirect::to("/sign-in").into_response(), &visitor::set_cookie(&app, "")))
}

fn with_cookie(mut response: Response, cookie: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().insert(header::SET_COOKIE, value);
    }
    response
}
