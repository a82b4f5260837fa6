//! All that the sandbox knows, and how it may change. Nothing here reads a clock, a socket or a random
//! number: time is set by `World::tick`, ids follow from a seed and a counter, and events wait in an
//! outbox until whoever holds the world carries them out.
//!
//! This file holds what there is, and how it is found and added to. What happens to it is above: `seed` fills a fresh
//! world, `time` lets a moment pass, `relink` begins and ends sessions.

pub mod account;
pub mod event;
pub mod ids;
pub mod institution;
pub mod relink;
pub mod scenario;
pub mod seed;
pub mod session;
pub mod time;
pub mod visit;

use serde_json::{Value, json};

use account::{Account, DAY, Holder, Standing};
use event::Event;
use ids::Ids;
use scenario::Scenario;
use session::{Delivery, RelinkOptions, Session, Status};
use visit::Visit;

/// A customer's permission to see accounts at one bank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authorization {
    /// `fcauth_…`.
    pub id: String,
    /// `fcinst_…`.
    pub institution: &'static str,
    /// The bank's name.
    pub institution_name: &'static str,
    /// Whose.
    pub holder: Holder,
    /// Whether it works.
    pub standing: Standing,
}

impl Authorization {
    /// The API object: as an account's, without the cause.
    pub fn to_json(&self) -> Value {
        let (status, details) = match &self.standing {
            Standing::Active(None) => ("active", json!({})),
            Standing::Active(Some(ending)) => (
                "active",
                json!({"active": {"action": "relink_required", "expected_deactivation_date": ending.date}}),
            ),
            Standing::Inactive { action, .. } => ("inactive", json!({"inactive": {"action": action}})),
            Standing::Disconnected => ("disconnected", json!({})),
        };
        json!({
            "id": self.id,
            "object": "financial_connections.authorization",
            "account_holder": self.holder.to_json(),
            "institution": self.institution,
            "institution_name": self.institution_name,
            "livemode": false,
            "status": status,
            "status_details": details,
        })
    }
}

/// Everything.
#[derive(Clone, Debug)]
pub struct World {
    /// Now, in Unix seconds, as the last `World::tick` said.
    pub now: i64,
    /// The address that hosted pages have.
    pub base: String,
    /// What the shop may offer by name.
    pub scenarios: Vec<Scenario>,
    /// Everything that happened, oldest first.
    pub events: Vec<Event>,
    /// The customers' visits to the bank.
    pub visits: Vec<Visit>,
    /// Whether every hosted page is sent with `Cross-Origin-Opener-Policy: same-origin`.
    pub hosted_severs_opener: bool,
    authorizations: Vec<Authorization>,
    accounts: Vec<Account>,
    sessions: Vec<Session>,
    outbox: Vec<Event>,
    ids: Ids,
}

impl World {
    /// The account of this id, linked or only known to the bank.
    pub fn account(&self, id: &str) -> Option<&Account> {
        self.accounts.iter().find(|account| account.id == id)
    }

    /// The same, to be changed.
    pub fn account_mut(&mut self, id: &str) -> Option<&mut Account> {
        self.accounts.iter_mut().find(|account| account.id == id)
    }

    /// Every account, linked or not, newest first.
    pub fn accounts(&self) -> impl Iterator<Item = &Account> {
        self.accounts.iter()
    }

    /// What the bank offers under an authorization.
    pub fn accounts_of(&self, authorization: &str) -> Vec<&Account> {
        self.accounts.iter().filter(|account| account.authorization == authorization).collect()
    }

    /// The authorization of this id.
    pub fn authorization(&self, id: &str) -> Option<&Authorization> {
        self.authorizations.iter().find(|authorization| authorization.id == id)
    }

    /// The same, to be changed.
    pub fn authorization_mut(&mut self, id: &str) -> Option<&mut Authorization> {
        self.authorizations.iter_mut().find(|authorization| authorization.id == id)
    }

    /// The session of this id.
    pub fn session(&self, id: &str) -> Option<&Session> {
        self.sessions.iter().find(|session| session.id == id)
    }

    /// The same, to be changed.
    pub fn session_mut(&mut self, id: &str) -> Option<&mut Session> {
        self.sessions.iter_mut().find(|session| session.id == id)
    }

    /// The session that has this client secret.
    pub fn session_by_secret(&self, secret: &str) -> Option<&Session> {
        self.sessions.iter().find(|session| session.client_secret.expose() == secret)
    }

    /// The session whose hosted page has this token.
    pub fn session_by_hosted_token(&self, token: &str) -> Option<&Session> {
        self.sessions
            .iter()
            .find(|session| session.hosted_token.as_ref().is_some_and(|kept| kept.expose() == token))
    }

    /// Whether a relink of the same was already asked for by e-mail in the last 48 hours and is not done yet.
    pub fn has_asked_by_email(&self, relink: &RelinkOptions) -> bool {
        self.sessions.iter().any(|session| {
            session.wanted.hosted == Some(Some(Delivery::Email))
                && session.wanted.relink.as_ref() == Some(relink)
                && session.status != Status::Succeeded
                && session.created > self.now - 2 * DAY
        })
    }

    /// The API object of a session, with the accounts it collected.
    pub fn session_json(&self, id: &str) -> Option<Value> {
        let session = self.session(id)?;
        let accounts =
            session.collected.iter().filter_map(|id| self.account(id)).map(Account::to_json).collect();
        Some(session.to_json(&self.base, accounts))
    }

    /// Adds an account, behind those there are.
    pub fn add_account(&mut self, account: Account) {
        self.accounts.push(account);
    }

    /// Adds an authorization.
    pub fn add_authorization(&mut self, authorization: Authorization) {
        self.authorizations.push(authorization);
    }

    /// An id that was not given before.
    pub fn next_id(&mut self, prefix: &str) -> String {
        self.ids.next(prefix)
    }

    /// A token that cannot be guessed without the seed.
    pub fn next_token(&mut self) -> String {
        self.ids.unguessable()
    }

    /// Tells the merchant something.
    pub fn emit(&mut self, name: &'static str, object: Value) {
        let event = Event { id: self.ids.next("evt"), name, created: self.now, object };
        self.events.push(event.clone());
        self.outbox.push(event);
    }

    /// Tells the merchant something about an account, as it is now.
    pub fn emit_account(&mut self, name: &'static str, account_id: &str) {
        if let Some(body) = self.account(account_id).map(Account::to_json) {
            self.emit(name, body);
        }
    }

    /// The events that have not been taken yet, oldest first.
    pub fn take_outbox(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.outbox)
    }
}
