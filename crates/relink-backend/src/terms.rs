//! How a session begins, and what it is asked for with: which accounts, how many, and which permissions, by the profile and by
//! what was granted before. Pure: asks nobody.

use crate::profile::{Permissions, Profile};
use crate::subject::Subject;
use relink_account::LinkedAccount;
use relink_store::hosted::Delivery;
use relink_wire::Permission;

/// How a session begins.
#[derive(Clone, Copy, Debug)]
pub struct Way<'a> {
    /// What it is for.
    pub profile: &'a Profile,
    /// Where a page that Stripe hosts sends the customer back to.
    pub return_url: Option<&'a str>,
    /// How the address of a page that Stripe hosts reaches the customer.
    pub delivery: Delivery,
    /// How long the session lasts, in seconds.
    pub lasts: i64,
    /// Owner of the idempotency key: the customer, a link, or a server.
    pub key_owner: &'a str,
    /// The idempotency key.
    pub key: &'a str,
    /// `hrl_…`: the link by which the customer came, where they did not sign in.
    pub link: Option<&'a str>,
}

/// What a session is asked for with. If what the database knew and what Stripe says lead to the same, the same is asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Terms {
    /// The login at the bank.
    pub authorization: String,
    /// Exactly this account, or any.
    pub account: Option<String>,
    /// The most accounts that may be chosen.
    pub limit: Option<i64>,
    /// Whether only accounts that support payments may be chosen.
    pub must_pay: bool,
    /// What the session asks to see.
    pub permissions: Vec<String>,
}

impl Terms {
    /// What a session about that is asked for with.
    pub fn of(way: Way<'_>, subject: &Subject) -> Self {
        let permissions = permissions(way.profile, subject);
        let limit = limit(way, subject, &permissions);
        Self {
            authorization: subject.authorization.clone(),
            account: subject.account.clone(),
            limit,
            must_pay: must_pay(subject, limit, &permissions),
            permissions,
        }
    }
}

/// How many accounts are accepted. For payments Stripe collects one, but only if the request says so.
fn limit(way: Way<'_>, subject: &Subject, permissions: &[String]) -> Option<i64> {
    let is_for_payments = permissions.iter().any(|name| name == Permission::PaymentMethod.as_str());
    match way.profile.limit {
        _ if subject.account.is_some() => Some(1),
        // A link about several accounts of one login lets the customer give them all in one visit.
        None if is_for_payments && way.link.is_none() => Some(1),
        limit => limit,
    }
}

/// Whether only accounts that support payments can be chosen: if payments are required and one account supports them.
/// If several accounts must all be relinked, none may be left out, so all of them have to support payments.
fn must_pay(subject: &Subject, limit: Option<i64>, permissions: &[String]) -> bool {
    let can_pay = |shown: &LinkedAccount| {
        shown.account.supported_payment_method_types.as_ref().is_none_or(|types| !types.is_empty())
    };
    let mut shown = subject.shown.iter();
    let is_possible = if limit.is_some() { shown.any(can_pay) } else { shown.all(can_pay) };
    is_possible && permissions.iter().any(|name| name == Permission::PaymentMethod.as_str())
}

/// What the session asks to see.
fn permissions(profile: &Profile, subject: &Subject) -> Vec<String> {
    match &profile.permissions {
        Permissions::Listed(names) => names.clone(),
        Permissions::AsGranted => granted(&subject.shown),
    }
}

/// What the customer granted before for each of the accounts, never more for any. Stripe's API takes no empty list; where
/// nothing is known to be granted, the least is asked for.
fn granted(accounts: &[LinkedAccount]) -> Vec<String> {
    let of = |account: &LinkedAccount| -> Vec<String> {
        let granted = account.account.permissions.iter().flatten();
        granted.map(|permission| permission.as_str().to_owned()).collect()
    };
    let known = accounts.iter().map(of).filter(|granted| !granted.is_empty());
    let in_all = known.reduce(|mut one, other| {
        one.retain(|name| other.contains(name));
        one
    });
    let mut granted = in_all.unwrap_or_default();
    granted.sort_unstable();
    if granted.is_empty() { vec![Permission::PaymentMethod.as_str().to_owned()] } else { granted }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_permission_is_asked_for_that_was_not_granted() {
        let account = |permissions: Option<Vec<&str>>| {
            let json = serde_json::json!({"id": "fca_1", "status": "inactive", "permissions": permissions});
            LinkedAccount::read(json, None).expect("an account")
        };
        let both = Some(vec!["transactions", "balances"]);
        assert_eq!(granted(&[account(Some(vec!["balances"]))]), ["balances"]);
        assert_eq!(granted(&[account(both.clone())]), ["balances", "transactions"]);
        assert_eq!(granted(&[account(both), account(Some(vec!["balances"])), account(None)]), ["balances"]);
        assert_eq!(granted(&[account(None)]), ["payment_method"]);
    }
}
