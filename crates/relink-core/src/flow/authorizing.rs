//! The customer is at the bank, in Stripe's modal or on a hosted page. Starts with the click that goes there, or with a
//! page reload while the customer was there. Ends when the backend has a result, or (for Stripe's modal) the browser
//! does.
//!
//! What the browser sees here is only a hint. It makes us read the session; only the session decides.
//! Past 400 lines, since every way back from the bank has to be read beside the others.

use super::calls::Patience;
use super::context::{Context, WATCH_MS};
use super::fact::Fact;
use super::known::Verdict;
use super::refusal::{Consequence, Refusal};
use crate::effect::{Attempt, CallKind, Effect, Timer};
use crate::input::HandoffFailure;
use crate::reasons::{self, Reason};
use crate::view::{Action, BankWindow, Mismatch, Notice, Trouble};
use relink_wire::{Account, AnalyticsName, Code, Gather, Handoff, Rule, Session};
use std::rc::Rc;

/// Pause between two reads of the session while the page is visible, milliseconds.
const POLL_MS: u64 = 2_000;
/// Pause between two reads while the page is hidden, milliseconds.
const SLOW_POLL_MS: u64 = 10_000;
/// The button to open the window again appears after this time, milliseconds.
const REOPEN_MS: u64 = 3_000;
/// If `Retry-After` is longer than this, the customer may also ask by hand, seconds.
const PATIENCE_S: u32 = 60;
/// The longest pause between two reads, whatever the backend asked for, milliseconds.
const LONGEST_POLL_MS: u64 = 600_000;
/// Stripe's codes for a bank that does not answer: the API's code, and the prefix of the codes in the flow's own
/// events.
const UNAVAILABLE: [&str; 2] = ["financial_connections_institution_unavailable", "institution_unavailable"];
/// Stripe's codes for a bank that refused the sign-in, or that was not allowed to share.
const NOT_AUTHORIZED: [&str; 2] = ["authorization_error", "authorization_failed"];

/// The stage.
#[derive(Debug)]
pub struct Authorizing {
    attempt: Attempt,
    /// How the bank is shown.
    pub window: BankWindow,
    /// Whether the button to open the window again is shown.
    pub can_reopen: bool,
    /// Whether the automatic reads are used up.
    pub stalled: bool,
    /// Whether the bank has a page of its own (hosted), not Stripe's modal.
    hosted: bool,
    look: Look,
}

/// Why the session is being read.
#[derive(Debug)]
enum Look {
    /// To see whether the bank is done.
    Watching,
    /// The window closed.
    AfterClosing,
    /// These accounts came back; we want the backend's version of them.
    AfterReturning(Vec<Rc<Account>>),
    /// The handoff failed, with this notice.
    AfterFailing(Notice),
}

/// How it ends.
#[derive(Debug)]
pub enum Exit {
    /// Accounts came back; the backend must be sent some of them.
    Authorized(Vec<Rc<Account>>),
    /// The backend knows the end.
    Concluded,
    /// The customer is back and nothing was done.
    CameBack(Notice),
    /// The session has run out of time.
    RanOut,
    /// The customer wants to go to the bank again, but the way there is no longer known.
    LostTheWay,
    /// The backend refuses, or sends a wrong answer.
    Refused(Refusal),
}

impl Authorizing {
    /// Opens the bank, in the prepared window if there is one.
    pub fn start(prepared: Option<Attempt>, context: &mut Context) -> Self {
        if let Some(session) = context.session() {
            let unix = context.judging_unix();
            let needs =
                |account: &&Rc<Account>| !reasons::of_account(account, &session.permissions, unix).is_empty();
            let needing = session.accounts.iter().filter(needs).map(|account| account.id.clone()).gather();
            let linked = session.accounts.iter().map(|account| account.id.clone()).gather();
            context.before = session.accounts.clone();
            context.saved.needing = needing;
            context.saved.linked = linked;
        }
        context.returned.clear();
        let hosted = context.hosted().is_some();
        if prepared.is_some() && !hosted {
            context.effects.push(Effect::CloseWindow);
        }
        let mut stage = Self {
            attempt: prepared.unwrap_or_else(|| context.next_attempt()),
            window: BankWindow::Modal,
            can_reopen: false,
            stalled: false,
            hosted,
            look: Look::Watching,
        };
        stage.open(false, context);
        stage
    }

