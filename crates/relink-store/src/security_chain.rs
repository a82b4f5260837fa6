//! One line of the security log, and how each is bound to the one before it. No database here.

use relink_seal::fingerprint;
use std::fmt;

/// A row, as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecurityLine {
    /// From 1, without a gap.
    pub number: i64,
    /// `sev_…`
    pub id: String,
    /// When, in milliseconds since 1970.
    pub at_ms: i64,
    /// A word of `SecurityEventKind::as_str`, or of a newer version.
    pub kind: String,
    /// `staff:…`, `api:…`, `command line` or `unknown`.
    pub actor: String,
    /// The client's address.
    pub address: Option<String>,
    /// What it was done to: an email address, a key's name, or a word.
    pub subject: Option<String>,
    /// SHA-256, in hexadecimal digits: of the hash of the row before and of this row.
    pub hash: String,
}

impl SecurityLine {
    /// The hash that the row must have after the one with the hash `before`. Every part has its length before it, and a
    /// column that is empty differs from one that holds no text: so no two rows have the same parts.
    pub(crate) fn hash_after(&self, before: &str) -> String {
        let (number, at_ms) = (self.number.to_string(), self.at_ms.to_string());
        let optional = |text: &Option<String>| match text {
            Some(text) => format!("={text}"),
            None => String::new(),
        };
        let (address, subject) = (optional(&self.address), optional(&self.subject));
        let parts = [before, &number, &self.id, &at_ms, &self.kind, &self.actor, &address, &subject];
        fingerprint(&parts.map(str::as_bytes))
    }
}

/// What is wrong with the chain, at its first wrong line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BrokenChain {
    /// The line of this number is missing.
    Missing(i64),
    /// The line of this number, or the hash of the one before it, was changed.
    Changed(i64),
    /// The row that holds the end of the chain is missing or was changed. The last line has this number.
    End(i64),
}

impl fmt::Display for BrokenChain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(number) => write!(f, "line {number} of the security log is missing"),
            Self::Changed(number) => write!(f, "line {number} of the security log was changed"),
            Self::End(number) => {
                write!(f, "the end of the security log, after line {number}, was changed")
            }
        }
    }
}

/// Where the chain ends, as far as it was checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChainEnd {
    /// The number of the last line; 0 before the first.
    pub number: i64,
    /// Its hash; empty before the first.
    pub hash: String,
    /// Whether a line has the hash that was looked for.
    pub has_anchor: bool,
}

impl ChainEnd {
    pub(crate) fn go_on(&mut self, line: &SecurityLine) -> std::result::Result<(), BrokenChain> {
        if line.number != self.number + 1 {
            return Err(BrokenChain::Missing(self.number + 1));
        }
        if line.hash != line.hash_after(&self.hash) {
            return Err(BrokenChain::Changed(line.number));
        }
        self.number = line.number;
        self.hash.clone_from(&line.hash);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines() -> Vec<SecurityLine> {
        let mut hash = String::new();
        let mut line = |number| {
            let mut line = SecurityLine {
                number,
                id: format!("sev_{number}"),
                at_ms: 1000 * number,
                kind: "signed_in".into(),
                actor: "staff:nora@shop.example".into(),
                address: Some("192.0.2.1".into()),
                subject: None,
                hash: String::new(),
            };
            line.hash = line.hash_after(&hash);
            hash.clone_from(&line.hash);
            line
        };
        (1..=5).map(&mut line).collect()
    }

    fn first_wrong(change: fn(&mut Vec<SecurityLine>)) -> Option<BrokenChain> {
        let (mut lines, mut end) = (lines(), ChainEnd::default());
        change(&mut lines);
        lines.iter().find_map(|line| end.go_on(line).err())
    }

    #[test]
    fn a_line_that_was_removed_changed_or_added_shows() {
        assert_eq!(first_wrong(|_| {}), None);
        assert_eq!(first_wrong(|lines| drop(lines.remove(0))), Some(BrokenChain::Missing(1)));
        assert_eq!(first_wrong(|lines| drop(lines.remove(2))), Some(BrokenChain::Missing(3)));
        assert_eq!(first_wrong(|lines| lines.swap(1, 2)), Some(BrokenChain::Missing(2)));
        assert_eq!(first_wrong(|lines| lines[2].at_ms += 1), Some(BrokenChain::Changed(3)));
        assert_eq!(first_wrong(|lines| lines[2].address = None), Some(BrokenChain::Changed(3)));
        assert_eq!(
            first_wrong(|lines| lines[2].subject = Some(String::new())),
            Some(BrokenChain::Changed(3))
        );
        let put_between = |lines: &mut Vec<SecurityLine>| {
            let again = lines[1].clone();
            lines.insert(2, again);
        };
        assert_eq!(first_wrong(put_between), Some(BrokenChain::Missing(3)));
    }
}
