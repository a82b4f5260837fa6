//! One flow, from start to end: the parent of all stages. A stage reports how it ended; only the parent decides what
//! follows, in `deciding` while the flow goes on and in `ending` when it closes.

mod authorizing;
mod calls;
mod cards;
mod completing;
mod context;
mod deciding;
mod ended;
mod ending;
mod fact;
mod fetching;
mod key;
mod known;
mod machine;
mod mismatched;
mod parting;
mod path;
mod present;
mod refusal;
mod reviewing;
mod selecting;
mod stage;
mod succeeded;
mod telling;
mod troubled;

pub use machine::Machine;

use crate::clock::milliseconds;
use crate::effect::{Attempt, CallKind, Timer};
use crate::input::{Device, HandoffFailure, Input, Settings, Sight};
use crate::saved::Saved;
use crate::view::Action;
use crate::{Moment, view};
use calls::{Patience, Settled};
use context::Context;
use ended::{End, Ended};
use fact::{By, Fact};
use fetching::{Fetching, How, Then};
use mismatched::Mismatched;
use refusal::Refusal;
use relink_wire::{Account, AnalyticsName, Code, DecodeError, Event, FlowState, Session};
use stage::Stage;
use std::rc::Rc;

/// One flow.
#[derive(Debug)]
struct Flow {
    context: Context,
    stage: Stage,
    /// Whether "Leave?" is shown over the stage, which keeps running.
    asks_to_leave: bool,
    /// Whether the customer was asked to confirm leaving: ask only once.
    has_asked: bool,
    /// Whether the customer leaves because they want to be reminded. Said only if the flow does end cancelled.
    wants_reminder: bool,
    /// Whether the page came back from the back-forward cache and the session is being read. Until then, input is not
    /// taken; the stage keeps running.
    is_restoring: bool,
    /// The last state reported to the page.
    told: Option<FlowState>,
    /// Whether the page was notified of the first interactive view.
    is_ready: bool,
    /// Whether what is shown can be seen.
    sight: Sight,
}

impl Flow {
    /// Starts a flow: resumed from an earlier page of this tab, or new. `earlier` is the element's previous flow.
    /// Numbers continue from there, so that its late answers are not taken for this flow's.
    fn start(
        settings: Settings,
        saved: Option<Saved>,
        device: Device,
        now: Moment,
        earlier: Option<&Self>,
    ) -> Self {
        let (how, saved) = match (saved, &settings.session) {
            (Some(saved), _) if saved.session.is_some() => (How::ReadAgain, saved),
            // Also a session that was begun to replace the one the page names.
            (Some(saved), _) if saved.create_key.is_some() => (How::Create, saved),
            (_, Some(_)) => (How::ReadNamed, Saved { session: settings.session.clone(), ..Saved::default() }),
            (_, None) => (How::Create, Saved::default()),
        };
        let mut context = Context::new(settings, device, saved, now, earlier.map(|flow| &flow.context));
        if how == How::ReadNamed {
            // The other starts save the flow's id together with their request.
            context.remember();
        }
        let fetching = Fetching::start(how, Then::Show, &mut context);
        let mut flow = Self {
            context,
            stage: Stage::Fetching(fetching),
            asks_to_leave: false,
            has_asked: false,
            wants_reminder: false,
            is_restoring: false,
            told: earlier.and_then(|flow| flow.told),
            is_ready: false,
            sight: earlier.map_or(Sight::Clear, |flow| flow.sight),
        };
        flow.tell();
        flow
    }

    /// Takes a fact in.
    #[inline(never)]
    fn handle(&mut self, input: Input, now: Moment) {
        self.context.now = now;
        match input {
            // The machine handles these.
            Input::Started { .. } | Input::RestartAsked { .. } => {}
            Input::Answered { call, answer } => {
                // A date in `Retry-After` is by the server's clock.
                let unix_ms = milliseconds(self.context.unix());
                let by_server = Moment { unix_ms, ..now };
                let Context { calls, effects, device, .. } = &mut self.context;
                if let Some(settled) = calls.settle(call, &answer, device.online, &by_server, effects) {
                    self.settled(settled);
                }
            }
            Input::ServerTime { unix } => self.context.date = Some((unix, now.elapsed_ms)),
            Input::TimerFired(Timer::Retry(kind)) => {
                self.context.calls.resume(kind, &mut self.context.effects);
            }
            Input::TimerFired(timer) => self.update(Fact::Timer(timer)),
            Input::Pressed(action) => self.pressed(action),
            Input::CloseAsked => self.close(By::Key),
            Input::Withdrawn => self.close(By::Page),
            Input::Sighted(sight) => self.sighted(sight),
            Input::HandoffReturned { attempt, accounts } => self.returned(attempt, accounts),
            Input::HandoffFailed { attempt, failure } => self.failed(attempt, failure),
            Input::WindowBlocked { attempt } => self.update(Fact::WindowBlocked(attempt)),
            Input::WindowClosed { attempt } => self.update(Fact::WindowClosed(attempt)),
            Input::Connectivity { online } => self.connectivity(online),
            Input::Visibility { visible } => {
                let back = visible && !self.context.device.visible;
                self.context.device.visible = visible;
                if back {
                    self.update(Fact::LookAgain);
                }
            }
            Input::Restored => self.restored(),
            Input::Nudged => self.update(Fact::LookAgain),
        }
    }

