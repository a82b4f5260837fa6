//! `Effect::StartTimer` and `Effect::StopTimer`, by the browser's `setTimeout`. A timer that was stopped, or whose
//! element is gone, never fires.

use crate::shell::{Raise, page};
use relink_core::{Input, Timer};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

/// One `setTimeout`, cleared when dropped.
pub struct Timeout {
    id: i32,
    _closure: Closure<dyn FnMut()>,
}

impl Timeout {
    /// Calls once after that many milliseconds, or after the longest time that browsers know (24 days).
    pub fn new(after_ms: u64, act: impl FnOnce() + 'static) -> Self {
        let closure = Closure::once(act);
        let callback = closure.as_ref().unchecked_ref();
        let after_ms = i32::try_from(after_ms).unwrap_or(i32::MAX);
        let window = page::window();
        let id = window.set_timeout_with_callback_and_timeout_and_arguments_0(callback, after_ms);
        Self { id: id.unwrap_or_default(), _closure: closure }
    }
}

impl Drop for Timeout {
    fn drop(&mut self) {
        page::window().clear_timeout_with_handle(self.id);
    }
}

/// The timers of one element, at most one of a name.
pub struct Timers {
    raise: Raise,
    running: Rc<RefCell<Vec<(Timer, Timeout)>>>,
}

impl Timers {
    /// None yet.
    pub fn new(raise: Raise) -> Self {
        Self { raise, running: Rc::default() }
    }

    /// Starts one, in place of another of its name.
    pub fn start(&self, timer: Timer, after_ms: u64) {
        self.stop(timer);
        let (raise, running) = (self.raise.clone(), Rc::downgrade(&self.running));
        let timeout = Timeout::new(after_ms, move || {
            if let Some(running) = running.upgrade() {
                take(&running, timer);
                raise(Input::TimerFired(timer));
            }
        });
        self.running.borrow_mut().push((timer, timeout));
    }

    /// Stops one; nothing where there is none.
    pub fn stop(&self, timer: Timer) {
        take(&self.running, timer);
    }
}

fn take(running: &RefCell<Vec<(Timer, Timeout)>>, timer: Timer) {
    running.borrow_mut().retain(|(other, _)| *other != timer);
}
