//! One flow, from its start to its one end: the parent of all stages. A stage says how it ended; only here is
//! it decided what follows.

mod authorizing;
mod calls;
mod completing;
mod context;
mod ended;
mod fact;
mod fetching;
mod key;
mod known;
mod machine;
mod path;
mod present;
mod refusal;
mod reviewing;
mod selecting;
mod stage;

pub use machine::Machine;

use crate::effect::{Attempt, CallKind, Effect, Timer};
use crate::eligibility;
use crate::input::{Device, Input, Settings};
use crate::reasons;
use crate::saved::Saved;
use crate::view::{Action, Mismatch, Notice};
use crate::{Moment, view};
use authorizing::Authorizing;
use calls::Patience;
use completing::Completing;
use context::Context;
use ended::{End, Ended};
use fact::{Fact, Step};
use fetching::{Fetching, How, Then};
use known::{Confirmed, Known, Verdict};
use refusal::Refusal;
use relink_wire::{
    Account, AccountSummary, AnalyticsName, Cause, Code, Event, FailureReason, FlowState, Handoff, Rule,
    SessionStatus,
};
use reviewing::Reviewing;
use selecting::Selecting;
use stage::{Again, Mismatched, Parting, Stage, Troubled};

/// One flow.
#[derive(Debug)]
struct Flow {
    context: Context,
    stage: Stage,
    /// Whether "Leave?" lies over the stage, which goes on beneath it.
    asks_to_leave: bool,
    /// Whether it was asked: once is enough.
    has_asked: bool,
    /// The state that the page was told last.
    told: Option<FlowState>,
    /// Whether the page was told that the first interactive view is there.
    is_ready: bool,
}

impl Flow {
    /// Starts a flow, where an earlier page of this tab left it or anew.
    fn start(
        settings: Settings,
        saved: Option<Saved>,
        device: Device,
        now: Moment,
        earlier: Option<&Context>,
    ) -> Self {
        let (how, mut saved) = match saved {
            Some(saved) if saved.session.is_some() => (How::ReadAgain, saved),
            Some(saved) if settings.session.is_none() => (How::Create, saved),
            Some(_) | None if settings.session.is_some() => (How::ReadNamed, Saved::default()),
            Some(_) | None => (How::Create, Saved::default()),
        };
        if how == How::ReadNamed {
            saved.session = settings.session.clone();
        }
        let mut context = Context::new(settings, device, saved, now, earlier);
        let fetching = Fetching::start(how, Then::Show, &mut context);
        let mut flow = Self {
            context,
            stage: Stage::Fetching(fetching),
            asks_to_leave: false,
            has_asked: false,
            told: None,
            is_ready: false,
        };
        flow.tell();
        flow
    }

    /// Takes a fact in.
    fn handle(&mut self, input: Input, now: Moment) {
        self.context.now = now;
        match input {
            // The machine's own.
            Input::Started { .. } | Input::RestartAsked { .. } => {}
            Input::Answered { call, answer } => {
                let Context { calls, effects, device, .. } = &mut self.context;
                if let Some(settled) = calls.settle(call, &answer, device.online, &now, effects) {
                    self.settled(settled);
                }
            }
            Input::TimerFired(Timer::Retry(kind)) => {
                self.context.calls.resume(kind, &mut self.context.effects);
            }
            Input::TimerFired(timer) => self.update(Fact::Timer(timer)),
            Input::Pressed(action) => self.pressed(action),
            Input::CloseAsked => self.close(true),
            Input::Withdrawn => self.close(false),
            // A return of an older opening of the same session is as good a hint as that of the latest.
            Input::HandoffReturned { attempt, accounts } if self.context.is_of_this_session(attempt) => {
                self.update(Fact::HandoffReturned(accounts));
            }
            Input::HandoffFailed { attempt, failure } if self.context.is_latest(attempt) => {
                self.update(Fact::HandoffFailed(failure));
            }
            Input::WindowBlocked { attempt } => self.update(Fact::WindowBlocked(attempt)),
            Input::WindowClosed { attempt } => self.update(Fact::WindowClosed(attempt)),
            Input::HandoffReturned { .. } | Input::HandoffFailed { .. } => {}
            Input::Connectivity { online } => self.connectivity(online),
            Input::Visibility { visible } => {
                self.context.device.visible = visible;
                if visible && self.context.been_to_bank {
                    self.update(Fact::LookAgain);
                }
            }
            Input::Restored => self.restored(),
            Input::Nudged => self.update(Fact::LookAgain),
        }
    }

