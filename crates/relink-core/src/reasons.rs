//! Why the customer is here, worked out from the accounts as the backend gave them.
//!
//! More than one reason can hold at once: the gravest leads and the others are said beside it. What is not
//! known is not claimed: an account whose permissions Stripe left out neither has new ones nor has them all.

use relink_wire::{
    Account, AccountStatus, Cause, IdentifierType, NumberStatus, Permission, RelinkAction, Session,
};

/// A tokenized account number that expires within this many seconds is a reason (STRIPE: 30 days).
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
                reasons.push(reason);
            }
        }
    }
    reasons.sort_by_key(Reason::gravity);
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

/// Whether a bank cannot repair it: Stripe says that no action helps, or the account was closed.
pub fn is_beyond_repair(account: &Account) -> bool {
    account.inactive.as_ref().is_some_and(|inactive| {
        account.status != AccountStatus::Active
            && (inactive.action == RelinkAction::None || inactive.cause == Cause::AccountClosed)
    })
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
