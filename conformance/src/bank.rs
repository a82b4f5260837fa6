//! The sandbox behind the backend: ends a session as a customer at the bank would, and makes Stripe fail.

use crate::options::Options;
use crate::unreachable::Unreachable;
use reqwest::Client;
use serde_json::Value as Json;
use std::time::Duration;

/// How many requests fail in an outage: more than any client tries again.
const OUTAGE: u32 = 60;

/// The sandbox.
pub struct Bank {
    base: String,
    key: String,
    client: Client,
}

impl Bank {
    /// The sandbox of the command line, if there is one.
    pub fn new(options: &Options) -> Option<Self> {
        let key = options.sandbox_key.clone().unwrap_or_else(|| "sk_test_sandbox".into());
        let client = Client::builder().timeout(Duration::from_secs(20)).build().ok()?;
        options.sandbox.clone().map(|base| Self { base, key, client })
    }

    /// Makes an account inactive, with a cause and an action of Stripe's.
    pub async fn deactivate(&self, account: &str, why: &str) -> Result<bool, Unreachable> {
        let path = format!("financial_connections/accounts/{account}/deactivate");
        Ok(self.post(&path, why).await? == 200)
    }

    /// Ends a session of Stripe's; false if the sandbox does not know it.
    pub async fn finish(&self, session: &str, outcome: &str, accounts: &[&str]) -> Result<bool, Unreachable> {
        let path = format!("financial_connections/sessions/{session}/finish");
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("outcome", outcome);
        form.extend_pairs(accounts.iter().map(|id| ("accounts[]", id)));
        Ok(self.post(&path, &form.finish()).await? == 200)
    }

    /// Holds Stripe's events back, or lets all that were held back go.
    pub async fn hold_events(&self, is_held: bool) -> Result<(), Unreachable> {
        let mode = if is_held { "mode=paused" } else { "mode=normal" };
        self.post("webhooks", mode).await.map(drop)
    }

    /// From now on Stripe answers 503.
    pub async fn fail(&self) -> Result<bool, Unreachable> {
        Ok(self.post("faults", &format!("status=503&times={OUTAGE}")).await? == 200)
    }

    /// Uses up what is left of the outage.
    pub async fn recover(&self) -> Result<(), Unreachable> {
        for _ in 0..=OUTAGE {
            let url = format!("{}/v1/financial_connections/institutions", self.base);
            let answer = self.client.get(url).bearer_auth(&self.key).send().await.map_err(lost)?;
            if answer.status() != 503 {
                break;
            }
        }
        Ok(())
    }

    async fn post(&self, path: &str, form: &str) -> Result<u16, Unreachable> {
        let request =
            self.client.post(format!("{}/v1/test_helpers/{path}", self.base)).bearer_auth(&self.key);
        let request =
            request.header("content-type", "application/x-www-form-urlencoded").body(form.to_owned());
        Ok(request.send().await.map_err(lost)?.status().as_u16())
    }
}

/// The id of Stripe's session: a client secret begins with it.
pub fn stripe_session(session: &Json) -> Option<String> {
    let secret = session["handoff"]["client_secret"].as_str()?;
    secret.split_once("_secret_").map(|(id, _)| id.to_owned())
}

fn lost(error: reqwest::Error) -> Unreachable {
    Unreachable { to: "the sandbox".into(), error: error.without_url().to_string() }
}
