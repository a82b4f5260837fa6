//! How it stands with an account, in words for the staff: what is wrong, until when, and whether the customer can be
//! asked. Pure, so that the list, the account's page and the preview say the same.

use crate::app::App;
use crate::config::Customer;
use crate::hosted::rules::{self, Delivery, Reason, Refusal};
use crate::pages::{Tone, icon, mark};
use crate::store::accounts::AccountRow;
use maud::{Markup, html};
use relink_wire::Account;

const DAY: i64 = 86_400;
const HOUR: i64 = 3600;

/// An account as the dashboard sees it.
pub struct Line<'a> {
    /// The row.
    pub row: AccountRow,
    /// The account, read.
    pub account: Account,
    /// Whose it is, where the shop knows them.
    pub customer: Option<&'a Customer>,
    /// What the rules say of it.
    pub verdict: Result<Reason, Refusal>,
    /// When it stops, or its number ends.
    pub ends: Option<i64>,
    /// Seconds until the customer may be asked by mail again.
    pub wait: Option<i64>,
}

/// Whether the customer can be asked by mail now.
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

impl<'a> Line<'a> {
    /// Reads a row; nothing where it is no account.
    pub fn read(app: &'a App, row: AccountRow, last_mail: Option<i64>) -> Option<Self> {
        let account = Account::decode(&row.object).ok()?;
        let now = app.now();
        let verdict = rules::eligible(&account, true, now);
        let ending = account.ending.as_ref().and_then(|ending| ending.expected_deactivation_date);
        let ends = match &verdict {
            Ok(Reason::NumberEnds(on)) => Some(ending.map_or(*on, |ending| ending.min(*on))),
            Ok(Reason::Inactive(_) | Reason::NumberEnded) | Err(_) => ending,
        };
        let wait = rules::allowed(Delivery::Email, last_mail, now).err();
        let customer = app.customer(&row.customer);
        Some(Self { customer, verdict, ends, wait, account, row })
    }

    /// Whether somebody should look at it: it can be relinked, or it will stop.
    pub fn needs_attention(&self) -> bool {
        self.verdict.is_ok() || self.account.ending.is_some()
    }

    /// Whether the customer can be asked by mail.
    pub fn can_ask(&self) -> CanAsk {
        match (&self.verdict, self.wait) {
            (Err(refusal), _) => CanAsk::Never(*refusal),
            (Ok(_), _) if self.customer.is_none_or(|customer| customer.email.is_none()) => CanAsk::NoAddress,
            (Ok(_), Some(seconds)) => CanAsk::Later(seconds),
            (Ok(_), None) => CanAsk::Now,
        }
    }

    /// The word that the filter knows it by.
    pub fn reason(&self) -> &'static str {
        match &self.verdict {
            Ok(reason) => reason.as_str(),
            Err(_) if self.account.ending.is_some() => "stops",
            Err(Refusal::NothingToRepair) => "works",
            Err(_) => "cannot",
        }
    }

    /// What is most urgent first: what is broken, then by the day on which it stops.
    pub fn urgency(&self) -> (u8, i64) {
        match &self.verdict {
            Ok(Reason::Inactive(_)) => (0, 0),
            Ok(Reason::NumberEnded) => (1, 0),
            Ok(Reason::NumberEnds(_)) => (2, self.ends.unwrap_or(i64::MAX)),
            Err(_) if self.account.ending.is_some() => (2, self.ends.unwrap_or(i64::MAX)),
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
            (Ok(Reason::NumberEnds(on)), None) => {
                (Tone::Warning, format!("Stops working {}", until(*on, now)))
            }
            (Err(_), None) if self.account.ending.is_some() => {
                (Tone::Warning, "Stops working soon".to_owned())
            }
            (Err(Refusal::NothingToRepair), None) => (Tone::Good, "Works".to_owned()),
            (Err(Refusal::Closed), None) => (Tone::Quiet, "Closed".to_owned()),
            (Err(Refusal::Disconnected), None) => (Tone::Quiet, "Removed".to_owned()),
            (Err(Refusal::BeyondRepair | Refusal::NoAuthorization | Refusal::Unowned), None) => {
                (Tone::Quiet, "Not repairable".to_owned())
            }
        };
        let class = match tone {
            Tone::Danger => "danger",
            Tone::Warning => "warning",
            Tone::Good => "good",
            Tone::Quiet => "quiet",
        };
        html! { span .chip .(class) { (icon(tone)) (word) } }
    }

    /// Whether the customer can be asked, and why not.
    pub fn ask(&self) -> String {
        match self.can_ask() {
            CanAsk::Now => "Can be asked by mail.".into(),
            CanAsk::Later(seconds) => format!("Asked already. Again {}.", after(seconds)),
            CanAsk::Never(refusal) => refusal.sentence().into(),
            CanAsk::NoAddress => "There is no e-mail address.".into(),
        }
    }

    /// The bank's name.
    pub fn bank(&self) -> String {
        self.account.institution_name.as_ref().map_or_else(|| "A bank".into(), ToString::to_string)
    }

    /// The account's name and the end of its number.
    pub fn name(&self) -> Markup {
        let name = self.account.display_name.as_ref().map_or_else(|| "Account".into(), ToString::to_string);
        html! {
            bdi { (name) }
            @if let Some(last4) = &self.account.last4 {
                " " bdi .number { span aria-hidden="true" { "•••• " } span .visually-hidden { "ending in " } (last4.as_str()) }
            }
        }
    }

    /// The customer's name.
    pub fn holder(&self) -> &str {
        self.customer.map_or(&self.row.customer, |customer| &customer.name)
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
}
