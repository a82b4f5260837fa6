//! `Effect::StartTimer` and `Effect::StopTimer`, by the browser's `setTimeout`. A timer that was stopped, or whose
//! element is gone, never fires.

use crate::shell::Raise;
use js_sys::Function;
use relink_core::{Input, Timer};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};

// web-sys expects a 32-bit integer id; the fake clocks in tests use larger ones.
#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(act: &Function, after_ms: i32) -> JsValue;
    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(id: &JsValue);
    #[wasm_bindgen(js_name = setInterval)]
    fn set_interval(act: &Function, every_ms: i32) -> JsValue;
    #[wasm_bindgen(js_name = clearInterval)]
    fn clear_interval(id: &JsValue);
}

/// One `setInterval`, cleared when dropped.
pub struct Interval {
    id: JsValue,
    _closure: Closure<dyn FnMut(JsValue)>,
}

impl Interval {
    /// Calls every so many milliseconds.
    pub fn new(every_ms: i32, mut act: impl FnMut() + 'static) -> Self {
        let closure = Closure::<dyn FnMut(JsValue)>::new(move |_| act());
        Self { id: set_interval(closure.as_ref().unchecked_ref(), every_ms), _closure: closure }
    }
}

impl Drop for Interval {
    fn drop(&mut self) {
        clear_interval(&self.id);
    }
}

/// One `setTimeout`, cleared when dropped.
pub struct Timeout {
    id: JsValue,
    _closure: Closure<dyn FnMut(JsValue)>,
}

impl Timeout {
    /// Calls once after that many milliseconds, or after the longest time browsers support (24 days).
    pub fn new(after_ms: u64, act: impl FnOnce() + 'static) -> Self {
        Self::of(after_ms, Box::new(act))
    }

    // Boxed, so that what calls it exists once.
    fn of(after_ms: u64, act: Box<dyn FnOnce()>) -> Self {
        let closure = Closure::once(move |_: JsValue| act());
        let after_ms = i32::try_from(after_ms).unwrap_or(i32::MAX);
        Self { id: set_timeout(closure.as_ref().unchecked_ref(), after_ms), _closure: closure }
    }
}

impl Drop for Timeout {
    fn drop(&mut self) {
        clear_timeout(&self.id);
    }
}

/// The timers of one element, at most one per name.
pub struct Timers {
    raise: Raise,
    running: Rc<RefCell<Vec<(Timer, Timeout)>>>,
}

impl Timers {
    /// None yet.
    pub fn new(raise: Raise) -> Self {
        Self { raise, running: Rc::default() }
    }

    /// Starts a timer, replacing one of the same name.
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

    /// Stops a timer, if there is one.
    pub fn stop(&self, timer: Timer) {
        take(&self.running, timer);
    }
}

fn take(running: &RefCell<Vec<(Timer, Timeout)>>, timer: Timer) {
    let mut running = running.borrow_mut();
    if let Some(place) = running.iter().position(|(other, _)| *other == timer) {
        running.swap_remove(place);
    }
}
