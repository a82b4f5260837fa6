//! Which stage follows when one ends and the flow goes on. Decided from the backend's last answer.

use super::Flow;
use super::authorizing::{self, Authorizing};
use super::completing::{self, Completing};
use super::ended::End;
use super::fact::Fact;
use super::fetching::{Fetching, How, Then};
use super::known::{Confirmed, Known, Verdict};
use super::mismatched::Mismatched;
use super::refusal::{Consequence, Refusal};
use super::reviewing::Reviewing;
use super::selecting::Selecting;
use super::stage::Stage;
use super::troubled::{self, Again, Troubled};
use crate::effect::{Attempt, CallKind, Effect, Timer};
use crate::reasons;
use crate::view::{Mismatch, Notice};
use relink_account::{NoRepair, no_repair};
use relink_wire::{
    Account, AnalyticsName, Code, DecodeError, Gather, Handoff, Permission, RelinkOptions, Session,
};
use std::rc::Rc;

impl Flow {
    /// Decides from the backend's last answer where the flow is. `notice` is already shown on the current review and
    /// stays there.
    pub(super) fn place(&mut self, how: How, then: Then, notice: Option<Notice>) {
        let (Some(known), Some(verdict)) = (self.context.current().cloned(), self.context.verdict()) else {
            return self.fetch(How::Create, then);
        };
        if !known.session().relink_options.says_what() {
            let expected = "an authorization or an account";
            let error = DecodeError { field: "relink_options", expected };
            return self.end(End::Failed(Refusal::unreadable(CallKind::Create, error)));
        }
        match verdict {
            Verdict::Succeeded => {
                // By this verdict there is one.
                if let Some(confirmed) = self.context.success() {
                    self.end(End::Succeeded(confirmed));
                }
            }
            Verdict::Mismatched(mismatch) => self.mismatched(mismatch),
            Verdict::Expired => self.replace(then),
            Verdict::Cancelled if self.context.been_to_bank && !self.context.is_without_bank() => {
                self.review(Some(Notice::BankCancelled));
            }
            Verdict::Cancelled if how == How::ReadAgain && !self.context.been_to_bank => {
                self.fetch(How::Create, then);
            }
            // The page named this session, or it was made a moment ago: replacing it automatically could loop for ever.
            // Or the customer agreed to it and it was given up elsewhere: the view says so.
            Verdict::Cancelled => {
                let message = "the session was cancelled already";
                let again = Again::Fetch(How::Create, Then::Show);
                self.trouble(Refusal::of(Code::SessionConsumed, message), again);
            }
            Verdict::Open if self.context.has_run_out() => self.replace(then),
            Verdict::Open => self.place_open(&known, how, then, notice),
        }
    }

    fn place_open(&mut self, known: &Known, how: How, then: Then, notice: Option<Notice>) {
        let session = known.session();
        if let Some(completion) = self.context.saved.completion.clone() {
            return self.complete(completion.accounts);
        }
        let without_bank = self.context.is_without_bank();
        if how != How::Create && !without_bank {
            let came_back = authorizing::came_back(&self.context);
            if !came_back.is_empty() {
                if self.context.been_to_bank {
                    self.context.record_authorized();
                }
                return self.offer(came_back);
            }
        }
        if let Some(closed) = self.is_beyond_repair(session) {
            return self.end(End::NotRepairable { closed, request_id: None });
        }
        if self.is_whole(session) {
            return self.end(End::Succeeded(Confirmed::already_active(known)));
        }
        let modal = matches!(
            session.handoff,
            Some(Ok(Handoff::StripeJs(_) | Handoff::Confirm | Handoff::Later | Handoff::Unsupported(_)))
        );
        if self.context.saved.at_bank && how == How::ReadAgain && !modal {
            self.resume();
            return self.update(Fact::Read(Ok(())));
        }
        match &session.handoff {
            Some(Ok(Handoff::Unsupported(_))) => {
                let message = "the session's handoff is of a type that this version does not know";
                self.end(End::Failed(Refusal::of(Code::UnsupportedHandoff, message)));
            }
            Some(Err(error)) => self.end(End::Failed(Refusal::unreadable(CallKind::Create, *error))),
            None => {
                let error = DecodeError { field: "handoff", expected: "an object" };
                self.end(End::Failed(Refusal::unreadable(CallKind::Create, error)));
            }
            Some(Ok(Handoff::Confirm)) => match then {
                // This session replaced the one the customer agreed to, and asks for nothing else.
                Then::Confirm if self.context.agreed == agreement(session) => self.complete(Vec::new()),
                Then::Confirm | Then::Show | Then::GoToBank(_) => self.review(notice),
            },
            // It leads nowhere: whatever was wanted, the customer's click makes a real one.
            Some(Ok(Handoff::Later)) => self.review(notice),
            Some(Ok(Handoff::StripeJs(_) | Handoff::Hosted(_))) => match then {
                Then::Show | Then::Confirm => self.review(notice),
                Then::GoToBank(prepared) => {
                    self.authorize(prepared);
                }
            },
        }
    }

