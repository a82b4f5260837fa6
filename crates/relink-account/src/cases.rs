//! Every account that there can be: status × cause × action × numbers × permissions, each with what must be said of it.
//!
//! For tests. The expectation is worked out from the sentences of the contract and not from the code that it checks; each
//! caller (the machine, the backend, the email rules, the dashboard, the shop's list) goes through the whole table, so
//! that two of them cannot disagree.

use crate::EXPIRES_SOON;
use relink_wire::{Json, Permission};
use serde_json::json;

/// The time at which the table is judged.
pub const NOW: i64 = 1_795_000_000;
/// What is wanted of every account.
pub const WANTED: [Permission; 2] = [Permission::PaymentMethod, Permission::Balances];

const STATUSES: [&str; 4] = ["active", "inactive", "disconnected", "newer_than_us"];
const CAUSES: [Option<&str>; 8] = [
    None,
    Some("access_denied"),
    Some("access_expired"),
    Some("account_closed"),
    Some("account_unavailable"),
    Some("institution_requirement"),
    Some("unspecified"),
    Some("newer_than_us"),
];
const ACTIONS: [&str; 3] = ["relink_required", "none", "newer_than_us"];
const ENDS: [Option<i64>; 2] = [None, Some(NOW + 9 * 86_400)];

/// One account, and what must be said of it.
#[derive(Clone, Debug)]
pub struct Case {
    /// In words, for the message of a test that fails.
    pub name: String,
    /// Stripe's object.
    pub json: Json,
    /// What must be said.
    pub expected: Expected,
}

/// What must be said of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expected {
    /// Whether it can be used for payments today.
    pub payments: Payments,
    /// Whether a customer should be asked to relink.
    pub asks: bool,
    /// Whether nothing at all is wrong.
    pub healthy: bool,
    /// Whether no relink repairs it, and if so, whether that is because it was closed.
    pub beyond_repair: Option<bool>,
}

/// What is so with payments, by the numbers alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payments {
    /// A number works, or there is none that could fail.
    Work,
    /// The last number that works expires within 30 days.
    End,
    /// No number works, and one has failed.
    Fail,
}

fn number(kind: &str, status: &str, expires: Option<i64>) -> Json {
    json!({"identifier_type": kind, "status": status, "expected_expiry_date": expires})
}

/// Every set of numbers: none, one, and two in both orders, so that nobody judges only the first.
fn numbers() -> Vec<(String, Vec<Json>, Payments)> {
    const TOKEN: &str = "tokenized_account_number";
    let kinds = [
        ("works", number(TOKEN, "transactable", None), Payments::Work),
        ("works long", number(TOKEN, "transactable", Some(NOW + EXPIRES_SOON + 3_600)), Payments::Work),
        ("expires", number(TOKEN, "transactable", Some(NOW + EXPIRES_SOON)), Payments::End),
        ("deactivated", number(TOKEN, "deactivated", Some(NOW - 1)), Payments::Fail),
        ("expired", number(TOKEN, "expired", None), Payments::Fail),
        ("pending", number(TOKEN, "pending", None), Payments::Work),
        ("newer status", number(TOKEN, "newer_than_us", None), Payments::Work),
        ("the bank's own, deactivated", number("account_number", "deactivated", None), Payments::Work),
        ("newer kind", number("newer_than_us", "deactivated", None), Payments::Work),
    ];
    let mut sets = vec![("no number".to_owned(), Vec::new(), Payments::Work)];
    for (name, one, payments) in &kinds {
        sets.push((format!("a number that {name}"), vec![one.clone()], *payments));
        for (other_name, other, other_payments) in &kinds {
            let works = |name: &str| matches!(name, "works" | "works long");
            let together = match (payments, other_payments) {
                _ if works(name) || works(other_name) => Payments::Work,
                (Payments::End, _) | (_, Payments::End) => Payments::End,
                (Payments::Fail, _) | (_, Payments::Fail) => Payments::Fail,
                (Payments::Work, Payments::Work) => Payments::Work,
            };
            sets.push((format!("numbers: {name}, {other_name}"), vec![one.clone(), other.clone()], together));
        }
    }
    sets
}

