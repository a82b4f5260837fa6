//! `RELINK_PROFILES`: the kinds of relink by name, in the order in which they are written.

use relink_backend::{Permissions, Profile, WayToBank};
use relink_wire::{Json, Permission};
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::Map;
use std::fmt;

/// What a profile is made of.
const FIELDS: [&str; 4] = ["path", "permissions", "limit", "handoff"];
/// First parts of an address that are taken.
const TAKEN: &[&str] = &["dashboard", "faults", "livez", "pages", "r", "v1", "webhooks", "widget"];

/// The kinds of relink where none are configured: payments at `/relink`.
pub fn default() -> Vec<Profile> {
    vec![Profile::payments().at("payments", "/relink")]
}

/// Reads the JSON; what is wrong is said in one sentence each, all of it.
pub fn read(text: &str) -> Result<Vec<Profile>, Vec<String>> {
    let Listed(listed) = match serde_json::from_str(text) {
        Ok(listed) => listed,
        Err(error) if error.is_data() => {
            return Err(vec!["RELINK_PROFILES must be a JSON object of profiles by name.".to_owned()]);
        }
        Err(error) => {
            let (line, column) = (error.line(), error.column());
            return Err(vec![format!("RELINK_PROFILES is no JSON: look at line {line}, column {column}.")]);
        }
    };
    let mut mistakes = Vec::new();
    if listed.is_empty() {
        mistakes.push("RELINK_PROFILES must name one profile at least.".to_owned());
    }
    let mut profiles: Vec<Profile> = Vec::new();
    for (name, written) in listed {
        let mut wrong = |what: &str| mistakes.push(format!("RELINK_PROFILES: {name:?}: {what}."));
        if name.is_empty() || relink_hosted::profiles().iter().any(|own| own.name == name) {
            wrong("another name is needed");
        }
        if profiles.iter().any(|other| other.name == name) {
            wrong("the name is used twice");
        }
        let profile = profile(&name, &written, &mut wrong);
        let is_taken = |other: &Profile| other.path.is_some() && other.path == profile.path;
        if profiles.iter().any(is_taken) {
            wrong("path is that of another profile");
        }
        profiles.push(profile);
    }
    if mistakes.is_empty() { Ok(profiles) } else { Err(mistakes) }
}

/// Reads one kind; a mistake in it is reported, and the rest is still read.
fn profile(name: &str, written: &Json, wrong: &mut impl FnMut(&str)) -> Profile {
    let nothing = Map::new();
    let fields = written.as_object().unwrap_or_else(|| {
        wrong("it must be an object with path, permissions, limit and handoff");
        &nothing
    });
    for unknown in fields.keys().filter(|field| !FIELDS.contains(&field.as_str())) {
        wrong(&format!("{unknown:?} is no field of a profile; there are {}", FIELDS.join(", ")));
    }
    // Where it is no object, that is the one mistake.
    let field = |name| written.is_object().then(|| fields.get(name).unwrap_or(&Json::Null));
    let path = field("path").and_then(Json::as_str).filter(|path| is_path(path));
    if path.is_none() && written.is_object() {
        wrong("path must be like /relink: letters, digits, - and _, and not one of relink-server's own");
    }
    let texts = |list: &Json| {
        list.as_array()?.iter().map(|one| one.as_str().map(Into::into)).collect::<Option<Vec<String>>>()
    };
    let permissions = field("permissions")
        .and_then(texts)
        .filter(|listed| !listed.is_empty() && listed.iter().all(|permission| is_permission(permission)));
    if permissions.is_none() && written.is_object() {
        wrong(
            "permissions must be some of payment_method, balances, transactions, ownership, account_numbers",
        );
    }
    let permissions = permissions.unwrap_or_default();
    let limit = field("limit").filter(|limit| !limit.is_null());
    let number = limit.and_then(Json::as_i64).filter(|number| *number >= 1);
    if limit.is_some() && number.is_none() {
        wrong("limit must be 1 or more, or null for any number of accounts");
    }
    if number != Some(1) && permissions.iter().any(|permission| permission == "payment_method") {
        wrong("limit must be 1: Stripe takes one account for payments");
    }
    let handoff = match field("handoff").filter(|handoff| !handoff.is_null()).map(Json::as_str) {
        None | Some(Some("stripe_js")) => WayToBank::StripeJs,
        Some(Some("hosted")) => WayToBank::Hosted,
        Some(_) => {
            wrong("handoff must be \"stripe_js\" or \"hosted\"");
            WayToBank::StripeJs
        }
    };
    Profile {
        name: name.to_owned(),
        path: path.map(Into::into),
        permissions: Permissions::Listed(permissions),
        limit: number,
        handoff,
    }
}

