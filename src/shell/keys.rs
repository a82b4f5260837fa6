//! Keys inside the element. What is typed into a field of ours is not the page's: its one-key shortcuts would eat it. And
//! a key that is held down presses once: whoever holds Enter on "Continue" has not pressed what takes its place.

use crate::shell::listener::Listener;
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, KeyboardEvent, ShadowRoot};

/// Listens at the border of the element until dropped.
pub struct Keys {
    _listeners: [Listener; 3],
}

impl Keys {
    /// From now on.
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
