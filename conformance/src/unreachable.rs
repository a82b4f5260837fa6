//! The backend, or a command that the suite was given, could not be asked.

use std::fmt;

/// The backend could not be asked.
#[derive(Debug)]
pub struct Unreachable {
    /// What was asked.
    pub to: String,
    /// Why.
    pub error: String,
}

impl fmt::Display for Unreachable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { to, error } = self;
        write!(
            f,
            "{to}: no answer ({error}). Is the backend running, and is this the address of its relink API?"
        )
    }
}

impl std::error::Error for Unreachable {}
