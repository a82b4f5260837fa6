//! The names of the messages as constants of the widget: each is the number of its first line.

use crate::source::{Entry, Language};
use crate::wire::{is_plural, width};
use std::fmt::Write;

/// Rust source: the constants of `Message`, `Topic`, `Mishap` and `Plural`, by the shape of each message in English.
pub fn constants(english: &Language) -> String {
    let mut source = String::new();
    let mut line = 0;
    for (name, entry) in &english.entries {
        let (kind, said) = match entry {
            Entry::Text(text) => ("Message", text.as_str()),
            Entry::Parts(parts) => {
                let kind = if is_plural(parts) {
                    "Plural"
                } else if parts.len() == 2 {
                    "Topic"
                } else {
                    "Mishap"
                };
                (kind, parts.last().map_or("", |(_, text)| text.as_str()))
            }
        };
        let _ = writeln!(
            source,
            "impl {kind} {{ /** `{said}` */ pub const {}: Self = Self({line}); }}",
            name.to_ascii_uppercase()
        );
        line += width(entry);
    }
    source
}

/// The shapes that a message of several texts may have; [`constants`] knows no others.
pub(crate) const SHAPES: [&[&str]; 2] = [&["heading", "text"], &["heading", "what", "next"]];
