//! The heading of a view, the sentences that lead it, and what a live region says of them.

use super::fill::Fills;
use super::says::Dated;
use super::{Topic, Words};
use relink_core::view::{
    AccountCard, AtBank, BankWindow, Chip, Choose, NotRepairable, Pane, Problem, Review, View, Wait,
    WrongAccount,
};
use relink_wire::Rule;

/// What a live region says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announcement {
    /// Whether it may wait.
    pub urgency: Urgency,
    /// The words; nothing is said where they are empty.
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

/// A message with what it is filled with.
pub type Line<'a> = (&'static str, Fills<'a>);

impl Words {
    /// What a live region says when the subject of the view changes, when a wait becomes long, and when the
    /// connection goes.
    pub fn announcement(&self, view: &View) -> Announcement {
        let urgency = match &view.pane {
            Pane::Problem(_) => Urgency::Assertive,
            Pane::AtBank(at_bank) => match at_bank.window {
                BankWindow::Blocked(_) => Urgency::Assertive,
                BankWindow::Preparing
                | BankWindow::Modal
                | BankWindow::Window
                | BankWindow::Leaving
                | BankWindow::Elsewhere => Urgency::Polite,
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
            text.push_str(self.table.offline);
        }
        let silent = matches!(view.pane, Pane::Empty | Pane::Loading(Wait::Brief));
        if !silent {
            sentence(&mut text, &self.heading(view));
            for (message, fills) in self.lead(view) {
                sentence(&mut text, &self.plain(message, fills));
            }
        }
        Announcement { urgency, text }
    }

    /// The heading as plain text.
    pub fn heading(&self, view: &View) -> String {
        self.plain(self.heading_message(&view.pane), Fills::names(&view.frame))
    }

    /// The heading's message.
    pub(crate) fn heading_message(&self, pane: &Pane) -> &'static str {
        let table = self.table;
        match pane {
            Pane::Empty => "",
            Pane::Loading(Wait::Brief | Wait::Noticeable) => table.loading,
            Pane::Loading(Wait::Long) => table.loading_long,
            Pane::Review(review) => table.review_heading(&review.lead),
            Pane::AtBank(at_bank) => match at_bank.window {
                BankWindow::Preparing => table.preparing.heading,
                BankWindow::Modal | BankWindow::Window | BankWindow::Elsewhere => table.finish_at_bank,
                BankWindow::Blocked(_) => table.blocked.heading,
                BankWindow::Leaving => table.leaving.heading,
            },
            Pane::Checking(_) => table.checking_bank.heading,
            Pane::Choose(Choose { several: false, .. }) => table.choose,
            Pane::Choose(Choose { several: true, .. }) => table.choose_several,
            Pane::Saving(_) => table.saving.heading,
            Pane::WrongAccount(wrong) => table.mismatch(wrong.mismatch).heading,
            Pane::Done(done) => table.outcome(&done.outcome).heading,
            Pane::NotRepairable(pane) => self.beyond_repair(pane).heading,
            Pane::Problem(problem) => table.trouble(problem.trouble).heading,
            Pane::Leave(_) => table.leave,
            Pane::GivenUp(_) => table.given_up.heading,
        }
    }

