//! `cargo xtask test`: everything that must hold, one step after the other, to the end even when one fails.
//!
//! The last line stands alone and says `N passed, N failed`: the sum of what the test programs counted, and one
//! failed for each step that failed without counting.

use std::process::ExitCode;
use std::time::Instant;

use lexopt::prelude::{Long, ValueExt};

use crate::attack;
use crate::dist;
use crate::failure::Failure;
use crate::leptos;
use crate::needs;
use crate::postgres::Postgres;
use crate::release;
use crate::run::{self, Finished};
use crate::size;
use crate::supply;
use crate::workspace::{self, ELEMENT, WASM, WIDGET, Workspace};

pub mod browser;
mod counts;

use browser::Browser;
use counts::Counts;

/// One step; the order of the variants is the order they are run in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Format,
    Clippy,
    ClippyWasm,
    Native,
    Postgres,
    Attack,
    Supply,
    Browser,
    Npm,
    Dist,
    Size,
    Stories,
}

impl Step {
    const ALL: [Self; 12] = [
        Self::Format,
        Self::Clippy,
        Self::ClippyWasm,
        Self::Native,
        Self::Postgres,
        Self::Attack,
        Self::Supply,
        Self::Browser,
        Self::Npm,
        Self::Dist,
        Self::Size,
        Self::Stories,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Format => "format",
            Self::Clippy => "clippy",
            Self::ClippyWasm => "clippy-wasm",
            Self::Native => "native",
            Self::Postgres => "postgres",
            Self::Attack => "attack",
            Self::Supply => "supply",
            Self::Browser => "browser",
            Self::Npm => "npm",
            Self::Dist => "dist",
            Self::Size => "size",
            Self::Stories => "e2e",
        }
    }

    fn purpose(self) -> &'static str {
        match self {
            Self::Format => "cargo fmt: the source is formatted",
            Self::Clippy => "cargo clippy: what runs natively, and the servers with their faults",
            Self::ClippyWasm => "cargo clippy: the widget, and the component for Leptos without the flow",
            Self::Native => "cargo test: what runs natively",
            Self::Postgres => "cargo test: relink-server again, on PostgreSQL where it is installed",
            Self::Attack => {
                "cargo xtask attack --short: what relink-server was attacked with, on a test build"
            }
            Self::Supply => {
                "licences, sources, hashes, bills of materials; advisories where their lists can be had"
            }
            Self::Browser => "cargo test: the widget, in a browser",
            Self::Npm => "npm ci: what the stories and the minifier need",
            Self::Dist => "the npm package is built, and a release of it tried",
            Self::Size => "the npm package is small enough",
            Self::Stories => "node --test: stories in a browser, from the shop's page to its database",
        }
    }
}

/// What the command line may say.
pub struct Options {
    steps: Vec<Step>,
    browsers: Vec<Browser>,
    list: bool,
}

impl Options {
    /// Reads what follows `test`.
    pub fn parse(arguments: &mut lexopt::Parser) -> Result<Self, Failure> {
        let mut options = Self { steps: Vec::new(), browsers: vec![Browser::Chromium], list: false };
        while let Some(argument) = arguments.next()? {
            match argument {
                Long("only") => {
                    let name = arguments.value()?.string()?;
                    let step = Step::ALL.into_iter().find(|step| step.name() == name);
                    options.steps.push(step.ok_or_else(|| {
                        Failure::Usage(format!("there is no step `{name}`; --list names them"))
                    })?);
                }
                Long("browser") => options.browsers = Browser::named(&arguments.value()?.string()?)?,
                Long("list") => options.list = true,
                other => return Err(other.unexpected().into()),
            }
        }
        if options.steps.is_empty() {
            options.steps = Step::ALL.into();
        }
        Ok(options)
    }
}

