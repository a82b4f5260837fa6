//! The tools that are not Rust: where each is found, how it is installed where we may do that, and what to say
//! where we may not; the browsers and their drivers are in a file of their own. Nothing is fetched from anywhere but the
//! system's or the language's own package registry.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use crate::failure::Failure;
use crate::run;
use crate::workspace::{WASM, Workspace};

mod browsers;

pub use browsers::{
    chromedriver, chromium, firefox, geckodriver, headless_chromium, virtual_display, webkitdriver,
};

/// The oldest Node.js whose test runner the stories use.
const NODE: u32 = 20;

/// A program and the ways to come by it.
struct Tool {
    name: &'static str,
    /// An environment variable that names it, before anything else.
    variable: Option<&'static str>,
    /// What it is called on PATH.
    programs: &'static [&'static str],
    /// Where it is when not on PATH.
    places: &'static [&'static str],
    /// Debian's and Ubuntu's packages.
    packages: &'static [&'static str],
    /// How else to install it.
    elsewhere: &'static str,
    /// What is lost without it.
    without: &'static str,
}

const NODE_JS: Tool = Tool {
    name: "Node.js 20 or later",
    variable: None,
    programs: &["node"],
    places: &[],
    packages: &["nodejs"],
    elsewhere: "See nodejs.org. macOS: brew install node.",
    without: "no package from `dist`, no stories and no screenshots",
};

const NPM: Tool = Tool {
    name: "npm",
    variable: None,
    programs: &["npm", "npm.cmd"],
    places: &[],
    packages: &["npm"],
    elsewhere: "It comes with Node.js: see nodejs.org.",
    without: "no package from `dist`, no stories and no screenshots",
};

const C_COMPILER: Tool = Tool {
    name: "a C compiler",
    variable: Some("CC"),
    programs: &["cc", "gcc", "clang"],
    places: &[],
    packages: &["gcc", "libc6-dev"],
    elsewhere: "Fedora: dnf install gcc.",
    without: "nothing is measured on a slow disk",
};

const PYTHON: Tool = Tool {
    name: "Python 3.10 or later, with venv",
    variable: None,
    programs: &["python3", "python"],
    places: &[],
    packages: &["python3", "python3-venv"],
    elsewhere: "See python.org. macOS: brew install python.",
    without: "the example backend in Python is not run",
};

const POSTGRES: Tool = Tool {
    name: "PostgreSQL",
    variable: None,
    programs: &["initdb"],
    places: &[],
    packages: &["postgresql"],
    elsewhere: "macOS: brew install postgresql. Fedora: dnf install postgresql-server.",
    without: "relink-server is tested on SQLite only",
};

/// Node.js, recent enough.
pub fn node() -> Result<PathBuf, Failure> {
    let node = NODE_JS.need()?;
    let version = run::filter("node --version", Command::new(&node).arg("--version"), b"")?;
    let version = String::from_utf8_lossy(&version).trim().to_owned();
    if major(&version).is_some_and(|major| major >= NODE) {
        Ok(node)
    } else {
        Err(Failure::Missing {
            what: format!("{} (found {version})", NODE_JS.name),
            remedy: NODE_JS.remedy(),
        })
    }
}

/// npm, which comes with Node.js.
pub fn npm() -> Result<PathBuf, Failure> {
    node()?;
    NPM.need()
}

/// A C compiler, which every machine has that builds relink-server.
pub fn c_compiler() -> Result<PathBuf, Failure> {
    C_COMPILER.need()
}

/// The folder of PostgreSQL's programs. Debian keeps them off PATH, in a folder for each version.
pub fn postgres() -> Result<PathBuf, Failure> {
    let newest = || {
        let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?.flatten();
        let number =
            |folder: &PathBuf| folder.file_name().and_then(|name| name.to_str()?.parse::<u32>().ok());
        let newest = versions.map(|version| version.path()).max_by_key(number)?.join("bin");
        newest.join("initdb").is_file().then_some(newest)
    };
    let folder = || POSTGRES.find().and_then(|initdb| initdb.parent().map(Path::to_path_buf)).or_else(newest);
    let found = folder().or_else(|| install(POSTGRES.packages).then(folder).flatten());
    found.ok_or_else(|| Failure::Missing { what: POSTGRES.name.to_owned(), remedy: POSTGRES.remedy() })
}

/// Python, able to make virtual environments.
pub fn python() -> Result<PathBuf, Failure> {
    PYTHON.need()
}

/// The npm packages of `e2e/`, installed exactly as its lock file says, unless they are there already.
pub fn npm_packages(workspace: &Workspace) -> Result<PathBuf, Failure> {
    node()?;
    let modules = workspace.e2e().join("node_modules");
    let written = |path: &Path| path.metadata().and_then(|metadata| metadata.modified()).ok();
    let lock = written(&workspace.e2e().join("package-lock.json"));
    let fresh = written(&modules.join(".package-lock.json")).is_some_and(|installed| Some(installed) >= lock);
    if fresh {
        return Ok(modules);
    }
    let mut npm = Command::new(NPM.need()?);
    // No package's install script is run: none of ours needs one.
    npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(workspace.e2e());
    run::run("installing e2e's npm packages", &mut npm)?;
    Ok(modules)
}

/// A program of an npm package.
pub fn npm_program(modules: &Path, name: &str) -> PathBuf {
    let program = modules.join(".bin").join(name);
    if cfg!(windows) { program.with_extension("cmd") } else { program }
}

