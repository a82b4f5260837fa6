//! A handler's answer when something went wrong, with the cause, as RFC 9457 `application/problem+json`.
//!
//! Only handlers make an [`ApiError`]. What decides below them (the store, Stripe's client, `outcome.rs`) has errors of its
//! own, enums with a meaning. The document is written where the request's id is known: in `trace.rs`, or in
//! `idempotency.rs` for an answer that is kept.
//! Past 400 lines, since every error of the API and its answer are compared in one place.

use crate::outcome::BadChoice;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use relink_store::StoreError;
use relink_stripe::StripeError;
use relink_wire::{Code, DecodeError, Problem};
use std::fmt;

/// The media type of every error answer.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// An answer that is an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiError {
    /// What kind.
    pub kind: ApiErrorKind,
    /// For the developer who reads the answer; never a secret or what a customer typed.
    pub detail: String,
    /// Seconds after which to retry, if known more exactly than from the kind.
    pub wait: Option<u32>,
}

/// Every kind of error, each with its status and its code of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApiErrorKind {
    /// The request cannot be understood: the caller's fault.
    Malformed,
    /// No customer is signed in.
    NotSignedIn,
    /// The request came from another page, without the token, or for an account that is not the customer's.
    Forbidden,
    /// No such session, or not this customer's: the answer is the same.
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
    ProviderThrottled,
    /// One customer, link, key or address asks too often.
    TooMany,
    /// A rule about how often forbids it for now: 48 hours between two emails about an account.
    TooSoon,
    /// Stripe does not answer, or not so that it can be used.
    ProviderUnavailable,
    /// We have more to do than we can: what waits has waited long enough.
    Busy,
    /// Our database is busy, full or away.
    DatabaseUnavailable,
    /// Our own fault.
    Internal,
}

impl ApiErrorKind {
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
            Self::ProviderThrottled | Self::TooMany | Self::TooSoon => StatusCode::TOO_MANY_REQUESTS,
            Self::ProviderUnavailable | Self::Busy | Self::DatabaseUnavailable => {
                StatusCode::SERVICE_UNAVAILABLE
            }
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
            Self::StillRunning | Self::ProviderThrottled | Self::TooMany | Self::TooSoon => Code::RateLimited,
            Self::ProviderUnavailable | Self::Busy | Self::DatabaseUnavailable | Self::Internal => {
                Code::ProviderUnavailable
            }
        }
    }

    /// Seconds after which to retry, if a retry can help.
    pub fn retry_after(self) -> Option<u32> {
        match self {
            Self::StillRunning | Self::TooMany => Some(1),
            Self::ProviderThrottled | Self::ProviderUnavailable | Self::Busy | Self::DatabaseUnavailable => {
                Some(2)
            }
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
            | Self::TooSoon
            | Self::Internal => None,
        }
    }

    /// Whether the request is fine and will work in a moment: callers can wait and retry, and must not conclude
    /// anything about the account.
    pub fn is_passing(self) -> bool {
        match self {
            Self::StillRunning
            | Self::ProviderThrottled
            | Self::TooMany
            | Self::ProviderUnavailable
            | Self::Busy
            | Self::DatabaseUnavailable
            | Self::Internal => true,
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
            | Self::TooSoon => false,
        }
    }

    /// Whether the answer is kept for its `Idempotency-Key`: not where the same request may have another answer later.
    pub fn is_kept(self) -> bool {
        !self.is_passing() && self != Self::TooSoon
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
            Self::ProviderThrottled => "The provider asks to slow down",
            Self::TooMany => "Too many requests",
            Self::TooSoon => "Too soon",
            Self::ProviderUnavailable => "The provider does not answer",
            Self::Busy => "There is too much to do just now",
            Self::DatabaseUnavailable => "The database cannot be used just now",
            Self::Internal => "Something is wrong on our side",
        }
    }
}