/// Runs the steps, and ends with the count.
pub fn test(options: Options) -> Result<ExitCode, Failure> {
    if options.list {
        Step::ALL.iter().for_each(|step| println!("{:<14}{}", step.name(), step.purpose()));
        return Ok(ExitCode::SUCCESS);
    }
    let workspace = Workspace::find()?;
    let begun = Instant::now();
    let mut total = Counts::default();
    let mut failed = Vec::new();
    let mut twice = Vec::new();
    for step in Step::ALL.into_iter().filter(|step| options.steps.contains(step)) {
        let title = format!("{}: {}", step.name(), step.purpose());
        let counted = run::timed(&title, || {
            let (counts, problem) = step.run(&workspace, &options.browsers, &mut twice);
            total = total.plus(counts);
            problem.map_or(Ok(()), Err)
        });
        if let Err(problem) = counted {
            eprintln!("\n{}: {problem}", step.name());
            failed.push(format!(
                "   {}: {}",
                step.name(),
                problem.to_string().lines().next().unwrap_or_default()
            ));
        }
    }
    println!("\nAll steps took {}.", run::elapsed(begun.elapsed()));
    if !twice.is_empty() {
        println!("Failed at the first try, not at the second:\n   {}\n", twice.join("\n   "));
    }
    if !failed.is_empty() {
        println!("Failed:\n{}\n", failed.join("\n"));
    }
    println!("{} passed, {} failed", total.passed, total.failed);
    Ok(if total.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

impl Step {
    /// Runs the step. A problem always counts at least one failed. `twice` takes the tests that were tried twice.
    fn run(
        self,
        workspace: &Workspace,
        browsers: &[Browser],
        twice: &mut Vec<String>,
    ) -> (Counts, Option<Failure>) {
        let none = Counts::default();
        let checked = match self {
            Self::Format => plain(workspace, &["fmt", "--all", "--check"]),
            Self::Clippy => plain(
                workspace,
                &[
                    "clippy",
                    "--workspace",
                    "--exclude",
                    WIDGET,
                    "--exclude",
                    ELEMENT,
                    "--all-targets",
                    "--",
                    "--deny",
                    "warnings",
                ],
            )
            .and_then(|()| {
                // What only `cargo xtask faults --browser` and the step on PostgreSQL build otherwise.
                let servers =
                    ["clippy", "--package", "relink-server", "--package", "sandbox", "--all-targets"];
                let faults = [
                    "--features",
                    "relink-server/faults,relink-server/on-postgres,sandbox/faults",
                    "--",
                    "--deny",
                    "warnings",
                ];
                plain(workspace, &[&servers[..], &faults].concat())
            }),
            Self::ClippyWasm => needs::wasm_target().and_then(|()| {
                let widget = [
                    "clippy",
                    "--package",
                    WIDGET,
                    "--package",
                    ELEMENT,
                    "--package",
                    "gallery",
                    "--target",
                    WASM,
                    "--all-targets",
                ];
                plain(workspace, &[&widget[..], &["--", "--deny", "warnings"]].concat())?;
                leptos::component(workspace)
            }),
            Self::Supply => supply::supply(),
            Self::Npm => needs::npm_packages(workspace).map(|_| ()),
            Self::Dist => dist::dist().and_then(|_| release::release(&release::Options::dry())),
            Self::Size => dist::written(workspace).and_then(|package| size::weigh(&package)),
            Self::Native => {
                return counted(|| {
                    let mut cargo = workspace::cargo();
                    cargo.current_dir(&workspace.root);
                    cargo.args([
                        "test",
                        "--workspace",
                        "--exclude",
                        WIDGET,
                        "--exclude",
                        ELEMENT,
                        "--no-fail-fast",
                    ]);
                    run::run_and_keep("cargo test", &mut cargo)
                });
            }
            Self::Postgres => return on_postgres(workspace),
            Self::Attack => return attacked(workspace),
            Self::Browser => return in_each(browsers, |browser| browser.test(workspace)),
            Self::Stories => {
                return in_each(browsers, |browser| {
                    let told = browser.tell(workspace)?;
                    twice.extend(counts::tried_twice(&told.output));
                    Ok(told)
                });
            }
        };
        match checked {
            Ok(()) => (none, None),
            Err(problem) => (Counts::one_failed(), Some(problem)),
        }
    }
}

fn plain(workspace: &Workspace, arguments: &[&str]) -> Result<(), Failure> {
    let mut cargo = workspace::cargo();
    run::run(&format!("cargo {}", arguments[0]), cargo.current_dir(&workspace.root).args(arguments))
}

/// The tests of relink-server once more, each with a database in a PostgreSQL of our own. A machine that has none says so
/// and goes on: SQLite is what needs nothing.
fn on_postgres(workspace: &Workspace) -> (Counts, Option<Failure>) {
    let postgres = match Postgres::start(workspace) {
        Ok(postgres) => postgres,
        Err(Failure::Missing { what, remedy }) => {
            println!("   NOT RUN: {what} is not installed. {remedy}");
            return (Counts::default(), None);
        }
        Err(problem) => return (Counts::one_failed(), Some(problem)),
    };
    counted(|| {
        let mut cargo = workspace::cargo();
        cargo.current_dir(&workspace.root).env("RELINK_TEST_POSTGRES", postgres.url());
        cargo.args([
            "test",
            "--package",
            "relink-server",
            "--features",
            "on-postgres",
            "--test",
            "it",
            "--no-fail-fast",
        ]);
        run::run_and_keep("cargo test", &mut cargo)
    })
}

/// The short attacks, each counted as a test.
fn attacked(workspace: &Workspace) -> (Counts, Option<Failure>) {
    match attack::short(workspace) {
        Err(problem) => (Counts::one_failed(), Some(problem)),
        Ok((passed, fell)) => {
            let outcome = format!("{} not refused: {}", fell.len(), fell.join(", "));
            let problem =
                (!fell.is_empty()).then(|| Failure::Command { what: "the attacks".to_owned(), outcome });
            (Counts { passed, failed: fell.len() }, problem)
        }
    }
}

/// One browser after the other, to the last.
fn in_each(
    browsers: &[Browser],
    mut test: impl FnMut(Browser) -> Result<Finished, Failure>,
) -> (Counts, Option<Failure>) {
    browsers.iter().fold((Counts::default(), None), |(counts, problem), &browser| {
        let (more, another) = counted(|| test(browser));
        (counts.plus(more), problem.or(another))
    })
}

/// Counts what a test program says of itself; silence and a bad end without a count are failures too.
fn counted(program: impl FnOnce() -> Result<Finished, Failure>) -> (Counts, Option<Failure>) {
    match program() {
        Err(problem) => (Counts::one_failed(), Some(problem)),
        Ok(finished) => {
            let counts = Counts::read(&finished.output);
            let problem = |outcome: String| Some(Failure::Command { what: "the tests".to_owned(), outcome });
            if counts.failed > 0 {
                (counts, problem(format!("{} failed", counts.failed)))
            } else if !finished.success {
                (
                    counts.plus(Counts::one_failed()),
                    problem("ended badly without saying what failed".to_owned()),
                )
            } else if counts.passed == 0 {
                (Counts::one_failed(), problem("not one was run".to_owned()))
            } else {
                (counts, None)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::counted;
    use crate::run::Finished;

    fn ended(output: &str, success: bool) -> (usize, usize) {
        let (counts, _) = counted(|| Ok(Finished { output: output.to_owned(), success }));
        (counts.passed, counts.failed)
    }

    #[test]
    fn a_test_program_that_does_not_compile_counts_as_one_failed() {
        assert_eq!(ended("", false), (0, 1));
        assert_eq!(ended("test result: ok. 4 passed; 0 failed; 0 ignored", false), (4, 1));
    }

    #[test]
    fn a_test_program_that_runs_no_test_counts_as_one_failed() {
        assert_eq!(ended("test result: ok. 0 passed; 0 failed; 0 ignored", true), (0, 1));
    }

    #[test]
    fn what_a_test_program_counts_is_taken_as_it_is() {
        assert_eq!(ended("test result: FAILED. 4 passed; 2 failed; 0 ignored", false), (4, 2));
        assert_eq!(ended("test result: ok. 4 passed; 0 failed; 0 ignored", true), (4, 0));
    }
}
