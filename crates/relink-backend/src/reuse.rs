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
use relink_store::change::Change;
use relink_wire::SessionStatus;

/// Open sessions that one customer may have about one account.
const MOST_OPEN: usize = 3;

/// The session that is given again; nothing where a new one is to be made. `account` and `authorization` are what the
/// session is about, as far as it is known; `link` is the link by which the customer came, and the session's too.
pub async fn open_already(
    relink: &Relink,
    profile: &Profile,
    customer: &str,
    account: Option<&str>,
    authorization: Option<&str>,
    link: Option<&str>,
) -> Result<Option<Done>, RelinkError> {
    // A page that Stripe hosts leads back to one address, which belongs to that session.
    if profile.handoff == WayToBank::Hosted || (account.is_none() && authorization.is_none()) {
        return Ok(None);
    }
    let fresh = relink.now() + LASTS / 2;
    let open = relink.store.open_sessions(customer, &profile.name, authorization, account, fresh);
    let open = open.await?;
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
    let body = document::of(relink, &session).await?;
    // The way to the bank cannot be opened where the secret was changed: then it is of no use.
    if body.get("handoff").is_none_or(|handoff| handoff.is_null()) {
        return Ok(None);
    }
    tracing::info!("gave an open session again");
    Ok(Some(Done { change: Change::Nothing, status: StatusCode::CREATED, body, is_final: true }))
}
