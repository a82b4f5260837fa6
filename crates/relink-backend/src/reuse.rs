//! A customer who has several sessions open about the same account is given the newest again, and Stripe makes no more.
//!
//! One is not enough: two tabs, or two elements of a page, are independent of each other, and what one cancels must not end
//! the other's. So there may be a few, and what is given again is only what is as good as new: pending at Stripe as it was
//! just read, with half of its time left, and with nothing collected.

use crate::document;
use crate::error::RelinkError;
use crate::idempotency::Done;
use crate::lifetime::LASTS;
use crate::profile::{Profile, WayToBank};
use crate::relink::Relink;
use crate::settle;
use axum::http::StatusCode;
use relink_account::LinkedAccount;
use relink_store::change::Change;
use relink_wire::SessionStatus;

/// Open sessions that one customer may have about one account.
const MOST_OPEN: usize = 3;

/// What a session is to be about.
#[derive(Clone, Copy, Debug)]
pub struct About<'a> {
    /// The login at the bank.
    pub authorization: &'a str,
    /// Exactly this account, or any.
    pub account: Option<&'a str>,
    /// The accounts that the customer is shown, as Stripe has just told of them.
    pub shown: &'a [LinkedAccount],
}

/// The session that is given again; nothing where a new one is to be made. `link` is the link by which the customer came,
/// and the session's too.
pub async fn open_already(
    relink: &Relink,
    profile: &Profile,
    customer: &str,
    about: About<'_>,
    link: Option<&str>,
) -> Result<Option<Done>, RelinkError> {
    // A page that Stripe hosts leads back to one address, which belongs to that session.
    if profile.handoff == WayToBank::Hosted {
        return Ok(None);
    }
    let fresh = relink.now() + LASTS / 2;
    let open = relink
        .store
        .open_sessions(customer, &profile.name, about.authorization, about.account, fresh)
        .await?;
    if open.len() < MOST_OPEN {
        return Ok(None);
    }
    let Some(newest) = open.into_iter().find(|session| session.link.as_deref() == link) else {
        return Ok(None);
    };
    let session = settle::refresh(relink, newest).await?;
    if session.status != SessionStatus::Pending || session.relink_result.is_some() {
        return Ok(None);
    }
    let body = document::with(relink, &session, about.shown).await?;
    // The way to the bank cannot be opened where the secret was changed: then it is of no use.
    if body.get("handoff").is_none_or(|handoff| handoff.is_null()) {
        return Ok(None);
    }
    tracing::info!("gave an open session again");
    Ok(Some(Done { change: Change::Nothing, status: StatusCode::CREATED, body, is_final: true }))
}