    /// The sentences below the heading.
    pub(crate) fn lead<'a>(&self, view: &'a View) -> Vec<Line<'a>> {
        let table = self.table;
        let frame = &view.frame;
        let names = Fills::names(frame);
        let line = |message| vec![(message, names)];
        match &view.pane {
            Pane::Empty | Pane::Loading(_) | Pane::Checking(_) => Vec::new(),
            Pane::Review(Review { lead, .. }) => {
                let Dated { message, date } = table.reason(lead);
                vec![(message, names.date(date))]
            }
            Pane::AtBank(at_bank) => self.at_bank(at_bank, names),
            Pane::Choose(choose) => vec![self.choose_hint(choose, names)],
            Pane::Saving(saving) => match saving.wait {
                Wait::Brief | Wait::Noticeable => Vec::new(),
                Wait::Long => line(table.saving_long),
            },
            Pane::WrongAccount(WrongAccount { mismatch, .. }) => {
                vec![(table.mismatch(*mismatch).text, names), (table.nothing_changed, names)]
            }
            Pane::Done(done) => line(table.outcome(&done.outcome).text),
            Pane::NotRepairable(pane) => vec![(self.beyond_repair(pane).text, names), (table.way_on, names)],
            Pane::Problem(problem) => self.problem(problem, names),
            Pane::Leave(leave) => line(self.stays(&leave.accounts)),
            Pane::GivenUp(given_up) => {
                vec![(self.stays(&given_up.accounts), names), (table.given_up.text, names)]
            }
        }
    }

    fn at_bank<'a>(&self, at_bank: &'a AtBank, names: Fills<'a>) -> Vec<Line<'a>> {
        let table = self.table;
        let choose = || match wanted(&at_bank.rule, &at_bank.accounts) {
            Some(account) => (table.choose_there, names.account(Some(account))),
            None => (table.choose_any_there, names),
        };
        let mut lines = match at_bank.window {
            BankWindow::Preparing => vec![(table.preparing.text, names), choose()],
            BankWindow::Modal => vec![(table.modal, names), choose()],
            BankWindow::Window => vec![(table.window, names), choose()],
            BankWindow::Blocked(_) => vec![(table.blocked.text, names), choose()],
            BankWindow::Leaving => vec![choose(), (table.leaving.text, names)],
            BankWindow::Elsewhere => vec![(table.elsewhere, names), choose()],
        };
        if at_bank.stalled {
            lines = vec![(table.stalled, names)];
        }
        lines
    }

    fn choose_hint<'a>(&self, choose: &Choose, names: Fills<'a>) -> Line<'a> {
        if choose.options.is_empty() {
            return (self.table.choose_none, names);
        }
        match (choose.several, choose.most) {
            (false, _) => (self.table.choose_hint, names),
            (true, None) => (self.table.choose_hint_any, names),
            (true, Some(most)) => (self.plural(&self.table.choose_at_most, most), names.number(most)),
        }
    }

    fn problem<'a>(&self, problem: &Problem, names: Fills<'a>) -> Vec<Line<'a>> {
        let (next, fills) = self.next(problem.trouble, names);
        let mut lines = vec![(self.table.trouble(problem.trouble).what, names)];
        if problem.bank_confirmed {
            lines.push((self.table.bank_confirmed, names));
        } else {
            lines.push((next, fills));
        }
        lines
    }

    fn beyond_repair(&self, pane: &NotRepairable) -> &Topic {
        if pane.closed { &self.table.closed_account } else { &self.table.beyond_repair }
    }

    /// What stays as it is when the customer leaves; nothing is claimed that the cards do not say.
    fn stays(&self, accounts: &[AccountCard]) -> &'static str {
        let any = |chip| accounts.iter().any(|account| account.chip == Some(chip));
        if any(Chip::Disconnected) {
            self.table.stays_disconnected
        } else if any(Chip::PaymentsFailing) {
            self.table.stays_failing
        } else {
            self.table.stays_as_it_is
        }
    }
}

/// The one account that must be chosen at the bank, where it is one.
pub(crate) fn wanted<'a>(rule: &Rule, accounts: &'a [AccountCard]) -> Option<&'a AccountCard> {
    match (rule, accounts) {
        (Rule::SameAccount, [account]) => Some(account),
        (Rule::SameAccount | Rule::AnyAccount | Rule::Unknown(_), _) => None,
    }
}

/// Adds a sentence, and the full stop that a heading lacks.
fn sentence(text: &mut String, next: &str) {
    if let Some(last) = text.chars().next_back() {
        text.push_str(if matches!(last, '.' | '?' | '!') { " " } else { ". " });
    }
    text.push_str(next);
}
