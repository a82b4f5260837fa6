//! The shape of a relink session. What the schema `RelinkSession` of docs/merchant-api.openapi.yaml says, in words that
//! name the field; a test holds the two against each other.

use serde_json::Value as Json;

/// The latest moment that is taken for seconds: beyond it are milliseconds.
const LATEST: i64 = 99_999_999_999;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Not empty.
    Text,
    /// Also empty.
    AnyText,
    /// `https://…`
    Link,
    /// Unix seconds.
    Time,
    /// Not negative.
    Whole,
    /// At least one.
    Positive,
    Flag,
    List,
    Object,
    /// An id, or the object itself where the backend had Stripe expand it.
    Reference,
}

impl Kind {
    fn words(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::AnyText => "text, which may be empty",
            Self::Link => "an https:// address",
            Self::Time => "whole Unix seconds",
            Self::Whole => "a whole number, not negative",
            Self::Positive => "a whole number from 1",
            Self::Flag => "true or false",
            Self::List => "a list",
            Self::Object => "an object",
            Self::Reference => "an id, or an object",
        }
    }

    fn fits(self, json: &Json) -> bool {
        match self {
            Self::Text => json.as_str().is_some_and(|text| !text.is_empty()),
            Self::AnyText => json.is_string(),
            Self::Link => json.as_str().is_some_and(|link| link.starts_with("https://")),
            Self::Time => json.as_i64().is_some_and(|time| (0..=LATEST).contains(&time)),
            Self::Whole => json.as_i64().is_some_and(|number| number >= 0),
            Self::Positive => json.as_i64().is_some_and(|number| number >= 1),
            Self::Flag => json.is_boolean(),
            Self::List => json.is_array(),
            Self::Object => json.is_object(),
            Self::Reference => json.is_string() || json.is_object(),
        }
    }
}

/// Whether a field may be missing.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Need {
    /// It must be there.
    Needed,
    /// It may be absent, and not null.
    Optional,
    /// It may be absent or null.
    Nullable,
}

