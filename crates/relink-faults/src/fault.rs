//! The catalogue of faults, each with the words that a rule uses for it.

use crate::mistake::Wrong;
use std::fmt;
use std::str::FromStr;

/// What goes wrong with one exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The connection is refused.
    Refused,
    /// The host has no address.
    NameNotFound,
    /// The connection is reset before the request was read.
    ResetBefore,
    /// The request is carried out, then the connection is reset.
    ResetAfter,
    /// The request is not carried out, and no answer comes.
    Hang,
    /// The request is carried out, and no answer comes.
    HangAfter,
    /// The answer comes after so many milliseconds.
    Delay(u32),
    /// The answer ends in the middle.
    BodyCut,
    /// The answer's body is empty.
    Empty,
    /// An HTML page with status 200 instead of the answer, as a captive portal sends.
    Html,
    /// The answer's JSON is cut off.
    InvalidJson,
    /// The answer has unknown enum values.
    UnknownEnum,
    /// A required field is missing.
    MissingField,
    /// The answer has unknown fields.
    ExtraFields,
    /// The answer is ten megabytes long.
    HugeBody,
    /// This status, with a problem document.
    Status(u16),
    /// 429, with `Retry-After` in seconds.
    TooManySeconds(u32),
    /// 429, with `Retry-After` as a date, so many seconds ahead.
    TooManyUntil(u32),
    /// The request is redirected to another site.
    Redirected,
    /// The answer comes after the answer to a later request.
    OutOfOrder,
    /// The page's own `headers` function fails.
    HeadersFailed,
}

/// Who can make a fault happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Means {
    /// A server, around its routes.
    Server,
    /// The network between them, or the browser in its place.
    Network,
    /// The page that embeds the widget.
    Page,
}

impl Fault {
    /// The whole catalogue.
    pub const ALL: &[Self] = &[
        Self::Refused,
        Self::NameNotFound,
        Self::ResetBefore,
        Self::ResetAfter,
        Self::Hang,
        Self::HangAfter,
        Self::Delay(10_000),
        Self::BodyCut,
        Self::Empty,
        Self::Html,
        Self::InvalidJson,
        Self::UnknownEnum,
        Self::MissingField,
        Self::ExtraFields,
        Self::HugeBody,
        Self::Status(400),
        Self::Status(401),
        Self::Status(403),
        Self::Status(404),
        Self::Status(409),
        Self::Status(422),
        Self::TooManySeconds(7),
        Self::TooManySeconds(90),
        Self::TooManyUntil(10),
        Self::Status(500),
        Self::Status(502),
        Self::Status(503),
        Self::Status(504),
        Self::Redirected,
        Self::OutOfOrder,
        Self::HeadersFailed,
    ];

    /// Whether the request is carried out although the exchange fails.
    pub fn commits(self) -> bool {
        match self {
            Self::ResetAfter
            | Self::HangAfter
            | Self::Delay(_)
            | Self::BodyCut
            | Self::Empty
            | Self::InvalidJson
            | Self::UnknownEnum
            | Self::MissingField
            | Self::ExtraFields
            | Self::HugeBody
            | Self::OutOfOrder => true,
            Self::Refused
            | Self::NameNotFound
            | Self::ResetBefore
            | Self::Hang
            | Self::Html
            | Self::Status(_)
            | Self::TooManySeconds(_)
            | Self::TooManyUntil(_)
            | Self::Redirected
            | Self::HeadersFailed => false,
        }
    }

