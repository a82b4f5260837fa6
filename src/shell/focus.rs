//! Focus follows the subject: when it changes, the new heading takes focus, so that a screen reader reads on from
//! there. Inline, focus must not be taken from the page: it moves only if the customer was already inside.

use crate::dom::focus_heading;
use crate::shell::page;
use relink_core::view::Subject;
use std::cell::Cell;
use web_sys::ShadowRoot;

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

    /// Before the view changes: is the customer inside? If their button disappears, focus falls to the body.
    pub fn notice(&self) {
        self.inside.set(self.is_inside() || (self.inside.get() && is_lost()));
    }

    /// Whether focus is inside now.
    pub fn is_inside(&self) -> bool {
        self.root.active_element().is_some()
    }

    /// After the view has changed: returns whether the subject changed. If so, the heading takes focus where allowed.
    pub fn follow(&self, subject: Subject, on_top: bool) -> bool {
        let changed = self.subject.replace(subject) != subject;
        if changed {
            // If something else has taken focus since, as Stripe's layer does, leave it there.
            self.heard.set(on_top || (self.inside.get() && (self.is_inside() || is_lost())));
            if self.heard.get() {
                self.to_heading();
            }
        }
        changed
    }

    /// Whether this subject's heading has had focus, so a screen reader has read it.
    pub fn has_been_heard(&self) -> bool {
        self.heard.get()
    }

    /// Moves focus to the heading, if there is one.
    pub fn to_heading(&self) {
        focus_heading(&self.root);
    }
}

/// Whether nothing has focus.
fn is_lost() -> bool {
    page::document().active_element().is_none_or(|element| element.local_name() == "body")
}
