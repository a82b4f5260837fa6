//! `cargo xtask kills`: the tests of relink-server of kills, of rolling changes, of resets after commit, of many posts with one
//! key, of shuffled webhooks and of mails under load, with counts that take minutes, on SQLite and, where it is installed, on PostgreSQL.

use std::process::ExitCode;

use lexopt::prelude::{Long, ValueExt};

use crate::failure::Failure;
use crate::postgres::Postgres;
use crate::run;
use crate::workspace::{self, Workspace};

/// What the command line may say.
pub struct Options {
    kills: u32,
    webhooks: u32,
    accounts: u32,
    resets: u32,
    changes: u32,
}

impl Options {
    /// Reads what follows `kills`.
    pub fn parse(arguments: &mut lexopt::Parser) -> Result<Self, Failure> {
        let mut options = Self { kills: 200, webhooks: 10_000, accounts: 1000, resets: 500, changes: 40 };
        while let Some(argument) = arguments.next()? {
            match argument {
                Long("count") => options.kills = arguments.value()?.parse()?,
                Long("webhooks") => options.webhooks = arguments.value()?.parse()?,
                Long("accounts") => options.accounts = arguments.value()?.parse()?,
                Long("resets") => options.resets = arguments.value()?.parse()?,
                Long("changes") => options.changes = arguments.value()?.parse()?,
                other => return Err(other.unexpected().into()),
            }
        }
        Ok(options)
    }
}

/// Runs all on each database that there is.
pub fn kills(options: &Options) -> Result<ExitCode, Failure> {
    let workspace = Workspace::find()?;
    run::timed("on SQLite", || on(&workspace, options, None))?;
    match Postgres::start(&workspace) {
        Ok(postgres) => run::timed("on PostgreSQL", || on(&workspace, options, Some(&postgres)))?,
        Err(Failure::Missing { what, remedy }) => println!("NOT RUN: {what} is not installed. {remedy}"),
        Err(problem) => return Err(problem),
    }
    Ok(ExitCode::SUCCESS)
}

fn on(workspace: &Workspace, options: &Options, postgres: Option<&Postgres>) -> Result<(), Failure> {
    let mut cargo = workspace::cargo();
    cargo.current_dir(&workspace.root).env_remove("RELINK_TEST_POSTGRES");
    cargo.env("RELINK_TEST_KILLS", options.kills.to_string());
    cargo.env("RELINK_TEST_WEBHOOKS", options.webhooks.to_string());
    cargo.env("RELINK_TEST_ACCOUNTS", options.accounts.to_string());
    cargo.env("RELINK_TEST_RESETS", options.resets.to_string());
    cargo.env("RELINK_TEST_CHANGES", options.changes.to_string());
    cargo.envs(postgres.map(|postgres| ("RELINK_TEST_POSTGRES", postgres.url())));
    cargo.args(["test", "--package", "relink-server", "--test", "it", "--"]);
    cargo.args(["kills::", "resets::", "rolling::", "shuffled::", "thousand::", "fifty_posts_with_one_key"]);
    run::run("cargo test", cargo.args(["--nocapture", "--test-threads=1"]))
}
