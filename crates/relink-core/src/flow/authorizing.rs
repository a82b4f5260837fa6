//! The customer is at the bank, by Stripe's modal or by a page of its own. Starts with the click that goes
//! there, or with a page that was loaded again meanwhile; ends when the backend, or for Stripe's modal the
//! browser, has something to go on with.
//!
//! What the browser sees here is a hint: a closed window, a failed script and a list of accounts each lead to a
//! look at the session, and only the session says what is.

use super::calls::Patience;
use super::context::Context;
use super::fact::{Fact, Step};
use super::known::{Known, Verdict};
use super::refusal::Refusal;
use crate::effect::{Attempt, CallKind, Effect, Timer};
use crate::input::HandoffFailure;
use crate::reasons;
use crate::view::{Action, BankWindow, Notice, Trouble};
use relink_wire::{Account, AnalyticsName, Code, Handoff, Rule, Session};

/// Pause between two looks while the page can be seen, milliseconds.
const POLL_MS: u64 = 2_000;
/// The same while it cannot, and while Stripe's own modal is open, milliseconds.
const SLOW_POLL_MS: u64 = 10_000;
/// Looks that are made without the customer.
const MOST_POLLS: u32 = 300;
/// After that the button to open the window again appears, milliseconds.
const REOPEN_MS: u64 = 3_000;
/// Stripe's code for a bank that does not answer.
const INSTITUTION_UNAVAILABLE: &str = "financial_connections_institution_unavailable";

/// The stage.
#[derive(Debug)]
pub struct Authorizing {
    attempt: Attempt,
    /// How the bank is shown.
    pub window: BankWindow,
    /// Whether the button to open it again is there.
    pub can_reopen: bool,
    /// Whether the looks are used up.
    pub stalled: bool,
    polls: u32,
    look: Look,
}

/// What the next answer is to be read for.
#[derive(Debug)]
enum Look {
    /// Whether the bank is done.
    Watching,
    /// What was before the window closed.
    AfterClosing,
    /// The accounts that came back, as the backend sees them.
    AfterReturning(Vec<Account>),
    /// What was before it broke.
    AfterFailing(Notice),
}

/// How it ends.
#[derive(Debug)]
pub enum Exit {
    /// Accounts came back; some of them are to be told to the backend.
    Authorized(Vec<Account>),
    /// The backend knows the end.
    Concluded,
    /// The customer is back with nothing done.
    CameBack(Notice),
    /// The session has run out of time.
    RanOut,
    /// The backend does not answer as it should.
    Refused(Refusal),
}

impl Authorizing {
    /// Opens the bank, in the window that was prepared where there is one.
    pub fn start(prepared: Option<Attempt>, context: &mut Context) -> Self {
        if let Some(session) = context.session() {
            let unix = context.unix();
            let needs =
                |account: &&Account| !reasons::of_account(account, &session.permissions, unix).is_empty();
            let needing = session.accounts.iter().filter(needs).map(|account| account.id.clone()).collect();
            context.before = session.accounts.clone();
            context.saved.needing = needing;
        }
        let mut stage = Self {
            attempt: prepared.unwrap_or_else(|| context.next_attempt()),
            window: BankWindow::Modal,
            can_reopen: false,
            stalled: false,
            polls: 0,
            look: Look::Watching,
        };
        stage.open(false, context);
        stage
    }

    /// Goes on waiting for a bank that an earlier page of this tab opened.
    pub fn resume(context: &mut Context) -> Self {
        context.been_to_bank = true;
        context.start(Timer::Poll, POLL_MS);
        Self {
            attempt: context.next_attempt(),
            window: BankWindow::Elsewhere,
            can_reopen: true,
            stalled: false,
            polls: 0,
            look: Look::Watching,
        }
    }

