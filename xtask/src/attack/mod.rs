//! `cargo xtask attack`: what relink-server was attacked with, each attack as a program against a running release server on this
//! machine, with the sandbox as Stripe. Each is bounded in time and size, says what it did and what came of it, and must be
//! refused; and while those that cost something go on, other customers are served as without them.
//!
//! A file is a family of attacks, and a function is one. What they stand on: `wire` (bytes on connections), `place` (a server of
//! its own for each attack) and `bystander` (the other customers). Nothing here leaves this machine.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use lexopt::prelude::{Long, Value, ValueExt};

use crate::failure::Failure;
use crate::run;
use crate::workspace::{self, Workspace};

mod bystander;
mod came;
mod factor;
mod floods;
mod keys;
mod link;
mod list;
mod memory;
mod modes;
mod passwords;
mod place;
mod shapes;
mod staff;
mod webhooks;
mod wire;

use bystander::{AT_MOST, Bystanders, NOISE, Seen};
use came::{Came, Verdict};
use list::{ATTACKS, Attack, Kind};
use place::Site;

/// How long other customers are watched before an attack, and at least during it.
const WATCHED: Duration = Duration::from_secs(3);
/// The longest that an attack may take.
const LONGEST: Duration = Duration::from_secs(20);

/// What the command line may say.
#[derive(Default)]
pub struct Options {
    names: Vec<String>,
    server: Option<PathBuf>,
    sandbox: Option<PathBuf>,
    short: bool,
    list: bool,
}

impl Options {
    /// Reads what follows `attack`.
    pub fn parse(arguments: &mut lexopt::Parser) -> Result<Self, Failure> {
        let mut options = Self::default();
        while let Some(argument) = arguments.next()? {
            match argument {
                Value(name) => options.names.push(name.string()?),
                Long("server") => options.server = Some(arguments.value()?.into()),
                Long("sandbox") => options.sandbox = Some(arguments.value()?.into()),
                Long("short") => options.short = true,
                Long("list") => options.list = true,
                other => return Err(other.unexpected().into()),
            }
        }
        let unknown = options.names.iter().find(|name| ATTACKS.iter().all(|attack| attack.name != **name));
        if let Some(name) = unknown {
            return Err(Failure::Usage(format!("there is no attack `{name}`; --list names them")));
        }
        Ok(options)
    }
}

/// One line of the table.
struct Row {
    attack: &'static Attack,
    came: Came,
    seen: Option<Seen>,
    took: Duration,
}

impl Row {
    fn holds(&self) -> bool {
        match self.came.verdict {
            Verdict::Refused => self.seen.is_none_or(|seen| seen.is_unharmed()) && self.took < LONGEST,
            Verdict::Fell => false,
            Verdict::NotRun => true,
        }
    }

    fn verdict(&self) -> &'static str {
        match self.came.verdict {
            Verdict::NotRun => "not run",
            Verdict::Fell => "FELL",
            Verdict::Refused if self.seen.is_some_and(|seen| !seen.is_unharmed()) => "OTHERS WAITED",
            Verdict::Refused if self.took >= LONGEST => "TOO LONG",
            Verdict::Refused => "refused",
        }
    }
}

