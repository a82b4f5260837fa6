//! How a flow closes: by the customer, the page or the backend. Each flow ends once.

use super::Flow;
use super::ended::{End, Ended};
use super::fact::By;
use super::fetching::{How, Then};
use super::parting::{Parted, Parting};
use super::refusal::Refusal;
use super::stage::Stage;
use crate::Moment;
use crate::effect::{Effect, Timer};
use crate::input::Settings;
use crate::saved::Saved;
use relink_wire::{AccountSummary, AnalyticsName, Code, Event, FlowState, Gather, Outcome, Rule, Session};

impl Flow {
    /// The customer, or the page, wants to close. Ask the customer once if something would be lost, and only if they
    /// can still be asked. While the bank is in front, a key is not an answer either: someone who presses Escape twice
    /// at the bank has not seen a question.
    pub(super) fn close(&mut self, by: By) {
        if let Stage::Ended(_) = self.stage {
            self.dismiss();
        } else if by == By::Key && self.stage.has_bank_in_front() {
            self.asks_to_leave = !self.asks_to_leave;
        } else if by != By::Page && self.stage.has_something_to_lose() && !self.has_asked {
            self.asks_to_leave = true;
            self.has_asked = true;
        } else {
            self.leave();
        }
    }

    /// The customer leaves. Read the session a last time if the bank may have been done, or if the backend has not
    /// answered about this session.
    pub(super) fn leave(&mut self) {
        self.asks_to_leave = false;
        if matches!(self.stage, Stage::Ended(_) | Stage::Parting(_)) {
            return;
        }
        let from = self.stage.state();
        if self.context.saved.session.is_none() || self.context.is_safe_to_leave() {
            self.cancel(from);
        } else {
            self.part_from(from, None);
        }
    }

    /// A completion was refused for good. The backend may still know from Stripe what the bank granted, so it is asked
    /// before the customer sees a failure.
    pub(super) fn fail_unless_done(&mut self, refusal: Refusal) {
        self.part_from(FlowState::Completing, Some(refusal));
    }

    fn part_from(&mut self, from: FlowState, refusal: Option<Refusal>) {
        let parting = Parting::start(from, refusal, &mut self.context);
        self.enter(Stage::Parting(parting));
    }

    /// The last read is over, or could not be made.
    pub(super) fn part(&mut self, Parted { from, refusal }: Parted) {
        match (self.context.success(), refusal) {
            (Some(confirmed), _) => self.end(End::Succeeded(confirmed)),
            (None, Some(refusal)) => self.end(End::Failed(refusal)),
            (None, None) => self.cancel(from),
        }
    }

    fn cancel(&mut self, from: FlowState) {
        self.context.tell_cancelled();
        self.cancelled_in(from);
    }

    fn cancelled_in(&mut self, from: FlowState) {
        self.finish(End::Cancelled, Event::Cancel { state: from }, AnalyticsName::Cancel);
    }

    /// The flow is over.
    pub(super) fn end(&mut self, end: End) {
        match end {
            End::Succeeded(confirmed) => {
                if confirmed.outcome != Outcome::AlreadyActive {
                    self.context.record_done_at_bank();
                }
                let event = Event::Success {
                    outcome: confirmed.outcome.clone(),
                    rule: self.context.session().map_or(Rule::AnyAccount, Session::rule),
                    authorization: confirmed.authorization.clone(),
                    accounts: confirmed
                        .working
                        .iter()
                        .map(|account| AccountSummary::from(&**account))
                        .gather(),
                };
                self.finish(End::Succeeded(confirmed), event, AnalyticsName::Success);
            }
            End::Failed(refusal) => {
                let event = Event::Failure {
                    code: refusal.code.clone(),
                    failure_reason: self.context.failure_reason(),
                    message: refusal.message.clone(),
                    retryable: refusal.retryable,
                    request_id: refusal.request_id.clone(),
                };
                self.finish(End::Failed(refusal), event, AnalyticsName::Error);
            }
            End::NotRepairable { closed, request_id } => {
                let (code, message) = match closed {
                    true => (Code::AccountClosed, "the account was closed at the bank"),
                    false => (Code::NotRelinkable, "the account cannot be relinked"),
                };
                let event = Event::Failure {
                    code,
                    failure_reason: self.context.failure_reason(),
                    message: message.into(),
                    retryable: false,
                    request_id: request_id.clone(),
                };
                let end = End::NotRepairable { closed, request_id };
                self.finish(end, event, AnalyticsName::Error);
            }
            End::Cancelled => self.cancelled_in(self.stage.state()),
        }
    }

    /// The only place where a flow ends: everything stops, nothing is kept, and the page is notified once.
    fn finish(&mut self, end: End, event: Event, name: AnalyticsName) {
        let error = end.code().map(|code| (code, true));
        let context = &mut self.context;
        context.calls.give_all_up(&mut context.effects);
        for timer in [Timer::Poll, Timer::Wait, Timer::Reopen] {
            context.stop(timer);
        }
        context.effects.push(Effect::CloseWindow);
        context.effects.push(Effect::Forget);
        self.enter(Stage::Ended(Ended { end, dismissed: false }));
        self.asks_to_leave = false;
        if let Event::Cancel { .. } = event {
            // A modal is gone now; inline, the way back in stays on the page. Do this before the page hears of the end,
            // because it may then show the widget again.
            self.context.effects.push(Effect::Dismiss);
            if self.wants_reminder {
                self.context.remind();
            }
        }
        // Before the end event itself: its listener may remove the element, and the page then hears no more from it.
        self.context.record(name, error);
        self.context.emit(event);
        if let Some(session) = self.context.saved.session.clone() {
            self.context.effects.push(Effect::Nudge { session });
        }
    }

    /// After the end the customer goes back to the merchant's page.
    pub(super) fn dismiss(&mut self) {
        if let Stage::Ended(ended @ Ended { dismissed: false, .. }) = &mut self.stage {
            ended.dismissed = true;
            self.context.effects.push(Effect::Dismiss);
        }
    }

    /// The page starts over: a new session, in the same flow. Cancel the old session only if the bank has certainly
    /// done nothing for it; otherwise leave it to the backend.
    pub(super) fn restart(&mut self, settings: Settings, now: Moment) {
        self.context.now = now;
        let certain = self.context.is_safe_to_leave();
        self.context.calls.give_all_up(&mut self.context.effects);
        for timer in [Timer::Poll, Timer::Wait, Timer::Reopen] {
            self.context.stop(timer);
        }
        self.context.effects.push(Effect::CloseWindow);
        if certain {
            self.context.tell_cancelled();
        }
        self.context.settings = Settings { session: None, ..settings };
        let Saved { flow, began_ms, attempt, .. } = std::mem::take(&mut self.context.saved);
        self.context.saved = Saved { flow, began_ms, attempt, ..Saved::default() };
        self.asks_to_leave = false;
        self.has_asked = false;
        self.wants_reminder = false;
        self.fetch(How::Create, Then::Show);
        self.tell();
    }
}