    /// Keeps waiting for a bank that was opened before, perhaps by an earlier page of this tab.
    pub fn resume(context: &mut Context) -> Self {
        context.been_to_bank = true;
        context.start(Timer::Poll, POLL_MS);
        let modal = matches!(context.session().map(|s| &s.handoff), Some(Some(Ok(Handoff::StripeJs(_)))));
        Self {
            attempt: context.next_attempt(),
            window: if modal || !context.device.windows { BankWindow::Gone } else { BankWindow::Elsewhere },
            can_reopen: true,
            stalled: false,
            hosted: !modal,
            look: Look::Watching,
        }
    }

    fn open(&mut self, or_leave: bool, context: &mut Context) {
        // An answer to an earlier request is older than what may happen now.
        context.calls.give_up(CallKind::Read, &mut context.effects);
        context.note_opening(self.attempt);
        context.been_to_bank = true;
        // Save before the page can be left.
        context.saved.at_bank = true;
        context.remember();
        self.can_reopen = false;
        self.stalled = false;
        let handoff = context.session().and_then(|session| session.handoff.clone());
        match handoff {
            Some(Ok(Handoff::Hosted(hosted))) if context.device.windows => {
                self.window = BankWindow::Window;
                let (attempt, url) = (self.attempt, hosted.url);
                context.effects.push(Effect::OpenWindow { attempt, url, or_leave });
            }
            Some(Ok(Handoff::Hosted(hosted))) => {
                self.window = BankWindow::Leaving;
                context.effects.push(Effect::LeavePage { url: hosted.url });
            }
            Some(Ok(Handoff::StripeJs(handoff))) => {
                self.window = BankWindow::Modal;
                // Only what is still asked for: a session that was read again may have another text.
                let is_asked = |id: &str| handoff.consent.as_ref().is_some_and(|consent| consent.id == id);
                let agreed = context.saved.agreed.clone().filter(|agreed| is_asked(&agreed.id));
                context.effects.push(Effect::Collect { attempt: self.attempt, handoff, agreed });
            }
            // A session without a usable handoff never gets here. If it did, the next read would find its end.
            Some(Ok(Handoff::Confirm | Handoff::Later | Handoff::Unsupported(_)) | Err(_)) | None => {}
        }
        self.poll_later(context);
        context.start(Timer::Reopen, REOPEN_MS);
        context.record(AnalyticsName::FlowLaunchedInBrowser, None);
    }

    /// Whether the backend is being asked what came of it.
    pub fn is_checking(&self) -> bool {
        !matches!(self.look, Look::Watching)
    }

    /// Whether the bank is in front of the widget. A key pressed now was meant for the bank.
    pub fn is_in_front(&self) -> bool {
        !self.is_checking()
            && match self.window {
                BankWindow::Modal | BankWindow::Window | BankWindow::Leaving => true,
                BankWindow::Preparing | BankWindow::Blocked(_) | BankWindow::Elsewhere | BankWindow::Gone => {
                    false
                }
            }
    }

    /// Takes a fact.
    #[inline(never)]
    pub fn update(&mut self, fact: Fact, context: &mut Context) -> Option<Exit> {
        match fact {
            Fact::HandoffReturned(accounts) => return self.returned(accounts, context),
            Fact::HandoffClosed => self.look_for(Look::AfterClosing, context),
            Fact::HandoffFailed(failure) => self.failed(&failure, context),
            Fact::WindowBlocked(attempt) if attempt == self.attempt => self.blocked(context),
            Fact::WindowClosed(attempt) if attempt == self.attempt => {
                // Report each opening only once: a window that is already elsewhere is not gone again.
                if !matches!(self.window, BankWindow::Elsewhere | BankWindow::Gone) {
                    self.look_for(Look::AfterClosing, context);
                }
            }
            Fact::Read(result) => return self.read(result, context),
            Fact::Timer(Timer::Poll) => self.poll(context),
            Fact::Timer(Timer::Reopen) => self.can_reopen = true,
            Fact::LookAgain | Fact::Reconnected => {
                if self.window == BankWindow::Leaving {
                    // This page was left for the bank's page, and is back.
                    self.window = BankWindow::Gone;
                    self.can_reopen = true;
                }
                context.look();
            }
            Fact::Pressed(Action::CheckAgain) if self.stalled => {
                self.stalled = false;
                context.ask_read(Patience::Once);
            }
            Fact::Pressed(Action::Reopen) if self.can_reopen && !self.is_checking() => {
                if context.has_run_out() {
                    return Some(Exit::RanOut);
                }
                if !matches!(context.session().map(|session| &session.handoff), Some(Some(Ok(_)))) {
                    return Some(Exit::LostTheWay);
                }
                let was_blocked = matches!(self.window, BankWindow::Blocked(_));
                self.attempt = context.next_attempt();
                self.open(was_blocked, context);
            }
            Fact::WindowBlocked(_)
            | Fact::WindowClosed(_)
            | Fact::Created(_)
            | Fact::Completed(_)
            | Fact::Timer(Timer::Retry(_) | Timer::Wait)
            | Fact::Pressed(_) => {}
        }
        None
    }

