//! A fact as a stage sees it: calls are settled and stale ones dropped.

use super::refusal::Refusal;
use crate::effect::{Attempt, Timer};
use crate::input::HandoffFailure;
use crate::view::Action;
use relink_wire::Account;
use std::rc::Rc;

/// A fact. If an answer brought a session, it is already in `Context::known`.
#[derive(Debug)]
pub enum Fact {
    /// `POST /sessions` is over.
    Created(Result<(), Refusal>),
    /// `GET /sessions/{id}` is over.
    Read(Result<(), Refusal>),
    /// `POST …/complete` is over.
    Completed(Result<(), Refusal>),
    /// A timer ran out.
    Timer(Timer),
    /// The customer pressed something.
    Pressed(Action),
    /// Stripe.js resolved with accounts.
    HandoffReturned(Vec<Rc<Account>>),
    /// The handoff could not be opened, or broke.
    HandoffFailed(HandoffFailure),
    /// The browser stopped the window.
    WindowBlocked(Attempt),
    /// The bank's window is gone.
    WindowClosed(Attempt),
    /// Stripe.js resolved without accounts: the customer closed its modal.
    HandoffClosed,
    /// Now is a good time to read the session: the page is visible again, or another page reported something.
    LookAgain,
    /// The connection is back.
    Reconnected,
}

/// Who wants to close, and how sure that is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The customer, by a press on a button.
    Button,
    /// The customer, by a key or a press outside the widget, which may have been meant for something else.
    Key,
    /// The page, so nobody can be asked.
    Page,
}
