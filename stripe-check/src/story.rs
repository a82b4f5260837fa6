//! The API half of a relink, told to one side: what is asked, in which order, and what is kept of the answers. It is the same
//! for Stripe and for the sandbox, so that the two can be compared.

use crate::ask::{Answer, Ask, Side};
use crate::shape::Shape;
use relink_wire::{Fields, Json};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// So many accounts, authorizations and events are looked at.
const MANY: &str = "100";
/// So many authorizations are read.
const AUTHORIZATIONS: usize = 10;
/// How often the events are looked at until the one that is waited for is there, and the pause between two looks.
const LOOKS: u32 = 20;
const PAUSE: Duration = Duration::from_secs(1);
/// Events whose shape is compared.
const EVENTS: &[&str] = &[
    "financial_connections.account.created",
    "financial_connections.account.deactivated",
    "financial_connections.account.reactivated",
    "financial_connections.account.refreshed_balance",
    "financial_connections.session.updated",
];
const REFRESHED: &str = "financial_connections.account.refreshed_balance";

/// What is kept of one side's answers.
#[derive(Debug, Default)]
pub struct Heard {
    /// By the name of what was seen: `account`, `session`.
    pub shapes: BTreeMap<&'static str, Shape>,
    /// By the name of a question, its answer in Stripe's own words.
    pub facts: BTreeMap<&'static str, String>,
    /// What could not be asked, and why.
    pub not_asked: Vec<&'static str>,
}

/// The teller: a side, and what it has said so far.
struct Telling<'a> {
    side: &'a Side,
    heard: Heard,
    /// Whether every answer had an id, and was in the version that was asked for.
    has_ids: bool,
    is_in_version: bool,
}

/// Tells the story. `creates` has the key that makes the run's idempotency keys its own, where anything may be created.
pub async fn tell(side: &Side, creates: Option<&str>) -> Result<Heard, String> {
    let mut telling = Telling { side, heard: Heard::default(), has_ids: true, is_in_version: true };
    let accounts = telling.read().await?;
    telling.refusals().await?;
    if let Some(run) = creates {
        telling.create(&accounts, run).await?;
    }
    telling.events().await?;
    let Telling { mut heard, has_ids, is_in_version, .. } = telling;
    heard.facts.insert("every answer has a Request-Id", has_ids.to_string());
    heard.facts.insert("every answer is in the version that was asked for", is_in_version.to_string());
    Ok(heard)
}

