//! `cargo xtask leptos`: the app of `examples/leptos`, in which the widget is a component of Leptos', built and driven in a
//! browser: drawn there alone, and rendered by its server and taken over. It compiles Leptos three times more, so it is no
//! step of the test command, which checks the component by itself.

use std::path::Path;
use std::process::ExitCode;

use crate::dist;
use crate::failure::Failure;
use crate::needs;
use crate::run;
use crate::stories;
use crate::workspace::{self, WIDGET, Workspace};

/// The app's library, as Cargo names its file.
const APP: &str = "corner_store";

/// Builds the app in both ways, with the package as it was built last, and tells its stories.
pub fn leptos() -> Result<ExitCode, Failure> {
    let workspace = Workspace::find()?;
    let package = dist::written(&workspace)?;
    cargo(&workspace, "the component's tests", &[&["test", "--lib"], &ALONE[..]].concat())?;
    let app = workspace.root.join("examples/leptos");
    let site = workspace.target.join("leptos");
    let (drawn, rendered) = (site.join("csr"), site.join("site"));
    for (feature, folder) in [("csr", &drawn), ("hydrate", &rendered)] {
        workspace::empty(folder)?;
        dist::build_app(&workspace, &app, APP, feature, &folder.join("pkg"))?;
        beside(&package, &folder.join(WIDGET))?;
    }
    let page = workspace::read_text(&app.join("index.html"))?;
    workspace::write(&drawn.join("index.html"), page)?;
    let mut cargo = workspace::cargo();
    cargo.current_dir(&app).env("CARGO_TARGET_DIR", &workspace.target);
    cargo.args(["build", "--locked", "--bin", "corner-store", "--features", "ssr"]);
    run::run("compiling the app's server", &mut cargo)?;

    let mut node = stories::scripts(&workspace)?;
    node.env("CHROMIUM", needs::headless_chromium()?)
        .env("LEPTOS_CSR", &drawn)
        .env("LEPTOS_SITE", &rendered)
        .env("LEPTOS_SERVER", workspace.binary("corner-store"))
        .args(["--test", "--test-concurrency=1", "--test-reporter=spec", "e2e/leptos/leptos.mjs"]);
    run::run("the component's stories", &mut node)?;
    Ok(ExitCode::SUCCESS)
}

/// The package as a merchant puts it beside the app.
fn beside(package: &dist::Package, folder: &Path) -> Result<(), Failure> {
    for name in &package.files {
        let file = package.folder.join(name);
        let bytes = std::fs::read(&file).map_err(Failure::io("reading", &file))?;
        workspace::write(&folder.join(name), bytes)?;
    }
    Ok(())
}

/// Checks the component by itself, without the flow, as an app that uses it compiles it.
pub fn component(workspace: &Workspace) -> Result<(), Failure> {
    let wasm = ["--target", workspace::WASM, "--", "--deny", "warnings"];
    cargo(workspace, "clippy of the component", &[&["clippy"], &ALONE[..], &wasm[..]].concat())
}

/// The component without the flow.
const ALONE: [&str; 5] = ["--package", WIDGET, "--no-default-features", "--features", "component"];

fn cargo(workspace: &Workspace, what: &str, arguments: &[&str]) -> Result<(), Failure> {
    run::run(what, workspace::cargo().current_dir(&workspace.root).args(arguments))
}
