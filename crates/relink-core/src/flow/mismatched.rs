//! Another account, login or bank was used. Starts with the backend's answer. Ends when the customer tries again, as
//! often as needed, each time with a new session.

use super::fact::Fact;
use crate::view::{Action, Mismatch};
use relink_wire::Account;
use std::rc::Rc;

/// The stage.
#[derive(Debug)]
pub struct Mismatched {
    /// How the bank's answer differed from what was needed.
    pub mismatch: Mismatch,
    /// What was chosen, as far as known.
    pub chosen: Vec<Rc<Account>>,
}

impl Mismatched {
    /// Whether the customer tries again, by this fact.
    pub fn is_ended_by(fact: &Fact) -> bool {
        match fact {
            Fact::Pressed(Action::TryAgain) => true,
            Fact::Created(_)
            | Fact::Read(_)
            | Fact::Completed(_)
            | Fact::Timer(_)
            | Fact::Pressed(_)
            | Fact::HandoffReturned(_)
            | Fact::HandoffClosed
            | Fact::HandoffFailed(_)
            | Fact::WindowBlocked(_)
            | Fact::WindowClosed(_)
            | Fact::LookAgain
            | Fact::Reconnected => false,
        }
    }
}
