//! What each version of Stripe's API has: the one place that tells versions apart.
//!
//! The rest of the sandbox works with everything that any version has. A request is checked against the table of its
//! version, and an answer is reduced to what that version shows ([`Version::show`]). A new version is a new row here. The
//! facts are those of Stripe's changelog and of its published packages: npm `stripe@22.7.0-beta.1`, PyPI
//! `stripe==16.1.0b1`, npm `stripe@23.1.0`. `e2e/stripe-client` checks them against those packages.

use serde_json::Value;

use crate::error::ApiError;

/// One version of the API.
#[derive(Debug, PartialEq, Eq)]
pub struct Version {
    /// The value of `Stripe-Version`.
    pub name: &'static str,
    /// The parameters of `POST /v1/financial_connections/sessions`.
    pub session: &'static [&'static str],
    /// The parameters below `filters`.
    pub filters: &'static [&'static str],
    /// What can be fetched at once, and refreshed.
    pub prefetch: &'static [&'static str],
    /// What can be refreshed daily.
    pub subscriptions: &'static [&'static str],
    /// The values of `manual_entry[mode]`.
    pub manual_entry: &'static [&'static str],
    /// Whether `account_holder` must be given. A preview takes it from the authorization.
    pub needs_account_holder: bool,
    /// Whether `return_url` must be given with `ui_mode` `hosted`.
    pub needs_return_url: bool,
    /// What a session is where the request does not say.
    pub defaults: Option<Defaults>,
    /// Addresses that do not exist, below `/v1/financial_connections`; `*` is any part.
    lacks_addresses: &'static [&'static [&'static str]],
    /// Fields that objects do not have: the object's type, and the way to the field.
    lacks_fields: &'static [(&'static str, &'static [&'static str])],
    /// Events that are not sent.
    lacks_events: &'static [&'static str],
}

/// What a session is where the request does not say.
#[derive(Debug, PartialEq, Eq)]
pub struct Defaults {
    /// `manual_entry[mode]`.
    pub manual_entry: &'static str,
    /// `filters[require_payment_method_support]`.
    pub payment_support: &'static str,
    /// `filters[account_subcategories]`.
    pub subcategories: &'static [&'static str],
}

/// Every kind of account that a session can be restricted to.
pub const SUBCATEGORIES: &[&str] = &["checking", "savings", "mortgage", "line_of_credit", "credit_card"];

const ACCOUNT: &str = "financial_connections.account";
const AUTHORIZATION: &str = "financial_connections.authorization";
const SESSION: &str = "financial_connections.session";

/// Since 2026-09-30, for every kind of account holder.
const DEFAULTS: Defaults =
    Defaults { manual_entry: "disabled", payment_support: "none", subcategories: SUBCATEGORIES };

const PREVIEW_SESSION: &[&str] = &[
    "account_holder",
    "expand",
    "filters",
    "hosted",
    "limits",
    "manual_entry",
    "permissions",
    "prefetch",
    "relink_options",
    "return_url",
    "ui_mode",
];

const PREVIEW_AUGUST: Version = Version {
    name: "2026-08-26.preview",
    session: PREVIEW_SESSION,
    filters: &["account_subcategories", "countries", "institution", "require_payment_method_support"],
    prefetch: &["balances", "inferred_balances", "ownership", "transactions"],
    subscriptions: &["balance", "inferred_balances", "transactions"],
    manual_entry: &["automatic", "custom", "disabled"],
    needs_account_holder: false,
    needs_return_url: false,
    // They depended on the kind of account holder; Stripe does not say how.
    defaults: None,
    lacks_addresses: &[],
    lacks_fields: &[],
    lacks_events: &[],
};

const PREVIEW_SEPTEMBER: Version = Version {
    name: "2026-09-30.preview",
    filters: &["account_subcategories", "country", "institution", "require_payment_method_support"],
    needs_return_url: true,
    defaults: Some(DEFAULTS),
    lacks_fields: &[(SESSION, &["filters", "countries"])],
    ..PREVIEW_AUGUST
};

