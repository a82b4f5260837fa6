//! Whether Stripe answers as this program expects, checked at the start, so that an operator finds out before a
//! customer does. A finding says where the problem is and what to do, because its reader may know neither Stripe's
//! versions nor this program.

use crate::{API_VERSION, Stripe, StripeError, judge};
use relink_wire::{Fields, Json};
use reqwest::Method;
use std::fmt;

/// What relinking reads of every account, and only previews have.
const OF_PREVIEWS: &str = "authorization";
/// What relinking reads of every account, in any version.
const OF_ANY: &[&str] = &["id", "status"];

/// Stripe does not answer as this program expects, and waiting does not help.
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
    /// Accounts lack a field that every version has.
    Lacks(&'static str),
    /// The answer is no list of accounts.
    NoList,
    /// Stripe does not take the secret key.
    Key,
    /// Stripe refuses to answer at all, by its code.
    Refused(String),
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Version { asked, told } => write!(
                f,
                "Stripe answers in version {told}, not in {asked}. Something between this server and Stripe changes the header \
                 Stripe-Version: look at STRIPE_API_BASE and at proxies"
            ),
            Self::NoAuthorization => write!(
                f,
                "accounts come without their authorization, so nothing can be relinked. STRIPE_VERSION names no preview: set it to \
                 {API_VERSION}, or leave it out"
            ),
            Self::Lacks(field) => write!(
                f,
                "accounts come without their {field}. Stripe has changed since this program was made: set STRIPE_VERSION to \
                 {API_VERSION}, which it was made for, and look for a newer relink-server"
            ),
            Self::NoList => f.write_str(
                "the list of accounts cannot be read. What answers at STRIPE_API_BASE is probably not Stripe: correct it, or leave \
                 it out",
            ),
            Self::Key => f.write_str(
                "Stripe does not accept STRIPE_SECRET_KEY: it was revoked, or is another's. Set one that Stripe's Dashboard shows",
            ),
            Self::Refused(code) => write!(
                f,
                "Stripe refuses to list accounts ({code}). Either STRIPE_VERSION names a version that this Stripe account does not \
                 have: set it to {API_VERSION}. Or STRIPE_SECRET_KEY is restricted: allow it to read Financial Connections"
            ),
        }
    }
}

impl Stripe {
    /// The version of the API that is asked for.
    pub fn api_version(&self) -> &str {
        &self.version
    }

    /// Asks for one account, and says where the answer does not fit. Changes nothing at Stripe. An error is one that passes:
    /// then nothing is known.
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
        match judge(response, "check").await {
            Ok(json) => Ok(misfit(&self.version, told, &json)),
            Err(error) => refusal(error),
        }
    }
}

fn misfit(asked: &str, told: Option<String>, answer: &Json) -> Option<Misfit> {
    let name = |version: &str| version.split(';').next().unwrap_or_default().trim().to_owned();
    if let Some(told) = told.filter(|told| name(told) != name(asked)) {
        return Some(Misfit::Version { asked: asked.to_owned(), told });
    }
    let Some(accounts) = answer.entries("data") else { return Some(Misfit::NoList) };
    let lacks = |field: &str| accounts.iter().any(|account| account.get(field).is_none());
    if let Some(field) = OF_ANY.iter().find(|field| lacks(field)) {
        return Some(Misfit::Lacks(field));
    }
    lacks(OF_PREVIEWS).then_some(Misfit::NoAuthorization)
}

/// What an error says of how Stripe and this program fit.
fn refusal(error: StripeError) -> Result<Option<Misfit>, StripeError> {
    match error {
        StripeError::Unauthorized => Ok(Some(Misfit::Key)),
        StripeError::NotFound => Ok(Some(Misfit::NoList)),
        StripeError::NotEnabled(code)
        | StripeError::Refused { code, .. }
        | StripeError::Language(code)
        | StripeError::NotYet(code) => Ok(Some(Misfit::Refused(code))),
        StripeError::Unavailable
        | StripeError::Throttled
        | StripeError::Busy
        | StripeError::BankUnavailable => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_answer_of_another_version_or_without_authorizations_does_not_fit() {
        let list = json!({"data": [{"id": "fca_1", "status": "active", "authorization": "fcauth_1"}]});
        let ours = || Some("2026-09-30.preview".to_owned());
        let asked = "2026-09-30.preview; private=v1";
        assert_eq!(misfit(asked, ours(), &list), None);
        assert_eq!(misfit(asked, None, &json!({"data": []})), None, "nobody has linked an account yet");
        let other = misfit(asked, Some("2026-10-28.endive".into()), &list);
        assert!(matches!(other, Some(Misfit::Version { .. })));
        let stable = json!({"data": [{"id": "fca_1", "status": "active"}]});
        assert_eq!(misfit(asked, ours(), &stable), Some(Misfit::NoAuthorization));
        assert_eq!(misfit(asked, ours(), &json!({"data": [{"id": "fca_1"}]})), Some(Misfit::Lacks("status")));
        assert_eq!(misfit(asked, ours(), &json!({})), Some(Misfit::NoList));
    }

    #[test]
    fn every_misfit_says_what_to_look_at() {
        let every = [
            (Misfit::Version { asked: "a".into(), told: "b".into() }, "STRIPE_API_BASE"),
            (Misfit::NoAuthorization, "STRIPE_VERSION"),
            (Misfit::Lacks("status"), "STRIPE_VERSION"),
            (Misfit::NoList, "STRIPE_API_BASE"),
            (Misfit::Key, "STRIPE_SECRET_KEY"),
            (Misfit::Refused("unknown".into()), "STRIPE_VERSION"),
        ];
        for (misfit, variable) in every {
            let said = misfit.to_string();
            assert!(said.contains(variable) && !said.contains("  "), "{said}");
        }
    }

    #[test]
    fn what_passes_says_nothing_of_the_fit() {
        assert_eq!(refusal(StripeError::Unavailable), Err(StripeError::Unavailable));
        assert_eq!(refusal(StripeError::Unauthorized), Ok(Some(Misfit::Key)));
    }
}
