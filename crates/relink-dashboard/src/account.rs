//! One account: its condition, whether its customer can be emailed, and its history.

use crate::frame::{Staff, page};
use crate::standing::{CanAsk, Standing};
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::Response;
use maud::{Markup, html};
use relink_account::Renewals;
use relink_backend::{ApiError, ApiErrorKind};
use relink_hosted::Hosted;
use relink_hosted::dates;
use relink_store::journal::{self, JournalEvent, JournalLine};

/// The page.
pub async fn show(
    State(hosted): State<Hosted>,
    by: Staff,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, ApiError> {
    let nothing = || ApiError::new(ApiErrorKind::NoSuchRoute, "There is no such account.");
    let Path(id) = id.map_err(|_| nothing())?;
    let row = hosted.store.account_of_anybody(&id).await?.ok_or_else(nothing)?;
    let last = hosted.store.last_mail_about(&id, "").await?;
    let contact = hosted.contact(&row.customer).await?;
    let theirs = hosted.store.accounts_of(&row.customer).await?;
    let renewed = Renewals::among(theirs.iter().map(|row| &row.linked));
    let asking = hosted.asking_of(&row.linked);
    let line = Standing::of(row, contact, last, &asking, hosted.now());
    let mut timeline = hosted.store.journal_of_account(&id).await?;
    // What happened under the id before is this account's history too.
    if let Some(before) = renewed.before(&id) {
        timeline.extend(hosted.store.journal_of_account(before).await?);
        timeline.sort_by_key(|entry| std::cmp::Reverse(entry.at_ms));
    }
    let body = html! {
        p .back { a href="/dashboard" { "← Accounts" } }
        div .split {
            section aria-labelledby="name" {
                div .hero {
                    (line.mark())
                    div { h1 #name { bdi { (line.bank()) } } p { (line.name()) } (line.chip(hosted.now())) }
                }
                dl .facts {
                    div { dt { "Customer" } dd { bdi { (line.holder()) } } }
                    div { dt { "Account" } dd { code { (line.row.linked.id()) } } }
                    div { dt { "Email" } dd { (line.ask()) } }
                }
                @if by.may_send() && line.can_ask() == CanAsk::Now {
                    p .bulk { a .button.primary href=(format!("/dashboard/send?account={}", line.row.linked.id())) { "Send relink request" } }
                }
            }
            section aria-labelledby="timeline" {
                h2 #timeline { "Timeline" }
                @if timeline.is_empty() { p .fine { "Nothing has happened yet." } }
                ol .timeline { @for entry in &timeline { (item(entry)) } }
            }
        }
    };
    Ok(page(&hosted, &line.bank(), "/dashboard", Some(&by), body))
}

fn item(entry: &JournalLine) -> Markup {
    html! {
        li data-what=[entry.what.map(JournalEvent::as_str)] {
            b { (happened(entry)) }
            span .fine { (dates::day_and_time(entry.at_ms / 1000)) " · " (by_whom(&entry.who)) }
            @if let Some(note) = note(entry) { span .fine { (note) } }
        }
    }
}

/// What happened, in words.
pub fn happened(entry: &JournalLine) -> &'static str {
    match entry.what {
        Some(JournalEvent::Asked) if entry.note.as_deref() == Some("url") => "Link handed out",
        Some(JournalEvent::Asked) => "Relink request sent",
        Some(JournalEvent::NotAsked) => "Not asked",
        Some(JournalEvent::Mailed) => "Email delivered to the mail server",
        Some(JournalEvent::GivenUp) => "Message given up",
        Some(JournalEvent::Retried) => "Message tried again",
        Some(JournalEvent::Opened) => "Customer opened the link and began",
        Some(JournalEvent::Relinked) => "Account relinked",
        Some(JournalEvent::Expired) => "Link ran out",
        Some(JournalEvent::Deactivated) => "Account deactivated",
        Some(JournalEvent::Warned) => "Account is going to stop",
        Some(JournalEvent::SignedIn) => "Signed in",
        Some(JournalEvent::Erased) => "Customer erased",
        None => "Something that this version does not know",
    }
}

fn note(entry: &JournalLine) -> Option<&str> {
    match entry.what? {
        JournalEvent::NotAsked | JournalEvent::GivenUp => entry.note.as_deref(),
        JournalEvent::Asked
        | JournalEvent::Mailed
        | JournalEvent::Retried
        | JournalEvent::Opened
        | JournalEvent::Relinked
        | JournalEvent::Expired
        | JournalEvent::Deactivated
        | JournalEvent::Warned
        | JournalEvent::SignedIn
        | JournalEvent::Erased => None,
    }
}

/// Who did it, in words.
pub fn by_whom(who: &str) -> String {
    match who {
        journal::CUSTOMER => "the customer".into(),
        journal::STRIPE => "Stripe".into(),
        journal::OPERATOR => "a command on the server".into(),
        journal::PROGRAM => "by itself".into(),
        who => match who.split_once(':') {
            Some(("staff", email)) => email.into(),
            Some(("api", key)) => format!("API key {key}"),
            Some(("policy", trigger)) => match trigger.strip_prefix("reminder_") {
                Some(number) => format!("reminder {number}"),
                None => format!("policy on {trigger}"),
            },
            _ => who.into(),
        },
    }
}
