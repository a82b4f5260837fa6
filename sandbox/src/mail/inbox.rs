//! The pages at `/inbox`: what was sent, newest first, and each email as its reader would see it.
//!
//! An email's markup is shown in a frame that runs nothing and loads nothing; its links open in the whole window, as a
//! mail program opens them.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State as Extract};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use maud::{DOCTYPE, Markup, html};

use super::Received;
use crate::pages::answer;
use crate::pages::dates::day_and_time;
use crate::shared::Shared;
use crate::world::visit::Frame;

const STYLE: &str = include_str!("../../assets/inbox.css");

/// The pages' addresses.
pub fn router() -> Router<Arc<Shared>> {
    Router::new()
        .route("/inbox", get(list))
        .route("/inbox/{number}", get(show))
        .route("/inbox/{number}/html", get(markup))
        .route("/assets/inbox.css", get(async || answer::asset(STYLE, "text/css; charset=utf-8")))
}

async fn list(Extract(shared): Extract<Arc<Shared>>) -> Response {
    let mails: Vec<Received> = shared.with(|state| state.mailbox.mails().cloned().collect());
    page(
        "Inbox",
        html! {
            h1 { "Inbox" }
            p class="fine" { "Every mail that the shop has sent. None has left this machine." }
            @if mails.is_empty() { p class="empty" { "Nothing has been sent yet." } }
            ul class="mails" {
                @for mail in &mails {
                    @let shown = mail.shown();
                    li {
                        a href=(format!("/inbox/{}", mail.number)) { bdi { (shown.subject) } }
                        span { "To " bdi { (mail.recipients.join(", ")) } }
                        span { (day_and_time(mail.at)) }
                    }
                }
            }
        },
    )
}

async fn show(Extract(shared): Extract<Arc<Shared>>, Path(number): Path<u64>) -> Response {
    let Some(mail) = shared.with(|state| state.mailbox.mail(number).cloned()) else { return nothing() };
    let shown = mail.shown();
    page(
        &shown.subject,
        html! {
            p { a href="/inbox" { "← Inbox" } }
            h1 { bdi { (shown.subject) } }
            dl {
                div { dt { "From" } dd { (shown.from) } }
                div { dt { "To" } dd { (mail.recipients.join(", ")) } }
                div { dt { "Sent" } dd { (day_and_time(mail.at)) } }
            }
            @if shown.html.is_some() {
                iframe title="The mail" src=(format!("/inbox/{number}/html"))
                    sandbox="allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation" {}
            }
            h2 { "As plain text" }
            pre tabindex="0" dir="auto" { (shown.text) }
        },
    )
}

async fn markup(Extract(shared): Extract<Arc<Shared>>, Path(number): Path<u64>) -> Response {
    let found = shared.with(|state| state.mailbox.mail(number).cloned());
    let Some(html) = found.and_then(|mail| mail.shown().html) else { return nothing() };
    // A link opens in the whole window, as in a mail program.
    let html = html.replacen("<head>", "<head><base target=\"_top\">", 1);
    let policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; \
                  sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation";
    respond(html, policy)
}

fn page(title: &str, content: Markup) -> Response {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) }
                link rel="icon" href="data:,";
                link rel="stylesheet" href="/assets/inbox.css";
            }
            body { main { (content) } }
        }
    };
    let policy = "default-src 'none'; style-src 'self'; img-src data:; frame-src 'self'; base-uri 'none'; \
                  form-action 'none'; frame-ancestors 'none'";
    respond(page.into_string(), policy)
}

fn respond(html: String, policy: &'static str) -> Response {
    let set = |name, value| (name, HeaderValue::from_static(value));
    let headers = [
        set(header::CONTENT_TYPE, "text/html; charset=utf-8"),
        set(header::CONTENT_SECURITY_POLICY, policy),
        // The address of the inbox must not reach other sites.
        set(header::REFERRER_POLICY, "no-referrer"),
        set(header::CACHE_CONTROL, "no-store"),
        set(header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, html).into_response()
}

fn nothing() -> Response {
    let mut response = answer::page(crate::pages::layout::nothing_here(), &Frame::Hosted, false);
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}
