//! The flow is over. Terminal is terminal: from here only a new flow leads on.

use super::known::Confirmed;
use super::refusal::Refusal;
use relink_wire::Code;

/// The stage.
#[derive(Debug)]
pub struct Ended {
    /// How it ended.
    pub end: End,
    /// Whether the customer has gone back to the merchant's page.
    pub dismissed: bool,
}

/// How a flow ends.
#[derive(Debug)]
pub enum End {
    /// With a relink that the backend told of.
    Succeeded(Confirmed),
    /// Without one.
    Failed(Refusal),
    /// Without one, since the account cannot be repaired here.
    NotRepairable {
        /// Whether the bank closed it.
        closed: bool,
        /// The backend's name for the request in which it said so.
        request_id: Option<String>,
    },
    /// The customer gave up.
    Cancelled,
}

impl End {
    /// What it ended by, where it did not end well and not by the customer's wish.
    pub fn code(&self) -> Option<Code> {
        match self {
            Self::Failed(refusal) => Some(refusal.code.clone()),
            Self::NotRepairable { closed: true, .. } => Some(Code::AccountClosed),
            Self::NotRepairable { closed: false, .. } => Some(Code::NotRelinkable),
            Self::Succeeded(_) | Self::Cancelled => None,
        }
    }
}
