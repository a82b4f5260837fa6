//! The client: starts repairs and reads their status, items, and the keys of webhooks.

use crate::error::{ClientError, PlaidError, of};
use crate::fit::{Fit, fit, named};
use crate::item::{Item, NAME};
use relink_account::LinkedAccount;
use relink_calls::{Gate, Heap, LARGEST, MOST_CALLS};
use relink_wire::{FailureReason, Fields, Json, Secret};
use reqwest::Url;
use serde_json::json;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long one call may take: a customer waits for it.
const DEADLINE: Duration = Duration::from_secs(8);

/// A client of Plaid's API.
#[derive(Clone)]
pub struct Plaid {
    http: reqwest::Client,
    base: Url,
    client_id: String,
    secret: Secret,
    gate: Arc<Gate>,
    /// Whose share of the calls is used; nobody's for what we ask of our own accord.
    heap: Option<Heap>,
}

/// A repair that begins.
#[derive(Clone, Copy, Debug)]
pub struct Repair<'a> {
    /// Of the item that is to be repaired.
    pub access_token: &'a Secret,
    /// As customers know the merchant; shown on Plaid's page.
    pub merchant: &'a str,
    /// The merchant's name for the customer: no name or address of theirs.
    pub customer: &'a str,
    /// A language that Plaid has: `en`, `es`, …
    pub language: &'a str,
    /// Countries of the item's bank: `US`, …
    pub countries: &'a [&'a str],
    /// Where Plaid's page sends the customer in the end.
    pub return_url: Option<&'a str>,
    /// Where webhooks go; otherwise where the item's webhooks go.
    pub webhook: Option<&'a str>,
    /// Whether the customer may choose other accounts: only where accounts are missing. Renewing must switch nothing on or off.
    pub selects_accounts: bool,
}

/// A repair that was begun.
#[derive(Clone, Debug)]
pub struct Begun {
    /// The link token, which names the repair; as secret as the address.
    pub token: Secret,
    /// Plaid's page, for `handoff.url`.
    pub url: Secret,
    /// Whether the item had an error then. One that had none is repaired only once Plaid says that the customer went through.
    pub was_broken: bool,
}

/// What has come of a repair, with all that Plaid says of the accounts.
#[derive(Clone, Debug, PartialEq)]
pub enum Repaired {
    /// The customer has not finished.
    NotYet,
    /// The item works; these accounts came of it, the one that is needed first.
    With(Vec<LinkedAccount>),
    /// The item works, and what is needed is not there. These came instead.
    Missed(FailureReason, Vec<LinkedAccount>),
}

