//! What a customer downloads: the texts alone, one on each line, in the order of the names in English. A plural message
//! takes a line for each category there is, empty where the language has none.

use crate::plurals::CATEGORIES;
use crate::shape::{holes, is_plural, lines};
use crate::source::{Entry, Language};

/// The lines of a language that has been checked against `english`.
pub fn wire(english: &Language, language: &Language) -> String {
    let texts = english.entries.iter().flat_map(|(name, entry)| lines(entry, language.entry(name)));
    texts.collect::<Vec<_>>().join("\n")
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
