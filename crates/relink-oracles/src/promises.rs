//! The promises, checked after every single input: what is asserted here holds in every test of the machine.

use crate::documents::SECRET;
use relink_core::view::{Action, BankWindow, Pane, Subject, View};
use relink_core::{Answer, CallKind, CallNumber, Effect, Input, Sight, Timer};
use relink_wire::{Event, Outcome};
use serde_json::Value;
use std::collections::{HashMap, HashSet};

/// A request that is out.
#[derive(Clone, Debug)]
struct Out {
    number: CallNumber,
    kind: CallKind,
}

/// What has been seen so far, as far as the promises need it.
#[derive(Clone, Debug, Default)]
pub struct Promises {
    out: Vec<Out>,
    timers: Vec<Timer>,
    /// What each key was first sent with, over all pages.
    keys: HashMap<String, String>,
    /// Automatic sends under each key since the customer, the page or the connection last gave a new reason.
    tries: HashMap<String, u32>,
    online: bool,
    /// Whether the flow's end was reported, and in which state.
    ended: bool,
    /// Sessions that an answer to this page called succeeded, or that have nothing to repair.
    succeeded: Vec<String>,
    whole: Vec<String>,
    last_number: u32,
    /// The last request that was out before the customer was last sent to the bank.
    sent_to_bank_after: Option<u32>,
    /// The newest request that was answered, or failed.
    heard_of: u32,
    /// Requests of each session that this page sent while online, of every kind: a creation is of the session that it made.
    requests: HashMap<String, u32>,
    /// Creations that made none yet.
    creations: u32,
    /// What the customer has pressed on this page: each may be tried five times.
    presses: u32,
    /// Whether the customer wanted to be reminded where that was on offer, and whether the last event, apart from the
    /// stream, said so.
    put_off: bool,
    reminded: bool,
    /// Whether the last look at what is shown did not find it.
    unseen: bool,
    /// Ends that were reported, over all pages.
    pub ends: u32,
    /// The flow that was last told of, over all pages, and whether it has ended.
    flow: Option<(String, bool)>,
    /// Every flow that was told of, over all pages.
    flows: HashSet<String>,
}

/// Whether the bank lay before the widget.
fn lies_behind_the_bank(view: &View) -> bool {
    let Pane::AtBank(at_bank) = &view.pane else { return false };
    match at_bank.window {
        BankWindow::Modal | BankWindow::Window | BankWindow::Leaving => true,
        BankWindow::Preparing | BankWindow::Blocked(_) | BankWindow::Elsewhere | BankWindow::Gone => false,
    }
}

impl Promises {
    /// A new page: what the earlier one had out is gone, its keys are not. It may make as many requests as that one.
    pub fn new_page(&mut self, online: bool, was_at_bank: bool) {
        let (keys, flow, flows) =
            (std::mem::take(&mut self.keys), std::mem::take(&mut self.flow), std::mem::take(&mut self.flows));
        *self = Self { keys, flow, flows, online, ends: self.ends, ..Self::default() };
        self.sent_to_bank_after = was_at_bank.then_some(0);
    }

    /// What the tab kept is gone: the next page knows nothing of the flow.
    pub fn record_lost(&mut self) {
        self.flow = None;
    }

    /// Whether that request is still waited for.
    pub fn awaits(&self, number: CallNumber) -> bool {
        self.out.iter().any(|out| out.number == number)
    }

    /// Whether anything will happen by itself.
    pub fn has_deadline(&self) -> bool {
        !self.out.is_empty() || !self.timers.is_empty()
    }

    /// Checks one step. `was` is the view before it.
    pub fn check(&mut self, was: &View, input: &Input, effects: &[Effect], is: &View) {
        self.stale_is_silent(was, input, effects, is);
        self.take(input);
        if let Input::Pressed(action @ Action::Remind) = input {
            self.put_off |= was.secondary.as_ref().is_some_and(|offer| offer.action == *action);
        }
        if let Input::Sighted(sight) = input
            && was.state.is_some()
        {
            self.unseen = *sight != Sight::Clear;
        }
        if *input == Input::CloseAsked && lies_behind_the_bank(was) {
            assert!(matches!(is.pane, Pane::Leave(_)), "I12: a key at the bank led to {is:?}");
        }
        for effect in effects {
            self.effect(effect);
        }
        if let Input::TimerFired(timer) = input
            && !effects.iter().any(|e| matches!(e, Effect::StartTimer { timer: t, .. } if t == timer))
        {
            self.timers.retain(|running| running != timer);
        }
        self.no_dead_end(is, input);
        let told = format!("{is:?}");
        assert!(!told.contains(SECRET), "I9: a secret on screen after {input:?}");
        if self.ended && !is.state.is_some_and(relink_wire::FlowState::is_terminal) {
            panic!("I6: a flow that had ended is {:?} after {input:?}", is.state);
        }
    }

