//! Whether somebody else changes what was drawn: a translation program, say.

use crate::dom;
use js_sys::{Array, Function, Object};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::prelude::{Closure, wasm_bindgen};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Element;

#[wasm_bindgen]
extern "C" {
    type MutationObserver;
    #[wasm_bindgen(constructor)]
    fn new(seen: &Function) -> MutationObserver;
    #[wasm_bindgen(method)]
    fn observe(this: &MutationObserver, element: &Element, options: &JsValue);
    #[wasm_bindgen(method)]
    fn disconnect(this: &MutationObserver);
    #[wasm_bindgen(method, js_name = takeRecords)]
    fn take_records(this: &MutationObserver) -> Array;
}

/// Watches the elements and texts in one element.
pub struct Watch {
    observer: MutationObserver,
    is_changed: Rc<Cell<bool>>,
    _seen: Closure<dyn FnMut(JsValue)>,
}

impl Default for Watch {
    /// Watches nothing yet.
    fn default() -> Self {
        let is_changed = Rc::new(Cell::new(false));
        let changed = Rc::clone(&is_changed);
        let seen = Closure::wrap(Box::new(move |_| changed.set(true)) as Box<dyn FnMut(JsValue)>);
        Self { observer: MutationObserver::new(seen.as_ref().unchecked_ref()), is_changed, _seen: seen }
    }
}

impl Watch {
    /// From now on, what is in this element and in no other.
    pub fn begin(&self, element: Option<&Element>) {
        self.observer.disconnect();
        if let Some(element) = element {
            let options = Object::new();
            for what in ["childList", "characterData", "subtree"] {
                dom::set(&options, what, &JsValue::TRUE);
            }
            self.observer.observe(element, &options);
        }
    }

    /// Whether something has changed since this was last asked.
    pub fn has_changed(&self) -> bool {
        // What has not been reported yet counts too.
        self.is_changed.take() | (self.observer.take_records().length() > 0)
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}
