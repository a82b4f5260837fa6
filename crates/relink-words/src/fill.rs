//! Takes a text apart so that its holes can be filled. The widget, the mail, the hosted page and the checker all use this
//! code, so a text is filled exactly as it was checked.

/// The holes of the widget's texts.
pub const WIDGET: &[&str] = &["bank", "Bank", "shop", "Shop", "account", "date", "n", "digits"];

/// The holes of the mail's and the hosted page's texts.
pub const HOSTED: &[&str] =
    &["bank", "Bank", "shop", "account", "Account", "name", "date", "address", "day", "month"];

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
    let parts = text.split(['{', '}']).enumerate();
    parts.map(|(place, part)| if place % 2 == 0 { Piece::Said(part) } else { Piece::Hole(part) })
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
