//! From Rust to what a browser loads: cargo, wasm-bindgen (as a library, so that its version is always the one
//! that the widget links) and wasm-opt.
//!
//! The shipped WebAssembly brings a standard library of its own: built from rust-src for size, where a panic stops at
//! once instead of first writing a sentence that a customer's console would show to nobody. The one that rustup
//! installs holds the writing of every panic, a tenth of the download. Stable Rust calls this unstable, which
//! `RUSTC_BOOTSTRAP` lifts. Should it cease to work, or a tool be missing, nothing is shipped: it would pass for small.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::dist::bound::Bound;
use crate::dist::names::WASM_FILE;
use crate::dist::{alignment, order, seam};
use crate::failure::Failure;
use crate::needs;
use crate::run;
use crate::workspace::{self, ELEMENT, WASM, WIDGET, Workspace};

/// What rustc's output uses of WebAssembly beyond its first version; wasm-opt refuses features that it was not given.
const FEATURES: &[&str] = &[
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// A panic stops at once and says nothing, neither where nor what. The stack is 64 KB smaller than a megabyte, so that no
/// address of a value needs a fourth byte. The last six keep LLVM from copying code and from computing ahead, which is for speed: what
/// stands where it is used is shorter.
const SMALL: [&str; 11] = [
    "-Zunstable-options",
    "-Cpanic=immediate-abort",
    "-Zlocation-detail=none",
    "-Zfmt-debug=none",
    "-Clink-arg=-zstack-size=983040",
    "-Cllvm-args=-disable-lsr",
    "-Cllvm-args=-disable-machine-licm",
    "-Cllvm-args=-enable-pre=false",
    "-Cllvm-args=-enable-load-pre=false",
    "-Cllvm-args=-disable-tail-duplicate",
    "-Cllvm-args=-disable-early-taildup",
];

/// The standard library is built along, for size.
const SMALL_STD: [&str; 2] = ["-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size"];

/// What wasm-opt may count on, and what it moves: a function called from one place moves there up to a size, any function up
/// to a smaller one. What a function needs to be one weighs more than its call, and text that stands together compresses
/// better. The first kilobyte of memory is the end of the stack, so no address of a value is in it.
const BOUNDS: [&str; 3] = [
    "--low-memory-unused",
    "--one-caller-inline-max-function-size=20",
    "--always-inline-max-function-size=4",
];

/// How wasm-opt makes it smaller: twice over a form without nested expressions, which finds more that is alike.
const PASSES: [&str; 6] = ["--flatten", "--rereloop", "-Oz", "--flatten", "--rereloop", "-Oz"];

/// How the widget is compiled.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// For customers: small, slow to build, free of this machine's paths.
    Shipped,
    /// For the developer who waits for it.
    Quick,
}

/// Compiles the widget and binds it.
pub fn build(workspace: &Workspace, profile: Profile) -> Result<Bound, Failure> {
    needs::wasm_target()?;
    let compiled = compile(workspace, ELEMENT, profile)?;
    let folder = workspace.target.join("xtask").join("bindgen");
    let bound = bind(&compiled, &folder, profile)?;
    if profile == Profile::Quick {
        return Ok(bound);
    }
    let Bound { wasm, glue } = seam::without_unused(bound)?;
    let glue = seam::shorten(&glue)?;
    let wasm = wasm_opt(workspace, &folder, &alignment::without(&wasm)?, &PASSES)?;
    let Bound { wasm, glue } = seam::narrow(&Bound { wasm, glue })?;
    // Twice more, since what stood in the way has gone.
    let wasm = wasm_opt(workspace, &folder, &order::named_in_order(&wasm)?, &["-Oz", "-Oz", order::PASS])?;
    free_of_paths(workspace, &wasm)?;
    Ok(Bound { wasm, glue })
}

/// Compiles another package for a browser and binds it into `folder`, for a page that is not shipped.
pub fn build_page(
    workspace: &Workspace,
    package: &str,
    folder: &Path,
    profile: Profile,
) -> Result<(), Failure> {
    needs::wasm_target()?;
    let compiled = compile(workspace, package, profile)?;
    run_wasm_bindgen(&compiled, folder, package, profile)
}

/// Compiles the library of an app in a workspace of its own, as its developer does, and binds it into `folder`.
pub fn build_app(
    workspace: &Workspace,
    app: &Path,
    name: &str,
    feature: &str,
    folder: &Path,
) -> Result<(), Failure> {
    needs::wasm_target()?;
    let mut cargo = workspace::cargo();
    cargo.current_dir(app).env("CARGO_TARGET_DIR", &workspace.target);
    cargo.args(["build", "--locked", "--lib", "--target", WASM, "--features", feature]);
    run::run(&format!("compiling {name} ({feature})"), &mut cargo)?;
    let compiled = workspace.target.join(WASM).join("debug").join(name).with_extension("wasm");
    run_wasm_bindgen(&compiled, folder, name, Profile::Quick)
}

