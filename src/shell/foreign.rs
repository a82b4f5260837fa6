//! Calls into what the page may have replaced, such as `fetch` or its own `headers`: anything may throw, return something
//! else than its name says, or never settle. Here each is a value or nothing; what never settles is the caller's to bound.
//!
//! What is called elsewhere does not throw either: the build wraps every function that the glue hands over.

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// A property, where it can be read.
pub fn get(of: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(of, &name.into()).ok()
}

/// What a method returns; nothing where it throws, or is none.
pub fn call(of: &JsValue, name: &str, one: &JsValue, two: &JsValue) -> Option<JsValue> {
    get(of, name)?.dyn_into::<Function>().ok()?.call2(of, one, two).ok()
}

/// What a promise comes to, or whatever stands in its place.
pub async fn settled(promise: &JsValue) -> Result<JsValue, JsValue> {
    JsFuture::from(Promise::resolve(promise)).await
}
