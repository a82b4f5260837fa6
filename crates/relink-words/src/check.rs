//! Checks a language against English: nothing is missing or left over, every hole is filled, and no text holds markup or
//! English.

use crate::plurals::{categories, is_one_number};
use crate::shape::{SHAPES, holes, is_plural};
use crate::source::{self, Language, Message};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

/// Every language of `folder`, English first, or what is wrong with them, one line for each fault. `holes` are
/// [`WIDGET`](crate::WIDGET) or [`HOSTED`](crate::HOSTED).
pub fn build(folder: &Path, holes: &[&str]) -> Result<Vec<Language>, String> {
    let languages = source::folder(folder).map_err(|error| error.to_string())?;
    let english = languages.first().filter(|first| first.tag == "en").ok_or("there is no en.json")?;
    let found: Vec<_> = languages
        .iter()
        .flat_map(|language| {
            let found = flaws(english, language, holes).into_iter();
            found.map(move |flaw| format!("{}.json: {flaw}", language.tag))
        })
        .collect();
    if found.is_empty() { Ok(languages) } else { Err(found.join("\n")) }
}

/// What is wrong with a message of a language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// English has this message; the language does not.
    Missing(String),
    /// The language has this message or part; English does not.
    Surplus(String),
    /// One text where English has parts, or the reverse, or parts with unknown names.
    Shape(String),
    /// `plurals.rs` lacks the plural categories of this language.
    UnknownLanguage,
    /// `language` differs from the file's name, or `direction` is neither `ltr` nor `rtl`.
    Head(String),
    /// The holes differ from those in English.
    Holes(String, String),
    /// The text is empty, or has a space at an end, a double space or a line break.
    Space(String),
    /// Markup, a mark that turns the writing direction, or a brace outside a hole.
    Character(String, char),
    /// The text is still English.
    Untranslated(String),
    /// A word that `src/words/STYLE.md` rules out.
    Word(String, &'static str),
}

impl fmt::Display for Flaw {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Missing(name) => write!(to, "`{name}` is missing"),
            Self::Surplus(name) => {
                write!(to, "`{name}` is neither in English nor a plural category of this language")
            }
            Self::Shape(name) => write!(to, "`{name}` has other parts than in English"),
            Self::UnknownLanguage => {
                write!(to, "its plural categories are not in relink-words/src/plurals.rs")
            }
            Self::Head(name) => write!(to, "`{name}` must be the file's name, or a direction"),
            Self::Holes(name, holes) => write!(to, "`{name}` must be filled with {holes}, as in English"),
            Self::Space(name) => {
                write!(to, "`{name}` is empty, or has a space or line break where none belongs")
            }
            Self::Character(name, c) => write!(to, "`{name}` holds {c:?}"),
            Self::Untranslated(name) => write!(to, "`{name}` is still English"),
            Self::Word(name, word) => {
                write!(to, "`{name}` says \"{word}\", which src/words/STYLE.md rules out")
            }
        }
    }
}

/// Everything that is wrong with `language`, which may be English itself. `known` are the names that a hole may have.
pub fn flaws(english: &Language, language: &Language, known: &[&str]) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    let Some(categories) = categories(&language.tag) else { return vec![Flaw::UnknownLanguage] };
    for (name, said) in [("language", &[language.tag.as_str()][..]), ("direction", &["ltr", "rtl"])] {
        if !matches!(language.entry(name), Some(Message::Text(text)) if said.contains(&text.as_str())) {
            flaws.push(Flaw::Head(name.to_owned()));
        }
    }
    for (name, entry) in &english.entries {
        let Some(own) = language.entry(name) else {
            flaws.push(Flaw::Missing(name.clone()));
            continue;
        };
        match (entry, own) {
            (Message::Text(text), Message::Text(own)) => {
                same_holes(name, holes(text), holes(own), &mut flaws)
            }
            (Message::Parts(parts), Message::Parts(own)) if is_plural(parts) => {
                plural(name, parts, own, (&language.tag, categories), &mut flaws);
            }
            (Message::Parts(parts), Message::Parts(own)) => topic(name, parts, own, &mut flaws),
            (Message::Text(_), Message::Parts(_)) | (Message::Parts(_), Message::Text(_)) => {
                flaws.push(Flaw::Shape(name.clone()));
            }
        }
    }
    let surplus = language.entries.iter().filter(|(name, _)| english.entry(name).is_none());
    flaws.extend(surplus.map(|(name, _)| Flaw::Surplus(name.clone())));
    let english: BTreeMap<String, &str> = english.texts().into_iter().collect();
    for (name, text) in language.texts() {
        flaws.extend(text_flaws(&english, language, name, text, known));
    }
    flaws
}

