//! What is filled into messages, and what must never be lost or guessed. Runs in a real browser, with its `Intl`.

use super::{Fills, Message, Words};
use relink_core::view::{AccountCard, Achieved, Bank, Frame, Step, Trouble};
use relink_wire::{DisplayText, Last4, Subcategory};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// 9 December 2026, at noon.
const DAY: i64 = 1_796_817_600;

fn frame(merchant: Option<&str>, bank: Option<&str>) -> Frame {
    Frame {
        merchant: merchant.and_then(DisplayText::parse),
        bank: Bank { name: bank.and_then(DisplayText::parse), logo_url: None },
        step: Step::Review,
        ..Frame::default()
    }
}

fn card(name: Option<&str>, subcategory: Option<Subcategory>) -> AccountCard {
    AccountCard {
        id: "fca_1".into(),
        bank: Bank::default(),
        name: name.and_then(DisplayText::parse),
        subcategory,
        last4: Last4::parse("1234"),
        has_namesake: false,
        chip: None,
        names_bank: true,
    }
}

/// English with one message replaced, filled.
fn said(locale: &str, message: &str, fills: Fills) -> String {
    let (_, rest) = include_str!(concat!(env!("OUT_DIR"), "/en.txt")).split_once('\n').expect("lines");
    let words = Words::new(locale.into(), &[message, rest].join("\n"));
    // The language's own name is the first line.
    words.plain(Message::LANGUAGE, fills)
}

#[wasm_bindgen_test]
fn names_that_are_not_known_are_described_and_begin_a_sentence_as_one() {
    let frame = frame(None, None);
    let said = said("en-GB", "{Bank} and {bank}. {Shop} and {shop}.", Fills::names(&frame));
    assert_eq!(said, "Your bank and your bank. This shop and this shop.");
}

#[wasm_bindgen_test]
fn after_the_word_for_a_thing_there_is_its_name_or_nothing() {
    let said = |bank| said("pl", "W banku{ bank}.", Fills::names(&frame(None, bank)));
    assert_eq!([said(Some("Pekao")), said(None)], ["W banku Pekao.", "W banku."]);
}

#[wasm_bindgen_test]
fn a_name_that_looks_like_a_hole_is_not_filled() {
    let frame = frame(Some("{date}"), Some("{shop}"));
    assert_eq!(said("en-GB", "{Bank}, {shop}", Fills::names(&frame)), "{shop}, {date}");
}

#[wasm_bindgen_test]
fn a_day_is_written_in_full_as_the_region_does() {
    let frame = Frame::default();
    let fills = Fills::names(&frame).date(Some(DAY));
    let day = |locale: &str| said(locale, "{date}", fills);
    assert!(day("en-GB").starts_with("9 December"), "{}", day("en-GB"));
    assert!(day("en-US").starts_with("December 9"), "{}", day("en-US"));
    assert!(day("de-AT").starts_with("9. Dezember"), "{}", day("de-AT"));
}

#[wasm_bindgen_test]
fn a_number_is_written_in_the_digits_of_the_language() {
    let frame = Frame::default();
    let count = |locale: &str| said(locale, "{n}", Fills::names(&frame).number(1234));
    assert_eq!(count("en-GB"), "1,234");
    assert_eq!(count("de"), "1.234");
    assert_eq!(count("ar-EG"), "١٬٢٣٤");
}

#[wasm_bindgen_test]
fn a_number_takes_the_form_that_its_language_has_for_it_and_the_last_where_a_line_is_empty() {
    let few = |locale: &str, number| {
        let forms = ["", "one", "two", "few", "many", "other"].join("\n");
        let words = Words::new(locale.into(), &forms);
        String::from(words.text(words.plural(super::table::FIRST, number)))
    };
    assert_eq!([1, 2, 5, 22].map(|n| few("pl", n)), ["one", "few", "many", "few"]);
    assert_eq!([0, 1, 2, 3, 11].map(|n| few("ar", n)), ["other", "one", "two", "few", "many"]);
    assert_eq!([0, 1, 2].map(|n| few("ja", n)), ["other"; 3]);
}

#[wasm_bindgen_test]
fn the_end_of_a_number_is_said_one_by_one() {
    let words = Words::english();
    assert_eq!(words.account_aloud(&card(Some("Everyday"), None)), "Everyday ending in 1 2 3 4");
    assert_eq!(
        words.account_aloud(&card(None, Some(Subcategory::Savings))),
        "Savings account ending in 1 2 3 4"
    );
    let unknown = card(None, Some(Subcategory::Unknown("vault".into())));
    assert_eq!(words.account_aloud(&unknown), "Account ending in 1 2 3 4");
}

/// What the last view says of everything that can be achieved, as a customer reads it.
#[wasm_bindgen_test]
fn the_end_is_called_what_it_is() {
    let words = Words::english();
    let frame = frame(Some("Corner Store"), Some("Harbour Bank"));
    let said = |achieved| {
        let topic = Message::achieved(achieved);
        [topic.heading(), topic.text()].map(|message| words.plain(message, Fills::names(&frame)))
    };
    let rows = [
        (
            Achieved::Reconnected,
            "Harbour Bank is connected again",
            "Corner Store can use this account again.",
        ),
        (
            Achieved::PaymentsWork,
            "Payments work again",
            "Corner Store can use this account for payments again.",
        ),
        (Achieved::Kept, "Harbour Bank stays connected", "Corner Store can go on using this account."),
        (Achieved::SharedMore, "Sharing updated", "You now share more with Corner Store."),
        (
            Achieved::Partly,
            "Part of Harbour Bank is connected",
            "Some accounts work; others are still disconnected.",
        ),
        (
            Achieved::AlreadyActive,
            "Harbour Bank is connected",
            "Everything works already. There is nothing you need to do.",
        ),
        (Achieved::Connected, "Harbour Bank is connected", "Corner Store can use this account from now on."),
    ];
    for (achieved, heading, text) in rows {
        assert_eq!(said(achieved), [heading, text], "{achieved:?}");
    }
}

#[wasm_bindgen_test]
fn one_is_one_and_many_are_many() {
    let words = Words::english();
    let frame = Frame::default();
    let next = |seconds| {
        let (message, fills) = words.next(Trouble::Busy(Some(seconds)), Fills::names(&frame));
        words.plain(message, fills)
    };
    assert_eq!(next(1), "Try again in 1 second.");
    assert_eq!(next(20), "Try again in 20 seconds.");
    assert_eq!(next(300), "Try again in 5 minutes.");
    assert_eq!(next(0), "Try again in a moment.");
}
