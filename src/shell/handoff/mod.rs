//! The ways to the bank.

pub mod hosted;
pub mod stripe_js;
