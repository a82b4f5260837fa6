//! What is on screen, as data. A pane draws one of these and decides nothing: which buttons there are, what they do,
//! which sentence comes first and what is greyed out is decided here.
//!
//! Past 400 lines, since every view is listed in one place.

mod card;
mod done;
mod offer;
mod trouble;

pub use card::{AccountCard, Bank, Chip, name_bank_once};
pub use done::{Achieved, Done};
pub use offer::{Action, Label, Offer};
pub use trouble::{Side, Trouble};

use crate::reasons::Reason;
use relink_wire::{Consent, DisplayText, FlowState, Gather, Permission, Rule, SafeUrl};
use std::rc::Rc;

/// Everything that is on screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// The host attribute `state`; absent before the flow starts.
    pub state: Option<FlowState>,
    /// What is around every pane.
    pub frame: Frame,
    /// What the view is about.
    pub pane: Pane,
    /// The primary action: the way forward.
    pub primary: Option<Offer>,
    /// The other action, beside the primary one.
    pub secondary: Option<Offer>,
    /// What the close button does; absent if there is nothing left to close.
    pub close: Option<Action>,
    /// The strip "You are offline."
    pub offline: bool,
}

/// A bank's or a merchant's name that has more characters than this is described on a button.
const LONGEST_ON_BUTTON: usize = 36;

/// What is around every pane: the merchant, the bank and the progress.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frame {
    /// The merchant's name.
    pub merchant: Option<DisplayText>,
    /// Its logo; without one, initials are shown.
    pub merchant_logo_url: Option<SafeUrl>,
    /// The bank.
    pub bank: Bank,
    /// The current step.
    pub step: Step,
    /// Whether no bank is visited: the customer agrees to what they read, and the merchant is notified.
    pub without_bank: bool,
    /// Whether the line between merchant and bank is whole.
    pub mended: bool,
    /// Whether this is test mode; the customer sees it.
    pub test_mode: bool,
    /// The merchant's privacy policy, for the fine print.
    pub privacy_url: Option<SafeUrl>,
    /// The merchant's help page.
    pub support_url: Option<SafeUrl>,
}

impl Frame {
    /// The names, and nothing else, as a button says them: a long one is left out, so that it is described ("Continue to your bank").
    pub fn on_buttons(&self) -> Self {
        let short = |name: &Option<DisplayText>| {
            name.clone().filter(|name| name.as_str().chars().count() <= LONGEST_ON_BUTTON)
        };
        let bank = Bank { name: short(&self.bank.name), logo_url: None };
        Self { merchant: short(&self.merchant), bank, ..Self::default() }
    }
}

/// The progress line of three steps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Step {
    /// Before the bank.
    #[default]
    Review,
    /// At the bank, or choosing after it.
    Bank,
    /// Being saved, or over.
    Done,
}

/// What the view is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pane {
    /// Nothing yet: the flow has not started, or was dismissed after its end.
    Empty,
    /// The session is being fetched.
    Loading(Wait),
    /// Why the customer is here, before the bank.
    Review(Review),
    /// The customer is at the bank.
    AtBank(AtBank),
    /// The customer is back, and the backend is asked for the result.
    Checking(Checking),
    /// The customer chooses among accounts.
    Choose(Choose),
    /// The accounts were sent; the backend is asked for the result.
    Saving(Saving),
    /// Another account, login or bank was used.
    WrongAccount(WrongAccount),
    /// It worked.
    Done(Done),
    /// The account cannot be repaired here.
    NotRepairable(NotRepairable),
    /// Something went wrong.
    Problem(Problem),
    /// "Leave?"
    Leave(Leave),
    /// The customer left without a relink.
    GivenUp(GivenUp),
}

/// How long a wait has lasted: under 300 ms nothing is shown, under 1 s a skeleton, beyond that words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wait {
    /// Not yet worth showing.
    #[default]
    Brief,
    /// A skeleton of the coming view.
    Noticeable,
    /// Words that say what we are waiting for.
    Long,
}

