//! Account settings: the list of bank accounts, and one account's page.

use super::layout::{self, Page};
use super::standing::{Standing, Tone, standing};
use crate::app::App;
use crate::fault::{Fault, Kind};
use crate::guard::SignedIn;
use crate::store::accounts::AccountRow;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use relink_wire::{DisplayText, Fields};
use serde::Deserialize;
use std::cmp::Reverse;

/// Accounts on one page of the list.
const ON_A_PAGE: usize = 40;

/// Which page of the list.
#[derive(Deserialize)]
pub struct Which {
    #[serde(default)]
    page: usize,
}

/// The list.
pub async fn list(
    State(app): State<App>,
    by: Option<SignedIn>,
    which: Result<Query<Which>, QueryRejection>,
) -> Result<Response, Fault> {
    let Some(by) = by else { return Ok(Redirect::to("/sign-in").into_response()) };
    let rows = app.store.accounts_of(&by.customer).await?;
    let mut accounts: Vec<(AccountRow, Standing)> =
        rows.into_iter().map(|row| with_standing(&app, row)).collect();
    // What needs the customer first, and the account that was linked last on top.
    accounts
        .sort_by_key(|(row, standing)| (!standing.needs_attention(), Reverse(row.object.whole("created"))));
    let broken = accounts.iter().filter(|(_, standing)| standing.needs_attention()).count();
    let pages = accounts.len().div_ceil(ON_A_PAGE).max(1);
    let current = which.map_or(1, |Query(which)| which.page).clamp(1, pages);
    let shown: Vec<_> = accounts.iter().skip((current - 1) * ON_A_PAGE).take(ON_A_PAGE).collect();
    let token = by.csrf_token(&app);
    let body = html! {
        div .head {
            h1 { "Bank accounts" }
            p .lede { "Your weekly box is paid from here, and refunds come back here." }
        }
        p .toast #toast role="status" {}
        div {
            @if broken > 0 {
                p .summary.attention data-live="summary" { (icon(Tone::Warning)) span { b { (attention(broken)) } " Reconnect to keep your orders coming." } }
            } @else if !accounts.is_empty() {
                p .summary data-live="summary" { (icon(Tone::Good)) span { "Everything is connected." } }
            }
            @for (title, wanted) in [("Needs your attention", true), ("Your accounts", false)] {
                @let part: Vec<_> = shown.iter().filter(|(_, standing)| standing.needs_attention() == wanted).collect();
                @if !part.is_empty() {
                    h2 { (title) }
                    ul .accounts { @for (row, standing) in part { li { (line(row, standing, &token)) } } }
                }
            }
            @if accounts.is_empty() {
                div .empty {
                    h2 { "No bank account yet" }
                    p { "Once you have linked one it appears here." }
                }
            }
            @if pages > 1 {
                nav .pages aria-label="Pages" {
                    @if current > 1 { a .button href=(format!("/accounts?page={}", current - 1)) { "Previous" } }
                    span { "Page " (current) " of " (pages) }
                    @if current < pages { a .button href=(format!("/accounts?page={}", current + 1)) { "Next" } }
                }
            }
        }
    };
    let scripts = &["shop.js"];
    let page = Page {
        title: "Bank accounts",
        current: Some("/accounts"),
        by: Some(&by),
        has_widget: true,
        scripts,
        body,
    };
    Ok(layout::page(&app, page))
}

