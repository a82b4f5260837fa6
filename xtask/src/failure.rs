//! What can go wrong, and who has to repair it: the caller, the machine, the source, or a program that we ran.

use std::fmt;
use std::io;
use std::path::Path;

/// Why a command ended without doing what it was asked.
#[derive(Debug)]
pub enum Failure {
    /// The command line asks for what does not exist.
    Usage(String),
    /// The machine lacks something; `remedy` says how to get it and what does not work without.
    Missing { what: String, remedy: String },
    /// A program that was run did not succeed.
    Command { what: String, outcome: String },
    /// A file or a process could not be used.
    Io { doing: String, source: io::Error },
    /// The project's own source is not as it must be.
    Source(String),
}

impl Failure {
    /// For `map_err`, around a file: says what was being done to which.
    pub fn io(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let doing = format!("{doing} {}", path.display());
        move |source| Self::Io { doing, source }
    }

    /// A command was given an argument that it does not have.
    pub fn takes_none(argument: lexopt::Arg<'_>) -> Self {
        let why = argument.unexpected();
        Self::Usage(format!("{why}: this command does not take it. `cargo xtask --help` lists them all."))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(text) | Self::Source(text) => f.write_str(text),
            Self::Missing { what, remedy } => write!(f, "{what} is missing.\n{remedy}"),
            Self::Command { what, outcome } => write!(f, "{what}: {outcome}"),
            Self::Io { doing, source } => write!(f, "{doing}: {source}"),
        }
    }
}

impl std::error::Error for Failure {}

impl From<lexopt::Error> for Failure {
    fn from(error: lexopt::Error) -> Self {
        Self::Usage(error.to_string())
    }
}