/// Why the customer is here, before the bank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    /// The most serious reason, in the heading.
    pub lead: Why,
    /// The others, in order of gravity.
    pub others: Vec<Why>,
    /// The account that must be relinked, or those that may be.
    pub accounts: Vec<AccountCard>,
    /// Which account to choose at the bank.
    pub rule: Rule,
    /// What the merchant will see.
    pub permissions: Vec<PermissionLine>,
    /// What the customer agrees to by going on: Stripe's text, word for word.
    pub consent: Option<Rc<Consent>>,
    /// When the merchant's next payment is due, in Unix seconds, if that is known and to come.
    pub next_payment: Option<i64>,
    /// Something to say first: what happened at the bank a moment ago, else what is known of the bank.
    pub notice: Option<Notice>,
}

/// A reason as shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Why {
    /// The reason.
    pub reason: Reason,
    /// The day on which something stops, in Unix seconds, if it can be shown: the reason's own day may be past, or not
    /// a day at all.
    pub day: Option<i64>,
}

/// One thing the merchant will see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PermissionLine {
    /// The permission.
    pub permission: Permission,
    /// Whether it was not shared before. False if unknown.
    pub is_new: bool,
}

/// What happened a moment ago, or what is known of the bank, shown above a view that stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The bank's window was closed before the end; nothing has changed.
    BankClosed,
    /// The customer stopped at the bank, or refused there; nothing has changed.
    BankCancelled,
    /// The bank is not reachable just now.
    BankUnavailable,
    /// The way to the bank could not be opened.
    BankNotOpened,
    /// The bank did not let the customer in, or was not allowed to share.
    NotAuthorized,
    /// Something went wrong at the bank, and it did not say what.
    BankFailed,
    /// The bank is known to have trouble: going there may come to nothing.
    BankDegraded,
    /// The bank is known to be down: going there will most likely come to nothing.
    BankInactive,
}

/// The customer is at the bank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AtBank {
    /// The account to choose there, or those that may be chosen.
    pub accounts: Vec<AccountCard>,
    /// Which account to choose.
    pub rule: Rule,
    /// How the bank is shown.
    pub window: BankWindow,
    /// Whether the automatic reads are used up: show "check again".
    pub stalled: bool,
}

/// How the bank is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BankWindow {
    /// It is being prepared: the address is not known yet.
    Preparing,
    /// Stripe's own modal lies above the page.
    Modal,
    /// A window of its own has opened.
    Window,
    /// The browser blocked the window: show a real link to the address instead.
    Blocked(SafeUrl),
    /// This tab is leaving for the bank.
    Leaving,
    /// This page was reloaded while the customer was at the bank: the window may be open or gone.
    Elsewhere,
    /// The bank was in this tab or in a layer of this page, and is no longer there: no window can still be open.
    Gone,
}

/// The backend is asked for the result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checking {
    /// The account, or those that may come back.
    pub accounts: Vec<AccountCard>,
    /// How long it has lasted.
    pub wait: Wait,
}

/// The customer chooses among accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choose {
    /// Those that can be chosen, in the bank's order.
    pub options: Vec<Choice>,
    /// Those that cannot, each with its reason.
    pub refused: Vec<Refused>,
    /// Whether several may be chosen: checkboxes instead of radio buttons.
    pub several: bool,
    /// The most that may be chosen; any number if absent.
    pub most: Option<u32>,
}

/// An account that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The account. As long as nothing is learnt of it, it is the same one in each view.
    pub card: Rc<AccountCard>,
    /// Whether it is chosen now.
    pub chosen: bool,
    /// Whether it can be chosen now: not if the most are already chosen.
    pub open: bool,
}

/// An account that cannot be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The account.
    pub card: Rc<AccountCard>,
    /// Why not.
    pub why: crate::eligibility::WhyNot,
}

/// The accounts were sent; the backend is asked for the result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saving {
    /// The accounts that were chosen, as far as they are known.
    pub accounts: Vec<AccountCard>,
    /// How long it has lasted. `Long` shows that the bank has confirmed and we keep trying.
    pub wait: Wait,
}

/// Another account, login or bank was used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongAccount {
    /// How the bank's answer differed from what was needed.
    pub mismatch: Mismatch,
    /// What the customer chose, as far as known.
    pub chosen: Vec<AccountCard>,
    /// The account that is needed, if it is exactly one.
    pub needed: Option<AccountCard>,
}

/// How the bank's answer differed from what was needed: Stripe's `failure_reason`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mismatch {
    /// `no_account`: another account was chosen.
    OtherAccount,
    /// `no_authorization`: another login or another bank was used.
    OtherLogin,
    /// `other`, or a reason that this version does not know.
    Unexplained,
}

