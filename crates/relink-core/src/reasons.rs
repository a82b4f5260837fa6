//! Why the customer is here, from the session's accounts as the backend sent them.
//!
//! `relink-account` decides what is wrong with one account; this file combines a session's accounts. Several reasons
//! can hold at once: the most serious comes first, the others beside it.

use relink_account::no_repair;
use relink_wire::{Account, Permission, Session};
use std::rc::Rc;

pub use relink_account::{NoRepair, Reason};

/// What a flow began with, as far as its end depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Began {
    /// The link was broken.
    Broken,
    /// The link worked, and payments failed.
    PaymentsFailing,
    /// Everything worked, and was going to stop.
    Ending,
    /// Everything worked, and the merchant asked for more.
    LessShared,
}

impl Began {
    /// From the name of the most serious reason ([`Reason::name`]), which is what the record of a tab keeps.
    pub fn of(name: &str) -> Option<Self> {
        Some(match name {
            "access_denied"
            | "access_expired"
            | "account_unavailable"
            | "institution_requirement"
            | "unspecified" => Self::Broken,
            "number_deactivated" => Self::PaymentsFailing,
            "number_expiring" | "deactivation_expected" => Self::Ending,
            "permissions" => Self::LessShared,
            _ => return None,
        })
    }
}

/// What is wrong with one account today, the most serious first.
pub fn of_account(account: &Account, wanted: &[Permission], now: i64) -> Vec<Reason> {
    relink_account::reasons(account, wanted, now)
}

/// Everything wrong with the session's accounts, the most serious first, each once. What cannot be repaired is left out if
/// something else can be repaired.
pub fn of_session(session: &Session, now: i64) -> Vec<Reason> {
    let mut reasons: Vec<Reason> = Vec::new();
    let hopeless = concerned(session).all(|account| is_beyond_repair(account));
    for account in concerned(session).filter(|account| hopeless || !is_beyond_repair(account)) {
        for reason in of_account(account, &session.permissions, now) {
            if !reasons.contains(&reason) {
                let lighter = |other: &Reason| other.gravity() > reason.gravity();
                let at = reasons.iter().position(lighter).unwrap_or(reasons.len());
                reasons.insert(at, reason);
            }
        }
    }
    // It weighs the least, so it is the last.
    if reasons.len() > 1 && reasons.last() == Some(&Reason::Unstated) {
        reasons.pop();
    }
    reasons
}

/// The accounts the relink is about: exactly the required one, or all under the authorization.
pub fn concerned(session: &Session) -> impl Iterator<Item = &Rc<Account>> {
    let required = session.relink_options.account.as_deref();
    session.accounts.iter().filter(move |account| required.is_none_or(|id| account.is(id)))
}

/// Whether no relink can repair it.
pub fn is_beyond_repair(account: &Account) -> bool {
    no_repair(account).is_some()
}

