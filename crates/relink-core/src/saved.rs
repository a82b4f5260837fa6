//! What survives a reload: ids, idempotency keys and the data for analytics, never a secret. It is saved in the tab's
//! `sessionStorage`; everything else is read from the backend.

use relink_wire::{Agreed, Fields, Gather, Json, Writing};

/// The record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Saved {
    /// The key of the `POST /sessions` that was begun, so that a reload repeats it and does not create a second
    /// session.
    pub create_key: Option<String>,
    /// The language in that request: a repeated request must have the same body.
    pub locale: Option<String>,
    /// The session's id.
    pub session: Option<String>,
    /// Whether the customer was sent to the bank, and has not come back with nothing done.
    pub at_bank: bool,
    /// What the customer agreed to on the way to the bank.
    pub agreed: Option<Agreed>,
    /// The completion that was begun.
    pub completion: Option<SavedCompletion>,
    /// The ids of the accounts that needed a relink when the customer went to the bank.
    pub needing: Vec<String>,
    /// The ids of the accounts that did not work when the customer came.
    pub broken: Vec<String>,
    /// The ids of all accounts that were linked when the customer went to the bank.
    pub linked: Vec<String>,
    /// Whether the page was notified that the bank accepted the customer's sign-in.
    pub authorized: bool,
    /// Whether an expired session was already replaced in this flow.
    pub replaced: bool,
    /// The flow's id.
    pub flow: String,
    /// When it began, in Unix milliseconds by the browser's clock.
    pub began_ms: i64,
    /// How often the customer has gone to the bank.
    pub attempt: u32,
    /// Why the customer is here, by its name in the analytics stream.
    pub reason: Option<String>,
}

/// A completion that was begun: the same body must be sent with the same key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedCompletion {
    /// Its key.
    pub key: String,
    /// The accounts chosen.
    pub accounts: Vec<String>,
}

impl Saved {
    /// Reads a record; `None` if it cannot be read.
    #[inline(never)]
    pub fn decode(json: &Json) -> Option<Self> {
        let text = |name| json.owned(name).filter(|text| !text.is_empty());
        let saved = Self {
            create_key: text("create_key").filter(|_| text("session").is_none()),
            locale: text("locale"),
            session: text("session"),
            at_bank: json.flag("at_bank").unwrap_or_default(),
            agreed: text("agreed")
                .map(|id| Agreed { id, collected_at: json.whole("agreed_at").unwrap_or_default() }),
            needing: ids(json, "needing").unwrap_or_default(),
            completion: json.object("completion").and_then(|completion| {
                let accounts = ids(completion, "accounts")?;
                let key = completion.filled("key")?;
                Some(SavedCompletion { key: key.into(), accounts })
            }),
            broken: ids(json, "broken").unwrap_or_default(),
            linked: ids(json, "linked").unwrap_or_default(),
            authorized: json.flag("authorized").unwrap_or_default(),
            replaced: json.flag("replaced").unwrap_or_default(),
            flow: text("flow").unwrap_or_default(),
            began_ms: json.whole("began_ms").unwrap_or_default(),
            attempt: json.whole("attempt").and_then(|attempt| attempt.try_into().ok()).unwrap_or_default(),
            reason: text("reason"),
        };
        (saved.create_key.is_some() || saved.session.is_some()).then_some(saved)
    }

    /// Writes the record.
    #[inline(never)]
    pub fn encode(&self) -> Json {
        let completion = self.completion.as_ref().map_or(Json::Null, |completion| {
            Writing::default()
                .text("key", Some(&completion.key))
                .texts("accounts", &completion.accounts)
                .done()
        });
        Writing::default()
            .text("create_key", self.create_key.as_deref())
            .text("locale", self.locale.as_deref())
            .text("session", self.session.as_deref())
            .flag("at_bank", self.at_bank)
            .text("agreed", self.agreed.as_ref().map(|agreed| agreed.id.as_str()))
            .put("agreed_at", Json::from(self.agreed.as_ref().map_or(0, |agreed| agreed.collected_at)))
            .texts("needing", &self.needing)
            .put("completion", completion)
            .texts("broken", &self.broken)
            .texts("linked", &self.linked)
            .flag("authorized", self.authorized)
            .flag("replaced", self.replaced)
            .text("flow", Some(&self.flow))
            .put("began_ms", Json::from(self.began_ms))
            .put("attempt", Json::from(self.attempt))
            .text("reason", self.reason.as_deref())
            .done()
    }
}

fn ids(json: &Json, field: &str) -> Option<Vec<String>> {
    Some(json.entries(field)?.iter().filter_map(|id| id.as_str().map(String::from)).gather())
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
            agreed: Some(Agreed { id: "fccons_1".into(), collected_at: 1_795_000_001 }),
            needing: vec!["fca_1".into()],
            broken: vec!["fca_1".into()],
            completion: Some(SavedCompletion { key: "c".into(), accounts: vec!["fca_1".into()] }),
            linked: vec!["fca_1".into(), "fca_2".into()],
            authorized: true,
            replaced: true,
            flow: "flow_1".into(),
            began_ms: 1_795_000_000_000,
            attempt: 2,
            reason: Some("access_expired".into()),
        };
        assert_eq!(Saved::decode(&saved.encode()), Some(saved));
    }

    #[test]
    fn a_begun_request_is_not_kept_beside_the_session_that_it_made() {
        let record = json!({"create_key": "k", "session": "rls_1"});
        assert_eq!(Saved::decode(&record).and_then(|saved| saved.create_key), None);
    }

    #[test]
    fn a_completion_that_names_no_account_is_one_and_one_without_a_key_is_none() {
        let completion = |completion| {
            let record = json!({"session": "rls_1", "completion": completion});
            Saved::decode(&record).and_then(|saved| saved.completion)
        };
        assert!(completion(json!({"key": "c", "accounts": []})).is_some());
        assert_eq!(completion(json!({"key": "", "accounts": []})), None);
        assert_eq!(completion(json!({"key": "c"})), None);
    }

    #[test]
    fn a_record_that_says_nothing_is_none() {
        assert_eq!(Saved::decode(&json!({"session": 7, "at_bank": "yes"})), None);
    }
}
