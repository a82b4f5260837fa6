//! An account's condition in words for the staff: what is wrong, until when, and whether the customer can be emailed.
//! Pure, so that the list, the account's page and the preview say the same. `relink-account` decides what is wrong, and
//! the rules decide who may be emailed.

use crate::tone::{Tone, icon};
use maud::{Markup, html};
use relink_account::{Asking, Condition, Reason as Held};
use relink_backend::Contact;
use relink_hosted::Addressee;
use relink_hosted::rules::{self, Reason, Refusal};
use relink_hosted::shell::mark;
use relink_store::accounts::AccountRow;
use relink_store::hosted::Delivery;
use relink_wire::{Account, Cause};

const DAY: i64 = 86_400;
const HOUR: i64 = 3600;

/// An account as the dashboard sees it.
pub struct Standing {
    /// The row.
    pub row: AccountRow,
    /// The customer who owns it.
    pub customer: Addressee,
    /// Whether we know that there is no address to write to. Where nobody has looked yet, Stripe may know one.
    has_no_address: bool,
    /// What the rules say of it.
    pub verdict: Result<Reason, Refusal>,
    /// That the link works and will stop, and when where the day is known.
    stops: Option<Option<i64>>,
    /// When it stops, or its number ends.
    pub ends: Option<i64>,
    /// Seconds until the customer may be asked by email again.
    pub wait: Option<i64>,
}

/// Whether the customer can be asked by email now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CanAsk {
    /// Yes.
    Now,
    /// In so many seconds.
    Later(i64),
    /// The rules forbid it.
    Never(Refusal),
    /// There is no address.
    NoAddress,
}

impl Standing {
    /// How it stands with a row at `now`; `asking` is what the account's provider lets a merchant ask for.
    pub fn of(
        row: AccountRow,
        contact: Option<Contact>,
        last_mail: Option<i64>,
        asking: &Asking,
        now: i64,
    ) -> Self {
        let account = &row.linked.account;
        let verdict = rules::eligible(account, true, asking, now);
        let reasons = Condition::of(account, &[], now).reasons;
        let stops = reasons.iter().find_map(|reason| match reason {
            Held::AccessEnds(on) => Some(*on),
            Held::Inactive(_)
            | Held::PaymentsFailing
            | Held::PaymentsEnd(_)
            | Held::MorePermissions
            | Held::Unstated => None,
        });
        let stops_on = stops.flatten();
        let ends = match &verdict {
            Ok(Reason::NumberEnds(on)) => Some(stops_on.map_or(*on, |stops_on| stops_on.min(*on))),
            Ok(Reason::Inactive(_) | Reason::NumberEnded | Reason::AccessEnds(_)) | Err(_) => stops_on,
        };
        let wait = rules::allowed(Delivery::Email, last_mail, asking, now).err();
        let has_no_address = contact.as_ref().is_some_and(|contact| contact.email.is_none());
        let customer = Addressee::of(&row.customer, contact);
        Self { customer, has_no_address, verdict, stops, ends, wait, row }
    }

    /// The account.
    pub fn account(&self) -> &Account {
        &self.row.linked.account
    }

    /// Whether somebody should look at it: it can be relinked, or it will stop.
    pub fn needs_attention(&self) -> bool {
        self.verdict.is_ok() || self.stops.is_some()
    }

    /// Whether the customer can be asked by email.
    pub fn can_ask(&self) -> CanAsk {
        match (&self.verdict, self.wait) {
            (Err(refusal), _) => CanAsk::Never(*refusal),
            (Ok(_), _) if self.has_no_address => CanAsk::NoAddress,
            (Ok(_), Some(seconds)) => CanAsk::Later(seconds),
            (Ok(_), None) => CanAsk::Now,
        }
    }

