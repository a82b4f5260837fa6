//! The simulated network between the shell and the backend: what can befall one request.

use relink_core::{CallKind, RetryAfter};

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
pub fn retry_after(fault: Fault, server_unix: i64) -> Option<RetryAfter> {
    match fault {
        Fault::TooManySeconds(seconds) => Some(RetryAfter::Seconds(seconds)),
        Fault::TooManyUntil(seconds) => Some(RetryAfter::At(server_unix + seconds)),
        _ => None,
    }
}
