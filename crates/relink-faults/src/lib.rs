//! Faults, for tests only: the one catalogue of what can befall an exchange between the widget, the merchant and
//! Stripe, and rules for when each does, such as `third complete: commit, then reset`.
//!
//! The same seed, rules and exchanges give the same faults. There is no clock here, no socket and no random number:
//! a [`Plan`] is asked about one exchange after the other and says what befalls it. The machine's simulation carries
//! that out in virtual time, a browser story by the browser's own means, and the merchant and the sandbox by `layer`,
//! which only builds with the feature of that name and is in no release.

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
