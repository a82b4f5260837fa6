//! Where the view is drawn: in the page, or in a dialog above it. The rest of the shell need not know which.

use crate::shell::around;
use crate::shell::modal::Modal;
use crate::shell::page;
use crate::shell::settings::attribute;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, ShadowRoot};

/// A node in the element's shadow root. Dropping this removes it with everything inside.
pub enum Container {
    /// `display="inline"`
    Inline(HtmlElement),
    /// `display="modal"`
    Modal(Modal),
}

impl Container {
    /// The container that the element's `display` names. `ask` is called when the customer asks a modal to close.
    #[inline(never)]
    pub fn new(host: &HtmlElement, root: &ShadowRoot, ask: impl Fn() + 'static) -> Self {
        let container = if attribute(host, "display").as_deref() == Some("modal") {
            Self::Modal(Modal::new(host, root, ask))
        } else {
            let place = page::document().create_element("div").expect("an element");
            place.set_class_name("inline");
            let _ = place.set_attribute("role", "group");
            let _ = root.append_child(&place);
            Self::Inline(place.unchecked_into())
        };
        around::tend(container.element());
        // Its accessible name is its heading; the pane sets this id.
        let _ = container.element().set_attribute("aria-labelledby", "heading");
        container
    }

    /// Where the view is drawn.
    pub fn element(&self) -> &HtmlElement {
        match self {
            Self::Inline(place) => place,
            Self::Modal(modal) => modal.element(),
        }
    }

    /// The dialog, if this is one.
    pub fn modal(&self) -> Option<&Modal> {
        match self {
            Self::Inline(_) => None,
            Self::Modal(modal) => Some(modal),
        }
    }
}

impl Drop for Container {
    fn drop(&mut self) {
        if let Self::Inline(place) = self {
            place.remove();
        }
    }
}
