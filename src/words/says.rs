//! Which message is used when: one match for each closed enum of the view. Do not add a fallback arm: without one, a
//! new variant does not compile until it has words.

use super::Words;
use super::fill::Fills;
use super::intl;
use super::table::{Message, Mishap, Plural, Topic};
use relink_core::eligibility::WhyNot;
use relink_core::reasons::Reason;
use relink_core::view::{AccountCard, Achieved, Chip, Label, Mismatch, Notice, Step, Trouble, Why};
use relink_wire::{Cause, Permission, Subcategory};

/// A message, and the day in it.
pub struct Dated {
    /// The message.
    pub message: Message,
    /// The day, in Unix seconds.
    pub date: Option<i64>,
}

impl From<Message> for Dated {
    fn from(message: Message) -> Self {
        Self { message, date: None }
    }
}

fn dated(message: Message, date: i64) -> Dated {
    Dated { message, date: Some(date) }
}

impl Message {
    /// The heading of a review with this first reason.
    pub fn review_heading(lead: &Why) -> Message {
        match lead.reason {
            Reason::Inactive(_) | Reason::PaymentsFailing => Message::RECONNECT,
            Reason::AccessEnds(_) | Reason::PaymentsEnd(_) => Message::KEEP_CONNECTED,
            Reason::MorePermissions => Message::SHARE_MORE,
            Reason::Unstated => Message::CONFIRM,
        }
    }

    /// Why the customer is here. If no bank is visited, a sign-in there must not be mentioned.
    pub fn reason(why: &Why, without_bank: bool) -> Dated {
        match (&why.reason, why.day) {
            (Reason::Inactive(Cause::InstitutionRequirement), _) if without_bank => Message::UNSTATED.into(),
            (Reason::Inactive(cause), _) => Self::cause(cause).into(),
            (Reason::PaymentsFailing, _) => Message::PAYMENTS_FAILING.into(),
            (Reason::AccessEnds(_), Some(on)) => dated(Message::ACCESS_ENDS, on),
            (Reason::AccessEnds(_), None) => Message::ACCESS_ENDS_SOON.into(),
            (Reason::PaymentsEnd(_), Some(on)) => dated(Message::PAYMENTS_END, on),
            (Reason::PaymentsEnd(_), None) => Message::PAYMENTS_END_SOON.into(),
            (Reason::MorePermissions, _) => Message::MORE_PERMISSIONS.into(),
            (Reason::Unstated, _) => Message::UNSTATED.into(),
        }
    }

    fn cause(cause: &Cause) -> Message {
        match cause {
            Cause::AccessDenied => Message::ACCESS_DENIED,
            Cause::AccessExpired => Message::ACCESS_EXPIRED,
            Cause::AccountClosed => Message::ACCOUNT_CLOSED,
            Cause::AccountUnavailable => Message::ACCOUNT_UNAVAILABLE,
            Cause::InstitutionRequirement => Message::INSTITUTION_REQUIREMENT,
            Cause::Unspecified => Message::UNSPECIFIED,
            Cause::Unknown(_) => Message::UNKNOWN_CAUSE,
        }
    }

    /// The text of a status chip.
    pub fn chip(chip: Chip) -> Dated {
        match chip {
            Chip::Disconnected(_) => Message::CHIP_DISCONNECTED.into(),
            Chip::Stops(Some(on)) => dated(Message::CHIP_STOPS, on),
            Chip::Stops(None) => Message::CHIP_STOPS_SOON.into(),
            Chip::PaymentsFailing => Message::CHIP_PAYMENTS_FAILING.into(),
            Chip::PaymentsStop(Some(on)) => dated(Message::CHIP_PAYMENTS_STOP, on),
            Chip::PaymentsStop(None) => Message::CHIP_PAYMENTS_STOP_SOON.into(),
            Chip::MoreToShare => Message::CHIP_MORE_TO_SHARE.into(),
            Chip::Active => Message::CHIP_ACTIVE.into(),
            Chip::ActiveAgain => Message::CHIP_ACTIVE_AGAIN.into(),
            Chip::Closed => Message::CHIP_CLOSED.into(),
            Chip::NotRepairable => Message::CHIP_NOT_REPAIRABLE.into(),
            Chip::NotThisOne => Message::CHIP_NOT_THIS_ONE.into(),
            Chip::ChooseThisOne => Message::CHIP_CHOOSE_THIS_ONE.into(),
        }
    }

