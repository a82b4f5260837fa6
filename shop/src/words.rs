//! What relink-server's judgement of an account means to a customer of the shop: one chip, and at most one sentence. Nothing
//! is judged here. A value that is newer than the shop has neutral words.

use crate::dates;
use crate::relink::{Account, Condition};

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

impl Tone {
    /// The chip's class.
    pub fn class(self) -> &'static str {
        match self {
            Self::Danger => "danger",
            Self::Warning => "warning",
            Self::Good => "good",
            Self::Quiet => "quiet",
        }
    }
}

/// How an account stands, in the shop's words.
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
    /// Of that account.
    pub fn of(account: &Account) -> Self {
        let condition = &account.condition;
        if let Some(why_not) = &condition.why_not {
            return beyond_repair(why_not);
        }
        if account.status == "disconnected" {
            return removed();
        }
        match &condition.reason {
            Some(reason) => needs(reason, condition),
            None if account.status == "active" => Self::new(Tone::Good, "Active", None),
            None => Self::new(Tone::Quiet, "Check with your bank", None),
        }
    }

    fn new(tone: Tone, word: impl Into<String>, note: Option<&'static str>) -> Self {
        Self { tone, word: word.into(), note }
    }
}

/// Whether the customer is offered to reconnect: relink-server says that something is wrong, and that it helps.
pub fn is_offered(account: &Account) -> bool {
    account.condition.reason.is_some() && account.condition.repairable
}

fn beyond_repair(why_not: &str) -> Standing {
    match why_not {
        "account_closed" => Standing::new(Tone::Quiet, "Closed", Some("Your bank has closed this account.")),
        "disconnected" => removed(),
        _ => Standing::new(Tone::Quiet, "Not available", Some("Your bank no longer shares this account.")),
    }
}

fn removed() -> Standing {
    Standing::new(Tone::Quiet, "Removed", Some("You removed this account."))
}

fn needs(reason: &str, condition: &Condition) -> Standing {
    let by = |before: &str, otherwise: &str| match condition.at {
        Some(at) => format!("{before} {}", dates::day(at)),
        None => otherwise.to_owned(),
    };
    let disconnected = |note| Standing::new(Tone::Danger, "Disconnected", Some(note));
    match reason {
        "access_denied" => disconnected("Your bank has stopped sharing this account."),
        "access_expired" => disconnected("Our access to your bank has expired."),
        "account_unavailable" => disconnected("Your bank did not show this account last time."),
        "institution_requirement" => disconnected("Your bank asks for a new sign-in."),
        "number_deactivated" => {
            Standing::new(Tone::Danger, "Payments failing", Some("Payments from this account are failing."))
        }
        "number_expiring" => Standing::new(
            Tone::Warning,
            by("Payments stop", "Payments stop soon"),
            Some("Reconnect to keep payments working."),
        ),
        "deactivation_expected" => Standing::new(
            Tone::Warning,
            by("Stops", "Stops soon"),
            Some("It still works. Your bank will stop sharing it."),
        ),
        "permissions" => Standing::new(
            Tone::Warning,
            "More to share",
            Some("We cannot see yet whether a payment will go through."),
        ),
        _ if condition.repairable => disconnected("The link to your bank has stopped working."),
        _ => Standing::new(Tone::Quiet, "Check with your bank", None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn account(status: &str, condition: Value) -> Account {
        let account = json!({"id": "fca_1", "status": status, "condition": condition});
        serde_json::from_value(account).expect("an account")
    }

    fn broken(reason: &str) -> Value {
        json!({"reason": reason, "reasons": [reason], "repairable": true, "why_not": null, "at": null, "status": "broken"})
    }

    #[test]
    fn each_condition_has_its_word_and_only_what_can_be_repaired_is_offered() {
        let works = json!({"reason": null, "reasons": [], "repairable": false, "why_not": null, "at": null});
        let not = |why: &str| json!({"reason": null, "repairable": false, "why_not": why});
        let at = |reason: &str| json!({"reason": reason, "repairable": true, "why_not": null, "at": 86_400});
        for (status, condition, word, offered) in [
            ("active", works.clone(), "Active", false),
            ("hibernating", works, "Check with your bank", false),
            ("inactive", broken("access_denied"), "Disconnected", true),
            ("inactive", broken("unspecified"), "Disconnected", true),
            ("inactive", broken("newer_than_us"), "Disconnected", true),
            ("inactive", not("account_closed"), "Closed", false),
            ("inactive", not("not_relinkable"), "Not available", false),
            ("inactive", not("newer_than_us"), "Not available", false),
            ("disconnected", not("disconnected"), "Removed", false),
            ("disconnected", json!({"reason": "unspecified", "repairable": false}), "Removed", false),
            ("active", broken("number_deactivated"), "Payments failing", true),
            ("active", at("number_expiring"), "Payments stop 2 January", true),
            ("active", at("deactivation_expected"), "Stops 2 January", true),
            ("active", broken("deactivation_expected"), "Stops soon", true),
            ("active", broken("permissions"), "More to share", true),
            ("active", json!({"reason": "newer_than_us"}), "Check with your bank", false),
        ] {
            let account = account(status, condition.clone());
            assert_eq!(Standing::of(&account).word, word, "{status} {condition}");
            assert_eq!(is_offered(&account), offered, "{status} {condition}");
        }
    }
}
