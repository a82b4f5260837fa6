//! Time and randomness as arguments: what the shell read at the instant an input happened.

/// One instant, with the randomness that may be used up in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moment {
    /// Milliseconds on a clock that never goes back and does not stop for the wall clock's corrections
    /// (`performance.now()`); its zero means nothing.
    pub elapsed_ms: u64,
    /// Milliseconds since 1970 by the browser's wall clock, which may be wrong.
    pub unix_ms: i64,
    /// Fresh random bits, never given twice.
    pub random: u128,
}

impl Moment {
    /// Seconds since 1970 by the browser's wall clock.
    pub fn unix(&self) -> i64 {
        self.unix_ms.div_euclid(1000)
    }

    /// Unix seconds now, by a clock that showed those seconds when so many milliseconds had elapsed.
    pub fn later_than(&self, unix: i64, at_ms: u64) -> i64 {
        let since = i64::try_from(self.elapsed_ms.saturating_sub(at_ms) / 1000).unwrap_or_default();
        unix.saturating_add(since)
    }
}
