//! The words: a file for each language, of which a customer downloads one, and the code that chooses it.

use std::fs;
use std::path::Path;

use relink_words::{Language, WIDGET};
use serde_json::{Map, Value};

use crate::dist::{Minifier, integrity};
use crate::failure::Failure;
use crate::workspace::{self, Workspace};

/// In the source of `words.js`, a string that becomes the object of hashes.
const HASHES: &str = "\"__RELINK_WORDS__\"";

/// In the source of [`MESSAGES`], a string that becomes the names of the lines.
const NAMES: &str = "\"__RELINK_NAMES__\"";
/// What only a page with messages of its own needs.
pub const MESSAGES: &str = "relink-widget-messages.js";

/// The file of a language.
pub fn file(tag: &str) -> String {
    format!("relink-widget.{tag}.txt")
}

/// Every language of the widget, checked, English first.
pub fn languages(workspace: &Workspace) -> Result<Vec<Language>, Failure> {
    relink_words::build(&workspace.root.join("src/words/languages"), WIDGET).map_err(Failure::Source)
}

/// Writes the words of those languages, as [`file`] names them.
pub fn write(languages: &[Language], english: &Language, folder: &Path) -> Result<(), Failure> {
    languages.iter().try_for_each(|language| {
        workspace::write(&folder.join(file(&language.tag)), relink_words::wire(english, language))
    })
}

/// Writes every file of words, and answers the code that chooses among them, which knows their hashes.
pub fn ship(workspace: &Workspace, minifier: &Minifier, folder: &Path) -> Result<String, Failure> {
    let languages = languages(workspace)?;
    write(&languages, &languages[0], folder)?;
    let element = workspace.root.join("src/element");
    let names = Value::from(relink_words::names(&languages[0])).to_string();
    let messages = workspace::read_text(&element.join(MESSAGES))?.replace(NAMES, &names);
    workspace::write(&folder.join(MESSAGES), minifier.script(&messages)?)?;
    let mut hashes = Map::new();
    let files = languages.iter().map(|language| (language.tag.as_str(), file(&language.tag)));
    for (tag, file) in files.chain([("_", MESSAGES.to_owned())]) {
        let path = folder.join(file);
        let bytes = fs::read(&path).map_err(Failure::io("reading", &path))?;
        hashes.insert(tag.to_owned(), integrity::sha256(&bytes).into());
    }
    let source = workspace::read_text(&element.join("words.js"))?;
    Ok(source.replace(HASHES, &Value::Object(hashes).to_string()))
}
