//! Messages that are waiting or were given up, and who did what.

use crate::account::{by_whom, happened};
use crate::frame::{Fields, Staff, hidden, page};
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use relink_backend::{ApiError, ApiErrorKind};
use relink_hosted::Hosted;
use relink_hosted::dates;
use relink_store::journal::{self, JournalEntry, JournalEvent};
use relink_store::outbox::{OutboxMessage, ParcelKind};

/// Messages on the page.
const MOST: i64 = 200;
/// Entries on one page of the audit trail.
const ENTRIES: i64 = 50;

/// The messages.
pub async fn show(State(hosted): State<Hosted>, by: Staff) -> Result<Response, ApiError> {
    let messages = hosted.store.outbox_messages(MOST).await?;
    let dead = messages.iter().filter(|message| message.status == "dead").count();
    let body = html! {
        div .head {
            h1 { "Messages" }
            p .lede {
                @if dead == 0 { "None was given up." } @else { (dead) " given up. Put right what is wrong, then try them again." }
            }
        }
        @if messages.is_empty() { div .empty { h2 { "Nothing waits" } p { "Every message was taken." } } }
        @else { ul .accounts { @for message in &messages { li { (item(&hosted, message, &by)) } } } }
    };
    Ok(page(&hosted, "Messages", "/dashboard/messages", Some(&by), body))
}

fn item(hosted: &Hosted, message: &OutboxMessage, by: &Staff) -> Markup {
    let what = match message.kind {
        ParcelKind::Mail => "Email to the customer",
        ParcelKind::Webhook => "Event for our own system",
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
                    (hidden("csrf_token", &by.form_token(hosted)))
                    button type="submit" { "Try again" }
                }
            }
        }
    }
}

/// Puts a message that was given up back into the queue.
pub async fn retry(
    State(hosted): State<Hosted>,
    by: Staff,
    id: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    body: String,
) -> Result<Response, ApiError> {
    by.check_sending(&hosted, &headers, &Fields::read(&body))?;
    let nothing = || ApiError::new(ApiErrorKind::NoSuchRoute, "There is no such message.");
    let Path(id) = id.map_err(|_| nothing())?;
    let message = hosted.store.outbox_message(&id).await?.ok_or_else(nothing)?;
    let mut write = hosted.store.begin().await?;
    if hosted.store.outbox_revive(&mut write, &id, hosted.now_ms()).await? {
        let (account, relink) = (Some(message.account.as_str()), Some(message.relink.as_str()));
        let (at_ms, who) = (hosted.now_ms(), by.who());
        let entry =
            JournalEntry { at_ms, account, relink, what: JournalEvent::Retried, who: &who, note: None };
        journal::add(&mut write, &entry).await?;
        write.commit().await?;
        hosted.wake();
    }
    Ok(Redirect::to("/dashboard/messages").into_response())
}

/// Who did what.
pub async fn audit(
    State(hosted): State<Hosted>,
    by: Staff,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let query = Fields::read(&query.unwrap_or_default());
    let current: i64 = query.first("page").and_then(|page| page.parse().ok()).unwrap_or(1).clamp(1, 10_000);
    let mut entries = hosted.store.journal_of_actors((current - 1) * ENTRIES, ENTRIES + 1).await?;
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
    Ok(page(&hosted, "Audit trail", "/dashboard/audit", Some(&by), body))
}
