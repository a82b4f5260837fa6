//! The machine, driven by any moves in any order. After each move, and after each fact that a test passes in, every
//! promise is checked.

use crate::documents::BEGINNING;
use crate::moves::{Move, Reply};
use crate::promises::Promises;
use crate::shape::{Shape, accounts_of};
use relink_core::view::{Action, Offer, View};
use relink_core::{
    Answer, Attempt, Call, CallKind, CallNumber, Device, Effect, HandoffFailure, Input, Machine, Moment,
    RetryAfter, Saved, Settings, Sight, Timer,
};
use relink_wire::{Account, Event, FlowState};
use serde_json::json;

/// The machine and all that the moves need to know of it.
pub struct Play {
    machine: Machine,
    promises: Promises,
    device: Device,
    settings: Settings,
    saved: Option<Saved>,
    out: Vec<Call>,
    timers: Vec<(Timer, u64)>,
    elapsed_ms: u64,
    wall_ms: i64,
    drawn: u64,
    created: u32,
    attempts: u32,
    /// Every event so far, over all pages, with its session.
    pub events: Vec<(Option<String>, Event)>,
    /// Every request so far, over all pages.
    pub requests: Vec<Call>,
}

impl Default for Play {
    fn default() -> Self {
        Self {
            machine: Machine::new(),
            promises: Promises::default(),
            device: Device { windows: true, online: true, visible: true },
            settings: Settings::default(),
            saved: None,
            out: Vec::new(),
            timers: Vec::new(),
            elapsed_ms: 0,
            wall_ms: BEGINNING * 1000,
            drawn: 0,
            created: 0,
            attempts: 0,
            events: Vec::new(),
            requests: Vec::new(),
        }
    }
}

/// How long a machine may take to come to rest, once everything works again.
const PATIENCE_MS: u64 = 15 * 60_000;

const TIMERS: [Timer; 7] = [
    Timer::Poll,
    Timer::Wait,
    Timer::Reopen,
    Timer::Retry(CallKind::Create),
    Timer::Retry(CallKind::Read),
    Timer::Retry(CallKind::Complete),
    Timer::Retry(CallKind::Cancel),
];

impl Play {
    /// A page that asks for that, and finds that in its storage.
    pub fn of(settings: Settings, saved: Option<Saved>) -> Self {
        let at_bank = saved.as_ref().is_some_and(|saved| saved.at_bank);
        let mut play = Self { settings, saved, ..Self::default() };
        play.promises.new_page(true, at_bank);
        play.start();
        play
    }

    /// What is on screen.
    pub fn view(&self) -> View {
        self.machine.view()
    }

    /// What is kept for a reload.
    pub fn saved(&self) -> Option<&Saved> {
        self.saved.as_ref()
    }

    /// The request that has waited longest for its answer.
    pub fn waiting(&self) -> Option<&Call> {
        self.out.first()
    }

    /// Whether a call of that kind is under way, or waits for its next try.
    pub fn insists_on(&self, kind: CallKind) -> bool {
        self.out.iter().any(|call| call.kind == kind)
            || self.timers.iter().any(|(timer, _)| *timer == Timer::Retry(kind))
    }

    /// The request that has waited longest is answered.
    pub fn answer(&mut self, answer: Answer) {
        if !self.out.is_empty() {
            let call = self.out.remove(0).number;
            self.tell(Input::Answered { call, answer });
        }
    }

    /// The bank was opened so many times; the last opening.
    pub fn last_attempt(&self) -> Attempt {
        Attempt(self.attempts)
    }

    /// Everything works again: within fifteen minutes, whatever came before, the customer has an end or a way on.
    pub fn comes_to_rest(&mut self) {
        self.make(&Move::Online(true));
        self.make(&Move::Visible(true));
        let until = self.elapsed_ms + PATIENCE_MS;
        loop {
            let view = self.view();
            if view.is_interactive() || view.state.is_none_or(FlowState::is_terminal) {
                return;
            }
            assert!(self.elapsed_ms <= until, "I7: still {view:?} after {PATIENCE_MS} ms");
            let next = self.timers.iter().enumerate().min_by_key(|(_, (_, due))| *due);
            if !self.out.is_empty() {
                self.make(&Move::Answer { which: 0, reply: Reply::Session(Shape::default()) });
            } else if let Some((place, _)) = next {
                self.make(&Move::Fire(u8::try_from(place).unwrap_or_default()));
            } else {
                panic!("I7: nothing is on its way in {view:?}");
            }
        }
    }

