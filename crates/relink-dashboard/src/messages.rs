//! What waits to be sent and what was given up, and who did what.

use super::account::{by_whom, happened};
use super::frame::{Fields, Staff, hidden, page};
use crate::app::App;
use crate::fault::{Fault, Kind};
use crate::pages::dates;
use crate::store::journal::{self, JournalEntry, JournalEvent};
use crate::store::outbox::{Kind as Parcels, OutboxMessage};
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};

/// Messages on the page.
const MOST: i64 = 200;
/// Entries on one page of the audit trail.
const ENTRIES: i64 = 50;

/// The messages.
pub async fn show(State(app): State<App>, by: Staff) -> Result<Response, Fault> {
    let messages = app.store.messages(MOST).await?;
    let dead = messages.iter().filter(|message| message.status == "dead").count();
    let body = html! {
        div .head {
            h1 { "Messages" }
            p .lede {
                @if dead == 0 { "None was given up." } @else { (dead) " given up. Put right what is wrong, then try them again." }
            }
        }
        @if messages.is_empty() { div .empty { h2 { "Nothing waits" } p { "Every message was taken." } } }
        @else { ul .accounts { @for message in &messages { li { (item(&app, message, &by)) } } } }
    };
    Ok(page(&app, "Messages", "/dashboard/messages", Some(&by), body))
}

fn item(app: &App, message: &OutboxMessage, by: &Staff) -> Markup {
    let what = match message.kind {
        Parcels::Mail => "Mail to the customer",
        Parcels::Webhook => "Event for our own system",
    };
    let is_dead = message.status == "dead";
    html! {
        div .line data-message=(message.status) {
            div .what {
                h2 { (what) " about " a href=(format!("/dashboard/accounts/{}", message.account)) { code { (message.account) } } }
                p .fine {
                    "Written " (dates::day_and_time(message.created_at)) " · "
                    @if is_dead { "given up after " (message.attempts) @if message.attempts == 1 { " try" } @else { " tries" } }
                    @else { "waits, tried " (message.attempts) @if message.attempts == 1 { " time" } @else { " times" } }
                }
                @if let Some(trouble) = &message.trouble { p .fine { "Because " (trouble) "." } }
            }
            @if is_dead && by.may_send() {
                form method="post" action=(format!("/dashboard/messages/{}/retry", message.id)) {
                    (hidden("csrf_token", &by.csrf_token(app)))
                    button type="submit" { "Try again" }
                }
            }
        }
    }
}

/// Puts a message that was given up back into the queue.
pub async fn retry(
    State(app): State<App>,
    by: Staff,
    id: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    body: String,
) -> Result<Response, Fault> {
    by.check_sending(&app, &headers, &Fields::read(&body))?;
    let nothing = || Fault::new(Kind::NoSuchRoute, "There is no such message.");
    let Path(id) = id.map_err(|_| nothing())?;
    let message = app.store.message(&id).await?.ok_or_else(nothing)?;
    let mut write = app.store.begin().await?;
    if app.store.revive(&mut write, &id, app.now_ms()).await? {
        let (account, relink) = (Some(message.account.as_str()), Some(message.relink.as_str()));
        let (at_ms, who) = (app.now_ms(), by.who());
        let entry = JournalEntry { at_ms, account, relink, what: JournalEvent::Retried, who: &who, note: None };
        journal::add(&mut write, &entry).await?;
        write.commit().await?;
        app.post.wake();
    }
    Ok(Redirect::to("/dashboard/messages").into_response())
}

/// Who did what.
pub async fn audit(State(app): State<App>, by: Staff, RawQuery(query): RawQuery) -> Result<Response, Fault> {
    let query = Fields::read(&query.unwrap_or_default());
    let current: i64 = query.first("page").and_then(|page| page.parse().ok()).unwrap_or(1).clamp(1, 10_000);
    let mut entries = app.store.audit((current - 1) * ENTRIES, ENTRIES + 1).await?;
    let has_more = entries.len() > ENTRIES as usize;
    entries.truncate(ENTRIES as usize);
    let body = html! {
        div .head { h1 { "Audit trail" } p .lede { "What staff, servers, policies and customers did, the newest first." } }
        @if entries.is_empty() { div .empty { h2 { "Nothing yet" } p { "Nobody has done anything." } } }
        @else {
            div .scroll tabindex="0" role="region" aria-label="Audit trail" {
                // With its roles, which a narrow screen's style sheet would take from it.
                table role="table" {
                    thead role="rowgroup" {
                        tr role="row" {
                            @for name in ["When", "What", "Who", "Account"] { th scope="col" role="columnheader" { (name) } }
                        }
                    }
                    tbody role="rowgroup" {
                        @for entry in &entries {
                            tr role="row" {
                                td role="cell" { (dates::day_and_time(entry.at_ms / 1000)) }
                                td role="cell" { (happened(entry)) }
                                td role="cell" { (by_whom(&entry.who)) }
                                td role="cell" { @if let Some(account) = &entry.account { a href=(format!("/dashboard/accounts/{account}")) { code { (account) } } } }
                            }
                        }
                    }
                }
            }
        }
        @if current > 1 || has_more {
            nav .pages aria-label="Pages" {
                @if current > 1 { a .button href=(format!("/dashboard/audit?page={}", current - 1)) { "Newer" } }
                @if has_more { a .button href=(format!("/dashboard/audit?page={}", current + 1)) { "Older" } }
            }
        }
    };
    Ok(page(&app, "Audit trail", "/dashboard/audit", Some(&by), body))
}