/// Rust's WebAssembly target, installed through rustup when it is missing.
pub fn wasm_target() -> Result<(), Failure> {
    let mut rustc = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    let library = run::filter(
        "asking rustc for its WebAssembly target",
        rustc.args(["--print", "target-libdir", "--target", WASM]),
        b"",
    )?;
    if Path::new(String::from_utf8_lossy(&library).trim()).is_dir() {
        return Ok(());
    }
    println!("Rust's {WASM} target is not installed: rustup target add {WASM}");
    run::run("installing Rust's WebAssembly target", Command::new("rustup").args(["target", "add", WASM]))
        .map_err(|_| Failure::Missing {
            what: format!("Rust's {WASM} target"),
            remedy: format!("Run: rustup target add {WASM}\nWithout it the widget cannot be built."),
        })
}

/// The source of Rust's standard library, installed through rustup when it is missing.
pub fn rust_source() -> Result<(), Failure> {
    let mut rustc = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    let sysroot = run::filter("asking rustc for its sysroot", rustc.args(["--print", "sysroot"]), b"")?;
    let source =
        Path::new(String::from_utf8_lossy(&sysroot).trim()).join("lib/rustlib/src/rust/library/Cargo.lock");
    if source.is_file() {
        return Ok(());
    }
    println!("The source of Rust's standard library is not installed: rustup component add rust-src");
    let mut rustup = Command::new("rustup");
    run::run(
        "installing the source of Rust's standard library",
        rustup.args(["component", "add", "rust-src"]),
    )
    .map_err(|_| Failure::Missing {
        what: "the source of Rust's standard library".to_owned(),
        remedy: "Run: rustup component add rust-src".to_owned(),
    })
}

/// cargo-fuzz, installed through cargo where that is ours to do.
pub fn cargo_fuzz() -> Result<(), Failure> {
    if on_path("cargo-fuzz").is_some() {
        return Ok(());
    }
    let missing = || {
        Failure::Missing {
        what: "cargo-fuzz".to_owned(),
        remedy: "Run: cargo install cargo-fuzz --locked (it needs a C++ compiler too: apt-get install g++)\n\
                 Without it the fuzz targets are not run; `cargo test --package relink-oracles` still puts every seed \
                 through them."
            .to_owned(),
    }
    };
    if !root() && env::var_os("CI").is_none() {
        return Err(missing());
    }
    println!("cargo-fuzz is not installed: cargo install cargo-fuzz --locked");
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    run::run("installing cargo-fuzz", cargo.args(["install", "cargo-fuzz", "--locked"]))
        .map_err(|_| missing())
}

impl Tool {
    fn need(&self) -> Result<PathBuf, Failure> {
        if let Some(found) = self.find() {
            return Ok(found);
        }
        if install(self.packages)
            && let Some(found) = self.find()
        {
            return Ok(found);
        }
        Err(Failure::Missing { what: self.name.to_owned(), remedy: self.remedy() })
    }

    fn find(&self) -> Option<PathBuf> {
        let named = self.variable.and_then(env::var_os).map(PathBuf::from).filter(|path| path.is_file());
        let placed = || self.places.iter().map(PathBuf::from).find(|path| path.is_file());
        named.or_else(|| self.programs.iter().find_map(|program| on_path(program))).or_else(placed)
    }

    fn remedy(&self) -> String {
        let debian = match self.packages {
            [] => String::new(),
            packages => format!("Debian, Ubuntu: apt-get install {}. ", packages.join(" ")),
        };
        format!("{debian}{}\nWithout it: {}.", self.elsewhere, self.without)
    }
}

/// Where PATH has `program`.
fn on_path(program: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?)
        .map(|folder| {
            let path = folder.join(program);
            if path.extension().is_none() { path.with_extension(env::consts::EXE_EXTENSION) } else { path }
        })
        .find(|path| path.is_file())
}

/// Installs Debian's packages where that is ours to do: as root, or on a machine that exists for the build.
fn install(packages: &[&str]) -> bool {
    static UPDATED: OnceLock<bool> = OnceLock::new();
    let Some(apt_get) = on_path("apt-get") else { return false };
    let ours = root() || env::var_os("CI").is_some();
    if packages.is_empty() || !ours {
        return false;
    }
    let apt = |arguments: &[&str]| {
        let mut command = if root() { Command::new(&apt_get) } else { Command::new("sudo") };
        if !root() {
            command.arg("-n").arg(&apt_get);
        }
        command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null());
        run::run(&format!("apt-get {}", arguments.join(" ")), &mut command).is_ok()
    };
    println!("Not found, so it is installed: {}", packages.join(" "));
    *UPDATED.get_or_init(|| apt(&["update", "--quiet"]))
        && apt(&[&["install", "--yes", "--quiet", "--no-install-recommends"], packages].concat())
}

/// Whether we may do everything.
#[cfg(unix)]
pub fn root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Whether we may do everything.
#[cfg(not(unix))]
pub fn root() -> bool {
    false
}

/// The first number of `v20.11.1`.
fn major(version: &str) -> Option<u32> {
    version.trim_start_matches('v').split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::major;

    #[test]
    fn the_major_version_of_node_is_read() {
        assert_eq!(major("v20.11.1"), Some(20));
        assert_eq!(major("nonsense"), None);
    }
}
