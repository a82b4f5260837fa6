//! The seam of JSON: the browser's parser and the wire's tree say the same.

use relink_widget::shell::json;
use relink_wire::Json;
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
fn a_document_survives_the_way_out_and_back() {
    let document =
        Json::from(json!({"id": "rls_1", "none": null, "on": true, "at": 1_795_400_000, "half": 0.5,
        "list": [1, "zwei", {"drei": []}], "text": "\"\\\n\u{202E}ß"}));
    assert_eq!(json::parse(&json::write(&document)), Some(document));
}

#[wasm_bindgen_test]
fn whole_numbers_are_whole() {
    assert_eq!(json::parse("[1795400000, 1.0, -3]"), Some(Json::from(json!([1_795_400_000_i64, 1, -3]))));
    assert!(json::parse("9007199254740993").is_some_and(|number| number.as_i64().is_none()));
}

#[wasm_bindgen_test]
fn text_that_is_no_json_reads_as_nothing() {
    for text in ["", "<!doctype html>", "{\"a\":", "undefined"] {
        assert_eq!(json::parse(text), None, "{text}");
    }
}

#[wasm_bindgen_test]
fn a_document_that_is_too_deep_is_cut_and_does_not_overflow() {
    let deep = json::parse(&format!("{}{}", "[".repeat(5000), "]".repeat(5000)));
    let mut depth = 0;
    let mut inner = deep.as_ref();
    while let Some(next) = inner.and_then(|value| value.as_array()?.first()) {
        inner = Some(next);
        depth += 1;
    }
    assert_eq!(depth, 32);
}

#[wasm_bindgen_test]
fn an_object_that_leads_to_all_of_the_page_is_read_in_part() {
    let odd = js_sys::eval("{ const all = {}; for (const name of 'abcdefgh') all[name] = all; all }")
        .expect("an object");
    assert!(json::from_js(&odd).is_object());
}

#[wasm_bindgen_test]
fn a_to_json_on_a_prototype_is_not_asked() {
    js_sys::eval("Array.prototype.toJSON = () => { throw 1 }; 0").expect("set");
    assert_eq!(json::write(&Json::from(json!({"accounts": ["fca_1"]}))), "{\"accounts\":[\"fca_1\"]}");
    js_sys::eval("delete Array.prototype.toJSON").expect("gone");
}

#[wasm_bindgen_test]
fn a_getter_that_throws_reads_as_absent() {
    let odd =
        js_sys::eval("({ get bad() { throw 1 }, good: 1, odd: undefined, run() {} })").expect("an object");
    assert_eq!(json::from_js(&odd), Json::from(json!({"good": 1, "odd": null, "run": null})));
}
