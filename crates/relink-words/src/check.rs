//! What a language may not lack, have too much of, or say otherwise than English does.

use crate::plurals::{categories, is_one_number};
use crate::shape::{SHAPES, holes, is_plural};
use crate::source::{self, Entry, Language};
use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;

/// Every language of `folder`, English first, or what is wrong with them, one line for each fault. `holes` are
/// [`WIDGET`](crate::WIDGET) or [`HOSTED`](crate::HOSTED).
pub fn build(folder: &Path, holes: &[&str]) -> Result<Vec<Language>, String> {
    let languages = source::folder(folder).map_err(|fault| fault.to_string())?;
    let english = languages.first().filter(|first| first.tag == "en").ok_or("there is no en.json")?;
    let found: Vec<_> = languages
        .iter()
        .flat_map(|language| {
            let found = faults(english, language, holes).into_iter();
            found.map(move |fault| format!("{}.json: {fault}", language.tag))
        })
        .collect();
    if found.is_empty() { Ok(languages) } else { Err(found.join("\n")) }
}

/// What is wrong with a message of a language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// English has it.
    Missing(String),
    /// English has no such message, or part of one.
    Surplus(String),
    /// A text where English has parts, or the other way round, or parts that nobody knows.
    Shape(String),
    /// CLDR's plural categories of the language are not known here (`plurals.rs`).
    UnknownLanguage,
    /// `language` is not the file's name, or `direction` neither `ltr` nor `rtl`.
    Head(String),
    /// Filled in here and not in English, or the other way round.
    Holes(String, String),
    /// Empty, or with space at an end, doubled, or a new line.
    Space(String),
    /// Markup, a control character of writing directions, or a brace that belongs to no hole.
    Character(String, char),
    /// It is English.
    Untranslated(String),
    /// A word that the style sheet for words rules out.
    Word(String, &'static str),
}

impl fmt::Display for Fault {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Missing(name) => write!(to, "`{name}` is missing"),
            Self::Surplus(name) => {
                write!(to, "`{name}` is not in English, or no plural category of this language")
            }
            Self::Shape(name) => write!(to, "`{name}` is not of the kind that it is in English"),
            Self::UnknownLanguage => {
                write!(to, "its plural categories are not in relink-words/src/plurals.rs")
            }
            Self::Head(name) => write!(to, "`{name}` is not what it must be"),
            Self::Holes(name, holes) => write!(to, "`{name}` must be filled with {holes}, as in English"),
            Self::Space(name) => write!(to, "`{name}` is empty, or has space where none belongs"),
            Self::Character(name, c) => write!(to, "`{name}` holds {c:?}"),
            Self::Untranslated(name) => write!(to, "`{name}` is still English"),
            Self::Word(name, word) => {
                write!(to, "`{name}` says \"{word}\", which src/words/STYLE.md rules out")
            }
        }
    }
}

/// Everything that is wrong with `language`, which may be English itself. `known` are the names that a hole may have.
pub fn faults(english: &Language, language: &Language, known: &[&str]) -> Vec<Fault> {
    let mut faults = Vec::new();
    let Some(categories) = categories(&language.tag) else { return vec![Fault::UnknownLanguage] };
    for (name, said) in [("language", &[language.tag.as_str()][..]), ("direction", &["ltr", "rtl"])] {
        if !matches!(language.entry(name), Some(Entry::Text(text)) if said.contains(&text.as_str())) {
            faults.push(Fault::Head(name.to_owned()));
        }
    }
    for (name, entry) in &english.entries {
        let Some(own) = language.entry(name) else {
            faults.push(Fault::Missing(name.clone()));
            continue;
        };
        match (entry, own) {
            (Entry::Text(text), Entry::Text(own)) => same_holes(name, holes(text), holes(own), &mut faults),
            (Entry::Parts(parts), Entry::Parts(own)) if is_plural(parts) => {
                plural(name, parts, own, (&language.tag, categories), &mut faults);
            }
            (Entry::Parts(parts), Entry::Parts(own)) => topic(name, parts, own, &mut faults),
            (Entry::Text(_), Entry::Parts(_)) | (Entry::Parts(_), Entry::Text(_)) => {
                faults.push(Fault::Shape(name.clone()));
            }
        }
    }
    let surplus = language.entries.iter().filter(|(name, _)| english.entry(name).is_none());
    faults.extend(surplus.map(|(name, _)| Fault::Surplus(name.clone())));
    for (name, text) in language.texts() {
        faults.extend(text_faults(english, language, name, text, known));
    }
    faults
}

type Parts = [(String, String)];

fn part<'a>(parts: &'a Parts, name: &str) -> Option<&'a str> {
    parts.iter().find(|(own, _)| own == name).map(|(_, text)| text.as_str())
}

fn topic(name: &str, english: &Parts, own: &Parts, faults: &mut Vec<Fault>) {
    if !SHAPES.iter().any(|shape| english.iter().map(|(part, _)| part.as_str()).eq(shape.iter().copied())) {
        faults.push(Fault::Shape(name.to_owned()));
    }
    for (which, text) in english {
        let name = format!("{name}.{which}");
        match part(own, which) {
            Some(own) => same_holes(&name, holes(text), holes(own), faults),
            None => faults.push(Fault::Missing(name)),
        }
    }
    let surplus = own.iter().filter(|(which, _)| part(english, which).is_none());
    faults.extend(surplus.map(|(which, _)| Fault::Surplus(format!("{name}.{which}"))));
}

