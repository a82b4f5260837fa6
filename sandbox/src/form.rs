//! Reads Stripe's form encoding: `relink_options[account]=fca_1&permissions[0]=balances`.
//!
//! Not a crate's code, because the result must be a tree: it is checked for parameters that Stripe calls unknown, compared
//! for idempotency, and limited in size while it is read.

use std::collections::BTreeMap;

/// The most pairs that one request may have.
pub const MAX_PAIRS: usize = 1_000;
/// The most levels of brackets that one name may have.
pub const MAX_DEPTH: usize = 6;

/// A parameter: text, or named parts. A list is a set of parts named by their index.
#[derive(Clone, PartialEq, Eq)]
pub enum Form {
    /// A plain value, decoded.
    Text(String),
    /// Parts by name.
    Parts(BTreeMap<String, Form>),
}

/// Why a form cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FormError {
    /// More than [`MAX_PAIRS`].
    TooManyPairs,
    /// More brackets than [`MAX_DEPTH`], or brackets that do not close.
    BadName(String),
    /// The same name is both a value and a set of parts.
    Conflict(String),
    /// A percent sign without two hexadecimal digits, or bytes that are not UTF-8.
    BadEncoding,
}

impl std::fmt::Debug for Form {
    /// Shows names only. A value may be what a customer typed.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(_) => formatter.write_str("…"),
            Self::Parts(parts) => formatter.debug_map().entries(parts).finish(),
        }
    }
}

impl Default for Form {
    fn default() -> Self {
        Self::Parts(BTreeMap::new())
    }
}

impl Form {
    /// Reads `application/x-www-form-urlencoded` text, from a body or a query.
    pub fn parse(encoded: &str) -> Result<Self, FormError> {
        if !is_well_encoded(encoded) {
            return Err(FormError::BadEncoding);
        }
        let mut root = Self::default();
        for (at, (name, value)) in form_urlencoded::parse(encoded.as_bytes()).enumerate() {
            if at >= MAX_PAIRS {
                return Err(FormError::TooManyPairs);
            }
            if name.contains(REPLACED) || value.contains(REPLACED) {
                return Err(FormError::BadEncoding);
            }
            let path = path_of(&name).ok_or_else(|| FormError::BadName(name.clone().into_owned()))?;
            root.insert(&path, value.into_owned()).ok_or_else(|| FormError::Conflict(name.into_owned()))?;
        }
        Ok(root)
    }

    fn insert(&mut self, path: &[String], value: String) -> Option<()> {
        let Self::Parts(parts) = self else { return None };
        let (first, rest) = path.split_first()?;
        let key = if first.is_empty() { parts.len().to_string() } else { first.clone() };
        if rest.is_empty() {
            if let Some(Self::Parts(_)) = parts.get(&key) {
                return None;
            }
            parts.insert(key, Self::Text(value));
            return Some(());
        }
        parts.entry(key).or_default().insert(rest, value)
    }

    /// The part of this name.
    pub fn part(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Parts(parts) => parts.get(name),
            Self::Text(_) => None,
        }
    }

    /// The text of this name; empty text counts, parts do not.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.part(name)? {
            Self::Text(text) => Some(text),
            Self::Parts(_) => None,
        }
    }

    /// The texts listed under this name in the order of their indexes, or nothing when the name is absent.
    pub fn texts(&self, name: &str) -> Option<Vec<String>> {
        match self.part(name)? {
            Self::Text(text) if text.is_empty() => Some(Vec::new()),
            Self::Text(text) => Some(vec![text.clone()]),
            Self::Parts(parts) => {
                let mut indexed: Vec<(usize, &Self)> =
                    parts.iter().map(|(key, value)| (key.parse().unwrap_or(usize::MAX), value)).collect();
                indexed.sort_by_key(|(index, _)| *index);
                Some(
                    indexed
                        .into_iter()
                        .filter_map(|(_, value)| match value {
                            Self::Text(text) => Some(text.clone()),
                            Self::Parts(_) => None,
                        })
                        .collect(),
                )
            }
        }
    }

    /// The names at this level.
    pub fn names(&self) -> Vec<&str> {
        match self {
            Self::Parts(parts) => parts.keys().map(String::as_str).collect(),
            Self::Text(_) => Vec::new(),
        }
    }

    /// The parameters of both forms. `other` wins where both have a name.
    pub fn merged(self, other: Self) -> Self {
        match (self, other) {
            (Self::Parts(mut left), Self::Parts(right)) => {
                left.extend(right);
                Self::Parts(left)
            }
            (_, other) => other,
        }
    }
}

fn path_of(name: &str) -> Option<Vec<String>> {
    let (head, mut rest) = match name.find('[') {
        Some(at) => name.split_at(at),
        None => (name, ""),
    };
    if head.is_empty() {
        return None;
    }
    let mut path = vec![head.to_owned()];
    while !rest.is_empty() {
        let (part, after) = rest.strip_prefix('[')?.split_once(']')?;
        if part.contains('[') || path.len() >= MAX_DEPTH {
            return None;
        }
        path.push(part.to_owned());
        rest = after;
    }
    Some(path)
}

/// Whether each percent sign has its two digits, which the parser, as browsers do, would otherwise take as it stands.
fn is_well_encoded(encoded: &str) -> bool {
    let is_whole = |rest: &str| rest.bytes().take(2).filter(u8::is_ascii_hexdigit).count() == 2;
    encoded.split('%').skip(1).all(is_whole)
}

/// What the parser puts where bytes are not UTF-8.
const REPLACED: char = char::REPLACEMENT_CHARACTER;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_become_parts_and_indexes_a_list_in_order() {
        let form = Form::parse(
            "relink_options[account]=fca_1&relink_options%5Bauthorization%5D=fcauth_1&p[10]=c&p[2]=b&p[0]=a",
        )
        .unwrap();
        let relink = form.part("relink_options").unwrap();
        assert_eq!(relink.text("account"), Some("fca_1"));
        assert_eq!(relink.text("authorization"), Some("fcauth_1"));
        assert_eq!(form.texts("p").unwrap(), ["a", "b", "c"]);
    }

    #[test]
    fn empty_brackets_append() {
        assert_eq!(Form::parse("p[]=a&p[]=b").unwrap().texts("p").unwrap(), ["a", "b"]);
    }

    #[test]
    fn plus_and_percent_are_decoded() {
        assert_eq!(
            Form::parse("name=Corner+Store%20%26%20Co").unwrap().text("name"),
            Some("Corner Store & Co")
        );
    }

    #[test]
    fn a_value_that_is_also_a_set_of_parts_is_refused() {
        assert_eq!(Form::parse("a=1&a[b]=2"), Err(FormError::Conflict("a[b]".into())));
        assert_eq!(Form::parse("a[b]=2&a=1"), Err(FormError::Conflict("a".into())));
    }

    #[test]
    fn brackets_that_do_not_close_or_go_too_deep_are_refused() {
        for name in ["a[b", "[a]", "a[b]c", "a[b[c]]", "a[1][2][3][4][5][6][7]"] {
            assert_eq!(Form::parse(&format!("{name}=1")), Err(FormError::BadName(name.into())), "{name}");
        }
    }

    #[test]
    fn a_flood_of_pairs_is_refused() {
        assert_eq!(Form::parse(&"a=1&".repeat(MAX_PAIRS + 1)), Err(FormError::TooManyPairs));
    }

    #[test]
    fn broken_percent_encoding_is_refused() {
        for text in ["a=%", "a=%zz", "a=%ff", "a=%é"] {
            assert_eq!(Form::parse(text), Err(FormError::BadEncoding), "{text}");
        }
    }
}
