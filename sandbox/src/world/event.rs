//! What is told to the merchant by webhook.

use serde_json::{Value, json};

/// The API version of events, and the one whose shapes the objects have.
pub const API_VERSION: &str = "2026-08-26.preview";

/// An event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// `evt_…`.
    pub id: String,
    /// Stripe's name for it.
    pub name: &'static str,
    /// When it happened, in Unix seconds.
    pub created: i64,
    /// The object as it was then.
    pub object: Value,
}

impl Event {
    /// The API object, which is also the body of the webhook.
    pub fn to_json(&self) -> Value {
        json!({
            "id": self.id,
            "object": "event",
            "api_version": API_VERSION,
            "created": self.created,
            "data": {"object": self.object},
            "livemode": false,
            "pending_webhooks": 1,
            "request": {"id": null, "idempotency_key": null},
            "type": self.name,
        })
    }
}