/// One account.
pub async fn details(
    State(app): State<App>,
    by: Option<SignedIn>,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, Fault> {
    let Some(by) = by else { return Ok(Redirect::to("/sign-in").into_response()) };
    let nothing = || Fault::new(Kind::NoSuchRoute, "There is no such account.");
    let Path(id) = id.map_err(|_| nothing())?;
    let row = app.store.account(&by.customer, &id).await?.ok_or_else(nothing)?;
    let (row, standing) = with_standing(&app, row);
    let granted = row.object.entries("permissions").unwrap_or_default();
    let granted: Vec<&str> = granted.iter().filter_map(|name| name.as_str()).map(permission).collect();
    let body = html! {
        p .back { a href="/accounts" { "← Bank accounts" } }
        p .toast #toast role="status" {}
        div .split {
            section data-live="account" aria-labelledby="name" {
                div .hero {
                    (mark(&row))
                    div {
                        h1 #name { bdi { (bank(&row)) } }
                        p { (name_and_number(&row)) }
                        (chip(&standing))
                    }
                }
                @if let Some(note) = standing.note { p .note { (note) } }
                dl .facts {
                    div { dt { "Pays for" } dd { "Weekly box and extras" } }
                    div { dt { "Account" } dd { (name_and_number(&row)) } }
                    div { dt { "You share" } dd { @if granted.is_empty() { "Nothing yet" } @else { (granted.join(", ")) } } }
                }
            }
            section aria-label="Reconnect" {
                relink-widget display="inline" endpoint="/relink" account=(row.id) csrf-token=(by.csrf_token(&app)) {
                    p .fallback {
                        "Reconnecting needs JavaScript. "
                        a href="/help" { "See what else you can do" }
                    }
                }
            }
        }
    };
    let scripts = &["shop.js"];
    let title = bank(&row);
    let page =
        Page { title: &title, current: Some("/accounts"), by: Some(&by), has_widget: true, scripts, body };
    Ok(layout::page(&app, page))
}

fn with_standing(app: &App, row: AccountRow) -> (AccountRow, Standing) {
    let standing = standing(&row, &app.config.permissions, app.now());
    (row, standing)
}

fn attention(broken: usize) -> String {
    match broken {
        1 => "One account needs your attention.".into(),
        many => format!("{many} accounts need your attention."),
    }
}

fn line(row: &AccountRow, standing: &Standing, csrf_token: &str) -> Markup {
    let href = format!("/accounts/{}", row.id);
    html! {
        article .account aria-labelledby=(format!("n-{}", row.id)) data-account=(row.id) data-status=(row.status) {
            (mark(row))
            div .what data-live=(format!("what-{}", row.id)) {
                h3 id=(format!("n-{}", row.id)) { a href=(href) { bdi { (bank(row)) } } }
                p { (name_and_number(row)) }
                @if let Some(note) = standing.note { p .note { (note) } }
            }
            div .stand data-live=(format!("chip-{}", row.id)) { (chip(standing)) }
            // Without JavaScript it is a plain link to the account's page.
            a .button .primary[standing.needs_attention()] href=(href) role="button"
                data-reconnect=(widget_id(&row.id))
                aria-describedby=(format!("n-{}", row.id)) { "Reconnect" }
        }
        relink-widget id=(widget_id(&row.id)) display="modal" endpoint="/relink" account=(row.id)
            csrf-token=(csrf_token) {}
    }
}

fn widget_id(account: &str) -> String {
    format!("w-{account}")
}

/// The bank's name as text that cannot disturb what stands around it.
fn bank(row: &AccountRow) -> String {
    let name = row.institution_name.as_deref().and_then(DisplayText::parse);
    name.map_or_else(|| "Your bank".into(), |name| name.to_string())
}

fn name_and_number(row: &AccountRow) -> Markup {
    let name = row.display_name.as_deref().and_then(DisplayText::parse);
    html! {
        @match &name { Some(name) => bdi .account-name { (name) }, None => span .account-name { "Account" } }
        @if let Some(last4) = &row.last4 {
            " " bdi .number { span aria-hidden="true" { "•••• " } span .visually-hidden { "ending in " } (last4) }
        }
    }
}

/// The bank's initials, in one of six colours that follows from its name.
fn mark(row: &AccountRow) -> Markup {
    mark_of(&bank(row))
}

/// The same for a bank's name.
pub fn mark_of(name: &str) -> Markup {
    let colour = name.bytes().fold(0u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte))) % 6;
    html! { span .mark .(format!("mark-{colour}")) aria-hidden="true" { (layout::initials(name)) } }
}

fn chip(standing: &Standing) -> Markup {
    let tone = match standing.tone {
        Tone::Danger => "danger",
        Tone::Warning => "warning",
        Tone::Good => "good",
        Tone::Quiet => "quiet",
    };
    html! { span .chip .(tone) { (icon(standing.tone)) (standing.word) } }
}

/// The sign of a tone.
pub fn icon(tone: Tone) -> Markup {
    let path = match tone {
        Tone::Danger => {
            "M6.5 9.5 4.8 11.2a2.4 2.4 0 0 1-3.4-3.4l1.7-1.7M9.5 6.5l1.7-1.7a2.4 2.4 0 0 1 3.4 3.4l-1.7 1.7M5 2.5v1.7M2.5 5h1.7M11 13.5v-1.7M13.5 11h-1.7"
        }
        Tone::Warning => "M8 4.5V8l2.3 1.6M14.2 8A6.2 6.2 0 1 1 1.8 8a6.2 6.2 0 0 1 12.4 0Z",
        Tone::Good => "m3 8.6 3.2 3.2L13 4.8",
        Tone::Quiet => "M3.5 8h9",
    };
    html! {
        svg .icon viewBox="0 0 16 16" width="16" height="16" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" { path d=(path) {} }
    }
}

fn permission(name: &str) -> &str {
    match name {
        "payment_method" => "payments",
        "balances" => "balance",
        "transactions" => "transactions",
        "ownership" => "owner’s name",
        _ => "other details",
    }
}