/// Exactly the language's categories; each with what English fills in, but for the number where it goes without saying.
fn plural(name: &str, english: &Parts, own: &Parts, language: (&str, &[&str]), faults: &mut Vec<Fault>) {
    let (tag, categories) = language;
    let wanted = holes(part(english, "other").unwrap_or_default());
    for category in categories {
        let name = format!("{name}.{category}");
        let Some(text) = part(own, category) else {
            faults.push(Fault::Missing(name));
            continue;
        };
        let mut found = holes(text);
        if is_one_number(tag, category) {
            found.insert("n".to_owned());
        }
        same_holes(&name, wanted.clone(), found, faults);
    }
    let surplus = own.iter().filter(|(which, _)| !categories.contains(&which.as_str()));
    faults.extend(surplus.map(|(which, _)| Fault::Surplus(format!("{name}.{which}"))));
}

fn same_holes(name: &str, english: BTreeSet<String>, own: BTreeSet<String>, faults: &mut Vec<Fault>) {
    if english != own {
        let listed: Vec<_> = english.iter().map(|hole| format!("{{{hole}}}")).collect();
        let listed = if listed.is_empty() { "nothing".to_owned() } else { listed.join(" ") };
        faults.push(Fault::Holes(name.to_owned(), listed));
    }
}

fn text_faults(
    english: &Language,
    language: &Language,
    name: String,
    text: &str,
    known: &[&str],
) -> Option<Fault> {
    if text.is_empty() || text.trim() != text || text.contains("  ") || text.contains('\n') {
        return Some(Fault::Space(name));
    }
    if let Some(c) = misplaced(text, known) {
        return Some(Fault::Character(name, c));
    }
    if let Some(word) = forbidden(&language.tag, text) {
        return Some(Fault::Word(name, word));
    }
    if language.tag != "en" && is_english(english, &name, text) {
        return Some(Fault::Untranslated(name));
    }
    None
}

/// Names are isolated where they are drawn; a text that turned directions itself would undo that.
fn misplaced(text: &str, known: &[&str]) -> Option<char> {
    let mut hole = None;
    for c in text.chars() {
        let wrong = match (c, &mut hole) {
            ('{', None) => {
                hole = Some(String::new());
                false
            }
            ('}', Some(name)) => {
                let wrong = !known.contains(&name.as_str());
                hole = None;
                wrong
            }
            ('{' | '}', _) => true,
            ('<' | '>' | '&' | '"' | '\'' | '\t' | '\u{ad}' | '\u{feff}', _) => true,
            ('\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{61c}', _) => true,
            ('\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}', _) => true,
            (c, Some(name)) => {
                name.push(c);
                false
            }
            (_, None) => false,
        };
        if wrong {
            return Some(c);
        }
    }
    hole.map(|_| '{')
}

/// The same sentence as in English, or words that no other language has.
fn is_english(english: &Language, name: &str, text: &str) -> bool {
    let same = english.texts().iter().any(|(own, said)| own == name && *said == text);
    let words: Vec<_> = text
        .split(|c: char| !c.is_alphabetic() && c != '{' && c != '}')
        .filter(|word| !word.is_empty() && !word.starts_with('{'))
        .collect();
    let telling = ["the", "your", "you", "this", "again", "from", "with"];
    (same && words.len() > 1) || words.iter().any(|word| telling.contains(&word.to_lowercase().as_str()))
}

/// Words ruled out, by language; those of English in `en`. Whole words where the list has them so.
const FORBIDDEN: [(&str, &[&str]); 8] = [
    (
        "en",
        &["oops", "please", "submit", "session", "token", "authorization", "institution", "invalid", "sorry"],
    ),
    ("de", &["bitte", "sitzung", "token", "leider", "ungültig", "institut", "hoppla"]),
    ("fr", &["veuillez", "session", "jeton", "désolé", "invalide", "établissement", "oups"]),
    ("es", &["por favor", "sesión", "token", "lo sentimos", "inválid", "entidad", "vaya"]),
    ("it", &["per favore", "sessione", "token", "spiacenti", "non valid", "istituto", "ops"]),
    ("pt-BR", &["por favor", "sessão", "token", "desculpe", "inválid", "instituição", "ops"]),
    ("pt-PT", &["por favor", "sessão", "token", "lamentamos", "inválid", "instituição", "você"]),
    ("nl", &["alstublieft", "helaas", "sessie", "token", "ongeldig", "instelling", "oeps"]),
];

fn forbidden(tag: &str, text: &str) -> Option<&'static str> {
    let (_, words) = FORBIDDEN.iter().find(|(own, _)| *own == tag)?;
    let text = text.to_lowercase();
    let begins = |at: usize| !text[..at].chars().next_back().is_some_and(char::is_alphabetic);
    words.iter().copied().find(|word| text.match_indices(word).any(|(at, _)| begins(at)))
}
