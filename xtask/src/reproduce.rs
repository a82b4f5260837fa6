//! `cargo xtask reproduce`: the package, built twice from nothing in two folders, must be the same to the last byte. Who
//! doubts that what a CDN serves is made of this source builds it, and compares `integrity.json`.
//!
//! Each build has a copy of the source, a target directory and npm packages of its own. Cargo's registry is shared, and
//! so are the tools: what they have to be for the same bytes is in docs/going-live.md.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use crate::dist::{self, Package};
use crate::failure::Failure;
use crate::run;
use crate::workspace::Workspace;

/// Where the builds are made, below the target directory: of different length and depth, as paths like to leak.
const PLACES: [&str; 2] = ["one", "another-place/further-down"];

/// Builds, compares, and says of each file that differs where it does.
pub fn reproduce() -> Result<ExitCode, Failure> {
    let workspace = Workspace::find()?;
    let below = workspace.target.join("xtask").join("reproduce");
    remove(&below)?;
    // Both before the first build: whoever goes on working meanwhile changes neither.
    PLACES.iter().try_for_each(|place| copy(&workspace.root, &below.join(place)))?;
    let build = |place: &str| {
        let root = below.join(place);
        run::timed(&format!("a clean build in {}", root.display()), || {
            dist::dist_of(&Workspace::copied(&root, &root.join("target"))?)
        })
    };
    let [one, other] = [build(PLACES[0])?, build(PLACES[1])?];
    let differences = differences(&one, &other)?;
    if differences.is_empty() {
        println!("\n{} files, the same to the last byte.", one.files.len());
        remove(&below)?;
        Ok(ExitCode::SUCCESS)
    } else {
        let differences = differences.join("\n");
        Err(Failure::Source(format!("two builds of one source differ:\n{differences}\nThey are kept.")))
    }
}

/// Every file of the source as it is now, committed or not, without what is ignored.
fn copy(from: &Path, to: &Path) -> Result<(), Failure> {
    let mut git = Command::new("git");
    git.current_dir(from).args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
    let names = run::filter("git ls-files", &mut git, b"")?;
    for name in String::from_utf8_lossy(&names).split_terminator('\0') {
        let (source, target) = (from.join(name), to.join(name));
        if !source.is_file() {
            continue;
        }
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder).map_err(Failure::io("creating", folder))?;
        }
        fs::copy(&source, &target).map_err(Failure::io("copying", &source))?;
    }
    Ok(())
}

fn remove(folder: &Path) -> Result<(), Failure> {
    if folder.exists() { fs::remove_dir_all(folder).map_err(Failure::io("removing", folder)) } else { Ok(()) }
}

/// A line for each file that only one package has, or that is not the same in both.
fn differences(one: &Package, other: &Package) -> Result<Vec<String>, Failure> {
    let names: BTreeSet<_> = one.files.iter().chain(&other.files).collect();
    let read = |package: &Package, name: &str| -> Result<Option<Vec<u8>>, Failure> {
        let path: PathBuf = package.folder.join(name);
        if path.is_file() {
            fs::read(&path).map(Some).map_err(Failure::io("reading", &path))
        } else {
            Ok(None)
        }
    };
    let mut lines = Vec::new();
    for name in names {
        let line = match (read(one, name)?, read(other, name)?) {
            (Some(one), Some(other)) => {
                first_difference(&one, &other).map(|place| format!("{name}: from byte {place}"))
            }
            _ => Some(format!("{name}: only in one")),
        };
        lines.extend(line);
    }
    Ok(lines)
}

/// Where two files begin to differ.
fn first_difference(one: &[u8], other: &[u8]) -> Option<usize> {
    let shorter = one.len().min(other.len());
    one.iter().zip(other).position(|(a, b)| a != b).or_else(|| (one.len() != other.len()).then_some(shorter))
}

#[cfg(test)]
mod tests {
    use super::first_difference;

    #[test]
    fn files_differ_from_their_first_other_byte_or_where_one_ends() {
        assert_eq!(first_difference(b"same", b"same"), None);
        assert_eq!(first_difference(b"same", b"sane"), Some(2));
        assert_eq!(first_difference(b"same", b"same, but longer"), Some(4));
    }
}
