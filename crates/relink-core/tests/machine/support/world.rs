//! The simulated shell: it carries commands out in virtual time, and is as quick or as slow, as whole or as
//! broken, as a test asks it to be.
//! Past 400 lines, since it has one arm for each command of the machine.

use super::backend::Backend;
use super::bank::BankAct;
use super::documents::{BEGINNING, Doc};
use super::network::Rule;
use super::promises::Promises;
use relink_core::view::{Action, Pane, Subject, View};
use relink_core::{Call, CallKind, Device, Effect, Input, Machine, Moment, Saved, Settings, Timer};
use relink_faults::{Fault, Plan};
use relink_wire::{Event, FlowState};
use std::collections::VecDeque;

/// What a request has to do with the answer that comes of it.
#[derive(Clone, Debug)]
pub(super) enum Coming {
    /// It reaches the backend, and is answered after that many milliseconds.
    Reaches(Call, Option<Fault>, u64),
    /// A fact.
    Fact(Input),
    /// The customer is done at the bank.
    Given(String, Vec<&'static str>),
}

/// The world around one element.
pub struct World {
    pub machine: Machine,
    pub backend: Backend,
    pub promises: Promises,
    pub settings: Settings,
    pub device: Device,
    pub elapsed_ms: u64,
    /// How wrong the browser's wall clock is, milliseconds.
    pub clock_off_ms: i64,
    pub bank: VecDeque<BankAct>,
    pub rules: Vec<Rule>,
    pub plan: Plan,
    pub saved: Option<Saved>,
    pub events: Vec<(Option<String>, Event)>,
    pub requests: Vec<Call>,
    pub subjects: Vec<Subject>,
    pub opened: Vec<Effect>,
    pub left_page: bool,
    pub offline: bool,
    /// Whether answers have a `Date` that the page may read.
    pub tells_time: bool,
    /// Whether the page's `headers` is a function, which can make fresh ones.
    pub makes_headers: bool,
    /// Since when the machine could have heard of a success and has not, milliseconds.
    unheard_since: Option<u64>,
    /// Until when a fault that befell a request holds up what comes of it, milliseconds.
    pub(super) befallen_until_ms: u64,
    coming: Vec<(u64, u64, Coming)>,
    timers: Vec<(Timer, u64)>,
    sequence: u64,
}

impl World {
    /// A page whose backend gives this session, started, and at rest.
    pub fn started(doc: Doc) -> Self {
        let mut world = Self::new(Backend::giving([doc])).start();
        world.settle();
        world
    }

    /// How many requests of that kind were sent.
    pub fn requests_of(&self, kind: CallKind) -> usize {
        self.requests.iter().filter(|call| call.kind == kind).count()
    }

    /// Nothing has happened yet.
    pub fn new(backend: Backend) -> Self {
        Self {
            machine: Machine::new(),
            backend,
            promises: Promises::default(),
            settings: Settings { account: Some("fca_1".into()), ..Settings::default() },
            device: Device { windows: true, online: true, visible: true },
            elapsed_ms: 1_000,
            clock_off_ms: 0,
            bank: VecDeque::new(),
            rules: Vec::new(),
            plan: Plan::default(),
            saved: None,
            events: Vec::new(),
            requests: Vec::new(),
            subjects: Vec::new(),
            opened: Vec::new(),
            left_page: false,
            offline: false,
            tells_time: false,
            makes_headers: false,
            unheard_since: None,
            befallen_until_ms: 0,
            coming: Vec::new(),
            timers: Vec::new(),
            sequence: 0,
        }
    }

    pub fn bank(mut self, acts: impl IntoIterator<Item = BankAct>) -> Self {
        self.bank.extend(acts);
        self
    }

    pub fn session(mut self, id: &str) -> Self {
        self.settings.session = Some(id.into());
        self
    }

    pub fn rule(mut self, kind: CallKind, fault: Fault, first: u32, until_ms: u64) -> Self {
        self.rules.push(Rule { kind, fault, first, until_ms });
        self
    }

    /// Faults in the words of `relink-faults`.
    pub fn faults(mut self, rules: &str) -> Self {
        self.plan = Plan::read(rules).unwrap_or_else(|mistake| panic!("{mistake}"));
        self
    }

    /// The page's `headers` is a function.
    pub fn with_headers(mut self) -> Self {
        self.makes_headers = true;
        self
    }

    pub fn without_windows(mut self) -> Self {
        self.device.windows = false;
        self
    }

    /// The element is shown.
    pub fn start(mut self) -> Self {
        self.begin();
        self
    }

    pub fn begin(&mut self) {
        let saved = self.saved.as_ref().and_then(|saved| Saved::decode(&saved.encode())).map(Box::new);
        let (settings, device) = (self.settings.clone(), self.device);
        self.tell(Input::Started { settings, saved, device });
    }