    /// Whether that account needs a relink.
    fn needs(&self, account: &Account, session: &Session) -> bool {
        !reasons::of_account(account, &session.permissions, self.context.judging_unix()).is_empty()
    }

    /// Whether no relink repairs any account that needs one, and if so, whether because it was closed.
    fn is_beyond_repair(&self, session: &Session) -> Option<bool> {
        let mut closed = None;
        for account in reasons::concerned(session) {
            match no_repair(account) {
                Some(why) => closed = Some(closed == Some(true) || why == NoRepair::Closed),
                None if self.needs(account, session) => return None,
                None => {}
            }
        }
        closed
    }

    /// Whether nothing is left to repair.
    fn is_whole(&self, session: &Session) -> bool {
        let mut concerned = reasons::concerned(session).peekable();
        concerned.peek().is_some() && concerned.all(|account| !self.needs(account, session))
    }

    pub(super) fn fetch(&mut self, how: How, then: Then) {
        let fetching = Fetching::start(how, then, &mut self.context);
        self.enter(Stage::Fetching(fetching));
    }

    /// Opens the bank, in the prepared window if there is one.
    fn authorize(&mut self, prepared: Option<Attempt>) {
        let authorizing = Authorizing::start(prepared, &mut self.context);
        self.enter(Stage::Authorizing(authorizing));
    }

    /// Waits again for a bank that was opened before.
    fn resume(&mut self) {
        let authorizing = Authorizing::resume(&mut self.context);
        self.enter(Stage::Authorizing(authorizing));
    }

    /// A session ran out of time: the first time, a new one replaces it silently.
    fn replace(&mut self, then: Then) {
        if self.context.saved.replaced {
            let message = "the session expired twice in one flow";
            return self.end(End::Failed(Refusal::of(Code::SessionExpired, message)));
        }
        self.context.saved.replaced = true;
        // The saved key made the expired session.
        self.context.saved.create_key = None;
        self.fetch(How::Create, then);
    }

    pub(super) fn not_fetched(&mut self, how: How, then: Then, refusal: Refusal) {
        let named = self.context.settings.session == self.context.saved.session;
        match refusal.consequence() {
            Consequence::Expired => self.replace(then),
            // What an earlier page saved may belong to a customer who has since signed out.
            Consequence::Gone if how == How::ReadAgain && !named => self.fetch(How::Create, then),
            Consequence::NotRepairable { closed } => {
                self.end(End::NotRepairable { closed, request_id: refusal.request_id });
            }
            Consequence::SignedOut | Consequence::Gone | Consequence::Final => self.end(End::Failed(refusal)),
            Consequence::Spent => {
                self.context.saved.create_key = None;
                self.trouble(refusal, Again::Fetch(How::Create, then));
            }
            Consequence::WrongAccount(_) | Consequence::MayPass => {
                self.trouble(refusal, Again::Fetch(how, then));
            }
        }
    }

