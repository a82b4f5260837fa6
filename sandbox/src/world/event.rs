//! The events that the merchant receives by webhook.

use serde_json::{Value, json};

/// The API version of events and objects.
pub const API_VERSION: &str = "2026-08-26.preview";

/// An event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// `evt_…`.
    pub id: String,
    /// Stripe's type of event.
    pub name: &'static str,
    /// When it happened, in Unix seconds.
    pub created: i64,
    /// The object at that time.
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
