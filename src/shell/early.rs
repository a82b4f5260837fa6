//! The request for the session that left before this code was there: `src/element/early.js` sent it, under the key of the
//! record that the machine found. If those functions are missing, as in a test of one part of the shell, none was sent.

use crate::dom;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{AbortController, HtmlElement};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_name = takeEarly)]
    fn take_early(host: &HtmlElement, key: &str) -> Result<JsValue, JsValue>;
}

/// A request that was begun.
pub struct Begun(JsValue);

/// What was begun for this element under this key; the second time there is none.
pub fn take(host: &HtmlElement, key: &str) -> Option<Begun> {
    take_early(host, key).ok().filter(JsValue::is_object).map(Begun)
}

impl Begun {
    /// What ends the request.
    pub fn abort(&self) -> Result<AbortController, JsValue> {
        // Made by `early.js`, which the page cannot reach.
        dom::get(&self.0, "abort").map(JsCast::unchecked_into).ok_or(JsValue::UNDEFINED)
    }

    /// The answer, if all of it is there.
    pub fn whole(&self) -> Option<JsValue> {
        dom::get(&self.0, "whole").filter(JsValue::is_object)
    }

    /// Whether a function of the page made the headers.
    pub fn made(&self) -> bool {
        dom::get(&self.0, "made") == Some(JsValue::TRUE)
    }

    /// Settles when it is certain whether anything was sent.
    pub fn asked(&self) -> JsValue {
        dom::get(&self.0, "asked").unwrap_or_default()
    }

    /// After that: the promise of the answer; `None` if nothing was sent.
    pub fn sent(&self) -> Option<JsValue> {
        dom::get(&self.0, "answer").filter(|answer| !answer.is_undefined())
    }
}
