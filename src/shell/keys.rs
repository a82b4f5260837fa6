//! Keys inside the element. Typing in our fields must not reach the page, where it could trigger one-key shortcuts. A
//! held key presses once: someone holding Enter on "Continue" did not press the button that replaces it.

use crate::shell::listener::Listener;
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, KeyboardEvent, ShadowRoot};

/// Listens on the shadow root until dropped.
pub struct Keys {
    _listeners: [Listener; 3],
}

impl Keys {
    /// Listens from now on.
    pub fn new(root: &ShadowRoot) -> Self {
        let listen = |name| {
            Listener::new(root, name, |event| {
                let key: &KeyboardEvent = event.unchecked_ref();
                if key.repeat() && key.key() == "Enter" {
                    event.prevent_default();
                }
                if event.target().is_some_and(|target| target.is_instance_of::<HtmlInputElement>()) {
                    event.stop_propagation();
                }
            })
        };
        Self { _listeners: ["keydown", "keypress", "keyup"].map(listen) }
    }
}
