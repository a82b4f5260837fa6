//! The sandbox's test helpers, for the page "Developers". A shop in earnest has nothing like it.

use crate::config::Config;
use reqwest::{Client, Url};
use serde::Deserialize;
use std::time::Duration;

/// How long the sandbox may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// A case to try, by name.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Scenario {
    /// Its name.
    pub scenario: String,
    /// The account that it is about.
    pub account: String,
    /// The account's authorization.
    pub authorization: String,
    /// The account's customer.
    pub customer: Option<String>,
    /// What it shows.
    #[serde(default)]
    pub description: String,
    /// `same_account` or `any_account`.
    #[serde(default)]
    pub rule: String,
    /// `stripe_js` or `hosted`.
    #[serde(default)]
    pub handoff: String,
    /// How many accounts are taken.
    #[serde(default)]
    pub limits: Limits,
}

/// How many accounts a scenario takes.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Limits {
    /// None is any number.
    pub accounts: Option<u64>,
}

#[derive(Deserialize)]
struct List {
    data: Vec<Scenario>,
}

/// The sandbox's API.
#[derive(Clone)]
pub struct Sandbox {
    http: Client,
    base: Url,
    key: String,
}

impl Sandbox {
    /// For that configuration; none where it names no sandbox.
    pub fn new(config: &Config) -> Result<Option<Self>, reqwest::Error> {
        let Some(base) = config.sandbox_url.clone() else { return Ok(None) };
        let http = Client::builder().timeout(PATIENCE).build()?;
        Ok(Some(Self { http, base, key: config.sandbox_key.clone() }))
    }

    /// Every scenario; none where the sandbox does not answer.
    pub async fn scenarios(&self) -> Option<Vec<Scenario>> {
        let request = self.http.get(self.helper("scenarios")).bearer_auth(&self.key);
        let text = request.send().await.ok()?.error_for_status().ok()?.text().await.ok()?;
        let list: List = serde_json::from_str(&text).ok()?;
        Some(list.data)
    }

    /// Restores every account. The sandbox notifies relink-server by webhook, as for any other change.
    pub async fn reset(&self) -> Result<(), reqwest::Error> {
        let request = self.http.post(self.helper("reset")).bearer_auth(&self.key);
        request.send().await?.error_for_status().map(drop)
    }

    fn helper(&self, name: &str) -> Url {
        let mut url = self.base.clone();
        url.set_path(&format!("/v1/test_helpers/{name}"));
        url
    }
}
