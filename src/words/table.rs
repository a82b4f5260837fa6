//! All messages, by name. Each language is a file in `src/words/languages/`. English defines the names, and the build
//! script makes a constant of each: its line number in the downloaded text.
//!
//! Messages are whole sentences. Placeholders: `{bank}` and `{shop}` are names, or a description if the name is not
//! known. `{Bank}` and `{Shop}` are the same, but their description is for the start of a sentence, or in its plain
//! form. `{ bank}` and `{ shop}` stand after the language's own word for the thing: a space and the name, or nothing. `{account}` is an account with the end of its number; `{date}` a day; `{n}` a number; `{digits}` the end of a
//! number, spoken.

use super::Words;

/// A message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message(u16);

/// A heading and the text below it.
#[derive(Clone, Copy)]
pub struct Topic(u16);

/// What went wrong: the heading, what and on whose side, what comes next.
#[derive(Clone, Copy)]
pub struct Mishap(u16);

/// A message that depends on a number: one line per category of `Intl.PluralRules`, empty if the language does not have
/// it.
#[derive(Clone, Copy)]
pub struct Plural(u16);

/// The first lines, whatever their content.
#[cfg(test)]
pub const FIRST: Plural = Plural(0);

include!(concat!(env!("OUT_DIR"), "/messages.rs"));

impl Topic {
    /// The heading.
    pub const fn heading(self) -> Message {
        Message(self.0)
    }

    /// The text below it.
    pub const fn text(self) -> Message {
        Message(self.0 + 1)
    }
}

impl Mishap {
    /// The heading.
    pub const fn heading(self) -> Message {
        Message(self.0)
    }

    /// What went wrong, and on whose side.
    pub const fn what(self) -> Message {
        Message(self.0 + 1)
    }

    /// What comes next.
    pub const fn next(self) -> Message {
        Message(self.0 + 2)
    }
}

impl Words {
    /// The language of the words, for a `lang` attribute.
    pub fn language(&self) -> &str {
        self.text(Message::LANGUAGE)
    }

    /// Its text direction, for a `dir` attribute.
    pub fn direction(&self) -> &str {
        self.text(Message::DIRECTION)
    }

    /// The text of a message.
    pub fn text(&self, message: Message) -> &str {
        self.lines.get(usize::from(message.0)).map_or("", String::as_str)
    }

    /// The message for a plural category; `other` if the language has none for it.
    pub(super) fn in_category(&self, plural: Plural, category: &str) -> Message {
        let place = match category {
            "zero" => 0,
            "one" => 1,
            "two" => 2,
            "few" => 3,
            "many" => 4,
            _ => 5,
        };
        let message = Message(plural.0 + place);
        if self.text(message).is_empty() { Message(plural.0 + 5) } else { message }
    }
}