/// The account cannot be repaired here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotRepairable {
    /// Whether the bank says that it was closed.
    pub closed: bool,
    /// The account or accounts.
    pub accounts: Vec<AccountCard>,
}

/// Something went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The trouble.
    pub trouble: Trouble,
    /// The backend's id for the request: small, to copy.
    pub reference: Option<DisplayText>,
    /// Whether the bank has already confirmed, so that nothing is lost by waiting.
    pub bank_confirmed: bool,
}

/// "Leave?"
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leave {
    /// The accounts that stay broken.
    pub accounts: Vec<AccountCard>,
}

/// The customer left without a relink.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenUp {
    /// The accounts that stay broken.
    pub accounts: Vec<AccountCard>,
}

impl View {
    /// Before anything: nothing on screen, no state.
    pub fn empty() -> Self {
        Self {
            state: None,
            frame: Frame::default(),
            pane: Pane::Empty,
            primary: None,
            secondary: None,
            close: None,
            offline: false,
        }
    }

    /// Whether the customer can do something in it other than close it.
    pub fn is_interactive(&self) -> bool {
        [&self.primary, &self.secondary].into_iter().flatten().any(|offer| offer.enabled)
    }
}

impl Pane {
    /// In a list of accounts of one bank, its name is not said with each. Cards to choose from are made so.
    pub fn name_bank_once(&mut self) {
        name_bank_once(match self {
            Self::Review(Review { accounts, .. })
            | Self::AtBank(AtBank { accounts, .. })
            | Self::Checking(Checking { accounts, .. })
            | Self::Saving(Saving { accounts, .. })
            | Self::NotRepairable(NotRepairable { accounts, .. })
            | Self::Leave(Leave { accounts })
            | Self::GivenUp(GivenUp { accounts }) => accounts.iter_mut().gather(),
            Self::WrongAccount(WrongAccount { chosen, needed, .. }) => {
                chosen.iter_mut().chain(needed).gather()
            }
            Self::Done(Done { accounts, still_broken, beyond_repair, .. }) => {
                accounts.iter_mut().chain(still_broken).chain(beyond_repair).gather()
            }
            Self::Empty | Self::Loading(_) | Self::Choose(_) | Self::Problem(_) => Vec::new(),
        });
    }

    /// Identifies the subject: when this value changes, and only then, focus moves to the heading and the change is
    /// announced.
    pub fn subject(&self) -> Subject {
        match self {
            Self::Empty => Subject::Nothing,
            Self::Loading(_) => Subject::Loading,
            Self::Review(_) => Subject::Review,
            Self::AtBank(at_bank) => match at_bank.window {
                BankWindow::Blocked(_) => Subject::Blocked,
                BankWindow::Preparing
                | BankWindow::Modal
                | BankWindow::Window
                | BankWindow::Leaving
                | BankWindow::Elsewhere
                | BankWindow::Gone => Subject::AtBank,
            },
            Self::Checking(_) => Subject::Checking,
            Self::Choose(_) => Subject::Choose,
            Self::Saving(_) => Subject::Saving,
            Self::WrongAccount(_) => Subject::WrongAccount,
            Self::Done(_) => Subject::Done,
            Self::NotRepairable(_) => Subject::NotRepairable,
            Self::Problem(problem) => Subject::Problem(problem.trouble),
            Self::Leave(_) => Subject::Leave,
            Self::GivenUp(_) => Subject::GivenUp,
        }
    }
}

/// The subject of a pane, without details.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// [`Pane::Empty`]
    Nothing,
    /// [`Pane::Loading`]
    Loading,
    /// [`Pane::Review`]
    Review,
    /// [`Pane::AtBank`]
    AtBank,
    /// [`Pane::AtBank`] when the browser blocked the window.
    Blocked,
    /// [`Pane::Checking`]
    Checking,
    /// [`Pane::Choose`]
    Choose,
    /// [`Pane::Saving`]
    Saving,
    /// [`Pane::WrongAccount`]
    WrongAccount,
    /// [`Pane::Done`]
    Done,
    /// [`Pane::NotRepairable`]
    NotRepairable,
    /// [`Pane::Problem`]
    Problem(Trouble),
    /// [`Pane::Leave`]
    Leave,
    /// [`Pane::GivenUp`]
    GivenUp,
}
