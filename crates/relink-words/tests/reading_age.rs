//! How old one has to be to read the English messages: the grade by Flesch and Kincaid (1975), of American schools, over
//! every sentence that ends as one. Headings and buttons are shorter, and are left out, so that they cannot make up
//! for long sentences. What is filled in counts as one word of one syllable, since it is no wording of ours.

use relink_words::Language;
use std::path::Path;

/// Pupils of twelve years are in the sixth grade or the seventh. Measured: 2.0 over 133 sentences, 3.5 over the 17 that have
/// ten words and more, which the short ones must not make up for.
const MOST: f64 = 7.0;

/// Groups of vowels, without the silent `e` of "outside" and "closed": one at least.
fn syllables(word: &str) -> usize {
    let word: String =
        word.to_lowercase().chars().filter(|letter| letter.is_alphabetic() || *letter == '{').collect();
    if word.contains('{') {
        return 1;
    }
    let vowel = |letter: char| "aeiouy".contains(letter);
    let starts = |(at, letter): &(usize, char)| vowel(*letter) && (*at == 0 || !word[..*at].ends_with(vowel));
    let groups = word.char_indices().filter(starts).count();
    let stem = word.strip_suffix('e').or_else(|| word.strip_suffix("ed")).or_else(|| word.strip_suffix("es"));
    let silent = stem.is_some_and(|stem| {
        let spoken = if word.ends_with('e') {
            "l"
        } else if word.ends_with('d') {
            "td"
        } else {
            "sxzcg"
        };
        !stem.ends_with(vowel) && !stem.ends_with(|last| spoken.contains(last))
    });
    groups.saturating_sub(silent.into()).max(1)
}

/// The grade of those sentences taken together.
fn grade(sentences: &[&str]) -> f64 {
    let words: Vec<&str> = sentences.iter().flat_map(|sentence| sentence.split_whitespace()).collect();
    let spoken: usize = words.iter().map(|word| syllables(word)).sum();
    let (sentences, words, spoken) = (sentences.len() as f64, words.len() as f64, spoken as f64);
    0.39 * words / sentences + 11.8 * spoken / words - 15.59
}

fn english() -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../src/words/languages/en.json");
    std::fs::read_to_string(file).expect("the English file")
}

#[test]
fn english_is_read_at_the_age_of_twelve() {
    let file = english();
    let english = Language::parse("en", &file).expect("a language");
    let texts = english.texts();
    let prose = texts.iter().map(|(_, text)| *text).filter(|text| text.ends_with(['.', '?']));
    let sentences: Vec<&str> = prose
        .flat_map(|text| text.split_inclusive(['.', '?']))
        .map(str::trim)
        .filter(|s| !s.is_empty())
        .collect();
    let long: Vec<&str> = sentences.iter().copied().filter(|s| s.split_whitespace().count() >= 10).collect();
    let measured = [&sentences, &long].map(|some| (some.len(), grade(some)));
    println!("all sentences, and those of ten words and more, with their grades: {measured:.1?}");
    assert!(sentences.len() > 80 && long.len() > 10, "{measured:.1?}");
    assert!(measured.iter().all(|(_, grade)| *grade <= MOST), "{measured:.1?}");
}

#[test]
fn syllables_are_counted_as_they_are_spoken() {
    let counted = ["{Bank}", "closed.", "disconnected", "are", "able", "changes", "password", "Try", "you"]
        .map(syllables);
    assert_eq!(counted, [1, 1, 4, 1, 2, 2, 2, 1, 1]);
}

#[test]
fn the_wording_of_a_contract_is_measured_as_harder() {
    let contract = "The aforementioned authorization was terminated unilaterally by the financial institution responsible.";
    assert!(grade(&[contract]) > 2.0 * MOST, "{}", grade(&[contract]));
}
