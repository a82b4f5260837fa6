//! Dates as people write them, from Unix seconds. Days are UTC's: the shop does not know the customer's zone, and
//! the widget, which does, says the exact day.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

/// "9 December".
pub fn day(seconds: i64) -> String {
    utc(seconds).strftime("%-d %B").to_string()
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
    fn a_moment_beyond_the_calendar_has_a_day_too() {
        assert_eq!(day(i64::MAX), "30 December");
        assert_eq!(day(i64::MIN), "2 January");
    }
}
