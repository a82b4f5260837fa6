//! Names from banks and merchants: what is shown is one line, has something to see in it, and changes nothing around it.

use relink_wire::{DisplayText, Last4};

/// The longest text that is shown, and the ellipsis of one that was cut.
const LONGEST: usize = 122;

/// The oracle.
pub fn judge(bytes: &[u8]) {
    let raw = String::from_utf8_lossy(bytes);
    match DisplayText::parse(&raw) {
        Some(text) => holds(text.as_str()),
        None => {
            assert!(!raw.chars().any(|c| c.is_ascii_graphic()), "something to read became nothing: {raw:?}")
        }
    }
    if let Some(last4) = Last4::parse(&raw) {
        last4_holds(last4.as_str(), &raw);
    }
}

/// What holds of every text that is shown, whatever it came of.
pub fn holds(shown: &str) {
    assert!(shown.chars().count() <= LONGEST, "{} characters", shown.chars().count());
    assert!(!shown.starts_with(' ') && !shown.ends_with(' ') && !shown.contains("  "), "{shown:?}");
    assert!(
        shown.chars().all(|c| c == ' ' || !c.is_whitespace()),
        "more than one line, or odd space: {shown:?}"
    );
    for c in shown.chars() {
        assert!(!is_bidi_control(c), "a direction control, U+{:04X}", u32::from(c));
        assert!(!is_control(c), "a control, U+{:04X}", u32::from(c));
    }
    assert!(shown.chars().any(is_seen), "nothing to see in {shown:?}");
    let again = DisplayText::parse(shown);
    assert_eq!(again.as_ref().map(DisplayText::as_str), Some(shown), "what is clean stays as it is");
}

/// What holds of every end of a number.
pub fn last4_holds(kept: &str, raw: &str) {
    assert!(
        (1..=4).contains(&kept.len()) && kept.bytes().all(|byte| byte.is_ascii_alphanumeric()),
        "{kept:?}"
    );
    let all: String = raw.chars().filter(char::is_ascii_alphanumeric).collect();
    assert!(all.ends_with(kept), "{kept:?} is not the end of {raw:?}");
    assert_eq!(Last4::parse(kept).as_ref().map(Last4::as_str), Some(kept));
}

/// `Bidi_Control` of Unicode 16, PropList.txt.
fn is_bidi_control(c: char) -> bool {
    matches!(u32::from(c), 0x061C | 0x200E..=0x200F | 0x202A..=0x202E | 0x2066..=0x2069)
}

/// Controls: `Cc`, the separators of lines and paragraphs, and the format characters (`Cf`) that show nothing and are no
/// part of writing: what is left of `Cf` are Arabic and Kaithi number signs, hieroglyph joiners, and ZWNJ and ZWJ.
fn is_control(c: char) -> bool {
    c.is_control()
        || matches!(u32::from(c), 0x00AD | 0x180E | 0x200B | 0x2028..=0x2029 | 0x2060..=0x2064 | 0x206A..=0x206F
            | 0xFEFF | 0xFFF9..=0xFFFB | 0x1BCA0..=0x1BCA3 | 0x1D173..=0x1D17A | 0xE0001 | 0xE0020..=0xE007F)
}

/// `Default_Ignorable_Code_Point` of Unicode 16, DerivedCoreProperties.txt, and the blank of Braille: none has a shape.
fn is_seen(c: char) -> bool {
    !c.is_whitespace()
        && !matches!(u32::from(c), 0x00AD | 0x034F | 0x061C | 0x115F..=0x1160 | 0x17B4..=0x17B5 | 0x180B..=0x180F
            | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x206F | 0x2800 | 0x3164 | 0xFE00..=0xFE0F | 0xFEFF | 0xFFA0
            | 0xFFF0..=0xFFF8 | 0x1BCA0..=0x1BCA3 | 0x1D173..=0x1D17A | 0xE0000..=0xE0FFF)
}
