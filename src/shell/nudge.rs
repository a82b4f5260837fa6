//! `Effect::Nudge`: sends the end of a session to the other pages of this browser, and listens for theirs. A message is
//! only a hint, whoever wrote it: it makes the machine ask the backend.
//!
//! The channel is closed while the page is in the back-forward cache, because an open one would keep the page out of
//! it.

use crate::dom;
use crate::shell::listener::Listener;
use crate::shell::{Raise, page};
use js_sys::Object;
use relink_core::Input;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{BroadcastChannel, MessageEvent};

const CHANNEL: &str = "relink-widget";

/// One element's connection to the other pages.
pub struct Nudges {
    line: Rc<Line>,
    _pages: [Listener; 2],
}

struct Line {
    raise: Raise,
    session: RefCell<Option<String>>,
    open: RefCell<Option<Channel>>,
}

/// An open channel, closed when dropped.
struct Channel {
    channel: BroadcastChannel,
    _heard: Listener,
}

impl Drop for Channel {
    fn drop(&mut self) {
        self.channel.close();
    }
}

impl Nudges {
    /// Listens from now on.
    #[inline(never)]
    pub fn new(raise: Raise) -> Self {
        let line = Rc::new(Line { raise, session: RefCell::default(), open: RefCell::default() });
        line.open();
        let (away, back) = (Rc::downgrade(&line), Rc::downgrade(&line));
        let window = page::window();
        let pages = [
            Listener::new(&window, "pagehide", move |_| {
                if let Some(line) = away.upgrade() {
                    line.open.take();
                }
            }),
            Listener::new(&window, "pageshow", move |_| {
                if let Some(line) = back.upgrade() {
                    line.open();
                }
            }),
        ];
        Self { line, _pages: pages }
    }

    /// Sets the session this element is about.
    pub fn about(&self, session: &str) {
        if self.line.session.borrow().as_deref() != Some(session) {
            *self.line.session.borrow_mut() = Some(session.into());
        }
    }

    /// Notifies the other pages.
    pub fn tell(&self, session: &str) {
        let message = Object::new();
        dom::set(&message, "session", &session.into());
        if let Some(open) = &*self.line.open.borrow() {
            let _ = open.channel.post_message(&message);
        }
    }
}

impl Line {
    fn open(self: &Rc<Self>) {
        if self.open.borrow().is_some() {
            return;
        }
        // Refused in some sandboxed frames: then nobody is notified.
        let Ok(channel) = BroadcastChannel::new(CHANNEL) else { return };
        let line = Rc::downgrade(self);
        let heard = Listener::new(&channel, "message", move |event| {
            let data = event.unchecked_ref::<MessageEvent>().data();
            let Some(line) = line.upgrade() else { return };
            let named = dom::get(&data, "session").and_then(|id| id.as_string());
            if named.is_some() && named == *line.session.borrow() {
                (line.raise)(Input::Nudged);
            }
        });
        *self.open.borrow_mut() = Some(Channel { channel, _heard: heard });
    }
}
