//! Sends the chosen accounts to the backend and waits for its result. Starts with a choice, or with a page reload after
//! one. Ends with the backend's answer. The bank has already confirmed, so this stage must not give up without reading
//! the session first.

use super::calls::Patience;
use super::context::Context;
use super::fact::Fact;
use super::refusal::Refusal;
use crate::effect::Timer;
use crate::view::Wait;

/// Pause between two reads of a session that is not settled yet, milliseconds.
const SETTLE_MS: u64 = 2_000;
/// After this time the view says that it takes longer than usual, milliseconds.
const LONG_MS: u64 = 5_000;
/// The most reads of a session that is not settled yet.
const MOST_LOOKS: u32 = 15;

/// The stage.
#[derive(Debug)]
pub struct Completing {
    /// The ids of the accounts being completed.
    pub accounts: Vec<String>,
    /// How long it has lasted.
    pub wait: Wait,
    phase: Phase,
}

#[derive(Debug)]
enum Phase {
    /// The request is being sent.
    Posting,
    /// Sent; the backend has not decided yet. The number counts the reads so far.
    Settling(u32),
    /// Refused; the session is read before the refusal is believed.
    Doubting(Refusal),
}

/// How it ends.
#[derive(Debug)]
pub enum Exit {
    /// The backend knows the end.
    Concluded,
    /// The backend has the accounts but does not decide.
    Unsettled(Refusal),
    /// The backend refuses, and the session is still open.
    Refused(Refusal),
}

impl Completing {
    /// Sends the accounts to the backend.
    pub fn start(accounts: Vec<String>, context: &mut Context) -> Self {
        context.ask_complete(&accounts);
        context.watch();
        Self { accounts, wait: context.begin_wait(), phase: Phase::Posting }
    }

    /// Takes a fact.
    #[inline(never)]
    pub fn update(&mut self, fact: Fact, context: &mut Context) -> Option<Exit> {
        match fact {
            Fact::Completed(Ok(())) => return self.settle(0, context),
            Fact::Completed(Err(refusal)) => {
                self.phase = Phase::Doubting(refusal);
                context.ask_read(Patience::Parting);
            }
            Fact::Read(result) => match (&self.phase, result) {
                (&Phase::Settling(looks), _) => return self.settle(looks, context),
                (Phase::Posting | Phase::Doubting(_), Ok(())) if !context.is_open() => {
                    return Some(Exit::Concluded);
                }
                (Phase::Doubting(refusal), _) => return Some(Exit::Refused(refusal.clone())),
                (Phase::Posting, _) => context.watch(),
            },
            Fact::Timer(Timer::Poll) => match self.phase {
                // The answer that reports the end may have been lost.
                Phase::Posting => context.peek(),
                Phase::Settling(looks) => {
                    self.phase = Phase::Settling(looks + 1);
                    context.ask_read(Patience::Once);
                }
                Phase::Doubting(_) => {}
            },
            Fact::Timer(Timer::Wait) => self.wait = context.lengthen(self.wait, LONG_MS),
            Fact::LookAgain | Fact::Reconnected if matches!(self.phase, Phase::Posting) => context.look(),
            Fact::Created(_)
            | Fact::Timer(Timer::Retry(_) | Timer::Reopen)
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

    fn settle(&mut self, looks: u32, context: &mut Context) -> Option<Exit> {
        if !context.is_open() {
            return Some(Exit::Concluded);
        }
        if looks >= MOST_LOOKS {
            let message = "the session is still pending after it was completed";
            return Some(Exit::Unsettled(Refusal::of(relink_wire::Code::Timeout, message)));
        }
        self.phase = Phase::Settling(looks);
        context.start(Timer::Poll, SETTLE_MS);
        None
    }
}
