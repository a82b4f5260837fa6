//! The page around the element: its window and document, and what happens to it as a whole (connection, visibility,
//! return from the back-forward cache).

use crate::shell::Raise;
use crate::shell::listener::Listener;
use relink_core::Input;
use wasm_bindgen::JsCast;
use web_sys::{Document, PageTransitionEvent, VisibilityState, Window};

/// The window: there is one wherever an element can be mounted.
pub fn window() -> Window {
    web_sys::window().expect("a window")
}

/// Its document.
pub fn document() -> Document {
    window().document().expect("a document")
}

/// Whether the page can be seen.
pub fn is_visible() -> bool {
    document().visibility_state() == VisibilityState::Visible
}

/// Reports what happens to the page, until dropped.
pub struct Watch {
    _listeners: [Listener; 4],
}

impl Watch {
    /// Watches from now on.
    pub fn new(raise: &Raise) -> Self {
        let window = window();
        let connection = |name, online| {
            let raise = raise.clone();
            Listener::new(&window, name, move |_| raise(Input::Connectivity { online }))
        };
        let seen = raise.clone();
        let back = raise.clone();
        Self {
            _listeners: [
                connection("online", true),
                connection("offline", false),
                Listener::new(&document(), "visibilitychange", move |_| {
                    seen(Input::Visibility { visible: is_visible() });
                }),
                Listener::new(&window, "pageshow", move |event| {
                    if event.unchecked_ref::<PageTransitionEvent>().persisted() {
                        back(Input::Restored);
                    }
                }),
            ],
        }
    }
}
