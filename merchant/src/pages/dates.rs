//! Dates as people write them, from Unix seconds. Days are UTC's: the shop does not know the customer's zone, and
//! the widget, which does, says the exact day.

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// "9 December".
pub fn day(seconds: i64) -> String {
    let (month, day) = civil(seconds.div_euclid(86_400));
    format!("{day} {}", MONTHS[month - 1])
}

/// "9 December, 06:00 UTC".
pub fn day_and_time(seconds: i64) -> String {
    let of_day = seconds.rem_euclid(86_400);
    format!("{}, {:02}:{:02} UTC", day(seconds), of_day / 3600, of_day % 3600 / 60)
}

/// Month and day of a day counted from 1970 (Howard Hinnant, "chrono-compatible low-level date algorithms").
pub fn civil(days: i64) -> (usize, i64) {
    let shifted = days + 719_468;
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (usize::try_from(month).unwrap_or(1), day)
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
}
