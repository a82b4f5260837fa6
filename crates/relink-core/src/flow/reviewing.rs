//! The customer reads why they are here: before the bank, or after coming back from it with nothing done. Ends when
//! they go on, or want to be asked again tomorrow. A read of the session may also end it.

use super::context::Context;
use super::fact::Fact;
use crate::effect::Timer;
use crate::view::{Action, Notice};

/// The stage.
#[derive(Debug)]
pub struct Reviewing {
    /// What happened a moment ago.
    pub notice: Option<Notice>,
}

/// How it ends.
#[derive(Debug)]
pub enum Exit {
    /// The customer goes to the bank.
    Continued,
    /// The customer leaves, and wants to be reminded.
    PutOff,
    /// The session was read and may have changed. The notice stays.
    Reread(Option<Notice>),
}

impl Reviewing {
    /// Shows the review and watches the session: it may be finished elsewhere, or the bank may have been done after
    /// all.
    pub fn start(notice: Option<Notice>, context: &mut Context) -> Self {
        context.watch();
        Self { notice }
    }

    /// Takes a fact.
    pub fn update(&self, fact: &Fact, context: &mut Context) -> Option<Exit> {
        match fact {
            Fact::Pressed(Action::Continue) => return Some(Exit::Continued),
            Fact::Pressed(Action::Remind) if context.settings.remind_later => return Some(Exit::PutOff),
            // Nobody has used the session, and it can bring nothing more: the customer's click replaces it.
            Fact::Read(Ok(())) if !context.been_to_bank && context.is_too_old() => {}
            Fact::Read(Ok(())) => return Some(Exit::Reread(self.notice)),
            // A late report from the bank still counts: the backend knows more.
            Fact::LookAgain | Fact::Reconnected | Fact::HandoffReturned(_) | Fact::HandoffClosed => {
                context.look();
            }
            Fact::Timer(Timer::Poll) => context.peek(),
            Fact::Read(Err(_)) => context.watch(),
            Fact::Created(_)
            | Fact::Completed(_)
            | Fact::Timer(Timer::Retry(_) | Timer::Wait | Timer::Reopen)
            | Fact::Pressed(_)
            | Fact::HandoffFailed(_)
            | Fact::WindowBlocked(_)
            | Fact::WindowClosed(_) => {}
        }
        None
    }
}
