//! Which message says what: one match for each closed enum of the view, without a fallback arm, so that what is
//! new has to be put into words before it compiles.

use super::Words;
use super::fill::Fills;
use super::intl;
use super::table::{Messages, Mishap, Plural, Topic};
use relink_core::eligibility::WhyNot;
use relink_core::reasons::Reason;
use relink_core::view::{AccountCard, Chip, Label, Mismatch, Notice, Step, Trouble};
use relink_wire::{Cause, Outcome, Permission, Subcategory};

/// A message, and the day it speaks of.
pub struct Dated {
    /// The message.
    pub message: &'static str,
    /// The day, in Unix seconds.
    pub date: Option<i64>,
}

impl From<&'static str> for Dated {
    fn from(message: &'static str) -> Self {
        Self { message, date: None }
    }
}

fn dated(message: &'static str, date: i64) -> Dated {
    Dated { message, date: Some(date) }
}

impl Messages {
    /// The heading of a review that has this reason before all others.
    pub fn review_heading(&self, lead: &Reason) -> &'static str {
        match lead {
            Reason::Inactive(_) | Reason::PaymentsFailing => self.reconnect,
            Reason::AccessEnds(_) | Reason::PaymentsEnd(_) => self.keep_connected,
            Reason::MorePermissions => self.share_more,
            Reason::Unstated => self.confirm,
        }
    }

    /// Why the customer is here.
    pub fn reason(&self, reason: &Reason) -> Dated {
        match reason {
            Reason::Inactive(cause) => self.cause(cause).into(),
            Reason::PaymentsFailing => self.payments_failing.into(),
            Reason::AccessEnds(Some(on)) => dated(self.access_ends, *on),
            Reason::AccessEnds(None) => self.access_ends_soon.into(),
            Reason::PaymentsEnd(on) => dated(self.payments_end, *on),
            Reason::MorePermissions => self.more_permissions.into(),
            Reason::Unstated => self.unstated.into(),
        }
    }

    fn cause(&self, cause: &Cause) -> &'static str {
        match cause {
            Cause::AccessDenied => self.access_denied,
            Cause::AccessExpired => self.access_expired,
            Cause::AccountClosed => self.account_closed,
            Cause::AccountUnavailable => self.account_unavailable,
            Cause::InstitutionRequirement => self.institution_requirement,
            Cause::Unspecified => self.unspecified,
            Cause::Unknown(_) => self.unknown_cause,
        }
    }

    /// The word of a status chip.
    pub fn chip(&self, chip: Chip) -> Dated {
        match chip {
            Chip::Disconnected => self.chip_disconnected.into(),
            Chip::Stops(Some(on)) => dated(self.chip_stops, on),
            Chip::Stops(None) => self.chip_stops_soon.into(),
            Chip::PaymentsFailing => self.chip_payments_failing.into(),
            Chip::PaymentsStop(Some(on)) => dated(self.chip_payments_stop, on),
            Chip::PaymentsStop(None) => self.chip_payments_stop_soon.into(),
            Chip::MoreToShare => self.chip_more_to_share.into(),
            Chip::Active => self.chip_active.into(),
            Chip::ActiveAgain => self.chip_active_again.into(),
            Chip::Closed => self.chip_closed.into(),
            Chip::NotRepairable => self.chip_not_repairable.into(),
        }
    }

    /// What the merchant may see or do.
    pub fn permission(&self, permission: &Permission) -> &'static str {
        match permission {
            Permission::PaymentMethod => self.payment_method,
            Permission::Balances => self.balances,
            Permission::Transactions => self.transactions,
            Permission::Ownership => self.ownership,
            Permission::AccountNumbers => self.account_numbers,
            Permission::Unknown(_) => self.unknown_permission,
        }
    }

    /// What happened a moment ago.
    pub fn notice(&self, notice: Notice) -> &'static str {
        match notice {
            Notice::BankClosed => self.notice_closed,
            Notice::BankCancelled => self.notice_cancelled,
            Notice::BankUnavailable => self.notice_unavailable,
            Notice::BankNotOpened => self.notice_not_opened,
            Notice::NotAuthorized => self.notice_not_authorized,
            Notice::BankFailed => self.notice_failed,
        }
    }

    /// Why an account may not be chosen.
    pub fn why_not(&self, why: WhyNot) -> &'static str {
        match why {
            WhyNot::NotTheRequired => self.not_the_required,
            WhyNot::NotForPayments => self.not_for_payments,
            WhyNot::Closed => self.closed,
            WhyNot::NotRepairable => self.not_repairable,
        }
    }

    /// In which way the bank's answer was not what was needed.
    pub fn mismatch(&self, mismatch: Mismatch) -> &Topic {
        match mismatch {
            Mismatch::OtherAccount => &self.other_account_chosen,
            Mismatch::OtherLogin => &self.other_login_used,
            Mismatch::Unexplained => &self.unexplained_mismatch,
        }
    }

    /// How it worked.
    pub fn outcome(&self, outcome: &Outcome) -> &Topic {
        match outcome {
            Outcome::Relinked => &self.relinked,
            Outcome::AlreadyActive => &self.already_active,
            Outcome::Partial => &self.partial,
            Outcome::Unknown(_) => &self.unknown_outcome,
        }
    }

    /// What went wrong.
    pub fn trouble(&self, trouble: Trouble) -> &Mishap {
        match trouble {
            Trouble::NoConnection => &self.no_connection,
            Trouble::TooSlow => &self.too_slow,
            Trouble::Unreadable => &self.unreadable,
            Trouble::ServiceDown => &self.service_down,
            Trouble::Busy(_) => &self.busy,
            Trouble::SignedOut => &self.signed_out,
            Trouble::NotAllowed => &self.not_allowed,
            Trouble::NotFound => &self.not_found,
            Trouble::Misconfigured => &self.misconfigured,
            Trouble::Expired => &self.expired,
            Trouble::Spent => &self.spent,
            Trouble::UnsupportedHandoff => &self.unsupported,
            Trouble::BankNotOpened => &self.bank_not_opened,
            Trouble::BankUnavailable => &self.bank_unavailable,
            Trouble::Unexplained => &self.unexplained,
        }
    }

    /// What a button is called.
    pub fn label(&self, label: Label) -> &'static str {
        match label {
            Label::ContinueToBank => self.continue_to_bank,
            Label::NotNow => self.not_now,
            Label::OpenWindowAgain => self.open_window_again,
            Label::ContinueInThisTab => self.continue_in_this_tab,
            Label::CheckAgain => self.check_again,
            Label::Cancel => self.cancel,
            Label::UseThisAccount => self.use_this_account,
            Label::UseTheseAccounts => self.use_these_accounts,
            Label::TryAgainAtBank => self.try_again_at_bank,
            Label::TryAgain => self.try_again,
            Label::StartAgain => self.start_again,
            Label::ReconnectTheRest => self.reconnect_the_rest,
            Label::BackToMerchant => self.back_to_merchant,
            Label::ContactMerchant => self.contact_merchant,
            Label::KeepGoing => self.keep_going,
            Label::LeaveAnyway => self.leave_anyway,
        }
    }

    /// A step of the thread.
    pub fn step(&self, step: Step) -> &'static str {
        match step {
            Step::Review => self.step_review,
            Step::Bank => self.step_bank,
            Step::Done => self.step_done,
        }
    }

    fn subcategory(&self, subcategory: &Subcategory) -> &'static str {
        match subcategory {
            Subcategory::Checking => self.checking,
            Subcategory::Savings => self.savings,
            Subcategory::Mortgage => self.mortgage,
            Subcategory::LineOfCredit => self.line_of_credit,
            Subcategory::CreditCard => self.credit_card,
            Subcategory::Other | Subcategory::Unknown(_) => self.other_account,
        }
    }
}

