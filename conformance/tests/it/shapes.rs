//! A good session, changed in every place and in every way: whatever breaks the schema is named by its field, and what was
//! sent is never repeated.

use conformance::look::schema::session as wrong;
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

/// `/accounts/0/id` is `accounts[].id`.
fn field(pointer: &str) -> String {
    let mut field = String::new();
    for part in pointer.split('/').skip(1) {
        if part.parse::<usize>().is_ok() {
            field.push_str("[]");
        } else {
            field.push_str(if field.is_empty() { "" } else { "." });
            field.push_str(part);
        }
    }
    field
}

#[test]
fn a_good_session_is_good() {
    assert_eq!(wrong(&good()), [""; 0]);
}

#[test]
fn whatever_breaks_the_schema_is_named_by_its_field() {
    let mut places = Vec::new();
    pointers(&good(), "", &mut places);
    let values = [
        Json::Null,
        json!(true),
        json!(7),
        json!(-1),
        json!(1.5),
        json!(1_795_400_000_000_i64),
        json!(""),
        json!("planted"),
        json!([]),
        json!([7]),
        json!({}),
    ];
    let mut broken = 0;
    for place in &places {
        let mut documents = vec![(format!("without {place}"), without(good(), place))];
        for value in &values {
            let mut document = good();
            if let Some(part) = document.pointer_mut(place) {
                *part = value.clone();
            }
            documents.push((format!("{place} = {value}"), document));
        }
        let field = field(place);
        for (what, document) in documents {
            let told = wrong(&document);
            broken += usize::from(!told.is_empty());
            // What an option or a hand-off lacks is missed in the object that it is in, too.
            let of = |line: &String| {
                line.contains(&format!("`{field}"))
                    || (field.starts_with("relink_options.") && line.starts_with("`relink_options`"))
                    || (field == "handoff.type" && line.starts_with("`handoff.url`"))
            };
            assert!(told.iter().all(of), "{what}: {told:?}");
            assert!(!told.iter().any(|line| line.contains("planted")), "{what}: {told:?}");
        }
    }
    assert!(broken > 300, "only {broken}");
}

#[test]
fn an_option_must_name_something_and_a_new_account_may_name_the_one_it_replaces() {
    for (options, is_good) in [
        (json!({"authorization": "fcauth_1", "account": null}), true),
        (json!({"account": "fca_1"}), true),
        (json!({"authorization": null, "account": null}), false),
        (json!({"authorization": ""}), false),
        (json!({}), false),
        (Json::Null, false),
    ] {
        let mut document = good();
        document["relink_options"] = options;
        assert_eq!(wrong(&document).is_empty(), is_good, "{document}");
    }
    let mut document = good();
    document["accounts"][0]["replaces"] = json!("fca_0");
    document["handoff"] = json!({"type": "confirm"});
    document["merchant"]["logo_url"] = json!("https://a.example/logo");
    document["merchant"]["sign_in_url"] = json!("https://a.example/sign-in");
    assert_eq!(wrong(&document), [""; 0]);
    document["accounts"][0]["replaces"] = json!(7);
    document["merchant"]["sign_in_url"] = json!("http://a.example/sign-in");
    let told = wrong(&document).join("\n");
    assert!(told.contains("`accounts[].replaces`") && told.contains("`merchant.sign_in_url`"), "{told}");
}

#[test]
fn a_hosted_page_on_plain_http_is_only_good_on_this_machine() {
    for (url, is_good) in [
        ("https://pay.example", true),
        ("http://127.0.0.1:4242/hosted/x", true),
        ("http://localhost", true),
        ("http://a.example", false),
        ("http://localhost.evil.example/", false),
        ("javascript:alert(1)", false),
        ("", false),
    ] {
        let mut document = good();
        document["handoff"] = json!({"type": "hosted", "url": url});
        assert_eq!(wrong(&document).is_empty(), is_good, "{url}");
    }
}
