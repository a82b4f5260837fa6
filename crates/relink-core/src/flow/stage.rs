//! The stages of a flow, and what each means for the page.

use super::authorizing::Authorizing;
use super::completing::Completing;
use super::ended::{End, Ended};
use super::fetching::{Fetching, Then};
use super::mismatched::Mismatched;
use super::parting::Parting;
use super::reviewing::Reviewing;
use super::selecting::Selecting;
use super::troubled::{Again, Troubled};
use relink_wire::{Code, FlowState};

/// Where a flow is.
#[derive(Debug)]
pub enum Stage {
    /// See [`Fetching`].
    Fetching(Fetching),
    /// See [`Reviewing`].
    Reviewing(Reviewing),
    /// See [`Authorizing`].
    Authorizing(Authorizing),
    /// See [`Selecting`].
    Selecting(Selecting),
    /// See [`Completing`].
    Completing(Completing),
    /// See [`Mismatched`].
    Mismatched(Mismatched),
    /// See [`Troubled`].
    Troubled(Troubled),
    /// See [`Parting`].
    Parting(Parting),
    /// See [`Ended`].
    Ended(Ended),
}

impl Stage {
    /// The state reported to the page.
    pub fn state(&self) -> FlowState {
        match self {
            Self::Fetching(fetching) => match fetching.then {
                Then::Show => FlowState::Loading,
                Then::GoToBank(_) => FlowState::Authorizing,
                Then::Confirm => FlowState::Completing,
            },
            Self::Reviewing(_) | Self::Mismatched(_) => FlowState::Review,
            Self::Authorizing(_) => FlowState::Authorizing,
            Self::Selecting(_) => FlowState::Selecting,
            Self::Completing(_) => FlowState::Completing,
            Self::Troubled(troubled) => match troubled.again {
                Again::Fetch(_, Then::Show) => FlowState::Loading,
                Again::Fetch(_, Then::GoToBank(_)) | Again::Look => FlowState::Authorizing,
                Again::Fetch(_, Then::Confirm) | Again::Complete(_) => FlowState::Completing,
            },
            Self::Parting(parting) => parting.from,
            Self::Ended(ended) => match ended.end {
                End::Succeeded(_) => FlowState::Succeeded,
                End::Failed(_) | End::NotRepairable { .. } => FlowState::Failed,
                End::Cancelled => FlowState::Cancelled,
            },
        }
    }

    /// Whether it waits for the customer. The first such view causes `relink-ready`. If the customer left before it,
    /// the flow never was ready.
    pub fn awaits_customer(&self) -> bool {
        match self {
            Self::Fetching(_) | Self::Completing(_) | Self::Parting(_) => false,
            Self::Ended(Ended { end: End::Cancelled, .. }) => false,
            Self::Reviewing(_)
            | Self::Authorizing(_)
            | Self::Selecting(_)
            | Self::Mismatched(_)
            | Self::Troubled(_)
            | Self::Ended(_) => true,
        }
    }

    /// Whether the bank is in front of the widget.
    pub fn has_bank_in_front(&self) -> bool {
        matches!(self, Self::Authorizing(authorizing) if authorizing.is_in_front())
    }

    /// The error code, if this stage shows one, and whether it ended the flow.
    pub fn error(&self) -> Option<(Code, bool)> {
        match self {
            Self::Troubled(troubled) => Some((troubled.refusal.code.clone(), false)),
            Self::Mismatched(mismatched) => Some((mismatched.mismatch.code().0, false)),
            Self::Ended(ended) => Some((ended.end.code()?, true)),
            Self::Fetching(_)
            | Self::Reviewing(_)
            | Self::Authorizing(_)
            | Self::Selecting(_)
            | Self::Completing(_)
            | Self::Parting(_) => None,
        }
    }

    /// Whether leaving now would lose what the bank has already given.
    pub fn has_something_to_lose(&self) -> bool {
        match self {
            Self::Selecting(_) | Self::Completing(_) => true,
            Self::Troubled(troubled) => matches!(troubled.again, Again::Complete(_)),
            Self::Fetching(_)
            | Self::Reviewing(_)
            | Self::Authorizing(_)
            | Self::Mismatched(_)
            | Self::Parting(_)
            | Self::Ended(_) => false,
        }
    }
}
