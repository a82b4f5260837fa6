//! A rule: which fault happens to which exchanges.
//!
//! ```text
//! rule   = [which] target ":" fault
//! which  = "every" | "third" | "12th" | "first 3" | "from fourth" | "5%"
//! target = "create" | "read" | "complete" | "cancel" | "any" | ["GET" | "POST"] "/a/*/b"
//! fault  = the words of the catalogue: "commit, then reset", "status 503", "delay 250 ms"
//! ```

use crate::exchange::{Call, Exchange, Target};
use crate::fault::Fault;
use crate::mistake::Wrong;
use std::fmt;
use std::str::FromStr;

/// Which of the exchanges that the target covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Every one.
    Every,
    /// One of them, counted from 1.
    Nth(u32),
    /// The first so many.
    First(u32),
    /// One of them, counted from 1, and all after it.
    From(u32),
    /// This percentage of them, drawn from the seed.
    Chance(u8),
}

/// One line of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The exchanges that it covers.
    pub target: Target,
    /// Which of them get the fault.
    pub which: Which,
    /// What happens to them.
    pub fault: Fault,
}

const ORDINALS: [&str; 10] =
    ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];

/// `third`, `12th`.
fn ordinal(word: &str) -> Option<u32> {
    if let Some(place) = ORDINALS.iter().position(|ordinal| *ordinal == word) {
        return u32::try_from(place + 1).ok();
    }
    let digits = ["st", "nd", "rd", "th"].iter().find_map(|suffix| word.strip_suffix(suffix))?;
    digits.parse().ok().filter(|nth| *nth > 0)
}

impl Rule {
    /// A rule for a call of the relink API.
    pub fn of(call: Call, which: Which, fault: Fault) -> Self {
        Self { target: Target::Call(call), which, fault }
    }

    /// Whether the `nth` exchange that the rule covers, counted from 1, gets the fault. `draw` is a number below 100
    /// from the seed.
    pub(crate) fn befalls(&self, nth: u32, draw: u8) -> bool {
        match self.which {
            Which::Every => true,
            Which::Nth(which) => nth == which,
            Which::First(many) => nth <= many,
            Which::From(which) => nth >= which,
            Which::Chance(percent) => draw < percent,
        }
    }

    /// Whether the rule covers this exchange.
    pub(crate) fn is_about(&self, exchange: &Exchange<'_>) -> bool {
        self.target.is_about(exchange)
    }
}

/// Reads the words that say which exchanges, and returns the words that are left.
fn which<'a>(words: &'a [&'a str]) -> Result<(Which, &'a [&'a str]), Wrong> {
    match words {
        ["every", rest @ ..] => Ok((Which::Every, rest)),
        ["first", number, rest @ ..] if number.starts_with(|first: char| first.is_ascii_digit()) => {
            let many = number.parse().map_err(|_| Wrong::Number((*number).into()))?;
            Ok((Which::First(many), rest))
        }
        ["from", nth, rest @ ..] => {
            let nth = ordinal(nth).ok_or_else(|| Wrong::Number((*nth).into()))?;
            Ok((Which::From(nth), rest))
        }
        [word, rest @ ..] => match (word.strip_suffix('%'), ordinal(word)) {
            (Some(percent), _) => match percent.parse() {
                Ok(percent @ 1..=100) => Ok((Which::Chance(percent), rest)),
                Ok(_) | Err(_) => Err(Wrong::Chance((*word).into())),
            },
            (None, Some(nth)) => Ok((Which::Nth(nth), rest)),
            (None, None) => Ok((Which::Every, words)),
        },
        [] => Ok((Which::Every, words)),
    }
}

fn target(words: &[&str]) -> Result<Target, Wrong> {
    let unclear = || Wrong::Target(words.join(" "));
    match words {
        ["any"] => Ok(Target::Any),
        [path] if path.starts_with('/') => Ok(Target::Address { method: None, path: (*path).into() }),
        [method @ ("GET" | "POST"), path] if path.starts_with('/') => {
            Ok(Target::Address { method: Some((*method).into()), path: (*path).into() })
        }
        [name] => {
            let call = Call::ALL.into_iter().find(|call| call.name() == *name);
            call.map(Target::Call).ok_or_else(unclear)
        }
        _ => Err(unclear()),
    }
}

impl FromStr for Rule {
    type Err = Wrong;

    fn from_str(text: &str) -> Result<Self, Wrong> {
        let (exchanges, fault) = text.split_once(':').ok_or(Wrong::NoColon)?;
        let words: Vec<&str> = exchanges.split_whitespace().collect();
        let (which, rest) = which(&words)?;
        Ok(Self { target: target(rest)?, which, fault: fault.trim().parse()? })
    }
}

impl fmt::Display for Which {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ordinal = |nth: u32| match ORDINALS.get(nth.saturating_sub(1) as usize) {
            Some(word) => String::from(*word),
            None => format!("{nth}th"),
        };
        match self {
            Self::Every => f.write_str("every"),
            Self::Nth(nth) => f.write_str(&ordinal(*nth)),
            Self::First(many) => write!(f, "first {many}"),
            Self::From(nth) => write!(f, "from {}", ordinal(*nth)),
            Self::Chance(percent) => write!(f, "{percent}%"),
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.which, self.target, self.fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Rule, Wrong> {
        text.parse()
    }

    #[test]
    fn the_third_complete_is_committed_and_then_reset() {
        let rule = Rule::of(Call::Complete, Which::Nth(3), Fault::ResetAfter);
        assert_eq!(read("third complete: commit, then reset"), Ok(rule));
    }

    #[test]
    fn a_rule_is_read_back_from_its_own_words() {
        for text in [
            "every read: hang",
            "first 2 create: status 503",
            "from fourth cancel: delay 10000 ms",
            "12th any: empty body",
            "5% POST /v1/financial_connections/sessions/*: too many, for 7 s",
        ] {
            assert_eq!(read(text).map(|rule| rule.to_string()), Ok(text.to_owned()));
        }
    }

    #[test]
    fn a_rule_that_says_not_which_is_about_every_one() {
        assert_eq!(read("read: hang"), Ok(Rule::of(Call::Read, Which::Every, Fault::Hang)));
    }

    #[test]
    fn each_mistake_says_which_words_are_meant() {
        assert_eq!(read("complete commit"), Err(Wrong::NoColon));
        assert_eq!(read("third finish: hang"), Err(Wrong::Target("finish".into())));
        assert_eq!(read("third : hang"), Err(Wrong::Target(String::new())));
        assert_eq!(read("from x read: hang"), Err(Wrong::Number("x".into())));
        assert_eq!(read("0th read: hang"), Err(Wrong::Target("0th read".into())));
        assert_eq!(read("300% read: hang"), Err(Wrong::Chance("300%".into())));
        assert_eq!(read("DELETE /x: hang"), Err(Wrong::Target("DELETE /x".into())));
    }
}
