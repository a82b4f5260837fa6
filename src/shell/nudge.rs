//! `Effect::Nudge`: the end of a session is told to the other pages of this browser, and theirs is heard. A message
//! is a hint and nothing else: it makes the machine ask the backend, whoever wrote it.
//!
//! The channel is closed while the page lies in the back-forward cache, which it would otherwise keep it out of.

use crate::shell::listener::Listener;
use crate::shell::{Raise, page};
use js_sys::{Object, Reflect};
use relink_core::Input;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{BroadcastChannel, MessageEvent};

const CHANNEL: &str = "relink-widget";

/// One element's ear and mouth.
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
    /// From now on.
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

    /// The session that this element is about.
    pub fn about(&self, session: &str) {
        if self.line.session.borrow().as_deref() != Some(session) {
            *self.line.session.borrow_mut() = Some(session.into());
        }
    }

    /// Tells the others.
    pub fn tell(&self, session: &str) {
        let message = Object::new();
        let _ = Reflect::set(&message, &"session".into(), &session.into());
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
        // Refused in some sandboxed frames: then nobody is told.
        let Ok(channel) = BroadcastChannel::new(CHANNEL) else { return };
        let line = Rc::downgrade(self);
        let heard = Listener::new(&channel, "message", move |event| {
            let data = event.unchecked_ref::<MessageEvent>().data();
            let Some(line) = line.upgrade() else { return };
            let named = Reflect::get(&data, &JsValue::from_str("session")).ok().and_then(|id| id.as_string());
            if named.is_some() && named == *line.session.borrow() {
                (line.raise)(Input::Nudged);
            }
        });
        *self.open.borrow_mut() = Some(Channel { channel, _heard: heard });
    }
}
