//! For whoever builds with the widget: every scenario of the sandbox by name, and the widget's events as they come.
//! With Stripe's own API behind the merchant there are no scenarios, and the page says so.

use super::layout::{self, Page};
use super::sign_in::Proof;
use crate::app::App;
use crate::fault::{Fault, Kind};
use crate::guard::SignedIn;
use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use relink_wire::{Fields, Json};

/// The page.
pub async fn show(State(app): State<App>, by: Option<SignedIn>) -> Result<Response, Fault> {
    let Some(by) = by else { return Ok(Redirect::to("/sign-in").into_response()) };
    let answer = app.stripe.test_helper("scenarios").await.ok();
    let scenarios = answer.as_ref().and_then(|list| list.entries("data"));
    let token = by.csrf_token(&app);
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
                        ul .scenarios { @for scenario in scenarios { (line(scenario, &by.customer)) } }
                        form .reset method="post" action="/developers/reset" {
                            input type="hidden" name="csrf_token" value=(token);
                            p { b { "Reset demo data" } " puts every account back as it was and forgets all relinks." }
                            button .danger type="submit" { "Reset demo data" }
                        }
                    }
                    None => p .empty { "The provider offers no scenarios: it is Stripe itself, or it does not answer." }
                }
            }
            section .log aria-labelledby="events" {
                h2 #events { "Events" }
                p .fine { "Names and details, as any page that embeds the widget gets them." }
                ol #log tabindex="0" aria-labelledby="events" {}
                button .plain type="button" #clear { "Clear" }
            }
        }
        div #stage data-csrf-token=(token) {}
    };
    let scripts = &["shop.js", "developers.js"];
    let page = Page {
        title: "Developers",
        current: Some("/developers"),
        by: Some(&by),
        has_widget: true,
        scripts,
        body,
    };
    Ok(layout::page(&app, page))
}

fn line(scenario: &Json, customer: &str) -> Markup {
    let text = |field| scenario.text(field).unwrap_or_default();
    let (name, account, authorization) = (text("scenario"), text("account"), text("authorization"));
    // Data may come from any number of accounts, a payment from one: a scenario without a limit is about data.
    let limit = scenario.object("limits").and_then(|limits| limits.whole("accounts"));
    let any = if text("rule") == "any_account" && limit.is_none() { "/relink-data" } else { "/relink" };
    let button = |label: &str, run: &str, endpoint: &str, attribute: &str, id: &str| {
        let is_suited = match run {
            "hosted" => text("handoff") == "hosted",
            "any" => text("rule") == "any_account",
            _ => text("rule") == "same_account" && text("handoff") != "hosted",
        };
        html! {
            button type="button" .suited[is_suited] data-run=(format!("{name}/{run}")) data-endpoint=(endpoint)
                data-attribute=(attribute) data-id=(id) { (label) }
        }
    };
    html! {
        li .scenario {
            div {
                h3 { (name) }
                p { (text("description")) }
                p .fine {
                    code { (account) }
                    @if scenario.text("customer").is_some_and(|owner| owner != customer) { " · of " code { (text("customer")) } }
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

/// Puts the sandbox and our own tables back to the start.
pub async fn reset(
    State(app): State<App>,
    by: SignedIn,
    headers: HeaderMap,
    form: Result<Form<Proof>, FormRejection>,
) -> Result<Response, Fault> {
    let Form(proof) = form.map_err(|_| Fault::new(Kind::Malformed, "csrf_token is missing."))?;
    proof.check(&app, &by, &headers)?;
    // The sandbox first: where Stripe is behind us it refuses, and nothing of ours is touched.
    app.stripe.run_test_helper("reset").await?;
    app.store.start_over().await?;
    crate::sync::sync(&app).await;
    Ok(Redirect::to("/developers").into_response())
}