    fn open(&mut self, or_leave: bool, context: &mut Context) {
        context.note_opening(self.attempt);
        context.unread = true;
        context.been_to_bank = true;
        let handoff = context.session().and_then(|session| session.handoff.clone());
        match handoff {
            Some(Ok(Handoff::Hosted(hosted))) => {
                // Kept before the page can be left.
                context.saved.at_bank = true;
                context.remember();
                if context.device.windows {
                    self.window = BankWindow::Window;
                    let (attempt, url) = (self.attempt, hosted.url);
                    context.effects.push(Effect::OpenWindow { attempt, url, or_leave });
                } else {
                    self.window = BankWindow::Leaving;
                    context.effects.push(Effect::LeavePage { url: hosted.url });
                }
                context.start(Timer::Poll, POLL_MS);
            }
            Some(Ok(Handoff::StripeJs(handoff))) => {
                self.window = BankWindow::Modal;
                context.effects.push(Effect::Collect { attempt: self.attempt, handoff });
                context.start(Timer::Poll, SLOW_POLL_MS);
            }
            // A session without a usable handoff never comes here; if it did, the poll would find its end.
            Some(Ok(Handoff::Unsupported(_)) | Err(_)) | None => context.start(Timer::Poll, POLL_MS),
        }
        context.start(Timer::Reopen, REOPEN_MS);
        context.record(AnalyticsName::FlowLaunchedInBrowser, None);
    }

    /// Whether the backend is being asked what came of it.
    pub fn is_checking(&self) -> bool {
        !matches!(self.look, Look::Watching)
    }

    /// Takes a fact.
    pub fn update(mut self, fact: Fact, context: &mut Context) -> Step<Self, Exit> {
        match fact {
            Fact::HandoffReturned(accounts) => return self.returned(accounts, context),
            Fact::HandoffFailed(failure) => self.failed(&failure, context),
            Fact::WindowBlocked(attempt) if attempt == self.attempt => self.blocked(context),
            Fact::WindowClosed(attempt) if attempt == self.attempt && !self.is_checking() => {
                self.look = Look::AfterClosing;
                context.ask_read(Patience::Persist);
            }
            Fact::Read(result) => return self.read(result, context),
            Fact::Timer(Timer::Poll) => self.poll(context),
            Fact::Timer(Timer::Reopen) => self.can_reopen = true,
            Fact::LookAgain => {
                if self.window == BankWindow::Leaving {
                    // This page was left for the bank's, and is back.
                    self.window = BankWindow::Elsewhere;
                    self.can_reopen = true;
                }
                if !context.calls.is_busy(CallKind::Read) {
                    context.ask_read(Patience::Once);
                }
            }
            Fact::Pressed(Action::CheckAgain) => {
                self.stalled = false;
                self.polls = 0;
                context.ask_read(Patience::Once);
            }
            Fact::Pressed(Action::Reopen) => {
                if context.known.as_ref().is_some_and(|known| known.has_run_out(&context.now)) {
                    return Step::Over(Exit::RanOut);
                }
                let was_blocked = matches!(self.window, BankWindow::Blocked(_));
                self.attempt = context.next_attempt();
                self.look = Look::Watching;
                self.open(was_blocked, context);
            }
            Fact::WindowBlocked(_)
            | Fact::WindowClosed(_)
            | Fact::Created(_)
            | Fact::Completed(_)
            | Fact::Timer(Timer::Retry(_) | Timer::Wait)
            | Fact::Pressed(_) => {}
        }
        Step::Stay(self)
    }

    fn returned(mut self, accounts: Vec<Account>, context: &mut Context) -> Step<Self, Exit> {
        if accounts.is_empty() {
            self.look = Look::AfterClosing;
            context.ask_read(Patience::Persist);
            return Step::Stay(self);
        }
        context.record(AnalyticsName::InstitutionAuthorized, None);
        context.returned.clone_from(&accounts);
        let same = context.session().is_some_and(|session| session.rule() == Rule::SameAccount);
        if same || accounts.len() == 1 {
            return Step::Over(Exit::Authorized(accounts));
        }
        self.look = Look::AfterReturning(accounts);
        context.ask_read(Patience::Persist);
        Step::Stay(self)
    }

    fn failed(&mut self, failure: &HandoffFailure, context: &mut Context) {
        let (notice, message) = match failure {
            HandoffFailure::ScriptNotLoaded => (Notice::BankNotOpened, "Stripe.js could not be loaded"),
            HandoffFailure::Refused { code } if code.as_deref() == Some(INSTITUTION_UNAVAILABLE) => {
                (Notice::BankUnavailable, "Stripe.js: the institution is unavailable")
            }
            HandoffFailure::Refused { .. } => (Notice::BankNotOpened, "Stripe.js answered with an error"),
            HandoffFailure::Broken => (Notice::BankNotOpened, "Stripe.js threw, or answered with neither"),
        };
        context.report(&Refusal::of(Code::HandoffFailed, message));
        self.look = Look::AfterFailing(notice);
        context.ask_read(Patience::Persist);
    }

