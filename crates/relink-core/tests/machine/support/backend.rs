//! The simulated merchant's backend, and Stripe behind it: idempotent by key, as docs/contract.md asks.

use super::documents::{BEGINNING, Doc, active, replacing};
use relink_core::{Call, CallKind};
use serde_json::{Value, json};
use std::collections::{HashMap, VecDeque};

/// A session as the backend has it.
#[derive(Clone, Debug)]
pub struct Held {
    pub document: Value,
    /// What the customer chose at the bank, where they were done.
    pub given: Option<Vec<String>>,
    expires_at: i64,
    /// How often a completion was carried out.
    pub completions: u32,
    /// As the backend's.
    renamed: Option<(&'static str, &'static str)>,
    declines: Option<&'static str>,
}

/// The backend.
#[derive(Debug, Default)]
pub struct Backend {
    pub sessions: HashMap<String, Held>,
    /// Documents for the next sessions; the last goes on for all that follow.
    pub next: VecDeque<Doc>,
    answers: HashMap<String, (String, u16, Value)>,
    pub created: u32,
    /// Whether a read finds out what the bank did and settles it (as our merchant's does).
    pub settles_on_read: bool,
    /// Whether Stripe's event about the bank arrives before any page asks.
    pub settles_by_itself: bool,
    /// Whether later answers leave the way to the bank out.
    pub forgets_handoff: bool,
    /// Whether answers after the first leave out what is relinked.
    pub forgets_options: bool,
    /// An account that has another id after the bank: the one before, the one after.
    pub renamed: Option<(&'static str, &'static str)>,
    /// Whether each answer gives a session its full time again.
    pub gives_time_again: bool,
    /// Whether the provider says no to what the customer agreed to.
    pub declines: Option<&'static str>,
    /// How many completions answer "pending" before it is settled.
    pub slow_to_settle: u32,
    /// How every completion is refused, where it is.
    pub refuses: Option<(u16, &'static str)>,
    /// Acts that were carried out twice.
    pub doubles: u32,
}

impl Backend {
    /// One that gives this session each time, under a new id.
    pub fn giving(docs: impl IntoIterator<Item = Doc>) -> Self {
        Self { next: docs.into_iter().collect(), ..Self::default() }
    }

    /// A session that was made elsewhere.
    pub fn holding(mut self, doc: Doc) -> Self {
        let id = doc.0["id"].as_str().unwrap_or_default().to_owned();
        self.hold(id, doc.0, 0);
        self
    }

    fn hold(&mut self, id: String, document: Value, unix: i64) {
        let left = document["expires_in"].as_i64().unwrap_or(1800);
        let expires_at = BEGINNING.max(unix) + left;
        let held = Held { document, given: None, expires_at, completions: 0, renamed: None, declines: None };
        self.sessions.insert(id, held);
    }

    /// Carries a request out.
    pub fn answer(&mut self, call: &Call, unix: i64) -> (u16, Value) {
        let body = call.body.as_deref().map(Value::to_string).unwrap_or_default();
        let print = format!("{} {body}", call.path);
        let kept = call.idempotency_key.as_ref().and_then(|key| self.answers.get(key));
        if let Some((before, status, answer)) = kept {
            return if *before == print {
                (*status, answer.clone())
            } else {
                problem(422, "invalid_request")
            };
        }
        let (status, answer) = self.carry_out(call, unix);
        if let Some(key) = &call.idempotency_key {
            self.answers.insert(key.clone(), (print, status, answer.clone()));
        }
        (status, answer)
    }

    fn carry_out(&mut self, call: &Call, unix: i64) -> (u16, Value) {
        let id = call.path.split('/').nth(2).unwrap_or_default().to_owned();
        if call.kind == CallKind::Create {
            self.created += 1;
            let doc = if self.next.len() > 1 { self.next.pop_front() } else { self.next.front().cloned() };
            let Some(Doc(mut document)) = doc else { return problem(500, "provider_unavailable") };
            let id = format!("rls_{}", self.created);
            document["id"] = json!(id);
            self.hold(id.clone(), document, unix);
            return (201, self.show(&id, unix));
        }
        let settles = self.settles_on_read;
        let Some(held) = self.sessions.get_mut(&id) else { return problem(404, "session_not_found") };
        (held.renamed, held.declines) = (self.renamed, self.declines);
        let pending = held.document["status"] == "pending";
        if pending && unix >= held.expires_at && !self.gives_time_again {
            held.document["status"] = json!("expired");
        }
        if let (CallKind::Complete, Some((status, code))) = (call.kind, self.refuses) {
            return problem(status, code);
        }
        match call.kind {
            CallKind::Create => {}
            CallKind::Read if pending && settles => held.settle(None),
            CallKind::Read if pending => held.reveal(),
            CallKind::Read => {}
            CallKind::Complete if pending && self.slow_to_settle > 0 => {
                self.slow_to_settle -= 1;
                self.settles_on_read = self.slow_to_settle == 0;
            }
            CallKind::Complete if pending => {
                held.completions += 1;
                self.doubles += u32::from(held.completions > 1);
                let chosen = call.body.as_deref().and_then(|body| body["accounts"].as_array().cloned());
                held.settle(chosen);
            }
            CallKind::Complete => return problem(409, "session_consumed"),
            CallKind::Cancel if pending => held.document["status"] = json!("cancelled"),
            CallKind::Cancel => {}
        }
        let mut document = self.show(&id, unix);
        if self.forgets_options {
            document["relink_options"] = Value::Null;
        }
        (200, document)
    }

