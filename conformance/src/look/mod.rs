//! Judges answers one at a time; pure. Each function gives what is wrong, in words, and an empty list where nothing is.

pub mod carriage;
pub mod problem;
pub mod schema;
pub mod secrets;
pub mod session;
