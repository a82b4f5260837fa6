//! Faults, for tests only: one catalogue of what can go wrong with an exchange between the widget, the merchant and
//! Stripe, and rules that say when, such as `third complete: commit, then reset`.
//!
//! The same seed, rules and exchanges give the same faults. There is no clock here, no socket and no random number:
//! a [`Plan`] is asked about each exchange in turn and names its fault. The simulation of the machine makes the fault
//! happen in virtual time, a browser test by means of the browser, and the merchant and the sandbox by `layer`. That
//! module needs the feature of the same name, which no release has.

mod exchange;
mod fault;
#[cfg(feature = "layer")]
pub mod layer;
mod mistake;
mod plan;
mod rule;
pub mod spoil;

pub use exchange::{Call, Exchange, Target};
pub use fault::{Fault, Means};
pub use mistake::{Mistake, Wrong};
pub use plan::Plan;
pub use rule::{Rule, Which};
