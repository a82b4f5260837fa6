//! How long rows are kept, from the environment: a variable for each kind, in days.

use relink_backend::Retention;
use relink_hosted::Mistake;

/// The most days that are taken: ten years.
const MOST: i64 = 3_650;

/// Reads the variables; what is wrong is handed to `wrong`, and the default taken in its place.
pub(crate) fn read(
    get: impl Fn(&'static str) -> Option<String>,
    mut wrong: impl FnMut(Mistake),
) -> Retention {
    let default = Retention::default();
    let mut days = |name: &'static str, least: i64, expected: &'static str, default: i64| {
        let Some(text) = get(name) else { return default };
        let days = text.parse::<i64>().ok().filter(|days| (least..=MOST).contains(days));
        days.unwrap_or_else(|| {
            wrong(Mistake::Wrong { name, expected });
            default
        })
    };
    const WEEK: &str = "days from 7 to 3650";
    const MONTH: &str = "days from 30 to 3650";
    Retention {
        sessions: days("RELINK_KEEP_SESSIONS_DAYS", 7, WEEK, default.sessions),
        accounts: days("RELINK_KEEP_ACCOUNTS_DAYS", 7, WEEK, default.accounts),
        links: days("RELINK_KEEP_LINKS_DAYS", 7, WEEK, default.links),
        messages: days("RELINK_KEEP_MESSAGES_DAYS", 7, WEEK, default.messages),
        contacts: days("RELINK_KEEP_CONTACTS_DAYS", 7, WEEK, default.contacts),
        journal: days("RELINK_KEEP_JOURNAL_DAYS", 30, MONTH, default.journal),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_days_of_its_own_and_what_cannot_be_is_named() {
        let mut mistakes = Vec::new();
        let read_with = |name: &'static str, value: &'static str, mistakes: &mut Vec<String>| {
            let get = |asked| (asked == name).then(|| value.to_owned());
            read(get, |mistake| mistakes.push(mistake.to_string()))
        };
        let kept = read_with("RELINK_KEEP_LINKS_DAYS", "14", &mut mistakes);
        assert_eq!(kept, Retention { links: 14, ..Retention::default() });
        assert!(mistakes.is_empty());
        for (name, value) in [
            ("RELINK_KEEP_SESSIONS_DAYS", "0"),
            ("RELINK_KEEP_JOURNAL_DAYS", "29"),
            ("RELINK_KEEP_LINKS_DAYS", "ever"),
        ] {
            assert_eq!(read_with(name, value, &mut mistakes), Retention::default());
            assert!(mistakes.pop().is_some_and(|said| said.starts_with(name) && !said.contains("ever")));
        }
    }
}