    /// The shell checked whether the widget can be seen. Each showing that cannot be seen is reported. The flow goes
    /// on, because the page may show the widget again. After the end there is nothing to come back to.
    fn sighted(&mut self, sight: Sight) {
        self.sight = if sight == Sight::Lost { Sight::Unsure } else { sight };
        if let Stage::Ended(ended) = &mut self.stage {
            ended.dismissed |= sight == Sight::Lost;
            return;
        }
        if sight == Sight::Lost {
            let message = "the widget was shown where it is not rendered or cannot be reached";
            self.context.report(&Refusal::of(Code::NotVisible, message));
        }
        self.tell();
    }

    /// Stripe.js resolved. Accounts from an older opening of the same session are as good a hint as those from the
    /// latest. But a close of an older opening says nothing while the latest is open.
    fn returned(&mut self, attempt: Attempt, accounts: Vec<Rc<Account>>) {
        let mut each: Vec<Rc<Account>> = Vec::new();
        for account in accounts {
            if !each.iter().any(|earlier| earlier.id == account.id) {
                each.push(account);
            }
        }
        if !self.context.is_of_this_session(attempt) {
            return;
        }
        if !each.is_empty() {
            self.update(Fact::HandoffReturned(each));
        } else if self.context.is_latest(attempt) {
            self.update(Fact::HandoffClosed);
        }
    }

    fn failed(&mut self, attempt: Attempt, failure: HandoffFailure) {
        if self.context.is_latest(attempt) && self.context.is_of_this_session(attempt) {
            self.update(Fact::HandoffFailed(failure));
        }
    }

    /// A call is over: store its result before any stage hears of it.
    #[inline(never)]
    fn settled(&mut self, settled: Settled) {
        let Settled { kind, result } = settled;
        if kind == CallKind::Cancel {
            // Nobody waits for it.
            return;
        }
        let result = result.and_then(|session| self.ours(kind, session)).map(|session| {
            self.context.saved.create_key = None;
            self.context.saved.locale = None;
            self.context.saved.session = Some(session.id.clone());
            let first = self.context.current().is_none();
            self.context.learn(session, kind);
            if first || kind == CallKind::Create {
                self.context.remember();
            }
        });
        match kind {
            CallKind::Create => self.update(Fact::Created(result)),
            CallKind::Read => {
                self.is_restoring = false;
                self.update(Fact::Read(result));
            }
            CallKind::Complete => self.update(Fact::Completed(result)),
            CallKind::Cancel => {}
        }
    }

    /// The session, if it is the one we asked for.
    fn ours(&self, kind: CallKind, session: Session) -> Result<Session, Refusal> {
        let asked = self.context.saved.session.as_ref();
        // The backend may know the session the page named under another id. From then on, use that id.
        let named = self.context.known.is_none() && asked == self.context.settings.session.as_ref();
        let is_ours = match kind {
            CallKind::Create => true,
            CallKind::Read => named || asked == Some(&session.id),
            CallKind::Complete | CallKind::Cancel => asked == Some(&session.id),
        };
        let foreign = DecodeError { field: "id", expected: "the id of the session asked for" };
        if is_ours { Ok(session) } else { Err(Refusal::unreadable(kind, foreign)) }
    }

