//! What people read and hear. Each language is one file with all messages (`src/words/languages/`; `src/words/STYLE.md` says
//! how to write one), and a customer downloads only one. `table` has the names of the messages, `says` which message is
//! used when, `fill` how names are filled in, and `aloud` what is announced.

mod aloud;
mod fill;
mod intl;
mod says;
mod table;
#[cfg(test)]
mod tests;

pub(crate) use aloud::wanted;
pub use aloud::{Announcement, Urgency};
pub(crate) use fill::{Fills, Piece};
pub(crate) use table::{Message, Plural, Topic};

/// The words of one language, and the locale for days, numbers and plurals.
pub struct Words {
    lines: Vec<String>,
    locale: String,
}

impl Words {
    /// From the downloaded text: one message per line (`relink-words` writes it). The locale is a BCP 47 tag that
    /// `Intl` knows.
    pub fn new(locale: String, text: &str) -> Self {
        let (mut lines, mut rest) = (Vec::new(), text);
        // By bytes: to split by characters brings half a kilobyte of search along.
        while let Some(place) = rest.bytes().position(|byte| byte == b'\n') {
            lines.push(String::from(&rest[..place]));
            rest = &rest[place + 1..];
        }
        lines.push(String::from(rest));
        Self { lines, locale }
    }

    /// English, with days as in "9 December": for tests and our own pages. It is not shipped.
    pub fn english() -> Self {
        Self::new("en-GB".into(), include_str!(concat!(env!("OUT_DIR"), "/en.txt")))
    }
}
