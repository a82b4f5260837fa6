//! Reads the file of a language: a JSON object of messages by name, kept in the file's order. A message is one text, or
//! an object of texts: a heading with the text below it, or one text for each plural category.

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use std::path::Path;
use std::{fmt, fs, io};

/// One language, as its file has it.
#[derive(Clone, Debug)]
pub struct Language {
    /// The BCP 47 tag, which is the file's name.
    pub tag: String,
    /// In the file's order.
    pub entries: Vec<(String, Message)>,
}

/// A message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// One text.
    Text(String),
    /// Several texts, by the names of the parts.
    Parts(Vec<(String, String)>),
}

/// Why a folder of languages cannot be read.
#[derive(Debug)]
pub enum Unreadable {
    /// The folder, or a file in it, cannot be read.
    Io(io::Error),
    /// A file has another shape than this module's head says.
    Shape(String, serde_json::Error),
}

impl fmt::Display for Unreadable {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Io(error) => write!(to, "the languages cannot be read: {error}"),
            Self::Shape(tag, error) => write!(to, "{tag}.json: {error}"),
        }
    }
}

impl std::error::Error for Unreadable {}

impl Language {
    /// Reads the text of a file.
    pub fn parse(tag: &str, text: &str) -> Result<Self, Unreadable> {
        let Ordered(entries) =
            serde_json::from_str(text).map_err(|error| Unreadable::Shape(tag.to_owned(), error))?;
        Ok(Self { tag: tag.to_owned(), entries })
    }

    /// The message of that name.
    pub fn entry(&self, name: &str) -> Option<&Message> {
        self.entries.iter().find(|(own, _)| own == name).map(|(_, entry)| entry)
    }

    /// Every text with its full name, as `preparing.heading`.
    pub fn texts(&self) -> Vec<(String, &str)> {
        let mut texts = Vec::new();
        for (name, entry) in &self.entries {
            match entry {
                Message::Text(text) => texts.push((name.clone(), text.as_str())),
                Message::Parts(parts) => {
                    texts.extend(parts.iter().map(|(part, text)| (format!("{name}.{part}"), text.as_str())));
                }
            }
        }
        texts
    }

    /// The same messages, each text changed.
    pub(crate) fn map(&self, tag: &str, change: impl Fn(&str, &str) -> String) -> Self {
        let entries = self.entries.iter().map(|(name, entry)| {
            let entry = match entry {
                Message::Text(text) => Message::Text(change(name, text)),
                Message::Parts(parts) => Message::Parts(
                    parts.iter().map(|(part, text)| (part.clone(), change(name, text))).collect(),
                ),
            };
            (name.clone(), entry)
        });
        Self { tag: tag.to_owned(), entries: entries.collect() }
    }
}

/// Every language of a folder: English first, then by tag.
pub fn folder(folder: &Path) -> Result<Vec<Language>, Unreadable> {
    let mut languages = Vec::new();
    for file in fs::read_dir(folder).map_err(Unreadable::Io)? {
        let path = file.map_err(Unreadable::Io)?.path();
        if let (Some(tag), true) = (path.file_stem(), path.extension().is_some_and(|kind| kind == "json")) {
            let text = fs::read_to_string(&path).map_err(Unreadable::Io)?;
            languages.push(Language::parse(&tag.to_string_lossy(), &text)?);
        }
    }
    languages.sort_by(|a, b| (a.tag != "en", &a.tag).cmp(&(b.tag != "en", &b.tag)));
    Ok(languages)
}

/// A JSON object in the file's order. A name that appears twice is an error.
struct Ordered<T>(Vec<(String, T)>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Ordered<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Pairs<T>(std::marker::PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Pairs<T> {
            type Value = Ordered<T>;

            fn expecting(&self, to: &mut fmt::Formatter) -> fmt::Result {
                to.write_str("an object of messages by name")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut pairs: Vec<(String, T)> = Vec::new();
                while let Some((name, value)) = map.next_entry::<String, T>()? {
                    if pairs.iter().any(|(before, _)| *before == name) {
                        return Err(serde::de::Error::custom(format!("`{name}` is there twice")));
                    }
                    pairs.push((name, value));
                }
                Ok(Ordered(pairs))
            }
        }
        from.deserialize_map(Pairs(std::marker::PhantomData))
    }
}

impl<'de> Deserialize<'de> for Message {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct TextOrParts;
        impl<'de> Visitor<'de> for TextOrParts {
            type Value = Message;

            fn expecting(&self, to: &mut fmt::Formatter) -> fmt::Result {
                to.write_str("a text, or an object of texts")
            }

            fn visit_str<E>(self, text: &str) -> Result<Message, E> {
                Ok(Message::Text(text.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Message, A::Error> {
                let Ordered(parts) = Ordered::deserialize(serde::de::value::MapAccessDeserializer::new(map))?;
                Ok(Message::Parts(parts))
            }
        }
        from.deserialize_any(TextOrParts)
    }
}
