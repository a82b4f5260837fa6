//! What survives a reload: ids and idempotency keys, and never a secret. It is kept in the tab's
//! `sessionStorage`, and the backend is asked for everything else.

use relink_wire::{Fields, Json, object, text, texts};

/// The record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Saved {
    /// The key of the `POST /sessions` that was begun, so that a reload repeats it and does not double it.
    pub create_key: Option<String>,
    /// The language that this request named: a repetition has the same body.
    pub locale: Option<String>,
    /// The session's id.
    pub session: Option<String>,
    /// Whether the customer was sent to the bank, and has not come back to this page with nothing done.
    pub at_bank: bool,
    /// The completion that was begun.
    pub completion: Option<SavedCompletion>,
    /// The ids of the accounts that needed a relink when the customer went to the bank.
    pub needing: Vec<String>,
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
            create_key: text("create_key").filter(|_| text("session").is_none()),
            locale: text("locale"),
            session: text("session"),
            at_bank: json.flag("at_bank").unwrap_or_default(),
            needing: ids(json, "needing").unwrap_or_default(),
            completion: json.object("completion").and_then(|completion| {
                let accounts = ids(completion, "accounts")?;
                let key = completion.text("key").filter(|key| !key.is_empty())?;
                (!accounts.is_empty()).then(|| SavedCompletion { key: key.into(), accounts })
            }),
            replaced: json.flag("replaced").unwrap_or_default(),
        };
        (saved.create_key.is_some() || saved.session.is_some()).then_some(saved)
    }

    /// Writes the record.
    pub fn encode(&self) -> Json {
        let completion = self.completion.as_ref().map_or(Json::Null, |completion| {
            object(vec![("key", text(Some(&completion.key))), ("accounts", texts(&completion.accounts))])
        });
        object(vec![
            ("create_key", text(self.create_key.as_deref())),
            ("locale", text(self.locale.as_deref())),
            ("session", text(self.session.as_deref())),
            ("at_bank", Json::Bool(self.at_bank)),
            ("needing", texts(&self.needing)),
            ("completion", completion),
            ("replaced", Json::Bool(self.replaced)),
        ])
    }
}

fn ids(json: &Json, field: &str) -> Option<Vec<String>> {
    Some(json.entries(field)?.iter().filter_map(|id| id.as_str().map(String::from)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_record_reads_back_as_it_was_written() {
        let saved = Saved {
            create_key: None,
            locale: Some("de".into()),
            session: Some("rls_1".into()),
            at_bank: true,
            needing: vec!["fca_1".into()],
            completion: Some(SavedCompletion { key: "c".into(), accounts: vec!["fca_1".into()] }),
            replaced: true,
        };
        assert_eq!(Saved::decode(&saved.encode()), Some(saved));
    }

    #[test]
    fn a_begun_request_is_not_kept_beside_the_session_that_it_made() {
        let record = json!({"create_key": "k", "session": "rls_1"});
        assert_eq!(Saved::decode(&record).and_then(|saved| saved.create_key), None);
    }

    #[test]
    fn a_completion_of_nothing_is_none() {
        let record = json!({"session": "rls_1", "completion": {"key": "c", "accounts": []}});
        assert_eq!(Saved::decode(&record).and_then(|saved| saved.completion), None);
    }

    #[test]
    fn a_record_that_says_nothing_is_none() {
        assert_eq!(Saved::decode(&json!({"session": 7, "at_bank": "yes"})), None);
    }
}
