//! Announces each change once to screen readers, through the view's live regions (`data-live`, by urgency). A new
//! subject is announced at once. Changes within one subject, during a wait, are announced at most every five seconds
//! and only in their latest wording.

use crate::dom;
use crate::shell::moment::now;
use crate::shell::timer::Timeout;
use crate::words::{Announcement, Urgency};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use web_sys::ShadowRoot;

/// The pause between two announcements of one wait, in milliseconds.
const PAUSE_MS: u64 = 5_000;
/// After this time the region is emptied, in milliseconds: it was heard, and whoever reads through the page finds the
/// words once, where they belong.
const GONE_MS: u64 = 1_000;

/// The announcer of one element.
pub struct Voice {
    root: ShadowRoot,
    said: Rc<Said>,
    later: RefCell<Option<Timeout>>,
}

#[derive(Default)]
struct Said {
    gone: RefCell<Option<Timeout>>,
    text: RefCell<String>,
    at_ms: Cell<u64>,
}

impl Voice {
    /// Nothing has been announced yet.
    pub fn new(root: &ShadowRoot) -> Self {
        Self { root: root.clone(), said: Rc::default(), later: RefCell::default() }
    }

    /// Announces it: at once if the subject is new, even if it was said before; else when the pause is over. If a new
    /// subject has nothing to announce, clear the region: the old words are about something that is gone.
    pub fn say(&self, announcement: Announcement, new_subject: bool) {
        self.later.take();
        let same = announcement.text.is_empty() || announcement.text == *self.said.text.borrow();
        if same && !new_subject {
            return;
        }
        let rest = (self.said.at_ms.get() + PAUSE_MS).saturating_sub(now().elapsed_ms);
        if new_subject || rest == 0 {
            self.said.fill(&self.root, &announcement);
        } else {
            let (said, root) = (Rc::clone(&self.said), self.root.clone());
            let later = Timeout::new(rest, move || said.fill(&root, &announcement));
            *self.later.borrow_mut() = Some(later);
        }
    }

    /// Clears what was announced: it was in another language.
    pub fn hush(&self) {
        self.later.take();
        self.said.fill(&self.root, &Announcement { urgency: Urgency::Polite, text: String::new() });
    }
}

impl Said {
    fn fill(&self, root: &ShadowRoot, announcement: &Announcement) {
        let polite = announcement.urgency == Urgency::Polite;
        for (region, speaks) in [("[data-live=polite]", polite), ("[data-live=assertive]", !polite)] {
            if let Some(region) = dom::find(root, region) {
                region.set_text_content(Some(if speaks { &announcement.text } else { "" }));
            }
        }
        self.gone.take();
        if !announcement.text.is_empty() {
            self.at_ms.set(now().elapsed_ms);
            let root = root.clone();
            let empty = move || {
                for region in ["[data-live=polite]", "[data-live=assertive]"] {
                    if let Some(region) = dom::find(&root, region) {
                        region.set_text_content(None);
                    }
                }
            };
            *self.gone.borrow_mut() = Some(Timeout::new(GONE_MS, empty));
        }
        self.text.borrow_mut().clone_from(&announcement.text);
    }
}