const ENDIVE: Version = Version {
    name: "2026-10-28.endive",
    session: &[
        "account_holder",
        "expand",
        "filters",
        "limits",
        "manual_entry",
        "permissions",
        "prefetch",
        "return_url",
    ],
    filters: &["account_subcategories", "country", "require_payment_method_support"],
    prefetch: &["balances", "ownership", "transactions"],
    subscriptions: &["transactions"],
    manual_entry: &["automatic", "disabled"],
    needs_account_holder: true,
    needs_return_url: false,
    defaults: Some(DEFAULTS),
    lacks_addresses: &[
        &["authorizations", "*"],
        &["consents"],
        &["consents", "*"],
        &["institutions"],
        &["institutions", "*"],
        &["accounts", "*", "inferred_balances"],
    ],
    lacks_fields: &[
        (ACCOUNT, &["authorization"]),
        (ACCOUNT, &["inferred_balances_refresh"]),
        (ACCOUNT, &["institution"]),
        (ACCOUNT, &["status_details", "inactive"]),
        (AUTHORIZATION, &["account_holder"]),
        (AUTHORIZATION, &["institution"]),
        (SESSION, &["filters", "countries"]),
        (SESSION, &["filters", "institution"]),
        (SESSION, &["hosted"]),
        (SESSION, &["relink_options"]),
        (SESSION, &["relink_result"]),
        (SESSION, &["status"]),
        (SESSION, &["status_details"]),
        (SESSION, &["ui_mode"]),
        (SESSION, &["url"]),
    ],
    lacks_events: &[
        "financial_connections.account.refreshed_inferred_balances",
        "financial_connections.session.updated",
    ],
};

static VERSIONS: [Version; 3] = [PREVIEW_AUGUST, PREVIEW_SEPTEMBER, ENDIVE];

/// The newest preview: of requests that name no version, and of events.
pub fn newest() -> &'static Version {
    &VERSIONS[1]
}

impl Version {
    /// The version that `Stripe-Version` names. What follows a semicolon names a private preview, and is passed over.
    pub fn named(name: &str) -> Result<&'static Self, ApiError> {
        let wanted = name.split(';').next().unwrap_or_default().trim();
        let found = VERSIONS.iter().find(|version| version.name == wanted);
        found.ok_or_else(|| ApiError::NoSuchVersion(wanted.to_owned()))
    }

    /// Whether an address below `/v1` exists.
    pub fn has_address(&self, path: &[&str]) -> bool {
        let ["financial_connections", path @ ..] = path else { return true };
        let is_it = |lacking: &&[&str]| {
            lacking.len() == path.len()
                && lacking.iter().zip(path).all(|(lacking, part)| *lacking == "*" || lacking == part)
        };
        !self.lacks_addresses.iter().any(is_it)
    }

    /// Whether events of this type are sent.
    pub fn has_event(&self, name: &str) -> bool {
        !self.lacks_events.contains(&name)
    }

    /// Reduces an answer to what this version shows, at any depth.
    pub fn show(&self, answer: &mut Value) {
        match answer {
            Value::Array(list) => list.iter_mut().for_each(|one| self.show(one)),
            Value::Object(_) => {
                let kind = answer["object"].as_str().unwrap_or_default().to_owned();
                for (of, way) in self.lacks_fields {
                    if *of == kind {
                        remove(answer, way);
                    }
                }
                if let Value::Object(fields) = answer {
                    fields.values_mut().for_each(|field| self.show(field));
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
}

fn remove(object: &mut Value, way: &[&str]) {
    let (Some((first, rest)), Value::Object(fields)) = (way.split_first(), object) else { return };
    if rest.is_empty() {
        fields.remove(*first);
    } else if let Some(inner) = fields.get_mut(*first) {
        remove(inner, rest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_version_is_known_by_its_name_alone() {
        assert_eq!(Version::named("2026-09-30.preview"), Ok(newest()));
        assert_eq!(Version::named("2026-09-30.preview; private_preview=v1"), Ok(newest()));
        for unknown in ["", "2026-09-30", "2099-01-01.preview", "preview"] {
            assert_eq!(Version::named(unknown), Err(ApiError::NoSuchVersion(unknown.into())));
        }
    }

    #[test]
    fn an_object_in_a_list_in_an_object_loses_what_its_version_lacks() {
        let account = json!({"object": ACCOUNT, "institution": "x", "status_details": {"inactive": {}}});
        let mut answer =
            json!({"object": SESSION, "url": null, "accounts": {"object": "list", "data": [account]}});
        let before = answer.clone();
        PREVIEW_AUGUST.show(&mut answer);
        assert_eq!(answer, before);
        ENDIVE.show(&mut answer);
        let account = json!({"object": ACCOUNT, "status_details": {}});
        assert_eq!(answer, json!({"object": SESSION, "accounts": {"object": "list", "data": [account]}}));
    }

    #[test]
    fn an_address_is_lacked_with_any_id_and_not_below_it() {
        assert!(!ENDIVE.has_address(&["financial_connections", "authorizations", "fcauth_1"]));
        assert!(ENDIVE.has_address(&["financial_connections", "accounts", "fca_1", "owners"]));
        assert!(ENDIVE.has_address(&["institutions"]));
        assert!(newest().has_address(&["financial_connections", "institutions"]));
    }
}
