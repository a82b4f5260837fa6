//! The session is being fetched: created, or read if there is one. Starts when a flow starts and when a spent session
//! must be replaced. Ends with the backend's answer, or a refusal.

use super::calls::Patience;
use super::context::Context;
use super::fact::Fact;
use super::refusal::Refusal;
use crate::effect::{Attempt, Timer};
use crate::view::Wait;

/// The wait gets words after this time, milliseconds.
const LONG_MS: u64 = 1_000;

/// The stage.
#[derive(Debug)]
pub struct Fetching {
    /// How.
    pub how: How,
    /// What for.
    pub then: Then,
    /// How long it has lasted.
    pub wait: Wait,
}

/// How the session is fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// `POST /sessions`
    Create,
    /// `GET`, of the session that the page named.
    ReadNamed,
    /// `GET`, of the session an earlier page of this tab saved, or that this page had.
    ReadAgain,
}

/// What follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// The customer reads it first.
    Show,
    /// The customer has read it and goes to the bank. A window may already be open for it.
    GoToBank(Option<Attempt>),
    /// The customer has agreed, and nothing more is needed from them: complete at the backend.
    Confirm,
}

/// How it ends.
#[derive(Debug)]
pub enum Exit {
    /// The session is known.
    Fetched(How, Then),
    /// There is none.
    Refused(How, Then, Refusal),
}

impl Fetching {
    /// Asks.
    pub fn start(how: How, then: Then, context: &mut Context) -> Self {
        match how {
            How::Create => context.ask_create(),
            How::ReadNamed | How::ReadAgain => context.ask_read(Patience::Persist),
        }
        Self { how, then, wait: context.begin_wait() }
    }

    /// Takes a fact.
    pub fn update(&mut self, fact: Fact, context: &mut Context) -> Option<Exit> {
        match fact {
            Fact::Created(result) | Fact::Read(result) => {
                // This is the session we asked for: a new request gives up any other.
                context.stop(Timer::Wait);
                return Some(match result {
                    Ok(()) => Exit::Fetched(self.how, self.then),
                    Err(refusal) => Exit::Refused(self.how, self.then, refusal),
                });
            }
            Fact::Timer(Timer::Wait) => self.wait = context.lengthen(self.wait, LONG_MS),
            Fact::Completed(_)
            | Fact::Timer(Timer::Retry(_) | Timer::Poll | Timer::Reopen)
            | Fact::Pressed(_)
            | Fact::HandoffReturned(_)
            | Fact::HandoffClosed
            | Fact::HandoffFailed(_)
            | Fact::WindowBlocked(_)
            | Fact::WindowClosed(_)
            | Fact::LookAgain
            | Fact::Reconnected => {}
        }
        None
    }
}
