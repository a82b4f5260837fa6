//! A language's file: an object of messages by name, in an order of its own. A message is a text, or an object of
//! texts: a heading with what is said below it, or one text for each plural category.

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use std::path::Path;
use std::{fmt, fs, io};

/// One language, as its file has it.
#[derive(Clone, Debug)]
pub struct Language {
    /// BCP 47, as short as tells it from the others; the file's name.
    pub tag: String,
    /// The messages, in the file's order.
    pub entries: Vec<(String, Entry)>,
}

/// A message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// One text.
    Text(String),
    /// Several texts, by what tells them apart.
    Parts(Vec<(String, String)>),
}

/// Why there are no languages.
#[derive(Debug)]
pub enum Unreadable {
    /// The folder or a file in it.
    Io(io::Error),
    /// A file that is not what this module's head says.
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
    /// From the text of its file.
    pub fn parse(tag: &str, text: &str) -> Result<Self, Unreadable> {
        let Ordered(entries) =
            serde_json::from_str(text).map_err(|error| Unreadable::Shape(tag.to_owned(), error))?;
        Ok(Self { tag: tag.to_owned(), entries })
    }

    /// The message of that name.
    pub fn entry(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().find(|(own, _)| own == name).map(|(_, entry)| entry)
    }

    /// Every text with its full name, as `preparing.heading`.
    pub fn texts(&self) -> Vec<(String, &str)> {
        let mut texts = Vec::new();
        for (name, entry) in &self.entries {
            match entry {
                Entry::Text(text) => texts.push((name.clone(), text.as_str())),
                Entry::Parts(parts) => {
                    texts.extend(parts.iter().map(|(part, text)| (format!("{name}.{part}"), text.as_str())));
                }
            }
        }
        texts
    }

    /// The same messages with other texts.
    pub(crate) fn map(&self, tag: &str, change: impl Fn(&str, &str) -> String) -> Self {
        let entries = self.entries.iter().map(|(name, entry)| {
            let entry = match entry {
                Entry::Text(text) => Entry::Text(change(name, text)),
                Entry::Parts(parts) => Entry::Parts(
                    parts.iter().map(|(part, text)| (part.clone(), change(name, text))).collect(),
                ),
            };
            (name.clone(), entry)
        });
        Self { tag: tag.to_owned(), entries: entries.collect() }
    }
}

/// Every language of a folder, English first and the others by name.
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

/// A JSON object in its own order, where a name that is there twice is a mistake.
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

impl<'de> Deserialize<'de> for Entry {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct TextOrParts;
        impl<'de> Visitor<'de> for TextOrParts {
            type Value = Entry;

            fn expecting(&self, to: &mut fmt::Formatter) -> fmt::Result {
                to.write_str("a text, or an object of texts")
            }

            fn visit_str<E>(self, text: &str) -> Result<Entry, E> {
                Ok(Entry::Text(text.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Entry, A::Error> {
                let Ordered(parts) = Ordered::deserialize(serde::de::value::MapAccessDeserializer::new(map))?;
                Ok(Entry::Parts(parts))
            }
        }
        from.deserialize_any(TextOrParts)
    }
}
