//! What the email and the hosted page say, in each language that the widget speaks: a file of `languages/` each, in the
//! form and under the rules of the widget's own (`src/words/STYLE.md`). The build script checks them with `relink-words`
//! and makes a field of [`Words`] of each message. A customer of any other language reads English, and the page says so
//! to assistive technology by its `lang`.
//!
//! A text may have holes: `{shop}`, `{bank}`, `{account}`, `{name}`, `{date}`, `{address}`. What is filled in comes from
//! outside; it is set apart from the text around it, by `<bdi>` in markup and by Unicode's isolates in a plain text that
//! runs from right to left. `{Bank}` and `{Account}` are the same names. They differ where a name is not known: `{bank}`
//! is then the description that fits inside a sentence ("your bank", "Ihrer Bank"), `{Bank}` the one that fits its start
//! ("Your bank", "Ihre Bank"). `{ bank}`, which begins with a space, stands after the language's own word for bank ("w banku{ bank}")
//! and is nothing where the name is not known.

use crate::dates;
use maud::{Markup, html};
use relink_words::{Piece, asked, pieces};

include!(concat!(env!("OUT_DIR"), "/words.rs"));

/// What is filled into a text.
#[derive(Clone, Copy, Debug, Default)]
pub struct Names<'a> {
    /// The merchant.
    pub shop: &'a str,
    /// The bank, where its name is known.
    pub bank: Option<&'a str>,
    /// The account's name and the end of its number, where one of them is known.
    pub account: Option<&'a str>,
    /// The customer.
    pub name: &'a str,
    /// A day.
    pub date: &'a str,
    /// An email address, masked, where one is known and may be shown.
    pub address: Option<&'a str>,
}

/// The words of a language, as the widget chooses them; English where there are none.
pub fn words(lang: &str) -> &'static Words {
    let lang = lang.to_ascii_lowercase().replace('_', "-");
    let primary = lang.split('-').next().unwrap_or_default();
    let has = |known: &[&str]| lang.split('-').skip(1).any(|subtag| known.contains(&subtag));
    let wanted = match primary {
        "zh" if !has(&["hans"]) && has(&["hant", "tw", "hk", "mo"]) => "zh-Hant",
        "zh" => "zh-Hans",
        "pt" if has(&["pt"]) => "pt-PT",
        "pt" => "pt-BR",
        "no" | "nn" => "nb",
        other => other,
    };
    EVERY.into_iter().find(|words| words.language.eq_ignore_ascii_case(wanted)).unwrap_or(EVERY[0])
}