    /// Makes a move.
    pub fn make(&mut self, turn: &Move) {
        self.elapsed_ms += 7;
        self.wall_ms = self.wall_ms.saturating_add(7);
        match turn {
            Move::Start { named, windows } => {
                self.device.windows = *windows;
                self.settings = Settings {
                    account: Some("fca_1".into()),
                    session: named.then(|| "rls_x".into()),
                    // As often as not, and without a move of its own: the corpora keep their meaning.
                    remind_later: *windows,
                    ..Settings::default()
                };
                self.start();
            }
            Move::Reload => {
                self.machine = Machine::new();
                self.out.clear();
                self.timers.clear();
                let at_bank = self.saved.as_ref().is_some_and(|saved| saved.at_bank);
                self.promises.new_page(self.device.online, at_bank);
                self.start();
            }
            Move::Restart => self.tell(Input::RestartAsked { settings: self.settings.clone() }),
            Move::Answer { which, reply } => {
                if let Some(call) = pick(&self.out, *which).cloned() {
                    self.out.retain(|out| out.number != call.number);
                    let answer = self.reply(Some(&call), reply);
                    self.tell(Input::Answered { call: call.number, answer });
                }
            }
            Move::Stale { number, reply } => {
                let number = CallNumber(u32::from(*number));
                let call = self.out.iter().find(|out| out.number == number).cloned();
                self.out.retain(|out| out.number != number);
                let answer = self.reply(call.as_ref(), reply);
                self.tell(Input::Answered { call: number, answer });
            }
            Move::Fire(which) => {
                if let Some((timer, due)) = pick(&self.timers, *which).copied() {
                    self.timers.retain(|(running, _)| *running != timer);
                    let waited = due.saturating_sub(self.elapsed_ms);
                    self.elapsed_ms += waited;
                    self.wall_ms = self.wall_ms.saturating_add(waited as i64);
                    self.tell(Input::TimerFired(timer));
                }
            }
            Move::FireAny(which) => {
                let timer = TIMERS[usize::from(*which) % TIMERS.len()];
                self.timers.retain(|(running, _)| *running != timer);
                self.tell(Input::TimerFired(timer));
            }
            Move::Press(which) => {
                let view = self.machine.view();
                let mut offers: Vec<Action> = [view.primary, view.secondary]
                    .into_iter()
                    .flatten()
                    .filter(|offer: &Offer| offer.enabled)
                    .map(|offer| offer.action)
                    .collect();
                if let relink_core::view::Pane::Choose(choose) = view.pane {
                    offers.extend(
                        choose.options.into_iter().map(|option| Action::Toggle(option.card.id.clone())),
                    );
                }
                offers.extend(view.close);
                if let Some(action) = pick(&offers, *which).cloned() {
                    self.tell(Input::Pressed(action));
                }
            }
            Move::PressAny(which) => {
                let all = [
                    Action::Continue,
                    Action::Reopen,
                    Action::CheckAgain,
                    Action::Toggle("fca_1".into()),
                    Action::Toggle("fca_2".into()),
                    Action::UseChosen,
                    Action::TryAgain,
                    Action::StartAgain,
                    Action::Close,
                    Action::Remind,
                    Action::KeepGoing,
                    Action::LeaveAnyway,
                    Action::Dismiss,
                    Action::FollowLink,
                ];
                self.tell(Input::Pressed(all[usize::from(*which) % all.len()].clone()));
            }
            Move::CloseAsked => self.tell(Input::CloseAsked),
            Move::Withdrawn => self.tell(Input::Withdrawn),
            Move::Returned { ago, accounts } => {
                let attempt = self.attempt(*ago);
                let accounts = Account::decode_list(&accounts_of(*accounts));
                self.tell(Input::HandoffReturned { attempt, accounts });
            }
            Move::Failed { ago, how } => {
                let attempt = self.attempt(*ago);
                let failure = match how % 4 {
                    0 => HandoffFailure::ScriptNotLoaded,
                    1 => HandoffFailure::Refused { code: Some("full_moon".into()) },
                    2 => HandoffFailure::Broken,
                    _ => HandoffFailure::Unreachable,
                };
                self.tell(Input::HandoffFailed { attempt, failure });
            }
            Move::Blocked { ago } => self.tell(Input::WindowBlocked { attempt: self.attempt(*ago) }),
            Move::WindowClosed { ago } => self.tell(Input::WindowClosed { attempt: self.attempt(*ago) }),
            Move::Online(online) => {
                self.device.online = *online;
                self.tell(Input::Connectivity { online: *online });
            }
            Move::Visible(visible) => {
                self.device.visible = *visible;
                self.tell(Input::Visibility { visible: *visible });
            }
            Move::Restored => self.tell(Input::Restored),
            Move::Nudged => self.tell(Input::Nudged),
            Move::Sighted(how) => self.tell(Input::Sighted(match how % 3 {
                0 => Sight::Clear,
                1 => Sight::Unsure,
                _ => Sight::Lost,
            })),
            Move::Jump { elapsed_s, wall_s } => {
                self.elapsed_ms += u64::from(*elapsed_s) * 1000;
                self.wall_ms = self.wall_ms.saturating_add(i64::from(*wall_s) * 1000);
            }
        }
    }