type Parts = [(String, String)];

fn part<'a>(parts: &'a Parts, name: &str) -> Option<&'a str> {
    parts.iter().find(|(own, _)| own == name).map(|(_, text)| text.as_str())
}

fn topic(name: &str, english: &Parts, own: &Parts, flaws: &mut Vec<Flaw>) {
    if !SHAPES.iter().any(|shape| english.iter().map(|(part, _)| part.as_str()).eq(shape.iter().copied())) {
        flaws.push(Flaw::Shape(name.to_owned()));
    }
    for (which, text) in english {
        let name = format!("{name}.{which}");
        match part(own, which) {
            Some(own) => same_holes(&name, holes(text), holes(own), flaws),
            None => flaws.push(Flaw::Missing(name)),
        }
    }
    let surplus = own.iter().filter(|(which, _)| part(english, which).is_none());
    flaws.extend(surplus.map(|(which, _)| Flaw::Surplus(format!("{name}.{which}"))));
}

/// A plural has exactly the language's categories. Each has the holes of English. A category for one single number may
/// leave the number out.
fn plural(name: &str, english: &Parts, own: &Parts, language: (&str, &[&str]), flaws: &mut Vec<Flaw>) {
    let (tag, categories) = language;
    let wanted = holes(part(english, "other").unwrap_or_default());
    for category in categories {
        let name = format!("{name}.{category}");
        let Some(text) = part(own, category) else {
            flaws.push(Flaw::Missing(name));
            continue;
        };
        let mut found = holes(text);
        if is_one_number(tag, category) {
            found.insert("n".to_owned());
        }
        same_holes(&name, wanted.clone(), found, flaws);
    }
    let surplus = own.iter().filter(|(which, _)| !categories.contains(&which.as_str()));
    flaws.extend(surplus.map(|(which, _)| Flaw::Surplus(format!("{name}.{which}"))));
}

fn same_holes(name: &str, english: BTreeSet<String>, own: BTreeSet<String>, flaws: &mut Vec<Flaw>) {
    if english != own {
        let listed: Vec<_> = english.iter().map(|hole| format!("{{{hole}}}")).collect();
        let listed = if listed.is_empty() { "nothing".to_owned() } else { listed.join(" ") };
        flaws.push(Flaw::Holes(name.to_owned(), listed));
    }
}

fn text_flaws(
    english: &BTreeMap<String, &str>,
    language: &Language,
    name: String,
    text: &str,
    known: &[&str],
) -> Option<Flaw> {
    if text.is_empty() || text.trim() != text || text.contains("  ") || text.contains('\n') {
        return Some(Flaw::Space(name));
    }
    if let Some(c) = misplaced(text, known) {
        return Some(Flaw::Character(name, c));
    }
    // To be signed out is what these languages call the end of a session, and no jargon.
    let is_signed_out = name.starts_with("signed_out.");
    if let Some(word) =
        forbidden(&language.tag, text).filter(|word| !(is_signed_out && SESSION.contains(word)))
    {
        return Some(Flaw::Word(name, word));
    }
    if language.tag != "en" && is_english(english.get(&name).copied(), text) {
        return Some(Flaw::Untranslated(name));
    }
    None
}

/// The first character that a text must not hold. The code that draws a name isolates its direction; a direction mark in
/// the text would undo that.
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

