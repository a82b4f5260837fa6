//! The simulated bank: what the customer does there, each time that it is opened.

use relink_core::HandoffFailure;

/// What happens at one opening of the bank.
#[derive(Clone, Debug)]
pub enum BankAct {
    /// The customer signs in and chooses these accounts.
    Chooses(Vec<&'static str>),
    /// The customer closes it with nothing done.
    Closes,
    /// The window looks closed at once (COOP), and the customer finishes there all the same.
    LooksClosedAndChooses(Vec<&'static str>),
    /// The customer finishes, and the browser is never told.
    ChoosesUnseen(Vec<&'static str>),
    /// Nothing ever comes of it.
    Never,
    /// The browser stops the window.
    Blocked,
    /// Stripe.js fails.
    Fails(HandoffFailure),
}

impl BankAct {
    /// What the customer chose.
    pub fn chosen(&self) -> Option<&[&'static str]> {
        match self {
            Self::Chooses(ids) | Self::LooksClosedAndChooses(ids) | Self::ChoosesUnseen(ids) => Some(ids),
            Self::Closes | Self::Never | Self::Blocked | Self::Fails(_) => None,
        }
    }
}
