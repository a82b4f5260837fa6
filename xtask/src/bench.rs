//! `cargo xtask bench`: how fast the widget is for a customer, beside MX Connect and React, which npm installs below `target/` for
//! it; with `--interaction`, only how fast a long list answers; with `--backend`, how many relinks relink-server completes in a
//! second, beside raw commits of the same rows; with `--disk-ms`, on a disk as slow as that. One command, one run, tables in Markdown.

use std::fs;
use std::process::Command;

use lexopt::prelude::{Long, ValueExt};

use crate::dist;
use crate::failure::Failure;
use crate::needs;
use crate::postgres::Postgres;
use crate::run;
use crate::slow_disk::SlowDisk;
use crate::stories;
use crate::workspace::{self, Workspace};

/// What the widget is measured beside. React in the version that MX Connect is made with.
const BESIDE: [&str; 3] = ["@mxenabled/connect-widget@2.10.1", "react@18.3.1", "react-dom@18.3.1"];

/// What the command line may say.
pub struct Options {
    backend: bool,
    /// How long each commit to the disk takes at least.
    disk_ms: Option<u32>,
    interaction: bool,
    rounds: u32,
    seconds: u32,
}

impl Options {
    /// Reads what follows `bench`.
    pub fn parse(arguments: &mut lexopt::Parser) -> Result<Self, Failure> {
        let mut options = Self { backend: false, disk_ms: None, interaction: false, rounds: 5, seconds: 10 };
        while let Some(argument) = arguments.next()? {
            match argument {
                Long("backend") => options.backend = true,
                Long("disk-ms") => options.disk_ms = Some(arguments.value()?.parse()?),
                Long("interaction") => options.interaction = true,
                Long("rounds") => options.rounds = arguments.value()?.parse()?,
                Long("seconds") => options.seconds = arguments.value()?.parse()?,
                other => return Err(other.unexpected().into()),
            }
        }
        Ok(options)
    }
}

/// Measures one or the other, and prints the tables.
pub fn bench(options: &Options) -> Result<(), Failure> {
    let workspace = Workspace::find()?;
    if options.backend { backend(&workspace, options) } else { widget(&workspace, options) }
}

fn widget(workspace: &Workspace, options: &Options) -> Result<(), Failure> {
    dist::written(workspace)?;
    let mut node = stories::scripts(workspace)?;
    node.env("CHROMIUM", needs::headless_chromium()?).env("ROUNDS", options.rounds.to_string());
    node.arg(workspace.e2e().join("bench/widget.mjs"));
    if options.interaction {
        return run::run("measuring the widget", node.env("ONLY", "interaction"));
    }
    let folder = workspace.target.join("bench");
    fs::create_dir_all(&folder).map_err(Failure::io("creating", &folder))?;
    let mut npm = Command::new(needs::npm()?);
    npm.args(["install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix"])
        .arg(&folder)
        .args(BESIDE);
    let is_beside = run::run("installing what the widget is measured beside", &mut npm);
    match is_beside {
        Ok(()) => drop(node.env("MX", &folder)),
        Err(why) => println!("The widget is measured alone: {why}"),
    }
    run::run("measuring the widget", &mut node)
}

fn backend(workspace: &Workspace, options: &Options) -> Result<(), Failure> {
    let disk = options.disk_ms.map(SlowDisk::make).transpose()?;
    let on = |postgres| on(workspace, options.seconds, postgres, disk.as_ref());
    run::timed("on SQLite", || on(None))?;
    match Postgres::start_on_disk(workspace, disk.as_ref()) {
        Ok(postgres) => run::timed("on PostgreSQL", || on(Some(&postgres))),
        Err(Failure::Missing { what, remedy }) => {
            println!("NOT RUN: {what} is not installed. {remedy}");
            Ok(())
        }
        Err(problem) => Err(problem),
    }
}

fn on(
    workspace: &Workspace,
    seconds: u32,
    postgres: Option<&Postgres>,
    disk: Option<&SlowDisk>,
) -> Result<(), Failure> {
    let test = |then: &[&str]| {
        let mut cargo = workspace::cargo();
        cargo.current_dir(&workspace.root).env_remove("RELINK_TEST_POSTGRES");
        cargo.args(["test", "--release", "--package", "relink-server", "--test", "it"]).args(then);
        cargo
    };
    // What is measured is built on the disk as it is.
    run::run("cargo test", &mut test(&["--no-run"]))?;
    let mut cargo = test(&["--", "throughput::", "--nocapture", "--test-threads=1"]);
    cargo.env("RELINK_TEST_SECONDS", seconds.to_string());
    cargo.envs(postgres.map(|postgres| ("RELINK_TEST_POSTGRES", postgres.url())));
    if let Some(disk) = disk {
        disk.under(&mut cargo);
    }
    run::run("cargo test", &mut cargo)
}

#[cfg(test)]
mod tests {
    use super::Options;

    #[test]
    fn what_the_command_line_says_is_understood_and_nothing_else() {
        let parse =
            |arguments: &[&str]| Options::parse(&mut lexopt::Parser::from_args(arguments.iter().copied()));
        let options = parse(&["--backend", "--seconds", "3"]).expect("its own");
        assert!(options.backend && !options.interaction && options.seconds == 3 && options.rounds == 5);
        assert_eq!(options.disk_ms, None);
        assert!(parse(&["--backend", "--disk-ms", "4"]).is_ok_and(|options| options.disk_ms == Some(4)));
        assert!(parse(&["--backend", "--disk-ms", "slow"]).is_err());
        assert!(parse(&["--interaction"]).is_ok_and(|options| options.interaction));
        assert!(parse(&["--fast"]).is_err());
    }
}
