//! What else follows from an event of Stripe's: hosted relinks write the timeline and ask customers by email. This crate
//! knows nothing of them; they register here.

use crate::error::ApiError;
use crate::relink::Relink;
use relink_store::hosted::FollowUp;
use relink_store::sessions::FreshAccounts;
use std::future::Future;
use std::pin::Pin;

/// An event, with the accounts that it is about as Stripe has just given them.
#[derive(Clone, Copy, Debug)]
pub struct Event<'a> {
    /// Stripe's `type`.
    pub kind: &'a str,
    /// The accounts.
    pub accounts: &'a FreshAccounts,
}

/// What a follower answers.
pub type FollowUps<'a> = Pin<Box<dyn Future<Output = Result<Vec<FollowUp>, ApiError>> + Send + 'a>>;

/// Somebody who draws consequences from Stripe's events.
///
/// It gets the [`Relink`] for each event and keeps none: a follower that held one would keep the database open for ever.
pub trait Follow: Send + Sync + 'static {
    /// What is to be written for an event, in one transaction with the event's id. It may be asked several times for one
    /// event and writes nothing itself. An error that passes makes Stripe deliver the event again.
    fn follow<'a>(&'a self, relink: &'a Relink, event: Event<'a>) -> FollowUps<'a>;

    /// What was written has been committed.
    fn committed(&self);
}
