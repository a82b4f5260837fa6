//! `cargo xtask screenshots`: a picture of every view, by the script that knows them.

use crate::dist::Profile;
use crate::failure::Failure;
use crate::gallery;
use crate::run;
use crate::stories;
use crate::workspace::Workspace;

/// Builds what is to be seen, and runs `e2e/screenshots.mjs`.
pub fn screenshots() -> Result<(), Failure> {
    let workspace = Workspace::find()?;
    gallery::build(&workspace, Profile::Shipped, &workspace.gallery())?;
    let script = workspace.e2e().join("screenshots.mjs");
    if !script.is_file() {
        return Err(Failure::Source(format!("{} is missing", script.display())));
    }
    run::run("taking screenshots", stories::node(&workspace)?.arg(script))
}