    /// A call is over: what it brought is known before any stage hears of it.
    fn settled(&mut self, settled: calls::Settled) {
        let calls::Settled { kind, result } = settled;
        let ours = |session: &relink_wire::Session| match kind {
            CallKind::Create => true,
            // The session that the page named may go by another name; from then on it is that one.
            CallKind::Read if self.context.known.is_none() => true,
            CallKind::Read | CallKind::Complete | CallKind::Cancel => {
                self.context.saved.session.as_ref() == Some(&session.id)
            }
        };
        let result = result.and_then(|session| {
            let foreign =
                relink_wire::DecodeError { field: "id", expected: "the id of the session asked for" };
            if ours(&session) { Ok(session) } else { Err(Refusal::unreadable(kind, foreign)) }
        });
        let result = match result {
            Ok(_) if kind == CallKind::Cancel => return,
            Ok(session) => {
                let saved = &mut self.context.saved;
                if kind == CallKind::Create || saved.session.as_ref() != Some(&session.id) {
                    saved.session = Some(session.id.clone());
                    saved.create_key = None;
                }
                self.context.known = Some(Known::answered(session, &self.context.now));
                self.context.unread = false;
                if kind != CallKind::Read {
                    self.context.remember();
                }
                Ok(())
            }
            Err(refusal) => Err(refusal),
        };
        match kind {
            CallKind::Create => self.update(Fact::Created(result)),
            CallKind::Read => self.update(Fact::Read(result)),
            CallKind::Complete => self.update(Fact::Completed(result)),
            CallKind::Cancel => {}
        }
    }

    /// Lets the stage take a fact, and decides what follows where it is over.
    fn update(&mut self, fact: Fact) {
        let context = &mut self.context;
        match std::mem::replace(&mut self.stage, Stage::Parting(Parting { from: FlowState::Loading })) {
            Stage::Fetching(stage) => match stage.update(fact, context) {
                Step::Stay(stage) => self.stage = Stage::Fetching(stage),
                Step::Over(fetching::Exit::Fetched(how, then)) => self.place(how, then),
                Step::Over(fetching::Exit::Refused(how, then, refusal)) => {
                    self.not_fetched(how, then, refusal)
                }
            },
            Stage::Reviewing(stage) => match stage.update(fact, context) {
                Step::Stay(stage) => self.stage = Stage::Reviewing(stage),
                Step::Over(reviewing::Exit::Continued) => self.continue_to_bank(),
                Step::Over(reviewing::Exit::Reread(notice)) => {
                    // The view that is there stays there while the answer is weighed.
                    self.stage = Stage::Reviewing(Reviewing { notice });
                    self.place(How::ReadAgain, Then::Show);
                }
            },
            Stage::Authorizing(stage) => match stage.update(fact, context) {
                Step::Stay(stage) => self.stage = Stage::Authorizing(stage),
                Step::Over(exit) => self.authorized(exit),
            },
            Stage::Selecting(stage) => match stage.update(fact, context) {
                Step::Stay(stage) => self.stage = Stage::Selecting(stage),
                Step::Over(selecting::Exit::Selected(ids)) => self.complete(ids),
                Step::Over(selecting::Exit::Concluded) => self.place(How::ReadAgain, Then::Show),
            },
            Stage::Completing(stage) => {
                let accounts = stage.accounts.clone();
                match stage.update(fact, context) {
                    Step::Stay(stage) => self.stage = Stage::Completing(stage),
                    Step::Over(completing::Exit::Concluded) => self.place(How::ReadAgain, Then::Show),
                    Step::Over(completing::Exit::Refused(refusal)) => self.not_completed(accounts, refusal),
                }
            }
            Stage::Mismatched(stage) => {
                self.stage = Stage::Mismatched(stage);
                if matches!(fact, Fact::Pressed(Action::TryAgain)) {
                    self.renew();
                }
            }
            Stage::Troubled(stage) => match fact {
                Fact::Pressed(Action::TryAgain) => self.try_again(stage.again),
                Fact::LookAgain if stage.refusal.code == Code::NetworkError => self.try_again(stage.again),
                _ => self.stage = Stage::Troubled(stage),
            },
            Stage::Parting(stage) => match fact {
                Fact::Read(_) | Fact::Completed(Ok(())) => self.part(stage.from),
                _ => self.stage = Stage::Parting(stage),
            },
            Stage::Ended(stage) => self.stage = Stage::Ended(stage),
        }
        self.tell();
    }

