//! The file that a customer downloads: the texts alone, one on each line, in the order of the English file. A plural
//! message takes one line for each category of CLDR; the line is empty where the language lacks the category.

use crate::plurals::CATEGORIES;
use crate::shape::{holes, is_plural, lines};
use crate::source::{Language, Message};

/// The lines of a language that the check has passed.
pub fn wire(english: &Language, language: &Language) -> String {
    let texts = english.entries.iter().flat_map(|(name, entry)| lines(entry, language.entry(name)));
    texts.collect::<Vec<_>>().join("\n")
}

/// For each line the name of its message and, after a space, the holes that it may have. The line is empty where a page
/// may not replace the text.
pub fn names(english: &Language) -> String {
    let mut lines = Vec::new();
    for (name, entry) in &english.entries {
        match entry {
            Message::Text(_) if matches!(name.as_str(), "language" | "direction") => {
                lines.push(String::new())
            }
            Message::Text(text) => lines.push(line(name, text)),
            Message::Parts(parts) if is_plural(parts) => {
                let most = parts.last().map_or("", |(_, text)| text);
                lines.extend(CATEGORIES.map(|category| line(&format!("{name}.{category}"), most)));
            }
            Message::Parts(parts) => {
                lines.extend(parts.iter().map(|(part, text)| line(&format!("{name}.{part}"), text)));
            }
        }
    }
    lines.join("\n")
}

/// `bank` and `shop` also have the form for the start of a sentence.
fn line(name: &str, text: &str) -> String {
    let fills = holes(text).into_iter().map(|hole| match hole.as_str() {
        "bank" => "bank|Bank".to_owned(),
        "shop" => "shop|Shop".to_owned(),
        _ => hole,
    });
    format!("{name} {}", fills.collect::<Vec<_>>().join("|"))
}
