//! Commands: what the shell must do. Each can be carried out by one file of the shell.

use crate::saved::Saved;
use relink_wire::{Agreed, Event, Json, SafeUrl, StripeJsHandoff};
use std::rc::Rc;

/// A command.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Send a request, and answer with [`Input::Answered`](crate::Input::Answered).
    Call(Call),
    /// Give a request up; its answer is no longer wanted.
    Abandon(CallNumber),
    /// Answer with [`Input::TimerFired`](crate::Input::TimerFired) after that time. Replaces a timer of the same name.
    StartTimer {
        /// Which timer.
        timer: Timer,
        /// Milliseconds.
        after_ms: u64,
    },
    /// Forget a timer.
    StopTimer(Timer),
    /// Open Stripe's modal.
    Collect {
        /// Which opening.
        attempt: Attempt,
        /// What Stripe.js needs.
        handoff: StripeJsHandoff,
        /// What the customer agreed to in the review, so that Stripe need not ask again.
        agreed: Option<Agreed>,
    },
    /// Open a window without an address yet. Must happen inside the customer's click, before the address is known.
    PrepareWindow {
        /// Which opening.
        attempt: Attempt,
    },
    /// Load the bank's page in the prepared window, or in a new one.
    OpenWindow {
        /// Which opening.
        attempt: Attempt,
        /// Where to.
        url: SafeUrl,
        /// Whether to leave this page if no window can be opened.
        or_leave: bool,
    },
    /// Leave this page for the bank's.
    LeavePage {
        /// Where to.
        url: SafeUrl,
    },
    /// Close the bank's window, if there is one.
    CloseWindow,
    /// Save this for a later page of this tab, replacing what was saved before.
    Remember(Saved),
    /// Remove what was saved.
    Forget,
    /// Notify the other pages of this browser that this session has ended.
    Nudge {
        /// The session's id.
        session: String,
    },
    /// Dispatch an event.
    Emit {
        /// The session's id, if there is one.
        session: Option<String>,
        /// The flow's id.
        flow: String,
        /// The event.
        event: Event,
    },
    /// Take the widget off the screen: close the modal, empty the inline element.
    Dismiss,
}

/// A request to the merchant's relink API.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// Number of this send; its answer has the same number.
    pub number: CallNumber,
    /// What is requested.
    pub kind: CallKind,
    /// Below the endpoint, each segment percent-encoded: `/sessions/rls_1/complete`.
    pub path: String,
    /// The body of a POST; a GET has none.
    pub body: Option<Rc<Json>>,
    /// `Idempotency-Key` of a POST.
    pub idempotency_key: Option<String>,
    /// Whether to answer a 401 with [`HeadersRefused`](crate::Answer::HeadersRefused) if a function of the page made
    /// the headers. The request is then repeated with fresh headers.
    pub may_renew: bool,
    /// Whether the request must outlive the page.
    pub keepalive: bool,
    /// How long to wait for the answer.
    pub timeout_ms: u64,
}

/// What is requested of the backend. At most one call of a kind is in flight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallKind {
    /// `POST /sessions`
    Create,
    /// `GET /sessions/{id}`
    Read,
    /// `POST /sessions/{id}/complete`
    Complete,
    /// `POST /sessions/{id}/cancel`
    Cancel,
}

/// The number of one send, so that a late answer is recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallNumber(pub u32);

/// The number of one opening of the bank, so that a late return is recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempt(pub u32);

/// A timer, named by its purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timer {
    /// The next try of a call.
    Retry(CallKind),
    /// The next read of the session.
    Poll,
    /// A wait has become worth showing, or worth words.
    Wait,
    /// The button to open the bank's window again should appear.
    Reopen,
}
