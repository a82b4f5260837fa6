//! Reads the languages of `src/words/languages`, stops the build where one of them is not whole, and writes the names
//! of the messages as constants, and English as tests and our own pages use it.

#[cfg(feature = "flow")]
use relink_words::{WIDGET, build, constants, wire};
#[cfg(feature = "flow")]
use std::path::Path;
#[cfg(feature = "flow")]
use std::{env, fs, process};

/// Without the flow there is nobody who reads them.
#[cfg(not(feature = "flow"))]
fn main() {}

#[cfg(feature = "flow")]
fn main() {
    println!("cargo::rerun-if-changed=src/words/languages");
    let languages = build(Path::new("src/words/languages"), WIDGET).unwrap_or_else(|flaws| {
        flaws.lines().for_each(|flaw| println!("cargo::error={flaw}"));
        process::exit(1);
    });
    let english = &languages[0];
    let out = env::var("OUT_DIR").expect("Cargo sets it");
    for (name, text) in [("messages.rs", constants(english)), ("en.txt", wire(english, english))] {
        fs::write(Path::new(&out).join(name), text).expect("Cargo's own folder can be written to");
    }
}