    /// The customer pressed something.
    fn pressed(&mut self, action: Action) {
        match action {
            Action::Close => self.close(true),
            Action::KeepGoing => self.asks_to_leave = false,
            Action::LeaveAnyway => self.leave(),
            Action::Dismiss => self.dismiss(),
            Action::Continue
            | Action::Reopen
            | Action::CheckAgain
            | Action::Toggle(_)
            | Action::UseChosen
            | Action::TryAgain => self.update(Fact::Pressed(action)),
            // The machine's own, and the browser's.
            Action::StartAgain | Action::FollowLink => {}
        }
    }

    /// The connection came or went.
    fn connectivity(&mut self, online: bool) {
        let back = online && !self.context.device.online;
        self.context.device.online = online;
        if back {
            self.context.calls.resume_all(&mut self.context.effects);
            if self.context.been_to_bank || matches!(self.stage, Stage::Troubled(_)) {
                self.update(Fact::LookAgain);
            }
        }
    }

    /// The page came back from the back-forward cache: it looks before it takes input.
    fn restored(&mut self) {
        match &self.stage {
            Stage::Reviewing(_) | Stage::Mismatched(_) => {
                self.enter(|context| Stage::Fetching(Fetching::start(How::ReadAgain, Then::Show, context)));
            }
            Stage::Fetching(_)
            | Stage::Authorizing(_)
            | Stage::Selecting(_)
            | Stage::Completing(_)
            | Stage::Troubled(_)
            | Stage::Parting(_)
            | Stage::Ended(_) => self.update(Fact::LookAgain),
        }
    }

    /// Decides from what the backend last said where the flow is.
    fn place(&mut self, how: How, then: Then) {
        let Some(known) = self.context.known.clone() else { return self.fetch(How::Create, then) };
        match known.verdict() {
            Verdict::Succeeded(confirmed) => self.end(End::Succeeded(confirmed)),
            Verdict::Mismatched(mismatch) => self.mismatched(mismatch),
            Verdict::Expired => self.replace(then),
            Verdict::Cancelled if self.context.been_to_bank => self.review(Some(Notice::BankCancelled)),
            Verdict::Cancelled if how == How::ReadNamed => {
                let message = "the session was cancelled already";
                self.trouble(
                    Refusal::of(Code::SessionConsumed, message),
                    Again::Fetch(How::Create, Then::Show),
                );
            }
            Verdict::Cancelled => self.fetch(How::Create, then),
            // A clock that has just let a session run out twice is wrong: the backend's status is believed.
            Verdict::Open if known.has_run_out(&self.context.now) && !self.context.saved.replaced => {
                self.replace(then);
            }
            Verdict::Open => self.place_open(&known, how, then),
        }
    }

