//! What came of one attack: every family answers it, and the table is made of it.

/// What came of an attack.
pub struct Came {
    /// How it ended.
    pub verdict: Verdict,
    /// What is to be said of it.
    pub said: String,
}

/// How an attack ended.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The server refused it.
    Refused,
    /// It got what it wanted.
    Fell,
    /// It could not be tried on this machine.
    NotRun,
}

impl Came {
    /// Whether it was refused, and what is to be said of it.
    pub fn of(is_refused: bool, said: impl Into<String>) -> Self {
        Self { verdict: if is_refused { Verdict::Refused } else { Verdict::Fell }, said: said.into() }
    }

    /// It could not be tried on this machine.
    pub fn not_run(why: impl Into<String>) -> Self {
        Self { verdict: Verdict::NotRun, said: why.into() }
    }
}
