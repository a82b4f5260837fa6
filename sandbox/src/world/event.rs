//! The events that the merchant receives by webhook.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::version::Version;

/// What thin events are about, and how their types begin.
const THIN: &str = "financial_connections.account.";

/// An event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// `evt_…`.
    pub id: String,
    /// Stripe's type of event.
    pub name: &'static str,
    /// When it happened, in Unix seconds.
    pub created: i64,
    /// The object at that time, with all that any version shows.
    pub object: Value,
}

impl Event {
    /// The API object, which is also the body of the webhook: its object as that version shows it.
    pub fn to_json(&self, version: &Version) -> Value {
        let mut object = self.object.clone();
        version.show(&mut object);
        json!({
            "id": self.id,
            "object": "event",
            "api_version": version.name,
            "created": self.created,
            "data": {"object": object},
            "livemode": false,
            "pending_webhooks": 1,
            "request": {"id": null, "idempotency_key": null},
            "type": self.name,
        })
    }

    /// The thin event that goes to an event destination beside it. It says what the object is, not how it is. Stripe has
    /// them of accounts only.
    pub fn to_thin_json(&self) -> Option<Value> {
        let is_thin = self.name.starts_with(THIN) && !self.name.ends_with("refreshed_inferred_balances");
        let id = self.object["id"].as_str().filter(|_| is_thin)?;
        let moment = Timestamp::from_second(self.created).unwrap_or(Timestamp::UNIX_EPOCH);
        Some(json!({
            "id": format!("evt_thin{}", self.id.trim_start_matches("evt")),
            "object": "v2.core.event",
            "created": moment.to_string(),
            "livemode": false,
            "related_object": {
                "id": id,
                "type": "financial_connections.account",
                "url": format!("/v1/financial_connections/accounts/{id}"),
            },
            "snapshot_event": self.id,
            "type": format!("v1.{}", self.name),
        }))
    }
}
