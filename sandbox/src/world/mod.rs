//! Everything the sandbox knows. Nothing here reads a clock, a socket or a random number: `World::tick` sets the time, ids
//! are computed from a seed and a counter, and events wait in an outbox until the caller sends them.
//!
//! This file holds the data, and how it is looked up and added to. The modules above change it: `seed` fills a fresh
//! world, `time` moves the clock, `relink` begins and ends sessions, `consents` makes and judges what customers agree to.

pub mod account;
pub mod consent;
pub mod consents;
pub mod customer;
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
use consent::Consent;
use event::Event;
use ids::Ids;
use scenario::Scenario;
use session::{Delivery, RelinkOptions, Session, Status};
use visit::Visit;

/// Which accounts a relink brings back, where the merchant named the authorization alone. Stripe's texts say each of these
/// in one place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// Those that the customer chooses under the authorization.
    #[default]
    Chosen,
    /// All linked accounts of the authorization, whichever the customer chooses.
    All,
    /// Those that the customer chooses, of any authorization of theirs at the same institution.
    Institution,
}

/// A customer's permission to see accounts at one bank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authorization {
    /// `fcauth_…`.
    pub id: String,
    /// `fcinst_…`.
    pub institution: &'static str,
    /// The bank's name.
    pub institution_name: &'static str,
    /// The owner.
    pub holder: Holder,
    /// Whether it works.
    pub standing: Standing,
    /// Which accounts a relink of it brings back.
    pub reach: Reach,
    /// Whether an account comes back as a new account object, where any account would do.
    pub gives_new_ids: bool,
}

impl Authorization {
    /// The API object: like an account's, without the cause.
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

/// Everything the sandbox knows.
#[derive(Clone, Debug)]
pub struct World {
    /// Now, in Unix seconds, as set by the last `World::tick`.
    pub now: i64,
    /// The sandbox's own address, for links to hosted pages.
    pub base: String,
    /// Cases that a demo can offer by name.
    pub scenarios: Vec<Scenario>,
    /// Every event, oldest first.
    pub events: Vec<Event>,
    /// The customers' visits to the bank.
    pub visits: Vec<Visit>,
    /// Whether every hosted page is sent with `Cross-Origin-Opener-Policy: same-origin`.
    pub hosted_severs_opener: bool,
    authorizations: Vec<Authorization>,
    accounts: Vec<Account>,
    sessions: Vec<Session>,
    consents: Vec<Consent>,
    outbox: Vec<Event>,
    ids: Ids,
}

impl World {
    /// The account of this id, linked or only known to the bank.
    pub fn account(&self, id: &str) -> Option<&Account> {
        self.accounts.iter().find(|account| account.id == id)
    }

    /// The same, mutable.
    pub fn account_mut(&mut self, id: &str) -> Option<&mut Account> {
        self.accounts.iter_mut().find(|account| account.id == id)
    }

    /// Every account, linked or not, newest first.
    pub fn accounts(&self) -> impl Iterator<Item = &Account> {
        self.accounts.iter()
    }

    /// The accounts of an authorization, linked or not.
    pub fn accounts_of(&self, authorization: &str) -> Vec<&Account> {
        self.accounts.iter().filter(|account| account.authorization == authorization).collect()
    }

    /// The accounts that the bank offers in a session.
    pub fn offered(&self, session: &Session) -> Vec<&Account> {
        let authorization = self.authorization(&session.authorization);
        let is_wide = session.pinned_account().is_none()
            && authorization.is_some_and(|a| a.reach == Reach::Institution);
        let is_near = |account: &Account| {
            is_wide
                && account.linked
                && authorization
                    .is_some_and(|a| (a.institution, &a.holder) == (account.institution, &account.holder))
        };
        let offered = |account: &&Account| account.authorization == session.authorization || is_near(account);
        self.accounts.iter().filter(offered).collect()
    }

    /// The authorization of this id.
    pub fn authorization(&self, id: &str) -> Option<&Authorization> {
        self.authorizations.iter().find(|authorization| authorization.id == id)
    }

    /// The same, mutable.
    pub fn authorization_mut(&mut self, id: &str) -> Option<&mut Authorization> {
        self.authorizations.iter_mut().find(|authorization| authorization.id == id)
    }

    /// The session of this id.
    pub fn session(&self, id: &str) -> Option<&Session> {
        self.sessions.iter().find(|session| session.id == id)
    }

    /// The same, mutable.
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

    /// Whether this relink was requested by email in the last 48 hours and has not succeeded yet.
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

    /// Adds an account after the others.
    pub fn add_account(&mut self, account: Account) {
        self.accounts.push(account);
    }

    /// Adds an authorization.
    pub fn add_authorization(&mut self, authorization: Authorization) {
        self.authorizations.push(authorization);
    }

    /// An id that was never used before.
    pub fn next_id(&mut self, prefix: &str) -> String {
        self.ids.next(prefix)
    }

    /// A token that cannot be guessed without the seed.
    pub fn next_token(&mut self) -> String {
        self.ids.unguessable()
    }

    /// Records an event, to be sent to the merchant.
    pub fn emit(&mut self, name: &'static str, object: Value) {
        let event = Event { id: self.ids.next("evt"), name, created: self.now, object };
        self.events.push(event.clone());
        self.outbox.push(event);
    }

    /// Records an event about an account, with the account as it is now.
    pub fn emit_account(&mut self, name: &'static str, account_id: &str) {
        if let Some(body) = self.account(account_id).map(Account::to_json) {
            self.emit(name, body);
        }
    }

    /// Takes the events that are still to be sent, oldest first.
    pub fn take_outbox(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.outbox)
    }
}
