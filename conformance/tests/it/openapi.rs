//! docs/merchant-api.openapi.yaml: every route, status and code of the contract is in it, its own examples and the
//! example documents of relink-wire are as it says, and so is what relink-server answers.

use crate::running::start;
use jsonschema::Validator;
use relink_wire::{Cause, Code, FailureReason, Permission, SessionStatus, Subcategory};
use serde_json::{Value as Json, json};
use std::path::{Path, PathBuf};

/// The repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_path_buf()
}

/// The file, as JSON.
pub fn openapi() -> Json {
    let text = std::fs::read_to_string(root().join("docs/merchant-api.openapi.yaml")).expect("the file");
    yaml_serde::from_str(&text).expect("YAML")
}

/// One of its schemas, with the others at hand.
pub fn schema(name: &str) -> Validator {
    schema_of(&openapi(), name)
}

/// The same of another file.
pub fn schema_of(file: &Json, name: &str) -> Validator {
    let components = file["components"].clone();
    assert!(components["schemas"][name].is_object(), "there is no schema {name}");
    let whole = json!({"$ref": format!("#/components/schemas/{name}"), "components": components});
    jsonschema::draft202012::new(&whole).expect("a schema")
}

/// What a document breaks, in words.
pub fn errors(schema: &Validator, document: &Json) -> Vec<String> {
    schema.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

/// The list of known values of an open enum.
fn known(file: &Json, schema: &str, path: &str) -> Vec<String> {
    let list = file["components"]["schemas"][schema].pointer(path).and_then(Json::as_array);
    list.into_iter().flatten().filter_map(Json::as_str).map(Into::into).collect()
}

#[test]
fn every_route_and_status_of_the_contract_is_in_it() {
    let file = openapi();
    let statuses = |path: &str, method: &str| {
        let responses = file["paths"][path][method]["responses"].as_object();
        responses.map(|all| all.keys().cloned().collect::<Vec<_>>()).unwrap_or_default()
    };
    for (path, method, good) in [
        ("/sessions", "post", "201"),
        ("/sessions/{id}", "get", "200"),
        ("/sessions/{id}/complete", "post", "200"),
        ("/sessions/{id}/cancel", "post", "200"),
    ] {
        let found = statuses(path, method);
        for status in [good, "401", "429", "503", "default"] {
            assert!(found.iter().any(|known| known == status), "{method} {path} has no {status}");
        }
        if path != "/sessions" {
            assert!(found.iter().any(|known| known == "404"), "{method} {path} has no 404");
        }
        if method == "post" {
            let parameters = file["paths"][path][method]["parameters"].to_string();
            assert!(parameters.contains("IdempotencyKey"), "{method} {path} has no key");
        }
    }
    assert_eq!(file["paths"].as_object().map(serde_json::Map::len), Some(4));
}

#[test]
fn every_code_of_a_backend_is_in_it_and_none_of_the_widgets_own() {
    let file = openapi();
    assert_eq!(known(&file, "Code", "/anyOf/0/enum").len(), 10);
    for code in conformance::look::schema::codes() {
        assert!(!matches!(Code::parse(code), Code::Unknown(_)), "relink-wire does not know {code}");
        assert!(file["components"]["responses"].to_string().contains(code), "no response names {code}");
    }
}

#[test]
fn the_known_values_are_those_that_the_widget_knows() {
    let file = openapi();
    let names = |list: Vec<&str>| list.into_iter().map(str::to_owned).collect::<Vec<_>>();
    let list = SessionStatus::KNOWN.iter().map(SessionStatus::as_str).collect();
    assert_eq!(known(&file, "SessionStatus", "/anyOf/0/enum"), names(list));
    let list = Permission::KNOWN.iter().map(Permission::as_str).collect();
    assert_eq!(known(&file, "Permission", "/anyOf/0/enum"), names(list));
    let list = FailureReason::KNOWN.iter().map(FailureReason::as_str).collect();
    assert_eq!(known(&file, "RelinkResult", "/properties/failure_reason/anyOf/0/enum"), names(list));
    let list = Subcategory::KNOWN.iter().map(Subcategory::as_str).collect();
    assert_eq!(known(&file, "Account", "/properties/subcategory/anyOf/0/enum"), names(list));
    let list = Cause::KNOWN.iter().map(Cause::as_str).collect();
    assert_eq!(known(&file, "Inactive", "/properties/cause/anyOf/0/enum"), names(list));
}

#[test]
fn its_own_examples_are_as_it_says() {
    let file = openapi();
    let schemas = file["components"]["schemas"].as_object().expect("schemas");
    for (name, written) in schemas {
        let validator = schema(name);
        for example in written["examples"].as_array().into_iter().flatten() {
            assert_eq!(errors(&validator, example), [""; 0], "an example of {name}");
        }
    }
}

/// Documents of the wire that no backend may send: the widget survives them, and the schema refuses them.
const REFUSED: &[&str] = &[
    "problem-empty.json",
    "problem-wrong-types.json",
    "session-all-null.json",
    "session-hostile-text.json",
    "session-lists-as-stripe-gives-them.json",
    "session-minimal.json",
    "session-newer-than-this-version.json",
    "session-unusable-handoff.json",
    "session-without-a-status.json",
    "session-without-an-id.json",
    "session-wrong-types.json",
];

#[test]
fn the_documents_of_the_wire_are_as_it_says_but_for_those_that_are_wrong_on_purpose() {
    let (session, problem) = (schema("RelinkSession"), schema("Problem"));
    let (create, complete) = (schema("CreateSession"), schema("CompleteSession"));
    let mut refused = Vec::new();
    for path in documents(&root().join("crates/relink-wire/tests/documents")) {
        let json: Json =
            serde_json::from_str(&std::fs::read_to_string(&path).expect("a document")).expect("JSON");
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let kind = name.split(['-', '.']).next().unwrap_or_default();
        let schema = match kind {
            "session" => &session,
            "problem" => &problem,
            "create" => &create,
            "complete" => &complete,
            // The rest are the element's events, which no backend sends.
            _ => continue,
        };
        let errors = errors(schema, &json);
        if REFUSED.contains(&name.as_str()) {
            assert!(!errors.is_empty(), "{name} is as it should be, and listed as refused");
            refused.push(name);
        } else {
            assert_eq!(errors, [""; 0], "{name}");
        }
    }
    refused.sort();
    assert_eq!(refused, REFUSED);
}

fn documents(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let (folders, files): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
    let files = files.into_iter().filter(|path| path.extension().is_some_and(|end| end == "json"));
    files.chain(folders.iter().flat_map(|folder| documents(folder))).collect()
}

#[tokio::test]
async fn what_relink_server_answers_is_as_it_says() {
    let running = start().await;
    let (session, problem) = (schema("RelinkSession"), schema("Problem"));
    let client = reqwest::Client::new();
    let send = |method: reqwest::Method, path: String, body: Option<Json>| {
        let mut request = client.request(method, format!("{}{path}", running.options.url));
        for (name, value) in &running.options.headers {
            request = request.header(name, value);
        }
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
            request = request.header("idempotency-key", format!("key-{path}"));
        }
        async move {
            let answer = request.send().await.expect("relink-server answers");
            let bytes = answer.bytes().await.expect("a whole answer");
            serde_json::from_slice::<Json>(&bytes).expect("JSON")
        }
    };
    use reqwest::Method;
    let body = json!({"account": "fca_everything", "locale": "en"});
    let made = send(Method::POST, "/sessions".into(), Some(body)).await;
    let id = made["id"].as_str().expect("an id").to_owned();
    let read = send(Method::GET, format!("/sessions/{id}"), None).await;
    let chosen = json!({"accounts": ["fca_everything"]});
    let early = send(Method::POST, format!("/sessions/{id}/complete"), Some(chosen)).await;
    let gone = send(Method::POST, format!("/sessions/{id}/cancel"), Some(json!({}))).await;
    for answer in [&made, &read, &early, &gone] {
        assert_eq!(errors(&session, answer), [""; 0]);
    }
    assert!(!problem.is_valid(&made));
    let unknown = send(Method::GET, "/sessions/rls_none".into(), None).await;
    assert_eq!(errors(&problem, &unknown), [""; 0]);
    assert!(!session.is_valid(&unknown));
}