impl Telling<'_> {
    async fn ask(&mut self, what: &'static str, ask: Ask<'_>) -> Result<Answer, String> {
        let answer = self.side.ask(ask).await.map_err(|error| format!("{what}: {error}"))?;
        self.has_ids &= answer.has_request_id;
        // What is refused before the version is looked at has none.
        self.is_in_version &= answer.is_in_version || answer.status >= 400;
        Ok(answer)
    }

    /// Asks for what must be there.
    async fn get(&mut self, what: &'static str, ask: Ask<'_>) -> Result<Json, String> {
        let answer = self.ask(what, ask).await?;
        if answer.status == 200 {
            Ok(answer.body)
        } else {
            Err(format!("{what}: refused, {}", answer.refusal()))
        }
    }

    /// Sees an object. Objects with a shape of their own are not looked into at every place where they stand.
    fn see(&mut self, name: &'static str, object: &Json) {
        self.heard.shapes.entry(name).or_default().see(object);
    }

    fn note(&mut self, what: &'static str, told: impl Into<String>) {
        self.heard.facts.insert(what, told.into());
    }

    /// Sees a list without its entries, and gives these.
    fn entries(&mut self, list: &Json) -> Vec<Json> {
        let mut around = list.clone();
        around["data"] = Json::Array(Vec::new());
        self.see("list", &around);
        list.entries("data").unwrap_or_default().to_vec()
    }

    async fn read(&mut self) -> Result<Vec<Json>, String> {
        self.get("the merchant's own account", Ask { path: "account", ..Ask::default() }).await?;
        let path = "financial_connections/accounts";
        let list = self.get("accounts", Ask { path, form: &[("limit", MANY)], ..Ask::default() }).await?;
        let accounts = self.entries(&list);
        accounts.iter().for_each(|account| self.see("account", account));
        if let Some(id) = accounts.first().and_then(|account| account.text("id")) {
            let path = format!("financial_connections/accounts/{id}");
            let account = self.get("an account", Ask { path: &path, ..Ask::default() }).await?;
            self.see("account", &account);
        }
        let logins: BTreeSet<&str> =
            accounts.iter().filter_map(|account| account.text("authorization")).collect();
        for login in logins.into_iter().take(AUTHORIZATIONS) {
            let path = format!("financial_connections/authorizations/{login}");
            let authorization = self.get("an authorization", Ask { path: &path, ..Ask::default() }).await?;
            self.see("authorization", &authorization);
        }
        let path = "financial_connections/institutions";
        let list = self.get("institutions", Ask { path, form: &[("limit", MANY)], ..Ask::default() }).await?;
        let institutions = self.entries(&list);
        institutions.iter().for_each(|institution| self.see("institution", institution));
        Ok(accounts)
    }

    /// What is refused, by reads alone.
    async fn refusals(&mut self) -> Result<(), String> {
        let session = "financial_connections/sessions/fcsess_of_nobody";
        let asks = [
            ("a session that there is not", Ask { path: session, ..Ask::default() }),
            (
                "an account that there is not",
                Ask { path: "financial_connections/accounts/fca_of_nobody", ..Ask::default() },
            ),
            (
                "an authorization that there is not",
                Ask { path: "financial_connections/authorizations/fcauth_of_nobody", ..Ask::default() },
            ),
            ("an address that there is not", Ask { path: "financial_connections/nothing", ..Ask::default() }),
            ("a key that nobody has", Ask { path: session, with_wrong_key: true, ..Ask::default() }),
            (
                "a version that there is not",
                Ask { path: session, version: Some("1999-12-31"), ..Ask::default() },
            ),
        ];
        for (what, ask) in asks {
            let answer = self.ask(what, ask).await?;
            self.note(what, answer.refusal());
            self.see("error", &answer.body);
        }
        Ok(())
    }

    /// A relink session, as the backend makes it, and what is refused on the way.
    async fn create(&mut self, accounts: &[Json], run: &str) -> Result<(), String> {
        let holder = |account: &Json| {
            account.object("account_holder").and_then(|holder| holder.text("customer")).map(str::to_owned)
        };
        let fits = |account: &&Json| account.text("authorization").is_some() && holder(account).is_some();
        let is_broken = |account: &&Json| account.text("status") == Some("inactive");
        let subject = accounts.iter().filter(fits).find(is_broken).or_else(|| accounts.iter().find(fits));
        let Some(subject) = subject else {
            self.heard
                .not_asked
                .push("a relink session: no account of a Customer is linked with this merchant");
            return Ok(());
        };
        let (customer, login) =
            (holder(subject).unwrap_or_default(), subject.text("authorization").unwrap_or_default());
        let path = "financial_connections/sessions";
        let form = [
            ("account_holder[type]", "customer"),
            ("account_holder[customer]", &customer),
            ("relink_options[authorization]", login),
            ("limits[accounts]", "1"),
            ("permissions[]", "balances"),
        ];
        let key = format!("{run}-session");
        let made = self
            .ask("a relink session", Ask { path, form: &form, post: Some(&key), ..Ask::default() })
            .await?;
        self.note("a relink session", if made.status == 200 { "200".to_owned() } else { made.refusal() });
        if made.status == 200 {
            self.see("session", &made.body);
            let again = self
                .ask("the same once more", Ask { path, form: &form, post: Some(&key), ..Ask::default() })
                .await?;
            let is_same = again.body.text("id").is_some() && again.body.text("id") == made.body.text("id");
            let told = format!("same session: {is_same}, said to be replayed: {}", again.is_replayed);
            self.note("the same idempotency key", told);
            let other = [form[0], form[1], form[2], ("permissions[]", "transactions")];
            let refused = self
                .ask("another request", Ask { path, form: &other, post: Some(&key), ..Ask::default() })
                .await?;
            self.note("the same idempotency key with other parameters", refused.refusal());
            let id = made.body.text("id").unwrap_or_default();
            let path = format!("financial_connections/sessions/{id}");
            let session = self.get("the session", Ask { path: &path, ..Ask::default() }).await?;
            self.see("session", &session);
        }
        let mistakes: [(&'static str, &[(&str, &str)]); 3] = [
            ("a session without permissions", &form[..4]),
            (
                "a session with filters[countries]",
                &[form[0], form[1], form[2], form[4], ("filters[countries][]", "US")],
            ),
            (
                "a session of an authorization that there is not",
                &[form[0], form[1], form[4], ("relink_options[authorization]", "fcauth_of_nobody")],
            ),
        ];
        for (at, (what, form)) in mistakes.into_iter().enumerate() {
            let key = format!("{run}-mistake-{at}");
            let refused = self.ask(what, Ask { path, form, post: Some(&key), ..Ask::default() }).await?;
            self.note(what, refused.refusal());
            self.see("error", &refused.body);
        }
        self.refresh(accounts, run).await
    }

    /// Has one account's balance refreshed, and looks at the events until Stripe tells of it.
    async fn refresh(&mut self, accounts: &[Json], run: &str) -> Result<(), String> {
        let may = |account: &Json| {
            account.entries("permissions").is_some_and(|all| all.iter().any(|one| one == "balances"))
        };
        let works = |account: &&Json| account.text("status") == Some("active") && may(account);
        let Some(id) = accounts.iter().find(works).and_then(|account| account.text("id")) else {
            self.heard.not_asked.push("a refresh and its event: no account works and shares its balance");
            return Ok(());
        };
        let before = self.events_of(REFRESHED).await?;
        let (path, key) = (format!("financial_connections/accounts/{id}/refresh"), format!("{run}-refresh"));
        let ask = Ask { path: &path, form: &[("features[]", "balance")], post: Some(&key), ..Ask::default() };
        let account = self.get("a refresh", ask).await?;
        self.see("account", &account);
        let mut is_told = false;
        for look in 0..LOOKS {
            if look > 0 {
                tokio::time::sleep(PAUSE).await;
            }
            let events = self.events_of(REFRESHED).await?;
            is_told = events.iter().any(|event| !before.contains(event));
            if is_told {
                break;
            }
        }
        self.note("an event tells of the refresh", is_told.to_string());
        Ok(())
    }

    async fn events(&mut self) -> Result<(), String> {
        for kind in EVENTS {
            for event in self.events_of(kind).await? {
                let object = event.object("data").and_then(|data| data.object("object")).cloned();
                let mut around = event;
                around["data"]["object"] = Json::Null;
                self.see("event", &around);
                match (object.as_ref(), object.as_ref().and_then(|object| object.text("object"))) {
                    (Some(account), Some("financial_connections.account")) => self.see("account", account),
                    (Some(session), Some("financial_connections.session")) => self.see("session", session),
                    _ => {}
                }
            }
        }
        Ok(())
    }

    async fn events_of(&mut self, kind: &str) -> Result<Vec<Json>, String> {
        let form = [("type", kind), ("limit", MANY)];
        let list = self.get("events", Ask { path: "events", form: &form, ..Ask::default() }).await?;
        Ok(self.entries(&list))
    }
}
