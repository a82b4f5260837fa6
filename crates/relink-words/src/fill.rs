//! Takes a text apart so that its holes can be filled. The widget, the mail, the hosted page and the checker all use this
//! code, so a text is filled exactly as it was checked.

/// The holes of the widget's texts. One that begins with a space stands after the word for the thing, as in "w banku{ bank}":
/// it is the space and the name, or nothing where no name is known. A name has no cases; that word has them.
pub const WIDGET: &[&str] =
    &["bank", "Bank", " bank", "shop", "Shop", " shop", "account", " account", "date", "n", "digits"];

/// The holes of the mail's and the hosted page's texts.
pub const HOSTED: &[&str] = &[
    "bank", "Bank", " bank", "shop", "account", "Account", " account", "name", "date", "address", " address",
    "day", "month",
];

/// A piece of a text, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Words of the text itself.
    Said(&'a str),
    /// The name of a hole: the text between braces.
    Hole(&'a str),
}

/// The pieces of a text. Every second piece is a hole, because the check makes sure that braces come in pairs.
pub fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    // By bytes: to split by characters brings half a kilobyte of search along.
    while let Some(place) = rest.bytes().position(|byte| byte == b'{' || byte == b'}') {
        pieces.push(&rest[..place]);
        rest = &rest[place + 1..];
    }
    pieces.push(rest);
    let piece = |(place, part)| if place % 2 == 0 { Piece::Said(part) } else { Piece::Hole(part) };
    pieces.into_iter().enumerate().map(piece)
}

/// The name that a hole asks for, and whether it is a space and that name, or nothing.
pub fn asked(hole: &str) -> (&str, bool) {
    hole.strip_prefix(' ').map_or((hole, false), |name| (name, true))
}

#[cfg(test)]
mod tests {
    use super::{Piece, pieces};

    #[test]
    fn a_text_alternates_between_words_and_holes() {
        let found: Vec<Piece> = pieces("{Bank} and {shop}.").collect();
        let expected = [
            Piece::Said(""),
            Piece::Hole("Bank"),
            Piece::Said(" and "),
            Piece::Hole("shop"),
            Piece::Said("."),
        ];
        assert_eq!(found, expected);
        assert_eq!(pieces("Close").collect::<Vec<_>>(), [Piece::Said("Close")]);
    }
}
