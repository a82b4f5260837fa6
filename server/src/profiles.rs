//! `RELINK_PROFILES`: the kinds of relink by name, in the order in which they are written.

use relink_backend::{Permissions, Profile, WayToBank};
use relink_wire::Permission;
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use std::fmt;

/// First parts of an address that are taken.
const TAKEN: &[&str] = &["dashboard", "faults", "livez", "pages", "r", "v1", "webhooks", "widget"];

/// The kinds of relink where none are configured: payments at `/relink`.
pub fn default() -> Vec<Profile> {
    vec![Profile::payments().at("payments", "/relink")]
}

/// Reads the JSON; what is wrong is said in one sentence each.
pub fn read(text: &str) -> Result<Vec<Profile>, Vec<String>> {
    let Listed(listed) = serde_json::from_str(text).map_err(|error| {
        vec![format!("RELINK_PROFILES must be a JSON object of profiles by name: {error}.")]
    })?;
    let mut mistakes = Vec::new();
    if listed.is_empty() {
        mistakes.push("RELINK_PROFILES must name one profile at least.".to_owned());
    }
    for (at, (name, kind)) in listed.iter().enumerate() {
        let mut wrong = |what: &str| mistakes.push(format!("RELINK_PROFILES: {name:?}: {what}."));
        let before = &listed[..at];
        if name.is_empty() || relink_hosted::profiles().iter().any(|own| own.name == *name) {
            wrong("another name is needed");
        }
        if before.iter().any(|(other, _)| other == name) {
            wrong("the name is used twice");
        }
        if before.iter().any(|(_, other)| other.path == kind.path) {
            wrong("path is that of another profile");
        }
        if !is_path(&kind.path) {
            wrong("path must be like /relink: letters, digits, - and _, and not one of relink-server's own");
        }
        if kind.permissions.is_empty() || kind.permissions.iter().any(|name| !is_permission(name)) {
            wrong(
                "permissions must be some of payment_method, balances, transactions, ownership, account_numbers",
            );
        }
        if kind.limit.is_some_and(|limit| limit < 1) {
            wrong("limit must be 1 or more, or null for any number of accounts");
        }
        if kind.limit != Some(1) && kind.permissions.iter().any(|name| name == "payment_method") {
            wrong("limit must be 1: Stripe takes one account for payments");
        }
    }
    if mistakes.is_empty() {
        Ok(listed.into_iter().map(|(name, kind)| kind.into_profile(name)).collect())
    } else {
        Err(mistakes)
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

/// One kind, as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Kind {
    path: String,
    permissions: Vec<String>,
    limit: Option<i64>,
    #[serde(default)]
    handoff: Handoff,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Handoff {
    #[default]
    StripeJs,
    Hosted,
}

impl Kind {
    fn into_profile(self, name: String) -> Profile {
        Profile {
            name,
            path: Some(self.path),
            permissions: Permissions::Listed(self.permissions),
            limit: self.limit,
            handoff: match self.handoff {
                Handoff::StripeJs => WayToBank::StripeJs,
                Handoff::Hosted => WayToBank::Hosted,
            },
        }
    }
}

/// Kinds by name, in their order: the first is the one that accounts are judged for.
struct Listed(Vec<(String, Kind)>);

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
            ("", "JSON object"),
            ("[]", "JSON object"),
            ("{}", "one profile at least"),
            (r#"{"a": {"path": "/a", "permissions": ["balances"], "limit": null, "colour": 1}}"#, "colour"),
            (r#"{"a": {"path": "/a", "permissions": ["balances"], "limit": null, "handoff": "fax"}}"#, "fax"),
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
        let twice = r#"{"a": {"path": "/a", "permissions": ["balances"], "limit": null},
            "b": {"path": "/a", "permissions": ["balances"], "limit": null}}"#;
        assert!(read(twice).expect_err("twice")[0].contains("\"b\": path is that of another"));
    }
}
