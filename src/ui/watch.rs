//! Whether somebody else changes what was drawn: a translation program, say.

use crate::dom;
use js_sys::{Array, Function, Object};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::{Closure, wasm_bindgen};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Element;

#[wasm_bindgen]
extern "C" {
    type MutationObserver;
    #[wasm_bindgen(constructor, catch)]
    fn new(seen: &Function) -> Result<MutationObserver, JsValue>;
    #[wasm_bindgen(method)]
    fn observe(this: &MutationObserver, element: &Element, options: &JsValue);
    #[wasm_bindgen(method)]
    fn disconnect(this: &MutationObserver);
    #[wasm_bindgen(method, js_name = takeRecords)]
    fn take_records(this: &MutationObserver) -> Array;
}

/// Watches the elements and texts in one element.
pub struct Watch {
    /// None where the page has one of its own that does not work.
    observer: Option<MutationObserver>,
    watched: RefCell<Option<Element>>,
    is_changed: Rc<Cell<bool>>,
    _seen: Closure<dyn FnMut(JsValue)>,
}

impl Default for Watch {
    /// Watches nothing yet.
    fn default() -> Self {
        let is_changed = Rc::new(Cell::new(false));
        let changed = Rc::clone(&is_changed);
        let seen = Closure::wrap(Box::new(move |_| changed.set(true)) as Box<dyn FnMut(JsValue)>);
        let observer = MutationObserver::new(seen.as_ref().unchecked_ref()).ok();
        Self { observer, watched: RefCell::default(), is_changed, _seen: seen }
    }
}

impl Watch {
    /// From now on, what is in this element and in no other.
    pub fn begin(&self, element: Option<&Element>) {
        let Some(observer) = &self.observer else { return };
        // To begin anew takes longer than all else of a key.
        if self.watched.borrow().as_ref() == element {
            observer.take_records();
            return;
        }
        *self.watched.borrow_mut() = element.cloned();
        observer.disconnect();
        if let Some(element) = element {
            let options = Object::new();
            for what in ["childList", "characterData", "subtree"] {
                dom::set(&options, what, &JsValue::TRUE);
            }
            observer.observe(element, &options);
        }
    }

    /// Whether something has changed since this was last asked, or may have.
    pub fn has_changed(&self) -> bool {
        let Some(observer) = &self.observer else { return true };
        // What has not been reported yet counts too.
        self.is_changed.take() | (observer.take_records().length() > 0)
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if let Some(observer) = &self.observer {
            observer.disconnect();
        }
    }
}
