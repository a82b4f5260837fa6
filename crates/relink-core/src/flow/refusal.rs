//! A call that ended without a session: what went wrong, who can fix it, and whether a retry may help.

use crate::effect::CallKind;
use crate::input::Answer;
use crate::retry::is_worth_retrying;
use crate::view::{Mismatch, Trouble};
use relink_wire::{Code, DecodeError, Problem};

/// A body that is not JSON, or did not arrive whole.
const NO_JSON: DecodeError = DecodeError { field: "body", expected: "JSON" };
/// A body above the shell's limit.
const TOO_LARGE: DecodeError = DecodeError { field: "body", expected: "at most 1 MB" };

/// Why a call gave no session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// For the merchant's developer.
    pub code: Code,
    /// For the customer.
    pub trouble: Trouble,
    /// Whether trying again may help.
    pub retryable: bool,
    /// The backend's id for the request.
    pub request_id: Option<String>,
    /// A sentence for the merchant's developer. Never the backend's own words, which may hold anything.
    pub message: String,
}

impl Refusal {
    /// A refusal that the widget itself found.
    pub fn of(code: Code, message: &str) -> Self {
        let (trouble, retryable) = meaning(&code, None);
        Self { code, trouble, retryable, request_id: None, message: message.into() }
    }

    /// An answer that was no session.
    pub fn unreadable(kind: CallKind, error: DecodeError) -> Self {
        let mut message = String::from(route(kind));
        message.push_str(" answered something that is no relink session: ");
        message.push_str(error.field);
        message.push_str(": expected ");
        message.push_str(error.expected);
        Self::of(Code::InvalidResponse, &message)
    }

    /// An answer other than a success, or none.
    pub fn from_answer(kind: CallKind, answer: &Answer, retry_after_ms: Option<u64>) -> Self {
        let mut message = String::from(route(kind));
        match answer {
            Answer::NoAnswer => {
                message.push_str(" got no answer");
                Self::of(Code::NetworkError, &message)
            }
            Answer::TimedOut => {
                message.push_str(" got no answer in time");
                Self::of(Code::Timeout, &message)
            }
            Answer::HeadersFailed => {
                message.push_str(" was not sent: the page's headers function failed");
                Self { retryable: true, ..Self::of(Code::Unexplained, &message) }
            }
            Answer::NotAddressed => {
                message.push_str(" was not sent: the element's endpoint is no HTTP address");
                Self::of(Code::InvalidRequest, &message)
            }
            Answer::HeadersRefused => {
                Self::from_answer(kind, &Answer::Http { status: 401, retry_after: None, body: None }, None)
            }
            Answer::TooLarge => Self::unreadable(kind, TOO_LARGE),
            Answer::Http { status: 200..300, body: None, .. } => Self::unreadable(kind, NO_JSON),
            Answer::Http { status, body, .. } => {
                let problem = body.as_ref().map(Problem::decode);
                let told = problem.as_ref().and_then(|problem| problem.code.clone());
                let code = told.filter(is_a_backends).unwrap_or_else(|| by_status(kind, *status));
                let (mut trouble, retryable) = meaning(&code, Some(*status));
                if let (Trouble::Busy(_), Some(ms)) = (trouble, retry_after_ms) {
                    trouble = Trouble::Busy(Some(u32::try_from(ms.div_ceil(1000)).unwrap_or(u32::MAX)));
                }
                message.push_str(" answered ");
                push_number(&mut message, *status);
                message.push(' ');
                message.push_str(code.as_str());
                Self { code, trouble, retryable, request_id: problem.and_then(|p| p.request_id), message }
            }
        }
    }
}

/// What a refusal leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consequence {
    /// The session ran out of time: a new one replaces it.
    Expired,
    /// This customer has no such session.
    Gone,
    /// The account cannot be repaired here.
    NotRepairable {
        /// Whether the bank closed it.
        closed: bool,
    },
    /// Nobody is signed in.
    SignedOut,
    /// The session is spent: another try needs a new one.
    Spent,
    /// Another account or login was used.
    WrongAccount(Mismatch),
    /// The same request may succeed later.
    MayPass,
    /// Nothing that this widget can do will help.
    Final,
}

