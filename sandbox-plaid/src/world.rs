//! Items, link tokens, and what a customer does to them. Pure: the time is given in, and no request is made.

use serde_json::{Value as Json, json};

/// A day, in seconds.
const DAY: i64 = 86_400;
/// How long an update-mode link token lives, in seconds.
const TOKEN_LIFE: i64 = 30 * 60;

/// What a merchant calls an item by, what holds it up, and its accounts by name.
struct Scenario {
    name: &'static str,
    error: Option<&'static str>,
    consent_days: Option<i64>,
    accounts: &'static [(&'static str, &'static str)],
}

const BOTH: &[(&str, &str)] = &[("Plaid Checking", "0000"), ("Plaid Saving", "1111")];
const ONE: &[(&str, &str)] = &[("Plaid Checking", "0000")];

/// The items that are there from the start: `access-sandbox-` and the name is the access token, `item_` and the name the id.
const SCENARIOS: [Scenario; 7] = [
    Scenario { name: "healthy", error: None, consent_days: None, accounts: BOTH },
    Scenario {
        name: "login_required",
        error: Some("ITEM_LOGIN_REQUIRED"),
        consent_days: None,
        accounts: BOTH,
    },
    Scenario { name: "pending_expiration", error: None, consent_days: Some(5), accounts: BOTH },
    Scenario {
        name: "permission_revoked",
        error: Some("USER_PERMISSION_REVOKED"),
        consent_days: None,
        accounts: ONE,
    },
    Scenario { name: "oauth", error: Some("ITEM_LOGIN_REQUIRED"), consent_days: None, accounts: BOTH },
    Scenario { name: "new_ids", error: Some("ITEM_LOGIN_REQUIRED"), consent_days: None, accounts: BOTH },
    Scenario { name: "other", error: Some("ITEM_LOGIN_REQUIRED"), consent_days: None, accounts: ONE },
];
/// The item whose accounts come back under new ids.
const NEW_IDS: &str = "item_new_ids";

/// The item at a bank where accounts are chosen anew at each sign-in, whatever the merchant asks for.
const OAUTH: &str = "item_oauth";

/// A login at a bank, and the accounts that it shares.
pub struct Item {
    pub id: String,
    pub access_token: String,
    /// The code of what holds it up.
    pub error: Option<String>,
    pub consent_expires_at: Option<i64>,
    pub webhook: Option<String>,
    pub accounts: Vec<Account>,
    pub created_at: i64,
    /// How often it was repaired.
    pub repairs: u32,
}

/// One of its accounts.
pub struct Account {
    pub id: String,
    pub name: String,
    pub mask: String,
    /// Stays where the id changes.
    pub persistent_id: String,
    pub is_shared: bool,
}

/// What `/link/token/create` made.
pub struct LinkToken {
    pub token: String,
    /// In the hosted page's address.
    pub key: String,
    pub item: String,
    pub created_at: i64,
    pub expires_at: i64,
    pub client_name: String,
    pub language: String,
    pub countries: Json,
    pub webhook: Option<String>,
    pub back: Option<String>,
    pub selects_accounts: bool,
    pub sessions: Vec<Session>,
}

/// A visit of the hosted page that has ended.
pub struct Session {
    pub id: String,
    pub at: i64,
    pub succeeded: bool,
}

/// All that a stand-in knows.
pub struct World {
    pub items: Vec<Item>,
    pub tokens: Vec<LinkToken>,
}

/// A webhook that is due: where to, and what.
pub struct Due {
    pub to: String,
    pub body: Json,
}

impl World {
    /// One item for each scenario.
    pub fn seeded(now: i64) -> Self {
        let items = SCENARIOS.iter().map(|scenario| Item {
            id: format!("item_{}", scenario.name),
            access_token: format!("access-sandbox-{}", scenario.name),
            error: scenario.error.map(Into::into),
            consent_expires_at: scenario.consent_days.map(|days| now + days * DAY),
            webhook: None,
            accounts: scenario
                .accounts
                .iter()
                .map(|(name, mask)| Account {
                    id: format!("acc_{}_{mask}", scenario.name),
                    name: (*name).into(),
                    mask: (*mask).into(),
                    persistent_id: format!("persistent_{}_{mask}", scenario.name),
                    is_shared: true,
                })
                .collect(),
            created_at: now - 200 * DAY,
            repairs: 0,
        });
        Self { items: items.collect(), tokens: Vec::new() }
    }

    pub fn item(&mut self, access_token: &str) -> Option<&mut Item> {
        self.items.iter_mut().find(|item| item.access_token == access_token)
    }

    pub fn item_by_id(&mut self, id: &str) -> Option<&mut Item> {
        self.items.iter_mut().find(|item| item.id == id)
    }

    /// A token of the hosted page that has not run out.
    pub fn token(&self, key: &str, now: i64) -> Option<&LinkToken> {
        self.tokens.iter().find(|token| token.key == key && token.expires_at > now)
    }

    /// Keeps a token; its life is set here, and at some banks accounts can always be chosen.
    pub fn add(&mut self, token: LinkToken) {
        self.tokens.push(LinkToken {
            expires_at: token.created_at + TOKEN_LIFE,
            selects_accounts: token.selects_accounts || token.item == OAUTH,
            ..token
        });
    }

