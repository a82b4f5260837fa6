//! Another account, login or bank was used. Starts with the backend's answer. Ends when the customer tries again, as
//! often as needed, each time with a new session.

use super::fact::{Fact, Step};
use crate::view::{Action, Mismatch};
use relink_wire::Account;

/// The stage.
#[derive(Debug)]
pub struct Mismatched {
    /// How the bank's answer differed from what was needed.
    pub mismatch: Mismatch,
    /// What was chosen, as far as known.
    pub chosen: Vec<Account>,
}

/// How it ends.
#[derive(Debug)]
pub struct TriesAgain;

impl Mismatched {
    /// Takes a fact.
    pub fn update(self, fact: Fact) -> Step<Self, TriesAgain> {
        match fact {
            Fact::Pressed(Action::TryAgain) => Step::Over(TriesAgain),
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
            | Fact::Reconnected => Step::Stay(self),
        }
    }
}
