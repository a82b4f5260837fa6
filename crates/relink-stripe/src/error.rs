//! Why Stripe did not do what was asked.

use std::fmt;

/// Parameters that belong to previews: a relink at all, and a page that Stripe hosts.
const PREVIEWS: [&str; 4] = ["relink_options", "ui_mode", "hosted", "hosted[delivery_method]"];

/// Why Stripe did not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StripeError {
    /// No answer, or a 5xx, or no JSON: Stripe's trouble or the network's.
    Unavailable,
    /// Too many requests.
    Throttled,
    /// Too many of our own requests are waiting for Stripe already; this one was not sent.
    Busy,
    /// The secret key is wrong: the operator has to repair it.
    Unauthorized,
    /// There is no such object, or it is not for this key.
    NotFound,
    /// The bank cannot be reached from Stripe now.
    BankUnavailable,
    /// Stripe does not know a parameter that belongs to a preview: this merchant has no access to it, or the version in
    /// `STRIPE_VERSION` does not have it. The operator has to repair it.
    NotEnabled(String),
    /// Stripe has no text in the language that was asked for, by its `code`.
    Language(String),
    /// What is asked for is not there yet, by Stripe's `code`: account numbers that are still being fetched, say.
    NotYet(String),
    /// Stripe refuses, by its `code` and `message`: the request is wrong, or the account's state forbids it.
    Refused {
        /// Stripe's `error.code`, or its `error.type`.
        code: String,
        /// Stripe's `error.message`, for the log.
        message: String,
    },
}

impl StripeError {
    /// What Stripe's `error.code` means here, or `error.type` where there is none; `param` is `error.param`. Codes of Stripe's that are
    /// not named here are refusals: newer ones than this program too.
    pub(crate) fn of_code(code: &str, param: &str, message: &str) -> Self {
        match code {
            "resource_missing" => Self::NotFound,
            "financial_connections_institution_unavailable" => Self::BankUnavailable,
            "financial_connections_account_pending_account_numbers"
            | "financial_connections_no_successful_transaction_refresh" => Self::NotYet(code.to_owned()),
            "financial_connections_consent_locale_invalid"
            | "financial_connections_consent_locale_unsupported" => Self::Language(code.to_owned()),
            // What belongs to a preview is an unknown parameter to a merchant, or to a version, without it.
            "parameter_unknown" if PREVIEWS.contains(&param) => Self::NotEnabled(param.to_owned()),
            _ => Self::Refused { code: code.to_owned(), message: message.to_owned() },
        }
    }

    /// Whether the same request may succeed later. A wrong key counts: it says nothing about the account, and waiting
    /// work must still be there when the operator has fixed the key.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Unavailable
            | Self::Throttled
            | Self::Busy
            | Self::Unauthorized
            | Self::BankUnavailable
            | Self::NotYet(_)
            | Self::NotEnabled(_) => true,
            Self::NotFound | Self::Language(_) | Self::Refused { .. } => false,
        }
    }

    /// Which kind it is, as metrics count it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Unavailable => "unavailable",
            Self::Throttled => "throttled",
            Self::Busy => "busy",
            Self::Unauthorized => "unauthorized",
            Self::BankUnavailable => "bank_unavailable",
            Self::NotEnabled(_) => "not_enabled",
            Self::Language(_) => "language",
            Self::NotYet(_) => "not_yet",
            Self::NotFound => "not_found",
            Self::Refused { .. } => "refused",
        }
    }

    /// The same error for a read of something known to exist. A refusal then says nothing about the account, and must
    /// not be reported as the end of a relink that the bank may have granted.
    pub fn of_a_read(self) -> Self {
        match self {
            Self::Refused { .. } | Self::Language(_) => Self::Unavailable,
            Self::Unavailable
            | Self::Throttled
            | Self::Busy
            | Self::Unauthorized
            | Self::BankUnavailable
            | Self::NotYet(_)
            | Self::NotEnabled(_)
            | Self::NotFound => self,
        }
    }
}

impl fmt::Display for StripeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unavailable => f.write_str("Stripe does not answer"),
            Self::Throttled => f.write_str("Stripe asks to slow down"),
            Self::Busy => f.write_str("too many requests wait for Stripe"),
            Self::Unauthorized => f.write_str("Stripe does not accept the secret key"),
            Self::BankUnavailable => f.write_str("Stripe cannot reach the bank"),
            Self::NotEnabled(what) => write!(f, "Stripe does not offer {what} to this account"),
            Self::Language(code) => write!(f, "Stripe has no text in that language: {code}"),
            Self::NotYet(code) => write!(f, "Stripe does not have it yet: {code}"),
            Self::NotFound => f.write_str("Stripe knows no such object"),
            Self::Refused { code, .. } => write!(f, "Stripe refused: {code}"),
        }
    }
}

impl std::error::Error for StripeError {}

/// The client cannot be made: no certificates to trust, say.
#[derive(Debug)]
pub struct ClientError(pub(crate) reqwest::Error);

impl fmt::Display for ClientError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the client of Stripe's API cannot be made: {}", self.0)
    }
}

impl std::error::Error for ClientError {}

#[cfg(test)]
mod tests {
    use super::StripeError;

    #[test]
    fn every_code_of_financial_connections_has_a_meaning_and_a_newer_one_is_a_refusal() {
        let of = |code: &str| StripeError::of_code(code, "", "why").kind();
        for (code, kind) in [
            ("financial_connections_account_inactive", "refused"),
            ("financial_connections_account_pending_account_numbers", "not_yet"),
            ("financial_connections_account_unavailable_account_numbers", "refused"),
            ("financial_connections_no_successful_transaction_refresh", "not_yet"),
            ("financial_connections_consent_locale_invalid", "language"),
            ("financial_connections_consent_locale_unsupported", "language"),
            ("financial_connections_institution_unavailable", "bank_unavailable"),
            ("resource_missing", "not_found"),
            ("financial_connections_newer_than_this", "refused"),
        ] {
            assert_eq!(of(code), kind, "{code}");
        }
        let unknown = |param| StripeError::of_code("parameter_unknown", param, "");
        assert_eq!(unknown("relink_options"), StripeError::NotEnabled("relink_options".into()));
        assert!(matches!(unknown("filters[countries]"), StripeError::Refused { .. }));
    }

    #[test]
    fn a_read_that_stripe_refuses_says_nothing_of_the_account() {
        let refused = StripeError::Refused { code: "unknown".into(), message: String::new() };
        assert_eq!(refused.of_a_read(), StripeError::Unavailable);
        assert_eq!(StripeError::NotFound.of_a_read(), StripeError::NotFound);
    }
}
