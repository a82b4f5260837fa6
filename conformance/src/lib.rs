//! What a merchant's backend must do for the widget, asked of it from outside.
//!
//! `requirement` is the list of what is asked for; `look` judges one answer and touches nothing; `ask` sends requests;
//! `suite` asks them in an order in which each can be judged; `report` says the result in words. `bank` is the
//! sandbox's way to bring a session to an end without a browser, so that completion can be judged too; `shell` runs the
//! commands that restart the backend or make a fresh token.

mod answer;
mod ask;
mod bank;
pub mod look;
mod options;
mod report;
mod requirement;
mod shell;
mod suite;
mod unreachable;

pub use answer::Answer;
pub use options::{Options, UsageError};
pub use report::{Fault, Finding, Report, Verdict};
pub use requirement::{Level, Requirement};
pub use suite::run;
pub use unreachable::Unreachable;
