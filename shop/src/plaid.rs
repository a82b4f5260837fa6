//! Customers with accounts at Plaid too, beside the stand-in for it: what a merchant's server says to relink-server once a customer has
//! linked a login through Plaid. A shop in earnest says it at that moment; this one says it of all its items at its start.

use crate::config::Config;
use crate::relink::{Relink, RelinkError};
use crate::sandbox::Scenario;
use reqwest::{Client, Url};
use serde_json::{Value, json};
use std::time::Duration;

/// How long the stand-in may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// What it knows the shop by; it protects nothing.
const CLIENT: [&str; 2] = ["client_sandbox", "secret_sandbox"];
/// The accounts of an item that has both: the end of the number, the name, the kind.
const BOTH: &[[&str; 3]] = &[["0000", "Plaid Checking", "checking"], ["1111", "Plaid Saving", "savings"]];

/// An item of the stand-in's.
struct Item {
    name: &'static str,
    customer: &'static str,
    description: &'static str,
    accounts: &'static [[&'static str; 3]],
}

const ITEMS: [Item; 6] = [
    Item {
        name: "login_required",
        customer: "cus_demo",
        description: "The password changed.",
        accounts: BOTH,
    },
    Item {
        name: "oauth",
        customer: "cus_demo",
        description: "The password changed, at a bank where accounts are chosen anew at each sign-in.",
        accounts: BOTH,
    },
    Item {
        name: "new_ids",
        customer: "cus_demo",
        description: "The password changed, and the accounts come back under new ids.",
        accounts: BOTH,
    },
    Item {
        name: "pending_expiration",
        customer: "cus_demo",
        description: "Works, and consent ends in five days.",
        accounts: BOTH,
    },
    Item { name: "healthy", customer: "cus_demo", description: "Works.", accounts: BOTH },
    Item {
        name: "other",
        customer: "cus_other",
        description: "The password changed; of another customer.",
        accounts: &[BOTH[0]],
    },
];

/// The stand-in for Plaid.
#[derive(Clone)]
pub struct Plaid {
    http: Client,
    base: Url,
    /// Where what it tells of items goes.
    webhook: String,
}

impl Plaid {
    /// For that configuration; none where it names no stand-in.
    pub fn new(config: &Config) -> Result<Option<Self>, reqwest::Error> {
        let Some(base) = config.sandbox_plaid_url.clone() else { return Ok(None) };
        let http = Client::builder().timeout(PATIENCE).build()?;
        let webhook = format!("{}/webhooks/plaid", config.relink_origin());
        Ok(Some(Self { http, base, webhook }))
    }

    /// Every case by name, as those of the other sandbox.
    pub fn scenarios() -> Vec<Scenario> {
        let scenario = |item: &Item| Scenario {
            scenario: format!("plaid_{}", item.name),
            account: format!("acc_{}_0000", item.name),
            authorization: format!("item_{}", item.name),
            customer: Some(item.customer.into()),
            description: item.description.into(),
            rule: "same_account".into(),
            ..Scenario::default()
        };
        ITEMS.iter().map(scenario).collect()
    }

    /// Tells relink-server of every item, with the accounts as the shop has kept them, and Plaid where its webhooks go.
    pub async fn link(&self, relink: &Relink) -> Result<(), RelinkError> {
        for Item { name, customer, accounts, .. } in &ITEMS {
            let token = format!("access-sandbox-{name}");
            let kept = accounts.iter().map(|[mask, shown, kind]| {
                json!({
                    "account_id": format!("acc_{name}_{mask}"),
                    "persistent_account_id": format!("persistent_{name}_{mask}"),
                    "name": shown, "mask": mask, "type": "depository", "subtype": kind,
                })
            });
            let kept: Vec<Value> = kept.collect();
            relink
                .register_item(&json!({"customer": customer, "access_token": token, "accounts": kept}))
                .await?;
            let [client, secret] = CLIENT;
            let asked = json!({
                "client_id": client, "secret": secret, "access_token": token, "webhook": self.webhook,
            });
            let mut url = self.base.clone();
            url.set_path("/item/webhook/update");
            self.http.post(url).body(asked.to_string()).send().await?.error_for_status()?;
        }
        Ok(())
    }
}
