//! What people read and hear. A language is one file with every message in it (`languages/`, and `STYLE.md` beside it
//! says how to write one); a customer downloads one of them. The names of the messages are in `table`, which message says
//! what in `says`, how names get into it in `fill`, and what is announced in `aloud`.

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

/// The words of one language, and the locale by which days, numbers and plurals are written.
pub struct Words {
    lines: Vec<String>,
    locale: String,
}

impl Words {
    /// From what was downloaded: a message on each line (`relink-words` writes it). The locale is a BCP 47 tag that
    /// `Intl` knows.
    pub fn new(locale: String, text: &str) -> Self {
        Self { lines: text.split('\n').map(String::from).collect(), locale }
    }

    /// English, with days as in "9 December": for tests, and pages of our own. It is not in what is shipped.
    pub fn english() -> Self {
        Self::new("en-GB".into(), include_str!(concat!(env!("OUT_DIR"), "/en.txt")))
    }
}