fn is_path(path: &str) -> bool {
    let is_part = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    let Some(path) = path.strip_prefix('/') else { return false };
    let first = path.split('/').next().unwrap_or_default();
    path.split('/').all(is_part) && !TAKEN.contains(&first)
}

fn is_permission(name: &str) -> bool {
    !matches!(Permission::parse(name), Permission::Unknown(_))
}

/// Kinds by name, in their order: the first is the one that accounts are judged for.
struct Listed(Vec<(String, Json)>);

impl<'de> Deserialize<'de> for Listed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Listed;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of profiles by name")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Listed, M::Error> {
                let mut listed = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    listed.push(entry);
                }
                Ok(Listed(listed))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_kinds_are_read_in_their_order() {
        let profiles = read(
            r#"{
                "payments": {"path": "/relink", "permissions": ["payment_method", "balances"], "limit": 1, "handoff": "stripe_js"},
                "hosted": {"path": "/relink-hosted", "permissions": ["payment_method"], "limit": 1, "handoff": "hosted"},
                "data": {"path": "/relink-data", "permissions": ["balances", "transactions"], "limit": null}
            }"#,
        );
        let profiles = profiles.expect("profiles");
        let names: Vec<&str> = profiles.iter().map(|profile| profile.name.as_str()).collect();
        assert_eq!(names, ["payments", "hosted", "data"]);
        assert_eq!((profiles[1].handoff, profiles[2].limit), (WayToBank::Hosted, None));
        assert_eq!(
            profiles[0],
            Profile {
                permissions: Permissions::listed(&["payment_method", "balances"]),
                ..default()[0].clone()
            }
        );
    }

    #[test]
    fn each_mistake_names_its_profile() {
        for (text, said) in [
            ("", "is no JSON: look at line 1, column 0"),
            ("{\n  \"a\": {,}}", "is no JSON: look at line 2, column"),
            ("[]", "must be a JSON object"),
            (r#"{"a": 7}"#, "\"a\": it must be an object"),
            (
                r#"{"a": {"path": "/a", "permissions": ["balances"], "limit": "one"}}"#,
                "\"a\": limit must be 1 or more",
            ),
            ("{}", "one profile at least"),
            (
                r#"{"a": {"path": "/a", "permissions": ["balances"], "limit": null, "colour": 1}}"#,
                "\"colour\" is no field of a profile",
            ),
            (
                r#"{"a": {"path": "/a", "permissions": ["balances"], "limit": null, "handoff": "fax"}}"#,
                "handoff must be",
            ),
            (
                r#"{"a": {"path": "a", "permissions": ["balances"], "limit": null}}"#,
                "\"a\": path must be like",
            ),
            (
                r#"{"a": {"path": "/v1", "permissions": ["balances"], "limit": null}}"#,
                "\"a\": path must be like",
            ),
            (
                r#"{"a": {"path": "/{id}", "permissions": ["balances"], "limit": null}}"#,
                "\"a\": path must be like",
            ),
            (r#"{"a": {"path": "/a", "permissions": [], "limit": null}}"#, "\"a\": permissions must be"),
            (r#"{"a": {"path": "/a", "permissions": ["all"], "limit": null}}"#, "\"a\": permissions must be"),
            (
                r#"{"a": {"path": "/a", "permissions": ["balances"], "limit": 0}}"#,
                "\"a\": limit must be 1 or more",
            ),
            (
                r#"{"a": {"path": "/a", "permissions": ["payment_method"], "limit": null}}"#,
                "\"a\": limit must be 1",
            ),
            (
                r#"{"link": {"path": "/a", "permissions": ["balances"], "limit": null}}"#,
                "\"link\": another name",
            ),
        ] {
            let mistakes = read(text).expect_err(text);
            assert_eq!((mistakes.len(), mistakes[0].contains(said)), (1, true), "{text}: {mistakes:?}");
        }
        let many =
            r#"{"a": {"path": "a", "permissions": [], "limit": 0, "handoff": 7, "colour": 1}, "b": {}}"#;
        assert_eq!(read(many).expect_err("many").len(), 7, "all of them at once");
        let twice = r#"{"a": {"path": "/a", "permissions": ["balances"], "limit": null},
            "b": {"path": "/a", "permissions": ["balances"], "limit": null}}"#;
        assert!(read(twice).expect_err("twice")[0].contains("\"b\": path is that of another"));
    }
}
