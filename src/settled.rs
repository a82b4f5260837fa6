//! What comes of a promise, by `src/element/settled.js`, which is at the end of the shipped glue. Nothing here is a future:
//! whoever waits waits for one promise, and what drives futures is 4 KB.

use crate::dom::get;
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_name = whenSettled)]
    fn when_settled(promise: &JsValue, act: &JsValue) -> Result<(), JsValue>;
    #[wasm_bindgen(js_name = whenPainted)]
    fn when_painted() -> JsValue;
}

/// Calls `act` later with what the promise gave, or with nothing if it failed. Any other value is given as it is. If the
/// promise never settles, `act` is never called: whoever needs an answer sets a time limit.
pub fn settled(promise: &JsValue, act: impl FnOnce(Option<JsValue>) + 'static) {
    wait(promise, Box::new(act));
}

// Boxed, so that what calls it exists once.
fn wait(promise: &JsValue, act: Box<dyn FnOnce(Option<JsValue>)>) {
    let told = |outcome: JsValue| act(get(&outcome, "value"));
    let _ = when_settled(promise, &Closure::once(told).into_js_value());
}

/// Calls `act` when the page is idle again.
pub fn later(act: impl FnOnce() + 'static) {
    settled(&JsValue::UNDEFINED, move |_| act());
}

/// Calls `act` when what has changed so far is painted.
pub fn painted(act: impl FnOnce() + 'static) {
    settled(&when_painted(), move |_| act());
}
