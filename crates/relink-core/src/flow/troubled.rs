//! Something went wrong that the customer may get past. Starts with a refusal. Ends when the customer tries again, when
//! a lost connection is back, or when a read of the session finds that all is well.

use super::context::{Context, WATCH_MS};
use super::fact::Fact;
use super::fetching::{How, Then};
use super::refusal::Refusal;
use crate::effect::Timer;
use crate::view::{Action, Trouble};
use relink_wire::Code;

/// The longest pause between two reads, milliseconds.
const LONGEST_WATCH_MS: u64 = 10 * 60 * 1000;

/// The stage.
#[derive(Debug)]
pub struct Troubled {
    /// What.
    pub refusal: Refusal,
    /// What is tried again.
    pub again: Again,
}

/// What is tried again after trouble.
#[derive(Clone, Debug)]
pub enum Again {
    /// Fetching a session.
    Fetch(How, Then),
    /// Completing at the backend, under the same key.
    Complete(Vec<String>),
    /// Reading the session while the customer is at the bank.
    Look,
}

/// How it ends.
#[derive(Debug)]
pub enum Exit {
    /// The customer tries again.
    Pressed(Again),
    /// It is tried again automatically, so no window can be opened for it.
    Unasked(Again),
    /// The backend answers again, and the session decides what follows.
    Concluded,
}

impl Troubled {
    /// Shows the trouble, and watches the session if there is one.
    pub fn start(refusal: Refusal, again: Again, context: &mut Context) -> Self {
        let stage = Self { refusal, again };
        stage.watch(context);
        stage
    }

    /// Takes a fact.
    pub fn update(&mut self, fact: &Fact, context: &mut Context) -> Option<Exit> {
        match fact {
            Fact::Pressed(Action::TryAgain) => return Some(Exit::Pressed(self.again.clone())),
            Fact::Reconnected if self.refusal.code == Code::NetworkError => {
                return Some(Exit::Unasked(self.again.clone()));
            }
            Fact::LookAgain | Fact::Reconnected if self.has_session(context) => context.look(),
            Fact::Timer(Timer::Poll) if self.has_session(context) => context.peek(),
            Fact::Read(Ok(())) => {
                let open = context.is_open();
                match &self.again {
                    Again::Complete(_) if open => self.watch(context),
                    Again::Look if open => return Some(Exit::Unasked(self.again.clone())),
                    Again::Complete(_) | Again::Look | Again::Fetch(..) => {
                        return Some(Exit::Concluded);
                    }
                }
            }
            Fact::Read(Err(_)) => self.watch(context),
            Fact::Created(_)
            | Fact::Completed(_)
            | Fact::LookAgain
            | Fact::Reconnected
            | Fact::Timer(_)
            | Fact::Pressed(_)
            | Fact::HandoffReturned(_)
            | Fact::HandoffClosed
            | Fact::HandoffFailed(_)
            | Fact::WindowBlocked(_)
            | Fact::WindowClosed(_) => {}
        }
        None
    }

    /// Whether there is a session to read. One that must be replaced does not count.
    fn has_session(&self, context: &Context) -> bool {
        match self.again {
            Again::Fetch(How::Create, _) => false,
            Again::Fetch(How::ReadNamed | How::ReadAgain, _) | Again::Complete(_) | Again::Look => {
                context.saved.session.is_some()
            }
        }
    }

    fn watch(&self, context: &mut Context) {
        // Before the bank nothing can have been done: the customer decides when to read next.
        if !context.been_to_bank || !self.has_session(context) {
            return;
        }
        match self.refusal.trouble {
            // The backend asked us to wait, and we do.
            Trouble::Busy(Some(seconds)) => {
                let asked = u64::from(seconds) * 1000;
                context.start(Timer::Poll, asked.clamp(WATCH_MS, LONGEST_WATCH_MS));
            }
            Trouble::Busy(None)
            | Trouble::NoConnection
            | Trouble::TooSlow
            | Trouble::Unreadable
            | Trouble::ServiceDown
            | Trouble::SignedOut
            | Trouble::NotAllowed
            | Trouble::NotFound
            | Trouble::Misconfigured
            | Trouble::Expired
            | Trouble::Spent
            | Trouble::UnsupportedHandoff
            | Trouble::BankNotOpened
            | Trouble::BankUnavailable
            | Trouble::Unexplained => context.watch(),
        }
    }
}
