//! Who may be asked to relink, and how often: decided here and nowhere else. Pure: takes an account as Stripe returned
//! it, what was sent before and the time; returns a reason or a refusal.
//!
//! Which pause there is between two emails, and whether an announced end of access is a reason, each provider says itself
//! ([`Asking`]). For Stripe's accounts the rules are those of its own hosted relinks:
//! - what may be relinked is an inactive account that can be repaired, or a tokenized account number that ends within
//!   30 days (or has ended already);
//! - the account belongs to a Customer or an Account object;
//! - by email there is one request for each account in 48 hours, whoever asks, until the customer completes it; for
//!   an address that the merchant hands out itself there is no limit;
//! - a hosted relink is of exactly the same accounts, and changes no permission.
//!
//! Accounts of one person at one bank go into one email (`groups`); each of them keeps its own 48 hours.
//!
//! Time limits decided here are enforced by the write (crates/relink-store/src/limits.rs). If two ask at once,
//! [`allowed`] says yes to both, but only one of them can write.

use relink_account::{Asking, Condition, NoRepair, no_repair};
use relink_store::hosted::Delivery;
use relink_wire::{Account, AccountStatus, Cause};

/// Why an account may be relinked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The link is broken, and why.
    Inactive(Cause),
    /// The tokenized account number was deactivated or has expired: payments fail.
    NumberEnded,
    /// The tokenized account number ends on that day, in Unix seconds.
    NumberEnds(i64),
    /// Access ends on that day, in Unix seconds, and works until then.
    AccessEnds(i64),
}

impl Reason {
    /// The reason of a hosted relink, where it is one at the account's provider.
    fn of(reason: relink_account::Reason, asking: &Asking) -> Option<Self> {
        match reason {
            relink_account::Reason::Inactive(cause) => Some(Self::Inactive(cause)),
            relink_account::Reason::PaymentsFailing => Some(Self::NumberEnded),
            relink_account::Reason::PaymentsEnd(on) => Some(Self::NumberEnds(on)),
            relink_account::Reason::AccessEnds(on) => {
                on.filter(|_| asking.before_access_ends).map(Self::AccessEnds)
            }
            relink_account::Reason::MorePermissions | relink_account::Reason::Unstated => None,
        }
    }

    /// How serious it is, the lowest first.
    pub fn gravity(&self) -> (u8, i64) {
        match self {
            Self::Inactive(_) => (0, 0),
            Self::NumberEnded => (1, 0),
            Self::NumberEnds(on) | Self::AccessEnds(on) => (2, *on),
        }
    }

    /// The word that the database, the API and the dashboard's address know it by.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Inactive(_) => "inactive",
            Self::NumberEnded => "number_ended",
            Self::NumberEnds(_) => "number_ends",
            Self::AccessEnds(_) => "access_ends",
        }
    }
}

/// Why an account may not be relinked by a hosted page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It belongs to neither a Customer nor an Account object.
    Unowned,
    /// The merchant released it.
    Disconnected,
    /// It was closed at the bank.
    Closed,
    /// The bank allows no repair.
    BeyondRepair,
    /// There is no authorization that could be renewed.
    NoAuthorization,
    /// It works, and its number does not end within 30 days.
    NothingToRepair,
}

impl Refusal {
    /// In a sentence, for the merchant's staff and developers.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Unowned => "The account belongs to neither a customer nor an account.",
            Self::Disconnected => "The account was disconnected; it has to be linked again.",
            Self::Closed => "The account was closed at the bank.",
            Self::BeyondRepair => "The bank does not allow this account to be reconnected.",
            Self::NoAuthorization => "The account has no authorization that could be renewed.",
            Self::NothingToRepair => "The account works, and its number does not end within 30 days.",
        }
    }
}

