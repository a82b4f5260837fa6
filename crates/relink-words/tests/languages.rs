//! That every language is whole, and that what is wrong with one is found.

use relink_words::{Flaw, HOSTED, Language, Message, WIDGET, build, categories, fields, flaws, wire};
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../src/words/languages")
}

fn languages() -> Vec<Language> {
    build(&folder(), WIDGET).unwrap_or_else(|flaws| panic!("{flaws}"))
}

/// German with one change, and what is wrong with it.
fn spoiled(change: impl Fn(&mut Language)) -> Vec<Flaw> {
    let languages = languages();
    let mut german = languages.iter().find(|language| language.tag == "de").expect("German").clone();
    assert_eq!(flaws(&languages[0], &german, WIDGET), []);
    change(&mut german);
    flaws(&languages[0], &german, WIDGET)
}

fn say(language: &mut Language, name: &str, text: &str) {
    for (own, entry) in &mut language.entries {
        if own == name {
            *entry = Message::Text(text.into());
        }
    }
}

#[test]
fn every_language_has_what_english_has_and_its_own_plural_categories() {
    assert_eq!(languages()[0].tag, "en");
}

#[test]
fn a_message_that_is_missing_or_surplus_is_found() {
    let missing = spoiled(|german| german.entries.retain(|(name, _)| name != "close"));
    assert_eq!(missing, [Flaw::Missing("close".into())]);
    let surplus = spoiled(|german| german.entries.push(("closing".into(), Message::Text("Zu".into()))));
    assert_eq!(surplus, [Flaw::Surplus("closing".into())]);
}

#[test]
fn a_hole_that_is_missing_surplus_or_misspelt_is_found() {
    let found = |text: &str| spoiled(|german| say(german, "waiting", text));
    assert_eq!(found("Warten auf {bank}"), []);
    assert_eq!(found("Warten"), [Flaw::Holes("waiting".into(), "{bank}".into())]);
    assert_eq!(found("Warten auf {Bank}, {shop}"), [Flaw::Holes("waiting".into(), "{bank}".into())]);
    assert_eq!(found("Warten auf {banc}").len(), 2);
    assert_eq!(found("Warten auf {bank"), [Flaw::Character("waiting".into(), '{')]);
}

#[test]
fn a_plural_category_that_the_language_lacks_or_needs_is_found() {
    let change = |category: &'static str, text: Option<&'static str>| {
        spoiled(move |german| {
            for (name, entry) in &mut german.entries {
                if let (true, Message::Parts(parts)) = (name == "found", entry) {
                    parts.retain(|(own, _)| own != category);
                    parts.extend(text.map(|text| (category.to_owned(), text.to_owned())));
                }
            }
        })
    };
    assert_eq!(change("other", None), [Flaw::Missing("found.other".into())]);
    assert_eq!(change("few", Some("{n} Konten")), [Flaw::Surplus("found.few".into())]);
    assert_eq!(change("one", Some("Ein Konto")), [], "one is a number of its own in German");
    assert!(matches!(change("other", Some("Konten"))[..], [Flaw::Holes(..)]));
}

#[test]
fn text_that_is_no_text_for_people_is_found() {
    let found = |text: &str| spoiled(|german| say(german, "cancel", text));
    assert_eq!(found("Abbrechen"), []);
    assert_eq!(found(" Abbrechen"), [Flaw::Space("cancel".into())]);
    assert_eq!(found(""), [Flaw::Space("cancel".into())]);
    assert_eq!(found("<b>Abbrechen</b>"), [Flaw::Character("cancel".into(), '<')]);
    assert_eq!(found("Ab\u{202e}brechen"), [Flaw::Character("cancel".into(), '\u{202e}')]);
    assert_eq!(found("Cancel this"), [Flaw::Untranslated("cancel".into())]);
    assert_eq!(found("Bitte warten"), [Flaw::Word("cancel".into(), "bitte")]);
}

#[test]
fn a_file_that_names_a_message_twice_is_no_language() {
    assert!(Language::parse("de", r#"{"close": "Zu", "close": "Schließen"}"#).is_err());
    assert!(Language::parse("de", r#"{"found": {"one": "{n}", "one": "{n}"}}"#).is_err());
}

#[test]
fn a_language_under_the_wrong_name_and_one_that_nobody_knows_are_found() {
    let wrong = spoiled(|german| say(german, "language", "en"));
    assert_eq!(wrong, [Flaw::Head("language".into())]);
    assert_eq!(spoiled(|german| german.tag = "xx".into()), [Flaw::UnknownLanguage]);
    assert_eq!(categories("xx"), None);
}

#[test]
fn each_line_of_what_is_downloaded_is_the_same_message_in_every_language() {
    let languages = languages();
    let count = |language| wire(&languages[0], language).split('\n').count();
    for language in &languages {
        assert_eq!(count(language), count(&languages[0]), "{}", language.tag);
        assert!(wire(&languages[0], language).starts_with(&format!("{}\n", language.tag)));
    }
}

#[test]
fn a_plural_takes_a_line_for_each_category_in_one_order() {
    let english = Language::parse("en", r#"{"found": {"one": "one", "other": "many"}, "end": "end"}"#);
    let english = english.expect("a language");
    assert_eq!(wire(&english, &english), "\none\n\n\n\nmany\nend");
}

#[test]
fn a_hole_belongs_to_who_shows_the_text() {
    let english = Language::parse("en", r#"{"language": "en", "direction": "ltr", "hello": "Hello {name}"}"#);
    let english = english.expect("a language");
    assert_eq!(flaws(&english, &english, HOSTED), []);
    assert_eq!(flaws(&english, &english, WIDGET), [Flaw::Character("hello".into(), '}')]);
}

#[test]
fn a_server_has_each_message_as_a_field_of_every_language() {
    let parse = |tag, text| Language::parse(tag, text).expect("a language");
    let english = parse("en", r#"{"back": "Back", "done": {"heading": "Done", "text": "All is done."}}"#);
    let german =
        parse("de", r#"{"back": "Zurück", "done": {"text": "Alles ist getan.", "heading": "Fertig"}}"#);
    let source = fields(&[english, german]);
    for needed in [
        "pub back: &'static str,",
        "pub done: [&'static str; 2],",
        "pub static EVERY: [&Words; 2] = [",
        r#"back: "Zurück","#,
        r#"done: ["Fertig", "Alles ist getan."],"#,
    ] {
        assert!(source.contains(needed), "{needed} in {source}");
    }
}
