//! `cargo xtask release VERSION`: everything that a release needs, in one folder, `target/release-VERSION/`. Nothing is
//! published: that needs accounts, and is the last thing that a person does.
//!
//! `--dry-run` does the same with what is built already, lets a tree be that is not clean and a version that is not yet in
//! the manifest, and compiles nothing. The test command runs it.

use std::collections::BTreeSet;
use std::env::consts::{ARCH, OS};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use lexopt::prelude::{Long, Value, ValueExt};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::dist;
use crate::failure::Failure;
use crate::needs;
use crate::run;
use crate::supply;
use crate::workspace::{self, Workspace};

mod container;
mod notes;

/// The programs of the npm package for people without Rust.
const PROGRAMS: [&str; 2] = ["sandbox", "conformance"];
/// What they are compiled for where it is installed: a static program runs on any Linux.
const STATIC: &str = "x86_64-unknown-linux-musl";

/// What the command line may say.
#[derive(Default)]
pub struct Options {
    version: Option<String>,
    dry: bool,
}

impl Options {
    /// Reads what follows `release`.
    pub fn parse(arguments: &mut lexopt::Parser) -> Result<Self, Failure> {
        let mut options = Self::default();
        while let Some(argument) = arguments.next()? {
            match argument {
                Long("dry-run") => options.dry = true,
                Value(version) if options.version.is_none() => {
                    let version = version.string()?;
                    let parts: Vec<&str> = version.split('.').collect();
                    let is_number =
                        |part: &&str| part.parse::<u32>().is_ok_and(|number| number.to_string() == **part);
                    if parts.len() != 3 || !parts.iter().all(is_number) {
                        return Err(Failure::Usage(format!("`{version}` is not a version such as 0.2.0")));
                    }
                    options.version = Some(version);
                }
                other => return Err(Failure::takes_none(other)),
            }
        }
        if options.version.is_none() && !options.dry {
            return Err(Failure::Usage("say which version: cargo xtask release 0.2.0".to_owned()));
        }
        Ok(options)
    }

    /// A dry run of the newest version that the changelog has.
    pub fn dry() -> Self {
        Self { version: None, dry: true }
    }
}

/// Collects the release, and says what is in it and what was not done.
pub fn release(options: &Options) -> Result<(), Failure> {
    let workspace = Workspace::find()?;
    let changelog = workspace::read_text(&workspace.root.join("CHANGELOG.md"))?;
    let newest =
        notes::newest(&changelog).ok_or_else(|| Failure::Source("CHANGELOG.md has no version".to_owned()))?;
    let version = options.version.as_deref().unwrap_or(newest);
    let notes = notes::section(&changelog, version)?;
    let mut open = Vec::new();
    if version != newest {
        return Err(Failure::Source(format!(
            "CHANGELOG.md has {newest} above {version}: release the newest"
        )));
    }
    if workspace.version != version {
        if !options.dry {
            return set_version(&workspace, version);
        }
        open.push(format!(
            "The manifest says {}. `cargo xtask release {version}` puts {version} there.",
            workspace.version
        ));
    }
    if !is_clean(&workspace)? {
        if !options.dry {
            return Err(Failure::Source("the tree has changes: commit them first".to_owned()));
        }
        open.push("The tree has changes.".to_owned());
    }
    let container = workspace::read_text(&workspace.root.join("server/Containerfile"))?;
    let faults = container::faults(&container);
    if !faults.is_empty() {
        return Err(Failure::Source(format!("server/Containerfile: {}", faults.join("; "))));
    }
    open.push(
        "No image was built: its text was checked. Build it with the line at the head of Containerfile."
            .to_owned(),
    );

    let package = if options.dry { dist::written(&workspace)? } else { dist::dist_of(&workspace)? };
    let folder = workspace.target.join(format!("release-{version}"));
    workspace::empty(&folder)?;
    workspace::write(&folder.join("NOTES.md"), format!("# relink-widget {version}\n\n{notes}\n"))?;
    workspace::write(&folder.join("Containerfile"), container)?;
    for bill in supply::sbom::write(&workspace)? {
        put(&bill, &folder.join("sbom"))?;
    }
    let npm = folder.join("npm");
    pack(&package.folder, &npm)?;
    open.push(judged(
        &workspace,
        &package.folder,
        &npm.join(format!("relink-widget-{}.tgz", workspace.version)),
    )?);
    let sandbox = sandbox(&workspace, options.dry, &mut open)?;
    pack(&sandbox, &npm)?;
    crates(&workspace, options.dry, &folder.join("crates"))?;
    if options.dry {
        open.push(
            "The crates were packed and not compiled from their packages; the release does.".to_owned(),
        );
    }
    source(&workspace, version, &folder)?;
    let listed = checksums(&folder)?;
    println!("\n{}:", folder.display());
    listed.iter().for_each(|line| println!("   {line}"));
    println!("\nStill open:");
    open.iter().for_each(|line| println!("   - {line}"));
    Ok(())
}

