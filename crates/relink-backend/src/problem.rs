//! What went wrong, whose fault it is, and how that is said: RFC 9457 `application/problem+json`, always.
//!
//! A handler returns a [`Fault`]; the document is written where the request's id is known (`trace.rs`, or
//! `idempotency.rs` for an answer that is kept).

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use relink_wire::{Code, Problem};

/// The media type of every error answer.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// An answer that is an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What kind.
    pub kind: Kind,
    /// For the developer who reads the answer; never a secret or what a customer typed.
    pub detail: String,
    /// Seconds after which it is worth asking again, where they are known better than by the kind.
    pub wait: Option<u32>,
}

/// Every kind of error, each with its status and its code of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The request cannot be understood: the caller's fault.
    Malformed,
    /// No customer is signed in.
    NotSignedIn,
    /// The request came from another page, without the token, or for an account that is not the customer's.
    Forbidden,
    /// No such session, or not this customer's: the two are not told apart.
    NoSuchSession,
    /// No such hosted relink.
    NoSuchRelink,
    /// No such address.
    NoSuchRoute,
    /// The address has no such method.
    WrongMethod,
    /// The body is too large.
    TooLarge,
    /// The body is not JSON.
    NotJson,
    /// The same key was used for something else.
    KeyReused,
    /// The same act is still running.
    StillRunning,
    /// The session has run out.
    Expired,
    /// The session is spent.
    Consumed,
    /// A relink cannot repair this.
    NotRelinkable,
    /// The account was closed at the bank.
    AccountClosed,
    /// Stripe asks us to slow down.
    RateLimited,
    /// Stripe does not answer, or not so that it can be used.
    ProviderUnavailable,
    /// Our database is busy, full or away.
    DatabaseUnavailable,
    /// Our own fault.
    Internal,
}

