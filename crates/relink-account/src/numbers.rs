//! An account's tokenized numbers: whether payments work, and for how long.

use crate::reason::Reason;
use relink_wire::{Account, IdentifierType, NumberStatus};

/// A tokenized account number that expires within this many seconds is a reason for a relink: Stripe's 30 days.
pub const EXPIRES_SOON: i64 = 30 * 24 * 60 * 60;

/// What is wrong with the tokenized numbers. A number that works takes the place of all others: an account whose new
/// number works beside an old, deactivated one is healthy, and that is how an account looks after a relink.
pub(crate) fn reason(account: &Account, now: i64) -> Option<Reason> {
    let tokenized = || {
        let numbers = account.account_numbers.iter();
        numbers.filter(|number| number.identifier_type == IdentifierType::TokenizedAccountNumber)
    };
    let mut working = None;
    for number in tokenized().filter(|number| number.status == NumberStatus::Transactable) {
        working = working.max(Some(number.expected_expiry_date.unwrap_or(i64::MAX)));
    }
    if let Some(last) = working {
        return (last.saturating_sub(now) <= EXPIRES_SOON).then_some(Reason::PaymentsEnd(last));
    }
    let fails = |status: &NumberStatus| matches!(status, NumberStatus::Deactivated | NumberStatus::Expired);
    tokenized().any(|number| fails(&number.status)).then_some(Reason::PaymentsFailing)
}
