//! The customer reads why they are here, before the bank, or after coming back from it with nothing done.
//! Ends when they go on; a look at the session in between may end it too.

use super::calls::Patience;
use super::context::Context;
use super::fact::{Fact, Step};
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
    /// The backend was asked, and may know more. What was said stays said.
    Reread(Option<Notice>),
}

impl Reviewing {
    /// Takes a fact.
    pub fn update(self, fact: Fact, context: &mut Context) -> Step<Self, Exit> {
        match fact {
            Fact::Pressed(Action::Continue) => Step::Over(Exit::Continued),
            Fact::Read(Ok(())) => Step::Over(Exit::Reread(self.notice)),
            // A bank that told the browser late still told it: the backend knows more.
            Fact::LookAgain | Fact::HandoffReturned(_) => {
                context.ask_read(Patience::Once);
                Step::Stay(self)
            }
            Fact::Created(_)
            | Fact::Read(Err(_))
            | Fact::Completed(_)
            | Fact::Timer(_)
            | Fact::Pressed(_)
            | Fact::HandoffFailed(_)
            | Fact::WindowBlocked(_)
            | Fact::WindowClosed(_) => Step::Stay(self),
        }
    }
}