    /// What the merchant may see or do.
    pub fn permission(permission: &Permission) -> Message {
        match permission {
            Permission::PaymentMethod => Message::PAYMENT_METHOD,
            Permission::Balances => Message::BALANCES,
            Permission::Transactions => Message::TRANSACTIONS,
            Permission::Ownership => Message::OWNERSHIP,
            Permission::AccountNumbers => Message::ACCOUNT_NUMBERS,
            Permission::Unknown(_) => Message::UNKNOWN_PERMISSION,
        }
    }

    /// What happened a moment ago, or what is known of the bank.
    pub fn notice(notice: Notice) -> Message {
        match notice {
            Notice::BankClosed => Message::NOTICE_CLOSED,
            Notice::BankCancelled => Message::NOTICE_CANCELLED,
            Notice::BankUnavailable => Message::NOTICE_UNAVAILABLE,
            Notice::BankNotOpened => Message::NOTICE_NOT_OPENED,
            Notice::NotAuthorized => Message::NOTICE_NOT_AUTHORIZED,
            Notice::BankFailed => Message::NOTICE_FAILED,
            Notice::BankDegraded => Message::NOTICE_DEGRADED,
            Notice::BankInactive => Message::NOTICE_INACTIVE,
        }
    }

    /// Why an account may not be chosen.
    pub fn why_not(why: WhyNot) -> Message {
        match why {
            WhyNot::NotTheRequired => Message::NOT_THE_REQUIRED,
            WhyNot::NotForPayments => Message::NOT_FOR_PAYMENTS,
            WhyNot::Closed => Message::CLOSED,
            WhyNot::NotRepairable => Message::NOT_REPAIRABLE,
        }
    }

    /// How the bank's answer differed from what was needed.
    pub fn mismatch(mismatch: Mismatch) -> Topic {
        match mismatch {
            Mismatch::OtherAccount => Topic::OTHER_ACCOUNT_CHOSEN,
            Mismatch::OtherLogin => Topic::OTHER_LOGIN_USED,
            Mismatch::Unexplained => Topic::UNEXPLAINED_MISMATCH,
        }
    }

    /// What the customer achieved.
    pub fn achieved(achieved: Achieved) -> Topic {
        match achieved {
            Achieved::Reconnected => Topic::RELINKED,
            Achieved::PaymentsWork => Topic::PAYMENTS_WORK,
            Achieved::Kept => Topic::KEPT,
            Achieved::SharedMore => Topic::SHARED_MORE,
            Achieved::Partly => Topic::PARTIAL,
            Achieved::AlreadyActive => Topic::ALREADY_ACTIVE,
            Achieved::Connected => Topic::UNKNOWN_OUTCOME,
        }
    }

    /// What went wrong.
    pub fn trouble(trouble: Trouble) -> Mishap {
        match trouble {
            Trouble::NoConnection => Mishap::NO_CONNECTION,
            Trouble::TooSlow => Mishap::TOO_SLOW,
            Trouble::Unreadable => Mishap::UNREADABLE,
            Trouble::ServiceDown => Mishap::SERVICE_DOWN,
            Trouble::Busy(_) => Mishap::BUSY,
            Trouble::SignedOut => Mishap::SIGNED_OUT,
            Trouble::NotAllowed => Mishap::NOT_ALLOWED,
            Trouble::NotFound => Mishap::NOT_FOUND,
            Trouble::Misconfigured => Mishap::MISCONFIGURED,
            Trouble::Expired => Mishap::EXPIRED,
            Trouble::Spent => Mishap::SPENT,
            Trouble::UnsupportedHandoff => Mishap::UNSUPPORTED,
            Trouble::BankNotOpened => Mishap::BANK_NOT_OPENED,
            Trouble::BankUnavailable => Mishap::BANK_UNAVAILABLE,
            Trouble::Unexplained => Mishap::UNEXPLAINED,
        }
    }

