//! The plural categories that a translation must have, for each language, from Unicode's CLDR. The browser decides which
//! number is in which category (`Intl.PluralRules`). `e2e/contract/languages.test.mjs` compares this table with a browser's.

/// Every category, in the order that a plural message is written in.
pub const CATEGORIES: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];

/// A language, its categories, and those of them that stand for one single number. Their texts may leave the number out.
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

/// The categories of a language; nothing for a language that the table lacks.
pub fn categories(tag: &str) -> Option<&'static [&'static str]> {
    RULES.iter().find(|rule| rule.0 == tag).map(|rule| rule.1)
}

/// Whether the category stands for one single number.
pub(crate) fn is_one_number(tag: &str, category: &str) -> bool {
    RULES.iter().any(|rule| rule.0 == tag && rule.2.contains(&category))
}
