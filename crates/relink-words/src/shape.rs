//! What a message consists of: one text, a heading with what is said below it, or a text for each plural category.

use crate::fill::{Piece, asked, pieces};
use crate::plurals::CATEGORIES;
use crate::source::Message;
use std::collections::BTreeSet;

/// The parts that a message which is not a plural may have.
pub(crate) const SHAPES: [&[&str]; 2] = [&["heading", "text"], &["heading", "what", "next"]];

/// Whether the parts are plural categories.
pub(crate) fn is_plural(parts: &[(String, String)]) -> bool {
    parts.iter().any(|(part, _)| part == "other")
}

/// How many lines a message of English takes.
pub(crate) fn width(entry: &Message) -> usize {
    match entry {
        Message::Text(_) => 1,
        Message::Parts(parts) if is_plural(parts) => CATEGORIES.len(),
        Message::Parts(parts) => parts.len(),
    }
}

/// The texts of a message, a line for each, in the order that `english` gives them. A line is empty where the
/// language has no such plural category. `own` was checked against `english`.
pub(crate) fn lines<'a>(english: &Message, own: Option<&'a Message>) -> Vec<&'a str> {
    match (english, own) {
        (Message::Text(_), Some(Message::Text(text))) => vec![text],
        (Message::Parts(parts), Some(Message::Parts(own))) => {
            let find =
                |part: &str| own.iter().find(|(name, _)| name == part).map_or("", |(_, text)| text.as_str());
            if is_plural(parts) {
                CATEGORIES.map(find).into()
            } else {
                parts.iter().map(|(part, _)| find(part)).collect()
            }
        }
        // The check refuses these.
        (Message::Text(_) | Message::Parts(_), _) => vec![""; width(english)],
    }
}

/// What a text is filled with. `{Bank}`, `{bank}` and `{ bank}` are the same: grammar decides which form a place needs.
pub(crate) fn holes(text: &str) -> BTreeSet<String> {
    let hole = |piece| match piece {
        Piece::Said(_) => None,
        Piece::Hole(hole) => Some(asked(hole).0.to_ascii_lowercase()),
    };
    pieces(text).filter_map(hole).collect()
}