    /// The page is loaded again, in the same tab.
    pub fn reload(&mut self) {
        self.machine = Machine::new();
        self.coming.retain(|(_, _, coming)| matches!(coming, Coming::Given(..) | Coming::Reaches(..)));
        self.timers.clear();
        self.left_page = false;
        let at_bank = self.saved.as_ref().is_some_and(|saved| saved.at_bank);
        self.promises.new_page(self.device.online, at_bank);
        if self.saved.is_none() {
            self.promises.record_lost();
        }
        self.begin();
    }

    /// A fact goes in; what comes out is carried out, and every promise is checked.
    pub fn tell(&mut self, input: Input) {
        self.left_page &= input != Input::Restored;
        let was = self.machine.view();
        let now = self.moment();
        let effects = self.machine.handle(input.clone(), now);
        let is = self.machine.view();
        self.promises.check(&was, &input, &effects, &is);
        if self.subjects.last() != Some(&is.pane.subject()) {
            self.subjects.push(is.pane.subject());
        }
        for effect in effects {
            self.carry_out(effect);
        }
        self.has_heard();
    }

    pub fn press(&mut self, action: Action) {
        self.tell(Input::Pressed(action));
    }

    /// Presses the primary action, which has to be there.
    pub fn go_on(&mut self) {
        let primary = self.view().primary.filter(|offer| offer.enabled);
        let action = primary.unwrap_or_else(|| panic!("no primary action in {:?}", self.view())).action;
        self.press(action);
    }

    pub fn set_online(&mut self, online: bool) {
        self.offline = !online;
        self.device.online = online;
        self.tell(Input::Connectivity { online });
    }

    /// The page asks to start over.
    pub fn restart(&mut self) {
        self.tell(Input::RestartAsked { settings: self.settings.clone() });
    }

    /// Whether the bank, or the browser on its behalf, still has something to say.
    pub fn bank_is_busy(&self) -> bool {
        self.coming.iter().any(|(_, _, coming)| match coming {
            Coming::Given(..) => true,
            Coming::Fact(input) => {
                matches!(input, Input::HandoffReturned { .. } | Input::WindowClosed { .. })
            }
            Coming::Reaches(..) => false,
        })
    }

    /// Whether any page reported a success.
    pub fn has_told_success(&self) -> bool {
        self.events.iter().any(|(_, event)| matches!(event, Event::Success { .. }))
    }

    /// The page comes into sight, or goes out of it.
    pub fn see(&mut self, visible: bool) {
        self.device.visible = visible;
        self.tell(Input::Visibility { visible });
    }

    pub fn view(&self) -> View {
        self.machine.view()
    }

    pub fn subject(&self) -> Subject {
        self.view().pane.subject()
    }

    pub fn state(&self) -> Option<FlowState> {
        self.view().state
    }

    pub fn unix(&self) -> i64 {
        BEGINNING + (self.elapsed_ms / 1000) as i64
    }

    pub fn moment(&mut self) -> Moment {
        self.sequence += 1;
        let mut bits = self.sequence.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        bits ^= bits >> 31;
        Moment {
            elapsed_ms: self.elapsed_ms,
            unix_ms: BEGINNING * 1000 + self.elapsed_ms as i64 + self.clock_off_ms,
            random: u128::from(bits.wrapping_mul(0xbf58_476d_1ce4_e5b9)) << 64 | u128::from(bits),
        }
    }

    /// Lets that much time pass.
    pub fn pass(&mut self, ms: u64) {
        let until = self.elapsed_ms + ms;
        while self.step(until) {}
        self.elapsed_ms = until;
        self.has_heard();
    }

    /// I1: what the backend recorded as succeeded is reported within ten seconds of being online and in sight, and of the end
    /// of what befell the requests. Where nothing was done at the bank and the backend did not answer, the next look is the customer's.
    fn has_heard(&mut self) {
        let session = self.saved.as_ref().and_then(|saved| saved.session.as_ref());
        let held = session.and_then(|session| self.backend.sessions.get(session));
        let succeeded = held.is_some_and(|held| held.document["status"] == "succeeded");
        let view = self.view();
        let waits =
            view.state.is_some_and(|state| !state.is_terminal()) && view.pane.subject() != Subject::Nothing;
        let troubled = matches!(view.pane, Pane::Problem(_));
        let able =
            self.is_whole() && self.device.visible && self.device.online && !self.left_page && !troubled;
        if !(succeeded && waits && able) {
            self.unheard_since = None;
            return;
        }
        let since = *self.unheard_since.get_or_insert(self.elapsed_ms);
        assert!(self.elapsed_ms - since <= 10_000, "I1: nothing was told of a success: {view:?}");
    }

    /// The page is frozen for that long: nothing of it runs, and all that came meanwhile comes at once.
    pub fn freeze(&mut self, ms: u64) {
        let thaw = self.elapsed_ms + ms;
        for (at, _, coming) in &mut self.coming {
            if matches!(coming, Coming::Fact(_)) && *at < thaw {
                *at = thaw;
            }
        }
        for (_, at) in &mut self.timers {
            *at = (*at).max(thaw);
        }
        self.see(false);
        self.pass(ms);
        self.see(true);
    }

