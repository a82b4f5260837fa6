//! Why the customer is here, worked out from the accounts as the backend gave them.
//!
//! More than one reason can hold at once: the gravest leads and the others are said beside it. What is not
//! known is not claimed: an account whose permissions Stripe left out neither has new ones nor has them all.

use relink_wire::{
    Account, AccountStatus, Cause, IdentifierType, NumberStatus, Permission, RelinkAction, Session,
};

/// A tokenized account number that expires within this many seconds is a reason: docs/contract.md says 30 days.
const SOON: i64 = 30 * 24 * 60 * 60;

/// One reason why an account needs a relink.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The link is broken, and why.
    Inactive(Cause),
    /// The tokenized account number was deactivated or has expired: payments fail.
    PaymentsFailing,
    /// The link works and will stop, on that day (Unix seconds) where it is known.
    AccessEnds(Option<i64>),
    /// The tokenized account number expires within 30 days, on that day (Unix seconds).
    PaymentsEnd(i64),
    /// The merchant asks for more than was shared before.
    MorePermissions,
    /// The backend does not say: nothing is claimed.
    Unstated,
}

impl Reason {
    /// How grave it is: the lowest leads. Broken before about to break, before more to share.
    fn gravity(&self) -> (u8, i64) {
        match self {
            Self::Inactive(_) => (0, 0),
            Self::PaymentsFailing => (1, 0),
            Self::AccessEnds(on) => (2, on.unwrap_or(i64::MAX)),
            Self::PaymentsEnd(on) => (3, *on),
            Self::MorePermissions => (4, 0),
            Self::Unstated => (5, 0),
        }
    }
}

/// What is wrong with one account today.
pub fn of_account(account: &Account, wanted: &[Permission], now: i64) -> Vec<Reason> {
    let mut reasons = Vec::new();
    match account.status {
        AccountStatus::Active => reasons.extend(ending(account)),
        AccountStatus::Inactive | AccountStatus::Disconnected => {
            let cause =
                account.inactive.as_ref().map_or(Cause::Unspecified, |inactive| inactive.cause.clone());
            reasons.push(Reason::Inactive(cause));
        }
        AccountStatus::Unknown(_) => reasons.push(Reason::Unstated),
    }
    reasons.extend(number(account, now));
    reasons.extend(missing(account, wanted));
    reasons
}

/// All that is wrong with the session's accounts, the gravest first, each once. What cannot be repaired is no
/// reason to be here, where something else can.
pub fn of_session(session: &Session, now: i64) -> Vec<Reason> {
    let mut reasons: Vec<Reason> = Vec::new();
    let hopeless = concerned(session).all(is_beyond_repair);
    for account in concerned(session).filter(|account| hopeless || !is_beyond_repair(account)) {
        for reason in of_account(account, &session.permissions, now) {
            if !reasons.contains(&reason) {
                let lighter = |other: &Reason| other.gravity() > reason.gravity();
                let at = reasons.iter().position(lighter).unwrap_or(reasons.len());
                reasons.insert(at, reason);
            }
        }
    }
    if reasons.len() > 1 {
        reasons.retain(|reason| *reason != Reason::Unstated);
    }
    reasons
}

/// The accounts that the relink is about: exactly the required one, or all under the authorization.
pub fn concerned(session: &Session) -> impl Iterator<Item = &Account> {
    let required = session.relink_options.account.as_deref();
    session.accounts.iter().filter(move |account| required.is_none_or(|id| account.id == id))
}

/// Whether a bank cannot repair it: Stripe says that no action helps, whatever the cause is.
pub fn is_beyond_repair(account: &Account) -> bool {
    let helpless = account.inactive.as_ref().is_some_and(|inactive| inactive.action == RelinkAction::None);
    helpless && account.status != AccountStatus::Active
}

/// Whether that permission was not shared before; `None` where it is not known.
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

fn ending(account: &Account) -> Option<Reason> {
    let ending = account.ending.as_ref()?;
    let ends = ending.expected_deactivation_date.is_some() || ending.action == RelinkAction::RelinkRequired;
    ends.then_some(Reason::AccessEnds(ending.expected_deactivation_date))
}

/// What is wrong with an account's tokenized numbers: one that works, and will, takes the place of all others.
fn number(account: &Account, now: i64) -> Option<Reason> {
    let tokenized = || {
        let numbers = account.account_numbers.iter();
        numbers.filter(|number| number.identifier_type == IdentifierType::TokenizedAccountNumber)
    };
    let working: Vec<Option<i64>> = tokenized()
        .filter(|number| number.status == NumberStatus::Transactable)
        .map(|number| number.expected_expiry_date)
        .collect();
    if !working.is_empty() {
        let last = working.into_iter().map(|on| on.unwrap_or(i64::MAX)).max()?;
        return (last.saturating_sub(now) <= SOON).then_some(Reason::PaymentsEnd(last));
    }
    let failing = |status: &NumberStatus| matches!(status, NumberStatus::Deactivated | NumberStatus::Expired);
    tokenized().any(|number| failing(&number.status)).then_some(Reason::PaymentsFailing)
}

/// Whether something is asked for that this account does not share. Where Stripe does not say what it shares,
/// nothing is claimed, and nothing is taken for granted either.
fn missing(account: &Account, wanted: &[Permission]) -> Option<Reason> {
    match &account.permissions {
        Some(granted) => {
            let all = wanted.iter().all(|permission| granted.contains(permission));
            (!all).then_some(Reason::MorePermissions)
        }
        None => (!wanted.is_empty()).then_some(Reason::Unstated),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
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