/// Whether the text is the English sentence, or has words that only English has.
fn is_english(english: Option<&str>, text: &str) -> bool {
    let same = english == Some(text);
    let words: Vec<_> = text
        .split(|c: char| !c.is_alphabetic() && c != '{' && c != '}')
        .filter(|word| !word.is_empty() && !word.starts_with('{'))
        .collect();
    let telling = ["the", "your", "you", "this", "again", "from", "with"];
    (same && words.len() > 1) || words.iter().any(|word| telling.contains(&word.to_lowercase().as_str()))
}

/// Words that a language must not use, as the beginning of a word.
const FORBIDDEN: [(&str, &[&str]); 24] = [
    ("ar", &["جلسة", "الجلسة", "رمز مميز", "يرجى", "من فضلك", "عذرًا", "غير صالح"]),
    ("cs", &["relac", "token", "prosím", "bohužel", "neplatn", "instituc", "jejda"]),
    ("da", &["session", "token", "venligst", "desværre", "ugyldig", "institut", "ups"]),
    ("de", &["bitte", "sitzung", "token", "leider", "ungültig", "institut", "hoppla"]),
    ("el", &["συνεδρί", "διακριτικ", "παρακαλ", "δυστυχώς", "μη έγκυρ", "ίδρυμα", "ωχ"]),
    (
        "en",
        &["oops", "please", "submit", "session", "token", "authorization", "institution", "invalid", "sorry"],
    ),
    ("es", &["por favor", "sesión", "token", "lo sentimos", "inválid", "entidad", "vaya"]),
    ("fi", &["istunto", "istunno", "tunniste", "valitettavasti", "virheelli", "rahoituslaito", "hups"]),
    ("fr", &["veuillez", "session", "jeton", "désolé", "invalide", "établissement", "oups"]),
    ("he", &["סשן", "אסימון", "אנא", "בבקשה", "לצערנו", "אופס"]),
    ("hi", &["सत्र", "सेशन", "टोकन", "कृपया", "क्षमा", "अमान्य", "संस्थान"]),
    ("it", &["per favore", "sessione", "token", "spiacenti", "non valid", "istituto", "ops"]),
    ("ja", &["セッション", "トークン", "申し訳", "金融機関"]),
    ("ko", &["세션", "토큰", "죄송", "금융기관"]),
    ("nb", &["sesjon", "token", "vennligst", "dessverre", "ugyldig", "institusjon", "oi"]),
    ("nl", &["alstublieft", "helaas", "sessie", "token", "ongeldig", "instelling", "oeps"]),
    ("pl", &["sesj", "token", "proszę", "niestety", "nieprawidłow", "instytucj", "ups"]),
    ("pt-BR", &["por favor", "sessão", "token", "desculpe", "inválid", "instituição", "ops"]),
    ("pt-PT", &["por favor", "sessão", "token", "lamentamos", "inválid", "instituição", "você"]),
    ("sv", &["session", "token", "vänligen", "tyvärr", "ogiltig", "institut", "hoppsan"]),
    ("tr", &["oturum", "belirteç", "lütfen", "maalesef", "geçersiz", "kurum", "eyvah"]),
    ("uk", &["сеанс", "сесі", "токен", "будь ласка", "на жаль", "недійсн", "ой"]),
    ("zh-Hans", &["会话", "令牌", "抱歉", "对不起", "金融机构"]),
    ("zh-Hant", &["工作階段", "權杖", "抱歉", "對不起", "金融機構"]),
];

/// Words for a session: jargon, except where someone is told that theirs is over.
const SESSION: [&str; 7] = ["session", "sesión", "sessione", "sessão", "oturum", "сеанс", "сесі"];

/// Languages in which a word begins anywhere, since no space stands before it or a syllable of another word may.
const UNSPACED: [&str; 4] = ["ja", "ko", "zh-Hans", "zh-Hant"];

fn forbidden(tag: &str, text: &str) -> Option<&'static str> {
    let (_, words) = FORBIDDEN.iter().find(|(own, _)| *own == tag)?;
    let text = text.to_lowercase();
    let is_unspaced = UNSPACED.contains(&tag);
    let begins = |at: usize| is_unspaced || !text[..at].chars().next_back().is_some_and(char::is_alphabetic);
    words.iter().copied().find(|word| text.match_indices(word).any(|(at, _)| begins(at)))
}
