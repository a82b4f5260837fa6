//! The shell: carries out what the machine asks for, one file per effect, and tells it what happened. What is not
//! here is any rule of relinking; that is `relink-core`'s.

use relink_core::Input;
use std::pin::Pin;
use std::rc::Rc;

pub mod announce;
pub mod around;
pub mod container;
pub mod device;
pub mod emit;
pub mod focus;
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

/// How an effect tells the machine what came of it. It may be called at any time, also when the element is gone.
pub type Raise = Rc<dyn Fn(Input)>;

/// Lets that run when the page is idle again. It is boxed, so that there is one copy of the code which drives it and
/// not one for each thing that waits.
fn later(future: impl Future<Output = ()> + 'static) {
    let boxed: Pin<Box<dyn Future<Output = ()>>> = Box::pin(future);
    wasm_bindgen_futures::spawn_local(boxed);
}
