//! The simulated bank: what the customer does there, each time that it is opened.

use super::world::{Coming, World};
use relink_core::{Attempt, HandoffFailure, Input};
use relink_wire::{Account, Json};

/// What happens at one opening of the bank.
#[derive(Clone, Debug)]
pub enum BankAct {
    /// The customer signs in and chooses these accounts.
    Chooses(Vec<&'static str>),
    /// The customer closes it with nothing done.
    Closes,
    /// The window looks closed at once (COOP), and the customer finishes there all the same.
    LooksClosedAndChooses(Vec<&'static str>),
    /// The customer finishes, and the browser never learns it.
    ChoosesUnseen(Vec<&'static str>),
    /// Nothing ever comes of it.
    Never,
    /// The browser stops the window.
    Blocked,
    /// Stripe.js fails.
    Fails(HandoffFailure),
    /// Stripe.js fails, and Stripe ends the session with it.
    FailsForGood(HandoffFailure),
}

impl BankAct {
    /// What the customer chose.
    pub fn chosen(&self) -> Option<&[&'static str]> {
        match self {
            Self::Chooses(ids) | Self::LooksClosedAndChooses(ids) | Self::ChoosesUnseen(ids) => Some(ids),
            Self::Closes | Self::Never | Self::Blocked | Self::Fails(_) | Self::FailsForGood(_) => None,
        }
    }
}

impl World {
    /// The session that the customer is at the bank for.
    fn at_bank_for(&self) -> String {
        self.saved.as_ref().and_then(|saved| saved.session.clone()).unwrap_or_default()
    }

    pub(super) fn modal(&mut self, attempt: Attempt) {
        let session = self.at_bank_for();
        let act = self.bank.pop_front().unwrap_or(BankAct::Chooses(vec!["fca_1"]));
        let returned = |accounts| Coming::Fact(Input::HandoffReturned { attempt, accounts });
        match act {
            BankAct::Chooses(ids) => {
                let accounts: Vec<Json> = ids.iter().map(|id| super::documents::active(id)).collect();
                self.later(6_000, Coming::Given(session, ids));
                self.later(6_001, returned(Account::decode_list(&accounts)));
            }
            BankAct::LooksClosedAndChooses(ids) => {
                self.later(5_000, returned(Vec::new()));
                self.later(6_000, Coming::Given(session, ids));
            }
            BankAct::ChoosesUnseen(ids) => self.later(6_000, Coming::Given(session, ids)),
            BankAct::Closes => self.later(5_000, returned(Vec::new())),
            BankAct::Never | BankAct::Blocked => {}
            BankAct::FailsForGood(failure) => {
                self.backend.fail(&session, "other");
                self.later(2_000, Coming::Fact(Input::HandoffFailed { attempt, failure }));
            }
            BankAct::Fails(failure) => {
                self.later(2_000, Coming::Fact(Input::HandoffFailed { attempt, failure }));
            }
        }
    }

    pub(super) fn window(&mut self, attempt: Attempt, or_leave: bool) {
        let session = self.at_bank_for();
        let act = self.bank.pop_front().unwrap_or(BankAct::Chooses(vec!["fca_1"]));
        let closed = Coming::Fact(Input::WindowClosed { attempt });
        match act {
            BankAct::Chooses(ids) => {
                self.later(6_000, Coming::Given(session, ids));
                self.later(7_000, closed);
            }
            BankAct::LooksClosedAndChooses(ids) => {
                self.later(500, closed);
                self.later(6_000, Coming::Given(session, ids));
            }
            BankAct::ChoosesUnseen(ids) => self.later(6_000, Coming::Given(session, ids)),
            BankAct::Closes => self.later(5_000, closed),
            BankAct::Never => {}
            BankAct::Blocked if or_leave => self.leave(),
            BankAct::Blocked | BankAct::Fails(_) | BankAct::FailsForGood(_) => {
                self.tell(Input::WindowBlocked { attempt })
            }
        }
    }

    pub(super) fn leave(&mut self) {
        self.left_page = true;
        let session = self.at_bank_for();
        if let Some(ids) = self.bank.pop_front().unwrap_or(BankAct::Chooses(vec!["fca_1"])).chosen() {
            let ids = ids.to_vec();
            self.later(6_000, Coming::Given(session, ids));
        }
    }
}
