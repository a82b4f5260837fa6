//! The color of a bank's or a merchant's mark without a logo. It depends only on the name, so it is the same wherever
//! the mark is drawn.

/// How many colours there are. Each has to carry white letters.
pub const HUES: u32 = 6;

/// FNV-1a, for values that must be the same everywhere and are not secret.
pub fn fnv1a(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// The number of the colour of that name, below [`HUES`].
pub fn hue(name: &str) -> u32 {
    fnv1a(name) % HUES
}

#[cfg(test)]
mod tests {
    use super::{HUES, hue};

    #[test]
    fn a_name_has_one_colour_and_names_share_out_all() {
        assert_eq!(hue("Harbour Bank"), hue("Harbour Bank"));
        let seen: Vec<u32> =
            (0..HUES).filter(|wanted| (0..99).any(|n| hue(&n.to_string()) == *wanted)).collect();
        assert_eq!(seen, [0, 1, 2, 3, 4, 5]);
    }
}
