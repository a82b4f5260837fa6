//! The hosted page: what a customer sees of Plaid.

use crate::shared::Shared;
use crate::time::{now, random};
use crate::webhook::send;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use maud::{DOCTYPE, Markup, html};
use std::sync::Arc;

/// The route, in Hosted Link's address.
pub fn routes() -> Router<Arc<Shared>> {
    Router::new().route("/hl/{key}", get(show).post(act))
}

async fn show(State(shared): State<Arc<Shared>>, Path(key): Path<String>) -> Response {
    let page = shared.with(|world| {
        let token = world.token(&key, now())?;
        let (name, item, selects) = (token.client_name.clone(), token.item.clone(), token.selects_accounts);
        let item = world.item_by_id(&item)?;
        Some(html! {
            h1 { "First Platypus Bank" }
            p { "Sign in again to keep sharing with " (name) "." }
            form method="post" {
                @if selects {
                    @for account in &item.accounts {
                        label {
                            input type="checkbox" name="account" value=(account.id) checked[account.is_shared];
                            (account.name) " •••• " (account.mask)
                        }
                    }
                }
                button name="act" value="agree" { "Sign in and agree" }
                button name="act" value="exit" { "Exit" }
            }
        })
    });
    match page {
        Some(page) => whole(StatusCode::OK, &page),
        None => whole(StatusCode::GONE, &html! { p { "This link has run out." } }),
    }
}

async fn act(State(shared): State<Arc<Shared>>, Path(key): Path<String>, body: Bytes) -> Response {
    let pairs: Vec<(String, String)> = form_urlencoded::parse(&body).into_owned().collect();
    let accounts: Vec<String> =
        pairs.iter().filter(|(name, _)| name == "account").map(|(_, id)| id.clone()).collect();
    let agrees = pairs.iter().any(|(name, act)| name == "act" && act == "agree");
    let (due, back) = shared.with(|world| {
        let back = world.token(&key, now()).and_then(|token| token.back.clone());
        let due = if agrees {
            world.agree(&key, &accounts, random(), now())
        } else {
            world.leave(&key, random(), now())
        };
        (due, back)
    });
    let Some(due) = due else {
        return whole(StatusCode::GONE, &html! { p { "This link has run out." } });
    };
    send(&shared, due);
    match back {
        Some(back) => (StatusCode::SEE_OTHER, [(header::LOCATION, back)]).into_response(),
        None => whole(StatusCode::OK, &html! { p { "You may close this window." } }),
    }
}

fn whole(status: StatusCode, content: &Markup) -> Response {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head { meta charset="utf-8"; meta name="viewport" content="width=device-width"; title { "Plaid, a stand-in" } }
            body { main { (content) } }
        }
    };
    (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], page.into_string()).into_response()
}
