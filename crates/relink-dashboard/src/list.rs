//! The accounts, what is most urgent first: filter, search, and the choice of those to ask.

use super::frame::{Fields, Staff, page};
use super::standing::{CanAsk, Line};
use crate::app::App;
use crate::fault::Fault;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use maud::{Markup, html};

/// Accounts on one page, and so the most that are asked at once.
pub const ON_A_PAGE: usize = 40;

/// The filter: what the address says, and what people read.
const REASONS: &[(&str, &str)] = &[
    ("", "Needs attention"),
    ("inactive", "Disconnected"),
    ("number_ended", "Payments fail"),
    ("number_ends", "Number ends within 30 days"),
    ("stops", "Stops, and cannot be asked yet"),
    ("cannot", "Cannot be repaired"),
    ("works", "Works"),
    ("all", "All accounts"),
];

/// The list.
pub async fn show(State(app): State<App>, by: Staff, RawQuery(query): RawQuery) -> Result<Response, Fault> {
    let query = Fields::read(&query.unwrap_or_default());
    let (reason, search) = (query.first("reason").unwrap_or_default(), query.first("q").unwrap_or_default());
    let lasts = app.store.last_mails().await?;
    let rows = app.store.every_account().await?;
    let lines = rows.into_iter().filter_map(|row| {
        let last = lasts.get(&row.id).copied();
        Line::read(&app, row, last)
    });
    let mut lines: Vec<Line<'_>> = lines.collect();
    let attention = lines.iter().filter(|line| line.needs_attention()).count();
    let askable = lines.iter().filter(|line| line.can_ask() == CanAsk::Now).count();
    lines.retain(|line| is_wanted(line, reason) && fits(line, search));
    lines.sort_by(|one, other| {
        one.urgency().cmp(&other.urgency()).then_with(|| one.row.id.cmp(&other.row.id))
    });
    let pages = lines.len().div_ceil(ON_A_PAGE).max(1);
    let current = query.first("page").and_then(|page| page.parse().ok()).unwrap_or(1).clamp(1, pages);
    let shown: Vec<&Line<'_>> = lines.iter().skip((current - 1) * ON_A_PAGE).take(ON_A_PAGE).collect();
    let body = html! {
        div .head {
            h1 { "Accounts" }
            p .lede { (attention) " need attention; about " (askable) " the customer can be asked by mail now." }
        }
        (filter(reason, search))
        @if shown.is_empty() {
            div .empty { h2 { "No account here" } p { "Nothing fits the filter and the search." } }
        } @else {
            form method="get" action="/dashboard/send" {
                ul .accounts { @for line in &shown { li { (row(&app, line, by.may_send())) } } }
                @if by.may_send() && shown.iter().any(|line| line.can_ask() == CanAsk::Now) {
                    p .bulk { button .primary type="submit" { "Preview and send" } span .fine { "Nothing is sent before you have seen the mail." } }
                }
            }
        }
        @if pages > 1 {
            nav .pages aria-label="Pages" {
                @if current > 1 { a .button href=(address(reason, search, current - 1)) { "Previous" } }
                span { "Page " (current) " of " (pages) }
                @if current < pages { a .button href=(address(reason, search, current + 1)) { "Next" } }
            }
        }
    };
    Ok(page(&app, "Accounts", "/dashboard", Some(&by), body))
}

fn is_wanted(line: &Line<'_>, reason: &str) -> bool {
    match reason {
        "" => line.needs_attention(),
        "all" => true,
        reason => line.reason() == reason,
    }
}

fn fits(line: &Line<'_>, search: &str) -> bool {
    let text = format!(
        "{} {} {} {} {}",
        line.bank(),
        line.row.display_name.as_deref().unwrap_or_default(),
        line.row.last4.as_deref().unwrap_or_default(),
        line.holder(),
        line.row.id
    );
    let text = text.to_lowercase();
    search.to_lowercase().split_whitespace().all(|word| text.contains(word))
}

fn filter(reason: &str, search: &str) -> Markup {
    html! {
        form .filter method="get" action="/dashboard" role="search" {
            div {
                label for="reason" { "Show" }
                select #reason name="reason" {
                    @for (value, name) in REASONS { option value=(value) selected[*value == reason] { (name) } }
                }
            }
            div {
                label for="q" { "Search" }
                input #q name="q" type="search" value=(search) placeholder="Bank, customer or digits";
            }
            button type="submit" { "Apply" }
        }
    }
}

fn row(app: &App, line: &Line<'_>, may_send: bool) -> Markup {
    let (id, name) = (&line.row.id, format!("n-{}", line.row.id));
    html! {
        div .line data-account=(id) {
            @if may_send {
                span .pick {
                    @if line.can_ask() == CanAsk::Now {
                        input type="checkbox" name="account" value=(id) aria-labelledby=(name);
                    }
                }
            }
            (line.mark())
            div .what {
                h2 id=(name) { a href=(format!("/dashboard/accounts/{id}")) { bdi { (line.bank()) } " · " (line.name()) } }
                p { bdi { (line.holder()) } }
                p .fine { (line.ask()) }
            }
            div .stand { (line.chip(app.now())) }
        }
    }
}

/// The address of a page of the list, as the filter's form would make it.
fn address(reason: &str, search: &str, page: usize) -> String {
    let page = page.to_string();
    let pairs = [("reason", reason), ("q", search), ("page", &page)];
    let url = reqwest::Url::parse_with_params("http://form.invalid/", pairs);
    let query = url.ok().and_then(|url| url.query().map(str::to_owned)).unwrap_or_default();
    format!("/dashboard?{query}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_searched_for_stays_whole_in_an_address() {
        assert_eq!(address("", "a&b=ü", 2), "/dashboard?reason=&q=a%26b%3D%C3%BC&page=2");
    }
}
