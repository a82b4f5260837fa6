//! What is wrong with a rule. It is always the mistake of the person who wrote it.

use std::fmt;

/// A line that is not a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The number of the rule, from 1.
    pub rule: usize,
    /// What is wrong with it.
    pub wrong: Wrong,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// There is no colon between the exchanges and the fault.
    NoColon,
    /// These words do not name exchanges.
    Target(String),
    /// These words do not name a fault.
    Fault(String),
    /// Not a whole number, or too large.
    Number(String),
    /// Not a status from 400 to 599.
    Status(String),
    /// Not a percentage from 1 to 100.
    Chance(String),
    /// A server cannot make this fault happen.
    NotByAServer(String),
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoColon => f.write_str("there is no colon, as in `third complete: commit, then reset`"),
            Self::Target(words) => write!(
                f,
                "`{words}` names no exchanges; create, read, complete, cancel, any, or an address like POST /a/*/b does"
            ),
            Self::Fault(words) => write!(f, "`{words}` names no fault"),
            Self::Number(words) => write!(f, "`{words}` is no whole number"),
            Self::Status(words) => write!(f, "`{words}` is no status from 400 to 599"),
            Self::Chance(words) => write!(f, "`{words}` is no percentage from 1 to 100"),
            Self::NotByAServer(fault) => write!(f, "a server cannot do `{fault}` to its own exchanges"),
        }
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "rule {}: {}", self.rule, self.wrong)
    }
}

impl std::error::Error for Mistake {}
