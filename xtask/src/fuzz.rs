//! `cargo xtask fuzz`: every fuzz target for a while each, from the committed seeds, with a closing line for each.
//!
//! What a target finds on the way is kept below the target directory and goes on from there the next time; what breaks a
//! promise is written beside it, and the last line says how to see it again. libFuzzer is driven without a sanitizer:
//! there is no `unsafe` in what is fuzzed, and so the stable compiler will do.

use std::fmt;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use lexopt::prelude::{Long, Value, ValueExt};

use crate::children::Running;
use crate::failure::Failure;
use crate::needs;
use crate::run;
use crate::workspace::{self, Workspace};

/// What the command line may say.
pub struct Options {
    seconds: u32,
    targets: Vec<String>,
}

impl Options {
    /// Reads what follows `fuzz`.
    pub fn parse(arguments: &mut lexopt::Parser) -> Result<Self, Failure> {
        let mut options = Self { seconds: 60, targets: Vec::new() };
        while let Some(argument) = arguments.next()? {
            match argument {
                Long("seconds") => options.seconds = arguments.value()?.parse()?,
                Value(target) => options.targets.push(target.string()?),
                other => return Err(other.unexpected().into()),
            }
        }
        Ok(options)
    }
}

/// Builds the targets and runs them, one after the other.
pub fn fuzz(options: &Options) -> Result<ExitCode, Failure> {
    let workspace = Workspace::find()?;
    let all = targets(&workspace)?;
    if let Some(unknown) = options.targets.iter().find(|target| !all.contains(target)) {
        return Err(Failure::Usage(format!("there is no target `{unknown}`: {}", all.join(", "))));
    }
    needs::cargo_fuzz()?;
    let built = workspace.target.join("fuzz");
    let host = host()?;
    let mut cargo = workspace::cargo();
    cargo.current_dir(workspace.root.join("fuzz")).env("CARGO_TARGET_DIR", &built);
    run::run(
        "building the fuzz targets",
        cargo.args(["fuzz", "build", "--sanitizer", "none", "--target", &host]),
    )?;
    let chosen: Vec<&String> =
        all.iter().filter(|target| options.targets.is_empty() || options.targets.contains(target)).collect();
    let mut lines = Vec::new();
    for target in chosen {
        let program = built.join(&host).join("release").join(target);
        let line = run::timed(target, || one(&workspace, &built, target, &program, options.seconds))?;
        println!("{line}");
        lines.push(line);
    }
    println!();
    lines.iter().for_each(|line| println!("{line}"));
    Ok(if lines.iter().all(|line| line.found.is_none()) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The targets, by the names of their files.
fn targets(workspace: &Workspace) -> Result<Vec<String>, Failure> {
    let files = workspace::files(&workspace.root.join("fuzz/fuzz_targets"), "rs")?;
    let stem = |file: PathBuf| file.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    Ok(files.into_iter().filter_map(stem).collect())
}

/// What this machine is called, for which cargo-fuzz builds.
fn host() -> Result<String, Failure> {
    let version = run::filter("rustc --version", Command::new("rustc").arg("-vV"), b"")?;
    let version = String::from_utf8_lossy(&version).into_owned();
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).map(str::to_owned);
    host.ok_or_else(|| Failure::Source("rustc does not say what this machine is called".to_owned()))
}

fn one(
    workspace: &Workspace,
    built: &Path,
    target: &str,
    program: &Path,
    seconds: u32,
) -> Result<Line, Failure> {
    let grown = built.join("corpus").join(target);
    let finds = built.join("finds").join(target);
    for folder in [&grown, &finds] {
        fs::create_dir_all(folder).map_err(Failure::io("creating", folder))?;
    }
    let mut fuzzer = Command::new(program);
    fuzzer.arg(format!("-max_total_time={seconds}")).args([
        "-print_final_stats=1",
        "-timeout=10",
        "-rss_limit_mb=2048",
    ]);
    fuzzer.arg(format!("-artifact_prefix={}/", finds.display()));
    fuzzer.arg(&grown).arg(workspace.root.join("fuzz/seeds").join(target));
    // libFuzzer writes everything to its standard error.
    let mut running = Running::start(target, fuzzer.stdout(Stdio::null()).stderr(Stdio::piped()))?;
    let mut said = Vec::new();
    if let Some(stderr) = running.process().stderr.take() {
        for line in BufReader::new(stderr).split(b'\n') {
            let line = line.map_err(|source| Failure::Io { doing: target.to_owned(), source })?;
            said.push(String::from_utf8_lossy(&line).into_owned());
        }
    }
    let ended = running.wait().map_err(|source| Failure::Io { doing: target.to_owned(), source })?;
    let mut line = Line::read(target, &said);
    if !ended.success() {
        // What it found and where: the panic, and the way to it.
        said.iter().skip_while(|line| !line.contains("panicked at") && !line.contains("ERROR")).for_each(
            |line| {
                eprintln!("   {line}");
            },
        );
        line.found.get_or_insert_with(|| ended.to_string());
    }
    Ok(line)
}

/// `session: 412345 inputs, 1834 edges, 912 kept; clean`
#[derive(Debug, PartialEq, Eq)]
struct Line {
    target: String,
    inputs: u64,
    edges: u64,
    kept: u64,
    /// The file with the input that broke a promise.
    found: Option<String>,
}

impl Line {
    /// From what libFuzzer says: `#1234 DONE cov: 512 ft: 2048 corp: 200/40Kb …`, `stat::number_of_executed_units: 1234`,
    /// and `Test unit written to …/crash-…`.
    fn read(target: &str, said: &[String]) -> Self {
        let count = |words: &str, name: &str| -> Option<u64> {
            let (_, rest) = words.split_once(name)?;
            rest.trim_start().split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
        };
        let last = |name: &str| said.iter().rev().find_map(|line| count(line, name)).unwrap_or_default();
        Self {
            target: target.to_owned(),
            inputs: last("stat::number_of_executed_units:"),
            edges: last(" cov:"),
            kept: last(" corp:"),
            found: said
                .iter()
                .find_map(|line| Some(line.split_once("Test unit written to ")?.1.trim().to_owned())),
        }
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { target, inputs, edges, kept, found } = self;
        write!(f, "{target}: {inputs} inputs, {edges} edges, {kept} kept; ")?;
        match found {
            None => f.write_str("clean"),
            Some(found) => write!(f, "FOUND {found}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Line;

    fn read(said: &[&str]) -> Line {
        Line::read("session", &said.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn the_closing_line_is_made_of_what_the_fuzzer_says_last() {
        let line = read(&[
            "#64\tNEW    cov: 410 ft: 900 corp: 31/9Kb lim: 4 exec/s: 0 rss: 40Mb",
            "#9120\tDONE   cov: 1834 ft: 7310 corp: 912/40Kb lim: 4096 exec/s: 152 rss: 61Mb",
            "stat::number_of_executed_units: 9120",
        ]);
        assert_eq!(line.to_string(), "session: 9120 inputs, 1834 edges, 912 kept; clean");
    }

    #[test]
    fn an_input_that_breaks_a_promise_is_named() {
        let line = read(&["artifact_prefix='x/'; Test unit written to x/crash-beef", "Base64: eA=="]);
        assert_eq!(line.found.as_deref(), Some("x/crash-beef"));
        assert!(line.to_string().ends_with("FOUND x/crash-beef"));
    }
}
