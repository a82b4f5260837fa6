//! JSON uses the browser's own parser and writer; this file converts between its values and [`Json`]. serde_json's
//! parser and writer, with their number formatting, stay out of the bundle: they would be a quarter of it.
//!
//! The browser writes only text and numbers. For lists and objects it would call any `toJSON` on a prototype, and some
//! libraries do put one there.

use js_sys::{Array, JSON, Object, Reflect};
use relink_wire::Json;
use serde_json::{Map, Number};
use wasm_bindgen::{JsCast, JsValue};

/// The contract's documents nest at most six levels. Anything deeper than this reads as null.
const DEEPEST: u8 = 32;
/// A value of the page may lead to the whole page, in circles. Read at most this many values; the rest read as null. A
/// session with a thousand accounts has a fifth of them.
const MOST: u32 = 250_000;
/// Whole numbers are exact in a double below 2⁵³.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Reads a document; `None` if the text is not JSON.
pub fn parse(text: &str) -> Option<Json> {
    JSON::parse(text).ok().map(|value| from_js(&value))
}

/// Writes a document.
pub fn write(json: &Json) -> String {
    match json {
        Json::Array(entries) => listed('[', entries.iter().map(write), ']'),
        Json::Object(fields) => {
            let field = |(name, value): (&String, &Json)| {
                let mut text = write(&Json::String(name.clone()));
                text.push(':');
                text.push_str(&write(value));
                text
            };
            listed('{', fields.iter().map(field), '}')
        }
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {
            JSON::stringify(&to_js(json)).ok().and_then(|text| text.as_string()).unwrap_or_default()
        }
    }
}

fn listed(open: char, entries: impl Iterator<Item = String>, close: char) -> String {
    let mut text = String::from(open);
    for entry in entries {
        if text.len() > 1 {
            text.push(',');
        }
        text.push_str(&entry);
    }
    text.push(close);
    text
}

/// Converts a page's value to a document. What JSON cannot hold reads as null.
pub fn from_js(value: &JsValue) -> Json {
    read(value, DEEPEST, &mut { MOST })
}

/// Converts a document to plain JavaScript objects and lists.
pub fn to_js(json: &Json) -> JsValue {
    match json {
        Json::Null => JsValue::NULL,
        Json::Bool(flag) => JsValue::from_bool(*flag),
        Json::Number(number) => number.as_f64().map_or(JsValue::NULL, JsValue::from_f64),
        Json::String(text) => JsValue::from_str(text),
        Json::Array(entries) => entries.iter().map(to_js).collect::<Array>().into(),
        Json::Object(fields) => {
            let object = Object::new();
            for (name, value) in fields {
                // Cannot fail for a plain object.
                let _ = Reflect::set(&object, &JsValue::from_str(name), &to_js(value));
            }
            object.into()
        }
    }
}

fn read(value: &JsValue, depth: u8, left: &mut u32) -> Json {
    *left = left.saturating_sub(1);
    if let Some(text) = value.as_string() {
        Json::String(text)
    } else if let Some(number) = value.as_f64() {
        self::number(number)
    } else if let Some(flag) = value.as_bool() {
        Json::Bool(flag)
    } else if depth == 0 || *left == 0 || !value.is_object() {
        Json::Null
    } else if let Some(entries) = value.dyn_ref::<Array>() {
        Json::Array(entries.iter().take(*left as usize).map(|entry| read(&entry, depth - 1, left)).collect())
    } else {
        let mut fields = Map::new();
        for name in Object::keys(value.unchecked_ref::<Object>()).iter().take(*left as usize) {
            // If the page's getter throws, the field reads as absent.
            if let (Some(key), Ok(field)) = (name.as_string(), Reflect::get(value, &name)) {
                fields.insert(key, read(&field, depth - 1, left));
            }
        }
        Json::Object(fields)
    }
}

fn number(number: f64) -> Json {
    if number.trunc() == number && number.abs() < EXACT {
        Json::Number(Number::from(number as i64))
    } else {
        Number::from_f64(number).map_or(Json::Null, Json::Number)
    }
}
