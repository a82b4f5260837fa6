//! What can go wrong with Plaid, by cause.

use relink_wire::{Fields, Json};
use std::fmt;

/// Why Plaid gave no answer that can be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlaidError {
    /// No answer, or one that cannot be read: it may work later.
    Unavailable,
    /// Plaid asks to slow down.
    Throttled,
    /// Too many of our own requests are waiting for Plaid already; this one was not sent.
    Busy,
    /// Plaid does not accept the client's id and secret.
    Unauthorized,
    /// Plaid does not know the item, or the customer's bank has ended it for good.
    NotFound,
    /// The item has an error: what is asked for is not given before it is repaired.
    Broken,
    /// Plaid refuses, by its `error_code`.
    Refused(String),
}

impl PlaidError {
    /// Whether the same request may succeed later. A wrong secret counts: it says nothing about the item.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Unavailable | Self::Throttled | Self::Busy | Self::Unauthorized | Self::Broken => true,
            Self::NotFound | Self::Refused(_) => false,
        }
    }

    /// Which kind it is, as metrics count it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Unavailable => "unavailable",
            Self::Throttled => "throttled",
            Self::Busy => "busy",
            Self::Unauthorized => "unauthorized",
            Self::NotFound => "not_found",
            Self::Broken => "broken",
            Self::Refused(_) => "refused",
        }
    }
}

impl fmt::Display for PlaidError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unavailable => f.write_str("Plaid does not answer"),
            Self::Throttled => f.write_str("Plaid asks to slow down"),
            Self::Busy => f.write_str("too many requests wait for Plaid"),
            Self::Unauthorized => f.write_str("Plaid does not accept the client's id and secret"),
            Self::NotFound => f.write_str("Plaid knows no such item"),
            Self::Broken => f.write_str("Plaid gives this only once the item is repaired"),
            Self::Refused(code) => write!(f, "Plaid refused: {code}"),
        }
    }
}

impl std::error::Error for PlaidError {}

/// The client cannot be made: no certificates to trust, say.
#[derive(Debug)]
pub struct ClientError(pub(crate) reqwest::Error);

impl fmt::Display for ClientError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the client of Plaid's API cannot be made: {}", self.0)
    }
}

impl std::error::Error for ClientError {}

/// What an answer that is not 2xx means.
pub(crate) fn of(status: u16, json: Option<&Json>) -> PlaidError {
    let text = |field| json.and_then(|json| json.text(field)).unwrap_or_default();
    match (status, text("error_type"), text("error_code")) {
        (429, _, _) | (_, "RATE_LIMIT_EXCEEDED", _) => PlaidError::Throttled,
        (500.., _, _) | (_, "API_ERROR" | "INSTITUTION_ERROR", _) => PlaidError::Unavailable,
        (_, _, "INVALID_API_KEYS" | "UNAUTHORIZED_ENVIRONMENT") => PlaidError::Unauthorized,
        (_, _, "INVALID_ACCESS_TOKEN" | "ITEM_NOT_FOUND") => PlaidError::NotFound,
        (_, "ITEM_ERROR", _) => PlaidError::Broken,
        (_, _, code) => {
            // A code is capital letters; anything else is no code, and may hold what a log must not.
            let is_code = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
            let is_one = !code.is_empty() && code.len() <= 60 && code.chars().all(is_code);
            PlaidError::Refused(if is_one { code } else { "UNKNOWN" }.into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{PlaidError, of};
    use serde_json::json;

    #[test]
    fn an_answer_says_whose_fault_it_is() {
        for (status, kind, code, expected) in [
            (429, "", "", PlaidError::Throttled),
            (400, "RATE_LIMIT_EXCEEDED", "ITEM_GET_LIMIT", PlaidError::Throttled),
            (500, "API_ERROR", "INTERNAL_SERVER_ERROR", PlaidError::Unavailable),
            (400, "INSTITUTION_ERROR", "INSTITUTION_DOWN", PlaidError::Unavailable),
            (400, "INVALID_INPUT", "INVALID_API_KEYS", PlaidError::Unauthorized),
            (400, "INVALID_INPUT", "INVALID_ACCESS_TOKEN", PlaidError::NotFound),
            (400, "ITEM_ERROR", "ITEM_LOGIN_REQUIRED", PlaidError::Broken),
            (400, "INVALID_REQUEST", "MISSING_FIELDS", PlaidError::Refused("MISSING_FIELDS".into())),
            (400, "", "access-sandbox-1 is wrong", PlaidError::Refused("UNKNOWN".into())),
        ] {
            assert_eq!(
                of(status, Some(&json!({"error_type": kind, "error_code": code}))),
                expected,
                "{code}"
            );
        }
        assert_eq!(of(502, None), PlaidError::Unavailable);
    }
}