    /// Passes a fact to the stage, and decides what follows if the stage is over.
    fn update(&mut self, fact: Fact) {
        let context = &mut self.context;
        match &mut self.stage {
            Stage::Fetching(stage) => match stage.update(fact, context) {
                Some(fetching::Exit::Fetched(how, then)) => self.place(how, then, None),
                Some(fetching::Exit::Refused(how, then, refusal)) => self.not_fetched(how, then, refusal),
                None => {}
            },
            Stage::Reviewing(stage) => match stage.update(&fact, context) {
                Some(reviewing::Exit::Continued) => {
                    self.context.agree();
                    self.go_on();
                }
                Some(reviewing::Exit::PutOff) => {
                    self.wants_reminder = true;
                    self.leave();
                }
                Some(reviewing::Exit::Reread(notice)) => self.place(How::ReadAgain, Then::Show, notice),
                None => {}
            },
            Stage::Authorizing(stage) => {
                if let Some(exit) = stage.update(fact, context) {
                    self.authorized(exit);
                }
            }
            Stage::Selecting(stage) => match stage.update(fact, context) {
                Some(selecting::Exit::Selected(ids)) => self.complete(ids),
                Some(selecting::Exit::GoesBack) => self.go_back_to_bank(),
                Some(selecting::Exit::Concluded) => self.place(How::ReadAgain, Then::Show, None),
                None => {}
            },
            Stage::Completing(stage) => {
                if let Some(exit) = stage.update(fact, context) {
                    let accounts = std::mem::take(&mut stage.accounts);
                    self.completed(accounts, exit);
                }
            }
            Stage::Mismatched(_) => {
                if Mismatched::is_ended_by(&fact) {
                    self.go_back_to_bank();
                }
            }
            Stage::Troubled(stage) => {
                if let Some(exit) = stage.update(&fact, context) {
                    self.past_trouble(exit);
                }
            }
            Stage::Parting(stage) => {
                if let Some(parted) = stage.update(fact, context) {
                    self.part(parted);
                }
            }
            Stage::Ended(_) => {}
        }
        self.tell();
    }

    /// The customer pressed something.
    fn pressed(&mut self, action: Action) {
        match action {
            Action::Close => self.close(By::Button),
            Action::KeepGoing => self.asks_to_leave = false,
            Action::LeaveAnyway if self.asks_to_leave => self.leave(),
            Action::Dismiss => self.dismiss(),
            Action::Continue
            | Action::Remind
            | Action::Reopen
            | Action::CheckAgain
            | Action::Toggle(_)
            | Action::UseChosen
            | Action::TryAgain => {
                if !self.is_restoring && !self.asks_to_leave {
                    self.update(Fact::Pressed(action));
                }
            }
            // Handled by the machine or the browser, or not on offer.
            Action::StartAgain | Action::FollowLink | Action::LeaveAnyway => {}
        }
    }

    /// The connection came or went.
    fn connectivity(&mut self, online: bool) {
        let back = online && !self.context.device.online;
        self.context.device.online = online;
        if back {
            self.context.calls.resume_all(&mut self.context.effects);
            self.update(Fact::Reconnected);
        }
    }

    /// The page came back from the back-forward cache: read the session before taking input.
    #[inline(never)]
    fn restored(&mut self) {
        match &self.stage {
            Stage::Reviewing(_) | Stage::Mismatched(_) => self.fetch(How::ReadAgain, Then::Show),
            Stage::Authorizing(_) | Stage::Selecting(_) | Stage::Troubled(_) => {
                self.update(Fact::LookAgain);
                if self.context.saved.session.is_some() && self.context.may_look() {
                    self.is_restoring = true;
                    self.context.ask_read(Patience::Persist);
                }
            }
            Stage::Fetching(_) | Stage::Completing(_) | Stage::Parting(_) | Stage::Ended(_) => {
                self.update(Fact::LookAgain);
            }
        }
    }

    /// Enters a stage, and reports it to the page.
    fn enter(&mut self, stage: Stage) {
        self.stage = stage;
        self.is_restoring = false;
        if !self.stage.has_something_to_lose() {
            self.asks_to_leave = false;
        }
        self.tell();
    }

    /// Reports the flow's state to the page, if it changed.
    fn tell(&mut self) {
        let state = self.stage.state();
        if self.told != Some(state) {
            let previous = self.told.replace(state);
            self.context.emit(Event::State { state, previous });
        }
        if self.stage.awaits_customer() && !self.is_ready && self.sight == Sight::Clear {
            self.is_ready = true;
            self.context.emit(Event::Ready);
            let error = self.stage.error();
            self.context.record(AnalyticsName::Open, error);
        }
    }

    fn is_over(&self) -> bool {
        matches!(self.stage, Stage::Ended(_))
    }

    /// Whether it was about the session these settings name, and ended cancelled.
    fn was_cancelled_of(&self, settings: &Settings) -> bool {
        let cancelled = matches!(&self.stage, Stage::Ended(Ended { end: End::Cancelled, .. }));
        cancelled && self.context.settings.session == settings.session
    }

    fn view(&self) -> view::View {
        present::view(&present::Shown {
            stage: &self.stage,
            context: &self.context,
            is_restoring: self.is_restoring,
            asks_to_leave: self.asks_to_leave,
        })
    }
}
