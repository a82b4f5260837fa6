//! The customer chooses which of the bank's accounts the merchant may use. Starts when more than one may be chosen.
//! Ends with the choice.

use super::cards;
use super::context::Context;
use super::fact::Fact;
use crate::effect::Timer;
use crate::eligibility::{self, WhyNot};
use crate::view::{AccountCard, Action};
use relink_wire::{Account, Gather, Session};
use std::rc::Rc;

/// The stage.
#[derive(Debug)]
pub struct Selecting {
    /// All accounts the bank gave, in its order, each with the reason if it may not be chosen.
    pub accounts: Vec<(Rc<Account>, Result<(), WhyNot>)>,
    /// The same as cards, in the same order. Made when something is learnt and not for each view: there may be a thousand, and
    /// each is compared with every account.
    pub cards: Vec<Rc<AccountCard>>,
    /// The ids of those that are chosen.
    pub chosen: Vec<String>,
    /// At most this many.
    pub most: Option<u32>,
}

/// How it ends.
#[derive(Debug)]
pub enum Exit {
    /// These were chosen.
    Selected(Vec<String>),
    /// None can be used: the customer goes to the bank again.
    GoesBack,
    /// The backend knows the end already.
    Concluded,
}

impl Selecting {
    /// Offers what the bank gave. If several may be chosen, exactly the accounts linked before are preselected, so that
    /// a renewal changes nothing. If not all of those may be chosen, none is preselected.
    #[inline(never)]
    pub fn start(accounts: Vec<Rc<Account>>, session: &Session, context: &Context) -> Self {
        let judged = accounts.into_iter().map(|account| {
            let verdict = eligibility::judge(&account, session);
            (account, verdict)
        });
        let mut stage = Self {
            accounts: judged.gather(),
            cards: Vec::new(),
            chosen: Vec::new(),
            most: session.limits.accounts,
        };
        stage.learn(context);
        let was_linked = |account: &Account| context.saved.linked.iter().any(|id| account.is(id));
        let again = stage.accounts.iter().filter(|(account, verdict)| verdict.is_ok() && was_linked(account));
        let again: Vec<String> = again.map(|(account, _)| account.id.clone()).gather();
        if stage.several() && stage.most.is_none_or(|most| again.len() <= most as usize) {
            stage.chosen = again;
        }
        stage
    }

    fn learn(&mut self, context: &Context) {
        if let Some(session) = context.session() {
            let accounts = self.accounts.iter().map(|(account, _)| &**account);
            self.cards = cards::to_choose_from(accounts, session, context);
        }
    }

    /// The ids of those that may be chosen.
    pub fn eligible(&self) -> impl Iterator<Item = &String> {
        self.accounts.iter().filter(|(_, verdict)| verdict.is_ok()).map(|(account, _)| &account.id)
    }

    /// Whether several may be chosen.
    pub fn several(&self) -> bool {
        self.most != Some(1)
    }

    /// Whether no more may be chosen.
    pub fn is_full(&self) -> bool {
        self.several() && self.most.is_some_and(|most| self.chosen.len() >= most as usize)
    }

    /// Takes a fact.
    #[inline(never)]
    pub fn update(&mut self, fact: Fact, context: &mut Context) -> Option<Exit> {
        match fact {
            Fact::Pressed(Action::Toggle(id)) => self.toggle(id),
            Fact::Pressed(Action::UseChosen) if !self.chosen.is_empty() => {
                return Some(Exit::Selected(std::mem::take(&mut self.chosen)));
            }
            Fact::Pressed(Action::TryAgain) if self.eligible().next().is_none() => {
                return Some(Exit::GoesBack);
            }
            Fact::LookAgain | Fact::Reconnected => context.look(),
            Fact::Timer(Timer::Poll) => context.peek(),
            Fact::Read(Ok(())) if !context.is_open() => return Some(Exit::Concluded),
            Fact::Read(answer) => {
                if answer.is_ok() {
                    self.learn(context);
                }
                context.watch();
            }
            Fact::Created(_)
            | Fact::Completed(_)
            | Fact::Timer(Timer::Retry(_) | Timer::Wait | Timer::Reopen)
            | Fact::Pressed(_)
            | Fact::HandoffReturned(_)
            | Fact::HandoffClosed
            | Fact::HandoffFailed(_)
            | Fact::WindowBlocked(_)
            | Fact::WindowClosed(_) => {}
        }
        None
    }

    fn toggle(&mut self, id: String) {
        if let Some(at) = self.chosen.iter().position(|chosen| *chosen == id) {
            if self.several() {
                self.chosen.remove(at);
            }
        } else if self.eligible().any(|eligible| *eligible == id) && !self.is_full() {
            if !self.several() {
                self.chosen.clear();
            }
            self.chosen.push(id);
        }
    }
}