    /// Lets time pass until nothing is on its way that the customer is not the one to move.
    pub fn settle(&mut self) {
        self.pass(1_000);
        let until = self.elapsed_ms + 15 * 60_000;
        let waits = |world: &Self| {
            let (view, at_bank) = (world.view(), !world.coming.is_empty());
            let busy = matches!(
                view.pane.subject(),
                Subject::Loading | Subject::Checking | Subject::Saving | Subject::AtBank
            );
            busy && (at_bank || view.pane.subject() != Subject::AtBank)
        };
        while waits(self) && self.step(until) {}
    }

    /// The next thing happens, where there is one before that instant.
    fn step(&mut self, until: u64) -> bool {
        let coming = self.coming.iter().map(|(at, n, _)| (*at, *n)).min();
        let timer = self.timers.iter().map(|(_, at)| *at).min().filter(|_| !self.left_page);
        match (coming, timer) {
            (Some((at, n)), timer) if at <= until && timer.is_none_or(|timer| at <= timer) => {
                self.elapsed_ms = self.elapsed_ms.max(at);
                let place = self.coming.iter().position(|(_, number, _)| *number == n).unwrap_or_default();
                let (_, _, coming) = self.coming.remove(place);
                self.happen(coming);
                true
            }
            (_, Some(at)) if at <= until => {
                self.elapsed_ms = self.elapsed_ms.max(at);
                let place = self.timers.iter().position(|(_, due)| *due == at).unwrap_or_default();
                let (timer, _) = self.timers.remove(place);
                self.tell(Input::TimerFired(timer));
                true
            }
            _ => false,
        }
    }

    pub(super) fn later(&mut self, after_ms: u64, coming: Coming) {
        self.sequence += 1;
        self.coming.push((self.elapsed_ms + after_ms, self.sequence, coming));
    }

    fn happen(&mut self, coming: Coming) {
        match coming {
            // A page that was left hears nothing.
            Coming::Fact(_) if self.left_page => {}
            Coming::Fact(input) => self.tell(input),
            Coming::Given(session, accounts) => {
                self.backend.give(&session, &accounts);
                if self.backend.settles_by_itself {
                    self.backend.settle(&session);
                }
            }
            Coming::Reaches(call, fault, after_ms) => self.reach(&call, fault, after_ms),
        }
    }

    fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::Call(call) => self.send(call),
            Effect::StartTimer { timer, after_ms } => {
                self.timers.retain(|(running, _)| *running != timer);
                self.timers.push((timer, self.elapsed_ms + after_ms));
            }
            Effect::StopTimer(timer) => self.timers.retain(|(running, _)| *running != timer),
            Effect::Remember(saved) => self.saved = Some(saved),
            Effect::Forget => self.saved = None,
            Effect::Emit { session, event, .. } => self.events.push((session, event)),
            Effect::Collect { attempt, .. } => {
                self.opened.push(effect);
                self.modal(attempt);
            }
            Effect::OpenWindow { attempt, or_leave, .. } => {
                self.opened.push(effect);
                self.window(attempt, or_leave);
            }
            Effect::LeavePage { .. } => {
                self.opened.push(effect);
                self.leave();
            }
            Effect::PrepareWindow { .. } => self.opened.push(effect),
            // An abandoned answer still arrives: it must not matter.
            Effect::Abandon(_) | Effect::CloseWindow | Effect::Nudge { .. } | Effect::Dismiss => {}
        }
    }

    /// The event that ended the flow, in a line a person can read.
    pub fn end(&self) -> String {
        let end = self.events.iter().rev().find(|(_, event)| event.is_terminal());
        match end.map(|(_, event)| event) {
            Some(Event::Success { outcome, .. }) => format!("relink-success {}", outcome.as_str()),
            Some(Event::Failure { code, .. }) => format!("relink-failure {}", code.as_str()),
            Some(Event::Cancel { state }) => format!("relink-cancel in {}", state.as_str()),
            Some(_) | None => String::from("-"),
        }
    }

    /// The requests, each as its verb and route, without repetitions next to each other.
    pub fn routes(&self) -> String {
        let mut routes: Vec<&str> = Vec::new();
        for call in &self.requests {
            let name = match call.kind {
                CallKind::Create => "create",
                CallKind::Read => "read",
                CallKind::Complete => "complete",
                CallKind::Cancel => "cancel",
            };
            if routes.last() != Some(&name) {
                routes.push(name);
            }
        }
        routes.join(" ")
    }

    /// The codes of all errors that were reported and got past.
    pub fn errors(&self) -> Vec<String> {
        let code = |(_, event): &(Option<String>, Event)| match event {
            Event::Error { code, .. } => Some(code.as_str().to_owned()),
            _ => None,
        };
        self.events.iter().filter_map(code).collect()
    }

    pub fn keys(&self, kind: CallKind) -> Vec<String> {
        let of_kind = self.requests.iter().filter(|call| call.kind == kind);
        let mut keys: Vec<String> = of_kind.filter_map(|call| call.idempotency_key.clone()).collect();
        keys.dedup();
        keys
    }
}