/// Whether an account may be relinked by a hosted page at `now`, and why. `is_somebodys` says whether it belongs to a
/// Customer or an Account object; `asking` is what the account's provider lets a merchant ask for.
pub fn eligible(account: &Account, is_somebodys: bool, asking: &Asking, now: i64) -> Result<Reason, Refusal> {
    if !is_somebodys {
        return Err(Refusal::Unowned);
    }
    match no_repair(account) {
        Some(NoRepair::Closed) => return Err(Refusal::Closed),
        Some(NoRepair::NoAction) => return Err(Refusal::BeyondRepair),
        None => {}
    }
    if account.status == AccountStatus::Disconnected {
        return Err(Refusal::Disconnected);
    }
    // A hosted relink changes no permission, and at Stripe an announced end is none of its reasons.
    let reasons = Condition::of(account, &[], now).reasons;
    let reason =
        reasons.into_iter().find_map(|reason| Reason::of(reason, asking)).ok_or(Refusal::NothingToRepair)?;
    if account.authorization.is_none() {
        return Err(Refusal::NoAuthorization);
    }
    Ok(reason)
}

/// Whether a request may be delivered at `now`; else the seconds after which it may. `last_mail` is when the customer
/// was last asked by email about this account without having completed since.
pub fn allowed(delivery: Delivery, last_mail: Option<i64>, asking: &Asking, now: i64) -> Result<(), i64> {
    match (delivery, last_mail) {
        (Delivery::Url, _) | (Delivery::Email, None) => Ok(()),
        (Delivery::Email, Some(last)) => {
            match last.saturating_add(asking.between_mails_s).saturating_sub(now) {
                ..=0 => Ok(()),
                left => Err(left),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use relink_account::EXPIRES_SOON as ENDS_SOON;
    use relink_account::Provider;
    use relink_account::cases::{self, Payments};
    use relink_stripe::Stripe;
    use serde_json::{Value, json};

    const NOW: i64 = 1_795_000_000;
    const DAY: i64 = 86_400;
    const BETWEEN_MAILS: i64 = 2 * DAY;

    /// By Stripe's rules.
    fn eligible(account: &Account, is_somebodys: bool, now: i64) -> Result<Reason, Refusal> {
        super::eligible(account, is_somebodys, &Stripe::ASKING, now)
    }

    fn allowed(delivery: Delivery, last_mail: Option<i64>, now: i64) -> Result<(), i64> {
        super::allowed(delivery, last_mail, &Stripe::ASKING, now)
    }

    fn account(mut more: Value) -> Account {
        more["id"] = "fca_1".into();
        more["authorization"] = "fcauth_1".into();
        Account::decode(&more).expect("an account")
    }

    fn broken(cause: &str, action: &str) -> Account {
        account(
            json!({"status": "inactive", "status_details": {"inactive": {"cause": cause, "action": action}}}),
        )
    }

    fn numbered(kind: &str, status: &str, expiry: Option<i64>) -> Account {
        let number = json!({"identifier_type": kind, "status": status, "expected_expiry_date": expiry});
        account(json!({"status": "active", "account_numbers": [number]}))
    }

    const TOKEN: &str = "tokenized_account_number";

    #[test]
    fn an_inactive_account_that_can_be_repaired_is_eligible_for_every_cause() {
        for cause in
            ["access_denied", "access_expired", "account_unavailable", "unspecified", "newer_than_us"]
        {
            let found = eligible(&broken(cause, "relink_required"), true, NOW);
            assert_eq!(found, Ok(Reason::Inactive(Cause::parse(cause))));
        }
    }

    #[test]
    fn what_no_relink_repairs_is_refused_and_says_why() {
        assert_eq!(eligible(&broken("account_closed", "none"), true, NOW), Err(Refusal::Closed));
        assert_eq!(eligible(&broken("access_denied", "none"), true, NOW), Err(Refusal::BeyondRepair));
        let gone = account(json!({"status": "disconnected"}));
        assert_eq!(eligible(&gone, true, NOW), Err(Refusal::Disconnected));
        let mut unowned = broken("access_denied", "relink_required");
        assert_eq!(eligible(&unowned, false, NOW), Err(Refusal::Unowned));
        unowned.authorization = None;
        assert_eq!(eligible(&unowned, true, NOW), Err(Refusal::NoAuthorization));
    }

    #[test]
    fn a_tokenized_number_counts_from_thirty_days_before_its_end_on_the_second() {
        let at = |left| eligible(&numbered(TOKEN, "transactable", Some(NOW + left)), true, NOW);
        assert_eq!(at(ENDS_SOON + 1), Err(Refusal::NothingToRepair));
        assert_eq!(at(ENDS_SOON), Ok(Reason::NumberEnds(NOW + ENDS_SOON)));
        assert_eq!(at(ENDS_SOON - 1), Ok(Reason::NumberEnds(NOW + ENDS_SOON - 1)));
        assert_eq!(at(-1), Ok(Reason::NumberEnds(NOW - 1)));
    }

    #[test]
    fn a_tokenized_number_that_has_ended_is_eligible_and_a_plain_one_never_is() {
        for status in ["deactivated", "expired"] {
            assert_eq!(eligible(&numbered(TOKEN, status, None), true, NOW), Ok(Reason::NumberEnded));
            let plain = numbered("account_number", status, Some(NOW));
            assert_eq!(eligible(&plain, true, NOW), Err(Refusal::NothingToRepair));
        }
        assert_eq!(eligible(&numbered(TOKEN, "pending", None), true, NOW), Err(Refusal::NothingToRepair));
    }

    #[test]
    fn a_working_account_that_is_only_going_to_stop_is_not_eligible() {
        let details =
            json!({"active": {"action": "relink_required", "expected_deactivation_date": NOW + DAY}});
        let ending = account(json!({"status": "active", "status_details": details}));
        assert_eq!(eligible(&ending, true, NOW), Err(Refusal::NothingToRepair));
    }

    #[test]
    fn another_provider_has_reasons_and_pauses_of_its_own() {
        let other = Asking { between_mails_s: DAY, before_access_ends: true, more_permissions: false };
        let details = json!({"active": {"expected_deactivation_date": NOW + DAY}});
        let ending = account(json!({"status": "active", "status_details": details}));
        assert_eq!(super::eligible(&ending, true, &other, NOW), Ok(Reason::AccessEnds(NOW + DAY)));
        assert_eq!(super::allowed(Delivery::Email, Some(NOW), &other, NOW + DAY), Ok(()));
        assert_eq!(super::allowed(Delivery::Email, Some(NOW), &other, NOW + DAY - 1), Err(1));
    }

    #[test]
    fn by_mail_once_in_48_hours_on_the_second() {
        let after = |passed| allowed(Delivery::Email, Some(NOW), NOW + passed);
        assert_eq!(after(0), Err(BETWEEN_MAILS));
        assert_eq!(after(BETWEEN_MAILS - 1), Err(1));
        assert_eq!(after(BETWEEN_MAILS), Ok(()));
        assert_eq!(after(BETWEEN_MAILS + 1), Ok(()));
        assert_eq!(allowed(Delivery::Email, None, NOW), Ok(()));
    }

    #[test]
    fn by_address_as_often_as_the_merchant_likes() {
        assert_eq!(allowed(Delivery::Url, Some(NOW), NOW), Ok(()));
    }

    #[test]
    fn of_every_account_the_rules_say_what_is_true_of_it() {
        for case in cases::every() {
            let account = Account::decode(&case.json).expect("an account");
            let expected = case.expected;
            let is_eligible = match account.status {
                AccountStatus::Inactive => expected.beyond_repair.is_none(),
                AccountStatus::Active | AccountStatus::Unknown(_) => {
                    expected.beyond_repair.is_none() && expected.payments != Payments::Work
                }
                AccountStatus::Disconnected => false,
            };
            assert_eq!(eligible(&account, true, cases::NOW).is_ok(), is_eligible, "{}", case.name);
        }
    }
}
