//! Calls in flight: at most one of each kind. They are retried by the policy. Late answers are recognised by number.

use super::refusal::Refusal;
use crate::clock::Moment;
use crate::effect::{Call, CallKind, CallNumber, Effect, Timer};
use crate::input::Answer;
use crate::retry::{self, Next};
use relink_wire::{Code, Gather, Json, Problem, Session};
use std::rc::Rc;

/// How long one send waits for its answer, milliseconds.
const TIMEOUT_MS: u64 = 15_000;
/// Timeout of the last read before leaving, milliseconds. It is short because the customer wants to go.
pub const PARTING_TIMEOUT_MS: u64 = 4_000;
/// How many tries the last read gets.
const PARTING_TRIES: u32 = 3;
/// Pause between tries while the browser believes it is offline, milliseconds.
const OFFLINE_MS: u64 = 10_000;
/// The most sends of one call, including those made while offline.
const MOST_SENDS: u32 = 60;

/// The most automatic reads of one session, retries included.
pub const MOST_READS: u32 = 300;

/// How hard to try for an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patience {
    /// Try again by the policy.
    Persist,
    /// One try: another read follows anyway.
    Once,
    /// A few short tries: the flow waits for this last answer.
    Parting,
}

/// What to ask.
#[derive(Clone, Debug)]
pub struct Request {
    /// What.
    pub kind: CallKind,
    /// Below the endpoint.
    pub path: String,
    /// The body of a POST.
    pub body: Option<Rc<Json>>,
    /// The key of a POST.
    pub key: Option<String>,
    /// How hard to try for an answer.
    pub patience: Patience,
}

#[derive(Clone, Debug)]
struct Pending {
    number: CallNumber,
    request: Request,
    /// Tries that count against the limit.
    tries: u32,
    /// All sends.
    sends: u32,
    /// Whether it waits for a timer or for the connection, not for an answer.
    paused: bool,
    /// Whether it was repeated with fresh headers after a 401. Do this only once: a customer who is signed out stays
    /// signed out.
    renewed: bool,
}

/// A call that is over.
#[derive(Debug)]
pub struct Settled {
    /// What was asked.
    pub kind: CallKind,
    /// The result.
    pub result: Result<Session, Refusal>,
}

/// All calls of a flow.
#[derive(Debug, Default)]
pub struct Calls {
    pending: Vec<Pending>,
    /// The last number used. Never reuse a number, not even in the next flow.
    last: u32,
    /// Reads of the current session so far.
    pub reads: u32,
}

impl Calls {
    /// Calls whose numbers continue from the earlier flow's. A cancellation may still be in flight: nobody waits for
    /// it, but a second one must not be sent beside it.
    pub fn following(earlier: &Self) -> Self {
        let cancelling = |pending: &&Pending| pending.request.kind == CallKind::Cancel;
        Self {
            pending: earlier.pending.iter().filter(cancelling).cloned().gather(),
            last: earlier.last,
            reads: 0,
        }
    }

    /// Whether a call of that kind is in flight or waits for its next try.
    pub fn is_busy(&self, kind: CallKind) -> bool {
        self.pending.iter().any(|pending| pending.request.kind == kind)
    }

    /// Sends a request, and gives up an older call of the same kind.
    pub fn ask(&mut self, request: Request, effects: &mut Vec<Effect>) {
        self.give_up(request.kind, effects);
        let number = CallNumber(0);
        let pending = Pending { number, request, tries: 0, sends: 0, paused: false, renewed: false };
        self.send(pending, effects);
    }

    /// Gives a call up: its answer is no longer wanted.
    pub fn give_up(&mut self, kind: CallKind, effects: &mut Vec<Effect>) {
        let Some(at) = self.pending.iter().position(|pending| pending.request.kind == kind) else { return };
        let pending = self.pending.remove(at);
        effects.push(if pending.paused {
            Effect::StopTimer(Timer::Retry(kind))
        } else {
            Effect::Abandon(pending.number)
        });
    }

    /// Gives up all calls except a cancellation: nobody waits for that one.
    pub fn give_all_up(&mut self, effects: &mut Vec<Effect>) {
        for kind in [CallKind::Create, CallKind::Read, CallKind::Complete] {
            self.give_up(kind, effects);
        }
    }

    /// The pause before the next try is over.
    pub fn resume(&mut self, kind: CallKind, effects: &mut Vec<Effect>) {
        let waiting = |pending: &Pending| pending.request.kind == kind && pending.paused;
        if let Some(at) = self.pending.iter().position(waiting) {
            let pending = self.pending.remove(at);
            self.send(pending, effects);
        }
    }