    /// The word that the filter knows it by.
    pub fn reason(&self) -> &'static str {
        match &self.verdict {
            Ok(reason) => reason.as_str(),
            Err(_) if self.stops.is_some() => "stops",
            Err(Refusal::NothingToRepair) => "works",
            Err(_) => "cannot",
        }
    }

    /// What is most urgent first: what is broken, then by the day on which it stops.
    pub fn urgency(&self) -> (u8, i64) {
        match &self.verdict {
            Ok(Reason::Inactive(_)) => (0, 0),
            Ok(Reason::NumberEnded) => (1, 0),
            Ok(Reason::NumberEnds(_) | Reason::AccessEnds(_)) => (2, self.ends.unwrap_or(i64::MAX)),
            Err(_) if self.stops.is_some() => (2, self.ends.unwrap_or(i64::MAX)),
            Err(Refusal::NothingToRepair) => (4, 0),
            Err(_) => (3, 0),
        }
    }

    /// The chip.
    pub fn chip(&self, now: i64) -> Markup {
        let (tone, word) = match (&self.verdict, self.ends) {
            (Ok(Reason::Inactive(_)), _) => (Tone::Danger, "Disconnected".to_owned()),
            (Ok(Reason::NumberEnded), _) => (Tone::Danger, "Payments fail".to_owned()),
            (_, Some(on)) => (Tone::Warning, format!("Stops working {}", until(on, now))),
            (Ok(Reason::NumberEnds(on) | Reason::AccessEnds(on)), None) => {
                (Tone::Warning, format!("Stops working {}", until(*on, now)))
            }
            (Err(_), None) if self.stops.is_some() => (Tone::Warning, "Stops working soon".to_owned()),
            (Err(Refusal::NothingToRepair), None) => (Tone::Good, "Works".to_owned()),
            (Err(Refusal::Closed), None) => (Tone::Quiet, "Closed".to_owned()),
            (Err(Refusal::Disconnected), None) => (Tone::Quiet, "Removed".to_owned()),
            (Err(Refusal::BeyondRepair | Refusal::NoAuthorization | Refusal::Unowned), None) => {
                (Tone::Quiet, "Not repairable".to_owned())
            }
        };
        let class = tone.class();
        html! { span .chip .(class) { (icon(tone)) (word) } }
    }

    /// Why, in the bank's or Stripe's words for it; `None` if the chip has said it all.
    pub fn cause(&self) -> Option<&'static str> {
        Some(match &self.account().inactive.as_ref()?.cause {
            Cause::AccessDenied => "The customer ended access",
            Cause::AccessExpired => "Access has expired",
            Cause::AccountClosed => "Closed at the bank",
            Cause::AccountUnavailable => "The bank stopped sharing it",
            Cause::InstitutionRequirement => "The bank wants a new sign-in",
            Cause::Unspecified | Cause::Unknown(_) => "No reason was given",
        })
    }

    /// Whether the customer can be asked, and why not.
    pub fn ask(&self) -> String {
        match self.can_ask() {
            CanAsk::Now => "Can be asked by email.".into(),
            CanAsk::Later(seconds) => format!("Asked already. Again {}.", after(seconds)),
            CanAsk::Never(refusal) => refusal.sentence().into(),
            CanAsk::NoAddress => "There is no email address.".into(),
        }
    }

    /// The bank's name.
    pub fn bank(&self) -> String {
        self.account().institution_name.as_ref().map_or_else(|| "A bank".into(), ToString::to_string)
    }

    /// The account's name and the end of its number.
    pub fn name(&self) -> Markup {
        let name = self.account().display_name.as_ref().map_or_else(|| "Account".into(), ToString::to_string);
        html! {
            bdi { (name) }
            @if let Some(last4) = &self.account().last4 {
                " " bdi .number { span aria-hidden="true" { "•••• " } span .visually-hidden { "ending in " } (last4.as_str()) }
            }
        }
    }

    /// The customer's name.
    pub fn holder(&self) -> &str {
        if self.customer.name.is_empty() { &self.row.customer } else { &self.customer.name }
    }

    /// The bank's mark.
    pub fn mark(&self) -> Markup {
        mark(&self.bank())
    }
}

/// "in 9 days".
fn until(on: i64, now: i64) -> String {
    match (on - now).div_euclid(DAY) {
        ..0 => "today".into(),
        0 => "within a day".into(),
        1 => "in 1 day".into(),
        days => format!("in {days} days"),
    }
}

/// "in 31 hours".
fn after(seconds: i64) -> String {
    match (seconds + HOUR - 1).div_euclid(HOUR) {
        ..=1 => "within an hour".into(),
        hours => format!("in {hours} hours"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_hours_are_said_as_people_say_them() {
        let days = [-1, 0, DAY - 1, DAY, 9 * DAY + 5].map(|left| until(1_000 + left, 1_000));
        assert_eq!(days, ["today", "within a day", "within a day", "in 1 day", "in 9 days"]);
        assert_eq!(
            [1, HOUR, HOUR + 1, 31 * HOUR].map(after),
            ["within an hour", "within an hour", "in 2 hours", "in 31 hours"]
        );
    }

    #[test]
    fn of_every_account_the_staff_read_what_is_true_of_it() {
        use relink_account::LinkedAccount;
        use relink_account::cases::{self, Payments};
        let asking = Asking { between_mails_s: 2 * DAY, before_access_ends: false, more_permissions: true };
        for case in cases::every() {
            let linked = LinkedAccount::read(case.json, Some("cus_1".into())).expect("an account");
            let status = linked.account.status.as_str().to_owned();
            let row = AccountRow { customer: "cus_1".into(), linked };
            let standing = Standing::of(row, None, None, &asking, cases::NOW);
            let (expected, name) = (case.expected, case.name);
            let chip = standing.chip(cases::NOW).into_string();
            if let Some(closed) = expected.beyond_repair {
                assert_eq!(chip.contains("Closed"), closed, "{name}: {chip}");
                assert!(matches!(standing.can_ask(), CanAsk::Never(_)), "{name}");
            } else if status == "inactive" {
                assert!(chip.contains("Disconnected") && standing.can_ask() == CanAsk::Now, "{name}: {chip}");
            } else if status == "active" {
                assert_eq!(
                    chip.contains("Payments fail"),
                    expected.payments == Payments::Fail,
                    "{name}: {chip}"
                );
                let works = standing.reason() == "works";
                assert_eq!(works, !standing.needs_attention(), "{name}: {chip}");
                let is_eligible = expected.payments != Payments::Work;
                assert_eq!(standing.can_ask() == CanAsk::Now, is_eligible, "{name}");
            }
        }
    }
}
