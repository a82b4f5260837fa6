//! The flow is over. An end is final: only a new flow can follow.

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
    /// With a relink that the backend reported.
    Succeeded(Confirmed),
    /// Without one.
    Failed(Refusal),
    /// Without one, because the account cannot be repaired here.
    NotRepairable {
        /// Whether the bank closed it.
        closed: bool,
        /// The backend's id for the request that said so.
        request_id: Option<String>,
    },
    /// The customer gave up.
    Cancelled,
}

impl End {
    /// The error code, if the flow ended badly and not by the customer's wish.
    pub fn code(&self) -> Option<Code> {
        match self {
            Self::Failed(refusal) => Some(refusal.code.clone()),
            Self::NotRepairable { closed: true, .. } => Some(Code::AccountClosed),
            Self::NotRepairable { closed: false, .. } => Some(Code::NotRelinkable),
            Self::Succeeded(_) | Self::Cancelled => None,
        }
    }
}