    /// Whether the answer says that a retry cannot help, so that a flow may end with it.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Status(400 | 401 | 403 | 404 | 422))
    }

    /// Who makes it happen.
    pub fn means(self) -> Means {
        match self {
            Self::Refused | Self::NameNotFound => Means::Network,
            Self::HeadersFailed => Means::Page,
            Self::ResetBefore
            | Self::ResetAfter
            | Self::Hang
            | Self::HangAfter
            | Self::Delay(_)
            | Self::BodyCut
            | Self::Empty
            | Self::Html
            | Self::InvalidJson
            | Self::UnknownEnum
            | Self::MissingField
            | Self::ExtraFields
            | Self::HugeBody
            | Self::Status(_)
            | Self::TooManySeconds(_)
            | Self::TooManyUntil(_)
            | Self::Redirected
            | Self::OutOfOrder => Means::Server,
        }
    }

    /// The faults that are written without a number.
    const PLAIN: [(&str, Self); 17] = [
        ("refused", Self::Refused),
        ("name not found", Self::NameNotFound),
        ("reset", Self::ResetBefore),
        ("commit, then reset", Self::ResetAfter),
        ("hang", Self::Hang),
        ("commit, then hang", Self::HangAfter),
        ("cut the body", Self::BodyCut),
        ("empty body", Self::Empty),
        ("a page", Self::Html),
        ("invalid json", Self::InvalidJson),
        ("unknown values", Self::UnknownEnum),
        ("missing field", Self::MissingField),
        ("extra fields", Self::ExtraFields),
        ("huge body", Self::HugeBody),
        ("redirect", Self::Redirected),
        ("out of order", Self::OutOfOrder),
        ("headers fail", Self::HeadersFailed),
    ];
}

impl fmt::Display for Fault {
    /// The words that a rule uses.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Delay(ms) => write!(f, "delay {ms} ms"),
            Self::Status(status) => write!(f, "status {status}"),
            Self::TooManySeconds(seconds) => write!(f, "too many, for {seconds} s"),
            Self::TooManyUntil(seconds) => write!(f, "too many, until {seconds} s"),
            Self::Refused
            | Self::NameNotFound
            | Self::ResetBefore
            | Self::ResetAfter
            | Self::Hang
            | Self::HangAfter
            | Self::BodyCut
            | Self::Empty
            | Self::Html
            | Self::InvalidJson
            | Self::UnknownEnum
            | Self::MissingField
            | Self::ExtraFields
            | Self::HugeBody
            | Self::Redirected
            | Self::OutOfOrder
            | Self::HeadersFailed => {
                let named = Self::PLAIN.iter().find(|(_, fault)| fault == self);
                f.write_str(named.map_or("", |(name, _)| name))
            }
        }
    }
}

impl FromStr for Fault {
    type Err = Wrong;

    fn from_str(text: &str) -> Result<Self, Wrong> {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if let Some((_, fault)) = Self::PLAIN.iter().find(|(name, _)| *name == text) {
            return Ok(*fault);
        }
        let between = |before: &str, after: &str| text.strip_prefix(before)?.strip_suffix(after);
        let number = |digits: &str| digits.parse::<u32>().map_err(|_| Wrong::Number(digits.into()));
        if let Some(digits) = between("delay ", " ms") {
            number(digits).map(Self::Delay)
        } else if let Some(digits) = between("too many, for ", " s") {
            number(digits).map(Self::TooManySeconds)
        } else if let Some(digits) = between("too many, until ", " s") {
            number(digits).map(Self::TooManyUntil)
        } else if let Some(digits) = between("status ", "") {
            match digits.parse() {
                Ok(status @ 400..=599) => Ok(Self::Status(status)),
                Ok(_) | Err(_) => Err(Wrong::Status(digits.into())),
            }
        } else {
            Err(Wrong::Fault(text))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_of_the_catalogue_is_read_back_from_its_own_words() {
        for fault in Fault::ALL {
            assert_eq!(fault.to_string().parse(), Ok(*fault));
        }
    }

    #[test]
    fn the_catalogue_has_every_fault_that_is_written_without_a_number() {
        for (name, fault) in Fault::PLAIN {
            assert!(Fault::ALL.contains(&fault), "{name}");
        }
    }

    #[test]
    fn a_status_is_one_that_refuses() {
        assert_eq!("status 200".parse::<Fault>(), Err(Wrong::Status("200".into())));
        assert_eq!("status x".parse::<Fault>(), Err(Wrong::Status("x".into())));
    }

    #[test]
    fn what_is_no_fault_is_said_as_it_was_written() {
        assert_eq!("melt  down".parse::<Fault>(), Err(Wrong::Fault("melt down".into())));
        assert_eq!("delay soon ms".parse::<Fault>(), Err(Wrong::Number("soon".into())));
    }
}
