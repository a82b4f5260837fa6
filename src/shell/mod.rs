//! The shell: carries out what the machine asks for, one file per effect, and tells it what happened. What is not
//! here is any rule of relinking; that is `relink-core`'s.

use relink_core::Input;
use std::rc::Rc;

pub mod announce;
pub mod container;
pub mod device;
pub mod emit;
pub mod focus;
pub mod handoff;
pub mod http;
pub mod json;
pub mod listener;
pub mod modal;
pub mod moment;
pub mod nudge;
pub mod page;
pub mod runtime;
pub mod scroll;
pub mod settings;
pub mod storage;
pub mod timer;

/// How an effect tells the machine what came of it. It may be called at any time, also when the element is gone.
pub type Raise = Rc<dyn Fn(Input)>;
