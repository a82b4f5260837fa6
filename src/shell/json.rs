//! JSON uses the browser's own parser and writer; this file converts between its values and [`Json`]. serde_json's
//! parser and writer, with their number formatting, stay out of the bundle: they would be a quarter of it; and so does its
//! tree (`relink_wire::Tree`).
//!
//! The browser writes only text and numbers. For lists and objects it would call any `toJSON` on a prototype, and some
//! libraries do put one there.

use crate::dom;
use js_sys::{Array, JSON, Object, Reflect};
use relink_wire::{Gather, Json, record};
use wasm_bindgen::{JsCast, JsValue};

/// The contract's documents nest at most six levels. Anything deeper than this reads as null.
const DEEPEST: u8 = 32;
/// A value of the page may lead to the whole page, in circles. Read at most this many values; the rest read as null. A
/// session with a thousand accounts has a fifth of them.
const MOST: u32 = 250_000;

/// Reads a document; `None` if the text is not JSON.
pub fn parse(text: &str) -> Option<Json> {
    JSON::parse(text).ok().map(|value| from_js(&value))
}

/// Writes a document.
pub fn write(json: &Json) -> String {
    match json {
        Json::Array(entries) => {
            let mut text = String::from('[');
            for entry in entries {
                separate(&mut text);
                text.push_str(&write(entry));
            }
            text.push(']');
            text
        }
        Json::Object(fields) => {
            let mut text = String::from('{');
            for (name, value) in fields {
                separate(&mut text);
                text.push_str(&write(&Json::String(name.clone())));
                text.push(':');
                text.push_str(&write(value));
            }
            text.push('}');
            text
        }
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {
            JSON::stringify(&to_js(json)).ok().and_then(|text| text.as_string()).unwrap_or_default()
        }
    }
}

fn separate(text: &mut String) {
    if text.len() > 1 {
        text.push(',');
    }
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
        Json::Number(_) => json.as_f64().map_or(JsValue::NULL, JsValue::from_f64),
        Json::String(text) => JsValue::from_str(text),
        Json::Array(entries) => entries.iter().map(to_js).collect::<Array>().into(),
        Json::Object(fields) => {
            let object = Object::new();
            for (name, value) in fields {
                dom::set(&object, name, &to_js(value));
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
        Json::Array(entries.iter().take(*left as usize).map(|entry| read(&entry, depth - 1, left)).gather())
    } else {
        let mut fields = Vec::new();
        for name in Object::keys(value.unchecked_ref::<Object>()).iter().take(*left as usize) {
            // If the page's getter throws, the field reads as absent.
            if let (Some(key), Ok(field)) = (name.as_string(), Reflect::get(value, &name)) {
                fields.push((key, read(&field, depth - 1, left)));
            }
        }
        record(fields)
    }
}

/// A number; null where JSON has none.
fn number(number: f64) -> Json {
    if number.is_finite() { Json::from(number) } else { Json::Null }
}
