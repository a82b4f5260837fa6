//! Which of the bank's accounts may be chosen, and why the others may not.

use relink_account::{NoRepair, no_repair};
use relink_wire::{Account, Permission, Session};

/// Why an account may not be chosen. It stays on the list, greyed, with this reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhyNot {
    /// Another account is required.
    NotTheRequired,
    /// It cannot be used for payments, which the merchant asks for.
    NotForPayments,
    /// The bank closed it.
    Closed,
    /// It cannot be repaired.
    NotRepairable,
}

/// Whether the account may be chosen in that session.
pub fn judge(account: &Account, session: &Session) -> Result<(), WhyNot> {
    if session.relink_options.account.as_ref().is_some_and(|required| !account.is(required)) {
        return Err(WhyNot::NotTheRequired);
    }
    match no_repair(account) {
        Some(NoRepair::Closed) => return Err(WhyNot::Closed),
        Some(NoRepair::NoAction) => return Err(WhyNot::NotRepairable),
        None => {}
    }
    let pays = |types: &Vec<String>| types.iter().any(|name| name == "us_bank_account");
    let for_payments = session.permissions.contains(&Permission::PaymentMethod);
    if for_payments && account.supported_payment_method_types.as_ref().is_some_and(|types| !pays(types)) {
        return Err(WhyNot::NotForPayments);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn judged(account: Value, session: Value) -> Result<(), WhyNot> {
        let mut document = json!({"id": "rls_1", "status": "pending", "permissions": ["payment_method"]});
        for (field, value) in session.as_object().into_iter().flatten() {
            document[field] = value.clone();
        }
        let session = Session::decode(&document);
        let account = Account::decode(&account);
        match (account, session) {
            (Ok(account), Ok(session)) => judge(&account, &session),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn any_account_that_works_may_be_chosen_where_any_will_do() {
        assert_eq!(judged(json!({"id": "fca_1", "status": "active"}), json!({})), Ok(()));
    }

    #[test]
    fn another_than_the_required_account_may_not_be_chosen() {
        let session = json!({"relink_options": {"account": "fca_2"}});
        let account = json!({"id": "fca_1", "status": "active"});
        assert_eq!(judged(account, session), Err(WhyNot::NotTheRequired));
    }

    #[test]
    fn an_account_that_takes_the_place_of_the_required_one_is_the_required_one() {
        let session = json!({"relink_options": {"account": "fca_old"}});
        let account = json!({"id": "fca_new", "replaces": "fca_old", "status": "active"});
        assert_eq!(judged(account, session), Ok(()));
    }

    #[test]
    fn an_account_that_cannot_pay_may_be_chosen_only_where_nothing_is_paid() {
        let account = json!({"id": "fca_1", "status": "active", "supported_payment_method_types": ["link"]});
        assert_eq!(judged(account.clone(), json!({})), Err(WhyNot::NotForPayments));
        assert_eq!(judged(account, json!({"permissions": ["balances"]})), Ok(()));
    }

    #[test]
    fn a_closed_account_and_one_beyond_repair_are_told_apart() {
        let inactive = |cause: &str, action: &str| {
            let details = json!({"inactive": {"cause": cause, "action": action}});
            json!({"id": "fca_1", "status": "inactive", "status_details": details})
        };
        assert_eq!(judged(inactive("account_closed", "none"), json!({})), Err(WhyNot::Closed));
        assert_eq!(judged(inactive("access_denied", "none"), json!({})), Err(WhyNot::NotRepairable));
        assert_eq!(judged(inactive("access_denied", "relink_required"), json!({})), Ok(()));
    }
}