/// Runs the attacks that are named, or all, against a release build.
pub fn attacks(options: &Options) -> Result<ExitCode, Failure> {
    if options.list {
        ATTACKS.iter().for_each(|attack| println!("{:<4}{:<26}{}", attack.point, attack.name, attack.does));
        return Ok(ExitCode::SUCCESS);
    }
    let workspace = Workspace::find()?;
    let site = Site {
        server: options.server.clone().map_or_else(|| released(&workspace, "relink-server"), Ok)?,
        sandbox: options.sandbox.clone().map_or_else(|| released(&workspace, "sandbox"), Ok)?,
        folder: workspace.target.join("attack"),
    };
    let is_meant = |attack: &&Attack| match options.names.is_empty() {
        true => !options.short || attack.is_short,
        false => options.names.iter().any(|name| name == attack.name),
    };
    let (_, fell) = all(&site, ATTACKS.iter().filter(is_meant), true)?;
    Ok(if fell.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The short ones against the build that the tests are of, without a claim about anybody's time: how many were refused, and the
/// names of those that were not.
pub fn short(workspace: &Workspace) -> Result<(usize, Vec<&'static str>), Failure> {
    workspace::build(&["relink-server", "sandbox"])?;
    let site = Site {
        server: workspace.binary("relink-server"),
        sandbox: workspace.binary("sandbox"),
        folder: workspace.target.join("attack"),
    };
    all(&site, ATTACKS.iter().filter(|attack| attack.is_short), false)
}

/// A program as it is shipped.
fn released(workspace: &Workspace, name: &str) -> Result<PathBuf, Failure> {
    let mut cargo = workspace::cargo();
    cargo.current_dir(&workspace.root).args(["build", "--release", "--package", name, "--bins"]);
    run::run(&format!("building {name}"), &mut cargo)?;
    Ok(workspace.target.join("release").join(name).with_extension(std::env::consts::EXE_EXTENSION))
}

/// Runs attacks one after the other, to the end; how many were refused, and the names of those that were not.
fn all(
    site: &Site,
    attacks: impl Iterator<Item = &'static Attack>,
    are_others_watched: bool,
) -> Result<(usize, Vec<&'static str>), Failure> {
    println!("Attacking {}, on this machine alone.\n", site.server.display());
    let mut rows = Vec::new();
    for attack in attacks {
        let row = one(site, attack, are_others_watched);
        let seen = row.seen.map(|seen| format!("   others' p99: {}", seen.say())).unwrap_or_default();
        println!("{:<4}{:<26}{:<15}{}{seen}", attack.point, attack.name, row.verdict(), row.came.said);
        rows.push(row);
    }
    table(&rows);
    let fell: Vec<_> = rows.iter().filter(|row| !row.holds()).map(|row| row.attack.name).collect();
    let refused = rows.len() - fell.len();
    println!("\n{refused} of {} attacks were refused.", rows.len());
    if !fell.is_empty() {
        println!("Not refused: {}.", fell.join(", "));
    }
    if are_others_watched {
        println!(
            "Others were watched on connections of their own, before and during; their p99 may grow {AT_MOST}-fold, and is no finding below {} ms.",
            NOISE.as_millis()
        );
    }
    Ok((refused, fell))
}

/// One attack, on a place of its own. What cannot be tried has fallen.
fn one(site: &Site, attack: &'static Attack, are_others_watched: bool) -> Row {
    let files = (attack.kind == Kind::CostWith256Files).then_some(256);
    let is_watched = are_others_watched && attack.kind != Kind::Rule;
    let mut seen = None;
    let mut took = Duration::ZERO;
    let came = site.place(attack.name, &[], files).and_then(|mut place| {
        let others = is_watched.then(|| Bystanders::start(&place)).transpose()?;
        if is_watched {
            std::thread::sleep(WATCHED);
        }
        let begun = Instant::now();
        let came = (attack.run)(site, &mut place);
        took = begun.elapsed();
        if let Some(others) = others {
            // What an attack leaves behind is its doing, too.
            std::thread::sleep(WATCHED.saturating_sub(took));
            seen = Some(others.stop(begun, Instant::now()));
        }
        came
    });
    let came = came.unwrap_or_else(|failure| {
        Came::of(false, format!("could not be tried: {failure}").replace('\n', " "))
    });
    Row { attack, came, seen, took }
}

/// The table for the notes: in Markdown, to be pasted.
fn table(rows: &[Row]) {
    println!("\n| point | attack | what it did | what came of it | others' p99, before → during | |");
    println!("| --- | --- | --- | --- | --- | --- |");
    for row in rows {
        let seen = row.seen.map(|seen| seen.say()).unwrap_or_default();
        let said = row.came.said.replace('|', "/");
        println!(
            "| {} | {} | {} | {said} | {seen} | {} |",
            row.attack.point,
            row.attack.name,
            row.attack.does,
            row.verdict()
        );
    }
}
