//! The parts of Stripe's objects that matter here. Accounts are passed on to the browser with Stripe's own field names,
//! but only fields from a list: a balance, an owner or a number that Stripe adds later is not passed on.

use relink_account::LinkedAccount;
use relink_wire::{FailureReason, Fields, Json, RelinkResult, Secret};
use serde_json::Map;

/// The fields of an account that the browser gets, unchanged.
const ACCOUNT_FIELDS: &[&str] = &[
    "id",
    "object",
    "authorization",
    "category",
    "created",
    "display_name",
    "institution",
    "institution_name",
    "livemode",
    "permissions",
    "status",
    "subcategory",
    "supported_payment_method_types",
];
/// The fields of one of `account_numbers`: what it is and how long it lasts, never the number.
const NUMBER_FIELDS: &[&str] = &["expected_expiry_date", "identifier_type", "status", "supported_networks"];
/// The fields of `status_details.active` and `.inactive`.
const DETAIL_FIELDS: &[&str] = &["action", "cause", "expected_deactivation_date"];

/// Reads an account; `None` if it has no id.
pub fn linked_account(json: &Json) -> Option<LinkedAccount> {
    let holder = json.object("account_holder");
    let named = |field| holder.and_then(|holder| id_of(holder.get(field)));
    let owner = named("customer").or_else(|| named("customer_account")).or_else(|| named("account"));
    LinkedAccount::read(public(json), owner).ok()
}

/// The id of something that Stripe gives as an id or, where expanded, as an object.
fn id_of(value: Option<&Json>) -> Option<String> {
    let value = value?;
    value.as_str().or_else(|| value.text("id")).map(Into::into)
}

/// Reads Stripe's relink result. Its ids may be expanded to objects.
fn relink_result(json: &Json) -> RelinkResult {
    RelinkResult {
        account: id_of(json.get("account")),
        authorization: id_of(json.get("authorization")),
        failure_reason: json.text("failure_reason").map(FailureReason::parse),
    }
}

fn only(json: &Json, fields: &[&str]) -> Map<String, Json> {
    let kept = fields.iter().filter_map(|field| Some(((*field).to_owned(), json.get(*field)?.clone())));
    kept.collect()
}

fn public(json: &Json) -> Json {
    let mut public = only(json, ACCOUNT_FIELDS);
    // Stripe gives the end of the number; should anything ever give more of it, the end is still all we pass on.
    let last4 = json.text("last4").and_then(relink_wire::Last4::parse);
    public.insert("last4".into(), last4.map_or(Json::Null, |last4| last4.as_str().into()));
    let numbers = json.entries("account_numbers").unwrap_or_default();
    let numbers = numbers.iter().map(|number| Json::Object(only(number, NUMBER_FIELDS))).collect();
    public.insert("account_numbers".into(), Json::Array(numbers));
    if let Some(details) = json.object("status_details") {
        let mut kept = Map::new();
        for part in ["active", "inactive"] {
            if let Some(part_details) = details.object(part) {
                kept.insert(part.into(), Json::Object(only(part_details, DETAIL_FIELDS)));
            }
        }
        public.insert("status_details".into(), Json::Object(kept));
    }
    Json::Object(public)
}

/// A Financial Connections session as Stripe last returned it.
#[derive(Clone, Debug)]
pub struct StripeSession {
    /// `fcsess_…`
    pub id: String,
    /// `pending`, `succeeded`, `failed`, `cancelled`, or newer.
    pub status: String,
    /// For Stripe.js, while it is good for something.
    pub client_secret: Option<Secret>,
    /// The hosted page, while it is active.
    pub url: Option<Secret>,
    /// The accounts that the customer shared in it.
    pub accounts: Vec<LinkedAccount>,
    /// Whether there are more accounts than were given.
    pub has_more_accounts: bool,
    /// Stripe's result of the relink.
    pub relink_result: Option<RelinkResult>,
}

/// What Stripe knows about a Customer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StripeCustomer {
    /// The customer's name.
    pub name: Option<String>,
    /// The customer's email address.
    pub email: Option<String>,
    /// The customer's preferred language, BCP 47.
    pub locale: Option<String>,
}

impl StripeCustomer {
    pub(crate) fn read(json: &Json) -> Self {
        let text = |field| json.text(field).filter(|text| !text.is_empty()).map(Into::into);
        let locales = json.entries("preferred_locales").unwrap_or_default();
        let locale = locales.iter().find_map(Json::as_str).map(Into::into);
        Self { name: text("name"), email: text("email"), locale }
    }
}

impl StripeSession {
    /// Reads a session; `None` if it has no id.
    pub fn read(json: &Json) -> Option<Self> {
        let secret = |field| json.text(field).filter(|text| !text.is_empty()).map(Secret::new);
        Some(Self {
            id: json.text("id").filter(|id| !id.is_empty())?.into(),
            status: json.text("status").unwrap_or("pending").into(),
            client_secret: secret("client_secret"),
            url: secret("url"),
            accounts: json
                .entries("accounts")
                .unwrap_or_default()
                .iter()
                .filter_map(linked_account)
                .collect(),
            has_more_accounts: json.object("accounts").and_then(|list| list.flag("has_more")) == Some(true),
            relink_result: json.object("relink_result").map(relink_result),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn of_an_account_only_listed_fields_go_on_and_no_number() {
        let account = linked_account(&json!({
            "id": "fca_1", "object": "financial_connections.account", "status": "inactive", "last4": "000123456789",
            "account_holder": {"type": "customer", "customer": "cus_1"},
            "balance": {"current": {"usd": 1}}, "ownership": "fcaowns_1", "routing_number": "110000000",
            "account_numbers": [{"identifier_type": "account_number", "status": "transactable", "number": "000123456789"}],
            "status_details": {"inactive": {"cause": "access_denied", "action": "relink_required"}, "note": "x"},
        }));
        let account = account.expect("an account");
        assert_eq!(account.owner.as_deref(), Some("cus_1"));
        assert_eq!(account.public["last4"], "6789");
        assert_eq!(account.public["status_details"]["inactive"]["cause"], "access_denied");
        let text = account.public.to_string();
        for hidden in ["00012345", "balance", "ownership", "110000000", "cus_1", "note"] {
            assert!(!text.contains(hidden), "{hidden} in {text}");
        }
    }

    #[test]
    fn a_session_reads_stripes_list_object_and_verdict() {
        let session = StripeSession::read(&json!({
            "id": "fcsess_1", "status": "succeeded", "client_secret": "planted",
            "accounts": {"object": "list", "data": [{"id": "fca_1", "status": "active"}], "has_more": false},
            "relink_result": {"account": "fca_1", "authorization": "fcauth_1", "failure_reason": null},
        }));
        let session = session.expect("a session");
        assert!(session.accounts[0].account.is_active());
        assert_eq!(
            session.relink_result.as_ref().and_then(|result| result.account.as_deref()),
            Some("fca_1")
        );
        assert!(!format!("{session:?}").contains("planted"));
    }
}
