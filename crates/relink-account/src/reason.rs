//! The reasons why an account needs a relink, and which of two is more serious.

use relink_wire::Cause;

/// One reason why an account needs a relink.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The link is broken, and why.
    Inactive(Cause),
    /// The tokenized account number was deactivated or has expired: payments fail.
    PaymentsFailing,
    /// The link works but will stop, on that day (Unix seconds) if known.
    AccessEnds(Option<i64>),
    /// The tokenized account number expires within 30 days, on that day (Unix seconds).
    PaymentsEnd(i64),
    /// The merchant asks for more than was shared before.
    MorePermissions,
    /// Stripe does not say what is wrong with the account: nothing is claimed.
    Unstated,
}

impl Reason {
    /// How serious it is, the lowest first: broken, then about to break, then more to share.
    pub fn gravity(&self) -> (u8, i64) {
        match self {
            Self::Inactive(_) => (0, 0),
            Self::PaymentsFailing => (1, 0),
            Self::AccessEnds(on) => (2, on.unwrap_or(i64::MAX)),
            Self::PaymentsEnd(on) => (3, *on),
            Self::MorePermissions => (4, 0),
            Self::Unstated => (5, 0),
        }
    }

    /// The name in `relink-event` and in a backend's list of accounts; `None` if nothing is claimed. A cause that is
    /// not about the bank's access, or is newer than this program, is `unspecified`.
    pub fn name(&self) -> Option<&'static str> {
        Some(match self {
            Self::Inactive(Cause::AccessDenied) => "access_denied",
            Self::Inactive(Cause::AccessExpired) => "access_expired",
            Self::Inactive(Cause::AccountUnavailable) => "account_unavailable",
            Self::Inactive(Cause::InstitutionRequirement) => "institution_requirement",
            Self::Inactive(Cause::AccountClosed | Cause::Unspecified | Cause::Unknown(_)) => "unspecified",
            Self::PaymentsFailing => "number_deactivated",
            Self::PaymentsEnd(_) => "number_expiring",
            Self::AccessEnds(_) => "deactivation_expected",
            Self::MorePermissions => "permissions",
            Self::Unstated => return None,
        })
    }

    /// The day on which something stops, in Unix seconds, if known.
    pub fn day(&self) -> Option<i64> {
        match self {
            Self::AccessEnds(on) => *on,
            Self::PaymentsEnd(on) => Some(*on),
            Self::Inactive(_) | Self::PaymentsFailing | Self::MorePermissions | Self::Unstated => None,
        }
    }
}