/// Puts the version into the one manifest that has it and into the edges between our crates, for a commit of its own.
fn set_version(workspace: &Workspace, version: &str) -> Result<(), Failure> {
    let path = workspace.root.join("Cargo.toml");
    let before = workspace::read_text(&path)?;
    let named = |number: &str| format!("version = \"{number}\"");
    let lines = before.lines().map(|line| {
        let ours =
            line == named(&workspace.version) || (line.starts_with("relink-") && line.contains("path = "));
        if ours { line.replace(&named(&workspace.version), &named(version)) } else { line.to_owned() }
    });
    workspace::write(&path, lines.collect::<Vec<_>>().join("\n") + "\n")?;
    let mut cargo = workspace::cargo();
    cargo.current_dir(&workspace.root).args(["update", "--workspace", "--offline"]);
    run::run("writing the version to Cargo.lock", &mut cargo)?;
    Err(Failure::Source(format!(
        "Cargo.toml said {}: now it and Cargo.lock say {version}. Run `cargo xtask test`, commit both, and call this again.",
        workspace.version
    )))
}

fn is_clean(workspace: &Workspace) -> Result<bool, Failure> {
    let mut git = Command::new("git");
    let status =
        run::filter("git status", git.current_dir(&workspace.root).args(["status", "--porcelain"]), b"")?;
    Ok(status.is_empty())
}

/// `npm pack`, whose own scripts are not run.
fn pack(package: &Path, folder: &Path) -> Result<(), Failure> {
    fs::create_dir_all(folder).map_err(Failure::io("creating", folder))?;
    let mut npm = Command::new(needs::npm()?);
    npm.arg("pack").arg(package).arg("--pack-destination").arg(folder).args(["--ignore-scripts", "--silent"]);
    run::filter("npm pack", npm.current_dir(folder), b"").map(|_| ())
}

/// What publint and arethetypeswrong say, where `cargo xtask frameworks` has installed them.
fn judged(workspace: &Workspace, package: &Path, tarball: &Path) -> Result<String, Failure> {
    let modules = workspace.root.join("examples/node_modules");
    let [publint, attw] = ["publint", "attw"].map(|name| needs::npm_program(&modules, name));
    if !publint.exists() || !attw.exists() {
        return Ok(
            "publint and arethetypeswrong were NOT RUN: `cargo xtask frameworks` installs and runs them."
                .to_owned(),
        );
    }
    run::run("publint", Command::new(publint).arg(package).arg("--strict"))?;
    let manifest: serde_json::Value =
        serde_json::from_str(&workspace::read_text(&package.join("package.json"))?)
            .map_err(|why| Failure::Source(format!("package.json: {why}")))?;
    let typed = manifest["exports"].as_object().into_iter().flatten();
    let typed = typed.filter(|(_, entry)| entry["types"].is_string()).map(|(name, _)| name.clone());
    let mut attw = Command::new(attw);
    attw.arg(tarball).args(["--profile", "esm-only", "--entrypoints"]).args(typed.collect::<Vec<_>>());
    run::run("arethetypeswrong", &mut attw)?;
    Ok("`cargo xtask frameworks` also builds and drives the example pages.".to_owned())
}

