//! Where things are: Cargo is asked once, so that a target directory set elsewhere is honoured.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use crate::children::Running;
use crate::failure::Failure;
use crate::run;

/// The servers of the demonstration and of the stories.
pub const SERVERS: [&str; 4] = ["sandbox", "sandbox-plaid", "relink-server", "shop"];
/// The package that customers load.
pub const WIDGET: &str = "relink-widget";
/// The crate that is compiled for it.
pub const ELEMENT: &str = "relink-element";
/// What the widget is compiled for.
pub const WASM: &str = "wasm32-unknown-unknown";

/// The workspace as Cargo sees it.
pub struct Workspace {
    /// The folder of the root `Cargo.toml`.
    pub root: PathBuf,
    /// Where Cargo builds.
    pub target: PathBuf,
    /// This program. Asked for early: once a build has replaced the file, Linux calls it deleted.
    pub ourselves: PathBuf,
    /// The widget's version.
    pub version: String,
    /// The widget's license, an SPDX expression.
    pub license: String,
}

impl Workspace {
    /// Asks Cargo for the one that this program was built from.
    pub fn find() -> Result<Self, Failure> {
        Self::described(cargo().current_dir(env!("CARGO_MANIFEST_DIR")))
    }

    /// A copy of it in `root`, which builds into `target`.
    pub fn copied(root: &Path, target: &Path) -> Result<Self, Failure> {
        Self::described(cargo().current_dir(root).env("CARGO_TARGET_DIR", target))
    }

    fn described(cargo: &mut Command) -> Result<Self, Failure> {
        let metadata = cargo.args(["metadata", "--no-deps", "--format-version", "1"]);
        let answer = run::filter("cargo metadata", metadata, b"")?;
        let unclear = || Failure::Source(format!("cargo metadata says nothing of {WIDGET}"));
        let answer: serde_json::Value = serde_json::from_slice(&answer).map_err(|_| unclear())?;
        let text = |value: &serde_json::Value| value.as_str().map(str::to_owned).ok_or_else(unclear);
        let package = answer["packages"]
            .as_array()
            .and_then(|packages| packages.iter().find(|package| package["name"] == WIDGET))
            .ok_or_else(unclear)?;
        Ok(Self {
            root: text(&answer["workspace_root"])?.into(),
            target: text(&answer["target_directory"])?.into(),
            ourselves: env::current_exe()
                .map(in_place)
                .map_err(|source| Failure::Io { doing: "finding this program".to_owned(), source })?,
            version: text(&package["version"])?,
            license: text(&package["license"])?,
        })
    }

    /// What `dist` writes: the npm package.
    pub fn dist(&self) -> PathBuf {
        self.root.join("dist").join(WIDGET)
    }

    /// The stories in real browsers, and their npm packages.
    pub fn e2e(&self) -> PathBuf {
        self.root.join("e2e")
    }

    /// The gallery of every view, where it was built.
    pub fn gallery(&self) -> PathBuf {
        self.target.join("gallery")
    }

    /// The documentation as a site, where it was built.
    pub fn docs(&self) -> PathBuf {
        self.target.join("docs")
    }

    /// A program of the workspace, as the dev profile builds it.
    pub fn binary(&self, name: &str) -> PathBuf {
        self.target.join("debug").join(name).with_extension(env::consts::EXE_EXTENSION)
    }
}

/// Where this program is now. When the tests build it again, Linux calls the file that runs deleted; the new one has its place.
fn in_place(running: PathBuf) -> PathBuf {
    match running.to_str().and_then(|path| path.strip_suffix(" (deleted)")) {
        Some(place) if !running.exists() => place.into(),
        _ => running,
    }
}

/// The Cargo that runs us, else the one on PATH.
pub fn cargo() -> Command {
    Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Builds the stand-ins for Stripe and Plaid, relink-server and the demo shop.
pub fn build_servers() -> Result<(), Failure> {
    build(&SERVERS)
}

/// Builds a program of the workspace and runs it until it ends, or Ctrl-C; its exit code is ours.
pub fn program(name: &str, arguments: Vec<OsString>) -> Result<ExitCode, Failure> {
    let workspace = Workspace::find()?;
    build(&[name])?;
    let mut running = Running::start(name, Command::new(workspace.binary(name)).args(arguments))?;
    let status =
        running.wait().map_err(|source| Failure::Io { doing: format!("waiting for {name}"), source })?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}

/// Builds the programs of these packages.
pub fn build(packages: &[&str]) -> Result<(), Failure> {
    let mut cargo = cargo();
    cargo.args(["build", "--bins"]).current_dir(env!("CARGO_MANIFEST_DIR"));
    cargo.args(packages.iter().flat_map(|package| ["--package", package]));
    run::run(&format!("building {}", packages.join(", ")), &mut cargo)
}

/// The files in `folder` whose names end in `.extension`, by name; none where there is no such folder.
pub fn files(folder: &Path, extension: &str) -> Result<Vec<PathBuf>, Failure> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(Failure::io("listing", folder))? {
        let path = entry.map_err(Failure::io("listing", folder))?.path();
        if path.is_file() && path.extension().is_some_and(|own| own == extension) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// Reads a file as text, saying which one is missing.
pub fn read_text(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(Failure::io("reading", path))
}

/// Every file below `folder`, relative to it, with `/` between names.
pub fn listed(folder: &Path) -> Result<Vec<String>, Failure> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(Failure::io("listing", folder))? {
        let path = entry.map_err(Failure::io("listing", folder))?.path();
        let Some(name) = path.file_name().map(|name| name.to_string_lossy().into_owned()) else { continue };
        if path.is_dir() {
            names.extend(listed(&path)?.into_iter().map(|below| format!("{name}/{below}")));
        } else {
            names.push(name);
        }
    }
    Ok(names)
}

/// Makes a folder that holds nothing.
pub fn empty(folder: &Path) -> Result<(), Failure> {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(Failure::io("emptying", folder))?;
    }
    fs::create_dir_all(folder).map_err(Failure::io("creating", folder))
}

/// Writes a file, with the folders above it.
pub fn write(path: &Path, content: impl AsRef<[u8]>) -> Result<(), Failure> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(Failure::io("creating", folder))?;
    }
    fs::write(path, content).map_err(Failure::io("writing", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_was_built_again_while_it_ran_is_found_in_its_place() {
        assert_eq!(in_place("/none/xtask (deleted)".into()), Path::new("/none/xtask"));
        assert_eq!(in_place("/none/xtask".into()), Path::new("/none/xtask"));
    }
}
