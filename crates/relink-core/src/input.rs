//! Facts: what happened outside. The shell turns each outside event into one of these.

use crate::clock::{Moment, milliseconds};
use crate::effect::{Attempt, CallNumber, Timer};
use crate::saved::Saved;
use crate::view::Action;
use relink_wire::{Account, DisplayText, Json, SafeUrl};
use std::rc::Rc;

/// A fact.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// The flow is wanted: the element came near the viewport, or was shown. Does nothing while one runs.
    Started {
        /// What the page asks for.
        settings: Settings,
        /// What an earlier page of this tab saved for these settings.
        saved: Option<Box<Saved>>,
        /// What this browser can do.
        device: Device,
    },
    /// A call was answered, or will not be.
    Answered {
        /// Which call.
        call: CallNumber,
        /// The result.
        answer: Answer,
    },
    /// A backend answer had a `Date` that the page may read. Raised before the answer itself.
    ServerTime {
        /// Unix seconds by the server's clock.
        unix: i64,
    },
    /// A timer ran out.
    TimerFired(Timer),
    /// The customer pressed something.
    Pressed(Action),
    /// The customer asks to close with a key, or with a press outside the widget: Escape, Enter on a button that
    /// closes, the scrim. The press may have been meant for something else.
    CloseAsked,
    /// Whether the view can be seen. The shell checks when it brings the widget on screen and while it is there. Until
    /// it reports, assume that it can.
    Sighted(Sight),
    /// The page closed it, by `close()` or by removing the `open` attribute: do not ask the customer.
    Withdrawn,
    /// The page asks to start over: `restart()`.
    RestartAsked {
        /// What the page asks for now.
        settings: Settings,
    },
    /// Stripe.js resolved. Without accounts, the customer closed its modal.
    HandoffReturned {
        /// Which opening.
        attempt: Attempt,
        /// The accounts as the browser saw them: a hint, never the truth.
        accounts: Vec<Rc<Account>>,
    },
    /// The handoff could not be opened, or broke.
    HandoffFailed {
        /// Which opening.
        attempt: Attempt,
        /// How it failed.
        failure: HandoffFailure,
    },
    /// The browser blocked the window.
    WindowBlocked {
        /// Which opening.
        attempt: Attempt,
    },
    /// The bank's window is gone. A hint, never a cancellation.
    WindowClosed {
        /// Which opening.
        attempt: Attempt,
    },
    /// The connection came or went.
    Connectivity {
        /// Whether the browser believes it is online.
        online: bool,
    },
    /// The page came into view, or left it.
    Visibility {
        /// Whether it can be seen.
        visible: bool,
    },
    /// The page came back from the back-forward cache: everything known may be out of date.
    Restored,
    /// Another page of this browser reports the end of this session.
    Nudged,
}

/// Whether the view can be seen and reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// It can.
    Clear,
    /// The first check did not find it; another follows.
    Unsure,
    /// It cannot: it is not rendered, or something keeps every press from it. The shell has released the page.
    Lost,
}

/// What the page asks for: the element's attributes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// `account`
    pub account: Option<String>,
    /// `authorization`
    pub authorization: Option<String>,
    /// `session`
    pub session: Option<String>,
    /// The language found, BCP 47.
    pub locale: Option<String>,
    /// `merchant-name`: what the merchant is called until a session says it.
    pub merchant_name: Option<DisplayText>,
    /// `sign-in-url`: where the merchant's customers sign in, until a session says it.
    pub sign_in_url: Option<SafeUrl>,
    /// `remind-later`: the page asks again tomorrow if the customer wants that.
    pub remind_later: bool,
}

/// What this browser can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Device {
    /// Whether a separate window can be expected to open and come back: not on phones and not in in-app browsers.
    pub windows: bool,
    /// Whether the browser believes it is online.
    pub online: bool,
    /// Whether the page can be seen.
    pub visible: bool,
}

/// How a call ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// An answer of any status.
    Http {
        /// The status.
        status: u16,
        /// `Retry-After`, if there was a readable one.
        retry_after: Option<RetryAfter>,
        /// The body, if it arrived whole and was JSON.
        body: Option<Json>,
    },
    /// The connection was refused, cut, or never made.
    NoAnswer,
    /// The call timed out.
    TimedOut,
    /// 401, when the page's `headers` is a function: calling it again may give fresh headers. Only for a call with
    /// [`may_renew`](crate::Call::may_renew).
    HeadersRefused,
    /// A success whose body is over the size limit.
    TooLarge,
    /// The page's own `headers` function failed: no request was made.
    HeadersFailed,
    /// The element's `endpoint` is no HTTP address: no request was made.
    NotAddressed,
}

/// `Retry-After` in its two forms (RFC 9110, 10.2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryAfter {
    /// Seconds from now.
    Seconds(u32),
    /// A date, in Unix seconds by the server's clock.
    At(i64),
}

impl RetryAfter {
    /// A date further away than this means a wrong clock, not a request to wait, milliseconds.
    const FURTHEST_MS: u64 = 86_400_000;

    /// Milliseconds to wait from that moment; `None` if the clocks do not agree.
    pub fn wait_ms(self, now: &Moment) -> Option<u64> {
        match self {
            Self::Seconds(seconds) => Some(u64::from(seconds) * 1000),
            Self::At(unix) => {
                let wait = milliseconds(unix).saturating_sub(now.unix_ms);
                Some(u64::try_from(wait).unwrap_or_default()).filter(|wait| *wait <= Self::FURTHEST_MS)
            }
        }
    }
}

/// How a handoff failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HandoffFailure {
    /// Stripe's script could not be loaded: blocked, offline, or too slow.
    ScriptNotLoaded,
    /// Stripe.js resolved with an error; its `code`, if it has one.
    Refused {
        /// Stripe's error code.
        code: Option<String>,
    },
    /// Stripe.js threw, or resolved with something that is neither accounts nor an error.
    Broken,
    /// A modal part of the page would be above Stripe's layer and could not be put aside; Stripe.js was not called.
    Unreachable,
}
