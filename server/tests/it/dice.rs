//! Randomness that can be repeated: `RELINK_TEST_SEED` names the seed, and a run says which it took.

/// A sequence of numbers that follows from its seed (splitmix64).
pub struct Dice(u64);

impl Dice {
    /// The seed of the environment, else a new one; said, so that a failure can be repeated.
    pub fn new() -> Self {
        let seed = number("RELINK_TEST_SEED").unwrap_or_else(|| u64::from(std::process::id()));
        println!("RELINK_TEST_SEED={seed}");
        Self(seed)
    }

    /// A number below `sides`.
    pub fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % sides
    }

    /// Puts a list into any order.
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for last in (1..list.len()).rev() {
            list.swap(last, self.roll(last as u64 + 1) as usize);
        }
    }
}

/// A number of the environment: how much of something a longer run is to do.
pub fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}