    /// The customer goes to the bank, with the current session or a new one. If no bank is visited, the customer
    /// agrees.
    pub(super) fn go_on(&mut self) {
        self.context.saved.attempt = self.context.saved.attempt.saturating_add(1);
        self.context.record(AnalyticsName::ConsentAcquired, None);
        if self.context.current().is_none_or(|known| known.is_spent() || known.is_preview()) {
            self.renew();
        } else if self.context.is_without_bank() && !self.context.has_run_out() {
            self.complete(Vec::new());
        } else if !self.context.device.online && self.context.hosted().is_none() {
            // On a dead connection, Stripe's layer would cover the page with the browser's error and stay there. A
            // window of the bank's own reloads by itself.
            self.fetch(How::ReadAgain, Then::GoToBank(None));
        } else if !self.context.has_run_out() {
            self.authorize(None);
        } else if self.context.saved.replaced {
            self.replace(Then::Show);
        } else {
            self.context.saved.replaced = true;
            self.renew();
        }
    }

    /// The customer tries once more at the bank.
    pub(super) fn go_back_to_bank(&mut self) {
        self.context.saved.attempt = self.context.saved.attempt.saturating_add(1);
        self.renew();
    }

    /// Gets a new session in the same flow, then goes straight to the bank. The window must be opened now, inside the
    /// customer's click; it gets its address later. If no bank is visited, the agreement stays valid as long as the new
    /// session asks for nothing else.
    pub(super) fn renew(&mut self) {
        if self.context.is_without_bank() {
            self.context.agreed = self.context.session().and_then(agreement);
            return self.fetch(How::Create, Then::Confirm);
        }
        let window = self.context.hosted().is_some() && self.context.device.windows;
        let prepared = window.then(|| self.context.next_attempt());
        if let Some(attempt) = prepared {
            self.context.effects.push(Effect::PrepareWindow { attempt });
        }
        self.fetch(How::Create, Then::GoToBank(prepared));
    }

    pub(super) fn authorized(&mut self, exit: authorizing::Exit) {
        self.context.stop(Timer::Poll);
        self.context.stop(Timer::Reopen);
        match exit {
            authorizing::Exit::Authorized(accounts) => {
                self.context.effects.push(Effect::CloseWindow);
                self.offer(accounts);
            }
            authorizing::Exit::Concluded => {
                self.context.effects.push(Effect::CloseWindow);
                self.place(How::ReadAgain, Then::Show, None);
            }
            authorizing::Exit::CameBack(notice) => self.review(Some(notice)),
            authorizing::Exit::RanOut => {
                self.context.effects.push(Effect::CloseWindow);
                self.replace(Then::Show);
            }
            authorizing::Exit::LostTheWay => self.fetch(How::Create, Then::Show),
            authorizing::Exit::Refused(refusal) => self.trouble(refusal, Again::Look),
        }
    }

    /// Accounts came back: if one is eligible it is used; if several are, the customer chooses.
    fn offer(&mut self, accounts: Vec<Rc<Account>>) {
        let Some(session) = self.context.session() else { return self.fetch(How::Create, Then::Show) };
        let selecting = Selecting::start(accounts, session, &self.context);
        let eligible: Vec<String> = selecting.eligible().cloned().gather();
        match eligible.len() {
            // Any account would do, and none that came back will.
            0 if session.relink_options.account.is_none() && !selecting.accounts.is_empty() => {
                self.enter(Stage::Selecting(selecting));
                self.context.watch();
            }
            // Only the backend can say whether it really was another account.
            0 => self.complete(selecting.accounts.iter().map(|(account, _)| account.id.clone()).gather()),
            1 => self.complete(eligible),
            _ => {
                self.enter(Stage::Selecting(selecting));
                self.context.watch();
            }
        }
    }

    pub(super) fn complete(&mut self, accounts: Vec<String>) {
        // If no bank is visited, no account is chosen.
        if self.context.saved.completion.is_none() && !accounts.is_empty() {
            self.context.record(AnalyticsName::AccountsSelected, None);
        }
        let completing = Completing::start(accounts, &mut self.context);
        self.enter(Stage::Completing(completing));
    }

    pub(super) fn completed(&mut self, accounts: Vec<String>, exit: completing::Exit) {
        self.context.stop(Timer::Poll);
        self.context.stop(Timer::Wait);
        match exit {
            completing::Exit::Concluded => self.place(How::ReadAgain, Then::Show, None),
            completing::Exit::Unsettled(refusal) => {
                // The backend never decided, yet by its own account list everything works.
                let known = self.context.current().filter(|known| self.is_whole(known.session()));
                match known.map(|known| Confirmed::already_active(known)) {
                    Some(confirmed) => self.end(End::Succeeded(confirmed)),
                    None => self.trouble(refusal, Again::Complete(accounts)),
                }
            }
            completing::Exit::Refused(refusal) => self.not_completed(accounts, refusal),
        }
    }

