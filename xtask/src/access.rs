//! `cargo xtask access`: the long run of what keeps nobody out (every view in every mode and language), and, with
//! `--update`, the transcripts and layouts that the repository keeps, written anew to be looked at.

use lexopt::prelude::Long;

use crate::dist::{self, Profile};
use crate::failure::Failure;
use crate::gallery;
use crate::run;
use crate::stories;
use crate::workspace::Workspace;

/// What the command line may say.
pub struct Options {
    update: bool,
}

impl Options {
    /// Reads what follows `access`.
    pub fn parse(arguments: &mut lexopt::Parser) -> Result<Self, Failure> {
        let mut options = Self { update: false };
        while let Some(argument) = arguments.next()? {
            match argument {
                Long("update") => options.update = true,
                other => return Err(other.unexpected().into()),
            }
        }
        Ok(options)
    }
}

/// Runs `e2e/access/` with all that it has.
pub fn access(options: &Options) -> Result<(), Failure> {
    let workspace = Workspace::find()?;
    dist::written(&workspace)?;
    gallery::build(&workspace, Profile::Shipped, &workspace.gallery())?;
    let mut node = stories::beside_servers(&workspace)?;
    node.args(["--test", "--test-concurrency=1", "--test-reporter=spec"]);
    node.args(stories::files(&workspace.e2e().join("access"))?);
    node.env("ACCESS", if options.update { "update" } else { "all" });
    run::run("what keeps nobody out", &mut node)
}