    fn place_open(&mut self, known: &Known, how: How, then: Then) {
        let session = known.session();
        if let Some(completion) = self.context.saved.completion.clone() {
            return self.complete(completion.accounts);
        }
        if self.context.saved.at_bank && how == How::ReadAgain && self.context.hosted().is_some() {
            self.enter(|context| Stage::Authorizing(Authorizing::resume(context)));
            return self.update(Fact::Read(Ok(())));
        }
        let beyond = |account: &&Account| reasons::is_beyond_repair(account);
        let unix = known.unix(&self.context.now);
        let needs = |account: &Account| !reasons::of_account(account, &session.permissions, unix).is_empty();
        let concerned: Vec<&Account> = reasons::concerned(session).collect();
        if concerned.iter().any(beyond) && !concerned.iter().any(|account| !beyond(account) && needs(account))
        {
            let is_closed = |cause: &Cause| *cause == Cause::AccountClosed;
            let mut causes = concerned.iter().filter_map(|account| account.inactive.as_ref());
            return self
                .end(End::NotRepairable { closed: causes.any(|inactive| is_closed(&inactive.cause)) });
        }
        if !concerned.is_empty() && !concerned.iter().any(|account| needs(account)) {
            return self.end(End::Succeeded(Confirmed::already_active(known)));
        }
        match &session.handoff {
            Some(Ok(Handoff::Unsupported(_))) => {
                let message = "the session's handoff is of a type that this version does not know";
                self.end(End::Failed(Refusal::of(Code::UnsupportedHandoff, message)));
            }
            Some(Err(error)) => self.end(End::Failed(Refusal::unreadable(CallKind::Create, *error))),
            None => {
                let error = relink_wire::DecodeError { field: "handoff", expected: "an object" };
                self.end(End::Failed(Refusal::unreadable(CallKind::Create, error)));
            }
            Some(Ok(Handoff::StripeJs(_) | Handoff::Hosted(_))) => match then {
                Then::Show => self.review(self.notice()),
                Then::GoToBank(prepared) => self.go_to_bank(prepared),
            },
        }
    }

    /// The notice that is already there stays.
    fn notice(&self) -> Option<Notice> {
        match &self.stage {
            Stage::Reviewing(reviewing) => reviewing.notice,
            _ => None,
        }
    }

    fn fetch(&mut self, how: How, then: Then) {
        self.enter(|context| Stage::Fetching(Fetching::start(how, then, context)));
    }

    /// A session ran out of time: once, a new one takes its place without a word.
    fn replace(&mut self, then: Then) {
        if self.context.saved.replaced {
            return self.end(End::Failed(Refusal::of(
                Code::SessionExpired,
                "the session expired twice in one flow",
            )));
        }
        self.context.saved.replaced = true;
        self.fetch(How::Create, then);
    }

    fn not_fetched(&mut self, how: How, then: Then, refusal: Refusal) {
        match refusal.code {
            Code::SessionExpired => self.replace(then),
            // What an earlier page left behind may belong to a customer who has signed out since.
            Code::SessionNotFound | Code::Forbidden
                if how == How::ReadAgain && self.context.settings.session != self.context.saved.session =>
            {
                self.fetch(How::Create, then);
            }
            Code::NotRelinkable => self.end(End::NotRepairable { closed: false }),
            Code::AccountClosed => self.end(End::NotRepairable { closed: true }),
            Code::NotAuthenticated => self.end(End::Failed(refusal)),
            Code::SessionConsumed => {
                self.context.saved.create_key = None;
                self.trouble(refusal, Again::Fetch(How::Create, then));
            }
            _ if refusal.retryable => self.trouble(refusal, Again::Fetch(how, then)),
            _ => self.end(End::Failed(refusal)),
        }
    }

    /// The customer goes to the bank, with the session that there is or with a new one.
    fn continue_to_bank(&mut self) {
        self.context.record(AnalyticsName::ConsentAcquired, None);
        let Some(known) = &self.context.known else { return self.renew() };
        let spent = !matches!(known.session().status, SessionStatus::Pending | SessionStatus::Unknown(_));
        if spent {
            self.renew();
        } else if known.has_run_out(&self.context.now) && !self.context.saved.replaced {
            self.context.saved.replaced = true;
            self.renew();
        } else {
            self.go_to_bank(None);
        }
    }

