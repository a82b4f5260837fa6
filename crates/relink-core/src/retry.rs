//! When a call is tried again. Pauses start at 0.5 s, double, and are jittered. `Retry-After` is obeyed up to a minute;
//! a longer one is shown to the customer. There are at most five automatic tries, so no pause is longer than 4 s; then
//! the customer decides.
//!
//! The jitter is equal jitter ("Exponential Backoff And Jitter", AWS Architecture Blog, 2015): a pause lies between the
//! previous ceiling and its own, so each is longer than the last. docs/contract.md promises growing, jittered pauses.
//! Full jitter spreads a crowd further, but its third pause is often shorter than its second.

/// The most automatic tries.
pub const MOST_TRIES: u32 = 5;
/// The upper end of the first pause, milliseconds.
const BASE_MS: u64 = 500;
/// A `Retry-After` longer than this is shown to the customer, milliseconds.
const PATIENCE_MS: u64 = 60_000;

/// What to do after a try failed in a way that may pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Try again after that many milliseconds.
    After(u64),
    /// Leave it to the customer.
    GiveUp,
}

/// Whether the same request may get another answer later (docs/contract.md, "Retries").
pub fn is_worth_retrying(status: u16) -> bool {
    matches!(status, 408 | 425 | 429 | 500 | 502 | 503 | 504)
}

/// Decides what to do after `tries` tries.
pub fn next(tries: u32, retry_after_ms: Option<u64>, random: u128) -> Next {
    if tries >= MOST_TRIES {
        return Next::GiveUp;
    }
    let ceiling = BASE_MS << tries.saturating_sub(1);
    // Half of the bits: to divide all of them is a kilobyte of code.
    let draw = random as u64 % 1_000;
    let pause = ceiling / 2 + ceiling / 2 * draw / 1_000;
    match retry_after_ms {
        Some(asked) if asked > PATIENCE_MS => Next::GiveUp,
        Some(asked) => Next::After(asked.max(pause)),
        None => Next::After(pause),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pause(tries: u32, random: u128) -> u64 {
        match next(tries, None, random) {
            Next::After(ms) => ms,
            Next::GiveUp => 0,
        }
    }

    #[test]
    fn each_pause_is_longer_than_the_one_before_however_they_are_drawn() {
        assert_eq!([1, 2, 3, 4].map(|tries| pause(tries, 0)), [250, 500, 1_000, 2_000]);
        assert_eq!([1, 2, 3, 4].map(|tries| pause(tries, 999)), [499, 999, 1_999, 3_998]);
    }

    #[test]
    fn the_fifth_failure_is_the_customers_turn() {
        assert_eq!(next(MOST_TRIES, Some(1), 0), Next::GiveUp);
    }

    #[test]
    fn retry_after_is_obeyed_up_to_a_minute() {
        assert_eq!(next(1, Some(60_000), 0), Next::After(60_000));
        assert_eq!(next(1, Some(60_001), 0), Next::GiveUp);
    }
}
