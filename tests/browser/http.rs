//! Calls to the merchant's relink API, against a stand-in for `fetch`.

use crate::page::{Facts, element, get, run, turn};
use relink_core::{Answer, Call, CallKind, CallNumber, Input, RetryAfter};
use relink_widget::shell::http::Http;
use relink_wire::Json;
use serde_json::json;
use std::rc::Rc;
use wasm_bindgen_test::wasm_bindgen_test;

const HOST: &str = "endpoint='/shop/relink/?shop=1' csrf-token=tok credentials=include";

fn call(number: u32) -> Call {
    Call {
        number: CallNumber(number),
        kind: CallKind::Create,
        path: "/sessions".into(),
        body: Some(Rc::new(Json::from(json!({"account": "fca_1"})))),
        idempotency_key: Some("key_1".into()),
        may_renew: true,
        keepalive: false,
        timeout_ms: 60_000,
    }
}

fn fetch(answer: &str) {
    run(&format!(
        "window.asked = []; window.fetch = (input, init) => {{ asked.push({{ input, url: input.url ?? input, ...init, headers: Object.fromEntries(init.headers) }}); {answer} }}; 0"
    ));
}

async fn answer(attributes: &str, stand_in: &str) -> Answer {
    fetch(stand_in);
    let facts = Facts::new();
    let http = Http::new(&element(attributes), facts.raise());
    http.send(call(7));
    match facts.next().await {
        Input::Answered { call: CallNumber(7), answer } => answer,
        other => panic!("{other:?}"),
    }
}

fn asked(what: &str) -> String {
    run(&format!("String(asked[0].{what})")).as_string().unwrap_or_default()
}

#[wasm_bindgen_test]
async fn a_post_says_who_asks_for_what_and_under_which_key() {
    let answer =
        answer(HOST, "return Promise.resolve(new Response('{\"id\":\"rls_1\"}', { status: 201 }))").await;
    assert_eq!(
        answer,
        Answer::Http { status: 201, retry_after: None, body: Some(Json::from(json!({"id": "rls_1"}))) }
    );
    assert!(asked("url").ends_with("/shop/relink/sessions?shop=1"), "{}", asked("url"));
    assert_eq!(asked("method"), "POST");
    assert_eq!(asked("body"), "{\"account\":\"fca_1\"}");
    assert_eq!(asked("credentials"), "include");
    assert_eq!(asked("headers['idempotency-key']"), "key_1");
    assert_eq!(asked("headers['x-csrf-token']"), "tok");
    assert_eq!(asked("headers['content-type']"), "application/json");
}

#[wasm_bindgen_test]
async fn a_request_says_by_itself_what_the_options_beside_it_say() {
    let stand_in =
        "return input.clone().text().then((text) => { asked.text = text; return new Response('{}'); })";
    answer("endpoint='/shop/relink/' credentials=include", stand_in).await;
    for (what, said) in [
        ("url.replace(location.origin, '')", "/shop/relink/sessions"),
        ("method", "POST"),
        ("credentials", "include"),
        ("cache", "no-store"),
        ("redirect", "error"),
        ("headers.get('idempotency-key')", "key_1"),
    ] {
        assert_eq!(asked(&format!("input.{what}")), said, "{what}");
    }
    assert_eq!(run("asked.text"), "{\"account\":\"fca_1\"}");
}

#[wasm_bindgen_test]
async fn an_endpoints_query_goes_out_as_it_was_written() {
    answer(HOST, "return Promise.resolve(new Response('{}'))").await;
    assert!(asked("url").ends_with("/sessions?shop=1"), "{}", asked("url"));
    assert_eq!(run("typeof asked[0].input"), "string");
}

