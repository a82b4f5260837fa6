//! `cargo xtask waterfall`: what a page loads, and when, by the script that measures it.

use crate::dist;
use crate::failure::Failure;
use crate::needs;
use crate::run;
use crate::stories;
use crate::workspace::Workspace;

/// Runs `e2e/waterfall.mjs` on the package as it was built last.
pub fn waterfall() -> Result<(), Failure> {
    let workspace = Workspace::find()?;
    dist::written(&workspace)?;
    let mut node = stories::scripts(&workspace)?;
    node.env("CHROMIUM", needs::chromium()?).arg(workspace.e2e().join("waterfall.mjs"));
    run::run("measuring what a page loads", &mut node)
}
