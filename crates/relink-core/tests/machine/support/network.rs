//! The simulated network between the shell and the backend: the catalogue of `relink-faults`, in virtual time.

use super::world::{Coming, World};
use relink_core::{Answer, Call, CallKind, Input, RetryAfter};
use relink_faults::{Exchange, Fault, Plan, spoil};

/// A rule with a deadline: which requests a fault hits.
#[derive(Clone, Debug)]
pub struct Rule {
    pub kind: CallKind,
    pub fault: Fault,
    /// The first so many requests of the kind.
    pub first: u32,
    /// And those before this instant, milliseconds.
    pub until_ms: u64,
}

impl Rule {
    /// Whether it hits the request of that kind after so many others.
    fn befalls(&self, kind: CallKind, nth: u32, elapsed_ms: u64) -> bool {
        self.kind == kind && (nth < self.first || elapsed_ms < self.until_ms)
    }
}

impl World {
    /// Whether no fault hits a request any more, and no request that was hit still waits for its answer.
    /// For a plan of `relink-faults` it is not known.
    pub fn is_whole(&self) -> bool {
        let befalls = |rule: &Rule| rule.befalls(rule.kind, self.sent(rule.kind), self.elapsed_ms);
        let over = self.plan == Plan::default() && !self.rules.iter().any(befalls);
        over && self.elapsed_ms >= self.befallen_until_ms
    }

    fn sent(&self, kind: CallKind) -> u32 {
        self.requests.iter().filter(|call| call.kind == kind).count() as u32
    }

    /// The request goes out.
    pub(super) fn send(&mut self, call: Call) {
        let nth = self.sent(call.kind);
        self.requests.push(call.clone());
        let befalls = |rule: &&Rule| rule.befalls(call.kind, nth, self.elapsed_ms);
        let exchange = Exchange::new(if call.kind == CallKind::Read { "GET" } else { "POST" }, &call.path);
        let planned = self.plan.befalls(&exchange);
        let fault = match self.offline {
            true => Some(Fault::Refused),
            false => self.rules.iter().find(befalls).map(|rule| rule.fault).or(planned),
        };
        let lasts_ms = fault.map_or(0, |fault| lasts_ms(fault, call.timeout_ms));
        self.befallen_until_ms = self.befallen_until_ms.max(self.elapsed_ms + lasts_ms);
        let deadline = answered(&call, Answer::TimedOut);
        self.later(call.timeout_ms, deadline);
        let http = |status, body| Answer::Http { status, retry_after: None, body };
        let refused =
            |retry_after| Answer::Http { status: 429, retry_after, body: Some(spoil::problem(429)) };
        match fault {
            None => self.later(20, Coming::Reaches(call, fault, 20)),
            Some(Fault::Delay(ms)) => {
                let half = u64::from(ms) / 2;
                self.later(half, Coming::Reaches(call, fault, half));
            }
            // Longer than the shell waits: the try after it is answered first.
            Some(Fault::OutOfOrder) => self.later(20, Coming::Reaches(call, fault, 20_000)),
            Some(Fault::Refused | Fault::NameNotFound | Fault::ResetBefore) => {
                self.later(30, answered(&call, Answer::NoAnswer));
            }
            // The shell follows no redirect, and what is no JSON is no body.
            Some(Fault::Html | Fault::Redirected) => self.later(30, answered(&call, http(200, None))),
            Some(Fault::HeadersFailed) => self.later(1, answered(&call, Answer::HeadersFailed)),
            Some(Fault::Hang) => {}
            Some(Fault::TooManySeconds(seconds)) => {
                self.later(30, answered(&call, refused(Some(RetryAfter::Seconds(seconds)))));
            }
            Some(Fault::TooManyUntil(seconds)) => {
                let at = RetryAfter::At(self.unix() + i64::from(seconds));
                self.later(30, answered(&call, refused(Some(at))));
            }
            Some(Fault::Status(status)) => {
                self.later(30, answered(&call, http(status, Some(spoil::problem(status)))));
            }
            Some(
                Fault::ResetAfter
                | Fault::HangAfter
                | Fault::BodyCut
                | Fault::Empty
                | Fault::InvalidJson
                | Fault::UnknownEnum
                | Fault::MissingField
                | Fault::ExtraFields
                | Fault::HugeBody,
            ) => self.later(20, Coming::Reaches(call, fault, 20)),
        }
    }

    /// The request is with the backend.
    pub(super) fn reach(&mut self, call: &Call, fault: Option<Fault>, after_ms: u64) {
        let (status, body) = self.backend.answer(call, self.unix());
        let body = match fault {
            Some(Fault::ResetAfter | Fault::BodyCut) => {
                return self.later(after_ms, answered(call, Answer::NoAnswer));
            }
            // Only the shell's own deadline ends it.
            Some(Fault::HangAfter) => return,
            Some(Fault::Empty | Fault::InvalidJson | Fault::HugeBody) => None,
            Some(Fault::UnknownEnum) => Some(spoil::with_unknown_values(body)),
            Some(Fault::MissingField) => Some(spoil::without_a_field(body)),
            Some(Fault::ExtraFields) => Some(spoil::with_extra_fields(body)),
            Some(_) | None => Some(body),
        };
        self.later(after_ms, answered(call, Answer::Http { status, retry_after: None, body }));
    }
}

/// How long a request that the fault hits delays the answer to another.
fn lasts_ms(fault: Fault, timeout_ms: u64) -> u64 {
    match fault {
        Fault::Hang | Fault::HangAfter | Fault::OutOfOrder => timeout_ms,
        Fault::Delay(ms) => u64::from(ms).min(timeout_ms),
        // The server's own wish.
        Fault::TooManySeconds(seconds) | Fault::TooManyUntil(seconds) => u64::from(seconds) * 1_000,
        Fault::Refused
        | Fault::NameNotFound
        | Fault::ResetBefore
        | Fault::ResetAfter
        | Fault::BodyCut
        | Fault::Empty
        | Fault::Html
        | Fault::Redirected
        | Fault::HeadersFailed
        | Fault::InvalidJson
        | Fault::UnknownEnum
        | Fault::MissingField
        | Fault::ExtraFields
        | Fault::HugeBody
        | Fault::Status(_) => 0,
    }
}

fn answered(call: &Call, answer: Answer) -> Coming {
    Coming::Fact(Input::Answered { call: call.number, answer })
}
