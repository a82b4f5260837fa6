//! The clock and the randomness of the stand-in.

/// Unix seconds.
pub fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}

/// A time as Plaid writes it.
pub fn time(unix: i64) -> String {
    jiff::Timestamp::from_second(unix).map(|at| at.to_string()).unwrap_or_default()
}

/// Sixteen random bytes, written so that they can be in an address.
pub fn random() -> String {
    use ring::rand::SecureRandom;
    let mut bytes = [0; 16];
    // A stand-in without randomness would hand out the same ids twice, and is of no use.
    if ring::rand::SystemRandom::new().fill(&mut bytes).is_err() {
        unreachable!("the system has no randomness");
    }
    hex::encode(bytes)
}
