//! Whether Stripe answers as this program expects: asked once at the start, so that an operator learns it before a customer
//! does.

use crate::{Stripe, StripeError, judge};
use relink_wire::{Fields, Json};
use reqwest::Method;
use std::fmt;

/// Stripe does not answer as this program expects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Misfit {
    /// The answer is in another version than the one that was asked for.
    Version {
        /// What was asked for.
        asked: String,
        /// What the answer says.
        told: String,
    },
    /// Accounts have no authorization in this version: it is not a preview, and has no relink.
    NoAuthorization,
    /// The answer is no list of accounts.
    NoList,
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Version { asked, told } => {
                write!(f, "Stripe answers in version {told}, not in {asked}")
            }
            Self::NoAuthorization => f.write_str(
                "Stripe gives accounts without their authorization: relinking needs a preview version in STRIPE_VERSION",
            ),
            Self::NoList => f.write_str("Stripe's list of accounts cannot be read"),
        }
    }
}

impl Stripe {
    /// The version of the API that is asked for.
    pub fn api_version(&self) -> &str {
        &self.version
    }

    /// Asks for one account, and says where the answer does not fit. Changes nothing at Stripe.
    pub async fn misfit(&self) -> Result<Option<Misfit>, StripeError> {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(["v1", "financial_connections", "accounts"]);
        }
        url.query_pairs_mut().append_pair("limit", "1");
        // One request in a program's life, which must not wait behind customers: it passes the gate by.
        let request = self.http.request(Method::GET, url).bearer_auth(self.key.expose());
        let request = request.header("Stripe-Version", &self.version);
        let response = request.send().await.map_err(|_| StripeError::Unavailable)?;
        let told = response.headers().get("stripe-version").and_then(|told| told.to_str().ok());
        let told = told.map(str::to_owned);
        let json = judge(response, "check").await?;
        Ok(misfit(&self.version, told, &json))
    }
}

fn misfit(asked: &str, told: Option<String>, answer: &Json) -> Option<Misfit> {
    let name = |version: &str| version.split(';').next().unwrap_or_default().trim().to_owned();
    if let Some(told) = told.filter(|told| name(told) != name(asked)) {
        return Some(Misfit::Version { asked: asked.to_owned(), told });
    }
    let Some(accounts) = answer.entries("data") else { return Some(Misfit::NoList) };
    let lacks = accounts.iter().any(|account| account.get("authorization").is_none());
    lacks.then_some(Misfit::NoAuthorization)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_answer_of_another_version_or_without_authorizations_does_not_fit() {
        let list = json!({"data": [{"id": "fca_1", "authorization": "fcauth_1"}]});
        let ours = || Some("2026-09-30.preview".to_owned());
        let asked = "2026-09-30.preview; private=v1";
        assert_eq!(misfit(asked, ours(), &list), None);
        assert_eq!(misfit(asked, None, &json!({"data": []})), None, "nobody has linked an account yet");
        let other = misfit(asked, Some("2026-10-28.endive".into()), &list);
        assert!(matches!(other, Some(Misfit::Version { .. })));
        assert_eq!(misfit(asked, ours(), &json!({"data": [{"id": "fca_1"}]})), Some(Misfit::NoAuthorization));
        assert_eq!(misfit(asked, ours(), &json!({})), Some(Misfit::NoList));
    }
}
