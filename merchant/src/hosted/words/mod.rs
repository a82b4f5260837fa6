//! What the mail and the hosted page say, one file for each language that the widget speaks. A customer of any other
//! language reads English, and the page says so to assistive technology by its `lang`.
//!
//! A text may have places in braces: `{shop}`, `{bank}`, `{account}`, `{name}`, `{date}`, `{address}`. What is put there
//! comes from outside; it is set apart from the text around it, by `<bdi>` in markup and by Unicode's isolates in a
//! plain text that runs from right to left.

mod ar;
mod cs;
mod da;
mod de;
mod el;
mod en;
mod es;
mod fi;
mod fr;
mod he;
mod hi;
mod it;
mod ja;
mod ko;
mod nb;
mod nl;
mod pl;
mod pt_br;
mod pt_pt;
mod sv;
mod tr;
mod uk;
mod zh_hans;
mod zh_hant;

use crate::pages::dates;
use maud::{Markup, html};

/// The texts of one language.
pub struct Words {
    /// BCP 47.
    pub lang: &'static str,
    /// `ltr` or `rtl`.
    pub dir: &'static str,
    /// The months, as they stand in a date.
    pub months: [&'static str; 12],
    /// A date: `{day}` and `{month}`.
    pub day: &'static str,
    /// The first day of a month.
    pub first: &'static str,
    /// An account that has neither name nor number.
    pub your_account: &'static str,
    /// A bank without a name.
    pub your_bank: &'static str,
    /// The mail's subject, and the page's heading.
    pub reconnect: &'static str,
    /// The mail's first line.
    pub hello: &'static str,
    /// Why: the link is broken.
    pub broken: &'static str,
    /// Why: the number has ended.
    pub number_ended: &'static str,
    /// Why: the number ends.
    pub number_ends: &'static str,
    /// What happens then, and who does not see the password.
    pub how: &'static str,
    /// Which account is to be chosen.
    pub choose: &'static str,
    /// The button.
    pub button: &'static str,
    /// Above the bare address.
    pub or_open: &'static str,
    /// How long the link is good, and for what.
    pub until: &'static str,
    /// For whoever did not expect the mail.
    pub unexpected: &'static str,
    /// Where the browser runs no script.
    pub no_script: &'static str,
    /// The way back.
    pub back: &'static str,
    /// Begins anew after an end that was none.
    pub again: &'static str,
    /// The page of a link whose account works: heading and text.
    pub done: [&'static str; 2],
    /// The page of a link that was used, while the account has stopped working again.
    pub used: [&'static str; 2],
    /// The page of a link that has run out.
    pub expired: [&'static str; 2],
    /// The button that sends a new link.
    pub send_new: &'static str,
    /// The page after that button.
    pub sent_new: [&'static str; 2],
    /// The page of an address that is no link of ours.
    pub unknown: [&'static str; 2],
    /// The link to help.
    pub help: &'static str,
}

/// Every language.
pub const EVERY: [&Words; 24] = [
    &ar::WORDS,
    &cs::WORDS,
    &da::WORDS,
    &de::WORDS,
    &el::WORDS,
    &en::WORDS,
    &es::WORDS,
    &fi::WORDS,
    &fr::WORDS,
    &he::WORDS,
    &hi::WORDS,
    &it::WORDS,
    &ja::WORDS,
    &ko::WORDS,
    &nb::WORDS,
    &nl::WORDS,
    &pl::WORDS,
    &pt_br::WORDS,
    &pt_pt::WORDS,
    &sv::WORDS,
    &tr::WORDS,
    &uk::WORDS,
    &zh_hans::WORDS,
    &zh_hant::WORDS,
];

/// What is put into the places of a text.
#[derive(Clone, Copy, Debug, Default)]
pub struct Names<'a> {
    /// The merchant.
    pub shop: &'a str,
    /// The bank.
    pub bank: &'a str,
    /// The account: its name and the end of its number.
    pub account: &'a str,
    /// The customer.
    pub name: &'a str,
    /// A day.
    pub date: &'a str,
    /// An e-mail address, masked.
    pub address: &'a str,
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
    EVERY.into_iter().find(|words| words.lang.eq_ignore_ascii_case(wanted)).unwrap_or(&en::WORDS)
}

impl Words {
    /// A day, from Unix seconds. Days are UTC's.
    pub fn date(&self, seconds: i64) -> String {
        let date = dates::utc(seconds);
        let of_year = usize::try_from(date.month()).unwrap_or_default();
        let month = self.months.get(of_year.saturating_sub(1)).copied().unwrap_or_default();
        let day = if date.day() == 1 { self.first.to_owned() } else { date.day().to_string() };
        self.day.replace("{day}", &day).replace("{month}", month)
    }

    /// As plain text.
    pub fn plain(&self, text: &'static str, names: &Names<'_>) -> String {
        let piece = |piece| match piece {
            Piece::Said(said) => said.to_owned(),
            Piece::Put(put) if self.dir == "rtl" => format!("\u{2068}{put}\u{2069}"),
            Piece::Put(put) => put.to_owned(),
        };
        pieces(text, names).into_iter().map(piece).collect()
    }

    /// As markup.
    pub fn markup(&self, text: &'static str, names: &Names<'_>) -> Markup {
        html! {
            @for piece in pieces(text, names) {
                @match piece { Piece::Said(said) => (said), Piece::Put(put) => bdi { (put) } }
            }
        }
    }
}

enum Piece<'a> {
    Said(&'static str),
    Put(&'a str),
}

fn pieces<'a>(text: &'static str, names: &Names<'a>) -> Vec<Piece<'a>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((said, after)) = rest.split_once('{') {
        let Some((place, after)) = after.split_once('}') else { break };
        pieces.push(Piece::Said(said));
        pieces.extend(named(place, names).map(Piece::Put));
        rest = after;
    }
    pieces.push(Piece::Said(rest));
    pieces
}

fn named<'a>(place: &str, names: &Names<'a>) -> Option<&'a str> {
    Some(match place {
        "shop" => names.shop,
        "bank" => names.bank,
        "account" => names.account,
        "name" => names.name,
        "date" => names.date,
        "address" => names.address,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn every(words: &Words) -> Vec<&'static str> {
        let one = [
            words.reconnect,
            words.hello,
            words.broken,
            words.number_ended,
            words.number_ends,
            words.how,
            words.choose,
            words.button,
            words.or_open,
            words.until,
            words.unexpected,
            words.no_script,
            words.back,
            words.again,
            words.send_new,
            words.help,
        ];
        one.into_iter()
            .chain([words.done, words.used, words.expired, words.sent_new, words.unknown].concat())
            .collect()
    }

    fn places(text: &str) -> Vec<&str> {
        let mut places: Vec<&str> =
            text.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(place, _)| place)).collect();
        places.sort_unstable();
        places.dedup();
        places
    }

    #[test]
    fn every_language_has_every_text_with_the_places_that_english_has() {
        for words in EVERY {
            for (said, english) in every(words).into_iter().zip(every(&en::WORDS)) {
                assert!(!said.trim().is_empty(), "{}: nothing for {english}", words.lang);
                assert_eq!(places(said), places(english), "{}: {said}", words.lang);
            }
        }
    }

    #[test]
    fn no_place_has_a_name_that_nobody_fills() {
        for text in EVERY.into_iter().flat_map(every) {
            for place in places(text) {
                assert!(named(place, &Names::default()).is_some(), "{place} in {text}");
            }
        }
    }

    #[test]
    fn a_region_reads_its_language_and_an_unknown_language_english() {
        assert_eq!(words("de-AT").lang, "de");
        assert_eq!(words("AR").lang, "ar");
        assert_eq!(words("tlh").lang, "en");
        let chosen =
            ["zh-TW", "zh_CN", "zh-Hans-HK", "pt", "pt-PT", "no", "nn-NO"].map(|lang| words(lang).lang);
        assert_eq!(chosen, ["zh-Hant", "zh-Hans", "zh-Hans", "pt-BR", "pt-PT", "nb", "nb"]);
    }

    #[test]
    fn it_speaks_every_language_that_the_widget_does() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../src/words/languages");
        let files = std::fs::read_dir(folder).expect("the widget's languages");
        let mut spoken: Vec<String> = files
            .map(|file| {
                file.expect("a file").path().file_stem().expect("a name").to_string_lossy().into_owned()
            })
            .collect();
        spoken.sort_unstable();
        assert_eq!(spoken, EVERY.map(|words| words.lang));
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
        let names = Names { bank: "<b>Bank", ..Names::default() };
        assert!(words("ar").plain(words("ar").button, &names).contains("\u{2068}<b>Bank\u{2069}"));
        let markup = words("en").markup("At {bank}.", &names).into_string();
        assert_eq!(markup, "At <bdi>&lt;b&gt;Bank</bdi>.");
    }
}
