//! The flow is about to end without a relink. The backend is asked one last time whether the bank was done. Starts when
//! the customer wants to leave, or when a completion is finally refused. Ends within a few seconds, with or without an
//! answer. A completion in flight may still arrive: do not throw away what the bank confirmed to save a second.

use super::calls::{PARTING_TIMEOUT_MS, Patience};
use super::context::Context;
use super::fact::Fact;
use super::refusal::Refusal;
use crate::effect::{CallKind, Timer};
use relink_wire::FlowState;

/// The stage.
#[derive(Debug)]
pub struct Parting {
    /// The state in which the flow was closed.
    pub from: FlowState,
    /// Whether the last read is over.
    looked: bool,
    /// The refusal the flow ends with, if the customer did not end it.
    refusal: Option<Refusal>,
}

/// How it ends: all that can be known is known.
#[derive(Debug)]
pub struct Parted {
    /// The state in which it began.
    pub from: FlowState,
    /// The refusal, if the customer did not end it.
    pub refusal: Option<Refusal>,
}

impl Parting {
    /// Reads the session one last time.
    pub fn start(from: FlowState, refusal: Option<Refusal>, context: &mut Context) -> Self {
        context.stop(Timer::Poll);
        context.ask_read(Patience::Parting);
        Self { from, looked: false, refusal }
    }

    /// Takes a fact.
    pub fn update(&mut self, fact: Fact, context: &mut Context) -> Option<Parted> {
        match fact {
            Fact::Read(_) if context.is_open() && context.calls.is_busy(CallKind::Complete) => {
                context.start(Timer::Wait, PARTING_TIMEOUT_MS);
                self.looked = true;
                None
            }
            Fact::Read(_) | Fact::Completed(Ok(())) => Some(self.parted()),
            Fact::Completed(Err(_)) | Fact::Timer(Timer::Wait) if self.looked => Some(self.parted()),
            Fact::Created(_)
            | Fact::Completed(_)
            | Fact::Timer(_)
            | Fact::Pressed(_)
            | Fact::HandoffReturned(_)
            | Fact::HandoffClosed
            | Fact::HandoffFailed(_)
            | Fact::WindowBlocked(_)
            | Fact::WindowClosed(_)
            | Fact::LookAgain
            | Fact::Reconnected => None,
        }
    }

    fn parted(&mut self) -> Parted {
        Parted { from: self.from, refusal: self.refusal.take() }
    }
}