fn compile(workspace: &Workspace, package: &str, profile: Profile) -> Result<PathBuf, Failure> {
    let what = format!("compiling {package} (the first time takes some minutes)");
    let mut cargo = workspace::cargo();
    cargo.current_dir(&workspace.root).env("CARGO_TARGET_DIR", &workspace.target);
    cargo.args(["build", "--lib", "--package", package, "--target", WASM]);
    let folder = match profile {
        Profile::Quick => {
            run::run(&what, cargo.args(["--profile", "dev"]))?;
            "debug"
        }
        Profile::Shipped => {
            cargo.args(["--profile", "widget"]);
            // RUSTFLAGS would replace these, so it is not heeded.
            cargo.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS");
            let flags = [without_paths(workspace)?, SMALL.map(str::to_owned).into()].concat();
            needs::rust_source()?;
            cargo.args(config("rustflags", flags.into())).args(SMALL_STD).env("RUSTC_BOOTSTRAP", "1");
            // Not among the flags, which are part of what symbols are named by: this is a path.
            let ourselves = workspace.ourselves.to_string_lossy();
            cargo.args(config("linker", ourselves.into()));
            run::run(&what, &mut cargo)?;
            "widget"
        }
    };
    let name = package.replace('-', "_");
    Ok(workspace.target.join(WASM).join(folder).join(name).with_extension("wasm"))
}

/// A setting of Cargo's for the target.
fn config(name: &str, value: serde_json::Value) -> [String; 2] {
    ["--config".to_owned(), format!("target.{WASM}.{name}={value}")]
}

/// Flags that shorten every path which a panic could name, so that a build does not depend on where it is made.
fn without_paths(workspace: &Workspace) -> Result<Vec<String>, Failure> {
    let mut places = vec![workspace.root.clone(), sysroot()?.join("lib/rustlib/src/rust")];
    // Each registry unpacks into a folder of its own name, which a mirror changes.
    if let Some(registries) = cargo_home().and_then(|home| home.join("registry/src").read_dir().ok()) {
        places.extend(registries.flatten().map(|registry| registry.path()));
    }
    Ok(places.iter().map(|place| format!("--remap-path-prefix={}=", place.display())).collect())
}

fn sysroot() -> Result<PathBuf, Failure> {
    let mut rustc = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    let answer = run::filter("asking rustc for its sysroot", rustc.args(["--print", "sysroot"]), b"")?;
    Ok(String::from_utf8_lossy(&answer).trim().into())
}

fn cargo_home() -> Option<PathBuf> {
    env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| env::home_dir().map(|home| home.join(".cargo")))
}

/// wasm-bindgen, into `folder`, which is emptied first.
fn bind(compiled: &Path, folder: &Path, profile: Profile) -> Result<Bound, Failure> {
    run_wasm_bindgen(compiled, folder, WIDGET, profile)?;
    let wasm = folder.join(WASM_FILE);
    Ok(Bound {
        wasm: fs::read(&wasm).map_err(Failure::io("reading", &wasm))?,
        glue: workspace::read_text(&folder.join(WIDGET).with_extension("js"))?,
    })
}

fn run_wasm_bindgen(compiled: &Path, folder: &Path, name: &str, profile: Profile) -> Result<(), Failure> {
    workspace::empty(folder)?;
    let mut arguments: Vec<&OsStr> =
        ["wasm-bindgen", "--target=web", "--no-typescript", "--out-name", name, "--out-dir"]
            .map(OsStr::new)
            .into();
    arguments.extend([folder.as_os_str(), compiled.as_os_str()]);
    if profile == Profile::Shipped {
        arguments.extend(["--remove-name-section", "--remove-producers-section"].map(OsStr::new));
    }
    wasm_bindgen_cli::wasm_bindgen::run_cli_with_args(arguments).map_err(|error| Failure::Command {
        what: "wasm-bindgen".to_owned(),
        outcome: format!("{error:#}"),
    })?;
    if folder.join("snippets").exists() {
        return Err(Failure::Source(format!(
            "the widget brings JavaScript snippets, which are not shipped: see {}",
            folder.join("snippets").display()
        )));
    }
    Ok(())
}

/// The same file after these passes of wasm-opt's, without names.
fn wasm_opt(workspace: &Workspace, folder: &Path, wasm: &[u8], passes: &[&str]) -> Result<Vec<u8>, Failure> {
    let wasm_opt = needs::npm_program(&needs::npm_packages(workspace)?, "wasm-opt");
    let [before, after] = ["before.wasm", "after.wasm"].map(|name| folder.join(name));
    workspace::write(&before, wasm)?;
    let mut command = Command::new(wasm_opt);
    command.arg(before).arg("-o").arg(&after).args(BOUNDS).args(passes).args(FEATURES);
    command.args(["--strip-debug", "--strip-producers", "--strip-target-features"]);
    run::run("wasm-opt", &mut command)?;
    fs::read(&after).map_err(Failure::io("reading", &after))
}

/// A path of this machine in the shipped file would tell who built it, and make the build depend on where.
fn free_of_paths(workspace: &Workspace, wasm: &[u8]) -> Result<(), Failure> {
    let places = [Some(workspace.root.clone()), Some(sysroot()?), cargo_home()];
    for place in places.iter().flatten() {
        let place = place.to_string_lossy();
        if contains(wasm, place.as_bytes()) {
            return Err(Failure::Source(format!("the WebAssembly names a path of this machine: {place}")));
        }
    }
    Ok(())
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    !part.is_empty() && bytes.windows(part.len()).any(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::contains;

    #[test]
    fn a_path_is_found_wherever_it_stands() {
        assert!(contains(b"\0asm /home/me/x", b"/home/me"));
        assert!(!contains(b"\0asm src/lib.rs", b"/home/me"));
    }
}
