//! What a customer downloads: the texts alone, one on each line, in the order of the names in English. A plural message
//! takes a line for each category there is, empty where the language has none.

use crate::check::holes;
use crate::plurals::CATEGORIES;
use crate::source::{Entry, Language};

/// The lines of a language that has been checked against `english`.
pub fn wire(english: &Language, language: &Language) -> String {
    let mut lines = Vec::new();
    for (name, entry) in &english.entries {
        let own = language.entry(name);
        match (entry, own) {
            (Entry::Text(_), Some(Entry::Text(text))) => lines.push(text.as_str()),
            (Entry::Parts(parts), Some(Entry::Parts(own))) => {
                let find =
                    |part: &str| own.iter().find(|(name, _)| name == part).map_or("", |(_, text)| text);
                if is_plural(parts) {
                    lines.extend(CATEGORIES.map(find));
                } else {
                    lines.extend(parts.iter().map(|(part, _)| find(part)));
                }
            }
            // Not where it was checked; then the line is there and empty.
            (Entry::Text(_) | Entry::Parts(_), _) => lines.push(""),
        }
    }
    lines.join("\n")
}

/// The name of each line, and after a space what it may be filled with; empty where a page may not have its own.
pub fn names(english: &Language) -> String {
    let mut lines = Vec::new();
    for (name, entry) in &english.entries {
        match entry {
            Entry::Text(_) if matches!(name.as_str(), "language" | "direction") => lines.push(String::new()),
            Entry::Text(text) => lines.push(line(name, text)),
            Entry::Parts(parts) if is_plural(parts) => {
                let most = parts.last().map_or("", |(_, text)| text);
                lines.extend(CATEGORIES.map(|category| line(&format!("{name}.{category}"), most)));
            }
            Entry::Parts(parts) => {
                lines.extend(parts.iter().map(|(part, text)| line(&format!("{name}.{part}"), text)));
            }
        }
    }
    lines.join("\n")
}

/// A bank and a shop have a form for the start of a sentence too.
fn line(name: &str, text: &str) -> String {
    let fills = holes(text).into_iter().map(|hole| match hole.as_str() {
        "bank" => "bank|Bank".to_owned(),
        "shop" => "shop|Shop".to_owned(),
        _ => hole,
    });
    format!("{name} {}", fills.collect::<Vec<_>>().join("|"))
}

/// How many lines a message of English takes.
pub(crate) fn width(entry: &Entry) -> usize {
    match entry {
        Entry::Text(_) => 1,
        Entry::Parts(parts) if is_plural(parts) => CATEGORIES.len(),
        Entry::Parts(parts) => parts.len(),
    }
}

/// Whether the parts are plural categories.
pub(crate) fn is_plural(parts: &[(String, String)]) -> bool {
    parts.iter().any(|(part, _)| part == "other")
}
