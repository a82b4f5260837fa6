//! The loader, twice: for pages that include it by its address, and for bundlers.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::dist::names::{BUNDLED, BUNDLED_GLUE, GLUE, LOADER, STYLE, WASM_FILE};
use crate::dist::scripts::fill_in;
use crate::dist::{Minifier, integrity, words};
use crate::failure::Failure;
use crate::workspace::{self, Workspace};

/// What stands before the loader, where the rest lies beside it.
const BESIDE: &str = "beside.js";
/// What asks for the session before the rest is there; it stands before the loader.
const EARLY: &str = "early.js";
/// What stands before the loader, where a bundler reads it.
const FOR_BUNDLERS: &str = "bundled.js";
/// In the source of [`FOR_BUNDLERS`], what becomes the addresses of the files that a bundler takes along.
const EMITTED: &str = "__RELINK_EMITTED__";

/// Writes both into `folder`, where everything that they load is already.
pub fn write(workspace: &Workspace, minifier: &Minifier, folder: &Path) -> Result<(), Failure> {
    let element = workspace.root.join("src/element");
    let source = |name: &str| workspace::read_text(&element.join(name));
    let rest = source(EARLY)? + &source(LOADER)?;
    let hashes = integrity::short(folder, &[GLUE, WASM_FILE, STYLE])?;

    let beside = fill_in(&(source(BESIDE)? + &rest), &[("__RELINK_INTEGRITY__", &hashes)]);
    workspace::write(&folder.join(LOADER), minifier.script(&beside)?)?;

    let mut names: Vec<_> =
        words::languages(workspace)?.iter().map(|language| words::file(&language.tag)).collect();
    names.push(WASM_FILE.to_owned());
    let version = Value::from(workspace.version.as_str());
    let values = [("__RELINK_VERSION__", &version), ("__RELINK_WASM__", &hashes[1])];
    let bundled = fill_in(&(source(FOR_BUNDLERS)? + &rest), &values).replace(EMITTED, &emitted(&names));
    workspace::write(&folder.join(BUNDLED), minifier.script(&bundled)?)?;

    let style = folder.join(STYLE);
    let style = fs::read_to_string(&style).map_err(Failure::io("reading", &style))?;
    workspace::write(&folder.join(BUNDLED_GLUE), with_style(&style))
}

/// An object of addresses by file name, in the one form that every bundler knows.
fn emitted(names: &[String]) -> String {
    let address = |name: &String| {
        format!(
            "{}: new URL({}, import.meta.url)",
            Value::from(name.as_str()),
            Value::from(format!("./{name}"))
        )
    };
    format!("({{ {} }})", names.iter().map(address).collect::<Vec<_>>().join(", "))
}

/// A module that is the glue, and exports the style as text.
fn with_style(style: &str) -> String {
    format!(
        "export {{ default }} from \"./{GLUE}\";\nexport * from \"./{GLUE}\";\nexport const style = {};\n",
        Value::from(style)
    )
}

#[cfg(test)]
mod tests {
    use super::{emitted, with_style};

    #[test]
    fn addresses_are_written_out_as_bundlers_look_for_them() {
        assert_eq!(
            emitted(&["a.txt".to_owned(), "b.wasm".to_owned()]),
            r#"({ "a.txt": new URL("./a.txt", import.meta.url), "b.wasm": new URL("./b.wasm", import.meta.url) })"#
        );
    }

    #[test]
    fn the_style_is_text_whatever_is_in_it() {
        let module = with_style("a::before{content:\"\\201c\"}\n");
        assert!(module.contains(r#"export const style = "a::before{content:\"\\201c\"}\n";"#), "{module}");
    }
}