impl Plaid {
    /// A client for the API at `base` (`https://production.plaid.com`, say). Makes no connection yet.
    pub fn new(base: Url, client_id: impl Into<String>, secret: Secret) -> Result<Self, ClientError> {
        let http = reqwest::Client::builder()
            .timeout(DEADLINE)
            .connect_timeout(Duration::from_secs(4))
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("relink-server/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(ClientError)?;
        let gate = Arc::new(Gate::new(MOST_CALLS));
        Ok(Self { http, base, client_id: client_id.into(), secret, gate, heap: None })
    }

    /// The same with another number of calls that may be under way at once.
    pub fn most_calls(self, most: usize) -> Self {
        Self { gate: Arc::new(Gate::new(most)), ..self }
    }

    /// The same for what one customer asked for: of the calls under way at once, a customer's requests have a share only.
    pub fn for_customer(&self, customer: &str) -> Self {
        Self { heap: Some(self.gate.heap(customer)), ..self.clone() }
    }

    /// Makes a link token in update mode, and its hosted page.
    pub(crate) async fn link(&self, repair: &Repair<'_>) -> Result<Begun, PlaidError> {
        let was_broken = self.item(repair.access_token).await?.error.is_some();
        let mut body = json!({
            "client_name": repair.merchant,
            "language": repair.language,
            "country_codes": repair.countries,
            "user": {"client_user_id": repair.customer},
            "access_token": repair.access_token.expose(),
            "hosted_link": {},
        });
        if let Some(url) = repair.return_url {
            body["hosted_link"]["completion_redirect_uri"] = json!(url);
        }
        if let Some(url) = repair.webhook {
            body["webhook"] = json!(url);
        }
        if repair.selects_accounts {
            body["update"] = json!({"account_selection_enabled": true});
        }
        let answer = self.post("link/token/create", body).await?;
        let text = |field| answer.text(field).map(Secret::new).ok_or(PlaidError::Unavailable);
        Ok(Begun { token: text("link_token")?, url: text("hosted_link_url")?, was_broken })
    }

    /// The item as it is now: its `error` is the truth.
    pub async fn item(&self, access_token: &Secret) -> Result<Item, PlaidError> {
        let answer = self.post("item/get", json!({"access_token": access_token.expose()})).await?;
        answer.object("item").and_then(Item::read).ok_or(PlaidError::Unavailable)
    }

    /// The item's accounts, in Stripe's words. Plaid may not give them while the item has an error.
    pub async fn accounts(
        &self,
        item: &Item,
        access_token: &Secret,
    ) -> Result<Vec<LinkedAccount>, PlaidError> {
        let answer = self.post("accounts/get", json!({"access_token": access_token.expose()})).await?;
        let accounts = answer.entries("accounts").ok_or(PlaidError::Unavailable)?;
        Ok(accounts.iter().filter_map(|account| item.account(account)).collect())
    }

    /// Whether Plaid takes the client's id and secret: it is asked for an item that nobody has.
    pub async fn takes_keys(&self) -> Result<(), PlaidError> {
        match self.item(&Secret::new("access-of-nobody")).await {
            Err(error @ (PlaidError::Unauthorized | PlaidError::Unavailable)) => Err(error),
            Ok(_) | Err(_) => Ok(()),
        }
    }

    /// How an item and its accounts stand now, `known` being those that the caller has: every one of them is told of, by the id that it
    /// has today, whether Plaid gives it or not. While an item has an error Plaid may give none.
    pub async fn state(
        &self,
        access_token: &Secret,
        id: &str,
        known: &[LinkedAccount],
    ) -> Result<(Item, Vec<LinkedAccount>), PlaidError> {
        let item = match self.item(access_token).await {
            Ok(item) => item,
            Err(PlaidError::NotFound) => Item::gone(id),
            Err(error) => return Err(error),
        };
        let restated = || known.iter().cloned().map(|account| item.restated(account)).collect();
        if item.error.is_some() {
            return Ok((item.clone(), restated()));
        }
        let told = match self.accounts(&item, access_token).await {
            Ok(told) => named(known, told),
            // It broke between the two questions, and the next one finds it so.
            Err(PlaidError::Broken) => return Ok((item.clone(), restated())),
            Err(error) => return Err(error),
        };
        let is_told = |old: &LinkedAccount| told.iter().any(|account| account.account.is(old.id()));
        let left_out = known.iter().filter(|old| !is_told(old)).cloned().map(Item::left_out);
        let accounts = left_out.chain(told.iter().cloned()).collect();
        Ok((item, accounts))
    }

    /// What has come of a repair: as [`Provider::standing`], in Plaid's own terms.
    pub async fn repaired(&self, case: &Case<'_>) -> Result<Repaired, PlaidError> {
        let Case { begun, access_token, before, needed, .. } = *case;
        let item = self.item(access_token).await?;
        if item.error.is_some() || !(begun.was_broken || self.went_through(&begun.token).await?) {
            return Ok(Repaired::NotYet);
        }
        let after = self.accounts(&item, access_token).await?;
        Ok(match fit(before, after, needed) {
            Fit::There(accounts) => Repaired::With(accounts),
            Fit::Missing(reason, accounts) => Repaired::Missed(reason, accounts),
        })
    }

    /// Whether the customer went through Plaid's page to its end.
    async fn went_through(&self, token: &Secret) -> Result<bool, PlaidError> {
        let answer = self.post("link/token/get", json!({"link_token": token.expose()})).await?;
        let sessions = answer.entries("link_sessions").unwrap_or_default();
        let is_through = |session: &Json| {
            session.text("finished_at").is_some()
                && session.object("exit").is_none()
                && session.object("on_exit").is_none()
        };
        Ok(sessions.iter().any(is_through))
    }

    /// Makes a call. Log and metrics know it by its path, which holds no id.
    pub(crate) async fn post(&self, path: &'static str, body: Json) -> Result<Json, PlaidError> {
        let pass = self.gate.enter(self.heap).await.map_err(|_| PlaidError::Busy);
        let _pass = pass.inspect_err(|error| relink_calls::counted(NAME, path, error.kind()))?;
        let begun = Instant::now();
        let answer = self.sent(path, body).await;
        relink_calls::counted(NAME, path, answer.as_ref().map_or_else(PlaidError::kind, |_| "ok"));
        relink_calls::took(NAME, path, begun.elapsed());
        answer
    }

    async fn sent(&self, path: &str, mut body: Json) -> Result<Json, PlaidError> {
        body["client_id"] = json!(self.client_id);
        body["secret"] = json!(self.secret.expose());
        let url = self.base.join(path).map_err(|_| PlaidError::Unavailable)?;
        let request = self.http.post(url).header("content-type", "application/json").body(body.to_string());
        let answer = match request.send().await {
            Ok(answer) => answer,
            Err(error) => {
                let error = error.without_url();
                tracing::warn!(%error, path, "Plaid did not answer");
                return Err(PlaidError::Unavailable);
            }
        };
        let status = answer.status().as_u16();
        let bytes = relink_calls::whole(answer, LARGEST).await.map_err(|_| PlaidError::Unavailable)?;
        let json: Option<Json> = serde_json::from_slice(&bytes).ok();
        let request_id = json.as_ref().and_then(|json| json.text("request_id")).unwrap_or_default();
        tracing::debug!(path, status, plaid_request_id = request_id, "asked Plaid");
        match (status, json) {
            (200..300, Some(json)) => Ok(json),
            (_, json) => Err(of(status, json.as_ref())),
        }
    }
}

impl fmt::Debug for Plaid {
    /// Without the secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plaid").field("base", &self.base.as_str()).finish_non_exhaustive()
    }
}

