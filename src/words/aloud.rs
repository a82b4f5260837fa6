//! The heading of a view, its first sentences, and its live-region text.

use super::fill::Fills;
use super::says::Dated;
use super::{Message, Plural, Topic, Words};
use relink_core::view::{
    AccountCard, AtBank, BankWindow, Chip, Choose, NotRepairable, Pane, Problem, Review, Saving, View, Wait,
    WrongAccount,
};
use relink_wire::Rule;

/// What a live region says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announcement {
    /// Whether it may wait.
    pub urgency: Urgency,
    /// The words; if empty, nothing is said.
    pub text: String,
}

/// Whether an announcement may wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    /// When nothing else is being said.
    Polite,
    /// At once.
    Assertive,
}

/// A message with its values.
pub type Line<'a> = (Message, Fills<'a>);

impl Words {
    /// The live-region text when the view's subject changes, when a wait becomes long, and when the connection is lost.
    /// A heading that took focus was already read, so it is not repeated if there is more to say.
    pub fn announcement(&self, view: &View, heard: bool) -> Announcement {
        let urgency = match &view.pane {
            Pane::Problem(_) => Urgency::Assertive,
            Pane::AtBank(at_bank) => match at_bank.window {
                BankWindow::Blocked(_) => Urgency::Assertive,
                BankWindow::Preparing
                | BankWindow::Modal
                | BankWindow::Window
                | BankWindow::Leaving
                | BankWindow::Elsewhere
                | BankWindow::Gone => Urgency::Polite,
            },
            Pane::Empty
            | Pane::Loading(_)
            | Pane::Review(_)
            | Pane::Checking(_)
            | Pane::Choose(_)
            | Pane::Saving(_)
            | Pane::WrongAccount(_)
            | Pane::Done(_)
            | Pane::NotRepairable(_)
            | Pane::Leave(_)
            | Pane::GivenUp(_) => Urgency::Polite,
        };
        let mut text = String::new();
        if view.offline {
            text.push_str(self.text(Message::OFFLINE));
        }
        let silent = matches!(view.pane, Pane::Empty | Pane::Loading(Wait::Brief));
        if !silent {
            let lead = self.said_first(view);
            if !heard || lead.is_empty() {
                sentence(&mut text, &self.heading(view));
            }
            for (message, fills) in lead {
                sentence(&mut text, &self.plain(message, fills));
            }
        }
        Announcement { urgency, text }
    }

