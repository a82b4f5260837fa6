//! docs/hosted-api.openapi.yaml and the tables of docs/hosted.md: what relink-server answers is as they say, and
//! they name nothing that it does not answer.

use crate::openapi::{errors, root, schema_of};
use crate::running::{API_KEY, Running, start};
use reqwest::header::HeaderValue;
use reqwest::{Client, Response};
use serde_json::{Value as Json, json};

const PROBLEM: HeaderValue = HeaderValue::from_static("application/problem+json");

fn file() -> Json {
    let text = std::fs::read_to_string(root().join("docs/hosted-api.openapi.yaml")).expect("the file");
    yaml_serde::from_str(&text).expect("YAML")
}

fn base(running: &Running) -> &str {
    running.options.url.strip_suffix("/relink").expect("the shop's address")
}

async fn post(base: &str, key: &str, body: &Json) -> Response {
    let request = Client::new().post(format!("{base}/v1/hosted_relinks")).bearer_auth(key);
    let request = request.header("content-type", "application/json").body(body.to_string());
    request.send().await.expect("an answer")
}

async fn ask(base: &str, key: &str, body: Json) -> (String, Json) {
    let answer = post(base, key, &body).await;
    let status = answer.status().as_str().to_owned();
    (status, serde_json::from_str(&answer.text().await.expect("a body")).expect("JSON"))
}

fn names(list: &Json) -> Vec<String> {
    let mut names: Vec<String> = list.as_object().expect("an object").keys().cloned().collect();
    names.sort_unstable();
    names
}

#[tokio::test]
async fn what_is_answered_is_as_the_file_says_and_the_file_names_nothing_else() {
    let running = start().await;
    let base = base(&running);
    let file = file();
    let relink = schema_of(&file, "HostedRelink");
    let (status, mut made) =
        ask(base, API_KEY, json!({"account": "fca_access_expired", "delivery": "url"})).await;
    assert_eq!((status.as_str(), errors(&relink, &made)), ("201", Vec::new()));
    made.as_object_mut().expect("an object").remove("url").expect("an address");
    let listed = &file["components"]["schemas"]["HostedRelink"];
    assert_eq!(names(&made), names(&listed["properties"]));
    let read = format!("{base}/v1/hosted_relinks/{}", made["id"].as_str().expect("an id"));
    let read = Client::new()
        .get(read)
        .bearer_auth(API_KEY)
        .send()
        .await
        .expect("an answer")
        .text()
        .await
        .expect("a body");
    assert_eq!(serde_json::from_str::<Json>(&read).expect("JSON"), made);
}

#[tokio::test]
async fn a_mail_that_is_on_its_way_and_one_too_soon_are_answered_as_the_file_says() {
    let running = start().await;
    let base = base(&running);
    let file = file();
    let by_mail = json!({"account": "fca_access_expired", "delivery": "email"});
    let (status, made) = ask(base, API_KEY, by_mail.clone()).await;
    assert_eq!((status.as_str(), errors(&schema_of(&file, "HostedRelink"), &made)), ("202", Vec::new()));
    let listed = &file["components"]["schemas"]["HostedRelink"];
    assert_eq!((&made["mail"], names(&made)), (&json!("queued"), names(&listed["properties"])));
    let answer = post(base, API_KEY, &by_mail).await;
    assert_eq!((answer.status().as_u16(), &answer.headers()["content-type"]), (429, &PROBLEM));
    let wait: u32 = answer.headers()["retry-after"].to_str().expect("text").parse().expect("seconds");
    assert!(wait > 0);
    let told: Json = serde_json::from_str(&answer.text().await.expect("a body")).expect("JSON");
    assert_eq!(
        (errors(&schema_of(&file, "Problem"), &told), &told["code"]),
        (Vec::new(), &json!("rate_limited"))
    );
    let known = &file["paths"]["/v1/hosted_relinks"]["post"]["responses"];
    assert!(known["202"].is_object() && known["429"]["headers"]["Retry-After"].is_object());
}

#[tokio::test]
async fn every_refusal_is_a_status_of_the_file_and_a_problem() {
    let running = start().await;
    let base = base(&running);
    let file = file();
    let problem = schema_of(&file, "Problem");
    let known = &file["paths"]["/v1/hosted_relinks"]["post"]["responses"];
    let works = json!({"account": "fca_healthy", "delivery": "url"});
    for (key, body, expected) in [
        ("wrong", works.clone(), "401"),
        (API_KEY, json!({"delivery": "url"}), "400"),
        (API_KEY, works, "422"),
    ] {
        let (status, told) = ask(base, key, body).await;
        assert_eq!((status.as_str(), errors(&problem, &told)), (expected, Vec::new()), "{told}");
        assert!(known[expected].is_object(), "{expected}");
    }
}

#[test]
fn the_page_lists_every_parameter_and_field_of_the_file() {
    let page = std::fs::read_to_string(root().join("docs/hosted.md")).expect("the page");
    let (_, after) = page.split_once("| parameter | meaning |").expect("the parameters");
    let (parameters, after) = after.split_once("| field | meaning |").expect("the fields");
    let fields = after.split("\n\n").next().expect("a table");
    let listed = |table: &str| {
        let firsts = table.lines().filter_map(|line| line.strip_prefix("| `")?.split('|').next());
        let mut names: Vec<String> = firsts
            .flat_map(|first| {
                first
                    .split([',', '`', ' '])
                    .filter(|name| !name.is_empty())
                    .map(str::to_owned)
                    .collect::<Vec<_>>()
            })
            .collect();
        names.sort_unstable();
        names
    };
    let schemas = &file()["components"]["schemas"];
    assert_eq!(listed(parameters), names(&schemas["CreateHostedRelink"]["properties"]));
    assert_eq!(listed(fields), names(&schemas["HostedRelink"]["properties"]));
}
