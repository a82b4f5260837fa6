//! What many places ask of the browser, each asked in one place: a call that may fail brings code with it wherever it stands.

use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlElement;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = Reflect, js_name = get)]
    fn reflect_get(of: &JsValue, name: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_namespace = Reflect, js_name = set)]
    fn reflect_set(of: &JsValue, name: &str, value: &JsValue) -> Result<bool, JsValue>;
    // An element, a document or a shadow root.
    type ParentNode;
    #[wasm_bindgen(method, catch, js_name = querySelector)]
    fn query_selector(this: &ParentNode, selector: &str) -> Result<Option<HtmlElement>, JsValue>;
}

/// A property, if it can be read.
pub fn get(of: &JsValue, name: &str) -> Option<JsValue> {
    reflect_get(of, name).ok()
}

/// Sets a property of an object of ours, which cannot fail.
pub fn set(of: &JsValue, name: &str, value: &JsValue) {
    let _ = reflect_set(of, name, value);
}

/// The first element inside that fits the selector.
pub fn find(inside: &JsValue, selector: &str) -> Option<HtmlElement> {
    inside.unchecked_ref::<ParentNode>().query_selector(selector).ok().flatten()
}

/// Moves focus to the heading inside, if there is one.
pub fn focus_heading(inside: &JsValue) {
    if let Some(heading) = find(inside, "[part~=heading]") {
        let _ = heading.focus();
    }
}
