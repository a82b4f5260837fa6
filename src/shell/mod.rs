//! The shell: carries out the machine's commands, one file per effect, and reports back what happened. It must hold no
//! rule of relinking; those are in `relink-core`.

use relink_core::Input;
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
