//! A date and time as people write them, for the bank's notices: "9 December, 06:00 UTC".

use jiff::Timestamp;
use jiff::tz::Offset;

/// Day, month and time of Unix seconds. A moment beyond the calendar is written as 1 January 1970's.
pub fn day_and_time(unix: i64) -> String {
    let moment = Timestamp::from_second(unix).unwrap_or(Timestamp::UNIX_EPOCH);
    Offset::UTC.to_datetime(moment).strftime("%-d %B, %H:%M UTC").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_read_as_people_write_them() {
        assert_eq!(day_and_time(0), "1 January, 00:00 UTC");
        assert_eq!(day_and_time(951_782_400), "29 February, 00:00 UTC");
        assert_eq!(day_and_time(951_868_800), "1 March, 00:00 UTC");
        assert_eq!(day_and_time(1_796_882_400), "10 December, 06:00 UTC");
    }
}
