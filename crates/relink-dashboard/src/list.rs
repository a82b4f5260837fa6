//! The list of accounts, the most urgent first: filter, search, and selecting whom to email.

use crate::frame::{Fields, Staff, page};
use crate::standing::{CanAsk, Standing};
use axum::extract::{RawQuery, State};
use axum::response::Response;
use maud::{Markup, html};
use relink_account::Renewals;
use relink_backend::ApiError;
use relink_hosted::{Hosted, dates};
use relink_store::accounts::AccountRow;
use std::collections::{HashMap, HashSet};

/// Accounts on one page, and so the most that are asked at once.
pub const ON_A_PAGE: usize = 50;

/// The filter: what the address says, and what people read.
const REASONS: &[(&str, &str)] = &[
    ("", "Needs attention"),
    ("inactive", "Disconnected"),
    ("number_ended", "Payments fail"),
    ("number_ends", "Number ends within 30 days"),
    ("access_ends", "Access ends"),
    ("stops", "Stops, and cannot be asked yet"),
    ("cannot", "Cannot be repaired"),
    ("works", "Works"),
    ("all", "All accounts"),
];

/// The list.
pub async fn show(
    State(hosted): State<Hosted>,
    by: Staff,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let query = Fields::read(&query.unwrap_or_default());
    let (reason, search) = (query.first("reason").unwrap_or_default(), query.first("q").unwrap_or_default());
    let lasts = hosted.store.last_mails_about_all().await?;
    let mut rows = hosted.store.every_account().await?;
    let replaced = replaced(&rows);
    rows.retain(|row| !replaced.contains(row.linked.id()));
    let contacts = hosted.contacts().await?;
    let now = hosted.now();
    let standing = |row: AccountRow| {
        let last = lasts.get(row.linked.id()).copied();
        // One customer may have several accounts.
        let contact = contacts.get(&row.customer).cloned();
        let asking = hosted.asking_of(&row.linked);
        Standing::of(row, contact, last, &asking, now)
    };
    let mut lines: Vec<Standing> = rows.into_iter().map(standing).collect();
    let attention = lines.iter().filter(|line| line.needs_attention()).count();
    let askable = lines.iter().filter(|line| line.can_ask() == CanAsk::Now).count();
    lines.retain(|line| is_wanted(line, reason) && fits(line, search));
    lines.sort_by(|one, other| {
        one.urgency().cmp(&other.urgency()).then_with(|| one.row.linked.id().cmp(other.row.linked.id()))
    });
    // "Select all": what the page ticks before anybody does.
    let all = query.first("all").is_some_and(|all| !all.is_empty());
    let pages = lines.len().div_ceil(ON_A_PAGE).max(1);
    let current = query.first("page").and_then(|page| page.parse().ok()).unwrap_or(1).clamp(1, pages);
    let shown: Vec<&Standing> = lines.iter().skip((current - 1) * ON_A_PAGE).take(ON_A_PAGE).collect();
    let ids: Vec<&str> = shown.iter().map(|line| line.row.linked.id()).collect();
    let since = hosted.store.troubled_since(&ids).await?;
    let body = html! {
        div .head {
            h1 { "Accounts" }
            p .lede { (attention) " need attention. The customers of " (askable) " can be asked by email now." }
        }
        (filter(reason, search))
        @if shown.is_empty() {
            div .empty { h2 { "No account here" } p { "Nothing fits the filter and the search." } }
        } @else {
            form method="get" action="/dashboard/send" {
                // Seen as columns; each row says by itself what is in it.
                p .line.columns aria-hidden="true" {
                    span .what { "Account" } span .why { "Reason" } span .since { "Since" } span .ask { "Email" }
                }
                ul .accounts {
                    @for line in &shown {
                        li { (row(&hosted, line, since.get(line.row.linked.id()).copied(), by.may_send(), all)) }
                    }
                }
                @if by.may_send() && shown.iter().any(|line| line.can_ask() == CanAsk::Now) {
                    // Always in reach; the style sheet counts what is ticked.
                    p .bulk {
                        button .primary type="submit" { "Email customers" span .count {} }
                        a href=(format!("{}&all={}", address(reason, search, current), if all { "" } else { "1" })) {
                            @if all { "Select none" } @else { "Select all on this page" }
                        }
                        span .fine { "Nothing is sent before you have seen the email." }
                    }
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
    Ok(page(&hosted, "Accounts", "/dashboard", Some(&by), body))
}

/// The ids of accounts that came back with a new id: the new one is listed, and has their history.
fn replaced(rows: &[AccountRow]) -> HashSet<String> {
    let mut by_customer: HashMap<&str, Vec<&AccountRow>> = HashMap::new();
    for row in rows {
        by_customer.entry(&row.customer).or_default().push(row);
    }
    let mut replaced = HashSet::new();
    for theirs in by_customer.values() {
        let renewed = Renewals::among(theirs.iter().map(|row| &row.linked));
        let befores = theirs.iter().filter_map(|row| renewed.before(row.linked.id()));
        replaced.extend(befores.map(str::to_owned));
    }
    replaced
}

fn is_wanted(line: &Standing, reason: &str) -> bool {
    match reason {
        "" => line.needs_attention(),
        "all" => true,
        reason => line.reason() == reason,
    }
}

fn fits(line: &Standing, search: &str) -> bool {
    let text = format!(
        "{} {} {} {} {} {} {}",
        line.row.customer,
        line.customer.email.as_deref().unwrap_or_default(),
        line.bank(),
        line.account().display_name.as_ref().map_or("", |name| name.as_str()),
        line.account().last4.as_ref().map_or("", |last4| last4.as_str()),
        line.holder(),
        line.row.linked.id()
    );
    let text = text.to_lowercase();
    // As the list writes it: dots before the digits.
    let words =
        search.split_whitespace().map(|word| word.trim_matches(['•', '·', '*'])).map(str::to_lowercase);
    words.into_iter().all(|word| text.contains(&word))
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
                input #q name="q" type="search" value=(search) placeholder="Bank, customer, email or digits";
            }
            button type="submit" { "Apply" }
        }
    }
}

fn row(hosted: &Hosted, line: &Standing, since_ms: Option<i64>, may_send: bool, is_ticked: bool) -> Markup {
    let (id, name) = (line.row.linked.id(), format!("n-{}", line.row.linked.id()));
    html! {
        div .line data-account=(id) {
            @if may_send {
                span .pick {
                    @if line.can_ask() == CanAsk::Now {
                        input type="checkbox" name="account" value=(id) aria-labelledby=(name) checked[is_ticked];
                    }
                }
            }
            (line.mark())
            div .what {
                h2 id=(name) { a href=(format!("/dashboard/accounts/{id}")) { bdi { (line.bank()) } " · " (line.name()) } }
                p { bdi { (line.holder()) } }
            }
            div .why {
                (line.chip(hosted.now()))
                @if let Some(cause) = line.cause() { p .fine { (cause) } }
            }
            p .since {
                @if let Some(ms) = since_ms.filter(|_| line.reason() != "works") {
                    span .visually-hidden { "Since " } (dates::day(ms / 1000))
                } @else { span aria-hidden="true" { "–" } }
            }
            p .ask.fine { (line.ask()) }
        }
    }
}

/// The address of a page of the list, as the filter's form would make it.
fn address(reason: &str, search: &str, page: usize) -> String {
    let page = page.to_string();
    let pairs = [("reason", reason), ("q", search), ("page", &page)];
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
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
