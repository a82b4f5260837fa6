//! The plural categories of each language, by Unicode's CLDR. Which number is in which category is the browser's
//! matter (`Intl.PluralRules`); here is only which of them a translation must have. `e2e/contract/languages.test.mjs` holds this
//! table against a browser's.

/// Every category there is, in the order in which a plural message is written.
pub const CATEGORIES: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];

/// A language's categories: those that it has, and of these the ones that stand for a single number, whose message
/// may leave the number out.
struct Rule(&'static str, &'static [&'static str], &'static [&'static str]);

const RULES: [Rule; 24] = [
    Rule("ar", &CATEGORIES, &["zero", "one", "two"]),
    Rule("cs", &["one", "few", "many", "other"], &["one"]),
    Rule("da", &["one", "other"], &["one"]),
    Rule("de", &["one", "other"], &["one"]),
    Rule("el", &["one", "other"], &["one"]),
    Rule("en", &["one", "other"], &["one"]),
    Rule("es", &["one", "many", "other"], &["one"]),
    Rule("fi", &["one", "other"], &["one"]),
    Rule("fr", &["one", "many", "other"], &[]),
    Rule("he", &["one", "two", "other"], &["one", "two"]),
    Rule("hi", &["one", "other"], &[]),
    Rule("it", &["one", "many", "other"], &["one"]),
    Rule("ja", &["other"], &[]),
    Rule("ko", &["other"], &[]),
    Rule("nb", &["one", "other"], &["one"]),
    Rule("nl", &["one", "other"], &["one"]),
    Rule("pl", &["one", "few", "many", "other"], &["one"]),
    Rule("pt-BR", &["one", "many", "other"], &[]),
    Rule("pt-PT", &["one", "many", "other"], &["one"]),
    Rule("sv", &["one", "other"], &["one"]),
    Rule("tr", &["one", "other"], &["one"]),
    Rule("uk", &["one", "few", "many", "other"], &[]),
    Rule("zh-Hans", &["other"], &[]),
    Rule("zh-Hant", &["other"], &[]),
];

/// The categories of a language, or nothing where the table above lacks it.
pub fn categories(tag: &str) -> Option<&'static [&'static str]> {
    RULES.iter().find(|rule| rule.0 == tag).map(|rule| rule.1)
}

/// Whether every number of that category is the same one.
pub(crate) fn is_one_number(tag: &str, category: &str) -> bool {
    RULES.iter().any(|rule| rule.0 == tag && rule.2.contains(&category))
}