    /// The customer signed in and shares these accounts; what is due then. `None` if the token has run out.
    pub fn agree(&mut self, key: &str, shared: &[String], session: String, now: i64) -> Option<Vec<Due>> {
        let token = self.tokens.iter_mut().find(|token| token.key == key && token.expires_at > now)?;
        token.sessions.push(Session { id: session, at: now, succeeded: true });
        let finished = finished(token, true);
        let (id, selects) = (token.item.clone(), token.selects_accounts);
        let item = self.item_by_id(&id)?;
        for account in &mut item.accounts {
            if selects {
                account.is_shared = shared.contains(&account.id);
            }
        }
        item.repair(now);
        Some(finished.into_iter().collect())
    }

    /// The customer left the hosted page.
    pub fn leave(&mut self, key: &str, session: String, now: i64) -> Option<Vec<Due>> {
        let token = self.tokens.iter_mut().find(|token| token.key == key && token.expires_at > now)?;
        token.sessions.push(Session { id: session, at: now, succeeded: false });
        Some(finished(token, false).into_iter().collect())
    }
}

impl Item {
    /// The login works again.
    pub fn repair(&mut self, now: i64) {
        self.error = None;
        self.repairs += 1;
        self.consent_expires_at = self.consent_expires_at.map(|_| now + 180 * DAY);
        if self.id == NEW_IDS {
            for account in &mut self.accounts {
                account.id =
                    format!("{}_{}", account.persistent_id.replace("persistent", "acc"), self.repairs);
            }
        }
    }

    /// A webhook about it, where the merchant wants any.
    pub fn due(&self, code: &str, more: &Json) -> Option<Due> {
        let mut body = json!({
            "webhook_type": "ITEM",
            "webhook_code": code,
            "item_id": self.id,
            "environment": "sandbox",
        });
        for (name, value) in more.as_object().into_iter().flatten() {
            body[name] = value.clone();
        }
        Some(Due { to: self.webhook.clone()?, body })
    }
}

fn finished(token: &LinkToken, succeeded: bool) -> Option<Due> {
    let session = token.sessions.last()?;
    let body = json!({
        "webhook_type": "LINK",
        "webhook_code": "SESSION_FINISHED",
        "status": if succeeded { "SUCCESS" } else { "EXITED" },
        "link_session_id": session.id,
        "link_token": token.token,
        "public_tokens": [],
        "environment": "sandbox",
    });
    Some(Due { to: token.webhook.clone()?, body })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn world_with_token(item: &str, selects_accounts: bool) -> World {
        let mut world = World::seeded(0);
        world.add(LinkToken {
            token: "link-sandbox-1".into(),
            key: "key".into(),
            item: item.into(),
            created_at: 0,
            expires_at: 0,
            client_name: "Corner Store".into(),
            language: "en".into(),
            countries: json!(["US"]),
            webhook: Some("http://127.0.0.1:1/webhooks".into()),
            back: None,
            selects_accounts,
            sessions: Vec::new(),
        });
        world
    }

    #[test]
    fn signing_in_repairs_the_item_and_tells_the_merchant() {
        let mut world = world_with_token("item_login_required", false);
        let due = world.agree("key", &[], "session".into(), 10).expect("a token");
        assert_eq!(due[0].body["status"], "SUCCESS");
        let item = world.item_by_id("item_login_required").expect("the item");
        assert_eq!((item.error.as_deref(), item.accounts.iter().all(|one| one.is_shared)), (None, true));
    }

    #[test]
    fn accounts_are_left_out_only_where_they_can_be_chosen() {
        for (name, asks, selects) in
            [("login_required", false, false), ("login_required", true, true), ("oauth", false, true)]
        {
            let mut world = world_with_token(&format!("item_{name}"), asks);
            world.agree("key", &[format!("acc_{name}_1111")], "session".into(), 10).expect("a token");
            let item = world.item_by_id(&format!("item_{name}")).expect("the item");
            assert_eq!(item.accounts[0].is_shared, !selects, "{name}");
        }
    }

    #[test]
    fn a_token_ends_after_half_an_hour_and_leaving_repairs_nothing() {
        let mut world = world_with_token("item_login_required", false);
        assert!(world.agree("key", &[], "late".into(), TOKEN_LIFE).is_none());
        let due = world.leave("key", "session".into(), 10).expect("a token");
        assert_eq!(due[0].body["status"], "EXITED");
        assert!(world.item_by_id("item_login_required").expect("the item").error.is_some());
    }

    #[test]
    fn ids_change_where_the_scenario_says_so_and_the_persistent_one_stays() {
        let mut world = world_with_token("item_new_ids", false);
        let of = |world: &mut World| {
            let item = world.item_by_id("item_new_ids").expect("the item");
            (item.accounts[0].id.clone(), item.accounts[0].persistent_id.clone())
        };
        let before = of(&mut world);
        world.agree("key", &[], "session".into(), 10).expect("a token");
        let after = of(&mut world);
        assert!(before.0 != after.0 && before.1 == after.1);
    }
}
