//! Facts: what has happened outside. The shell turns each thing that the world does into one of these.

use crate::clock::Moment;
use crate::effect::{Attempt, CallNumber, Timer};
use crate::saved::Saved;
use crate::view::Action;
use relink_wire::{Account, Json};

/// A fact.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// The flow is wanted: the element came near the viewport, or was shown. Does nothing while one runs.
    Started {
        /// What the page asks for.
        settings: Settings,
        /// What an earlier page of this tab left behind for these settings.
        saved: Option<Box<Saved>>,
        /// What this browser can do.
        device: Device,
    },
    /// A call was answered, or will not be.
    Answered {
        /// Which.
        call: CallNumber,
        /// How.
        answer: Answer,
    },
    /// A timer ran out.
    TimerFired(Timer),
    /// The customer pressed something.
    Pressed(Action),
    /// The customer asks to close by a key, or by a press beside the widget: Escape, Enter on a button that closes, the
    /// scrim. Such a press may have been meant for something else.
    CloseAsked,
    /// Whether what is shown can be seen. The shell looks when it brings the widget on screen and while it is there;
    /// nothing was said means that it can.
    Sighted(Sight),
    /// The page closed it, by `close()` or by removing the `open` attribute: the customer is not asked.
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
        accounts: Vec<Account>,
    },
    /// The handoff could not be opened, or broke.
    HandoffFailed {
        /// Which opening.
        attempt: Attempt,
        /// In which way.
        failure: HandoffFailure,
    },
    /// The browser stopped the window.
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
        /// Whether the browser believes itself online.
        online: bool,
    },
    /// The page came into view, or left it.
    Visibility {
        /// Whether it can be seen.
        visible: bool,
    },
    /// The page came back from the back-forward cache: whatever was known may be old.
    Restored,
    /// Another page of this browser reports the end of this session.
    Nudged,
}

/// Whether what is shown can be seen and reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// It can.
    Clear,
    /// It was not found at the first look; another follows.
    Unsure,
    /// It cannot: it is not rendered, or something keeps every press from it. The shell has let the page go.
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
    /// The language that was found, BCP 47.
    pub locale: Option<String>,
}

/// What this browser can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Device {
    /// Whether a window of its own can be expected to open and come back: not on phones and not in in-app
    /// browsers.
    pub windows: bool,
    /// Whether the browser believes itself online.
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
        /// `Retry-After`, where there was one that could be read.
        retry_after: Option<RetryAfter>,
        /// The body, where it was JSON.
        body: Option<Json>,
    },
    /// The connection was refused, cut, or never made.
    NoAnswer,
    /// The time that the call was given ran out.
    TimedOut,
    /// The page's own `headers` function failed: no request was made.
    HeadersFailed,
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
    /// Milliseconds to wait from that moment.
    pub fn wait_ms(self, now: &Moment) -> u64 {
        match self {
            Self::Seconds(seconds) => u64::from(seconds) * 1000,
            Self::At(unix) => {
                u64::try_from(unix.saturating_mul(1000).saturating_sub(now.unix_ms)).unwrap_or_default()
            }
        }
    }
}

/// In which way a handoff failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HandoffFailure {
    /// Stripe's script could not be loaded: blocked, offline, or slow beyond patience.
    ScriptNotLoaded,
    /// Stripe.js resolved with an error; its `code`, where it has one.
    Refused {
        /// Stripe's error code.
        code: Option<String>,
    },
    /// Stripe.js threw, or resolved with something that is neither accounts nor an error.
    Broken,
    /// Something modal of the page would lie above Stripe's layer and could not be put aside; Stripe.js was not called.
    Unreachable,
}
