//! The schemas of docs/merchant-api.openapi.yaml, and what a document breaks of one, in words that name the field and what
//! was expected. What was found is named by its kind and never repeated: it may be a secret.

use jsonschema::Validator;
use jsonschema::error::{ValidationError, ValidationErrorKind as Broken};
use jsonschema::paths::LocationSegment;
use serde_json::{Value as Json, json};
use std::sync::LazyLock;

const OPENAPI: &str = include_str!("../../../docs/merchant-api.openapi.yaml");

static FILE: LazyLock<Json> = LazyLock::new(|| yaml_serde::from_str(OPENAPI).unwrap_or_default());
static SESSION: LazyLock<Schema> = LazyLock::new(|| Schema::named("RelinkSession"));
static PROBLEM: LazyLock<Schema> = LazyLock::new(|| Schema::named("Problem"));

/// A schema of the file, with the others at hand.
struct Schema {
    whole: Json,
    /// `None` if the file is broken, which the tests of this module refuse.
    validator: Option<Validator>,
}

/// What is wrong with a relink session; an empty list where nothing is.
pub fn session(document: &Json) -> Vec<String> {
    SESSION.wrong(document)
}

/// What is wrong with a problem's body.
pub fn problem(document: &Json) -> Vec<String> {
    PROBLEM.wrong(document)
}

/// The codes that come from a backend.
pub fn codes() -> Vec<&'static str> {
    let known = FILE["components"]["schemas"]["Code"].pointer("/anyOf/0/enum").and_then(Json::as_array);
    known.into_iter().flatten().filter_map(Json::as_str).collect()
}

impl Schema {
    fn named(name: &str) -> Self {
        let whole = json!({"$ref": format!("#/components/schemas/{name}"), "components": FILE["components"]});
        let validator = jsonschema::draft202012::new(&whole).ok();
        Self { whole, validator }
    }

    fn wrong(&self, document: &Json) -> Vec<String> {
        if !document.is_object() {
            return vec!["the body is no JSON object".into()];
        }
        let mut wrong = Vec::new();
        for error in self.validator.iter().flat_map(|validator| validator.iter_errors(document)) {
            let words = self.words(&error);
            // Entries of a list share one line, so that a list of a thousand is wrong once.
            if !wrong.contains(&words) {
                wrong.push(words);
            }
        }
        wrong
    }

    /// "`merchant.name` is absent, expected text".
    fn words(&self, error: &ValidationError<'_>) -> String {
        let keyword = error.schema_path().to_string();
        let schema = keyword.rsplit_once('/').and_then(|(schema, _)| self.whole.pointer(schema));
        let schema = schema.unwrap_or(&Json::Null);
        let mut field = String::new();
        for segment in error.instance_path() {
            match segment {
                LocationSegment::Index(_) => field.push_str("[]"),
                LocationSegment::Property(name) => join(&mut field, &name),
            }
        }
        if let Broken::Required { property } = error.kind() {
            let name = property.as_str().unwrap_or_default();
            join(&mut field, name);
            return format!("`{field}` is absent, expected {}", self.expected(&schema["properties"][name]));
        }
        format!("`{field}` is {}, expected {}", found(error.instance()), self.expected(schema))
    }

    /// What a schema asks for: its title, else what can be read from its type.
    fn expected(&self, schema: &Json) -> String {
        if let Some(title) = schema["title"].as_str() {
            return title.to_owned();
        }
        if let Some(name) = schema["$ref"].as_str().and_then(|name| name.strip_prefix('#')) {
            return self.expected(self.whole.pointer(name).unwrap_or(&Json::Null));
        }
        if let Some(value) = schema.get("const") {
            return value.as_str().map_or_else(|| value.to_string(), |value| format!("`{value}`"));
        }
        let mut choices: Vec<String> = Vec::new();
        if let Some(ways) = schema["anyOf"].as_array() {
            // An enum that may grow stands beside the type of its values.
            let ways = ways.iter().filter(|way| way.get("enum").is_none());
            choices.extend(ways.map(|way| self.expected(way)));
        }
        match &schema["type"] {
            Json::Array(types) => choices.extend(types.iter().map(|one| kind(schema, one))),
            Json::Null => {}
            one => choices.push(kind(schema, one)),
        }
        choices.join(" or ")
    }
}