    fn stale_is_silent(&self, was: &View, input: &Input, effects: &[Effect], is: &View) {
        if let Input::Answered { call, .. } = input
            && !self.awaits(*call)
        {
            assert!(effects.is_empty(), "I5: a stale answer had effects: {effects:?}");
            assert_eq!(was, is, "I5: a stale answer changed the view");
        }
    }

    fn take(&mut self, input: &Input) {
        match input {
            Input::Answered { call, answer } if self.awaits(*call) => {
                let is_creation =
                    self.out.iter().any(|out| out.number == *call && out.kind == CallKind::Create);
                self.out.retain(|out| out.number != *call);
                self.heard_of = self.heard_of.max(call.0);
                if let Answer::Http { status: 200..300, body: Some(body), .. } = answer {
                    self.hear(body);
                    if is_creation && let Some(id) = body["id"].as_str() {
                        let creations = std::mem::take(&mut self.creations);
                        self.count(id, creations);
                    }
                }
            }
            Input::Started { device, .. } => {
                self.online = device.online;
                self.tries.clear();
                self.ended = false;
            }
            Input::Pressed(_) => {
                self.tries.clear();
                self.presses += 1;
            }
            Input::RestartAsked { .. } => self.tries.clear(),
            Input::Connectivity { online } => {
                self.online = *online;
                self.tries.clear();
            }
            Input::Answered { .. }
            | Input::ServerTime { .. }
            | Input::TimerFired(_)
            | Input::CloseAsked
            | Input::Withdrawn
            | Input::HandoffReturned { .. }
            | Input::HandoffFailed { .. }
            | Input::WindowBlocked { .. }
            | Input::WindowClosed { .. }
            | Input::Visibility { .. }
            | Input::Restored
            | Input::Sighted(_)
            | Input::Nudged => {}
        }
        if matches!(input, Input::RestartAsked { .. }) || *input == Input::Pressed(Action::StartAgain) {
            self.ended = false;
            self.put_off = false;
        }
    }

    fn hear(&mut self, body: &Value) {
        let Some(id) = body["id"].as_str() else { return };
        if body["status"] == "succeeded" && body["relink_result"]["failure_reason"].is_null() {
            self.succeeded.push(id.into());
        }
        let empty = Vec::new();
        let accounts = body["accounts"].as_array().unwrap_or(&empty);
        let required = body["relink_options"]["account"].as_str();
        let is_replaced = |account: &Value| accounts.iter().any(|other| other["replaces"] == account["id"]);
        let is_required = |account: &Value| {
            required.is_none_or(|id| account["id"] == id || account["replaces"] == id)
                && !is_replaced(account)
        };
        let mut concerned = accounts.iter().filter(|account| is_required(account)).peekable();
        if concerned.peek().is_some() && concerned.all(|account| account["status"] == "active") {
            self.whole.push(id.into());
        }
    }

    fn effect(&mut self, effect: &Effect) {
        if !matches!(effect, Effect::Collect { .. }) {
            assert!(!format!("{effect:?}").contains(SECRET), "I9: a secret in {effect:?}");
        }
        match effect {
            Effect::Call(call) => {
                let twice = self.out.iter().find(|out| out.kind == call.kind);
                assert!(twice.is_none(), "I10: two requests of a kind in flight: {call:?}");
                assert!(call.number.0 > self.last_number, "a number was used twice");
                self.last_number = call.number.0;
                self.out.push(Out { number: call.number, kind: call.kind });
                assert!(call.timeout_ms > 0 && call.timeout_ms <= 60_000, "I7: no deadline");
                assert_eq!(call.idempotency_key.is_some(), call.kind != CallKind::Read);
                assert_eq!(call.body.is_some(), call.kind != CallKind::Read);
                if let Some(key) = &call.idempotency_key {
                    let print =
                        format!("{} {}", call.path, call.body.as_deref().cloned().unwrap_or_default());
                    let first = self.keys.entry(key.clone()).or_insert_with(|| print.clone());
                    assert_eq!(*first, print, "one key for two acts");
                    if self.online {
                        let tries = self.tries.entry(key.clone()).or_default();
                        *tries += 1;
                        // One more with fresh headers.
                        let most = if call.may_renew { 5 } else { 6 };
                        assert!(*tries <= most, "I10: {tries} automatic tries of one act");
                    }
                }
                // What is sent into a dead connection reaches nobody.
                match call.path.split('/').nth(2) {
                    Some(session) => self.count(session, self.online.into()),
                    None => self.creations += u32::from(self.online),
                }
                match call.kind {
                    CallKind::Cancel => self.looked("POST cancel"),
                    // Another session, at the page's wish or after the end of the one before.
                    CallKind::Create => self.sent_to_bank_after = None,
                    // What it says may be done, whether it is answered or not.
                    CallKind::Complete => {
                        self.sent_to_bank_after = Some(call.number.0.saturating_sub(1));
                    }
                    CallKind::Read => {}
                }
            }
            Effect::Abandon(number) => self.out.retain(|out| out.number != *number),
            Effect::StartTimer { timer, after_ms } => {
                assert!(*after_ms <= 15 * 60_000, "I7: a wait of {after_ms} ms");
                self.timers.retain(|running| running != timer);
                self.timers.push(*timer);
            }
            Effect::StopTimer(timer) => self.timers.retain(|running| running != timer),
            Effect::Collect { .. } | Effect::OpenWindow { .. } | Effect::LeavePage { .. } => {
                self.sent_to_bank_after = Some(self.last_number);
            }
            Effect::Emit { session, flow, event } => self.event(session.as_deref(), flow, event),
            Effect::Remember(saved) => {
                assert!(!self.ended, "something is kept after the end");
                assert!(!saved.encode().to_string().contains("_secret_"), "I9: a secret is kept");
            }
            Effect::PrepareWindow { .. }
            | Effect::CloseWindow
            | Effect::Forget
            | Effect::Nudge { .. }
            | Effect::Dismiss => {}
        }
    }

