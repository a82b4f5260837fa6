//! What is wrong with a linked bank account, and whether a relink repairs it.
//! The widget's machine, the backend's choice of an account, the email rules, the dashboard and the shop all use this
//! and have only their own wording. With two answers to this question, a customer would go to the bank for nothing, or
//! could not repair failing payments. Pure: takes an account, what is required of it and the time, and returns reasons
//! and a verdict. No clock, network, database or texts.

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
