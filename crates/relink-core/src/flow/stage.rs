//! The stages of a flow, and what each means for the page.

use super::authorizing::Authorizing;
use super::completing::Completing;
use super::ended::{End, Ended};
use super::fetching::{Fetching, How, Then};
use super::refusal::Refusal;
use super::reviewing::Reviewing;
use super::selecting::Selecting;
use crate::view::Mismatch;
use relink_wire::{Account, FlowState};

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
    /// Another account, login or bank was used: the customer may try again, as often as needed.
    Mismatched(Mismatched),
    /// Something went wrong that the customer may get past.
    Troubled(Troubled),
    /// The customer wants to leave, and the backend is asked one last time whether the bank was done.
    Parting(Parting),
    /// See [`Ended`].
    Ended(Ended),
}

/// Another account, login or bank was used.
#[derive(Debug)]
pub struct Mismatched {
    /// In which way.
    pub mismatch: Mismatch,
    /// What was chosen, as far as it is known.
    pub chosen: Vec<Account>,
}

/// Something went wrong that the customer may get past.
#[derive(Debug)]
pub struct Troubled {
    /// What.
    pub refusal: Refusal,
    /// What is tried again.
    pub again: Again,
}

/// What is tried again after trouble.
#[derive(Debug)]
pub enum Again {
    /// Fetching a session.
    Fetch(How, Then),
    /// Telling the backend, under the same key.
    Complete(Vec<String>),
    /// Looking at the session while the customer is at the bank.
    Look,
}

/// The customer wants to leave.
#[derive(Debug)]
pub struct Parting {
    /// The state in which they closed it.
    pub from: FlowState,
}

impl Stage {
    /// The state that the page is told.
    pub fn state(&self) -> FlowState {
        match self {
            Self::Fetching(fetching) => match fetching.then {
                Then::Show => FlowState::Loading,
                Then::GoToBank(_) => FlowState::Authorizing,
            },
            Self::Reviewing(_) | Self::Mismatched(_) => FlowState::Review,
            Self::Authorizing(_) => FlowState::Authorizing,
            Self::Selecting(_) => FlowState::Selecting,
            Self::Completing(_) => FlowState::Completing,
            Self::Troubled(troubled) => match troubled.again {
                Again::Fetch(_, Then::Show) => FlowState::Loading,
                Again::Fetch(_, Then::GoToBank(_)) | Again::Look => FlowState::Authorizing,
                Again::Complete(_) => FlowState::Completing,
            },
            Self::Parting(parting) => parting.from,
            Self::Ended(ended) => match ended.end {
                End::Succeeded(_) => FlowState::Succeeded,
                End::Failed(_) | End::NotRepairable { .. } => FlowState::Failed,
                End::Cancelled => FlowState::Cancelled,
            },
        }
    }

    /// Whether it waits for the customer: the first such view is the one that `relink-ready` tells of.
    pub fn awaits_customer(&self) -> bool {
        match self {
            Self::Fetching(_) | Self::Completing(_) | Self::Parting(_) => false,
            Self::Reviewing(_)
            | Self::Authorizing(_)
            | Self::Selecting(_)
            | Self::Mismatched(_)
            | Self::Troubled(_)
            | Self::Ended(_) => true,
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
