//! `cargo xtask frameworks`: the packed package as others meet it. Its manifest and types are checked by the tools of its
//! registry, and the pages of `examples/` are built from it and driven in a browser. Longer than the test command may
//! take, and in need of npm's registry, it stands alone.

use std::process::{Command, ExitCode};

use crate::dist;
use crate::failure::Failure;
use crate::needs;
use crate::run;
use crate::workspace::Workspace;

/// What is run: the checks of the package, then the pages.
const SCRIPTS: [&str; 2] = ["e2e/frameworks/package.mjs", "e2e/frameworks/pages.mjs"];

/// Installs the package, as it was built last, beside the frameworks, and runs everything.
pub fn frameworks() -> Result<ExitCode, Failure> {
    let workspace = Workspace::find()?;
    let package = dist::written(&workspace)?;
    let examples = workspace.root.join("examples");
    let quiet = ["--ignore-scripts", "--no-audit", "--no-fund"];
    let npm = |what: &str, arguments: &[&str]| {
        run::run(what, Command::new(needs::npm()?).current_dir(&examples).args(arguments))
    };
    npm("installing the frameworks", &[&["ci"], &quiet[..]].concat())?;
    let packed = workspace.target.join("xtask").join("packed");
    std::fs::create_dir_all(&packed).map_err(Failure::io("creating", &packed))?;
    let mut pack = Command::new(needs::npm()?);
    pack.arg("pack").arg(&package.folder).arg("--pack-destination").arg(&packed);
    run::run("packing the package", pack.current_dir(&examples))?;
    let tarball = packed.join(format!("relink-widget-{}.tgz", workspace.version));
    let tarball = tarball.display().to_string();
    let beside = ["install", "--no-save", "--no-package-lock", &tarball];
    npm("installing the package", &[&beside[..], &quiet[..]].concat())?;

    needs::npm_packages(&workspace)?;
    let mut node = Command::new(needs::node()?);
    node.current_dir(&workspace.root)
        .env("DIST", &package.folder)
        .env("PACKED", &tarball)
        .env("CHROMIUM", needs::headless_chromium()?)
        .args(["--test", "--test-concurrency=1", "--test-reporter=spec"])
        .args(SCRIPTS);
    run::run("the package and its pages", &mut node)?;
    Ok(ExitCode::SUCCESS)
}