impl Words {
    /// The account's name at the bank, else what kind it is.
    pub fn account_name<'a>(&self, card: &'a AccountCard) -> &'a str {
        match (&card.name, &card.subcategory) {
            (Some(name), _) => name.as_str(),
            (None, Some(subcategory)) => self.table.subcategory(subcategory),
            (None, None) => self.table.unnamed_account,
        }
    }

    /// The message for that number.
    pub fn plural(&self, plural: &Plural, number: u32) -> &'static str {
        match intl::plural(&self.locale, number).as_str() {
            "zero" => plural.zero,
            "one" => plural.one,
            "two" => plural.two,
            "few" => plural.few,
            "many" => plural.many,
            _ => plural.other,
        }
    }

    /// What comes next after trouble, and the number it speaks of.
    pub fn next<'a>(&self, trouble: Trouble, fills: Fills<'a>) -> (&'static str, Fills<'a>) {
        match trouble {
            Trouble::Busy(Some(seconds)) if seconds > 90 => {
                let minutes = seconds.div_ceil(60);
                (self.plural(&self.table.busy_minutes, minutes), fills.number(minutes))
            }
            Trouble::Busy(Some(seconds)) if seconds > 0 => {
                (self.plural(&self.table.busy_seconds, seconds), fills.number(seconds))
            }
            other => (self.table.trouble(other).next, fills),
        }
    }
}
