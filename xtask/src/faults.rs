//! `cargo xtask faults`: the fault matrix of the machine, in virtual time; with `--browser`, that of the real widget,
//! relink-server, shop and sandbox. One line for each cell; the last line adds up, and a cell that was not survived fails.

use std::process::{Command, ExitCode};

use lexopt::prelude::{Long, ValueExt};

use crate::dist;
use crate::failure::Failure;
use crate::run;
use crate::stories;
use crate::workspace::{self, Workspace};

/// What the command line may say.
pub struct Options {
    browser: bool,
    only: Option<String>,
}

impl Options {
    /// Reads what follows `faults`.
    pub fn parse(arguments: &mut lexopt::Parser) -> Result<Self, Failure> {
        let mut options = Self { browser: false, only: None };
        while let Some(argument) = arguments.next()? {
            match argument {
                Long("browser") => options.browser = true,
                Long("only") => options.only = Some(arguments.value()?.string()?),
                other => return Err(other.unexpected().into()),
            }
        }
        if options.only.is_some() && !options.browser {
            return Err(Failure::Usage(
                "--only names cells of --browser; the machine's take seconds".to_owned(),
            ));
        }
        Ok(options)
    }
}

/// Runs one of the two matrices.
pub fn faults(options: &Options) -> Result<ExitCode, Failure> {
    let workspace = Workspace::find()?;
    let mut matrix =
        if options.browser { browser(&workspace, options.only.as_deref())? } else { machine(&workspace) };
    let finished = run::run_and_keep("the fault matrix", &mut matrix)?;
    let count = finished.output.lines().filter_map(Count::read).fold(Count::default(), Count::plus);
    println!("\n{count}");
    let survived = finished.success && count.cells > 0 && count.survived == count.cells;
    Ok(if survived { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn machine(workspace: &Workspace) -> Command {
    let mut cargo = workspace::cargo();
    cargo.current_dir(&workspace.root).args([
        "test",
        "--package",
        "relink-core",
        "--test",
        "machine",
        "faults::",
    ]);
    cargo.args(["--", "--nocapture", "--test-threads=1"]);
    cargo
}

/// Node.js with the built package and the servers, which have their faults built in. The next command that needs them
/// builds them without.
fn browser(workspace: &Workspace, only: Option<&str>) -> Result<Command, Failure> {
    dist::written(workspace)?;
    let mut cargo = workspace::cargo();
    cargo.current_dir(&workspace.root).args(["build", "--bins"]);
    cargo.args(workspace::SERVERS.iter().flat_map(|package| ["--package", package]));
    cargo.args(["--features", "relink-server/faults,sandbox/faults"]);
    run::run("building the servers with their faults", &mut cargo)?;
    let mut node = stories::beside_servers(workspace)?;
    node.arg("e2e/faults/run.mjs").args(only);
    Ok(node)
}

/// `network: 3 of 4 survived; 1 lost, 0 double, 0 false`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Count {
    survived: usize,
    cells: usize,
    lost: usize,
    double: usize,
    wrong: usize,
}

impl Count {
    fn read(line: &str) -> Option<Self> {
        let (_, counts) = line.split_once(": ")?;
        let (survived, kinds) = counts.split_once(" survived; ")?;
        let (survived, cells) = survived.split_once(" of ")?;
        let mut kinds = kinds.split(", ");
        let mut count = |kind: &str| kinds.next()?.strip_suffix(kind)?.trim().parse().ok();
        Some(Self {
            survived: survived.parse().ok()?,
            cells: cells.parse().ok()?,
            lost: count("lost")?,
            double: count("double")?,
            wrong: count("false")?,
        })
    }

    fn plus(self, other: Self) -> Self {
        Self {
            survived: self.survived + other.survived,
            cells: self.cells + other.cells,
            lost: self.lost + other.lost,
            double: self.double + other.double,
            wrong: self.wrong + other.wrong,
        }
    }
}

impl std::fmt::Display for Count {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { survived, cells, lost, double, wrong } = self;
        write!(f, "{survived} of {cells} survived; {lost} lost, {double} double, {wrong} false")
    }
}

#[cfg(test)]
mod tests {
    use super::Count;

    #[test]
    fn the_closing_line_of_a_matrix_is_read_and_no_other() {
        let count = Count::read("life of a page: 3 of 4 survived; 1 lost, 0 double, 2 false");
        assert_eq!(count, Some(Count { survived: 3, cells: 4, lost: 1, double: 0, wrong: 2 }));
        assert_eq!(Count::read("Create × hang × Once      ok      relink-success relinked"), None);
    }
}
