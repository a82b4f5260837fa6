//! One `Idempotency-Key` for each intent, made before the first send and kept across retries and reloads.

/// Makes a key from fresh random bits: 128 bits in hexadecimal.
pub fn make(random: u128) -> String {
    let digit = |shift: u32| char::from_digit((random >> shift & 0xf) as u32, 16).unwrap_or('0');
    (0..32).rev().map(|place| digit(place * 4)).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_key_is_its_random_bits_in_hexadecimal() {
        assert_eq!(super::make(0xfeed), "0000000000000000000000000000feed");
    }
}