    fn show(&self, id: &str, unix: i64) -> Value {
        let held = &self.sessions[id];
        let mut document = held.document.clone();
        if document.get("expires_in").is_some() && !self.gives_time_again {
            document["expires_in"] = json!(held.expires_at - unix);
        }
        if document.get("expires_at").is_some() {
            document["expires_at"] = json!(held.expires_at);
        }
        if self.forgets_handoff && self.created > 0 && document["relink_result"] != Value::Null {
            document["handoff"] = Value::Null;
        }
        document
    }

    /// The customer was done at the bank, for that session.
    pub fn give(&mut self, id: &str, accounts: &[&str]) {
        if let Some(held) = self.sessions.get_mut(id).filter(|held| held.document["status"] == "pending") {
            held.given = Some(accounts.iter().map(ToString::to_string).collect());
        }
    }

    /// A session ends at the backend, whatever the widget does.
    pub fn close(&mut self, id: &str, status: &str) {
        if let Some(held) = self.sessions.get_mut(id) {
            held.document["status"] = json!(status);
        }
    }

    /// The same, for that reason.
    pub fn fail(&mut self, id: &str, reason: &str) {
        self.close(id, "failed");
        if let Some(held) = self.sessions.get_mut(id) {
            held.document["relink_result"] =
                json!({"account": null, "authorization": null, "failure_reason": reason});
        }
    }

    /// Another page finished it.
    pub fn succeed(&mut self, id: &str) {
        self.give(id, &["fca_1"]);
        self.settle(id);
    }

    /// Stripe's event about the bank.
    pub fn settle(&mut self, id: &str) {
        if let Some(held) = self.sessions.get_mut(id).filter(|held| held.document["status"] == "pending") {
            held.settle(None);
        }
    }

    /// Whether any session is recorded as succeeded.
    pub fn has_succeeded(&self) -> bool {
        self.sessions.values().any(|held| held.document["status"] == "succeeded")
    }
}

impl Held {
    /// The customer agreed: nothing was chosen, and all that the session is about works again.
    fn confirm(&mut self) {
        let accounts = self.document["accounts"].as_array().cloned().unwrap_or_default();
        let ids = accounts.iter().filter_map(|account| account["id"].as_str().map(String::from));
        let ids: Vec<String> = ids.collect();
        match self.declines {
            Some("cancelled") => self.document["status"] = json!("cancelled"),
            Some(reason) => {
                self.document["status"] = json!("failed");
                self.document["relink_result"] = json!({"failure_reason": reason});
            }
            None => {
                self.repair(&ids);
                self.document["status"] = json!("succeeded");
                self.document["relink_result"] = json!({"authorization": "fcauth_1"});
            }
        }
    }

    fn required(&self) -> Option<String> {
        self.document["relink_options"]["account"].as_str().map(Into::into)
    }

    /// Whether what is required is among them, by either of its ids.
    fn is_given(&self, given: &[String]) -> bool {
        let Some(required) = self.required() else { return true };
        let renamed = self.renamed.filter(|(before, _)| *before == required).map(|(_, after)| after);
        given.iter().any(|id| *id == required || Some(id.as_str()) == renamed)
    }

    /// A read shows the accounts as they are now.
    fn reveal(&mut self) {
        let Some(given) = self.given.clone() else { return };
        if self.is_given(&given) {
            self.repair(&given);
        }
    }

    fn repair(&mut self, given: &[String]) {
        let Some(accounts) = self.document["accounts"].as_array_mut() else { return };
        for id in given {
            if let Some((before, after)) = self.renamed.filter(|(before, after)| id == before || id == after)
            {
                accounts.retain(|account| account["id"] != after);
                match accounts.iter_mut().find(|account| account["id"] == before) {
                    Some(account) => *account = replacing(after, before),
                    None => accounts.push(replacing(after, before)),
                }
                continue;
            }
            match accounts.iter_mut().find(|account| account["id"] == json!(id)) {
                Some(account) => *account = active(id),
                None => accounts.push(active(id)),
            }
        }
    }

    /// What came of it, by what the bank gave.
    fn settle(&mut self, chosen: Option<Vec<Value>>) {
        if self.document["handoff"]["type"] == "confirm" {
            return self.confirm();
        }
        let Some(given) = self.given.clone() else { return };
        let result = |account: Value, reason: Value| {
            let authorization = if reason.is_null() { json!("fcauth_1") } else { Value::Null };
            json!({"account": account, "authorization": authorization, "failure_reason": reason})
        };
        if !self.is_given(&given) {
            self.document["status"] = json!("failed");
            self.document["relink_result"] = result(Value::Null, json!("no_account"));
        } else if chosen.is_none() && self.required().is_none() && given.len() > 1 {
            // To be chosen from.
            self.repair(&given);
            self.document["relink_result"] = result(Value::Null, Value::Null);
        } else {
            let chosen: Vec<String> = match chosen {
                Some(chosen) if self.required().is_none() => {
                    chosen.iter().filter_map(|id| id.as_str().map(Into::into)).collect()
                }
                Some(_) | None => given,
            };
            self.repair(&chosen);
            self.document["status"] = json!("succeeded");
            self.document["relink_result"] = result(json!(self.required()), Value::Null);
        }
    }
}

/// A problem document.
pub fn problem(status: u16, code: &str) -> (u16, Value) {
    (
        status,
        json!({"type": "about:blank", "title": "No", "status": status, "code": code, "request_id": "req_7"}),
    )
}