    /// A new session, in the same flow, and then straight to the bank. The window is opened now, inside the
    /// customer's click, and gets its address when it is known.
    fn renew(&mut self) {
        let window = self.context.hosted().is_some() && self.context.device.windows;
        let prepared = window.then(|| self.context.next_attempt());
        if let Some(attempt) = prepared {
            self.context.effects.push(Effect::PrepareWindow { attempt });
        }
        self.fetch(How::Create, Then::GoToBank(prepared));
    }

    fn go_to_bank(&mut self, prepared: Option<Attempt>) {
        self.enter(|context| Stage::Authorizing(Authorizing::start(prepared, context)));
    }

    fn authorized(&mut self, exit: authorizing::Exit) {
        self.context.stop(Timer::Poll);
        self.context.stop(Timer::Reopen);
        match exit {
            authorizing::Exit::Authorized(accounts) => self.offer(accounts),
            authorizing::Exit::Concluded => self.place(How::ReadAgain, Then::Show),
            authorizing::Exit::CameBack(notice) => self.review(Some(notice)),
            authorizing::Exit::RanOut => {
                self.context.effects.push(Effect::CloseWindow);
                self.replace(Then::Show);
            }
            authorizing::Exit::Refused(refusal) => self.trouble(refusal, Again::Look),
        }
    }

    /// Accounts came back: one that will do is enough, several are the customer's to choose from.
    fn offer(&mut self, accounts: Vec<Account>) {
        let Some(session) = self.context.session() else { return self.fetch(How::Create, Then::Show) };
        let eligible: Vec<String> = accounts
            .iter()
            .filter(|account| eligibility::judge(account, session).is_ok())
            .map(|account| account.id.clone())
            .collect();
        let most = session.limits.accounts;
        match eligible.len() {
            // Whether it really was another account is the backend's to say.
            0 => self.complete(accounts.into_iter().map(|account| account.id).collect()),
            1 => self.complete(eligible),
            _ => {
                let selecting = Selecting { accounts, eligible, chosen: Vec::new(), most };
                self.enter(|_| Stage::Selecting(selecting));
            }
        }
    }

    fn complete(&mut self, accounts: Vec<String>) {
        if self.context.saved.completion.is_none() {
            self.context.record(AnalyticsName::AccountsSelected, None);
        }
        self.enter(|context| Stage::Completing(Completing::start(accounts, context)));
    }

    fn not_completed(&mut self, accounts: Vec<String>, refusal: Refusal) {
        match refusal.code {
            Code::SessionExpired => self.replace(Then::Show),
            Code::NotRelinkable => self.end(End::NotRepairable { closed: false }),
            Code::AccountClosed => self.end(End::NotRepairable { closed: true }),
            Code::NoAccount => self.mismatched(Mismatch::OtherAccount),
            Code::NoAuthorization => self.mismatched(Mismatch::OtherLogin),
            _ if refusal.retryable => self.trouble(refusal, Again::Complete(accounts)),
            _ => self.end(End::Failed(refusal)),
        }
    }

    fn mismatched(&mut self, mismatch: Mismatch) {
        let chosen = self.chosen();
        self.context.saved.completion = None;
        self.context.saved.at_bank = false;
        self.context.remember();
        let (code, message) = match mismatch {
            Mismatch::OtherAccount => {
                (Code::NoAccount, "the account that was needed was not chosen at the bank")
            }
            Mismatch::OtherLogin => (Code::NoAuthorization, "another login or institution was used"),
            Mismatch::Unexplained => (Code::Unexplained, "the session failed without a reason"),
        };
        let refusal = Refusal { retryable: true, ..Refusal::of(code, message) };
        self.enter(|_| Stage::Mismatched(Mismatched { mismatch, chosen }));
        self.context.report(&refusal);
    }