    fn blocked(&mut self, context: &mut Context) {
        if let Some(hosted) = context.hosted().cloned() {
            context.report(&Refusal::of(Code::PopupBlocked, "the browser stopped the bank's window"));
            self.window = BankWindow::Blocked(hosted.url);
            self.can_reopen = true;
        }
    }

    fn poll(&mut self, context: &mut Context) {
        if self.polls >= MOST_POLLS {
            self.stalled = true;
        } else if context.calls.is_busy(CallKind::Read) {
            self.poll_later(context);
        } else {
            self.polls += 1;
            context.ask_read(Patience::Once);
        }
    }

    fn poll_later(&self, context: &mut Context) {
        let slow = !context.device.visible || self.window == BankWindow::Modal;
        context.start(Timer::Poll, if slow { SLOW_POLL_MS } else { POLL_MS });
    }

    fn read(mut self, result: Result<(), Refusal>, context: &mut Context) -> Step<Self, Exit> {
        let hosted = context.hosted().is_some();
        match (&result, context.known.as_ref().map(Known::verdict)) {
            (Ok(()), Some(Verdict::Open) | None) => {
                let repaired = match context.session() {
                    Some(session) if hosted && has_result(session) => working(session),
                    Some(session) if hosted => repaired(session, context),
                    Some(_) | None => Vec::new(),
                };
                if !repaired.is_empty() && !matches!(self.look, Look::AfterReturning(_)) {
                    context.record(AnalyticsName::InstitutionAuthorized, None);
                    return Step::Over(Exit::Authorized(repaired));
                }
            }
            (Ok(()), Some(_)) => return Step::Over(Exit::Concluded),
            (Err(refusal), _) => match refusal.code {
                Code::SessionExpired => return Step::Over(Exit::RanOut),
                Code::NotAuthenticated | Code::Forbidden | Code::SessionNotFound => {
                    return Step::Over(Exit::Refused(Refusal { retryable: true, ..refusal.clone() }));
                }
                _ => {}
            },
        }
        match std::mem::replace(&mut self.look, Look::Watching) {
            Look::Watching => match result {
                Err(Refusal { trouble: Trouble::Busy(Some(seconds)), .. }) => {
                    context.start(Timer::Poll, u64::from(seconds).saturating_mul(1000).max(SLOW_POLL_MS));
                }
                Ok(()) | Err(_) => self.poll_later(context),
            },
            Look::AfterClosing if hosted => {
                // A handle that the bank's page severed looks like a closed window too: keep looking.
                self.window = BankWindow::Elsewhere;
                self.can_reopen = true;
                self.poll_later(context);
            }
            Look::AfterClosing => return Step::Over(Exit::CameBack(Notice::BankClosed)),
            Look::AfterReturning(accounts) => return Step::Over(Exit::Authorized(merged(accounts, context))),
            Look::AfterFailing(notice) => return Step::Over(Exit::CameBack(notice)),
        }
        Step::Stay(self)
    }
}

/// Whether Stripe already tells of a relink, although the session is still open.
fn has_result(session: &Session) -> bool {
    let result = session.relink_result.as_ref();
    result.is_some_and(|result| result.account.is_some() || result.authorization.is_some())
}

/// The session's accounts that work now.
fn working(session: &Session) -> Vec<Account> {
    reasons::concerned(session).filter(|account| account.is_active()).cloned().collect()
}

/// The accounts that needed something before the bank and need nothing now.
fn repaired(session: &Session, context: &Context) -> Vec<Account> {
    let now = context.unix();
    let needs = |account: &Account| !reasons::of_account(account, &session.permissions, now).is_empty();
    let needed = |account: &Account| context.saved.needing.contains(&account.id);
    reasons::concerned(session).filter(|account| needed(account) && !needs(account)).cloned().collect()
}

/// The accounts that came back, in the backend's version where it has one.
fn merged(returned: Vec<Account>, context: &Context) -> Vec<Account> {
    let known = context.session().map(|session| session.accounts.as_slice()).unwrap_or_default();
    let newest =
        |account: Account| known.iter().find(|known| known.id == account.id).cloned().unwrap_or(account);
    returned.into_iter().map(newest).collect()
}
