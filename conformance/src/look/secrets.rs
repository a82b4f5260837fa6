//! What must not be in an answer. What is found is named by where it is, never repeated.

use crate::answer::Answer;
use serde_json::Value as Json;

/// Beginnings of what never leaves a backend: Stripe's secret, restricted and ephemeral keys, signing secrets.
const NEVER: [&str; 7] = ["sk_live_", "sk_test_", "rk_live_", "rk_test_", "ek_live_", "ek_test_", "whsec_"];
/// Members of Stripe's account that the widget has no use for.
const PRIVATE: [&str; 5] =
    ["account_holder", "balance", "ownership", "inferred_balances_refresh", "ownership_refresh"];
/// Digits in a row that make a number that nobody should see, under a name that says so.
const NUMBER: usize = 7;

/// Secrets, and account numbers.
pub fn secrets(answer: &Answer) -> Vec<String> {
    let to = &answer.to;
    let mut found = Vec::new();
    for (name, value) in &answer.headers {
        if NEVER.iter().any(|start| value.contains(start)) || is_client_secret(value) {
            found.push(format!("{to}: a secret in the header `{name}`"));
        }
    }
    walk(&answer.json(), "", &mut |path, name, value| {
        let Some(text) = value.as_str() else {
            if is_number_name(name) && value.as_u64().is_some_and(|n| n.to_string().len() >= NUMBER) {
                found.push(format!("{to}: `{path}` holds a whole number of an account"));
            }
            return;
        };
        if NEVER.iter().any(|start| text.contains(start)) {
            found.push(format!("{to}: `{path}` holds a secret key"));
        }
        let is_its_place = path == "handoff.client_secret" || path == "handoff.url";
        if (name == "client_secret" || is_client_secret(text)) && !is_its_place {
            found.push(format!("{to}: `{path}` holds a client secret"));
        }
        let digits = text.chars().filter(char::is_ascii_digit).count();
        if (is_number_name(name) && digits >= NUMBER) || (name == "last4" && text.chars().count() > 4) {
            found.push(format!("{to}: `{path}` holds a whole number of an account"));
        }
    });
    found
}

/// What is not secret and still nobody's business.
pub fn private(answer: &Answer) -> Vec<String> {
    let mut found = Vec::new();
    walk(&answer.json(), "", &mut |path, name, value| {
        if PRIVATE.contains(&name) && !value.is_null() && path.starts_with("accounts") {
            found.push(format!("{}: `{path}`", answer.to));
        }
    });
    found
}

fn is_number_name(name: &str) -> bool {
    matches!(name, "number" | "account_number" | "routing_number" | "iban")
}

/// `fcsess_…_secret_…`
fn is_client_secret(text: &str) -> bool {
    text.split_once("_secret_").is_some_and(|(id, secret)| id.contains("fcsess_") && !secret.is_empty())
}

fn walk(json: &Json, path: &str, visit: &mut impl FnMut(&str, &str, &Json)) {
    match json {
        Json::Object(members) => {
            for (name, value) in members {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                visit(&path, name, value);
                walk(value, &path, visit);
            }
        }
        Json::Array(entries) => entries.iter().for_each(|entry| walk(entry, &format!("{path}[]"), visit)),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn answer(body: Json) -> Answer {
        Answer {
            to: "GET /sessions/{id}".into(),
            status: 200,
            headers: Vec::new(),
            body: body.to_string().into(),
        }
    }

    #[test]
    fn a_client_secret_belongs_into_the_handoff_alone() {
        let good = json!({"handoff": {"client_secret": "fcsess_1_secret_planted"}});
        assert!(secrets(&answer(good)).is_empty());
        for bad in [
            json!({"client_secret": "planted"}),
            json!({"detail": "no such fcsess_1_secret_planted"}),
            json!({"stripe": {"session": {"client_secret": "planted"}}}),
        ] {
            let told = secrets(&answer(bad)).join("; ");
            assert!(told.contains("client secret") && !told.contains("planted"), "{told}");
        }
    }

    #[test]
    fn keys_and_numbers_are_found_and_not_repeated() {
        for bad in [
            json!({"handoff": {"publishable_key": "sk_test_planted"}}),
            json!({"accounts": [{"account_numbers": [{"number": "000123456789"}]}]}),
            json!({"accounts": [{"last4": "000123456789"}]}),
            json!({"accounts": [{"routing_number": 110_000_000}]}),
        ] {
            let told = secrets(&answer(bad)).join("; ");
            assert!(!told.is_empty() && !told.contains("planted") && !told.contains("0001234"), "{told}");
        }
    }

    #[test]
    fn a_client_secret_in_a_header_is_found() {
        let location = ("location".to_owned(), "/sessions/fcsess_1_secret_planted".to_owned());
        let answer = Answer { headers: vec![location], ..answer(json!({})) };
        assert_eq!(secrets(&answer).len(), 1);
    }

    #[test]
    fn what_is_private_is_told_and_null_is_nothing() {
        let both = json!({"accounts": [{"balance": {"current": {"usd": 1}}, "ownership": null}]});
        assert_eq!(private(&answer(both)), ["GET /sessions/{id}: `accounts[].balance`"]);
    }
}
