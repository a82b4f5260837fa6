//! The suite judges shapes in words, the OpenAPI file in a schema. Here one is held against the other: a good session is
//! changed in every place and in every way, and both must think the same of each change.

use crate::openapi::{errors, schema};
use conformance::look::session::wrong;
use serde_json::{Value as Json, json};

fn good() -> Json {
    json!({
        "object": "relink_session", "id": "rls_1", "livemode": false, "status": "pending",
        "expires_at": 1_795_400_000, "expires_in": 1800,
        "merchant": {"name": "Corner Store", "support_url": "https://a.example", "privacy_url": null},
        "institution": {"id": "fcinst_1", "name": "Test Institution", "logo_url": "https://a.example/logo"},
        "permissions": ["payment_method"],
        "relink_options": {"authorization": "fcauth_1", "account": "fca_1"},
        "limits": {"accounts": 1},
        "accounts": [{
            "id": "fca_1", "object": "financial_connections.account", "authorization": "fcauth_1",
            "institution": "fcinst_1", "institution_name": "Test Institution", "display_name": null, "last4": "1234",
            "category": "cash", "subcategory": "checking", "status": "inactive",
            "status_details": {
                "inactive": {"cause": "access_denied", "action": "relink_required"},
                "active": {"cause": "access_expired", "action": "relink_required", "expected_deactivation_date": 1_795_400_000},
            },
            "account_numbers": [{
                "identifier_type": "tokenized_account_number", "status": "expired",
                "expected_expiry_date": 1_795_400_000, "supported_networks": ["ach"],
            }],
            "permissions": ["payment_method"], "supported_payment_method_types": ["us_bank_account"],
            "livemode": false, "created": 1_700_000_000,
        }],
        "handoff": {"type": "stripe_js", "publishable_key": "pk_test_1", "client_secret": "fcsess_1_secret_1", "stripe_account": null},
        "relink_result": {"account": "fca_1", "authorization": "fcauth_1", "failure_reason": null},
    })
}

/// The address of every value in a document.
fn pointers(json: &Json, at: &str, found: &mut Vec<String>) {
    if !at.is_empty() {
        found.push(at.to_owned());
    }
    match json {
        Json::Object(members) => {
            members.iter().for_each(|(name, value)| pointers(value, &format!("{at}/{name}"), found))
        }
        Json::Array(entries) => {
            entries.iter().enumerate().for_each(|(n, value)| pointers(value, &format!("{at}/{n}"), found));
        }
        _ => {}
    }
}

fn without(mut json: Json, pointer: &str) -> Json {
    let (parent, name) = pointer.rsplit_once('/').unwrap_or_default();
    match json.pointer_mut(parent) {
        Some(Json::Object(members)) => drop(members.remove(name)),
        Some(Json::Array(entries)) => entries.clear(),
        _ => {}
    }
    json
}

#[test]
fn the_suite_and_the_schema_think_the_same_of_every_change() {
    let schema = schema("RelinkSession");
    let mut places = Vec::new();
    pointers(&good(), "", &mut places);
    let values = [
        Json::Null,
        json!(true),
        json!(0),
        json!(7),
        json!(-1),
        json!(1.5),
        json!(1_795_400_000_000_i64),
        json!(""),
        json!("something new"),
        json!("https://a.example"),
        json!([]),
        json!([7]),
        json!({}),
    ];
    let mut documents = vec![("as it is".to_owned(), good())];
    for place in &places {
        documents.push((format!("without {place}"), without(good(), place)));
        for value in &values {
            let mut document = good();
            if let Some(part) = document.pointer_mut(place) {
                *part = value.clone();
            }
            documents.push((format!("{place} = {value}"), document));
        }
    }
    for url in ["https://a.example", "http://localhost:1/x", "http://a.example", "javascript:alert(1)", ""] {
        let mut document = good();
        document["handoff"] = json!({"type": "hosted", "url": url});
        documents.push((format!("hosted at {url}"), document));
    }
    assert!(documents.len() > 500);
    for (what, document) in documents {
        let (told, errors) = (wrong(&document), errors(&schema, &document));
        assert_eq!(
            told.is_empty(),
            errors.is_empty(),
            "{what}: the suite says {told:?}, the schema {errors:?}"
        );
    }
}
