//! When a call is tried again: base 0.5 s, doubling, at most 8 s, jittered; `Retry-After` is obeyed up to a
//! minute and told to the customer beyond that; at most five tries by itself, then it is the customer's turn.
//!
//! The jitter is full (as in "Exponential Backoff And Jitter", AWS Architecture Blog, 2015) above a floor that
//! keeps a retry from following at once; for 429 it is equal, since the server has asked for patience.

/// Tries that are made without the customer.
pub const MOST_TRIES: u32 = 5;
/// The first pause's upper end, milliseconds.
const BASE_MS: u64 = 500;
/// The longest pause's upper end, milliseconds.
const CAP_MS: u64 = 8_000;
/// No pause is shorter, milliseconds.
const FLOOR_MS: u64 = 100;
/// A longer `Retry-After` is told to the customer, milliseconds.
const PATIENCE_MS: u64 = 60_000;

/// What to do after a try that failed in a way that another may not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Try again after that many milliseconds.
    After(u64),
    /// Leave it to the customer.
    GiveUp,
}

/// Whether a later try of the same request may be answered differently (CONTRACT, "Codes").
pub fn is_worth_retrying(status: u16) -> bool {
    matches!(status, 408 | 425 | 429 | 500 | 502 | 503 | 504)
}

/// Decides after `tries` tries, the last of which failed with that status (none: no answer).
pub fn next(tries: u32, status: Option<u16>, retry_after_ms: Option<u64>, random: u128) -> Next {
    if tries >= MOST_TRIES {
        return Next::GiveUp;
    }
    let ceiling = (BASE_MS << tries.saturating_sub(1).min(8)).min(CAP_MS);
    let draw = (random % 1_000) as u64;
    let pause = if status == Some(429) {
        ceiling / 2 + ceiling / 2 * draw / 1_000
    } else {
        FLOOR_MS + (ceiling - FLOOR_MS) * draw / 1_000
    };
    match retry_after_ms {
        Some(asked) if asked > PATIENCE_MS => Next::GiveUp,
        Some(asked) => Next::After(asked.max(pause)),
        None => Next::After(pause),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_eight_seconds_and_never_beyond() {
        let longest = |tries| match next(tries, None, None, 999) {
            Next::After(ms) => ms,
            Next::GiveUp => 0,
        };
        assert_eq!([1, 2, 3, 4].map(longest), [499, 999, 1998, 3996]);
        assert_eq!(next(0, None, None, 0), Next::After(FLOOR_MS));
    }

    #[test]
    fn the_fifth_failure_is_the_customers_turn() {
        assert_eq!(next(MOST_TRIES, Some(503), Some(1), 0), Next::GiveUp);
    }

    #[test]
    fn retry_after_is_obeyed_up_to_a_minute() {
        assert_eq!(next(1, Some(503), Some(60_000), 0), Next::After(60_000));
        assert_eq!(next(1, Some(503), Some(60_001), 0), Next::GiveUp);
    }

    #[test]
    fn a_server_that_asked_for_patience_gets_at_least_half_the_pause() {
        assert_eq!(next(2, Some(429), None, 0), Next::After(500));
    }
}
