//! The seam of JSON: the browser's own parser and writer, and a walk between its values and [`Json`]. serde_json's
//! parser and writer, with their formatting of numbers, stay out of the bundle (they would be a quarter of it).

use js_sys::{Array, JSON, Object, Reflect};
use relink_wire::Json;
use serde_json::{Map, Number};
use wasm_bindgen::{JsCast, JsValue};

/// Documents nest no deeper in the contract than six; what is deeper than this reads as null.
const DEEPEST: u8 = 32;
/// Whole numbers are exact in a double below 2⁵³.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Reads a document; text that is none reads as nothing.
pub fn parse(text: &str) -> Option<Json> {
    JSON::parse(text).ok().map(|value| from_js(&value))
}

/// Writes a document.
pub fn write(json: &Json) -> String {
    JSON::stringify(&to_js(json)).map(String::from).unwrap_or_default()
}

/// A value of the page's as a document. What JSON does not know reads as null.
pub fn from_js(value: &JsValue) -> Json {
    read(value, DEEPEST)
}

/// A document as plain objects and lists of the page's.
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
                // Fails for no plain object.
                let _ = Reflect::set(&object, &JsValue::from_str(name), &to_js(value));
            }
            object.into()
        }
    }
}

fn read(value: &JsValue, depth: u8) -> Json {
    if let Some(text) = value.as_string() {
        Json::String(text)
    } else if let Some(number) = value.as_f64() {
        self::number(number)
    } else if let Some(flag) = value.as_bool() {
        Json::Bool(flag)
    } else if depth == 0 || !value.is_object() {
        Json::Null
    } else if let Some(entries) = value.dyn_ref::<Array>() {
        Json::Array(entries.iter().map(|entry| read(&entry, depth - 1)).collect())
    } else {
        let mut fields = Map::new();
        for name in Object::keys(value.unchecked_ref::<Object>()).iter() {
            // A getter of the page's that throws reads as absent.
            if let (Some(key), Ok(field)) = (name.as_string(), Reflect::get(value, &name)) {
                fields.insert(key, read(&field, depth - 1));
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
