//! How an account stands, in the shop's own words: one chip and at most one sentence.

use super::dates;
use crate::store::accounts::AccountRow;
use relink_account::{Condition, NoRepair, Reason, Repair};
use relink_wire::{Account, AccountStatus, Cause, Permission};

/// How grave it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Payments fail.
    Danger,
    /// It works, and something is to be done.
    Warning,
    /// It works.
    Good,
    /// Nothing can be done here.
    Quiet,
}

/// How an account stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// How grave.
    pub tone: Tone,
    /// The chip's word.
    pub word: String,
    /// What it means for the customer.
    pub note: Option<&'static str>,
}

impl Standing {
    fn new(tone: Tone, word: impl Into<String>, note: Option<&'static str>) -> Self {
        Self { tone, word: word.into(), note }
    }

    /// Whether the customer can do something about it by reconnecting.
    pub fn needs_attention(&self) -> bool {
        matches!(self.tone, Tone::Danger | Tone::Warning)
    }
}

/// Reads a row's standing; `wanted` is what the merchant asks to see.
pub fn standing(row: &AccountRow, wanted: &[String], now: i64) -> Standing {
    let wanted: Vec<Permission> = wanted.iter().map(|name| Permission::parse(name)).collect();
    match Account::decode(&row.object) {
        Ok(account) => words(&account, &Condition::of(&account, &wanted, now)),
        Err(_) => Standing::new(Tone::Quiet, "Check with your bank", None),
    }
}

/// The words for a condition.
fn words(account: &Account, condition: &Condition) -> Standing {
    match condition.repair {
        Repair::NotNeeded => return Standing::new(Tone::Good, "Active", None),
        Repair::Impossible(NoRepair::Closed) => {
            return Standing::new(Tone::Quiet, "Closed", Some("Your bank has closed this account."));
        }
        Repair::Impossible(NoRepair::NoAction) => {
            let note = "Your bank no longer shares this account.";
            return Standing::new(Tone::Quiet, "Not available", Some(note));
        }
        Repair::OnlyIfNamed => return unasked(account, condition),
        Repair::Possible => {}
    }
    match condition.lead() {
        Some(Reason::Inactive(cause)) => Standing::new(Tone::Danger, "Disconnected", Some(why(cause))),
        Some(Reason::PaymentsFailing) => {
            Standing::new(Tone::Danger, "Payments paused", Some("Payments from this account are failing."))
        }
        Some(Reason::PaymentsEnd(on)) => {
            let note = "After that day payments will fail.";
            Standing::new(Tone::Warning, format!("Update by {}", dates::day(*on)), Some(note))
        }
        Some(Reason::AccessEnds(on)) => {
            Standing::new(Tone::Warning, stops(*on), Some("It still works. Your bank will stop sharing it."))
        }
        Some(Reason::MorePermissions | Reason::Unstated) | None => {
            let note = "We cannot see yet whether a payment will go through.";
            Standing::new(Tone::Warning, "More access needed", Some(note))
        }
    }
}

/// An account that nobody is asked to reconnect.
fn unasked(account: &Account, condition: &Condition) -> Standing {
    match (&account.status, condition.lead()) {
        (AccountStatus::Disconnected, _) => {
            Standing::new(Tone::Quiet, "Removed", Some("You removed this account."))
        }
        (AccountStatus::Active, Some(Reason::AccessEnds(on))) => {
            Standing::new(Tone::Quiet, stops(*on), Some("It still works. Your bank will stop sharing it."))
        }
        (AccountStatus::Active, _) => Standing::new(Tone::Good, "Active", None),
        (AccountStatus::Inactive | AccountStatus::Unknown(_), _) => {
            Standing::new(Tone::Quiet, "Check with your bank", None)
        }
    }
}

fn stops(on: Option<i64>) -> String {
    on.map_or_else(|| "Stops soon".into(), |on| format!("Stops {}", dates::day(on)))
}

fn why(cause: &Cause) -> &'static str {
    match cause {
        Cause::AccessExpired => "Your bank’s permission has run out.",
        Cause::AccessDenied => "Your bank has stopped sharing this account.",
        Cause::AccountUnavailable => "Your bank did not show this account last time.",
        Cause::InstitutionRequirement => "Your bank asks for a new sign-in.",
        Cause::AccountClosed | Cause::Unspecified | Cause::Unknown(_) => {
            "The link to your bank has stopped working."
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use relink_account::cases::{self, Payments};
    use serde_json::json;

    fn word(object: relink_wire::Json) -> String {
        let row = AccountRow {
            id: "fca_1".into(),
            customer: "cus_1".into(),
            status: String::new(),
            institution_name: None,
            display_name: None,
            last4: None,
            object,
        };
        standing(&row, &["payment_method".into()], 1_000_000).word
    }

    #[test]
    fn each_way_to_be_broken_has_its_word() {
        let inactive = |cause: &str, action: &str| json!({"id": "fca_1", "status": "inactive", "status_details": {"inactive": {"cause": cause, "action": action}}});
        let number = |status: &str, date: Option<i64>| json!({"id": "fca_1", "status": "active", "account_numbers": [{"identifier_type": "tokenized_account_number", "status": status, "expected_expiry_date": date}]});
        for (object, expected) in [
            (json!({"id": "fca_1", "status": "active"}), "Active"),
            (json!({"id": "fca_1", "status": "active", "permissions": []}), "More access needed"),
            (
                json!({"id": "fca_1", "status": "active", "status_details": {"active": {"expected_deactivation_date": 86400}}}),
                "Stops 2 January",
            ),
            (inactive("access_denied", "relink_required"), "Disconnected"),
            (inactive("newer_than_us", "relink_required"), "Disconnected"),
            (inactive("account_closed", "none"), "Closed"),
            (inactive("access_denied", "none"), "Not available"),
            (number("deactivated", None), "Payments paused"),
            (number("transactable", Some(1_000_000 + 86_400)), "Update by 13 January"),
            (number("transactable", Some(1_000_000 + 31 * 86_400)), "Active"),
            (json!({"id": "fca_1", "status": "disconnected"}), "Removed"),
            (json!({"id": "fca_1", "status": "hibernating"}), "Check with your bank"),
        ] {
            assert_eq!(word(object.clone()), expected, "{object}");
        }
    }

    #[test]
    fn of_every_account_the_shop_says_what_is_true_of_it() {
        let wanted: Vec<String> = cases::WANTED.iter().map(|wanted| wanted.as_str().to_owned()).collect();
        for case in cases::every() {
            let row = AccountRow {
                id: "fca_1".into(),
                customer: "cus_1".into(),
                status: String::new(),
                institution_name: None,
                display_name: None,
                last4: None,
                object: case.json,
            };
            let said = standing(&row, &wanted, cases::NOW);
            let (expected, name) = (case.expected, case.name);
            assert_eq!(said.needs_attention(), expected.asks, "{name}: {}", said.word);
            assert_eq!(said.word == "Closed", expected.beyond_repair == Some(true), "{name}: {}", said.word);
            let paused = name.starts_with("active") && expected.payments == Payments::Fail;
            assert_eq!(said.word == "Payments paused", paused, "{name}: {}", said.word);
        }
    }
}
