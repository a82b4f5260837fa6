//! The shell: carries out the machine's commands, one file per effect, and reports back what happened. It must hold no
//! rule of relinking; those are in `relink-core`.

use relink_core::Input;
use std::pin::Pin;
use std::rc::Rc;

pub mod announce;
pub mod around;
pub mod container;
pub mod device;
pub mod early;
pub mod emit;
pub mod focus;
pub mod foreign;
pub mod handoff;
pub mod http;
pub mod json;
pub mod keys;
pub mod listener;
pub mod modal;
pub mod moment;
pub mod nudge;
pub mod page;
pub mod runtime;
pub mod settings;
pub mod storage;
pub mod timer;

/// How an effect reports its result to the machine. It may be called at any time, even after the element is gone.
pub type Raise = Rc<dyn Fn(Input)>;

/// Runs the future when the page is idle again. It is boxed so that the code driving it exists once, not once for each
/// future.
fn later(future: impl Future<Output = ()> + 'static) {
    let boxed: Pin<Box<dyn Future<Output = ()>>> = Box::pin(future);
    wasm_bindgen_futures::spawn_local(boxed);
}
