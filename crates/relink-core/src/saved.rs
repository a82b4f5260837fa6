//! What survives a reload: ids and idempotency keys, and never a secret. It is kept in the tab's
//! `sessionStorage`, and the backend is asked for everything else.

use relink_wire::{Fields, Json};
use serde_json::json;

/// The record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Saved {
    /// The key of the `POST /sessions` that was begun, so that a reload repeats it and does not double it.
    pub create_key: Option<String>,
    /// The session's id.
    pub session: Option<String>,
    /// Whether the customer was sent to a hosted page that may still be open.
    pub at_bank: bool,
    /// The completion that was begun.
    pub completion: Option<SavedCompletion>,
    /// Whether an expired session was replaced already in this flow.
    pub replaced: bool,
}

/// A completion that was begun: the same body must go out under the same key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedCompletion {
    /// Its key.
    pub key: String,
    /// The accounts that were chosen.
    pub accounts: Vec<String>,
}

impl Saved {
    /// Reads a record; one that cannot be read is none.
    pub fn decode(json: &Json) -> Option<Self> {
        let text = |name| json.text(name).filter(|text| !text.is_empty()).map(String::from);
        let saved = Self {
            create_key: text("create_key"),
            session: text("session"),
            at_bank: json.flag("at_bank").unwrap_or_default(),
            completion: json.object("completion").and_then(|completion| {
                let accounts = completion.entries("accounts")?.iter();
                Some(SavedCompletion {
                    key: completion.text("key")?.into(),
                    accounts: accounts.filter_map(|id| id.as_str().map(String::from)).collect(),
                })
            }),
            replaced: json.flag("replaced").unwrap_or_default(),
        };
        (saved.create_key.is_some() || saved.session.is_some()).then_some(saved)
    }

    /// Writes the record.
    pub fn encode(&self) -> Json {
        let completion = self.completion.as_ref();
        json!({
            "create_key": self.create_key,
            "session": self.session,
            "at_bank": self.at_bank,
            "completion": completion.map(|c| json!({ "key": c.key, "accounts": c.accounts })),
            "replaced": self.replaced,
        })
    }
}