impl ApiError {
    /// A fault with a sentence for the developer.
    pub fn new(kind: ApiErrorKind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into(), wait: None }
    }

    /// Too many: the next one may come after so long.
    pub fn too_many(wait: std::time::Duration, detail: impl Into<String>) -> Self {
        let seconds = u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).saturating_add(1);
        Self { wait: Some(seconds), ..Self::new(ApiErrorKind::TooMany, detail) }
    }

    /// Too soon: the same may be asked again after so many seconds.
    pub fn too_soon(seconds: i64, detail: impl Into<String>) -> Self {
        let wait = Some(u32::try_from(seconds).unwrap_or(u32::MAX));
        Self { wait, ..Self::new(ApiErrorKind::TooSoon, detail) }
    }

    /// The fault of a response of axum's own, by its status; `None` if it is no error.
    pub fn of_status(status: StatusCode) -> Option<Self> {
        let kind = match status {
            StatusCode::NOT_FOUND => ApiErrorKind::NoSuchRoute,
            StatusCode::METHOD_NOT_ALLOWED => ApiErrorKind::WrongMethod,
            StatusCode::PAYLOAD_TOO_LARGE => ApiErrorKind::TooLarge,
            StatusCode::UNSUPPORTED_MEDIA_TYPE => ApiErrorKind::NotJson,
            StatusCode::TOO_MANY_REQUESTS => ApiErrorKind::TooMany,
            StatusCode::SERVICE_UNAVAILABLE => ApiErrorKind::Busy,
            status if status.is_client_error() => ApiErrorKind::Malformed,
            status if status.is_server_error() => ApiErrorKind::Internal,
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

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = self.kind.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Why a provider beside Stripe did not do what was asked; with its name, as people read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProviderError {
    /// No answer, or one that cannot be used: it may work later.
    Unavailable(&'static str),
    /// It asks to slow down.
    Throttled(&'static str),
    /// Too many of our own requests are waiting for it already; this one was not sent.
    Busy(&'static str),
    /// It refuses, by its code.
    Refused(&'static str, String),
}

impl ProviderError {
    /// Whether the same request may succeed later.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Unavailable(_) | Self::Throttled(_) | Self::Busy(_) => true,
            Self::Refused(..) => false,
        }
    }
}

impl fmt::Display for ProviderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unavailable(name) => write!(f, "{name} does not answer"),
            Self::Throttled(name) => write!(f, "{name} asks to slow down"),
            Self::Busy(name) => write!(f, "too many requests wait for {name}"),
            Self::Refused(name, code) => write!(f, "{name} refused: {code}"),
        }
    }
}

impl std::error::Error for ProviderError {}

/// Why a relink could not begin, go on or end: what is below the handlers says this, and knows no HTTP.
#[derive(Debug)]
pub enum RelinkError {
    /// The database refused.
    Store(StoreError),
    /// Stripe did not do what was asked.
    Stripe(StripeError),
    /// A provider beside Stripe did not.
    Provider(ProviderError),
    /// The customer's choice cannot be made.
    Choice(BadChoice),
    /// There is no such account, or it is another customer's: the answer is the same, so that ids cannot be guessed.
    NotTheirs,
    /// The account does not belong to the authorization that was named with it.
    NotOfThatAuthorization,
    /// The account has no authorization that could be renewed.
    NoAuthorization,
    /// The customer has no linked account.
    NothingLinked,
    /// The account was closed at the bank.
    Closed,
    /// Stripe does not know the authorization any more.
    AuthorizationGone,
    /// The session ran out.
    Expired,
    /// The session was cancelled.
    Cancelled,
}

impl RelinkError {
    /// Whether nothing is wrong with what was asked, and the same will do in a moment.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Store(error) => error.is_passing(),
            Self::Stripe(error) => error.is_passing(),
            Self::Provider(error) => error.is_passing(),
            Self::Choice(_)
            | Self::NotTheirs
            | Self::NotOfThatAuthorization
            | Self::NoAuthorization
            | Self::NothingLinked
            | Self::Closed
            | Self::AuthorizationGone
            | Self::Expired
            | Self::Cancelled => false,
        }
    }
}

impl From<StoreError> for RelinkError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<ProviderError> for RelinkError {
    fn from(error: ProviderError) -> Self {
        Self::Provider(error)
    }
}

impl From<StripeError> for RelinkError {
    fn from(error: StripeError) -> Self {
        Self::Stripe(error)
    }
}

impl From<BadChoice> for RelinkError {
    fn from(choice: BadChoice) -> Self {
        Self::Choice(choice)
    }
}

impl From<RelinkError> for ApiError {
    fn from(error: RelinkError) -> Self {
        let (kind, detail) = match error {
            RelinkError::Store(error) => return error.into(),
            RelinkError::Stripe(error) => return error.into(),
            RelinkError::Provider(error) => return error.into(),
            RelinkError::Choice(choice) => return Self::new(ApiErrorKind::Malformed, choice.to_string()),
            // There is no session yet that could be not found, and the request itself is well formed: `forbidden` is the
            // contract's nearest code.
            RelinkError::NotTheirs => {
                (ApiErrorKind::Forbidden, "This is not an account of the signed-in customer.")
            }
            RelinkError::NotOfThatAuthorization => {
                (ApiErrorKind::Malformed, "account: does not belong to the authorization.")
            }
            RelinkError::NoAuthorization => {
                (ApiErrorKind::NotRelinkable, "The account has no authorization that could be renewed.")
            }
            RelinkError::NothingLinked => {
                (ApiErrorKind::NotRelinkable, "The customer has no linked account.")
            }
            RelinkError::Closed => (ApiErrorKind::AccountClosed, "The account was closed at the bank."),
            RelinkError::AuthorizationGone => {
                (ApiErrorKind::NotRelinkable, "The provider knows no such authorization any more.")
            }
            RelinkError::Expired => (ApiErrorKind::Expired, "Start over with a new session."),
            RelinkError::Cancelled => {
                (ApiErrorKind::Consumed, "The session was cancelled; start over with a new one.")
            }
        };
        Self::new(kind, detail)
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "the database refused");
        let kind = if error.is_passing() { "unavailable" } else { "broken" };
        metrics::counter!("relink_database_errors_total", "kind" => kind).increment(1);
        match error {
            StoreError::Unavailable(_) => {
                Self::new(ApiErrorKind::DatabaseUnavailable, "The merchant's database is busy, full or away.")
            }
            StoreError::Broken(_) => {
                Self::new(ApiErrorKind::Internal, "The merchant's database could not be used.")
            }
        }
    }
}