    /// What the customer chose, as far as it is known: never the account that was needed.
    fn chosen(&self) -> Vec<Account> {
        let Some(session) = self.context.session() else { return Vec::new() };
        let completed = self.context.saved.completion.as_ref();
        let ids = completed.map(|completion| completion.accounts.as_slice()).unwrap_or_default();
        let known = session.accounts.iter().chain(&self.context.returned);
        let mut chosen: Vec<Account> = Vec::new();
        for account in known.filter(|account| ids.contains(&account.id)) {
            let needed = session.relink_options.account.as_ref() == Some(&account.id);
            if !needed && !chosen.iter().any(|earlier| earlier.id == account.id) {
                chosen.push(account.clone());
            }
        }
        chosen
    }

    fn review(&mut self, notice: Option<Notice>) {
        self.context.saved.at_bank = false;
        self.enter(|_| Stage::Reviewing(Reviewing { notice }));
    }

    fn trouble(&mut self, refusal: Refusal, again: Again) {
        if let Again::Fetch(_, Then::GoToBank(Some(_))) = again {
            self.context.effects.push(Effect::CloseWindow);
        }
        let told = refusal.clone();
        self.enter(|_| Stage::Troubled(Troubled { refusal, again }));
        self.context.report(&told);
    }

    fn try_again(&mut self, again: Again) {
        match again {
            // The window that was prepared is closed by now; this click may prepare another.
            Again::Fetch(How::Create, Then::GoToBank(_)) => self.renew(),
            Again::Fetch(how, then) => self.fetch(how, then),
            Again::Complete(accounts) => {
                self.enter(|context| Stage::Completing(Completing::start(accounts, context)));
            }
            Again::Look => {
                self.enter(|context| Stage::Authorizing(Authorizing::resume(context)));
                self.update(Fact::LookAgain);
            }
        }
    }

    /// The customer, or the page, wants to close. Asked once where something would be lost, and only where it
    /// can still be asked.
    fn close(&mut self, can_ask: bool) {
        if let Stage::Ended(_) = self.stage {
            self.dismiss();
        } else if can_ask && self.stage.has_something_to_lose() && !self.has_asked {
            self.asks_to_leave = true;
            self.has_asked = true;
        } else {
            self.leave();
        }
    }

    /// The customer leaves: with a last look where the bank may have been done since the backend was asked.
    fn leave(&mut self) {
        self.asks_to_leave = false;
        if matches!(self.stage, Stage::Ended(_) | Stage::Parting(_)) {
            return;
        }
        let from = self.stage.state();
        let unread = self.context.unread || self.stage.has_something_to_lose();
        if unread && self.context.saved.session.is_some() {
            self.enter(|context| {
                context.ask_read(Patience::Parting);
                Stage::Parting(Parting { from })
            });
        } else {
            self.cancel(from);
        }
    }

    /// The last look is over, or could not be had.
    fn part(&mut self, from: FlowState) {
        match self.context.known.as_ref().map(Known::verdict) {
            Some(Verdict::Succeeded(confirmed)) => self.end(End::Succeeded(confirmed)),
            Some(Verdict::Mismatched(_) | Verdict::Cancelled | Verdict::Expired | Verdict::Open) | None => {
                self.cancel(from);
            }
        }
    }

    fn cancel(&mut self, from: FlowState) {
        self.context.tell_cancelled();
        self.cancelled_in(from);
    }

    fn cancelled_in(&mut self, from: FlowState) {
        self.finish(End::Cancelled, |_| Event::Cancel { state: from }, AnalyticsName::Cancel, None);
        // A modal is gone now; inline, the way back in stays on the page.
        self.context.effects.push(Effect::Dismiss);
    }

