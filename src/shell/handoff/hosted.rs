//! `Effect::PrepareWindow`, `OpenWindow`, `CloseWindow` and `LeavePage`: the bank's page, in its own window or in this
//! tab.
//!
//! The window is opened blank and cut off from this page (`opener`) before the bank's page loads in it, so that the
//! bank's page cannot navigate this one. From then on neither can steer the other: the bank or the customer closes the
//! window. The only thing reported from it is its end, and only as a hint: a bank page that isolates itself (COOP)
//! makes every window look closed at once.
//!
//! A new window gets a copy of this tab's `sessionStorage`. The flow's record is removed from the copy: the bank may
//! send the window back to this same page, which would continue the flow and end it a second time. A mark is left
//! instead. When the page's loader (`src/element/relink-widget.js`) finds it, it closes the window.

use crate::dom;
use crate::shell::timer::Interval;
use crate::shell::{Raise, page, storage};
use relink_core::{Attempt, Input};
use relink_wire::SafeUrl;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use web_sys::Window;

/// The window features: a popup of this size.
const SHAPE: &str = "popup,width=480,height=760";
/// How often to check whether the window is still there, in milliseconds.
const LOOK_MS: i32 = 500;

/// The bank's window of one element.
pub struct BankWindow {
    raise: Raise,
    name: String,
    open: RefCell<Option<Rc<Open>>>,
}

struct Open {
    window: Window,
    watch: RefCell<Option<Interval>>,
}

impl BankWindow {
    /// No window yet. The name separates this element's window from others'.
    pub fn new(name: String, raise: Raise) -> Self {
        Self { raise, name, open: RefCell::default() }
    }

    /// Opens a window without an address.
    pub fn prepare(&self, attempt: Attempt) {
        if !self.blank() {
            (self.raise)(Input::WindowBlocked { attempt });
        }
    }

    /// Loads the bank's page in the prepared window, or in a new one. If no window can be opened, leaves this page if
    /// allowed.
    #[inline(never)]
    pub fn open(&self, attempt: Attempt, url: &SafeUrl, or_leave: bool) {
        let there = self.open.borrow().as_ref().is_some_and(|open| open.is_blank());
        if (there || self.blank()) && self.lead(attempt, url) {
            return;
        }
        self.close();
        if or_leave {
            leave(url);
        } else {
            (self.raise)(Input::WindowBlocked { attempt });
        }
    }

    /// Navigates the blank window to that page; returns whether the browser allowed it. The window is ours, so it is
    /// allowed, unless this page is in a sandboxed frame: then only its opener may navigate it, which we no longer are.
    fn lead(&self, attempt: Attempt, url: &SafeUrl) -> bool {
        let open = self.open.borrow();
        let Some(open) = open.as_ref().filter(|open| open.window.location().replace(url.as_str()).is_ok())
        else {
            return false;
        };
        *open.watch.borrow_mut() = Some(watch(&open.window, attempt, self.raise.clone()));
        true
    }

    /// Closes the window, if it can still be reached.
    pub fn close(&self) {
        if let Some(open) = self.open.take() {
            let _ = open.window.close();
        }
    }

    /// Opens a new blank window, replacing any before; returns whether the browser allowed it.
    fn blank(&self) -> bool {
        self.close();
        let opened = page::window().open_with_url_and_target_and_features("about:blank", &self.name, SHAPE);
        let Some(window) = opened.ok().flatten().filter(|window| window.closed() == Ok(false)) else {
            return false;
        };
        if let Ok(Some(copy)) = window.session_storage() {
            storage::leave_mark(&copy);
        }
        let _ = window.set_opener(&JsValue::NULL);
        let _ = window.focus();
        *self.open.borrow_mut() = Some(Rc::new(Open { window, watch: RefCell::default() }));
        true
    }
}

impl Open {
    fn is_blank(&self) -> bool {
        self.watch.borrow().is_none() && self.window.closed() == Ok(false)
    }
}

/// Checks the window regularly, and reports once when it is gone.
fn watch(window: &Window, attempt: Attempt, raise: Raise) -> Interval {
    let window = window.clone();
    let mut told = false;
    Interval::new(LOOK_MS, move || {
        if !told && is_closed(&window) {
            told = true;
            raise(Input::WindowClosed { attempt });
        }
    })
}

/// Leaves this page for the bank's.
pub fn leave(url: &SafeUrl) {
    let _ = page::window().location().assign(url.as_str());
}

/// `closed` may be read on a window of any origin; other members may not.
fn is_closed(window: &Window) -> bool {
    dom::get(window, "closed").is_none_or(|closed| closed.is_truthy())
}
