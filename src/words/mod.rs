//! What people read and hear. A language is one file with every message in it; which message says what is in
//! `says`, how names get into it in `fill`, and what is announced in `aloud`.

mod aloud;
mod en;
mod fill;
mod intl;
mod says;
mod table;
#[cfg(test)]
mod tests;

pub(crate) use aloud::wanted;
pub use aloud::{Announcement, Urgency};
pub(crate) use fill::{Fills, Piece};
pub(crate) use table::{Messages, Topic};

/// The words of one language, and the locale by which days and plurals are written.
#[derive(Clone)]
pub struct Words {
    table: &'static Messages,
    locale: String,
}

impl Words {
    /// English, with days as in "9 December".
    pub fn english() -> Self {
        Self::for_locale("en-GB")
    }

    /// The language nearest to a BCP 47 tag. Days are written in the language of the words, as in the tag's
    /// region.
    pub fn for_locale(bcp47: &str) -> Self {
        let table = &en::ENGLISH;
        let mut locale = String::from(table.language);
        let is_region = |part: &&str| part.len() == 2 && part.bytes().all(|c| c.is_ascii_alphabetic());
        if let Some(region) = bcp47.split(['-', '_']).skip(1).find(is_region) {
            locale.push('-');
            locale.push_str(&region.to_ascii_uppercase());
        }
        Self { table, locale }
    }

    /// The messages.
    pub(crate) fn table(&self) -> &'static Messages {
        self.table
    }

    /// The language of the words, for a `lang` attribute.
    pub fn language(&self) -> &'static str {
        self.table.language
    }
}