    fn count(&mut self, session: &str, more: u32) {
        let requests = self.requests.entry(session.into()).or_default();
        *requests += more;
        let most = 350 + 5 * self.presses;
        assert!(*requests <= most, "I10: {requests} requests of one session, after {} presses", self.presses);
    }

    fn event(&mut self, session: Option<&str>, flow: &str, event: &Event) {
        self.of_one_flow(flow, event);
        let detail = event.detail(session, flow).to_string();
        assert!(!detail.contains("_secret_"), "I9: a secret in {detail}");
        assert!(*event != Event::Ready || !self.unseen, "I11: ready was said of what nobody sees");
        if !matches!(event, Event::Analytics(_)) {
            let reminds = matches!(event, Event::Remind { .. });
            assert!(!reminds || self.put_off, "I13: nobody wanted to be reminded");
            let wants = std::mem::replace(&mut self.reminded, reminds);
            let cancels = matches!(event, Event::Cancel { .. });
            assert_eq!(wants, cancels && self.put_off, "I13: a reminder, and then {event:?}");
        }
        if !event.is_terminal() {
            return;
        }
        self.put_off = false;
        assert!(!self.ended, "I3: two ends of one flow: {event:?}");
        self.ended = true;
        self.ends += 1;
        match event {
            Event::Success { outcome, .. } => {
                let told = match outcome {
                    Outcome::AlreadyActive => &self.whole,
                    Outcome::Relinked | Outcome::Partial | Outcome::Unknown(_) => &self.succeeded,
                };
                assert!(told.iter().any(|id| Some(id.as_str()) == session), "I2: nobody said so: {event:?}");
            }
            Event::Cancel { .. } => self.looked("relink-cancel"),
            Event::Failure { .. }
            | Event::Ready
            | Event::State { .. }
            | Event::Remind { .. }
            | Event::Error { .. }
            | Event::Analytics(_) => {}
        }
    }

    /// All events from a flow's start to its end, over all pages, bear its id, and no other flow's do.
    fn of_one_flow(&mut self, flow: &str, event: &Event) {
        assert!(flow.starts_with("flow_") && flow.len() == 21, "{flow} is no id of a flow");
        match &self.flow {
            Some((known, _)) if known == flow => {}
            Some((known, over)) => {
                assert!(*over, "{event:?} is of {flow}, and {known} has not ended");
                assert!(!self.flows.contains(flow), "{flow} is told of again after its end");
                self.flow = None;
            }
            None => {}
        }
        let over = self.flow.as_ref().is_some_and(|(_, over)| *over) || event.is_terminal();
        self.flow = Some((flow.into(), over));
        self.flows.insert(flow.into());
    }

    fn looked(&self, what: &str) {
        if let Some(before) = self.sent_to_bank_after {
            assert!(self.heard_of > before, "I4: {what} without a look after the bank was opened");
        }
    }

    fn no_dead_end(&self, is: &View, input: &Input) {
        if is.pane == Pane::Empty {
            return;
        }
        assert!(
            is.is_interactive() || self.has_deadline(),
            "I7: nobody can do anything, and nothing will happen, after {input:?}: {is:?}"
        );
        let parting = is.pane.subject() == Subject::Checking && self.has_deadline();
        assert!(
            is.is_interactive() || is.close.is_some() || parting,
            "I7: no way forward or out after {input:?}: {is:?}"
        );
    }
}
