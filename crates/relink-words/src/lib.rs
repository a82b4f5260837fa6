//! The widget's messages in every language, as plain data at build time: read from `src/words/languages`, checked
//! against English, which defines their names, and written as a customer downloads them.
//!
//! The widget's build script calls [`build`], so that a language which lacks a message stops the build; `cargo xtask
//! dist` writes what is shipped by the same code. Nothing of it is in the WebAssembly.

mod check;
mod names;
mod plurals;
mod pseudo;
mod source;
mod wire;

pub use check::{Fault, faults};
pub use names::constants;
pub use plurals::{CATEGORIES, categories};
pub use pseudo::{accented, mirrored};
pub use source::{Entry, Language, Unreadable, folder};
pub use wire::{names, wire};

/// Every language of `folder`, English first, or what is wrong with them, one line for each fault.
pub fn build(folder: &std::path::Path) -> Result<Vec<Language>, String> {
    let languages = source::folder(folder).map_err(|fault| fault.to_string())?;
    let english = languages.first().ok_or("there is no en.json")?;
    let found: Vec<_> = languages
        .iter()
        .flat_map(|language| {
            faults(english, language).into_iter().map(move |fault| format!("{}.json: {fault}", language.tag))
        })
        .collect();
    if found.is_empty() { Ok(languages) } else { Err(found.join("\n")) }
}
