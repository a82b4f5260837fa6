//! Text that a bank or a merchant supplied. It is not trusted: it may try to look like something else.
//! Stripe documents no limits for names. This removes everything that changes how *other* text on the page reads:
//! controls, line breaks, and Unicode's bidirectional overrides and isolates (UAX #9), known from "Trojan Source"
//! (CVE-2021-42574). The page isolates the rest with `<bdi>`.

use std::fmt;

/// The longest name that is shown, in characters; a longer one ends in an ellipsis.
const LONGEST: usize = 120;
/// The longest passage that is shown whole, in characters.
const LONGEST_PASSAGE: usize = 4_000;

/// Text from outside that is safe to put into a text node: one line, no controls, no direction overrides,
/// never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DisplayText(Box<str>);

impl DisplayText {
    /// Cleans text from outside; `None` if nothing readable is left.
    pub fn parse(raw: &str) -> Option<Self> {
        Self::clean(raw, LONGEST, false)
    }

    /// A passage that must be shown word for word, such as a text that the customer agrees to. `None` if it would have
    /// to be changed, because it hides something or is longer than 4000 characters. White space may differ.
    pub fn verbatim(raw: &str) -> Option<Self> {
        Self::clean(raw, LONGEST_PASSAGE, true)
    }

    fn clean(raw: &str, longest: usize, whole: bool) -> Option<Self> {
        let mut clean = String::new();
        let mut length = 0;
        let mut gap = false;
        for c in raw.chars() {
            if c.is_whitespace() {
                gap = !clean.is_empty();
            } else if is_hidden(c) || clean.is_empty() && is_shaping(c) {
                if whole {
                    return None;
                }
            } else {
                if length >= longest {
                    if whole {
                        return None;
                    }
                    clean.push('…');
                    break;
                }
                if gap {
                    clean.push(' ');
                    length += 1;
                    gap = false;
                }
                clean.push(c);
                length += 1;
            }
        }
        (!clean.is_empty()).then(|| Self(clean.into()))
    }

    /// The clean text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DisplayText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Controls, direction marks and overrides, joiners that only hide, letters without a shape (fillers), byte-order marks,
/// and tag characters.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00AD}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{180B}'..='\u{180F}' | '\u{200B}' | '\u{200E}' | '\u{200F}'
            | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}'
            | '\u{FFF0}'..='\u{FFFB}' | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}'
            | '\u{E0000}'..='\u{E00FF}' | '\u{E01F0}'..='\u{E0FFF}')
}

/// Characters that shape their neighbours and are invisible themselves: joiners, which Persian and family emoji need,
/// and variation selectors. They need something before them: a name made only of these would be invisible.
fn is_shaping(c: char) -> bool {
    matches!(c,
        '\u{034F}' | '\u{17B4}' | '\u{17B5}' | '\u{200C}' | '\u{200D}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

/// The end of an account number, at most four characters: whatever a backend sends, more is never stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Last4(Box<str>);

impl Last4 {
    /// Keeps the last four letters or digits; `None` if there are none.
    pub fn parse(raw: &str) -> Option<Self> {
        let mut kept = String::new();
        for c in raw.chars().filter(char::is_ascii_alphanumeric) {
            kept.push(c);
        }
        let last = &kept[kept.len().saturating_sub(4)..];
        (!last.is_empty()).then(|| Self(last.into()))
    }

    /// The characters, `1234`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(raw: &str) -> Option<String> {
        DisplayText::parse(raw).map(|text| text.to_string())
    }

    #[test]
    fn a_passage_is_shown_word_for_word_or_not_at_all() {
        let long = "I agree. ".repeat(200);
        let verbatim = |raw: &str| DisplayText::verbatim(raw).map(|text| text.to_string());
        assert_eq!(verbatim(&long).as_deref(), Some(long.trim()));
        assert_eq!(verbatim("  I agree\n to it ").as_deref(), Some("I agree to it"));
        for changed in ["I do \u{202E}not agree", "I\u{200B} agree", " ", &"I agree. ".repeat(500)] {
            assert_eq!(verbatim(changed), None, "{changed:.20}");
        }
    }

    #[test]
    fn direction_overrides_are_removed() {
        assert_eq!(shown("Bank\u{202E}knaB\u{2066}").as_deref(), Some("BankknaB"));
    }

    #[test]
    fn lines_and_runs_of_space_become_one_space() {
        assert_eq!(shown("  Harbour\r\n\t Bank ").as_deref(), Some("Harbour Bank"));
    }

    #[test]
    fn nothing_readable_is_nothing() {
        for blank in [" \u{200B}\u{0} ", "\u{3164}", "\u{2800} \u{2800}", "\u{200D}", "\u{FE0F}\u{200C}"] {
            assert_eq!(shown(blank), None, "{blank:?}");
        }
    }

    #[test]
    fn what_is_readable_is_not_pushed_out_by_what_nobody_sees() {
        assert_eq!(shown(&("\u{200D}".repeat(200) + "Bank")).as_deref(), Some("Bank"));
    }

    #[test]
    fn joiners_that_writing_needs_stay() {
        for name in ["بانک می\u{200C}خواهم", "\u{1F468}\u{200D}\u{1F469} Bank", "\u{2764}\u{FE0F} Bank"]
        {
            assert_eq!(shown(name).as_deref(), Some(name));
        }
    }

    #[test]
    fn a_very_long_name_is_cut_by_characters_and_says_so() {
        let text = shown(&"ß".repeat(5000)).unwrap_or_default();
        assert_eq!(text.chars().count(), LONGEST + 1);
        assert!(text.ends_with('…'));
    }

    #[test]
    fn markup_stays_text() {
        assert_eq!(shown("<b>Bank</b>").as_deref(), Some("<b>Bank</b>"));
    }

    #[test]
    fn a_full_number_in_last4_is_never_kept() {
        assert_eq!(Last4::parse("000123456789").as_ref().map(Last4::as_str), Some("6789"));
        assert_eq!(Last4::parse("••").as_ref().map(Last4::as_str), None);
    }
}
