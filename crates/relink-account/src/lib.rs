//! What holds a linked bank account up, and whether a relink repairs it.
//!
//! The widget's machine, the backend's choice of an account, the email rules, the dashboard and the shop all ask this.
//! They ask here and keep only their own words: two answers to this question send a customer to the bank for nothing,
//! or leave one whose payments fail without a way on. Pure: an account, what is wanted of it and the time go in;
//! reasons and a verdict come out. No clock, network, database or words.

#[cfg(feature = "cases")]
pub mod cases;
mod condition;
mod linked;
mod numbers;
mod provider;
mod reason;
mod renewals;

pub use condition::{Condition, NoRepair, Repair, no_repair, reasons};
pub use linked::{LinkedAccount, STRIPE};
pub use numbers::EXPIRES_SOON;
pub use provider::{Asking, Happening, Provider, Standing};
pub use reason::Reason;
pub use renewals::Renewals;
