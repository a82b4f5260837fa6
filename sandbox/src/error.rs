//! What the API refuses, in Stripe's error shape: `{"error": {"type", "code", "message", "param"}}`.

use serde_json::{Value, json};

/// A refusal. Every variant is the caller's fault except [`ApiError::Fault`], which a test asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ApiError {
    /// No key was sent.
    MissingKey,
    /// Another key was sent; the text is the key with its middle hidden.
    WrongKey(String),
    /// An object that the address or a parameter names does not exist.
    NoSuch {
        /// What kind of object, in words.
        what: &'static str,
        /// The id that was asked for.
        id: String,
        /// The parameter that named it.
        param: String,
        /// Whether the address named it (404) or a parameter did (400).
        in_path: bool,
    },
    /// `Stripe-Version` names none of the versions.
    NoSuchVersion(String),
    /// The address is not one of the API's.
    NoSuchAddress(String),
    /// A parameter that must be there is not.
    Missing(String),
    /// A parameter that this request does not know.
    Unknown(String),
    /// A parameter whose value will not do, and why.
    Invalid {
        /// The parameter.
        param: String,
        /// Why, for the developer.
        message: String,
    },
    /// The request is well formed, and what it asks for is not possible now.
    Conflict {
        /// Stripe's error code.
        code: &'static str,
        /// Why, for the developer.
        message: String,
    },
    /// An idempotency key came back with other parameters.
    KeyReused(String),
    /// A fault that a test ordered, with its status.
    Fault(u16),
}

impl ApiError {
    /// A value that will not do.
    pub fn invalid(param: &str, message: impl Into<String>) -> Self {
        Self::Invalid { param: param.to_owned(), message: message.into() }
    }

    /// The HTTP status that Stripe would answer with.
    pub fn status(&self) -> u16 {
        match self {
            Self::MissingKey | Self::WrongKey(_) => 401,
            Self::NoSuch { in_path: true, .. } | Self::NoSuchAddress(_) => 404,
            Self::NoSuch { in_path: false, .. }
            | Self::Missing(_)
            | Self::Unknown(_)
            | Self::Invalid { .. }
            | Self::Conflict { .. }
            | Self::NoSuchVersion(_)
            | Self::KeyReused(_) => 400,
            Self::Fault(status) => *status,
        }
    }

    /// Whether the answer is kept for the request's idempotency key. Stripe keeps what an endpoint answered,
    /// not what was refused before the endpoint began.
    pub fn is_kept(&self) -> bool {
        match self {
            Self::NoSuch { .. } | Self::Conflict { .. } => true,
            Self::Fault(status) => *status == 500,
            Self::MissingKey
            | Self::WrongKey(_)
            | Self::NoSuchAddress(_)
            | Self::NoSuchVersion(_)
            | Self::Missing(_)
            | Self::Unknown(_)
            | Self::Invalid { .. }
            | Self::KeyReused(_) => false,
        }
    }

    /// The body of the answer.
    pub fn body(&self, request_id: &str) -> Value {
        let mut error = json!({
            "type": self.kind(),
            "message": self.message(),
            "request_log_url": format!("https://dashboard.stripe.com/test/logs/{request_id}"),
        });
        if let Some(code) = self.code() {
            error["code"] = json!(code);
            error["doc_url"] =
                json!(format!("https://stripe.com/docs/error-codes/{}", code.replace('_', "-")));
        }
        if let Some(param) = self.param() {
            error["param"] = json!(param);
        }
        json!({ "error": error })
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::KeyReused(_) => "idempotency_error",
            Self::Fault(403 | 429) => "invalid_request_error",
            Self::Fault(_) => "api_error",
            Self::MissingKey
            | Self::WrongKey(_)
            | Self::NoSuch { .. }
            | Self::NoSuchAddress(_)
            | Self::NoSuchVersion(_)
            | Self::Missing(_)
            | Self::Unknown(_)
            | Self::Invalid { .. }
            | Self::Conflict { .. } => "invalid_request_error",
        }
    }

    fn code(&self) -> Option<&'static str> {
        match self {
            Self::NoSuch { .. } => Some("resource_missing"),
            Self::Missing(_) => Some("parameter_missing"),
            Self::Unknown(_) => Some("parameter_unknown"),
            Self::Conflict { code, .. } => Some(code),
            Self::Fault(429) => Some("rate_limit"),
            Self::MissingKey
            | Self::WrongKey(_)
            | Self::NoSuchAddress(_)
            | Self::NoSuchVersion(_)
            | Self::Invalid { .. }
            | Self::KeyReused(_)
            | Self::Fault(_) => None,
        }
    }

    fn param(&self) -> Option<&str> {
        match self {
            Self::NoSuch { param, .. } | Self::Invalid { param, .. } => Some(param),
            Self::Missing(param) | Self::Unknown(param) => Some(param),
            Self::MissingKey
            | Self::WrongKey(_)
            | Self::NoSuchAddress(_)
            | Self::NoSuchVersion(_)
            | Self::Conflict { .. }
            | Self::KeyReused(_)
            | Self::Fault(_) => None,
        }
    }

    fn message(&self) -> String {
        match self {
            Self::MissingKey => {
                "You did not provide an API key. You need to provide your API key in the Authorization \
                 header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY')."
                    .into()
            }
            Self::WrongKey(shown) => format!("Invalid API Key provided: {shown}"),
            Self::NoSuch { what, id, .. } => format!("No such {what}: '{id}'"),
            Self::NoSuchVersion(name) => format!("Invalid Stripe API version: {name}"),
            Self::NoSuchAddress(address) => format!("Unrecognized request URL ({address})."),
            Self::Missing(param) => format!("Missing required param: {param}."),
            Self::Unknown(param) => format!("Received unknown parameter: {param}"),
            Self::Invalid { message, .. } | Self::Conflict { message, .. } => message.clone(),
            Self::KeyReused(key) => format!(
                "Keys for idempotent requests can only be used with the same parameters they were first used with. \
                 Try using a key other than '{key}' if you meant to execute a different request."
            ),
            Self::Fault(429) => "Request rate limit exceeded.".into(),
            Self::Fault(status) => format!("The sandbox was set to answer {status}."),
        }
    }
}

/// A key with its middle hidden, as Stripe shows a wrong one.
pub fn masked_key(key: &str) -> String {
    let count = key.chars().count();
    let head: String = key.chars().take(8).collect();
    let tail: String = key.chars().skip(count.saturating_sub(4)).collect();
    if count <= 12 { "*".repeat(count) } else { format!("{head}{}{tail}", "*".repeat(count - 12)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_key_is_shown_with_its_middle_hidden() {
        assert_eq!(masked_key("sk_test_abcdefgh1234"), "sk_test_********1234");
        assert_eq!(masked_key("short"), "*****");
    }
}