    /// Reads the session to see what happened. A later hint must not discard accounts that came back.
    fn look_for(&mut self, look: Look, context: &mut Context) {
        if !matches!(self.look, Look::AfterReturning(_)) {
            self.look = look;
            context.ask_read(Patience::Persist);
        }
    }

    fn returned(&mut self, accounts: Vec<Rc<Account>>, context: &mut Context) -> Option<Exit> {
        context.record_authorized();
        context.returned.clone_from(&accounts);
        let same = context.session().is_some_and(|session| session.rule() == Rule::SameAccount);
        if same || accounts.len() == 1 {
            return Some(Exit::Authorized(accounts));
        }
        self.look = Look::AfterReturning(accounts);
        context.ask_read(Patience::Persist);
        None
    }

    #[inline(never)]
    fn failed(&mut self, failure: &HandoffFailure, context: &mut Context) {
        if self.is_checking() {
            return;
        }
        let mut code = Code::HandoffFailed;
        let (notice, message) = match failure {
            HandoffFailure::Unreachable => {
                code = Code::HandoffUnreachable;
                (Notice::BankNotOpened, "something modal of the page lies above Stripe's layer")
            }
            HandoffFailure::ScriptNotLoaded => (Notice::BankNotOpened, "Stripe.js could not be loaded"),
            HandoffFailure::Refused { code } => match code.as_deref() {
                Some(code) if UNAVAILABLE.iter().any(|known| code.starts_with(known)) => {
                    (Notice::BankUnavailable, "Stripe.js: the institution is unavailable")
                }
                Some(code) if NOT_AUTHORIZED.contains(&code) => {
                    (Notice::NotAuthorized, "Stripe.js: the institution did not authorize")
                }
                Some(_) | None => (Notice::BankFailed, "Stripe.js answered with an error"),
            },
            HandoffFailure::Broken => (Notice::BankNotOpened, "Stripe.js threw, or answered with neither"),
        };
        context.report(&Refusal::of(code, message));
        self.look_for(Look::AfterFailing(notice), context);
    }

    fn blocked(&mut self, context: &mut Context) {
        let blocked = matches!(self.window, BankWindow::Blocked(_));
        if let Some(hosted) = context.hosted().cloned().filter(|_| !blocked) {
            context.report(&Refusal::of(Code::PopupBlocked, "the browser stopped the bank's window"));
            self.window = BankWindow::Blocked(hosted.url);
            self.can_reopen = true;
        }
    }

    fn poll(&mut self, context: &mut Context) {
        if !context.may_look() {
            self.stalled = true;
            self.can_reopen = true;
        } else if context.calls.is_busy(CallKind::Read) {
            self.poll_later(context);
        } else {
            context.look();
        }
    }

    fn poll_later(&self, context: &mut Context) {
        let pause = match (context.device.visible, &self.window) {
            (false, _) => SLOW_POLL_MS,
            (true, BankWindow::Modal) => WATCH_MS,
            (
                true,
                BankWindow::Preparing
                | BankWindow::Window
                | BankWindow::Blocked(_)
                | BankWindow::Leaving
                | BankWindow::Elsewhere
                | BankWindow::Gone,
            ) => POLL_MS,
        };
        context.start(Timer::Poll, pause);
    }