/// A piece of a filled text.
enum Filled<'a> {
    /// Our own text.
    Said(&'a str),
    /// A name from outside: it has to be isolated.
    Put(&'a str),
}

/// Set apart from the text around it, by Unicode's isolates.
pub fn isolate(put: &str) -> String {
    format!("\u{2068}{put}\u{2069}")
}

impl Words {
    /// A day, from Unix seconds. Days are UTC's.
    pub fn date(&self, seconds: i64) -> String {
        let date = dates::utc(seconds);
        let months = [
            self.january,
            self.february,
            self.march,
            self.april,
            self.may,
            self.june,
            self.july,
            self.august,
            self.september,
            self.october,
            self.november,
            self.december,
        ];
        let of_year = usize::try_from(date.month()).unwrap_or_default();
        let month = months.get(of_year.saturating_sub(1)).copied().unwrap_or_default();
        let day = if date.day() == 1 { self.first_day.to_owned() } else { date.day().to_string() };
        let fill = |piece| match piece {
            Piece::Hole("day") => day.as_str(),
            Piece::Hole(_) => month,
            Piece::Said(said) => said,
        };
        pieces(self.day).map(fill).collect()
    }

    /// The bank's name, or a description of it that stands alone.
    pub fn bank<'a>(&self, name: Option<&'a str>) -> &'a str {
        name.unwrap_or(self.unnamed_bank_first)
    }

    /// The account's name, or a description of it that stands alone.
    pub fn account<'a>(&self, name: Option<&'a str>) -> &'a str {
        name.unwrap_or(self.unnamed_account_first)
    }

    /// As plain text.
    pub fn plain(&self, text: &'static str, names: &Names<'_>) -> String {
        let piece = |piece| match piece {
            Filled::Said(said) => said.to_owned(),
            Filled::Put(put) => self.isolated(put),
        };
        self.filled(text, names).map(piece).collect()
    }

    /// A name or an address that stands alone in a plain text.
    pub fn isolated(&self, put: &str) -> String {
        if self.direction == "rtl" { isolate(put) } else { put.to_owned() }
    }

    /// As a text in which every name is set apart by characters, whatever the direction: for markup whose elements may be
    /// dropped.
    pub fn isolating(&self, text: &'static str, names: &Names<'_>) -> String {
        let piece = |piece| match piece {
            Filled::Said(said) => said.to_owned(),
            Filled::Put(put) => isolate(put),
        };
        self.filled(text, names).map(piece).collect()
    }

    /// As markup.
    pub fn markup(&self, text: &'static str, names: &Names<'_>) -> Markup {
        html! {
            @for piece in self.filled(text, names) {
                @match piece { Filled::Said(said) => (said), Filled::Put(put) => bdi { (put) } }
            }
        }
    }

    fn filled<'a>(
        &'a self,
        text: &'static str,
        names: &Names<'a>,
    ) -> impl Iterator<Item = Filled<'a>> + use<'a> {
        let names = *names;
        pieces(text).flat_map(move |piece| match piece {
            Piece::Said(said) => [Filled::Said(""), Filled::Said(said)],
            Piece::Hole(hole) => {
                let (hole, after_a_word) = asked(hole);
                // The check knows every hole by name (`relink_words::HOSTED`), and a test fills each.
                match self.hole(hole, &names).unwrap_or(Filled::Said("")) {
                    Filled::Said(_) if after_a_word => [Filled::Said(""), Filled::Said("")],
                    known => [Filled::Said(if after_a_word { " " } else { "" }), known],
                }
            }
        })
    }

    fn hole<'a>(&'a self, hole: &str, names: &Names<'a>) -> Option<Filled<'a>> {
        let named = |name: Option<&'a str>, unnamed| name.map_or(Filled::Said(unnamed), Filled::Put);
        Some(match hole {
            "shop" => Filled::Put(names.shop),
            "bank" => named(names.bank, self.unnamed_bank),
            "Bank" => named(names.bank, self.unnamed_bank_first),
            "account" => named(names.account, self.unnamed_account),
            "Account" => named(names.account, self.unnamed_account_first),
            "name" => Filled::Put(names.name),
            "date" => Filled::Put(names.date),
            "address" => named(names.address, self.unnamed_address),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_hole_that_the_check_lets_through_is_filled() {
        let of_dates = ["day", "month"];
        for hole in relink_words::HOSTED.iter().filter(|hole| !of_dates.contains(hole)) {
            assert!(words("en").hole(asked(hole).0, &Names::default()).is_some(), "{hole}");
        }
    }

    #[test]
    fn a_region_reads_its_language_and_an_unknown_language_english() {
        assert_eq!(words("de-AT").language, "de");
        assert_eq!(words("AR").language, "ar");
        assert_eq!(words("tlh").language, "en");
        let chosen =
            ["zh-TW", "zh_CN", "zh-Hans-HK", "pt", "pt-PT", "no", "nn-NO"].map(|lang| words(lang).language);
        assert_eq!(chosen, ["zh-Hant", "zh-Hans", "zh-Hans", "pt-BR", "pt-PT", "nb", "nb"]);
    }

    #[test]
    fn it_speaks_every_language_that_the_widget_does() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../src/words/languages");
        let files = std::fs::read_dir(folder).expect("the widget's languages");
        let mut spoken: Vec<String> = files
            .map(|file| {
                file.expect("a file").path().file_stem().expect("a name").to_string_lossy().into_owned()
            })
            .collect();
        spoken.sort_unstable();
        let mut written = EVERY.map(|words| words.language);
        written.sort_unstable();
        assert_eq!(spoken, written);
    }

    #[test]
    fn a_day_is_written_as_the_language_writes_it() {
        let written =
            ["en", "de", "es", "fr", "ar", "ja", "ko", "fi"].map(|lang| words(lang).date(1_796_774_400));
        let expected = [
            "9 December",
            "9. Dezember",
            "9 de diciembre",
            "9 décembre",
            "9 ديسمبر",
            "12月9日",
            "12월 9일",
            "9. joulukuuta",
        ];
        assert_eq!(written, expected);
        assert_eq!(words("fr").date(0), "1er janvier");
    }

    #[test]
    fn names_are_set_apart_from_the_text_around_them_and_are_never_markup() {
        let names = Names { bank: Some("<b>Bank"), ..Names::default() };
        assert!(words("ar").plain(words("ar").button, &names).contains("\u{2068}<b>Bank\u{2069}"));
        let markup = words("en").markup("At {bank}.", &names).into_string();
        assert_eq!(markup, "At <bdi>&lt;b&gt;Bank</bdi>.");
    }

    #[test]
    fn a_name_that_is_not_known_is_described_as_its_place_in_the_sentence_needs_it() {
        let said = |lang, text: fn(&Words) -> &'static str| {
            let words = words(lang);
            words.plain(text(words), &Names { shop: "Pinegrove", ..Names::default() })
        };
        let english = said("en", |words| words.broken);
        assert!(
            english.starts_with("Your bank has stopped sharing your account with Pinegrove."),
            "{english}"
        );
        let german = said("de", |words| words.number_ended);
        assert!(german.starts_with("Zahlungen von Ihrem Konto bei Ihrer Bank sind"), "{german}");
    }

    #[test]
    fn after_the_word_for_a_thing_there_is_its_name_or_nothing() {
        let said = |bank| words("pl").plain("W banku{ bank}.", &Names { bank, ..Names::default() });
        assert_eq!([said(Some("Pekao")), said(None)], ["W banku Pekao.", "W banku."]);
    }

    #[test]
    fn a_name_that_looks_like_a_hole_is_not_filled() {
        let names = Names { shop: "{bank}", bank: Some("{shop}"), ..Names::default() };
        assert_eq!(words("en").plain("{Bank}, {shop}", &names), "{shop}, {bank}");
    }
}
