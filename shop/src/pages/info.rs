//! Two pages to read: help, where a link leads when the widget cannot run, and privacy.

use super::layout::{self, Page};
use crate::app::App;
use crate::sign_ins::SignedIn;
use axum::extract::State;
use axum::response::Response;
use maud::html;

/// Help with bank accounts.
pub async fn help(State(app): State<App>, by: Option<SignedIn>) -> Response {
    let body = html! {
        div .prose {
            h1 { "Help with bank accounts" }
            h2 { "Why does my account say “Disconnected”?" }
            p { "Banks let a link run out after a while, or end it when you change your password. Reconnecting takes about a minute: you sign in at your bank and choose the same account again." }
            h2 { "Do you see my password?" }
            p { "Never. You sign in on your bank’s own page." }
            h2 { "My account was closed" }
            p { "A closed account cannot be reconnected. Link another one, and we move your weekly box over to it." }
            h2 { "Reconnecting does not start" }
            p { "It needs JavaScript. With JavaScript off, call us on 555-0100 and we take a card for this week’s order." }
        }
    };
    let by = by.as_ref();
    layout::page(
        &app,
        Page { title: "Help", current: Some("/help"), by, has_widget: false, scripts: &[], body },
    )
}

/// What the shop keeps.
pub async fn privacy(State(app): State<App>, by: Option<SignedIn>) -> Response {
    let body = html! {
        div .prose {
            h1 { "Privacy" }
            p { "We keep the name of your bank, the name of your account, the last four digits of its number, and whether it works. We never see your password, and we never keep the whole number." }
            p { "You can take the permission back at your bank at any time." }
        }
    };
    let by = by.as_ref();
    layout::page(&app, Page { title: "Privacy", current: None, by, has_widget: false, scripts: &[], body })
}