    /// The connection is back: send everything that waits.
    pub fn resume_all(&mut self, effects: &mut Vec<Effect>) {
        for kind in [CallKind::Create, CallKind::Read, CallKind::Complete, CallKind::Cancel] {
            if self.pending.iter().any(|pending| pending.request.kind == kind && pending.paused) {
                effects.push(Effect::StopTimer(Timer::Retry(kind)));
                self.resume(kind, effects);
            }
        }
    }

    /// Handles an answer at the moment `now`, by the best clock available. A late answer, whose number nobody waits
    /// for, is dropped here.
    #[inline(never)]
    pub fn settle(
        &mut self,
        number: CallNumber,
        answer: &Answer,
        online: bool,
        now: &Moment,
        effects: &mut Vec<Effect>,
    ) -> Option<Settled> {
        let at = self.pending.iter().position(|pending| pending.number == number && !pending.paused)?;
        let mut pending = self.pending.remove(at);
        let kind = pending.request.kind;
        let (status, retry_after_ms) = match answer {
            Answer::Http { status: 200..300, body: Some(body), .. } => {
                let decoded = Session::decode(body);
                return Some(Settled { kind, result: decoded.map_err(|e| Refusal::unreadable(kind, e)) });
            }
            Answer::HeadersRefused if !pending.renewed => {
                pending.renewed = true;
                self.send(pending, effects);
                return None;
            }
            Answer::Http { status, retry_after, .. } => {
                (Some(*status), retry_after.and_then(|after| after.wait_ms(now)))
            }
            Answer::HeadersRefused => (Some(401), None),
            Answer::TooLarge => (Some(200), None),
            // Asking again would not help, as after a 400.
            Answer::NotAddressed => (Some(400), None),
            Answer::NoAnswer | Answer::TimedOut | Answer::HeadersFailed => (None, None),
        };
        let is_lost = *answer == Answer::NoAnswer || is_cut(answer);
        let waits_for_connection = is_lost && !online;
        pending.tries += u32::from(!waits_for_connection);
        let spent = pending.sends >= MOST_SENDS || kind == CallKind::Read && self.reads >= MOST_READS;
        let persists = match pending.request.patience {
            Patience::Persist => true,
            Patience::Once => false,
            // A call that was lost at once is worth another second. One that timed out has had its seconds.
            Patience::Parting => {
                let may_come = status.is_some() || *answer == Answer::NoAnswer && online;
                may_come && retry_after_ms.is_none() && pending.tries < PARTING_TRIES
            }
        };
        let next = if !persists || spent {
            Next::GiveUp
        } else if waits_for_connection {
            Next::After(OFFLINE_MS)
        } else if is_lost || status.is_none_or(retry::is_worth_retrying) || is_running(answer) {
            retry::next(pending.tries, retry_after_ms, now.random)
        } else {
            Next::GiveUp
        };
        match next {
            Next::After(after_ms) => {
                pending.paused = true;
                effects.push(Effect::StartTimer { timer: Timer::Retry(kind), after_ms });
                self.pending.push(pending);
                None
            }
            Next::GiveUp => {
                Some(Settled { kind, result: Err(Refusal::from_answer(kind, answer, retry_after_ms)) })
            }
        }
    }

    fn send(&mut self, mut pending: Pending, effects: &mut Vec<Effect>) {
        self.last += 1;
        self.reads += u32::from(pending.request.kind == CallKind::Read);
        pending.number = CallNumber(self.last);
        pending.sends += 1;
        pending.paused = false;
        let request = &pending.request;
        effects.push(Effect::Call(Call {
            number: pending.number,
            kind: request.kind,
            path: request.path.clone(),
            body: request.body.clone(),
            idempotency_key: request.key.clone(),
            may_renew: !pending.renewed,
            keepalive: request.kind == CallKind::Cancel,
            timeout_ms: if request.patience == Patience::Parting { PARTING_TIMEOUT_MS } else { TIMEOUT_MS },
        }));
        self.pending.push(pending);
    }
}

/// Whether the answer was lost on its way although its head arrived: a truncated body, or another page in its place,
/// such as a captive portal's. A JSON body that is not a session is not lost: it would come the same way again.
fn is_cut(answer: &Answer) -> bool {
    matches!(answer, Answer::Http { status: 200 | 201, body: None, .. })
}

/// Whether the answer says that an earlier send of the same request is still running (409).
fn is_running(answer: &Answer) -> bool {
    match answer {
        Answer::Http { status: 409, body: Some(body), .. } => {
            Problem::decode(body).code == Some(Code::RateLimited)
        }
        Answer::Http { .. }
        | Answer::HeadersRefused
        | Answer::TooLarge
        | Answer::NoAnswer
        | Answer::TimedOut
        | Answer::HeadersFailed
        | Answer::NotAddressed => false,
    }
}