    /// The flow is over.
    fn end(&mut self, end: End) {
        match end {
            End::Succeeded(confirmed) => {
                let event = Event::Success {
                    outcome: confirmed.outcome.clone(),
                    rule: self.context.session().map_or(Rule::AnyAccount, |session| session.rule()),
                    authorization: confirmed.authorization.clone(),
                    accounts: confirmed.working.iter().map(AccountSummary::from).collect(),
                };
                self.finish(End::Succeeded(confirmed), |_| event, AnalyticsName::Success, None);
            }
            End::Failed(refusal) => {
                let (code, told) = (refusal.code.clone(), refusal.clone());
                let event = |reason| Event::Failure {
                    code: told.code,
                    failure_reason: reason,
                    message: told.message,
                    retryable: told.retryable,
                    request_id: told.request_id,
                };
                self.finish(End::Failed(refusal), event, AnalyticsName::Error, Some(code));
            }
            End::NotRepairable { closed } => {
                let (code, message) = match closed {
                    true => (Code::AccountClosed, "the account was closed at the bank"),
                    false => (Code::NotRelinkable, "the account cannot be relinked"),
                };
                let event = |reason| Event::Failure {
                    code: code.clone(),
                    failure_reason: reason,
                    message: message.into(),
                    retryable: false,
                    request_id: None,
                };
                self.finish(End::NotRepairable { closed }, event, AnalyticsName::Error, Some(code.clone()));
            }
            End::Cancelled => self.cancelled_in(self.stage.state()),
        }
    }

    /// The one place where a flow ends: everything stops, nothing is kept, and the page is told once.
    fn finish(
        &mut self,
        end: End,
        event: impl FnOnce(Option<FailureReason>) -> Event,
        name: AnalyticsName,
        error_code: Option<Code>,
    ) {
        let context = &mut self.context;
        context.calls.give_all_up(&mut context.effects);
        for timer in [Timer::Poll, Timer::Wait, Timer::Reopen] {
            context.stop(timer);
        }
        context.effects.push(Effect::CloseWindow);
        context.effects.push(Effect::Forget);
        self.enter(|_| Stage::Ended(Ended { end, dismissed: false }));
        self.asks_to_leave = false;
        let result = self.context.session().and_then(|session| session.relink_result.as_ref());
        let reason = result.and_then(|result| result.failure_reason.clone());
        self.context.emit(event(reason));
        self.context.record(name, error_code);
        if let Some(session) = self.context.saved.session.clone() {
            self.context.effects.push(Effect::Nudge { session });
        }
    }

    /// After the end the customer goes back to the merchant's page.
    fn dismiss(&mut self) {
        if let Stage::Ended(ended @ Ended { dismissed: false, .. }) = &mut self.stage {
            ended.dismissed = true;
            self.context.effects.push(Effect::Dismiss);
        }
    }

    /// The page starts over: a new session, in the same flow.
    fn restart(&mut self, settings: Settings, now: Moment) {
        self.context.now = now;
        self.context.calls.give_all_up(&mut self.context.effects);
        for timer in [Timer::Poll, Timer::Wait, Timer::Reopen] {
            self.context.stop(timer);
        }
        self.context.effects.push(Effect::CloseWindow);
        self.context.tell_cancelled();
        self.context.settings = settings;
        self.context.saved = Saved::default();
        self.asks_to_leave = false;
        self.fetch(How::Create, Then::Show);
        self.tell();
    }

    /// Goes on to a stage, and tells the page.
    fn enter(&mut self, stage: impl FnOnce(&mut Context) -> Stage) {
        self.stage = stage(&mut self.context);
        if !self.stage.has_something_to_lose() {
            self.asks_to_leave = false;
        }
        self.tell();
    }

    /// Tells the page where the flow is, where that has changed.
    fn tell(&mut self) {
        let state = self.stage.state();
        if self.told != Some(state) {
            let previous = self.told.replace(state);
            self.context.emit(Event::State { state, previous });
        }
        if self.stage.awaits_customer() && !self.is_ready {
            self.is_ready = true;
            self.context.emit(Event::Ready);
            self.context.record(AnalyticsName::Open, None);
        }
    }

    fn is_over(&self) -> bool {
        matches!(self.stage, Stage::Ended(_))
    }

    fn view(&self) -> view::View {
        present::view(self)
    }
}
