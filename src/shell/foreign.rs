//! Calls into what the page may have replaced, such as `fetch` or its own `headers`. These may throw or return anything.
//! Here each result is a value or nothing.
//!
//! Calls elsewhere do not throw either: the build wraps every function the glue imports.

use crate::dom::get;
use js_sys::Function;
use wasm_bindgen::{JsCast, JsValue};

/// A method's return value; `None` if it throws or is not a method.
pub fn call(of: &JsValue, name: &str, one: &JsValue, two: &JsValue) -> Option<JsValue> {
    get(of, name)?.dyn_into::<Function>().ok()?.call2(of, one, two).ok()
}