#[wasm_bindgen_test]
async fn a_fetch_of_the_pages_that_knows_addresses_only_gets_one_at_the_next_try() {
    fetch("if (!input.startsWith('http')) throw input; return Promise.resolve(new Response('{}'))");
    let facts = Facts::new();
    let http = Http::new(&element("endpoint='/relink'"), facts.raise());
    let mut answers = Vec::new();
    for number in [1, 2] {
        http.send(call(number));
        answers.push(facts.next().await);
    }
    let of = |number, answer| Input::Answered { call: CallNumber(number), answer };
    assert_eq!(answers[0], of(1, Answer::NoAnswer));
    let body = Some(Json::from(json!({})));
    assert_eq!(answers[1], of(2, Answer::Http { status: 200, retry_after: None, body }));
}

#[wasm_bindgen_test]
async fn a_get_bears_neither_key_nor_token() {
    fetch("return Promise.resolve(new Response('{}'))");
    let facts = Facts::new();
    let http = Http::new(&element(HOST), facts.raise());
    http.send(Call { body: None, idempotency_key: None, kind: CallKind::Read, ..call(1) });
    facts.next().await;
    assert_eq!(asked("method"), "GET");
    assert_eq!(asked("headers['idempotency-key']"), "undefined");
    assert_eq!(asked("headers['x-csrf-token']"), "undefined");
}

#[wasm_bindgen_test]
async fn headers_of_the_page_are_awaited_and_do_not_replace_ours() {
    fetch("return Promise.resolve(new Response('{}'))");
    let facts = Facts::new();
    let host = element(HOST);
    let headers = run("async () => ({ Authorization: 'Bearer x', 'Idempotency-Key': 'theirs' })");
    js_sys::Reflect::set(&host, &"headers".into(), &headers).expect("set");
    let http = Http::new(&host, facts.raise());
    http.send(call(1));
    facts.next().await;
    assert_eq!(asked("headers['authorization']"), "Bearer x");
    assert_eq!(asked("headers['idempotency-key']"), "key_1");
}

#[wasm_bindgen_test]
async fn a_headers_function_that_fails_sends_nothing() {
    for broken in [
        "() => { throw new Error('x') }",
        "async () => { throw 1 }",
        "({ 'no good': 'x' })",
        "() => 'Bearer x'",
    ] {
        fetch("return Promise.resolve(new Response('{}'))");
        let facts = Facts::new();
        let host = element(HOST);
        js_sys::Reflect::set(&host, &"headers".into(), &run(broken)).expect("set");
        let http = Http::new(&host, facts.raise());
        http.send(call(1));
        let failed = Input::Answered { call: CallNumber(1), answer: Answer::HeadersFailed };
        assert_eq!(facts.next().await, failed, "{broken}");
        assert_eq!(run("asked.length"), 0);
    }
}

#[wasm_bindgen_test]
async fn retry_after_is_read_in_both_forms() {
    for (header, read) in [
        ("120", Some(RetryAfter::Seconds(120))),
        ("Sun, 06 Nov 1994 08:49:37 GMT", Some(RetryAfter::At(784_111_777))),
        ("soon", None),
    ] {
        let stand_in = format!(
            "return Promise.resolve(new Response('', {{ status: 503, headers: {{ 'Retry-After': '{header}' }} }}))"
        );
        let expected = Answer::Http { status: 503, retry_after: read, body: None };
        assert_eq!(answer(HOST, &stand_in).await, expected, "{header}");
    }
}

#[wasm_bindgen_test]
async fn an_answer_that_is_cut_or_no_json_has_no_body_and_one_that_is_too_large_is_called_that() {
    let nothing = Answer::Http { status: 200, retry_after: None, body: None };
    assert_eq!(answer(HOST, "return Promise.resolve(new Response('<!doctype html>'))").await, nothing);
    let broken = "return Promise.resolve(new Response(new ReadableStream({ start(c) { c.error(new TypeError('cut')) } })))";
    assert_eq!(answer(HOST, broken).await, nothing);
    let large = "return Promise.resolve(new Response(JSON.stringify('x'.repeat(2e6))))";
    assert_eq!(answer(HOST, large).await, Answer::TooLarge);
    let told = "return Promise.resolve(new Response('{}', { headers: { 'Content-Length': '9000000' } }))";
    assert_eq!(answer(HOST, told).await, Answer::TooLarge);
}