    #[inline(never)]
    fn read(&mut self, result: Result<(), Refusal>, context: &mut Context) -> Option<Exit> {
        if let Look::AfterReturning(accounts) = &self.look {
            // Refused or not: the bank gave these accounts, and completing handles refusals itself.
            return Some(match result {
                Ok(()) if !context.is_open() => Exit::Concluded,
                Ok(()) | Err(_) => Exit::Authorized(merged(accounts, context)),
            });
        }
        if let (Ok(()), Look::AfterFailing(notice)) = (&result, &self.look)
            && failed_without_reason(context)
        {
            // The reason is already known and reported; the session adds none.
            return Some(Exit::CameBack(*notice));
        }
        match &result {
            Ok(()) if !context.is_open() => return Some(Exit::Concluded),
            Ok(()) => {
                let came_back = if self.hosted { came_back(context) } else { Vec::new() };
                if !came_back.is_empty() {
                    context.record_authorized();
                    return Some(Exit::Authorized(came_back));
                }
            }
            Err(refusal) => match refusal.consequence() {
                Consequence::Expired => return Some(Exit::RanOut),
                Consequence::Gone | Consequence::SignedOut => {
                    return Some(Exit::Refused(Refusal { retryable: true, ..refusal.clone() }));
                }
                Consequence::NotRepairable { .. }
                | Consequence::Spent
                | Consequence::WrongAccount(_)
                | Consequence::MayPass
                | Consequence::Final => {}
            },
        }
        match std::mem::replace(&mut self.look, Look::Watching) {
            Look::AfterClosing if self.hosted => {
                // A window handle that the bank's page cut off (COOP) also looks closed: keep reading.
                self.window = BankWindow::Elsewhere;
                self.can_reopen = true;
                self.poll_later(context);
            }
            Look::AfterClosing => return Some(Exit::CameBack(Notice::BankClosed)),
            Look::AfterFailing(notice) => return Some(Exit::CameBack(notice)),
            Look::Watching | Look::AfterReturning(_) => match result {
                // The backend asked us to wait, and we do. If the wait is long, the customer may ask earlier.
                Err(Refusal { trouble: Trouble::Busy(Some(seconds)), .. }) => {
                    self.stalled = seconds > PATIENCE_S;
                    self.can_reopen |= self.stalled;
                    let pause = u64::from(seconds) * 1000;
                    context.start(Timer::Poll, pause.clamp(WATCH_MS, LONGEST_POLL_MS));
                }
                Err(_) => context.start(Timer::Poll, WATCH_MS),
                Ok(()) => {
                    self.stalled = false;
                    self.poll_later(context);
                }
            },
        }
        None
    }
}

/// Whether the session failed and gives no reason.
fn failed_without_reason(context: &Context) -> bool {
    matches!(context.verdict(), Some(Verdict::Mismatched(Mismatch::Unexplained)))
}

/// The accounts that came back from the bank, according to the backend, while its session is still open and waits for
/// the customer's choice.
pub fn came_back(context: &Context) -> Vec<Rc<Account>> {
    let Some(session) = context.current().map(|known| known.session()) else { return Vec::new() };
    match (has_result(session), context.been_to_bank) {
        (true, _) => given(session),
        (false, true) => repaired(session, context),
        (false, false) => Vec::new(),
    }
}

/// Whether Stripe already reports a relink although the session is still open.
fn has_result(session: &Session) -> bool {
    let result = session.relink_result.as_ref();
    result.is_some_and(|result| result.account.is_some() || result.authorization.is_some())
}

/// The accounts the bank gave when Stripe reports a relink: those that work. If the account list is older than Stripe's
/// report, the accounts the relink is about.
fn given(session: &Session) -> Vec<Rc<Account>> {
    let working: Vec<Rc<Account>> =
        reasons::concerned(session).filter(|account| account.is_active()).cloned().gather();
    if working.is_empty() { reasons::concerned(session).cloned().gather() } else { working }
}

/// The accounts that came back: those that needed something before the bank and need nothing now, and those that were
/// not linked before, which only the bank can have given.
fn repaired(session: &Session, context: &Context) -> Vec<Rc<Account>> {
    let now = context.judging_unix();
    let works = |account: &Account| {
        let reasons = reasons::of_account(account, &session.permissions, now);
        account.is_active() && reasons.iter().all(|reason| *reason == Reason::Unstated)
    };
    let among = |ids: &[String], account: &Account| ids.iter().any(|id| account.is(id));
    let (needing, linked) = (&context.saved.needing, &context.saved.linked);
    let changed =
        |account: &Account| needing.is_empty() || among(needing, account) || !among(linked, account);
    reasons::concerned(session).filter(|account| changed(account) && works(account)).cloned().gather()
}

/// The accounts that came back, in the backend's version if it has one.
fn merged(returned: &[Rc<Account>], context: &Context) -> Vec<Rc<Account>> {
    let known = context.session().map(|session| session.accounts.as_slice()).unwrap_or_default();
    let newest =
        |account: &Rc<Account>| known.iter().find(|known| known.is(&account.id)).unwrap_or(account).clone();
    returned.iter().map(newest).gather()
}
