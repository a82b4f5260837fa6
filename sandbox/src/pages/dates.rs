//! A date and time as people write them, for the bank's notices: "9 December, 06:00 UTC".

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

/// Day, month and time of Unix seconds. The month follows from the day of a year that begins in March, in which
/// leap days come last.
pub fn day_and_time(unix: i64) -> String {
    let (days, seconds) = (unix.div_euclid(86_400), unix.rem_euclid(86_400));
    let day_of_era = (days + 719_468).rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = MONTHS[usize::try_from((month_from_march + 2) % 12).unwrap_or(0)];
    format!("{day} {month}, {:02}:{:02} UTC", seconds / 3_600, seconds % 3_600 / 60)
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
