//! Configuration, from the environment alone. It is read once, at the start. Every mistake is said, in one sentence each, before
//! anything is opened; a value is never repeated, for it may be a secret.
//!
//! `reader` takes a variable from the environment or from a file and says what is wrong with it, `mode` says which mode
//! the keys are of, `live` what live mode demands, and `read` brings it together.

mod live;
mod mode;
mod read;
mod reader;
#[cfg(test)]
mod tests;
mod values;

pub use mode::Mode;
pub use values::Config;