    /// What is said beside the heading: what just happened, what we are waiting for, else the first sentences of the
    /// view.
    fn said_first<'a>(&self, view: &'a View) -> Vec<Line<'a>> {
        let message = match &view.pane {
            Pane::Review(Review { notice: Some(notice), .. }) => Message::notice(*notice),
            Pane::Checking(_) => Topic::CHECKING_BANK.text(),
            Pane::Saving(Saving { wait: Wait::Brief | Wait::Noticeable, .. }) => Topic::SAVING.text(),
            Pane::Empty
            | Pane::Loading(_)
            | Pane::Review(_)
            | Pane::AtBank(_)
            | Pane::Choose(_)
            | Pane::Saving(_)
            | Pane::WrongAccount(_)
            | Pane::Done(_)
            | Pane::NotRepairable(_)
            | Pane::Problem(_)
            | Pane::Leave(_)
            | Pane::GivenUp(_) => return self.lead(view),
        };
        vec![(message, Fills::names(&view.frame))]
    }

    /// The heading as plain text.
    pub fn heading(&self, view: &View) -> String {
        self.plain(Self::heading_message(view), Fills::names(&view.frame))
    }

    /// The heading's message.
    pub(crate) fn heading_message(view: &View) -> Message {
        match &view.pane {
            // An empty pane draws nothing and says nothing.
            Pane::Empty | Pane::Loading(Wait::Brief | Wait::Noticeable) => Message::LOADING,
            Pane::Loading(Wait::Long) => Message::LOADING_LONG,
            Pane::Review(review) => Message::review_heading(&review.lead),
            Pane::AtBank(at_bank) => match at_bank.window {
                BankWindow::Preparing => Topic::PREPARING.heading(),
                BankWindow::Modal | BankWindow::Window | BankWindow::Elsewhere | BankWindow::Gone => {
                    Message::FINISH_AT_BANK
                }
                BankWindow::Blocked(_) => Topic::BLOCKED.heading(),
                BankWindow::Leaving => Topic::LEAVING.heading(),
            },
            Pane::Checking(_) if view.frame.without_bank => Message::CHECKING_SHOP,
            Pane::Checking(_) => Topic::CHECKING_BANK.heading(),
            Pane::Choose(Choose { options, .. }) if options.is_empty() => Message::NONE_USABLE,
            Pane::Choose(Choose { several: false, .. }) => Message::CHOOSE,
            Pane::Choose(Choose { several: true, .. }) => Message::CHOOSE_SEVERAL,
            Pane::Saving(_) => Topic::SAVING.heading(),
            Pane::WrongAccount(wrong) => Message::mismatch(wrong.mismatch).heading(),
            Pane::Done(done) => Message::achieved(done.achieved).heading(),
            Pane::NotRepairable(pane) => Self::beyond_repair(pane).heading(),
            Pane::Problem(problem) => Message::trouble(problem.trouble).heading(),
            Pane::Leave(_) => Message::LEAVE,
            Pane::GivenUp(_) => Topic::GIVEN_UP.heading(),
        }
    }

    /// The sentences below the heading.
    pub(crate) fn lead<'a>(&self, view: &'a View) -> Vec<Line<'a>> {
        let frame = &view.frame;
        let names = Fills::names(frame);
        let line = |message| vec![(message, names)];
        match &view.pane {
            Pane::Empty | Pane::Loading(_) | Pane::Checking(_) => Vec::new(),
            Pane::Review(Review { lead, next_payment, .. }) => {
                let Dated { message, date } = Message::reason(lead, frame.without_bank);
                let next = next_payment.map(|on| (Message::NEXT_PAYMENT, names.date(Some(on))));
                [Some((message, names.date(date))), next].into_iter().flatten().collect()
            }
            Pane::AtBank(at_bank) => Self::at_bank(at_bank, names),
            Pane::Choose(choose) => vec![self.choose_hint(choose, names)],
            Pane::Saving(saving) => match saving.wait {
                Wait::Brief | Wait::Noticeable => Vec::new(),
                Wait::Long if frame.without_bank => line(Message::SAVING_LONG_WITHOUT_BANK),
                Wait::Long => line(Message::SAVING_LONG),
            },
            Pane::WrongAccount(WrongAccount { mismatch, .. }) => {
                vec![(Message::mismatch(*mismatch).text(), names), (Message::NOTHING_CHANGED, names)]
            }
            Pane::Done(done) if done.has_sentence => line(Message::achieved(done.achieved).text()),
            Pane::Done(_) => Vec::new(),
            Pane::NotRepairable(pane) => {
                vec![(Self::beyond_repair(pane).text(), names), (Message::WAY_ON, names)]
            }
            Pane::Problem(problem) => self.problem(problem, names),
            Pane::Leave(leave) => line(Self::stays(&leave.accounts)),
            Pane::GivenUp(given_up) => {
                vec![(Self::stays(&given_up.accounts), names), (Topic::GIVEN_UP.text(), names)]
            }
        }
    }

    fn at_bank<'a>(at_bank: &'a AtBank, names: Fills<'a>) -> Vec<Line<'a>> {
        let choose = || match wanted(&at_bank.rule, &at_bank.accounts) {
            Some(account) => (Message::CHOOSE_THERE, names.account(Some(account))),
            None => (Message::CHOOSE_ANY_THERE, names),
        };
        let mut lines = match at_bank.window {
            BankWindow::Preparing => vec![(Topic::PREPARING.text(), names), choose()],
            BankWindow::Modal => vec![(Message::MODAL, names), choose()],
            BankWindow::Window => vec![(Message::WINDOW, names), choose()],
            BankWindow::Blocked(_) => vec![(Topic::BLOCKED.text(), names), choose()],
            BankWindow::Leaving => vec![choose(), (Topic::LEAVING.text(), names)],
            BankWindow::Elsewhere => vec![(Message::ELSEWHERE, names), choose()],
            BankWindow::Gone => vec![(Message::GONE, names), choose()],
        };
        if at_bank.stalled {
            lines = vec![(Message::STALLED, names)];
        }
        lines
    }

    fn choose_hint<'a>(&self, choose: &Choose, names: Fills<'a>) -> Line<'a> {
        if choose.options.is_empty() {
            return (Message::CHOOSE_NONE, names);
        }
        match (choose.several, choose.most) {
            (false, _) => (Message::CHOOSE_HINT, names),
            (true, None) => (Message::CHOOSE_HINT_ANY, names),
            (true, Some(most)) => (self.plural(Plural::CHOOSE_AT_MOST, most), names.number(most)),
        }
    }

    fn problem<'a>(&self, problem: &Problem, names: Fills<'a>) -> Vec<Line<'a>> {
        let (next, fills) = self.next(problem.trouble, names);
        let mut lines = vec![(Message::trouble(problem.trouble).what(), names)];
        if problem.bank_confirmed {
            lines.push((Message::BANK_CONFIRMED, names));
        } else {
            lines.push((next, fills));
        }
        lines
    }

    fn beyond_repair(pane: &NotRepairable) -> Topic {
        if pane.closed { Topic::CLOSED_ACCOUNT } else { Topic::BEYOND_REPAIR }
    }

    /// What stays the same when the customer leaves. It must not claim more than the cards say.
    fn stays(accounts: &[AccountCard]) -> Message {
        let mut chips = accounts.iter().filter_map(|account| account.chip);
        if chips.clone().any(|chip| matches!(chip, Chip::Disconnected(_))) {
            Message::STAYS_DISCONNECTED
        } else if chips.any(|chip| chip == Chip::PaymentsFailing) {
            Message::STAYS_FAILING
        } else {
            Message::STAYS_AS_IT_IS
        }
    }
}

/// The account that must be chosen at the bank, if it is exactly one.
pub(crate) fn wanted<'a>(rule: &Rule, accounts: &'a [AccountCard]) -> Option<&'a AccountCard> {
    match (rule, accounts) {
        (Rule::SameAccount, [account]) => Some(account),
        (Rule::SameAccount | Rule::AnyAccount | Rule::Unknown(_), _) => None,
    }
}

/// Adds a sentence, and a full stop if the heading before it has none.
fn sentence(text: &mut String, next: &str) {
    if let Some(last) = text.chars().next_back() {
        text.push_str(if matches!(last, '.' | '?' | '!' | '؟' | '。' | '？' | '！' | '।') {
            " "
        } else {
            ". "
        });
    }
    text.push_str(next);
}
