//! The linker of the shipped WebAssembly: Rust's own, asked more than once.
//!
//! Each import that any crate declares comes with an exported function that describes it to wasm-bindgen, used or not.
//! What such a function refers to, code of closures above all, stays in the file with it, and in its table of functions,
//! from which no later tool can take it. So the first link exports no description: which imports it still has says which
//! are used. The next exports the descriptions of those. Nothing else is decided here.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

use walrus::{ImportKind, Module};

use crate::failure::Failure;
use crate::run;

/// How rustc begins what it says to a linker, and nobody what they say to `cargo xtask`.
pub const CALLED_WITH: &str = "-flavor";
/// The linker that comes with Rust. rustc puts its folder on PATH.
const LINKER: &str = "rust-lld";
/// Stands before the name of a function that rustc wants exported.
const EXPORT: &str = "--export";
/// Before the name of what is described.
const DESCRIPTION: &str = "__wbindgen_describe_";
/// Classes that Leptos' crates export for servers that stream to the page. Nothing here makes one; but as long as
/// they are exported, what they need stays in the file.
const UNUSED_CLASSES: [&str; 3] = ["intounderlyingbytesource", "intounderlyingsink", "intounderlyingsource"];

/// Links as rustc asks, without the descriptions of what is not used.
pub fn be_the_linker(arguments: &[String]) -> Result<ExitCode, Failure> {
    let output = arguments.iter().skip_while(|argument| *argument != "-o").nth(1);
    let output = output.ok_or_else(|| Failure::Usage(format!("{LINKER} is not told where to write")))?;
    if exports(arguments).next().is_none() {
        return Err(Failure::Source(
            "rustc asks for exports in a new way: see xtask/src/dist/link.rs".into(),
        ));
    }
    let mut used = BTreeSet::new();
    loop {
        run::run(LINKER, Command::new(LINKER).args(wanted(arguments, &used)))?;
        let imported = imports(Path::new(output))?;
        // A description may use what nothing else does.
        if imported.is_subset(&used) {
            return Ok(ExitCode::SUCCESS);
        }
        used.extend(imported);
    }
}

/// The arguments without exports that nobody needs: a description is needed of what is used or itself exported.
fn wanted<'a>(arguments: &'a [String], used: &BTreeSet<String>) -> Vec<&'a String> {
    let exported: BTreeSet<_> = exports(arguments).map(|(_, name)| name).collect();
    let is_needed = |name: &str| match name.strip_prefix(DESCRIPTION) {
        _ if is_of_unused_class(name) => false,
        Some(described) => used.contains(described) || exported.contains(described),
        None => true,
    };
    let needless = exports(arguments).filter(|(_, name)| !is_needed(name));
    let left_out: BTreeSet<_> = needless.flat_map(|(place, _)| [place, place + 1]).collect();
    arguments
        .iter()
        .enumerate()
        .filter(|(place, _)| !left_out.contains(place))
        .map(|(_, argument)| argument)
        .collect()
}

/// The functions that rustc wants exported, and where it says so.
fn exports(arguments: &[String]) -> impl Iterator<Item = (usize, &str)> {
    let pairs = arguments.windows(2).enumerate();
    pairs.filter(|(_, pair)| pair[0] == EXPORT).map(|(place, pair)| (place, pair[1].as_str()))
}

fn is_of_unused_class(name: &str) -> bool {
    let name = name.strip_prefix(DESCRIPTION).unwrap_or(name).trim_start_matches("__wbg_");
    UNUSED_CLASSES.iter().any(|class| name.strip_prefix(class).is_some_and(|rest| rest.starts_with('_')))
}

/// The names of the functions that a file imports.
fn imports(path: &Path) -> Result<BTreeSet<String>, Failure> {
    let wasm = fs::read(path).map_err(Failure::io("reading", path))?;
    let module = Module::from_buffer(&wasm)
        .map_err(|error| Failure::Source(format!("{}: {error:#}", path.display())))?;
    let functions = module.imports.iter().filter(|import| matches!(import.kind, ImportKind::Function(_)));
    Ok(functions.map(|import| import.name.clone()).collect())
}

#[cfg(test)]
mod tests {
    use super::wanted;
    use std::collections::BTreeSet;

    #[test]
    fn only_what_is_used_or_exported_is_described_and_no_class_that_nobody_makes() {
        let exports = [
            "mount",
            "__wbindgen_describe_mount",
            "__wbindgen_describe___wbg_fetch_1",
            "__wbindgen_describe___wbg_print_2",
            "__wbg_intounderlyingsink_free_3",
            "__wbindgen_describe_intounderlyingsink_write_3",
            "intounderlyingsink_write_3",
        ];
        let arguments =
            ["-flavor", "wasm"].into_iter().chain(exports.into_iter().flat_map(|name| ["--export", name]));
        let arguments: Vec<_> = arguments.map(str::to_owned).collect();
        let used = BTreeSet::from(["__wbg_fetch_1".to_owned()]);
        let left = wanted(&arguments, &used);
        assert_eq!(left, arguments[..8].iter().collect::<Vec<_>>());
    }
}
