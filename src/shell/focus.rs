//! Focus follows the subject: when the view becomes another one, its heading takes focus, so that a screen reader
//! reads on from there. Inline, focus is never taken from the page: only where the customer was inside already.

use crate::shell::page;
use relink_core::view::Subject;
use std::cell::Cell;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, ShadowRoot};

/// The focus of one element.
pub struct Focus {
    root: ShadowRoot,
    subject: Cell<Subject>,
    inside: Cell<bool>,
    heard: Cell<bool>,
}

impl Focus {
    /// Nothing is on screen yet.
    pub fn new(root: &ShadowRoot) -> Self {
        Self {
            root: root.clone(),
            subject: Cell::new(Subject::Nothing),
            inside: Cell::default(),
            heard: Cell::default(),
        }
    }

    /// Before the view changes: is the customer inside? A button that vanished under them leaves focus on the body.
    pub fn notice(&self) {
        self.inside.set(self.is_inside() || (self.inside.get() && is_lost()));
    }

    /// Whether focus is inside now.
    pub fn is_inside(&self) -> bool {
        self.root.active_element().is_some()
    }

    /// After the view has changed: whether its subject did; then focus goes to the heading where it may.
    pub fn follow(&self, subject: Subject, on_top: bool) -> bool {
        let changed = self.subject.replace(subject) != subject;
        if changed {
            // What has taken focus since, as Stripe's layer does, keeps it.
            self.heard.set(on_top || (self.inside.get() && (self.is_inside() || is_lost())));
            if self.heard.get() {
                self.to_heading();
            }
        }
        changed
    }

    /// Whether focus has been on the heading of this subject, so that it was heard.
    pub fn has_been_heard(&self) -> bool {
        self.heard.get()
    }

    /// Focus to the heading, where there is one.
    pub fn to_heading(&self) {
        if let Ok(Some(heading)) = self.root.query_selector("[part~=heading]") {
            let _ = heading.unchecked_into::<HtmlElement>().focus();
        }
    }
}

/// Whether nothing has focus.
fn is_lost() -> bool {
    page::document().active_element().is_none_or(|element| element.local_name() == "body")
}
