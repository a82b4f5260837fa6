//! Two made-up languages for the gallery: accented English that is two fifths longer, and the same from right to left.
//! They show a text that does not come from the language files, and a box that only English fits in.

use crate::source::Language;

/// Accented English, longer by two fifths: `en-XA`.
pub fn accented(english: &Language) -> Language {
    english.map("en-XA", |name, text| match name {
        "language" => "en-XA".to_owned(),
        "direction" => text.to_owned(),
        _ => stretch(text),
    })
}

/// The same from right to left: `en-XB`.
pub fn mirrored(english: &Language) -> Language {
    accented(english).map("en-XB", |name, text| match name {
        "language" => "en-XB".to_owned(),
        "direction" => "rtl".to_owned(),
        _ => text.to_owned(),
    })
}

/// `{holes}` stay as they are.
fn stretch(text: &str) -> String {
    let (mut out, mut letters, mut in_hole) = (String::from("["), 0, false);
    for c in text.chars() {
        in_hole = (in_hole || c == '{') && c != '}';
        letters += usize::from(!in_hole && c != '}');
        out.push(if in_hole { c } else { accent(c) });
    }
    // At least one character, so that every text differs from English.
    for place in 0..(letters * 2 / 5).max(1) {
        out.push(if place % 6 == 0 { ' ' } else { '~' });
    }
    out.push(']');
    out
}

fn accent(c: char) -> char {
    const PLAIN: &str = "aceginorsuyzACEGINORSUYZ";
    const ACCENTED: &str = "áçéğîñöřšûýžÁÇÉĞÎÑÖŘŠÛÝŽ";
    PLAIN.chars().zip(ACCENTED.chars()).find(|(plain, _)| *plain == c).map_or(c, |(_, accented)| accented)
}

#[cfg(test)]
mod tests {
    use super::stretch;

    #[test]
    fn a_text_grows_by_two_fifths_and_keeps_its_holes() {
        let text = "Continue to {bank}, and finish there";
        let longer = stretch(text);
        assert!(longer.contains("{bank}") && !longer.contains("Continue"), "{longer}");
        let words = text.chars().count() - "{bank}".len();
        assert!(longer.chars().count() >= text.chars().count() + words * 2 / 5, "{longer}");
    }
}