impl Refusal {
    /// What it leads to.
    pub fn consequence(&self) -> Consequence {
        match self.code {
            Code::SessionExpired => Consequence::Expired,
            Code::SessionNotFound | Code::Forbidden => Consequence::Gone,
            Code::NotRelinkable => Consequence::NotRepairable { closed: false },
            Code::AccountClosed => Consequence::NotRepairable { closed: true },
            Code::NotAuthenticated => Consequence::SignedOut,
            Code::SessionConsumed => Consequence::Spent,
            Code::NoAccount => Consequence::WrongAccount(Mismatch::OtherAccount),
            Code::NoAuthorization => Consequence::WrongAccount(Mismatch::OtherLogin),
            Code::InvalidRequest
            | Code::RateLimited
            | Code::ProviderUnavailable
            | Code::NetworkError
            | Code::Timeout
            | Code::InvalidResponse
            | Code::UnsupportedHandoff
            | Code::HandoffFailed
            | Code::HandoffUnreachable
            | Code::PopupBlocked
            | Code::NotVisible
            | Code::Unexplained
            | Code::Unknown(_) => {
                if self.retryable {
                    Consequence::MayPass
                } else {
                    Consequence::Final
                }
            }
        }
    }
}

impl Mismatch {
    /// Its code, and a sentence for the merchant's developer.
    pub(super) fn code(self) -> (Code, &'static str) {
        match self {
            Self::OtherAccount => (Code::NoAccount, "the account that was needed was not chosen at the bank"),
            Self::OtherLogin => (Code::NoAuthorization, "another login or institution was used"),
            Self::Unexplained => (Code::Unexplained, "the session failed without a reason"),
        }
    }
}

/// Whether a backend may use this code. Codes only the widget can know are not accepted from a backend.
fn is_a_backends(code: &Code) -> bool {
    match code {
        Code::InvalidRequest
        | Code::NotAuthenticated
        | Code::Forbidden
        | Code::SessionNotFound
        | Code::SessionExpired
        | Code::SessionConsumed
        | Code::NotRelinkable
        | Code::AccountClosed
        | Code::RateLimited
        | Code::ProviderUnavailable
        | Code::NoAccount
        | Code::NoAuthorization => true,
        Code::NetworkError
        | Code::Timeout
        | Code::InvalidResponse
        | Code::UnsupportedHandoff
        | Code::HandoffFailed
        | Code::HandoffUnreachable
        | Code::PopupBlocked
        | Code::NotVisible
        | Code::Unexplained
        | Code::Unknown(_) => false,
    }
}

/// The route, for a developer.
fn route(kind: CallKind) -> &'static str {
    match kind {
        CallKind::Create => "POST /sessions",
        CallKind::Read => "GET /sessions/{id}",
        CallKind::Complete => "POST /sessions/{id}/complete",
        CallKind::Cancel => "POST /sessions/{id}/cancel",
    }
}

/// The code for a status if the answer names none.
fn by_status(kind: CallKind, status: u16) -> Code {
    match status {
        400 | 405 | 413 | 415 | 422 => Code::InvalidRequest,
        401 => Code::NotAuthenticated,
        403 => Code::Forbidden,
        // No session was named, so none can be missing: the endpoint is wrong.
        404 if kind == CallKind::Create => Code::InvalidRequest,
        404 => Code::SessionNotFound,
        // No session was named, so none can be spent: an earlier send may still be running.
        409 if kind == CallKind::Create => Code::Unexplained,
        409 => Code::SessionConsumed,
        410 => Code::SessionExpired,
        429 => Code::RateLimited,
        408 | 425 | 500..=599 => Code::ProviderUnavailable,
        _ => Code::InvalidResponse,
    }
}