/// A repair that was begun, with what the caller keeps of it.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// What [`Plaid::begin`] gave.
    pub begun: &'a Begun,
    /// Of the item.
    pub access_token: &'a Secret,
    /// The item: the authorization that is to be relinked.
    pub item: &'a str,
    /// Its accounts as they were linked.
    pub before: &'a [LinkedAccount],
    /// The account that has to be there again; where there is none, any of them will do.
    pub needed: Option<&'a str>,
}

/// The language of Plaid's pages for a customer's: the same where Plaid has it, else English.
pub fn language(locale: Option<&str>) -> &'static str {
    const OF_PLAID: [&str; 17] = [
        "da", "de", "en", "es", "et", "fr", "hi", "it", "lt", "lv", "nl", "no", "pl", "pt", "ro", "sv", "vi",
    ];
    let wanted = locale.unwrap_or_default().split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    let wanted = if matches!(wanted.as_str(), "nb" | "nn") { "no" } else { &wanted };
    OF_PLAID.into_iter().find(|known| *known == wanted).unwrap_or("en")
}

#[cfg(test)]
mod tests {
    use super::language;

    #[test]
    fn a_page_is_in_the_customers_language_where_plaid_has_it() {
        for (locale, expected) in [
            (Some("de-AT"), "de"),
            (Some("nb"), "no"),
            (Some("pt-BR"), "pt"),
            (Some("ja"), "en"),
            (None, "en"),
        ] {
            assert_eq!(language(locale), expected, "{locale:?}");
        }
    }
}
