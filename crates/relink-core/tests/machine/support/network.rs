//! The simulated network between the shell and the backend: what can befall one request.

use super::world::{Coming, World};
use relink_core::{Answer, Call, CallKind, Input, RetryAfter};
use serde_json::{Value, json};

/// What befalls one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    Refused,
    NameNotFound,
    ResetBeforeSend,
    ResetAfterCommit,
    Hang,
    HangAfterCommit,
    TenSeconds,
    BodyCut,
    Empty,
    WrongContentType,
    InvalidJson,
    UnknownEnum,
    MissingField,
    ExtraFields,
    TenMegabytes,
    Status(u16),
    TooManySeconds(u32),
    TooManyUntil(i64),
    Redirected,
    OutOfOrder,
    HeadersFailed,
}

impl Fault {
    /// All of the catalogue.
    pub const ALL: &[Self] = &[
        Self::Refused,
        Self::NameNotFound,
        Self::ResetBeforeSend,
        Self::ResetAfterCommit,
        Self::Hang,
        Self::HangAfterCommit,
        Self::TenSeconds,
        Self::BodyCut,
        Self::Empty,
        Self::WrongContentType,
        Self::InvalidJson,
        Self::UnknownEnum,
        Self::MissingField,
        Self::ExtraFields,
        Self::TenMegabytes,
        Self::Status(400),
        Self::Status(401),
        Self::Status(403),
        Self::Status(404),
        Self::Status(409),
        Self::Status(422),
        Self::TooManySeconds(7),
        Self::TooManySeconds(90),
        Self::TooManyUntil(10),
        Self::Status(500),
        Self::Status(502),
        Self::Status(503),
        Self::Status(504),
        Self::Redirected,
        Self::OutOfOrder,
        Self::HeadersFailed,
    ];

    /// Whether the backend carries the request out, as far as it gets there.
    pub fn commits(self) -> bool {
        match self {
            Self::ResetAfterCommit
            | Self::HangAfterCommit
            | Self::TenSeconds
            | Self::BodyCut
            | Self::Empty
            | Self::InvalidJson
            | Self::UnknownEnum
            | Self::MissingField
            | Self::ExtraFields
            | Self::TenMegabytes
            | Self::OutOfOrder => true,
            Self::Refused
            | Self::NameNotFound
            | Self::ResetBeforeSend
            | Self::Hang
            | Self::WrongContentType
            | Self::Status(_)
            | Self::TooManySeconds(_)
            | Self::TooManyUntil(_)
            | Self::Redirected
            | Self::HeadersFailed => false,
        }
    }

    /// Whether the answer tells that no repetition will help, so that a flow may end by it.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Status(400 | 401 | 403 | 404 | 422))
    }
}

/// A rule: which requests a fault befalls.
#[derive(Clone, Debug)]
pub struct Rule {
    pub kind: CallKind,
    pub fault: Fault,
    /// The first so many requests of the kind.
    pub first: u32,
    /// And those before this instant, milliseconds.
    pub until_ms: u64,
}

/// `Retry-After` of a fault, at that server time.
fn retry_after(fault: Fault, server_unix: i64) -> Option<RetryAfter> {
    match fault {
        Fault::TooManySeconds(seconds) => Some(RetryAfter::Seconds(seconds)),
        Fault::TooManyUntil(seconds) => Some(RetryAfter::At(server_unix + seconds)),
        _ => None,
    }
}

impl World {
    /// The request goes out.
    pub(super) fn send(&mut self, call: Call) {
        let nth = self.requests.iter().filter(|earlier| earlier.kind == call.kind).count() as u32;
        self.requests.push(call.clone());
        let befalls =
            |rule: &&Rule| rule.kind == call.kind && (nth < rule.first || self.elapsed_ms < rule.until_ms);
        let fault = match self.offline {
            true => Some(Fault::Refused),
            false => self.rules.iter().find(befalls).map(|rule| rule.fault),
        };
        let deadline = answered(&call, Answer::TimedOut);
        self.later(call.timeout_ms, deadline);
        let http = |status, body| Answer::Http { status, retry_after: None, body };
        match fault {
            None => self.later(20, Coming::Reaches(call, fault, 20)),
            Some(Fault::TenSeconds) => self.later(5_000, Coming::Reaches(call, fault, 5_000)),
            Some(Fault::OutOfOrder) => self.later(20, Coming::Reaches(call, fault, 20_000)),
            Some(fault) if fault.commits() => self.later(20, Coming::Reaches(call, Some(fault), 20)),
            Some(Fault::Refused | Fault::NameNotFound | Fault::ResetBeforeSend) => {
                self.later(30, answered(&call, Answer::NoAnswer));
            }
            Some(Fault::WrongContentType | Fault::Redirected) => {
                self.later(30, answered(&call, http(200, None)));
            }
            Some(Fault::HeadersFailed) => self.later(1, answered(&call, Answer::HeadersFailed)),
            Some(Fault::Hang) => {}
            Some(fault @ (Fault::TooManySeconds(_) | Fault::TooManyUntil(_))) => {
                let retry_after = retry_after(fault, self.unix());
                let body = Some(json!({"code": "rate_limited"}));
                self.later(30, answered(&call, Answer::Http { status: 429, retry_after, body }));
            }
            Some(Fault::Status(status)) => {
                let body = Some(json!({"title": "No", "request_id": "req_7"}));
                self.later(30, answered(&call, http(status, body)));
            }
            Some(
                Fault::ResetAfterCommit
                | Fault::HangAfterCommit
                | Fault::BodyCut
                | Fault::Empty
                | Fault::InvalidJson
                | Fault::UnknownEnum
                | Fault::MissingField
                | Fault::ExtraFields
                | Fault::TenMegabytes,
            ) => unreachable!("it commits"),
        }
    }

    /// The request is with the backend.
    pub(super) fn reach(&mut self, call: &Call, fault: Option<Fault>, after_ms: u64) {
        let (status, body) = self.backend.answer(call, self.unix());
        let body = match fault {
            Some(Fault::ResetAfterCommit | Fault::BodyCut) => {
                return self.later(after_ms, answered(call, Answer::NoAnswer));
            }
            // Only the shell's own deadline ends it.
            Some(Fault::HangAfterCommit) => return,
            Some(Fault::Empty | Fault::InvalidJson | Fault::TenMegabytes) => None,
            Some(Fault::UnknownEnum) => Some(with_unknown_values(body)),
            Some(Fault::MissingField) => Some(without(body, "status")),
            Some(Fault::ExtraFields) => Some(with_extra_fields(body)),
            Some(_) | None => Some(body),
        };
        self.later(after_ms, answered(call, Answer::Http { status, retry_after: None, body }));
    }
}

fn answered(call: &Call, answer: Answer) -> Coming {
    Coming::Fact(Input::Answered { call: call.number, answer })
}

fn without(mut body: Value, field: &str) -> Value {
    if let Some(fields) = body.as_object_mut() {
        fields.remove(field);
    }
    body
}

fn with_extra_fields(mut body: Value) -> Value {
    body["brand_new"] = json!({"deep": [1, {"er": null}]});
    body["merchant"]["brand_new"] = json!("x");
    body
}

/// A newer backend: enums have grown, and an answer is none that this widget knows.
fn with_unknown_values(mut body: Value) -> Value {
    body["status"] = json!("paused");
    body["permissions"] = json!(["payment_method", "horoscope"]);
    if let Some(accounts) = body["accounts"].as_array_mut() {
        for account in accounts {
            account["subcategory"] = json!("piggy_bank");
            account["status_details"]["inactive"]["cause"] = json!("full_moon");
        }
    }
    body
}
