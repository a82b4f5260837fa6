//! Dates as people write them, from Unix seconds. Days are UTC's: the shop does not know the customer's zone, and
//! the widget, which does, says the exact day.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

/// "9 December".
pub fn day(seconds: i64) -> String {
    utc(seconds).strftime("%-d %B").to_string()
}

/// When the next weekly box is paid, after that moment: on Friday at noon.
pub fn next_box(now: i64) -> i64 {
    const DAY: i64 = 86_400;
    // The first day of 1970 was a Thursday.
    let noon_of_a_friday = DAY + DAY / 2;
    now + 7 * DAY - (now - noon_of_a_friday).rem_euclid(7 * DAY)
}

/// The calendar's day. A moment beyond the calendar, which nobody means, is its end.
fn utc(seconds: i64) -> DateTime {
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
    }

    #[test]
    fn the_next_box_is_paid_on_a_friday() {
        // 9 December 2026 is a Wednesday.
        assert_eq!(day(next_box(1_796_774_400)), "11 December");
        let friday = next_box(1_796_774_400);
        assert_eq!((next_box(friday - 1), day(next_box(friday))), (friday, "18 December".to_owned()));
    }

    #[test]
    fn a_moment_beyond_the_calendar_has_a_day_too() {
        assert_eq!(day(i64::MAX), "30 December");
        assert_eq!(day(i64::MIN), "2 January");
    }
}
