//! For whoever builds with the widget: every scenario of the sandbox by name, and the widget's events as they come.
//! With Stripe's own API behind relink-server there are no scenarios, and the page says so.

use super::layout::{self, Page};
use super::sign_in::Proof;
use crate::app::App;
use crate::plaid::Plaid;
use crate::sandbox::Scenario;
use crate::sign_ins::SignedIn;
use crate::trouble::Trouble;
use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};

/// The page.
pub async fn show(State(app): State<App>, by: SignedIn) -> Response {
    let scenarios = match &app.sandbox {
        Some(sandbox) => sandbox.scenarios().await,
        None => None,
    };
    let at_plaid = if app.plaid.is_some() { Plaid::scenarios() } else { Vec::new() };
    let relink = app.config.relink_origin();
    let body = html! {
        div .head {
            h1 { "Developers" }
            p .lede { "Every case of the sandbox, by name. Pick how it is relinked, and watch what the widget reports." }
        }
        p .toast #toast role="status" {}
        div .developers {
            section aria-labelledby="scenarios" {
                h2 #scenarios { "Scenarios" }
                @match scenarios {
                    Some(scenarios) => {
                        ul .scenarios { @for scenario in scenarios.into_iter().chain(at_plaid) { (line(&scenario, &by.customer.id, &relink)) } }
                        form .reset method="post" action="/developers/reset" {
                            input type="hidden" name="csrf_token" value=(by.csrf_token);
                            p { b { "Reset demo data" } " puts every account at the banks back as it was." }
                            button .danger type="submit" { "Reset demo data" }
                        }
                    }
                    None => p .empty { "There are no scenarios: Stripe itself is behind this shop, or the sandbox does not answer." }
                }
            }
            section .log aria-labelledby="events" {
                h2 #events { "Events" }
                p .fine { "Names and details, as any page that embeds the widget gets them." }
                ol #log tabindex="0" aria-labelledby="events" {}
                button .plain type="button" #clear { "Clear" }
            }
        }
        div #stage {}
    };
    let page = Page {
        title: "Developers",
        current: Some("/developers"),
        by: Some(&by),
        has_widget: true,
        scripts: &["shop.js", "developers.js"],
        body,
    };
    layout::page(&app, page)
}

fn line(scenario: &Scenario, customer: &str, relink: &str) -> Markup {
    let Scenario { scenario: name, account, authorization, rule, handoff, .. } = scenario;
    // Data may come from any number of accounts, a payment from one: a scenario without a limit is about data.
    let is_data = rule == "any_account" && scenario.limits.accounts.is_none();
    let any = if is_data { "/relink-data" } else { "/relink" };
    let button = |label: &str, run: &str, profile: &str, attribute: &str, id: &str| {
        let is_suited = match run {
            "hosted" => handoff == "hosted",
            "any" => rule == "any_account",
            _ => rule == "same_account" && handoff != "hosted",
        };
        html! {
            button type="button" .suited[is_suited] data-run=(format!("{name}/{run}"))
                data-endpoint=(format!("{relink}{profile}")) data-attribute=(attribute) data-id=(id) { (label) }
        }
    };
    html! {
        li .scenario {
            div {
                h3 { (name) }
                p { (scenario.description) }
                p .fine {
                    code { (account) }
                    @if let Some(owner) = scenario.customer.as_ref().filter(|owner| *owner != customer) {
                        " · of " code { (owner) }
                    }
                }
            }
            div .runs role="group" aria-label=(name) {
                (button("Same account", "same", "/relink", "account", account))
                (button("Any account", "any", any, "authorization", authorization))
                (button("Hosted", "hosted", "/relink-hosted", "account", account))
            }
        }
    }
}

/// Resets the sandbox. It notifies relink-server of every account that changed.
pub async fn reset(
    State(app): State<App>,
    by: SignedIn,
    headers: HeaderMap,
    form: Result<Form<Proof>, FormRejection>,
) -> Result<Response, Trouble> {
    Proof::check(form, &app, &by, &headers)?;
    let sandbox = app.sandbox.as_ref().ok_or(Trouble::NotFound)?;
    sandbox.reset().await.map_err(Trouble::Sandbox)?;
    app.reminders.clear();
    Ok(Redirect::to("/developers").into_response())
}