/// Names, types, and whether each may be missing.
type Fields<'a> = &'a [(&'a str, Kind, Need)];

use Kind::{AnyText, Flag, Link, List, Object, Positive, Reference, Text, Time, Whole};
use Need::{Needed, Nullable, Optional};

/// Collects what is wrong.
struct Look {
    wrong: Vec<String>,
}

impl Look {
    fn field(&mut self, of: &Json, path: &str, name: &str, kind: Kind, need: Need) {
        let at = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
        let is_good = match (of.get(name), need) {
            (None, Optional | Nullable) | (Some(Json::Null), Nullable) => true,
            (None, Needed) => false,
            (Some(value), _) => kind.fits(value),
        };
        if !is_good {
            let found = of.get(name).map_or("absent", found);
            self.wrong.push(format!("`{at}` is {found}, expected {}", kind.words()));
        }
    }

    fn fields(&mut self, of: &Json, path: &str, fields: Fields<'_>) {
        fields.iter().for_each(|(name, kind, need)| self.field(of, path, name, *kind, *need));
    }

    fn texts(&mut self, of: &Json, path: &str, kind: Kind) {
        let entries = of.as_array().map(Vec::as_slice).unwrap_or_default();
        if let Some(entry) = entries.iter().find(|entry| !kind.fits(entry)) {
            self.wrong.push(format!("`{path}[]` is {}, expected {}", found(entry), kind.words()));
        }
    }

    fn constant(&mut self, of: &Json, path: &str, name: &str, value: &str) {
        if of.get(name).is_some_and(|found| found != value) {
            self.wrong.push(format!("`{path}{name}` is not `{value}`"));
        }
    }
}

fn found(json: &Json) -> &'static str {
    match json {
        Json::Null => "null",
        Json::Bool(_) => "true or false",
        Json::Number(_) => "another number",
        Json::String(text) if text.is_empty() => "empty text",
        Json::String(_) => "other text",
        Json::Array(_) => "a list",
        Json::Object(_) => "an object",
    }
}

/// What is wrong with a session's shape.
pub fn wrong(session: &Json) -> Vec<String> {
    if !session.is_object() {
        return vec!["the body is no JSON object".into()];
    }
    let mut look = Look { wrong: Vec::new() };
    look.fields(
        session,
        "",
        &[
            ("object", Text, Needed),
            ("id", Text, Needed),
            ("livemode", Flag, Needed),
            ("status", Text, Needed),
            ("expires_at", Time, Needed),
            ("expires_in", Whole, Nullable),
            ("merchant", Object, Needed),
            ("institution", Object, Needed),
            ("permissions", List, Needed),
            ("relink_options", Object, Nullable),
            ("limits", Object, Nullable),
            ("accounts", List, Needed),
            ("handoff", Object, Nullable),
            ("relink_result", Object, Nullable),
        ],
    );
    look.constant(session, "", "object", "relink_session");
    let part = |name: &str| session.get(name).filter(|part| part.is_object());
    let parts: [(&str, Fields<'_>); 5] = [
        (
            "merchant",
            &[("name", Text, Needed), ("support_url", Link, Nullable), ("privacy_url", Link, Nullable)],
        ),
        (
            "institution",
            &[("id", AnyText, Nullable), ("name", AnyText, Nullable), ("logo_url", Link, Nullable)],
        ),
        ("relink_options", &[("authorization", AnyText, Nullable), ("account", AnyText, Nullable)]),
        ("limits", &[("accounts", Positive, Nullable)]),
        (
            "relink_result",
            &[
                ("account", AnyText, Nullable),
                ("authorization", AnyText, Nullable),
                ("failure_reason", AnyText, Nullable),
            ],
        ),
    ];
    for (name, fields) in parts {
        if let Some(part) = part(name) {
            look.fields(part, name, fields);
        }
    }
    look.texts(&session["permissions"], "permissions", Text);
    if let Some(handoff) = part("handoff") {
        look_at_handoff(&mut look, handoff);
    }
    let accounts = session["accounts"].as_array().map(Vec::as_slice).unwrap_or_default();
    accounts.iter().for_each(|account| look_at_account(&mut look, account));
    look.wrong.dedup();
    look.wrong
}

fn look_at_handoff(look: &mut Look, handoff: &Json) {
    look.field(handoff, "handoff", "type", Text, Needed);
    match handoff["type"].as_str() {
        Some("stripe_js") => {
            look.fields(
                handoff,
                "handoff",
                &[
                    ("publishable_key", Text, Needed),
                    ("client_secret", Text, Needed),
                    ("stripe_account", AnyText, Nullable),
                ],
            );
            if handoff["publishable_key"]
                .as_str()
                .is_some_and(|key| !key.is_empty() && !key.starts_with("pk_"))
            {
                look.wrong.push("`handoff.publishable_key` does not begin with pk_".into());
            }
        }
        Some("hosted") if !handoff["url"].as_str().is_some_and(is_safe) => {
            look.wrong.push("`handoff.url` is no https:// address (http:// on localhost only)".into());
        }
        _ => {}
    }
}

fn is_safe(url: &str) -> bool {
    let is_local = |host: &str| {
        let rest = url.strip_prefix("http://").and_then(|rest| rest.strip_prefix(host));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/', '?', '#']))
    };
    url.starts_with("https://") || ["localhost", "127.0.0.1", "[::1]"].into_iter().any(is_local)
}

fn look_at_account(look: &mut Look, account: &Json) {
    let path = "accounts[]";
    if !account.is_object() {
        look.wrong.push(format!("`{path}` is {}, expected an object", found(account)));
        return;
    }
    look.fields(
        account,
        path,
        &[
            ("id", Text, Needed),
            ("authorization", Reference, Nullable),
            ("institution", Reference, Nullable),
            ("institution_name", AnyText, Nullable),
            ("display_name", AnyText, Nullable),
            ("last4", AnyText, Nullable),
            ("category", AnyText, Nullable),
            ("subcategory", AnyText, Nullable),
            ("status", AnyText, Optional),
            ("status_details", Object, Nullable),
            ("account_numbers", List, Nullable),
            ("permissions", List, Nullable),
            ("supported_payment_method_types", List, Nullable),
            ("livemode", Flag, Optional),
            ("created", Time, Optional),
        ],
    );
    look.constant(account, "accounts[].", "object", "financial_connections.account");
    if account["last4"].as_str().is_some_and(|end| end.chars().count() > 4) {
        look.wrong.push(format!("`{path}.last4` is longer than four"));
    }
    look.texts(&account["permissions"], "accounts[].permissions", Text);
    look.texts(
        &account["supported_payment_method_types"],
        "accounts[].supported_payment_method_types",
        AnyText,
    );
    let details = &account["status_details"];
    for (name, fields) in [
        ("inactive", &[("cause", AnyText, Nullable), ("action", AnyText, Nullable)][..]),
        (
            "active",
            &[
                ("cause", AnyText, Nullable),
                ("action", AnyText, Nullable),
                ("expected_deactivation_date", Time, Nullable),
            ],
        ),
    ] {
        if details.is_object() {
            look.field(details, "accounts[].status_details", name, Object, Nullable);
        }
        if let Some(part) = details.get(name).filter(|part| part.is_object()) {
            look.fields(part, &format!("accounts[].status_details.{name}"), fields);
        }
    }
    for number in account["account_numbers"].as_array().map(Vec::as_slice).unwrap_or_default() {
        let path = "accounts[].account_numbers[]";
        if !number.is_object() {
            look.wrong.push(format!("`{path}` is {}, expected an object", found(number)));
            continue;
        }
        look.fields(
            number,
            path,
            &[
                ("identifier_type", AnyText, Optional),
                ("status", AnyText, Optional),
                ("expected_expiry_date", Time, Nullable),
                ("supported_networks", List, Nullable),
            ],
        );
        look.texts(&number["supported_networks"], "accounts[].account_numbers[].supported_networks", AnyText);
    }
}

/// What is wrong with the times of a session that has just been made, at `now` by our clock. Clocks may be two minutes
/// apart, and a session lasts at most a month.
pub fn wrong_times(session: &Json, now: i64) -> Vec<String> {
    let mut wrong = Vec::new();
    let Some(at) = session["expires_at"].as_i64() else {
        return vec!["`expires_at` is no whole number".into()];
    };
    if at > LATEST {
        return vec!["`expires_at` is in milliseconds".into()];
    }
    if at <= now {
        wrong.push(format!("`expires_at` is {} seconds in the past", now - at));
    }
    if at > now + 31 * 86_400 {
        wrong.push("`expires_at` is more than a month away".into());
    }
    match &session["expires_in"] {
        Json::Null => {}
        left => match left.as_i64() {
            Some(left) if left > 0 && (at - now - left).abs() <= 120 => {}
            Some(left) => wrong
                .push(format!("`expires_in` is {left}, while `expires_at` is {} seconds ahead", at - now)),
            None => wrong.push("`expires_in` is no whole number".into()),
        },
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_missing_is_named_by_its_path() {
        let told =
            wrong(&json!({"object": "relink_session", "merchant": {}, "handoff": {"type": "stripe_js"}}))
                .join("; ");
        for path in ["`id`", "`status`", "`merchant.name`", "`handoff.client_secret`", "`accounts`"] {
            assert!(told.contains(path), "{path} in {told}");
        }
    }

    #[test]
    fn milliseconds_and_the_past_are_told() {
        let times =
            |at: i64, left: Json| wrong_times(&json!({"expires_at": at, "expires_in": left}), 1_800_000_000);
        assert!(times(1_800_001_800, json!(1800)).is_empty());
        assert!(times(1_800_001_800, Json::Null).is_empty());
        assert_eq!(times(1_800_001_800_000, json!(1800)), ["`expires_at` is in milliseconds"]);
        assert_eq!(times(1_799_999_000, Json::Null).len(), 1);
        assert_eq!(times(1_800_001_800, json!(1_800_000)).len(), 1);
    }

    #[test]
    fn a_hosted_page_on_plain_http_is_only_good_on_this_machine() {
        assert!(is_safe("http://127.0.0.1:4242/hosted/x") && is_safe("https://pay.example"));
        assert!(!is_safe("http://localhost.evil.example/") && !is_safe("javascript:alert(1)"));
    }
}
