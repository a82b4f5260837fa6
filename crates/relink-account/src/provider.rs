//! The interface to any provider of bank links: start a repair, and read its status. Each provider's client is a crate
//! of its own; there is none here.

use crate::linked::LinkedAccount;
use relink_wire::{Permission, RelinkResult};
use std::error::Error;
use std::future::Future;

/// A provider of bank links.
pub trait Provider {
    /// Its name, in the database and in the log.
    const NAME: &'static str;
    /// What it lets a merchant ask customers for.
    const ASKING: Asking;

    /// What it needs to start a repair.
    type Repair<'a>;
    /// What starting returns: the way to the bank, and the repair's id.
    type Begun;
    /// The id of a repair that was started.
    type Case<'a>;
    /// Why it did not answer.
    type Error: Error;

    /// Starts a repair. If the provider has idempotency keys, the same `key` never starts two.
    fn begin(
        &self,
        repair: &Self::Repair<'_>,
        key: &str,
    ) -> impl Future<Output = Result<Self::Begun, Self::Error>> + Send;

    /// Reads a repair's status from the provider.
    fn standing(&self, case: &Self::Case<'_>) -> impl Future<Output = Result<Standing, Self::Error>> + Send;
}

/// What a provider lets a merchant ask customers for, by email and by link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asking {
    /// Seconds between two requests by email about one account.
    pub between_mails_s: i64,
    /// Whether a customer may be asked while access still works and will end.
    pub before_access_ends: bool,
    /// Whether a repair can ask for more permissions than were granted. Where it cannot, none is missing.
    pub more_permissions: bool,
}

impl Asking {
    /// What is wanted of an account, as far as a repair could bring it.
    pub fn wanted<'a>(&self, wanted: &'a [Permission]) -> &'a [Permission] {
        if self.more_permissions { wanted } else { &[] }
    }
}

/// What a provider tells of an account, in no provider's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happening {
    /// It stopped working.
    Broke,
    /// Its number is about to end.
    NumberEnding,
    /// Access to it is going to end.
    AccessEnding,
    /// It may work again.
    Repaired,
    /// Anything else.
    Other,
}

/// The status of a repair.
#[derive(Clone, Debug, PartialEq)]
pub enum Standing {
    /// The customer has not finished, as far as is known.
    Pending,
    /// The customer cancelled it, and it cannot be continued.
    Cancelled,
    /// Nothing was repaired, for this reason; these accounts came back instead.
    Failed(RelinkResult, Vec<LinkedAccount>),
    /// The bank has granted it, for these accounts.
    Granted(RelinkResult, Vec<LinkedAccount>),
}

impl Standing {
    /// The resulting accounts.
    pub fn accounts(&self) -> &[LinkedAccount] {
        match self {
            Self::Pending | Self::Cancelled => &[],
            Self::Failed(_, accounts) | Self::Granted(_, accounts) => accounts,
        }
    }
}
