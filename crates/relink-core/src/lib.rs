//! The pure state machine of a relink: it takes a fact and the time, and answers with commands and a view. It must not
//! use a clock, randomness, the network or the DOM. So every promise of the product is a property of this crate, tested
//! ten thousand times a second.
//!
//! Start with [`Machine`]: everything enters through [`Machine::handle`] and leaves as [`Effect`]s and a
//! [`view::View`].

mod clock;
mod effect;
pub mod eligibility;
mod flow;
mod input;
pub mod reasons;
mod retry;
mod saved;
pub mod view;

pub use clock::Moment;
pub use effect::{Attempt, Call, CallKind, CallNumber, Effect, Timer};
pub use flow::Machine;
pub use input::{Answer, Device, HandoffFailure, Input, RetryAfter, Settings, Sight};
pub use saved::{Saved, SavedCompletion};
