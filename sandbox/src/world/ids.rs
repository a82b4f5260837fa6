//! Ids that are computed from a seed and a counter: two runs with the same seed give the same ids.

use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::secret::Secret;

/// The source of ids.
#[derive(Clone, Debug)]
pub struct Ids {
    seed: Secret,
    given: u64,
}

impl Ids {
    /// Starts a seed's sequence.
    pub fn new(seed: &str) -> Self {
        Self { seed: Secret::new(seed), given: 0 }
    }

    /// A short id, `prefix_00001…`. The counter comes first, so ids sort by age.
    pub fn next(&mut self, prefix: &str) -> String {
        let tail: String = self.digest().chars().take(12).collect();
        format!("{prefix}_{:05}{tail}", self.given)
    }

    /// Thirty-two hexadecimal digits that cannot be guessed without the seed.
    pub fn unguessable(&mut self) -> String {
        self.digest().chars().take(32).collect()
    }

    fn digest(&mut self) -> String {
        self.given += 1;
        hex_hmac(self.seed.expose().as_bytes(), &self.given.to_be_bytes())
    }
}

/// HMAC-SHA256 in hexadecimal digits.
pub fn hex_hmac(key: &[u8], message: &[u8]) -> String {
    let mut mac = <Hmac<Sha256> as Mac>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.update(message);
    hex::encode(mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_seed_gives_one_sequence_and_another_seed_another() {
        let (mut a, mut b, mut c) = (Ids::new("a"), Ids::new("a"), Ids::new("c"));
        let first = a.next("evt");
        assert_eq!(first, b.next("evt"));
        assert_ne!(first, c.next("evt"));
        assert_ne!(first, a.next("evt"));
    }
}
