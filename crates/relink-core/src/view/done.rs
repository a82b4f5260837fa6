//! The last view of a flow that worked: what may truly be said of it.

use super::AccountCard;
use relink_wire::Permission;

/// It worked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    /// What the customer achieved.
    pub achieved: Achieved,
    /// Whether the sentence below the heading is true: most speak of one account that the merchant had before.
    pub has_sentence: bool,
    /// The accounts that work.
    pub accounts: Vec<AccountCard>,
    /// The accounts that still do not, and can be reconnected.
    pub still_broken: Vec<AccountCard>,
    /// The accounts that do not work, and that no relink repairs.
    pub beyond_repair: Vec<AccountCard>,
    /// What works: what the merchant may see and do.
    pub works: Vec<Permission>,
    /// Until when, in Unix seconds, if the bank says.
    pub until: Option<i64>,
}

/// What the customer achieved. It follows from what was wrong when the flow began as much as from how it ended:
/// nothing is "connected again" that was connected all along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Achieved {
    /// What was disconnected is connected again.
    Reconnected,
    /// The link worked, and payments did not: they do again.
    PaymentsWork,
    /// Nothing was broken, and it stays so.
    Kept,
    /// More is shared than before.
    SharedMore,
    /// Some accounts work, others can still be reconnected.
    Partly,
    /// Nothing needed to be done.
    AlreadyActive,
    /// It is connected; more is not known.
    Connected,
}