impl Kind {
    /// The HTTP status.
    pub fn status(self) -> StatusCode {
        match self {
            Self::Malformed => StatusCode::BAD_REQUEST,
            Self::NotSignedIn => StatusCode::UNAUTHORIZED,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::NoSuchSession | Self::NoSuchRelink | Self::NoSuchRoute => StatusCode::NOT_FOUND,
            Self::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::NotJson => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::KeyReused | Self::NotRelinkable | Self::AccountClosed => StatusCode::UNPROCESSABLE_ENTITY,
            Self::StillRunning | Self::Consumed => StatusCode::CONFLICT,
            Self::Expired => StatusCode::GONE,
            Self::RateLimited => StatusCode::TOO_MANY_REQUESTS,
            Self::ProviderUnavailable | Self::DatabaseUnavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The contract's code. Where it has none of its own the nearest is taken: an act that is still running is
    /// `rate_limited`, because what helps is to ask again a little later; our own fault, or our database's, is
    /// `provider_unavailable`, because the customer can only wait.
    pub fn code(self) -> Code {
        match self {
            Self::Malformed
            | Self::NoSuchRelink
            | Self::NoSuchRoute
            | Self::WrongMethod
            | Self::TooLarge
            | Self::NotJson
            | Self::KeyReused => Code::InvalidRequest,
            Self::NotSignedIn => Code::NotAuthenticated,
            Self::Forbidden => Code::Forbidden,
            Self::NoSuchSession => Code::SessionNotFound,
            Self::Expired => Code::SessionExpired,
            Self::Consumed => Code::SessionConsumed,
            Self::NotRelinkable => Code::NotRelinkable,
            Self::AccountClosed => Code::AccountClosed,
            Self::StillRunning | Self::RateLimited => Code::RateLimited,
            Self::ProviderUnavailable | Self::DatabaseUnavailable | Self::Internal => {
                Code::ProviderUnavailable
            }
        }
    }

    /// Seconds after which it is worth asking again, where that is so.
    pub fn retry_after(self) -> Option<u32> {
        match self {
            Self::StillRunning => Some(1),
            Self::RateLimited | Self::ProviderUnavailable | Self::DatabaseUnavailable => Some(2),
            Self::Malformed
            | Self::NotSignedIn
            | Self::Forbidden
            | Self::NoSuchSession
            | Self::NoSuchRelink
            | Self::NoSuchRoute
            | Self::WrongMethod
            | Self::TooLarge
            | Self::NotJson
            | Self::KeyReused
            | Self::Expired
            | Self::Consumed
            | Self::NotRelinkable
            | Self::AccountClosed
            | Self::Internal => None,
        }
    }

    /// Whether the same request may have another answer soon, so that this one must not be kept for its key.
    pub fn is_passing(self) -> bool {
        self.retry_after().is_some() || self.status().is_server_error()
    }

    fn title(self) -> &'static str {
        match self {
            Self::Malformed => "The request cannot be understood",
            Self::NotSignedIn => "Nobody is signed in",
            Self::Forbidden => "Not allowed",
            Self::NoSuchSession => "No such session",
            Self::NoSuchRelink => "No such hosted relink",
            Self::NoSuchRoute => "No such address",
            Self::WrongMethod => "No such method at this address",
            Self::TooLarge => "The body is too large",
            Self::NotJson => "The body must be JSON",
            Self::KeyReused => "The Idempotency-Key was used for another request",
            Self::StillRunning => "The first request with this Idempotency-Key is still running",
            Self::Expired => "The session has expired",
            Self::Consumed => "The session is spent",
            Self::NotRelinkable => "This cannot be relinked",
            Self::AccountClosed => "The account was closed at the bank",
            Self::RateLimited => "Too many requests",
            Self::ProviderUnavailable => "The provider does not answer",
            Self::DatabaseUnavailable => "The database cannot be used just now",
            Self::Internal => "Something is wrong on our side",
        }
    }
}

impl Fault {
    /// A fault with a sentence for the developer.
    pub fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into(), wait: None }
    }

    /// Too often: the same may be asked again after so many seconds.
    pub fn too_often(seconds: i64, detail: impl Into<String>) -> Self {
        let wait = Some(u32::try_from(seconds).unwrap_or(u32::MAX));
        Self { wait, ..Self::new(Kind::RateLimited, detail) }
    }

    /// The fault of a response of axum's own, by its status; nothing where it is no error.
    pub fn of_status(status: StatusCode) -> Option<Self> {
        let kind = match status {
            StatusCode::NOT_FOUND => Kind::NoSuchRoute,
            StatusCode::METHOD_NOT_ALLOWED => Kind::WrongMethod,
            StatusCode::PAYLOAD_TOO_LARGE => Kind::TooLarge,
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Kind::NotJson,
            StatusCode::SERVICE_UNAVAILABLE => Kind::ProviderUnavailable,
            status if status.is_client_error() => Kind::Malformed,
            status if status.is_server_error() => Kind::Internal,
            _ => return None,
        };
        Some(Self::new(kind, kind.title()))
    }

    /// The document.
    pub fn document(&self, request_id: &str) -> Vec<u8> {
        let problem = Problem {
            code: Some(self.kind.code()),
            detail: Some(self.detail.clone()),
            request_id: Some(request_id.into()),
        };
        problem.encode(self.kind.status().as_u16(), self.kind.title()).to_string().into_bytes()
    }

    /// The whole response.
    pub fn response(&self, request_id: &str) -> Response {
        let mut response = (self.kind.status(), self.document(request_id)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = self.wait.or(self.kind.retry_after()) {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let mut response = self.kind.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<sqlx::Error> for Fault {
    fn from(error: sqlx::Error) -> Self {
        tracing::error!(%error, "the database refused");
        if crate::store::is_passing(&error) {
            return Self::new(Kind::DatabaseUnavailable, "The merchant's database is busy, full or away.");
        }
        Self::new(Kind::Internal, "The merchant's database could not be used.")
    }
}
