//! Reads the languages of the mail and the hosted page, stops the build where one of them is not whole, and writes them
//! as constants.

use relink_words::{HOSTED, build, fields};
use std::path::Path;
use std::{env, fs, process};

const FOLDER: &str = "src/words/languages";

fn main() {
    println!("cargo::rerun-if-changed={FOLDER}");
    let languages = build(Path::new(FOLDER), HOSTED).unwrap_or_else(|flaws| {
        flaws.lines().for_each(|flaw| println!("cargo::error={flaw}"));
        process::exit(1);
    });
    let out = env::var("OUT_DIR").expect("Cargo sets it");
    fs::write(Path::new(&out).join("words.rs"), fields(&languages))
        .expect("Cargo's own folder can be written to");
}
