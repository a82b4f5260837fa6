//! What the widget posts, and how a backend reads it.

use crate::{DecodeError, Fields, Json, object, text, texts};
use serde_json::Map;

/// The longest id that is accepted, in characters: no real one is longer.
const LONGEST_ID: usize = 255;
/// The most accounts that one completion may name.
const MOST_ACCOUNTS: usize = 1000;

/// Body of `POST {endpoint}/sessions`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CreateSession {
    /// `fca_…`
    pub account: Option<String>,
    /// `fcauth_…`
    pub authorization: Option<String>,
    /// BCP 47.
    pub locale: Option<String>,
}

impl CreateSession {
    /// Writes the body.
    pub fn encode(&self) -> Json {
        let mut body = Map::new();
        for (name, value) in
            [("account", &self.account), ("authorization", &self.authorization), ("locale", &self.locale)]
        {
            if let Some(value) = value {
                body.insert(name.into(), Json::String(value.clone()));
            }
        }
        Json::Object(body)
    }

    /// Reads the body, strictly: a field of another type is the sender's mistake.
    pub fn decode(json: &Json) -> Result<Self, DecodeError> {
        if !json.is_object() {
            return Err(DecodeError { field: "body", expected: "a JSON object" });
        }
        Ok(Self {
            account: optional_id(json, "account")?,
            authorization: optional_id(json, "authorization")?,
            locale: optional_id(json, "locale")?,
        })
    }
}

/// Body of `POST {endpoint}/sessions/{id}/complete`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CompleteSession {
    /// The accounts that the customer chose.
    pub accounts: Vec<String>,
    /// What the customer agreed to before the bank, if there was something to agree to.
    pub consent: Option<Agreed>,
}

/// The customer's agreement to one of Stripe's consents, with its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreed {
    /// The consent's id.
    pub id: String,
    /// When the customer agreed, in Unix seconds.
    pub collected_at: i64,
}

impl Agreed {
    /// Writes it.
    pub fn encode(&self) -> Json {
        object(vec![("id", text(Some(&self.id))), ("collected_at", Json::from(self.collected_at))])
    }

    /// Reads it; `None` if a field is missing or has another type.
    pub fn decode(json: &Json) -> Option<Self> {
        let id = json.text("id").filter(|id| !id.is_empty() && id.len() <= LONGEST_ID)?;
        Some(Self { id: id.into(), collected_at: json.whole("collected_at")? })
    }
}

impl CompleteSession {
    /// Writes the body.
    pub fn encode(&self) -> Json {
        let mut fields = vec![("accounts", texts(&self.accounts))];
        if let Some(agreed) = &self.consent {
            fields.push(("consent", agreed.encode()));
        }
        object(fields)
    }

    /// Reads the body, strictly.
    pub fn decode(json: &Json) -> Result<Self, DecodeError> {
        let wrong = DecodeError { field: "accounts", expected: "a list of account ids" };
        let entries =
            json.get("accounts").and_then(Json::as_array).filter(|list| list.len() <= MOST_ACCOUNTS);
        let accounts = entries.ok_or(wrong)?.iter().map(|entry| {
            entry
                .as_str()
                .filter(|id| !id.is_empty() && id.len() <= LONGEST_ID)
                .map(String::from)
                .ok_or(wrong)
        });
        let consent = match json.get("consent") {
            None | Some(Json::Null) => None,
            Some(told) => Some(Agreed::decode(told).ok_or(DecodeError {
                field: "consent",
                expected: "an object with id (text) and collected_at (Unix seconds), or null",
            })?),
        };
        Ok(Self { accounts: accounts.collect::<Result<_, _>>()?, consent })
    }
}

fn optional_id(json: &Json, field: &'static str) -> Result<Option<String>, DecodeError> {
    match json.get(field) {
        None | Some(Json::Null) => Ok(None),
        Some(_) => match json.text(field) {
            Some(id) if id.len() <= LONGEST_ID => Ok(Some(id.into())),
            _ => Err(DecodeError { field, expected: "text of at most 255 characters, or null" }),
        },
    }
}