impl From<StripeError> for ApiError {
    fn from(error: StripeError) -> Self {
        match error {
            StripeError::Throttled => {
                Self::new(ApiErrorKind::ProviderThrottled, "Stripe asks us to slow down.")
            }
            StripeError::Unavailable => {
                Self::new(ApiErrorKind::ProviderUnavailable, "Stripe does not answer.")
            }
            StripeError::Busy => Self::new(ApiErrorKind::Busy, "Too many requests wait for Stripe already."),
            StripeError::Unauthorized => {
                tracing::error!("Stripe does not accept STRIPE_SECRET_KEY");
                Self::new(ApiErrorKind::ProviderUnavailable, "Stripe does not accept the merchant's key.")
            }
            StripeError::BankUnavailable => {
                Self::new(ApiErrorKind::ProviderUnavailable, "Stripe cannot reach the bank just now.")
            }
            StripeError::NotEnabled(what) => {
                tracing::error!(
                    parameter = what,
                    "Stripe does not offer this to the merchant's account or version: hosted relinks by the API are a \
                     private preview, and relinking needs a preview version in STRIPE_VERSION"
                );
                let detail = format!("Stripe does not offer this to the merchant's account ({what}).");
                Self::new(ApiErrorKind::ProviderUnavailable, detail)
            }
            StripeError::NotYet(code) => {
                let detail = format!("Stripe does not have what is needed yet ({code}).");
                Self::new(ApiErrorKind::ProviderUnavailable, detail)
            }
            StripeError::Language(code) => {
                Self::new(ApiErrorKind::Malformed, format!("locale: Stripe has no text in it ({code})."))
            }
            // What we remember and Stripe does not know: the sandbox was reset, or the key is of another account.
            StripeError::NotFound => {
                Self::new(ApiErrorKind::NoSuchSession, "Stripe does not know this any more.")
            }
            StripeError::Refused { code, .. } => {
                Self::new(ApiErrorKind::NotRelinkable, format!("Stripe refuses this relink ({code})."))
            }
        }
    }
}

impl From<ProviderError> for ApiError {
    fn from(error: ProviderError) -> Self {
        let kind = match error {
            ProviderError::Throttled(_) => ApiErrorKind::ProviderThrottled,
            ProviderError::Busy(_) => ApiErrorKind::Busy,
            ProviderError::Unavailable(_) => ApiErrorKind::ProviderUnavailable,
            ProviderError::Refused(..) => ApiErrorKind::NotRelinkable,
        };
        Self::new(kind, format!("{error}."))
    }
}

impl From<DecodeError> for ApiError {
    fn from(error: DecodeError) -> Self {
        Self::new(ApiErrorKind::Malformed, error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every code of Stripe's about Financial Connections, as its packages list them.
    #[test]
    fn each_refusal_of_stripes_has_a_code_of_the_contract_and_says_stripes_own() {
        let named = |code: &str| StripeError::Refused { code: code.into(), message: "planted".into() };
        let table = [
            (named("financial_connections_account_inactive"), Code::NotRelinkable, false),
            (named("financial_connections_account_unavailable_account_numbers"), Code::NotRelinkable, false),
            (
                StripeError::NotYet("financial_connections_account_pending_account_numbers".into()),
                Code::ProviderUnavailable,
                true,
            ),
            (
                StripeError::NotYet("financial_connections_no_successful_transaction_refresh".into()),
                Code::ProviderUnavailable,
                true,
            ),
            (
                StripeError::Language("financial_connections_consent_locale_invalid".into()),
                Code::InvalidRequest,
                false,
            ),
            (
                StripeError::Language("financial_connections_consent_locale_unsupported".into()),
                Code::InvalidRequest,
                false,
            ),
            (StripeError::BankUnavailable, Code::ProviderUnavailable, true),
            (StripeError::NotFound, Code::SessionNotFound, false),
            (StripeError::Throttled, Code::RateLimited, true),
        ];
        for (error, code, is_passing) in table {
            let stripes = if let StripeError::Refused { code, .. }
            | StripeError::NotYet(code)
            | StripeError::Language(code) = &error
            {
                code.clone()
            } else {
                String::new()
            };
            let answer = ApiError::from(error);
            assert_eq!(
                (answer.kind.code(), answer.kind.is_passing()),
                (code, is_passing),
                "{}",
                answer.detail
            );
            assert!(
                answer.detail.contains(&stripes) && !answer.detail.contains("planted"),
                "{}",
                answer.detail
            );
        }
    }
}
