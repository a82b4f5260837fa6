//! Why Stripe did not do what was asked.

use std::fmt;

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
    /// Stripe refuses, by its `code` and `message`: the request is wrong, or the account's state forbids it.
    Refused {
        /// Stripe's `error.code`, or its `error.type`.
        code: String,
        /// Stripe's `error.message`, for the log.
        message: String,
    },
}

impl StripeError {
    /// Whether the same request may succeed later. A wrong key counts: it says nothing about the account, and waiting
    /// work must still be there when the operator has fixed the key.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Unavailable
            | Self::Throttled
            | Self::Busy
            | Self::Unauthorized
            | Self::BankUnavailable
            | Self::NotEnabled(_) => true,
            Self::NotFound | Self::Refused { .. } => false,
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
            Self::NotFound => "not_found",
            Self::Refused { .. } => "refused",
        }
    }

    /// The same error for a read of something known to exist. A refusal then says nothing about the account, and must
    /// not be reported as the end of a relink that the bank may have granted.
    pub fn of_a_read(self) -> Self {
        match self {
            Self::Refused { .. } => Self::Unavailable,
            Self::Unavailable
            | Self::Throttled
            | Self::Busy
            | Self::Unauthorized
            | Self::BankUnavailable
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
    fn a_read_that_stripe_refuses_says_nothing_of_the_account() {
        let refused = StripeError::Refused { code: "unknown".into(), message: String::new() };
        assert_eq!(refused.of_a_read(), StripeError::Unavailable);
        assert_eq!(StripeError::NotFound.of_a_read(), StripeError::NotFound);
    }
}
