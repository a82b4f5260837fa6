//! How an account stands, in the shop's own words: one chip and at most one sentence.

use super::dates;
use crate::store::accounts::AccountRow;
use relink_wire::{Account, AccountStatus, Cause, IdentifierType, NumberStatus, Permission, RelinkAction};

const DAY: i64 = 86_400;

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
    let unknown = || Standing::new(Tone::Quiet, "Check with your bank", None);
    let Ok(account) = Account::decode(&row.object) else { return unknown() };
    match &account.status {
        AccountStatus::Active => active(&account, wanted, now),
        AccountStatus::Disconnected => {
            Standing::new(Tone::Quiet, "Removed", Some("You removed this account."))
        }
        AccountStatus::Inactive => inactive(&account),
        AccountStatus::Unknown(_) => unknown(),
    }
}

fn inactive(account: &Account) -> Standing {
    let inactive = account.inactive.as_ref();
    let cause = inactive.map(|inactive| &inactive.cause);
    if cause == Some(&Cause::AccountClosed) {
        return Standing::new(Tone::Quiet, "Closed", Some("Your bank has closed this account."));
    }
    if inactive.is_some_and(|inactive| inactive.action == RelinkAction::None) {
        let note = "Your bank no longer shares this account.";
        return Standing::new(Tone::Quiet, "Not available", Some(note));
    }
    let note = match cause {
        Some(Cause::AccessExpired) => "Your bank’s permission has run out.",
        Some(Cause::AccessDenied) => "Your bank has stopped sharing this account.",
        Some(Cause::AccountUnavailable) => "Your bank did not show this account last time.",
        Some(Cause::InstitutionRequirement) => "Your bank asks for a new sign-in.",
        Some(Cause::AccountClosed | Cause::Unspecified | Cause::Unknown(_)) | None => {
            "The link to your bank has stopped working."
        }
    };
    Standing::new(Tone::Danger, "Disconnected", Some(note))
}

fn active(account: &Account, wanted: &[String], now: i64) -> Standing {
    let token =
        account.account_numbers.iter().find(|n| n.identifier_type == IdentifierType::TokenizedAccountNumber);
    if let Some(token) = token {
        if matches!(token.status, NumberStatus::Deactivated | NumberStatus::Expired) {
            let note = "Payments from this account are failing.";
            return Standing::new(Tone::Danger, "Payments paused", Some(note));
        }
        if let Some(expiry) = token.expected_expiry_date.filter(|expiry| *expiry <= now + 30 * DAY) {
            let note = "After that day payments will fail.";
            return Standing::new(Tone::Warning, format!("Update by {}", dates::day(expiry)), Some(note));
        }
    }
    if let Some(ending) = &account.ending {
        let word = match ending.expected_deactivation_date {
            Some(date) => format!("Stops {}", dates::day(date)),
            None => "Stops soon".into(),
        };
        return Standing::new(Tone::Warning, word, Some("It still works. Your bank will stop sharing it."));
    }
    let granted = account.permissions.as_deref().unwrap_or_default();
    if account.permissions.is_some() && wanted.iter().any(|name| !granted.contains(&Permission::parse(name)))
    {
        let note = "We cannot see yet whether a payment will go through.";
        return Standing::new(Tone::Warning, "More access needed", Some(note));
    }
    Standing::new(Tone::Good, "Active", None)
}

#[cfg(test)]
mod tests {
    use super::*;
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
}
