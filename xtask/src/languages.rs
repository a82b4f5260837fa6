//! `cargo xtask languages`: the languages that there are, each with what is in it, first the widget's and then those of
//! the mail and the hosted page. A language that is not whole ends it with the list of what is wrong.

use relink_words::{HOSTED, Language, Message};

use crate::dist::words;
use crate::failure::Failure;
use crate::workspace::Workspace;

/// Prints the tables.
pub fn languages() -> Result<(), Failure> {
    let workspace = Workspace::find()?;
    let hosted = workspace.root.join("crates/relink-hosted/src/words/languages");
    let hosted = relink_words::build(&hosted, HOSTED).map_err(Failure::Source)?;
    table("the widget", &words::languages(&workspace)?);
    println!();
    table("the mail and the hosted page", &hosted);
    Ok(())
}

fn table(title: &str, languages: &[Language]) {
    println!("{title}");
    println!(
        "{:<10}{:<11}{:>10}{:>8}{:>12}  plural categories",
        "language", "direction", "messages", "texts", "characters"
    );
    for language in languages {
        println!("{}", row(language));
    }
    let texts: usize = languages.iter().map(|language| texts(language).count()).sum();
    println!("{} languages, {texts} texts: none missing, none surplus", languages.len());
}

fn row(language: &Language) -> String {
    let characters: usize = texts(language).map(|text| text.chars().count()).sum();
    let direction = match language.entry("direction") {
        Some(Message::Text(direction)) => direction.as_str(),
        Some(Message::Parts(_)) | None => "",
    };
    format!(
        "{:<10}{direction:<11}{:>10}{:>8}{characters:>12}  {}",
        language.tag,
        language.entries.iter().filter(|(name, _)| is_message(name)).count(),
        texts(language).count(),
        relink_words::categories(&language.tag).unwrap_or_default().join(" "),
    )
}

/// What is read by customers: the first two lines say what the file is.
fn is_message(name: &str) -> bool {
    !matches!(name, "language" | "direction")
}

fn texts(language: &Language) -> impl Iterator<Item = &str> {
    language.texts().into_iter().filter(|(name, _)| is_message(name)).map(|(_, text)| text)
}