/// What a code means to the customer, and whether trying again may help.
fn meaning(code: &Code, status: Option<u16>) -> (Trouble, bool) {
    match code {
        Code::InvalidRequest => (Trouble::Misconfigured, false),
        Code::NotAuthenticated => (Trouble::SignedOut, true),
        Code::Forbidden => (Trouble::NotAllowed, false),
        Code::SessionNotFound => (Trouble::NotFound, false),
        Code::SessionExpired => (Trouble::Expired, true),
        Code::SessionConsumed => (Trouble::Spent, true),
        Code::NotRelinkable | Code::AccountClosed => (Trouble::Unexplained, false),
        Code::RateLimited => (Trouble::Busy(None), true),
        Code::ProviderUnavailable => (Trouble::ServiceDown, true),
        Code::NetworkError => (Trouble::NoConnection, true),
        Code::Timeout => (Trouble::TooSlow, true),
        Code::InvalidResponse => (Trouble::Unreadable, true),
        Code::UnsupportedHandoff => (Trouble::UnsupportedHandoff, false),
        Code::HandoffFailed | Code::HandoffUnreachable | Code::PopupBlocked => (Trouble::BankNotOpened, true),
        Code::NoAccount | Code::NoAuthorization | Code::NotVisible => (Trouble::Unexplained, true),
        Code::Unexplained | Code::Unknown(_) => {
            (Trouble::Unexplained, status.is_some_and(|status| status == 409 || is_worth_retrying(status)))
        }
    }
}

fn push_number(text: &mut String, number: u16) {
    let mut divisor = 100;
    while divisor > 0 {
        text.push((b'0' + (number / divisor % 10) as u8) as char);
        divisor /= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn refused(kind: CallKind, status: u16, body: Option<relink_wire::Json>) -> Refusal {
        Refusal::from_answer(kind, &Answer::Http { status, retry_after: None, body }, None)
    }

    #[test]
    fn the_backends_code_counts_for_more_than_its_status() {
        let refusal = refused(CallKind::Read, 400, Some(json!({"code": "session_expired"})));
        assert_eq!(refusal.consequence(), Consequence::Expired);
    }

    #[test]
    fn a_code_that_only_the_widget_can_know_is_not_believed() {
        let refusal = refused(CallKind::Read, 401, Some(json!({"code": "popup_blocked"})));
        assert_eq!(refusal.code, Code::NotAuthenticated);
    }

    #[test]
    fn a_code_that_this_version_does_not_know_gives_way_to_the_status() {
        let refusal = refused(CallKind::Complete, 503, Some(json!({"code": "full_moon"})));
        assert_eq!((refusal.code, refusal.retryable), (Code::ProviderUnavailable, true));
    }

    #[test]
    fn a_missing_endpoint_is_the_pages_mistake_and_a_missing_session_is_not() {
        assert_eq!(refused(CallKind::Create, 404, None).trouble, Trouble::Misconfigured);
        assert_eq!(refused(CallKind::Read, 404, None).trouble, Trouble::NotFound);
    }

    #[test]
    fn a_conflict_over_a_new_session_may_pass_and_one_over_a_known_session_spends_it() {
        assert_eq!(refused(CallKind::Create, 409, None).consequence(), Consequence::MayPass);
        assert_eq!(refused(CallKind::Complete, 409, None).consequence(), Consequence::Spent);
    }

    #[test]
    fn patience_that_was_asked_for_is_told_in_whole_seconds() {
        let answer = Answer::Http { status: 429, retry_after: None, body: None };
        let refusal = Refusal::from_answer(CallKind::Create, &answer, Some(90_500));
        assert_eq!(refusal.trouble, Trouble::Busy(Some(91)));
    }

    #[test]
    fn a_message_names_the_route_and_the_answer_and_nothing_that_the_backend_wrote() {
        let body = json!({"code": "forbidden", "detail": "sk_live_1", "request_id": "req_1"});
        let refusal = refused(CallKind::Read, 403, Some(body));
        assert_eq!(refusal.message, "GET /sessions/{id} answered 403 forbidden");
        assert_eq!(refusal.request_id.as_deref(), Some("req_1"));
    }

    #[test]
    fn a_call_without_an_address_is_not_told_as_an_answer() {
        let refusal = Refusal::from_answer(CallKind::Create, &Answer::NotAddressed, None);
        assert_eq!((refusal.code, refusal.trouble), (Code::InvalidRequest, Trouble::Misconfigured));
        assert_eq!(refusal.message, "POST /sessions was not sent: the element's endpoint is no HTTP address");
        assert!(!refusal.retryable);
    }
}