#[wasm_bindgen_test]
async fn a_refused_connection_and_whatever_else_a_page_puts_in_the_place_of_fetch_is_no_answer() {
    for stand_in in [
        "return Promise.reject(new TypeError('refused'))",
        "throw new Error('the page')",
        "return 7",
        "",
        "return window",
    ] {
        assert_eq!(answer(HOST, stand_in).await, Answer::NoAnswer, "{stand_in}");
    }
}

#[wasm_bindgen_test]
async fn a_401_to_headers_that_a_function_made_is_worth_asking_it_once_more() {
    for (headers, may_renew, refused) in
        [("() => ({})", true, true), ("() => ({})", false, false), ("({})", true, false)]
    {
        fetch("return Promise.resolve(new Response('{}', { status: 401 }))");
        let facts = Facts::new();
        let host = element(HOST);
        js_sys::Reflect::set(&host, &"headers".into(), &run(headers)).expect("set");
        let http = Http::new(&host, facts.raise());
        http.send(Call { may_renew, ..call(1) });
        let fact = facts.next().await;
        let told = Input::Answered { call: CallNumber(1), answer: Answer::HeadersRefused };
        assert_eq!(fact == told, refused, "{headers} {may_renew}: {fact:?}");
    }
}

#[wasm_bindgen_test]
async fn the_date_of_an_answer_is_told_before_it() {
    fetch(
        "return Promise.resolve(new Response('{}', { headers: { Date: 'Sun, 06 Nov 1994 08:49:37 GMT' } }))",
    );
    let facts = Facts::new();
    let http = Http::new(&element(HOST), facts.raise());
    http.send(call(1));
    assert_eq!(facts.next().await, Input::ServerTime { unix: 784_111_777 });
    assert!(matches!(facts.next().await, Input::Answered { .. }));
}

#[wasm_bindgen_test]
async fn an_endpoint_that_is_no_address_is_the_pages_mistake() {
    for attributes in ["", "endpoint=' '", "endpoint='javascript:alert(1)'"] {
        let answer = answer(attributes, "return Promise.resolve(new Response('{}'))").await;
        assert_eq!(answer, Answer::NotAddressed, "{attributes}");
        assert_eq!(run("asked.length"), 0);
    }
}

#[wasm_bindgen_test]
async fn a_call_that_takes_too_long_is_aborted_and_answered_once() {
    fetch(
        "return new Promise((_, no) => init.signal.addEventListener('abort', () => no(init.signal.reason)))",
    );
    let facts = Facts::new();
    let http = Http::new(&element(HOST), facts.raise());
    http.send(Call { timeout_ms: 0, ..call(1) });
    assert_eq!(facts.next().await, Input::Answered { call: CallNumber(1), answer: Answer::TimedOut });
    turn().await;
    assert!(facts.is_empty());
    assert_eq!(run("asked[0].signal.aborted"), true);
}

#[wasm_bindgen_test]
async fn an_abandoned_call_is_aborted_and_never_answered() {
    fetch(
        "return new Promise((_, no) => init.signal.addEventListener('abort', () => no(init.signal.reason)))",
    );
    let facts = Facts::new();
    let http = Http::new(&element(HOST), facts.raise());
    http.send(call(1));
    turn().await;
    http.abandon(CallNumber(1));
    turn().await;
    assert!(facts.is_empty());
    assert_eq!(run("asked[0].signal.aborted"), true);
}

#[wasm_bindgen_test]
async fn an_element_that_goes_aborts_its_calls_but_not_the_one_that_must_outlive_it() {
    fetch("return new Promise(() => {})");
    let facts = Facts::new();
    let http = Http::new(&element(HOST), facts.raise());
    http.send(call(1));
    http.send(Call { keepalive: true, ..call(2) });
    turn().await;
    drop(http);
    assert_eq!(run("asked[0].signal.aborted"), true);
    assert_eq!(run("asked[1].signal.aborted"), false);
    assert_eq!(get(&run("asked[1]"), "keepalive"), true);
}
