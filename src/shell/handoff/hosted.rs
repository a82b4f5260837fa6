//! `Effect::PrepareWindow`, `OpenWindow`, `CloseWindow` and `LeavePage`: a page of the bank's, in a window of its own
//! or in this tab.
//!
//! The window is opened blank and cut off from this page (`opener`) before the bank's page comes into it, so that
//! the bank's page cannot send this one elsewhere. From then on the browser lets neither steer the other: the window
//! is the bank's and the customer's to close. Nothing that happens in it is heard but its end, and that as a hint: a
//! bank whose page isolates itself (COOP) makes every window look closed at once.
//!
//! A new window gets a copy of this tab's `sessionStorage`. The flow's record is taken out of the copy: the bank may
//! send the window back to this very page, which would go on with the same flow and end it a second time. A mark is
//! left in its place, by which that page (its loader, `src/element/relink-widget.js`) closes the window.

use crate::shell::timer::Interval;
use crate::shell::{Raise, page, storage};
use js_sys::Reflect;
use relink_core::{Attempt, Input};
use relink_wire::SafeUrl;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use web_sys::Window;

/// The size of the window, and that it is one.
const SHAPE: &str = "popup,width=480,height=760";
/// How often a look is taken whether it is still there, in milliseconds.
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
    /// None yet. The name tells this element's window from others'.
    pub fn new(name: String, raise: Raise) -> Self {
        Self { raise, name, open: RefCell::default() }
    }

    /// Opens a window without an address.
    pub fn prepare(&self, attempt: Attempt) {
        if !self.blank() {
            (self.raise)(Input::WindowBlocked { attempt });
        }
    }

    /// Brings the bank's page into the window that was prepared, or into a new one; where there can be none, leaves
    /// this page if it may.
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

    /// Leads the blank window to that page; whether the browser allowed it. It is ours, and so it may, unless this page
    /// is in a frame whose sandbox keeps hold of windows: such a one may only be led by its opener, which we no longer are.
    fn lead(&self, attempt: Attempt, url: &SafeUrl) -> bool {
        let open = self.open.borrow();
        let Some(open) = open.as_ref().filter(|open| open.window.location().replace(url.as_str()).is_ok())
        else {
            return false;
        };
        *open.watch.borrow_mut() = Some(watch(&open.window, attempt, self.raise.clone()));
        true
    }

    /// Closes it, where there is one that can still be reached.
    pub fn close(&self) {
        if let Some(open) = self.open.take() {
            let _ = open.window.close();
        }
    }

    /// A new blank window in place of one before; whether the browser allowed it.
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

/// Looks at the window every so often, and tells once that it is gone.
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

/// `closed` may be read of a window of any origin, where other members may not.
fn is_closed(window: &Window) -> bool {
    Reflect::get(window, &"closed".into()).map_or(true, |closed| closed.is_truthy())
}