    fn not_completed(&mut self, accounts: Vec<String>, refusal: Refusal) {
        match refusal.consequence() {
            Consequence::Expired => self.replace(Then::Show),
            Consequence::NotRepairable { closed } => {
                self.end(End::NotRepairable { closed, request_id: refusal.request_id });
            }
            Consequence::WrongAccount(mismatch) => self.mismatched(mismatch),
            Consequence::SignedOut | Consequence::Spent | Consequence::MayPass => {
                self.trouble(refusal, Again::Complete(accounts));
            }
            Consequence::Gone | Consequence::Final => self.fail_unless_done(refusal),
        }
    }

    fn mismatched(&mut self, mismatch: Mismatch) {
        let chosen = self.chosen();
        if mismatch == Mismatch::OtherAccount {
            self.context.record_done_at_bank();
        }
        self.context.saved.completion = None;
        self.context.saved.at_bank = false;
        self.context.remember();
        let (code, message) = mismatch.code();
        let refusal = Refusal { retryable: true, ..Refusal::of(code, message) };
        self.enter(Stage::Mismatched(Mismatched { mismatch, chosen }));
        self.context.report(&refusal);
    }

    /// What the customer chose, as far as known. Never the account that was needed.
    fn chosen(&self) -> Vec<Rc<Account>> {
        let Some(session) = self.context.session() else { return Vec::new() };
        let completed = self.context.saved.completion.as_ref();
        let ids = completed.map(|completion| completion.accounts.as_slice()).unwrap_or_default();
        let known = session.accounts.iter().chain(&self.context.returned);
        let mut chosen: Vec<Rc<Account>> = Vec::new();
        for account in known.filter(|account| ids.iter().any(|id| account.is(id))) {
            let needed = session.relink_options.account.as_ref().is_some_and(|id| account.is(id));
            if !needed && !chosen.iter().any(|earlier| earlier.id == account.id) {
                chosen.push(account.clone());
            }
        }
        chosen
    }

    fn review(&mut self, notice: Option<Notice>) {
        if self.context.saved.at_bank {
            self.context.saved.at_bank = false;
            self.context.remember();
        }
        let reviewing = Reviewing::start(notice, &mut self.context);
        self.enter(Stage::Reviewing(reviewing));
    }

    fn trouble(&mut self, refusal: Refusal, again: Again) {
        if let Again::Fetch(_, Then::GoToBank(Some(_))) = again {
            self.context.effects.push(Effect::CloseWindow);
        }
        let told = refusal.clone();
        let troubled = Troubled::start(refusal, again, &mut self.context);
        self.enter(Stage::Troubled(troubled));
        self.context.report(&told);
    }

    pub(super) fn past_trouble(&mut self, exit: troubled::Exit) {
        self.context.stop(Timer::Poll);
        match exit {
            // The prepared window is closed by now; this click may prepare another.
            troubled::Exit::Pressed(Again::Fetch(How::Create, Then::GoToBank(_))) => self.renew(),
            // No window opens outside a click: the customer continues from the review.
            troubled::Exit::Unasked(Again::Fetch(how, _)) => self.fetch(how, Then::Show),
            troubled::Exit::Pressed(Again::Fetch(how, then)) => self.fetch(how, then),
            troubled::Exit::Pressed(Again::Complete(accounts))
            | troubled::Exit::Unasked(Again::Complete(accounts)) => self.complete(accounts),
            troubled::Exit::Pressed(Again::Look) => {
                self.resume();
                self.update(Fact::LookAgain);
            }
            troubled::Exit::Unasked(Again::Look) => {
                self.resume();
            }
            troubled::Exit::Concluded => self.place(How::ReadAgain, Then::Show, None),
        }
    }
}

/// What the customer agrees to in a session in which no bank is visited.
fn agreement(session: &Session) -> Option<(Vec<Permission>, RelinkOptions)> {
    Some((session.permissions.clone(), session.relink_options.clone()))
}
