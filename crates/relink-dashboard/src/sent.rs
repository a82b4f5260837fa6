//! The result of a sending: a page that can be reloaded and opened in another tab without sending anything again.

use crate::account::by_whom;
use crate::frame::{Staff, page};
use crate::send::{item, lines};
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::Response;
use maud::html;
use relink_backend::{ApiError, ApiErrorKind};
use relink_hosted::{Hosted, dates};
use relink_store::outbox::OutboxMessage;
use relink_store::sendings::{Sending, SentAbout};
use std::collections::BTreeMap;

/// The page.
pub async fn show(
    State(hosted): State<Hosted>,
    by: Staff,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, ApiError> {
    let nothing = || ApiError::new(ApiErrorKind::NoSuchRoute, "There is no such sending.");
    let Path(id) = id.map_err(|_| nothing())?;
    let sending = hosted.store.sending(&id).await?.ok_or_else(nothing)?;
    let mut mails: BTreeMap<&str, Option<OutboxMessage>> = BTreeMap::new();
    for relink in sending.accounts.iter().filter_map(|about| about.relink.as_deref()) {
        if !mails.contains_key(relink) {
            mails.insert(relink, hosted.store.mail_of(relink).await?);
        }
    }
    let ids = sending.accounts.iter().map(|about| about.account.clone()).collect();
    let lines = lines(&hosted, ids).await?;
    let said = |account: &str| {
        let about = sending.accounts.iter().find(|about| about.account == account);
        about.map_or_else(String::new, |about| came_of(&sending, about, &mails))
    };
    let body = html! {
        p .back { a href="/dashboard" { "← Accounts" } }
        div .head {
            h1 { (heading(mails.len())) }
            p .lede { "By " (by_whom(&sending.by)) ", " (dates::day_and_time(sending.created_at)) "." }
            @if mails.is_empty() { p .lede { "Why not stands beside each account." } }
        }
        h2 { "One by one" }
        ul .accounts { @for line in &lines { li { (item(line, html! { (said(line.row.linked.id())) })) } } }
    };
    Ok(page(&hosted, "Relink requests", "/dashboard", Some(&by), body))
}

fn heading(mails: usize) -> String {
    match mails {
        0 => "No email was sent".into(),
        1 => "1 email is on its way".into(),
        many => format!("{many} emails are on their way"),
    }
}

/// The result for one account, in a sentence.
fn came_of(sending: &Sending, about: &SentAbout, mails: &BTreeMap<&str, Option<OutboxMessage>>) -> String {
    if let Some(why) = &about.refusal {
        return format!("Not sent: {why}");
    }
    let Some(relink) = &about.relink else {
        let is_over = sending.ended_at.is_some();
        return if is_over { "Not sent." } else { "Not sent so far. Load the page again." }.into();
    };
    let mail = mails.get(relink.as_str()).and_then(Option::as_ref);
    match mail.map(|mail| mail.status.as_str()) {
        Some("sent") => "The mail server has taken it.".into(),
        Some("dead") => "Given up. “Messages” says why.".into(),
        Some("withdrawn") => "Taken back: it is not needed any more.".into(),
        Some(_) | None => "On its way.".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn none_is_said_as_people_say_it() {
        let said = [0, 1, 2].map(heading);
        assert_eq!(said, ["No email was sent", "1 email is on its way", "2 emails are on their way"]);
    }
}