    /// The label of a button.
    pub fn label(label: Label) -> Message {
        match label {
            Label::ContinueToBank => Message::CONTINUE_TO_BANK,
            Label::AgreeAndContinue => Message::AGREE_AND_CONTINUE,
            Label::Allow => Message::ALLOW,
            Label::NotNow => Message::NOT_NOW,
            Label::RemindMeTomorrow => Message::REMIND_ME_TOMORROW,
            Label::OpenWindowAgain => Message::OPEN_WINDOW_AGAIN,
            Label::ContinueInThisTab => Message::CONTINUE_IN_THIS_TAB,
            Label::CheckAgain => Message::CHECK_AGAIN,
            Label::Cancel => Message::CANCEL,
            Label::UseThisAccount => Message::USE_THIS_ACCOUNT,
            Label::UseTheseAccounts => Message::USE_THESE_ACCOUNTS,
            Label::TryAgainAtBank => Message::TRY_AGAIN_AT_BANK,
            Label::ChooseAgainAtBank => Message::CHOOSE_AGAIN_AT_BANK,
            Label::TryAgain => Message::TRY_AGAIN,
            Label::StartAgain => Message::START_AGAIN,
            Label::ReconnectTheRest => Message::RECONNECT_THE_REST,
            Label::BackToMerchant => Message::BACK_TO_MERCHANT,
            Label::ContactMerchant => Message::CONTACT_MERCHANT,
            Label::SignIn => Message::SIGN_IN_AT_MERCHANT,
            Label::KeepGoing => Message::KEEP_GOING,
            Label::LeaveAnyway => Message::LEAVE_ANYWAY,
        }
    }

    /// A step of the progress line.
    pub fn step(step: Step) -> Message {
        match step {
            Step::Review => Message::STEP_REVIEW,
            Step::Bank => Message::STEP_BANK,
            Step::Done => Message::STEP_DONE,
        }
    }

    fn subcategory(subcategory: &Subcategory) -> Message {
        match subcategory {
            Subcategory::Checking => Message::CHECKING,
            Subcategory::Savings => Message::SAVINGS,
            Subcategory::Mortgage => Message::MORTGAGE,
            Subcategory::LineOfCredit => Message::LINE_OF_CREDIT,
            Subcategory::CreditCard => Message::CREDIT_CARD,
            Subcategory::Other | Subcategory::Unknown(_) => Message::OTHER_ACCOUNT,
        }
    }
}

impl Words {
    /// The account's name at the bank, else its kind.
    pub fn account_name<'a>(&'a self, card: &'a AccountCard) -> &'a str {
        match (&card.name, &card.subcategory) {
            (Some(name), _) => name.as_str(),
            (None, Some(subcategory)) => self.text(Message::subcategory(subcategory)),
            (None, None) => self.text(Message::UNNAMED_ACCOUNT),
        }
    }

    /// The account's kind, if its name and number could also mean another account.
    pub fn account_kind(&self, card: &AccountCard) -> Option<&str> {
        let kind = card.subcategory.as_ref().filter(|_| card.has_namesake && card.name.is_some())?;
        Some(self.text(Message::subcategory(kind)))
    }

    /// The message for that number.
    pub fn plural(&self, plural: Plural, number: u32) -> Message {
        self.in_category(plural, &intl::plural(&self.locale, number))
    }

    /// What comes next after trouble, and the number in it.
    pub fn next<'a>(&self, trouble: Trouble, fills: Fills<'a>) -> (Message, Fills<'a>) {
        match trouble {
            Trouble::Busy(Some(seconds)) if seconds > 90 => {
                let minutes = seconds.div_ceil(60);
                (self.plural(Plural::BUSY_MINUTES, minutes), fills.number(minutes))
            }
            Trouble::Busy(Some(seconds)) if seconds > 0 => {
                (self.plural(Plural::BUSY_SECONDS, seconds), fills.number(seconds))
            }
            other => (Message::trouble(other).next(), fills),
        }
    }
}