/// Whether that permission was not shared before; `None` if unknown.
pub fn is_new(session: &Session, permission: &Permission) -> Option<bool> {
    let mut known = false;
    for account in concerned(session) {
        match &account.permissions {
            Some(granted) if !granted.contains(permission) => return Some(true),
            Some(_) => known = true,
            None => {}
        }
    }
    known.then_some(false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use relink_wire::Cause;
    use serde_json::{Value, json};

    const NOW: i64 = 1_795_000_000;
    const DAY: i64 = 24 * 60 * 60;

    fn reasons(account: Value) -> Vec<Reason> {
        let mut document = json!({"id": "fca_1", "status": "active", "permissions": ["balances"]});
        for (field, value) in account.as_object().into_iter().flatten() {
            document[field] = value.clone();
        }
        let account = Account::decode(&document);
        account.map(|account| of_account(&account, &[Permission::Balances], NOW)).unwrap_or_default()
    }

    fn number(status: &str, on: Option<i64>) -> Value {
        json!({"identifier_type": "tokenized_account_number", "status": status, "expected_expiry_date": on})
    }

    fn session(accounts: Value) -> Session {
        let document = json!({
            "id": "rls_1",
            "status": "pending",
            "permissions": ["balances", "transactions"],
            "accounts": accounts,
        });
        Session::decode(&document).unwrap_or_else(|error| panic!("{error}"))
    }

    #[test]
    fn an_account_that_works_has_no_reason() {
        assert_eq!(reasons(json!({})), []);
    }

    #[test]
    fn a_status_that_this_version_does_not_know_claims_nothing() {
        assert_eq!(reasons(json!({"status": "dreaming"})), [Reason::Unstated]);
    }

    #[test]
    fn an_end_without_a_day_is_a_reason_only_where_a_relink_is_required() {
        let active = |action: &str| json!({"status_details": {"active": {"action": action}}});
        assert_eq!(reasons(active("relink_required")), [Reason::AccessEnds(None)]);
        assert_eq!(reasons(active("none")), []);
    }

    #[test]
    fn a_number_that_expires_within_thirty_days_is_a_reason() {
        for (days, is_one) in [(30, true), (31, false), (-1, true)] {
            let on = NOW + days * DAY;
            let expected = if is_one { vec![Reason::PaymentsEnd(on)] } else { Vec::new() };
            assert_eq!(reasons(json!({"account_numbers": [number("transactable", Some(on))]})), expected);
        }
    }

    #[test]
    fn a_number_that_works_longer_takes_the_place_of_one_that_expires() {
        let numbers = [number("transactable", Some(NOW)), number("transactable", None)];
        assert_eq!(reasons(json!({ "account_numbers": numbers })), []);
        let numbers = [number("deactivated", None), number("transactable", None)];
        assert_eq!(reasons(json!({ "account_numbers": numbers })), []);
    }

    #[test]
    fn a_number_that_is_pending_or_not_tokenized_is_no_reason() {
        let own = json!({"identifier_type": "account_number", "status": "deactivated"});
        assert_eq!(reasons(json!({"account_numbers": [number("pending", None), own]})), []);
    }

    #[test]
    fn permissions_that_stripe_left_out_are_neither_new_nor_granted() {
        assert_eq!(reasons(json!({"permissions": null})), [Reason::Unstated]);
        let session = session(json!([{"id": "fca_1", "status": "active"}]));
        assert_eq!(is_new(&session, &Permission::Balances), None);
    }

    #[test]
    fn only_what_was_not_shared_before_is_new() {
        let session = session(json!([{"id": "fca_1", "status": "active", "permissions": ["balances"]}]));
        assert_eq!(is_new(&session, &Permission::Balances), Some(false));
        assert_eq!(is_new(&session, &Permission::Transactions), Some(true));
    }

    #[test]
    fn the_gravest_reason_leads_and_each_is_said_once() {
        let broken = |id: &str| {
            json!({
                "id": id,
                "status": "inactive",
                "status_details": {"inactive": {"cause": "access_denied", "action": "relink_required"}},
                "permissions": ["balances"],
                "account_numbers": [number("expired", None)],
            })
        };
        let reasons = of_session(&session(json!([broken("fca_1"), broken("fca_2")])), NOW);
        let expected =
            [Reason::Inactive(Cause::AccessDenied), Reason::PaymentsFailing, Reason::MorePermissions];
        assert_eq!(reasons, expected);
    }

    #[test]
    fn what_a_flow_began_with_follows_from_the_name_of_every_reason() {
        let began = |reason: Reason| reason.name().and_then(Began::of);
        let causes = [
            Cause::AccessDenied,
            Cause::AccessExpired,
            Cause::AccountClosed,
            Cause::AccountUnavailable,
            Cause::InstitutionRequirement,
            Cause::Unspecified,
            Cause::Unknown("new".into()),
        ];
        for cause in causes {
            assert_eq!(began(Reason::Inactive(cause.clone())), Some(Began::Broken), "{cause:?}");
        }
        assert_eq!(began(Reason::PaymentsFailing), Some(Began::PaymentsFailing));
        assert_eq!(began(Reason::AccessEnds(None)), Some(Began::Ending));
        assert_eq!(began(Reason::PaymentsEnd(NOW)), Some(Began::Ending));
        assert_eq!(began(Reason::MorePermissions), Some(Began::LessShared));
        assert_eq!(began(Reason::Unstated), None);
    }

    #[test]
    fn what_a_relink_repairs_is_stripes_action_to_say_and_not_the_cause() {
        for (action, beyond) in [("relink_required", false), ("none", true)] {
            let details = json!({"inactive": {"cause": "account_closed", "action": action}});
            let account =
                Account::decode(&json!({"id": "a", "status": "inactive", "status_details": details}));
            assert_eq!(account.as_ref().map(is_beyond_repair), Ok(beyond), "{action}");
        }
    }

    #[test]
    fn an_active_account_is_never_beyond_repair() {
        let details = json!({"inactive": {"cause": "account_closed", "action": "none"}});
        let account = Account::decode(&json!({"id": "a", "status": "active", "status_details": details}));
        assert_eq!(account.as_ref().map(is_beyond_repair), Ok(false));
    }
}