/// Every set of permissions, with whether something is missing; `None` if it is not known.
fn permissions() -> [(&'static str, Json, Option<bool>); 4] {
    let list = |names: &[&str]| json!(names);
    [
        ("all permissions", list(&["payment_method", "balances", "newer_than_us"]), Some(false)),
        ("one missing", list(&["payment_method"]), Some(true)),
        ("no permission", list(&[]), Some(true)),
        ("permissions left out", Json::Null, None),
    ]
}

/// Every case.
pub fn every() -> Vec<Case> {
    let mut cases = Vec::new();
    for status in STATUSES {
        for cause in CAUSES {
            for action in if cause.is_some() { &ACTIONS[..] } else { &ACTIONS[..1] } {
                for ends in if status == "active" && cause.is_some() { &ENDS[..] } else { &ENDS[..1] } {
                    for (numbers_name, numbers, payments) in numbers() {
                        for (permissions_name, permissions, missing) in permissions() {
                            let details = cause.map(|cause| (cause, *action, *ends));
                            let name = format!("{status}, {details:?}, {numbers_name}, {permissions_name}");
                            let json = account(status, details, &numbers, &permissions);
                            let expected = expect(status, details, payments, missing);
                            cases.push(Case { name, json, expected });
                        }
                    }
                }
            }
        }
    }
    cases
}

type Details<'a> = Option<(&'a str, &'a str, Option<i64>)>;

fn account(status: &str, details: Details<'_>, numbers: &[Json], permissions: &Json) -> Json {
    let details = details.map(|(cause, action, ends)| {
        let part = if status == "active" { "active" } else { "inactive" };
        json!({part: {"cause": cause, "action": action, "expected_deactivation_date": ends}})
    });
    json!({
        "id": "fca_1",
        "object": "financial_connections.account",
        "authorization": "fcauth_1",
        "institution_name": "Harbour Bank",
        "display_name": "Everyday Checking",
        "last4": "1234",
        "status": status,
        "status_details": details,
        "permissions": permissions,
        "account_numbers": numbers,
    })
}

/// The sentences of the contract, in their order.
fn expect(status: &str, details: Details<'_>, payments: Payments, missing: Option<bool>) -> Expected {
    let action = details.map(|(_, action, _)| action);
    // "An account whose `status_details.inactive.action` is `none` cannot be relinked."
    if status != "active" && action == Some("none") {
        let closed = details.is_some_and(|(cause, ..)| cause == "account_closed");
        return Expected { payments, asks: false, healthy: false, beyond_repair: Some(closed) };
    }
    // An end that is announced: by a day, or by an action that prevents it.
    let ends = details.is_some_and(|(_, action, day)| day.is_some() || action == "relink_required");
    let asks = match status {
        "inactive" => true,
        "active" => payments != Payments::Work || missing == Some(true) || (ends && action != Some("none")),
        _ => false,
    };
    let healthy = status == "active" && !ends && payments == Payments::Work && missing == Some(false);
    Expected { payments, asks, healthy, beyond_repair: None }
}

#[cfg(test)]
mod tests {
    use super::{NOW, Payments, WANTED, every};
    use crate::{Condition, NoRepair, Reason, Repair};
    use relink_wire::Account;

    #[test]
    fn the_condition_of_every_account_is_what_the_contract_says() {
        let cases = every();
        assert!(cases.len() > 10_000, "the table has {} accounts", cases.len());
        for case in cases {
            let account =
                Account::decode(&case.json).unwrap_or_else(|error| panic!("{}: {error}", case.name));
            let Condition { reasons, repair } = Condition::of(&account, &WANTED, NOW);
            let expected = case.expected;
            assert_eq!(repair == Repair::Possible, expected.asks, "asks: {}", case.name);
            assert_eq!(repair == Repair::NotNeeded, expected.healthy, "healthy: {}", case.name);
            assert_eq!(reasons.is_empty(), expected.healthy, "reasons: {}", case.name);
            let closed = match repair {
                Repair::Impossible(why) => Some(why == NoRepair::Closed),
                Repair::NotNeeded | Repair::Possible | Repair::OnlyIfNamed => None,
            };
            assert_eq!(closed, expected.beyond_repair, "beyond repair: {}", case.name);
            let payments = match expected.payments {
                Payments::Work => None,
                Payments::End => Some("number_expiring"),
                Payments::Fail => Some("number_deactivated"),
            };
            for name in ["number_expiring", "number_deactivated"] {
                let said = reasons.iter().any(|reason| reason.name() == Some(name));
                assert_eq!(said, payments == Some(name), "{name}: {}", case.name);
            }
            assert!(reasons.is_sorted_by_key(Reason::gravity), "order: {}: {reasons:?}", case.name);
        }
    }
}
