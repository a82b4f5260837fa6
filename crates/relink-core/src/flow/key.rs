//! One `Idempotency-Key` per intent, made before the first send and kept across retries and reloads.

/// Makes a key from fresh random bits: 128 bits in hexadecimal.
pub fn make(random: u128) -> String {
    let mut key = String::new();
    for byte in random.to_be_bytes() {
        for half in [byte >> 4, byte & 0xf] {
            key.push(char::from(b"0123456789abcdef"[usize::from(half)]));
        }
    }
    key
}

/// Makes a flow's id from half of the random bits, so that the id in analytics does not reveal keys made from the same
/// bits.
pub fn flow(random: u128) -> String {
    let mut id = String::from("flow_");
    id.push_str(&make(random)[..16]);
    id
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_flows_id_tells_half_of_its_bits() {
        assert_eq!(super::flow(0xfeed << 64 | 0xdead), "flow_000000000000feed");
    }

    #[test]
    fn a_key_is_its_random_bits_in_hexadecimal() {
        assert_eq!(super::make(0xfeed), "0000000000000000000000000000feed");
    }
}
