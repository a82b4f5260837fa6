//! Stripe's `relink_result`, as a backend writes it.

use crate::{FailureReason, Fields, Json, RelinkResult, object, text};

impl RelinkResult {
    /// The result of a relink that failed.
    pub fn failed(reason: FailureReason) -> Self {
        Self { failure_reason: Some(reason), ..Self::default() }
    }

    /// Reads it.
    pub fn decode(json: &Json) -> Self {
        Self {
            account: json.owned("account"),
            authorization: json.owned("authorization"),
            failure_reason: json.text("failure_reason").map(FailureReason::parse),
        }
    }

    /// Writes it.
    pub fn encode(&self) -> Json {
        object(vec![
            ("account", text(self.account.as_deref())),
            ("authorization", text(self.authorization.as_deref())),
            ("failure_reason", text(self.failure_reason.as_ref().map(FailureReason::as_str))),
        ])
    }
}
