//! What an answer looks like: which fields, of which types, with which words of an enumeration. Nothing that could be
//! somebody's: of texts only the words of Stripe's own enumerations are kept.

use relink_wire::Json;
use std::collections::{BTreeMap, BTreeSet};

/// Fields whose text is a word of an enumeration of Stripe's.
const ENUMERATED: &[&str] = &[
    "action",
    "category",
    "cause",
    "identifier_type",
    "object",
    "outcome",
    "payment_method_types",
    "permissions",
    "status",
    "subcategory",
    "supported_payment_method_types",
    "ui_mode",
];
/// Fields that hold what anybody put there, or an object that is a shape of its own.
const NOT_LOOKED_INTO: &[&str] = &["metadata"];
/// How the entries of a list are called, as if they were a field.
const ENTRY: &str = "[]";

/// The shape of all values that were seen at one place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    kinds: BTreeSet<&'static str>,
    words: BTreeSet<String>,
    /// How many values were seen here.
    seen: usize,
    /// How many of them were objects.
    objects: usize,
    fields: BTreeMap<String, Shape>,
}

/// A place where two shapes differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The place, `account.status_details.inactive.cause`; with a word, `account.status=active`.
    pub place: String,
    /// What Stripe has there.
    pub stripe: String,
    /// What the sandbox has there.
    pub sandbox: String,
}

const NOTHING: &str = "-";

impl Shape {
    /// Whether nothing was seen.
    pub fn is_empty(&self) -> bool {
        self.seen == 0
    }

    /// Sees one more value.
    pub fn see(&mut self, value: &Json) {
        self.see_as("", value);
    }

    fn see_as(&mut self, name: &str, value: &Json) {
        self.seen += 1;
        self.kinds.insert(kind(value));
        match value {
            Json::Object(fields) => {
                self.objects += 1;
                for (name, field) in
                    fields.iter().filter(|(name, _)| !NOT_LOOKED_INTO.contains(&name.as_str()))
                {
                    self.fields.entry(name.clone()).or_default().see_as(name, field);
                }
            }
            Json::Array(entries) => {
                for entry in entries {
                    self.fields.entry(ENTRY.into()).or_default().see_as(name, entry);
                }
            }
            Json::String(text) if ENUMERATED.contains(&name) && is_word(text) => {
                self.words.insert(text.clone());
            }
            Json::String(_) | Json::Null | Json::Bool(_) | Json::Number(_) => {}
        }
    }

    /// Where Stripe's shape, this one, and the sandbox's differ. A field that only some of Stripe's objects could have is no
    /// difference where none has it.
    pub fn differences(&self, sandbox: &Self, place: &str, found: &mut Vec<Difference>) {
        let mut differs = |place: String, stripe: String, sandbox: String| {
            found.push(Difference { place, stripe, sandbox });
        };
        let (theirs, ours) = (self.solid(), sandbox.solid());
        if !ours.is_empty() && !theirs.is_subset(&ours) {
            differs(place.into(), self.kind(), sandbox.kind());
        }
        for word in self.words.difference(&sandbox.words) {
            differs(format!("{place}={word}"), "has it".into(), NOTHING.into());
        }
        for (name, field) in &sandbox.fields {
            let is_always_there = name != ENTRY && field.seen == sandbox.objects;
            if is_always_there && self.objects > 0 && !self.fields.contains_key(name) {
                differs(join(place, name), NOTHING.into(), field.kind());
            }
        }
        for (name, field) in &self.fields {
            match sandbox.fields.get(name) {
                Some(ours) => field.differences(ours, &join(place, name), found),
                // An empty list of ours says nothing about entries.
                None if name == ENTRY || sandbox.objects == 0 => {}
                None => found.push(Difference {
                    place: join(place, name),
                    stripe: field.kind(),
                    sandbox: NOTHING.into(),
                }),
            }
        }
    }

    /// The types but null.
    fn solid(&self) -> BTreeSet<&'static str> {
        self.kinds.iter().copied().filter(|kind| *kind != "null").collect()
    }

    fn kind(&self) -> String {
        self.kinds.iter().copied().collect::<Vec<_>>().join(" or ")
    }
}

fn join(place: &str, name: &str) -> String {
    if name == ENTRY { format!("{place}{ENTRY}") } else { format!("{place}.{name}") }
}

fn kind(value: &Json) -> &'static str {
    match value {
        Json::Null => "null",
        Json::Bool(_) => "boolean",
        Json::Number(_) => "number",
        Json::String(_) => "text",
        Json::Array(_) => "list",
        Json::Object(_) => "object",
    }
}

/// Whether it may be a word of an enumeration: what people write has spaces, capitals or digits.
fn is_word(text: &str) -> bool {
    (1..=60).contains(&text.len()) && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'_' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn shape(values: &[Json]) -> Shape {
        let mut shape = Shape::default();
        values.iter().for_each(|value| shape.see(value));
        shape
    }

    fn places(theirs: &[Json], ours: &[Json]) -> Vec<String> {
        let mut found = Vec::new();
        shape(theirs).differences(&shape(ours), "account", &mut found);
        found.into_iter().map(|one| one.place).collect()
    }

    #[test]
    fn a_field_a_type_and_a_word_that_differ_are_named_by_their_place() {
        let ours =
            [json!({"id": "fca_1", "status": "active", "created": 1, "numbers": [{"status": "expired"}]})];
        let more = [
            json!({"id": "fca_1", "status": "paused", "created": "today", "numbers": [{"status": "expired", "x": 1}], "new": 1}),
        ];
        let expected = ["account.created", "account.new", "account.numbers[].x", "account.status=paused"];
        assert_eq!(places(&more, &ours), expected);
        assert_eq!(
            places(&[json!({"id": "fca_1", "status": "active"})], &ours),
            ["account.created", "account.numbers"]
        );
        assert_eq!(places(&ours, &ours), Vec::<String>::new());
    }

    #[test]
    fn null_an_empty_list_and_what_only_some_objects_have_are_no_difference() {
        let ours = [json!({"a": 1, "list": [{"b": 1}]}), json!({"a": 1, "list": [], "sometimes": 1})];
        assert_eq!(places(&[json!({"a": null, "list": []})], &ours), Vec::<String>::new());
        assert_eq!(places(&[], &ours), Vec::<String>::new());
    }

    #[test]
    fn what_people_wrote_is_not_kept() {
        let planted = shape(&[
            json!({"status": "Jenny Rosen", "display_name": "planted", "metadata": {"planted": "planted"}}),
        ]);
        assert!(!format!("{planted:?}").contains("planted") && !format!("{planted:?}").contains("Jenny"));
    }
}