/// The folder of `relink-sandbox`: compiled programs, the script that starts them, and the platform they are for.
fn sandbox(workspace: &Workspace, dry: bool, open: &mut Vec<String>) -> Result<PathBuf, Failure> {
    let mut rustup = Command::new("rustup");
    let targets =
        run::filter("rustup", rustup.args(["target", "list", "--installed"]), b"").unwrap_or_default();
    let is_static =
        !dry && OS == "linux" && String::from_utf8_lossy(&targets).lines().any(|target| target == STATIC);
    let mut built = workspace.target.clone();
    if dry {
        built.push("debug");
        // As they are: an old one packs like a new one.
        if !PROGRAMS.iter().all(|program| workspace.binary(program).is_file()) {
            workspace::build(&PROGRAMS)?;
        }
        open.push(
            "relink-sandbox holds the programs of a test build; the release compiles them for speed."
                .to_owned(),
        );
    } else {
        let mut cargo = workspace::cargo();
        cargo.current_dir(&workspace.root).args(["build", "--release", "--locked", "--bins"]);
        cargo.args(PROGRAMS.iter().flat_map(|program| ["--package", program]));
        if is_static {
            cargo.args(["--target", STATIC]);
            built.push(STATIC);
        }
        run::run("building the sandbox and the conformance suite", &mut cargo)?;
        built.push("release");
    }
    let libc = if OS == "linux" && !is_static { glibc()? } else { String::new() };
    let needs_libc = match libc.as_str() {
        "" => "It needs nothing else.".to_owned(),
        libc => format!("It needs {libc} or newer."),
    };
    open.push(format!("relink-sandbox is for {OS}-{ARCH} only. {needs_libc} Release on each platform that you want to serve."));
    let folder = workspace.target.join("xtask").join("relink-sandbox");
    workspace::empty(&folder)?;
    for program in PROGRAMS {
        let to = folder.join("bin").join(program);
        fs::create_dir_all(folder.join("bin")).map_err(Failure::io("creating", &to))?;
        fs::copy(built.join(program).with_extension(std::env::consts::EXE_EXTENSION), &to)
            .map_err(Failure::io("copying", &to))?;
        // Names of functions are half of a program's size; where there is no strip it is only larger.
        drop(run::filter("strip", Command::new("strip").arg(&to), b""));
    }
    workspace::write(
        &folder.join("run.js"),
        workspace::read_text(&workspace.root.join("sandbox/npm/run.js"))?,
    )?;
    let readme = format!(
        "# relink-sandbox\n\nThe stand-in for Stripe that `<relink-widget>` is tested with, and the conformance suite for backends.\n\n\
         ```sh\nnpx relink-sandbox\nnpx relink-sandbox conformance --help\n```\n\n\
         Compiled for {OS}-{ARCH}. {needs_libc} Elsewhere: `cargo build --release --package sandbox --package conformance`.\n\n{}",
        workspace::read_text(&workspace.root.join("sandbox/README.md"))?.replacen(
            "# The sandbox",
            "## The sandbox",
            1
        )
    );
    workspace::write(&folder.join("README.md"), readme)?;
    let licenses =
        ["LICENSE-MIT", "LICENSE-APACHE"].map(|name| workspace::read_text(&workspace.root.join(name)));
    let [mit, apache] = licenses;
    workspace::write(&folder.join("LICENSE"), format!("{}\n\n{}", mit?, apache?))?;
    let mut manifest = json!({
        "name": "relink-sandbox",
        "version": workspace.version,
        "description": "A stand-in for Stripe Financial Connections, and the conformance suite of the relink API",
        "license": workspace.license,
        "type": "module",
        "bin": {"relink-sandbox": "run.js"},
        "files": ["bin", "run.js"],
        "os": [if OS == "macos" { "darwin" } else { OS }],
        "cpu": [match ARCH { "x86_64" => "x64", "aarch64" => "arm64", other => other }],
        "engines": {"node": ">=20"},
    });
    if !libc.is_empty() {
        manifest["libc"] = json!(["glibc"]);
    }
    workspace::write(&folder.join("package.json"), format!("{manifest:#}\n"))?;
    Ok(folder)
}

