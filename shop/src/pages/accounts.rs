//! Account settings: the list of bank accounts, and one account's page.

use super::layout::{self, Page};
use super::sign_in::Proof;
use crate::app::App;
use crate::dates;
use crate::relink::Account;
use crate::sign_ins::SignedIn;
use crate::trouble::Trouble;
use crate::words::{Standing, Tone, is_offered};
use axum::Form;
use axum::extract::rejection::{FormRejection, PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use jiff::Timestamp;
use maud::{Markup, html};
use relink_wire::DisplayText;
use serde::Deserialize;
use std::cmp::Reverse;

/// Accounts on one page of the list.
const ON_A_PAGE: usize = 50;

/// Which page of the list.
#[derive(Deserialize)]
pub struct Which {
    #[serde(default)]
    page: usize,
}

/// The list.
pub async fn list(
    State(app): State<App>,
    by: SignedIn,
    which: Result<Query<Which>, QueryRejection>,
) -> Result<Response, Trouble> {
    let mut accounts = app.relink.accounts_of(&by.customer.id).await?;
    // What needs the customer first, and the account that was linked last on top.
    accounts.sort_by_key(|account| (!is_offered(account), Reverse(account.created)));
    let rests: Vec<Option<i64>> = accounts.iter().map(|account| rests_until(&app, &by, account)).collect();
    let broken = accounts.iter().filter(|account| is_offered(account)).count();
    // Who wants to be reminded tomorrow is not asked today.
    let asked = broken - rests.iter().flatten().count();
    let pages = accounts.len().div_ceil(ON_A_PAGE).max(1);
    let current = which.map_or(1, |Query(which)| which.page).clamp(1, pages);
    let shown: Vec<_> =
        accounts.iter().zip(rests.iter().copied()).skip((current - 1) * ON_A_PAGE).take(ON_A_PAGE).collect();
    let endpoint = endpoint(&app);
    let body = html! {
        div .head {
            h1 { "Bank accounts" }
            p .lede { "Your weekly box is paid from here, and refunds come back here." }
        }
        p .toast #toast role="status" {}
        div {
            @if asked > 0 {
                p .summary.attention data-live="summary" { (icon(Tone::Warning)) span { b { (attention(asked)) } " Reconnect to keep your orders coming." } }
            } @else if let Some(until) = rests.iter().flatten().min() {
                p .summary.quiet data-live="summary" { (icon(Tone::Warning)) span { (asks_again(*until)) } }
            } @else if !accounts.is_empty() {
                p .summary data-live="summary" { (icon(Tone::Good)) span { "Nothing needs your attention." } }
            }
            @for (title, wanted) in [("Needs your attention", true), ("Your accounts", false)] {
                @let part: Vec<_> = shown.iter().filter(|(account, _)| is_offered(account) == wanted).collect();
                @if !part.is_empty() {
                    h2 { (title) }
                    ul .accounts { @for (account, rests) in part { li { (line(account, *rests, &endpoint)) } } }
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
    let page = Page {
        title: "Bank accounts",
        current: Some("/accounts"),
        by: Some(&by),
        has_widget: true,
        scripts: &["shop.js"],
        body,
    };
    Ok(layout::page(&app, page))
}

/// One account.
pub async fn details(
    State(app): State<App>,
    by: SignedIn,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, Trouble> {
    let Path(id) = id.map_err(|_| Trouble::NotFound)?;
    let accounts = app.relink.accounts_of(&by.customer.id).await?;
    let account = accounts.iter().find(|account| account.id == id).ok_or(Trouble::NotFound)?;
    let standing = Standing::of(account);
    let granted = account.permissions.as_deref().unwrap_or_default();
    let granted: Vec<&str> = granted.iter().map(|name| permission(name)).collect();
    // If the page is reloaded while a relink ends, the account already works. The element is still there, so that it
    // can report the end. If nothing can be repaired there is none.
    let has_element = is_offered(account) || standing.tone == Tone::Good;
    let body = html! {
        p .back { a href="/accounts" { "← Bank accounts" } }
        p .toast #toast role="status" {}
        div .split {
            section data-live="account" aria-labelledby="name" {
                div .hero {
                    (mark(account))
                    div {
                        h1 #name { bdi { (bank(account)) } }
                        p { (name_and_number(account)) }
                        (chip(&standing))
                    }
                }
                @if let Some(note) = standing.note { p .note { (note) } }
                @if let Some(until) = rests_until(&app, &by, account) { p .note { (asks_again(until)) } }
                dl .facts {
                    @if standing.tone != Tone::Quiet {
                        div { dt { "Pays for" } dd { "Weekly box and extras" } }
                    }
                    div { dt { "Account" } dd { (name_and_number(account)) } }
                    div { dt { "You share" } dd { @if granted.is_empty() { "Nothing yet" } @else { (granted.join(", ")) } } }
                }
            }
            @if has_element {
                section aria-label="Reconnect" {
                    relink-widget display="inline" endpoint=(endpoint(&app)) account=(account.id) remind-later {
                        (logo())
                        p .fallback {
                            "Reconnecting needs JavaScript. "
                            a href="/help" { "See what else you can do" }
                        }
                    }
                }
            } @else {
                section .fallback aria-label="What now" {
                    "This account cannot be reconnected. "
                    a href="/help" { "See what else you can do" }
                }
            }
        }
    };
    let title = bank(account);
    let page = Page {
        title: &title,
        current: Some("/accounts"),
        by: Some(&by),
        has_widget: has_element,
        scripts: &["shop.js"],
        body,
    };
    let mut page = layout::page(&app, page);
    if has_element && let Ok(link) = HeaderValue::from_str(&layout::beforehand(&app.config)) {
        page.headers_mut().insert(header::LINK, link);
    }
    Ok(page)
}

/// The customer wants to be reminded tomorrow (`relink-remind`, in `assets/shop.js`). Answers when that is, in words.
pub async fn remind(
    State(app): State<App>,
    by: SignedIn,
    id: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    form: Result<Form<Proof>, FormRejection>,
) -> Result<String, Trouble> {
    Proof::check(form, &app, &by, &headers)?;
    let Path(id) = id.map_err(|_| Trouble::NotFound)?;
    let accounts = app.relink.accounts_of(&by.customer.id).await?;
    let is_theirs = accounts.iter().any(|account| account.id == id && is_offered(account));
    if !is_theirs {
        return Err(Trouble::NotFound);
    }
    Ok(asks_again(app.reminders.put_off(&by.customer.id, &id, Timestamp::now().as_second())))
}

/// Until when the customer is not asked to reconnect the account.
fn rests_until(app: &App, by: &SignedIn, account: &Account) -> Option<i64> {
    if !is_offered(account) {
        app.reminders.forget(&by.customer.id, &account.id);
        return None;
    }
    app.reminders.rests_until(&by.customer.id, &account.id, Timestamp::now().as_second())
}

fn asks_again(until: i64) -> String {
    format!("We’ll ask again on {}.", dates::day(until))
}

/// Where the widget finds the relink API for payments.
fn endpoint(app: &App) -> String {
    format!("{}/relink", app.config.relink_origin())
}

fn attention(broken: usize) -> String {
    match broken {
        1 => "One account needs your attention.".into(),
        many => format!("{many} accounts need your attention."),
    }
}

fn line(account: &Account, rests: Option<i64>, endpoint: &str) -> Markup {
    let href = format!("/accounts/{}", account.id);
    let standing = Standing::of(account);
    html! {
        article .account aria-labelledby=(format!("n-{}", account.id)) data-account=(account.id) data-status=(account.status) {
            (mark(account))
            div .what data-live=(format!("what-{}", account.id)) {
                h3 id=(format!("n-{}", account.id)) { a href=(href) { bdi { (bank(account)) } } }
                p id=(format!("a-{}", account.id)) { (name_and_number(account)) }
                @if let Some(note) = standing.note { p .note { (note) } }
                @if let Some(until) = rests { p .note { (asks_again(until)) } }
            }
            div .stand data-live=(format!("chip-{}", account.id)) { (chip(&standing)) }
            @if is_offered(account) {
                // Without JavaScript it is a plain link to the account's page.
                // Its name says which of many: "Reconnect Harbour Bank Everyday Checking ending in 1234".
                a .button.primary href=(href) role="button" id=(format!("b-{}", account.id))
                    data-reconnect=(widget_id(&account.id))
                    aria-labelledby=(format!("b-{id} n-{id} a-{id}", id = account.id)) { "Reconnect" }
            }
        }
        @if is_offered(account) {
            relink-widget id=(widget_id(&account.id)) display="modal" endpoint=(endpoint) account=(account.id) remind-later { (logo()) }
        }
    }
}

/// The shop's mark, for the place that the widget has for it.
fn logo() -> Markup {
    html! { img slot="logo" src="/assets/mark.svg" alt=""; }
}

fn widget_id(account: &str) -> String {
    format!("w-{account}")
}

/// The bank's name as text that cannot disturb what stands around it.
fn bank(account: &Account) -> String {
    let name = account.institution_name.as_deref().and_then(DisplayText::parse);
    name.map_or_else(|| "Your bank".into(), |name| name.to_string())
}

fn name_and_number(account: &Account) -> Markup {
    let name = account.display_name.as_deref().and_then(DisplayText::parse);
    html! {
        @match &name { Some(name) => bdi .account-name { (name) }, None => span .account-name { "Account" } }
        @if let Some(last4) = &account.last4 {
            " " bdi .number { span aria-hidden="true" { "•••• " } span .visually-hidden { "ending in " } (last4) }
        }
    }
}

/// The bank's initials, in one of six colours that follows from its name.
fn mark(account: &Account) -> Markup {
    let name = bank(account);
    let colour = relink_wire::hue(&name);
    html! { span .mark .(format!("mark-{colour}")) aria-hidden="true" { (layout::initials(&name)) } }
}

fn chip(standing: &Standing) -> Markup {
    html! { span .chip .(standing.tone.class()) { (icon(standing.tone)) (standing.word) } }
}

fn icon(tone: Tone) -> Markup {
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
