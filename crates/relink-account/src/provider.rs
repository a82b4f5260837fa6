//! The interface to any provider of bank links: start a repair, and read its status. Each provider's client is a crate
//! of its own; there is none here.

use crate::linked::LinkedAccount;
use relink_wire::RelinkResult;
use std::error::Error;
use std::future::Future;

/// A provider of bank links.
pub trait Provider {
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