/// The C library that a program compiled here is linked to.
fn glibc() -> Result<String, Failure> {
    let said = run::filter("getconf", Command::new("getconf").arg("GNU_LIBC_VERSION"), b"")?;
    Ok(String::from_utf8_lossy(&said).trim().to_owned())
}

/// The crates that are for others, as a registry would take them.
fn crates(workspace: &Workspace, dry: bool, folder: &Path) -> Result<(), Failure> {
    let mut cargo = workspace::cargo();
    cargo.current_dir(&workspace.root).args(["metadata", "--no-deps", "--format-version", "1"]);
    let metadata: serde_json::Value =
        serde_json::from_slice(&run::filter("cargo metadata", &mut cargo, b"")?)
            .map_err(|_| Failure::Source("cargo metadata is not JSON".to_owned()))?;
    let public: BTreeSet<String> = metadata["packages"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|package| package["publish"].is_null())
        .filter_map(|package| package["name"].as_str().map(str::to_owned))
        .collect();
    let mut cargo = workspace::cargo();
    cargo.current_dir(&workspace.root).args(["package", "--quiet"]);
    cargo.args(public.iter().flat_map(|name| ["--package", name]));
    if dry {
        cargo.args(["--offline", "--no-verify", "--allow-dirty"]);
    }
    run::run("cargo package", &mut cargo)?;
    for name in &public {
        put(&workspace.target.join("package").join(format!("{name}-{}.crate", workspace.version)), folder)?;
    }
    Ok(())
}

/// The source as Git has it.
fn source(workspace: &Workspace, version: &str, folder: &Path) -> Result<(), Failure> {
    let mut git = Command::new("git");
    git.current_dir(&workspace.root).args(["archive", "--format=tar.gz"]);
    git.arg(format!("--prefix=relink-widget-{version}/")).arg("HEAD");
    let archive = run::filter("git archive", &mut git, b"")?;
    workspace::write(&folder.join(format!("relink-widget-{version}-source.tar.gz")), archive)
}

fn put(file: &Path, folder: &Path) -> Result<(), Failure> {
    let name = file.file_name().unwrap_or_default();
    workspace::write(&folder.join(name), fs::read(file).map_err(Failure::io("reading", file))?)
}

/// Writes `SHA256SUMS`, as `sha256sum --check` reads it, and answers each file with its size.
fn checksums(folder: &Path) -> Result<Vec<String>, Failure> {
    let (mut sums, mut listed) = (String::new(), Vec::new());
    for name in workspace::listed(folder)?.into_iter().collect::<BTreeSet<_>>() {
        let path = folder.join(&name);
        let content = fs::read(&path).map_err(Failure::io("reading", &path))?;
        let hex: String = Sha256::digest(&content).iter().map(|byte| format!("{byte:02x}")).collect();
        sums.push_str(&format!("{hex}  {name}\n"));
        listed.push(format!("{:>9} B  {name}", content.len()));
    }
    workspace::write(&folder.join("SHA256SUMS"), sums)?;
    Ok(listed)
}

#[cfg(test)]
mod tests {
    use super::Options;

    #[test]
    fn a_version_is_three_numbers_and_needed_unless_it_is_a_dry_run() {
        let parse = |arguments: &[&str]| Options::parse(&mut lexopt::Parser::from_args(arguments));
        assert!(parse(&["0.2.0"]).is_ok_and(|options| !options.dry));
        assert!(parse(&["--dry-run"]).is_ok_and(|options| options.version.is_none() && options.dry));
        for wrong in [&["1.0"][..], &["01.0.0"], &["v1.0.0"], &["1.0.0", "2.0.0"], &[]] {
            assert!(parse(wrong).is_err(), "{wrong:?}");
        }
    }
}