    fn start(&mut self) {
        let saved = self.saved.as_ref().and_then(|saved| Saved::decode(&saved.encode())).map(Box::new);
        let (settings, device) = (self.settings.clone(), self.device);
        let over = self.machine.view().state.is_none_or(FlowState::is_terminal);
        if over {
            self.tell(Input::Started { settings, saved, device });
        }
    }

    fn attempt(&self, ago: u8) -> Attempt {
        Attempt(self.attempts.saturating_sub(u32::from(ago % 3)))
    }

    /// A fact goes in; what comes out is noted, and every promise is checked.
    pub fn tell(&mut self, input: Input) {
        self.drawn += 1;
        let bits = self.drawn.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let now = Moment {
            elapsed_ms: self.elapsed_ms,
            unix_ms: self.wall_ms,
            random: u128::from(bits) << 64 | u128::from(bits ^ self.drawn),
        };
        let was = self.machine.view();
        let effects = self.machine.handle(input.clone(), now);
        let is = self.machine.view();
        self.promises.check(&was, &input, &effects, &is);
        for effect in effects {
            match effect {
                Effect::Call(call) => {
                    self.requests.push(call.clone());
                    self.out.push(call);
                }
                Effect::Emit { session, event, .. } => self.events.push((session, event)),
                Effect::Abandon(number) => self.out.retain(|out| out.number != number),
                Effect::StartTimer { timer, after_ms } => {
                    self.timers.retain(|(running, _)| *running != timer);
                    self.timers.push((timer, self.elapsed_ms + after_ms));
                }
                Effect::StopTimer(timer) => self.timers.retain(|(running, _)| *running != timer),
                Effect::Remember(saved) => self.saved = Some(saved),
                Effect::Forget => self.saved = None,
                Effect::Collect { attempt, .. }
                | Effect::OpenWindow { attempt, .. }
                | Effect::PrepareWindow { attempt } => self.attempts = self.attempts.max(attempt.0),
                Effect::LeavePage { .. } | Effect::CloseWindow | Effect::Nudge { .. } | Effect::Dismiss => {}
            }
        }
    }

    fn reply(&mut self, call: Option<&Call>, reply: &Reply) -> Answer {
        match reply {
            Reply::NoAnswer => Answer::NoAnswer,
            Reply::TimedOut => Answer::TimedOut,
            Reply::HeadersFailed => Answer::HeadersFailed,
            // The shell says so only of a call that may be repeated.
            Reply::HeadersRefused if call.is_some_and(|call| call.may_renew) => Answer::HeadersRefused,
            Reply::HeadersRefused => Answer::Http { status: 401, retry_after: None, body: None },
            Reply::TooLarge => Answer::TooLarge,
            Reply::Garbage(which) => {
                let body = [
                    None,
                    Some(json!(null)),
                    Some(json!([])),
                    Some(json!("<html>")),
                    Some(json!({"id": {}, "status": []})),
                    Some(json!({"id": "", "status": ""})),
                    Some(json!({"id": "rls_1", "status": "pending", "accounts": [null, 7, {"id": 3}]})),
                ];
                let body = body[usize::from(*which) % body.len()].clone();
                Answer::Http { status: 200, retry_after: None, body }
            }
            Reply::Problem { status, code, retry_after } => {
                const STATUSES: [u16; 18] = [
                    100, 204, 302, 400, 401, 403, 404, 408, 409, 410, 418, 422, 425, 429, 500, 502, 503, 599,
                ];
                let status = STATUSES[usize::from(*status) % STATUSES.len()];
                let known = relink_wire::Code::KNOWN;
                let code = known.get(usize::from(*code)).map_or("full_moon", |code| code.as_str());
                let retry_after = match retry_after % 6 {
                    0 => Some(RetryAfter::Seconds(3)),
                    1 => Some(RetryAfter::Seconds(u32::MAX)),
                    2 => Some(RetryAfter::At(i64::MAX)),
                    3 => Some(RetryAfter::At(BEGINNING + 20)),
                    _ => None,
                };
                let body = Some(json!({"code": code, "request_id": "req_7"}));
                Answer::Http { status, retry_after, body }
            }
            Reply::Session(shape) => {
                let id = match call {
                    Some(call) if call.kind == CallKind::Create => {
                        self.created += 1;
                        format!("rls_{}", self.created)
                    }
                    Some(call) => call.path.split('/').nth(2).unwrap_or_default().to_owned(),
                    None => String::from("rls_late"),
                };
                let id = if shape.foreign { String::from("rls_foreign") } else { id };
                Answer::Http { status: 200, retry_after: None, body: Some(shape.document(&id)) }
            }
        }
    }
}

fn pick<T>(from: &[T], which: u8) -> Option<&T> {
    from.get(usize::from(which).checked_rem(from.len())?)
}
