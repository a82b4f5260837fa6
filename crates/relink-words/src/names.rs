//! The messages as Rust source, so that a misspelt name does not compile.

use crate::shape::{is_plural, lines, width};
use crate::source::{Language, Message};
use std::fmt::Write;

/// For the widget, which downloads its texts: the constants of `Message`, `Topic`, `Mishap` and `Plural`, by the shape
/// of each message in English. Each is the number of the message's first line.
pub fn constants(english: &Language) -> String {
    let mut source = String::new();
    let mut line = 0;
    for (name, entry) in &english.entries {
        let kind = match entry {
            Message::Text(_) => "Message",
            Message::Parts(parts) if is_plural(parts) => "Plural",
            Message::Parts(parts) if parts.len() == 2 => "Topic",
            Message::Parts(_) => "Mishap",
        };
        let _ = writeln!(
            source,
            "impl {kind} {{ /** `{}` */ pub const {}: Self = Self({line}); }}",
            last(entry),
            name.to_ascii_uppercase()
        );
        line += width(entry);
    }
    source
}

/// For a server, which holds every language: the struct `Words` with a field for each message, and `EVERY` language
/// as one, English first. A message of several texts is an array of them: heading and text, or one for each of
/// [`CATEGORIES`](crate::CATEGORIES).
pub fn fields(languages: &[Language]) -> String {
    let Some(english) = languages.first() else { return String::new() };
    let mut source = String::from("/// The texts of one language.\n#[derive(Debug)]\npub struct Words {\n");
    for (name, entry) in &english.entries {
        let kind = match entry {
            Message::Text(_) => "&'static str".to_owned(),
            Message::Parts(_) => format!("[&'static str; {}]", width(entry)),
        };
        let _ = writeln!(source, "    /// `{}`\n    pub {name}: {kind},", last(entry));
    }
    let _ =
        writeln!(source, "}}\n\n/// Every language.\npub static EVERY: [&Words; {}] = [", languages.len());
    for language in languages {
        source.push_str("    &Words {\n");
        for (name, entry) in &english.entries {
            let texts = lines(entry, language.entry(name));
            let _ = match entry {
                Message::Text(_) => writeln!(source, "        {name}: {:?},", texts.concat()),
                Message::Parts(_) => writeln!(source, "        {name}: {texts:?},"),
            };
        }
        source.push_str("    },\n");
    }
    source.push_str("];\n");
    source
}

/// The text that a doc comment shows for a message.
fn last(entry: &Message) -> &str {
    match entry {
        Message::Text(text) => text,
        Message::Parts(parts) => parts.last().map_or("", |(_, text)| text),
    }
}
