//! A customer with several open sessions about the same account gets the newest one again, and Stripe creates no more.
//! One is not enough: two tabs, or two elements of a page, are independent of each other, and cancelling one must not
//! end the other. So there can be a few, and a session is reused only if it is as good as new: just read as pending at
//! Stripe, with half of its time left, and with nothing collected.
//! Many simultaneous requests would all find few sessions. So the statement that writes the new session checks again
//! ([`Room`]). A request that finds no room left looks here again, and gets the session of a faster one.

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
use relink_store::sessions::{RelinkSession, Room};
use relink_wire::SessionStatus;

/// Open sessions that one customer may have about one account.
const MOST_OPEN: i64 = 3;

/// What a session is to be about.
#[derive(Clone, Copy, Debug)]
pub struct About<'a> {
    /// The login at the bank.
    pub authorization: &'a str,
    /// Exactly this account, or any.
    pub account: Option<&'a str>,
    /// The accounts to show to the customer, as just read from Stripe.
    pub shown: &'a [LinkedAccount],
}

/// What a customer who wants a session gets.
#[derive(Debug)]
pub enum Given {
    /// One that is open already.
    Again(Done),
    /// A new one, if there still is that room when it is written; without a limit where none would be of use again.
    New(Option<Room>),
}

/// What must hold for a new session, where the database alone says that no open one is given again.
pub async fn room_at_once(
    relink: &Relink,
    profile: &Profile,
    customer: &str,
    about: About<'_>,
    link: Option<&str>,
) -> Result<Option<Option<Room>>, RelinkError> {
    Ok(match found(relink, profile, customer, about, link).await? {
        Found::Room(room) => Some(room),
        Found::Full(_) => None,
    })
}

/// What the database says of open sessions.
enum Found {
    /// There are few.
    Room(Option<Room>),
    /// There are as many as there may be.
    Full(Box<Open>),
}

/// Those that are open, and the newest.
struct Open {
    ends_after: i64,
    count: i64,
    newest: RelinkSession,
}

async fn found(
    relink: &Relink,
    profile: &Profile,
    customer: &str,
    about: About<'_>,
    link: Option<&str>,
) -> Result<Found, RelinkError> {
    // A page that Stripe hosts leads back to one address, which belongs to that session.
    if profile.handoff == WayToBank::Hosted {
        return Ok(Found::Room(None));
    }
    let ends_after = relink.now() + LASTS / 2;
    let what = (about.authorization, about.account);
    let open = relink.store.open_sessions(customer, &profile.name, what, link, ends_after).await?;
    Ok(match open.newest {
        Some(newest) if open.count >= MOST_OPEN => {
            Found::Full(Box::new(Open { ends_after, count: open.count, newest }))
        }
        Some(_) | None => Found::Room(Some(Room { ends_after, most: MOST_OPEN - 1 })),
    })
}

/// The session that is given again, or what must hold for a new one. `link` is the link by which the customer came,
/// and the session's too.
pub async fn open_already(
    relink: &Relink,
    profile: &Profile,
    customer: &str,
    about: About<'_>,
    link: Option<&str>,
) -> Result<Given, RelinkError> {
    let Open { ends_after, count, newest } = match found(relink, profile, customer, about, link).await? {
        Found::Room(room) => return Ok(Given::New(room)),
        Found::Full(open) => *open,
    };
    let room = |most| Ok(Given::New(Some(Room { ends_after, most })));
    let session = settle::refresh(relink, newest).await?;
    if session.status != SessionStatus::Pending {
        return room(count - 1);
    }
    // One more than there are, where the newest is open and of no use: whoever comes beside this one is given that one.
    if session.relink_result.is_some() {
        return room(count);
    }
    let body = document::with(relink, &session, about.shown).await?;
    // The way to the bank cannot be opened where the secret was changed: then it is of no use.
    if body.get("handoff").is_none_or(|handoff| handoff.is_null()) {
        return room(count);
    }
    tracing::info!("gave an open session again");
    Ok(Given::Again(Done { change: Change::Nothing, status: StatusCode::CREATED, body, is_final: true }))
}
