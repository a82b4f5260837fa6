//! Configuration, only from the environment. It is read once, at the start. Every mistake is reported in one sentence
//! before anything is opened. Values are never printed, because they may be secrets.
//! `reader` takes a variable from the environment or a file and reports what is wrong with it, `mode` finds the mode of
//! the keys, `live` has the requirements of live mode, and `read` combines everything.

mod live;
mod mode;
mod read;
mod reader;
#[cfg(test)]
mod tests;
mod values;

pub use mode::Mode;
pub use values::Config;
