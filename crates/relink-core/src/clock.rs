//! Time and randomness as arguments: what the shell read when an input happened.

/// One instant, with randomness to use in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moment {
    /// Milliseconds on a monotonic clock, which ignores corrections of the wall clock (`performance.now()`). Its zero
    /// has no meaning.
    pub elapsed_ms: u64,
    /// Milliseconds since 1970 by the browser's wall clock, which may be wrong.
    pub unix_ms: i64,
    /// Fresh random bits, never given twice.
    pub random: u128,
}

/// The last day shown, in Unix seconds: the end of the year 9999. Browsers support some later dates, then none.
const LAST_DAY: i64 = 253_402_300_799;

/// The first day shown, in Unix seconds: the beginning of the year 2000.
const FIRST_DAY: i64 = 946_684_800;

/// The day, if the view can say that something stops on it. A day in the past or beyond all calendars is not shown.
pub fn day_ahead(on: i64, now: i64) -> Option<i64> {
    (now..=LAST_DAY).contains(&on).then_some(on)
}

/// The day, if the view can say that something worked until it. A day to come, or before there were banks online, is not
/// shown.
pub fn day_past(on: i64, now: i64) -> Option<i64> {
    (FIRST_DAY..=now).contains(&on).then_some(on)
}

/// So many seconds in milliseconds, or the nearest number that there is. By limits: to multiply and see whether it was too much
/// takes 128 bits, and they a function of their own.
pub fn milliseconds(seconds: i64) -> i64 {
    const MOST: i64 = i64::MAX / 1000;
    seconds.clamp(-MOST, MOST) * 1000
}

impl Moment {
    /// Seconds since 1970 by the browser's wall clock.
    pub fn unix(&self) -> i64 {
        self.unix_ms.div_euclid(1000)
    }

    /// Unix seconds now, by a clock that showed `unix` when `at_ms` milliseconds had elapsed.
    pub fn later_than(&self, unix: i64, at_ms: u64) -> i64 {
        let since = i64::try_from(self.elapsed_ms.saturating_sub(at_ms) / 1000).unwrap_or_default();
        unix.saturating_add(since)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_beyond_all_milliseconds_are_the_most_that_there_are() {
        assert_eq!([-2, 0, 7].map(milliseconds), [-2_000, 0, 7_000]);
        assert_eq!(milliseconds(i64::MAX), i64::MAX / 1000 * 1000);
        assert_eq!(milliseconds(i64::MIN), -milliseconds(i64::MAX));
    }

    #[test]
    fn a_day_that_is_past_or_beyond_all_calendars_is_not_said() {
        let now = 1_795_000_000;
        assert_eq!(day_ahead(now + 86_400, now), Some(now + 86_400));
        for odd in [now - 1, 0, -1, i64::MIN, i64::MAX, LAST_DAY + 1, 8_640_000_000_001] {
            assert_eq!(day_ahead(odd, now), None, "{odd}");
        }
    }

    #[test]
    fn a_day_to_come_or_of_another_century_is_not_said_to_be_past() {
        let now = 1_795_000_000;
        assert_eq!(day_past(now - 86_400, now), Some(now - 86_400));
        for odd in [now + 1, 0, -1, FIRST_DAY - 1, i64::MIN, i64::MAX] {
            assert_eq!(day_past(odd, now), None, "{odd}");
        }
    }
}
