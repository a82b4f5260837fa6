//! Dates as people write them, from Unix seconds. Days are in UTC: the shop does not know the customer's time zone. The
//! widget does, and shows the exact day.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;

/// "9 December".
pub fn day(seconds: i64) -> String {
    utc(seconds).strftime("%-d %B").to_string()
}

/// "9 December, 06:00 UTC".
pub fn day_and_time(seconds: i64) -> String {
    utc(seconds).strftime("%-d %B, %H:%M UTC").to_string()
}

/// The first second of a day that is written `2026-12-09`, in UTC.
pub fn start_of(day: &str) -> Option<i64> {
    let date: Date = day.parse().ok().filter(|_| day.len() == "2026-12-09".len())?;
    Offset::UTC.to_timestamp(date.at(0, 0, 0, 0)).ok().map(Timestamp::as_second)
}

/// The calendar's day and the clock's time. A moment beyond the calendar, which nobody means, is its end.
pub fn utc(seconds: i64) -> DateTime {
    let beyond = if seconds < 0 { Timestamp::MIN } else { Timestamp::MAX };
    Offset::UTC.to_datetime(Timestamp::from_second(seconds).unwrap_or(beyond))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_calendar() {
        assert_eq!(day(0), "1 January");
        assert_eq!(day(1_709_164_800), "29 February");
        assert_eq!(day(1_796_774_400), "9 December");
        assert_eq!(day(-1), "31 December");
        assert_eq!(day_and_time(1_796_774_400 + 6 * 3600 + 300), "9 December, 06:05 UTC");
    }

    #[test]
    fn a_day_begins_at_midnight() {
        assert_eq!(start_of("2026-12-09"), Some(1_796_774_400));
        for bad in ["", "9 December", "2026-12-9", "2026-13-09", "2026-12-09T01:00:00Z", "20261209"] {
            assert_eq!(start_of(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_moment_beyond_the_calendar_has_a_day_too() {
        assert_eq!(day(i64::MAX), "30 December");
        assert_eq!(day(i64::MIN), "2 January");
    }
}
