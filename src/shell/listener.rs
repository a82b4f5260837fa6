//! An event listener that is removed when its owner is dropped: nothing mounted may outlive its element.

use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, EventTarget};

/// Listens until it is dropped.
pub struct Listener {
    target: EventTarget,
    name: &'static str,
    // One kind for listeners and timers: each brings code of its own.
    closure: Closure<dyn FnMut(JsValue)>,
}

impl Listener {
    /// Listens to events of that name.
    pub fn new(target: &EventTarget, name: &'static str, mut react: impl FnMut(Event) + 'static) -> Self {
        let closure = Closure::<dyn FnMut(JsValue)>::new(move |event: JsValue| react(event.unchecked_into()));
        // Cannot fail for our listeners: the name is a string and the callback a function.
        let _ = target.add_event_listener_with_callback(name, closure.as_ref().unchecked_ref());
        Self { target: target.clone(), name, closure }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let callback = self.closure.as_ref().unchecked_ref();
        let _ = self.target.remove_event_listener_with_callback(self.name, callback);
    }
}