fn join(field: &mut String, name: &str) {
    if !field.is_empty() {
        field.push('.');
    }
    field.push_str(name);
}

/// A type, and the limits beside it.
fn kind(schema: &Json, kind: &Json) -> String {
    let limit = |name: &str| schema[name].as_u64();
    match kind.as_str().unwrap_or_default() {
        "string" => match (limit("minLength"), limit("maxLength")) {
            (_, Some(most)) => format!("text of at most {most} characters"),
            (Some(1..), None) => "text".into(),
            (Some(0) | None, None) => "text, which may be empty".into(),
        },
        "integer" => match (limit("minimum"), limit("maximum")) {
            (Some(least), Some(most)) => format!("a whole number from {least} to {most}"),
            (Some(least), None) => format!("a whole number from {least}"),
            (None, _) => "a whole number".into(),
        },
        "boolean" => "true or false".into(),
        "array" => "a list".into(),
        "object" => "an object".into(),
        other => other.into(),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schemas_are_there_and_can_be_used() {
        for schema in [&SESSION, &PROBLEM] {
            assert!(schema.validator.is_some());
        }
        assert!(codes().contains(&"session_not_found"));
    }

    #[test]
    fn what_is_missing_is_named_by_its_path_with_what_was_expected() {
        let told =
            session(&json!({"object": "relink_session", "merchant": {}, "handoff": {"type": "stripe_js"}}));
        for words in [
            "`id` is absent, expected text",
            "`status` is absent, expected text",
            "`merchant.name` is absent, expected text",
            "`handoff.client_secret` is absent, expected text",
            "`accounts` is absent, expected a list",
            "`relink_options` is absent, expected an object that names an `authorization` or an `account`",
            "`expires_at` is absent, expected whole Unix seconds",
        ] {
            assert!(told.iter().any(|line| line == words), "{words}\n{}", told.join("\n"));
        }
    }

    #[test]
    fn what_is_wrong_is_named_by_its_kind_and_never_repeated() {
        let told = session(&json!({
            "object": "sk_test_planted",
            "expires_in": "soon",
            "limits": {"accounts": 0},
            "merchant": {"name": "", "support_url": "http://planted.example"},
            "permissions": [7, 7],
            "relink_options": {"authorization": null},
            "accounts": [{"id": "fca_1", "last4": "000123456789"}],
            "handoff": {"type": "hosted", "url": "javascript:planted"},
        }));
        for words in [
            "`object` is other text, expected `relink_session`",
            "`expires_in` is other text, expected a whole number from 0 or null",
            "`limits.accounts` is another number, expected a whole number from 1 or null",
            "`merchant.name` is empty text, expected text",
            "`merchant.support_url` is other text, expected an https:// address or null",
            "`permissions[]` is another number, expected text",
            "`relink_options` is an object, expected an object that names an `authorization` or an `account`",
            "`accounts[].last4` is other text, expected text of at most 4 characters or null",
            "`handoff.url` is other text, expected an https:// address (http:// on localhost only)",
        ] {
            assert_eq!(told.iter().filter(|line| *line == words).count(), 1, "{words}\n{}", told.join("\n"));
        }
        let told = told.join("\n");
        assert!(!told.contains("planted") && !told.contains("0001234"), "{told}");
    }

    #[test]
    fn a_problem_says_what_it_lacks() {
        let told = problem(&json!({"status": "404"}));
        for words in ["`code` is absent, expected text", "`request_id` is absent, expected text"] {
            assert!(told.iter().any(|line| line == words), "{told:?}");
        }
        assert!(told.iter().any(|line| line.starts_with("`status` is other text")), "{told:?}");
    }
}
