//! One listener on one element. Its handler can be replaced without touching the element.

use super::node::Handler;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use web_sys::Element;

/// A listener that lasts as long as this value.
pub(super) struct Listening {
    pub(super) event: &'static str,
    element: Element,
    handler: Rc<RefCell<Handler>>,
    closure: Closure<dyn FnMut(JsValue)>,
}

impl Listening {
    pub(super) fn begin(element: &Element, event: &'static str, handler: Handler) -> Self {
        let handler = Rc::new(RefCell::new(handler));
        let closure = Closure::wrap(Box::new({
            let handler = Rc::clone(&handler);
            move |event: JsValue| {
                let now = Rc::clone(&handler).borrow().clone();
                now(event.unchecked_ref());
            }
        }) as Box<dyn FnMut(JsValue)>);
        // Cannot fail for an element.
        let _ = element.add_event_listener_with_callback(event, closure.as_ref().unchecked_ref());
        Self { event, element: element.clone(), handler, closure }
    }

    pub(super) fn exchange(&self, handler: Handler) {
        *self.handler.borrow_mut() = handler;
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        let callback = self.closure.as_ref().unchecked_ref();
        let _ = self.element.remove_event_listener_with_callback(self.event, callback);
    }
}
