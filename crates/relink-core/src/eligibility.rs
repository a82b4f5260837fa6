//! Which of the accounts that the bank gave may be chosen, and why the others may not.

use crate::reasons::is_beyond_repair;
use relink_wire::{Account, Permission, Session};

/// Why an account may not be chosen. It stays on the list, greyed, with this reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhyNot {
    /// Another account is required.
    NotTheRequired,
    /// It cannot be used for payments, and payments are what the merchant asks for.
    NotForPayments,
    /// The bank closed it.
    Closed,
    /// It cannot be repaired.
    NotRepairable,
}

/// Whether the account may be chosen in that session.
pub fn judge(account: &Account, session: &Session) -> Result<(), WhyNot> {
    if session.relink_options.account.as_ref().is_some_and(|required| *required != account.id) {
        return Err(WhyNot::NotTheRequired);
    }
    if is_beyond_repair(account) {
        let closed = account.inactive.as_ref().is_some_and(|i| i.cause == relink_wire::Cause::AccountClosed);
        return Err(if closed { WhyNot::Closed } else { WhyNot::NotRepairable });
    }
    let pays = |types: &Vec<String>| types.iter().any(|name| name == "us_bank_account");
    let for_payments = session.permissions.contains(&Permission::PaymentMethod);
    if for_payments && account.supported_payment_method_types.as_ref().is_some_and(|types| !pays(types)) {
        return Err(WhyNot::NotForPayments);
    }
    Ok(())
}
