//! What a script in `e2e/` is given: the built package, the servers to start, the browser to drive.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::Failure;
use crate::needs;
use crate::workspace::{self, Workspace};

/// Builds the servers, and answers Node.js with everything that a script needs in its environment.
pub fn node(workspace: &Workspace) -> Result<Command, Failure> {
    workspace::build_servers()?;
    workspace::build(&["backend-axum"])?;
    beside_servers(workspace)
}

/// Node.js with its packages, for a script that needs no more than the built package.
pub fn scripts(workspace: &Workspace) -> Result<Command, Failure> {
    let node = needs::node()?;
    needs::npm_packages(workspace)?;
    let mut command = Command::new(node);
    command.current_dir(&workspace.root).env("DIST", workspace.dist());
    Ok(command)
}

/// The same beside the servers as they were last built.
pub fn beside_servers(workspace: &Workspace) -> Result<Command, Failure> {
    let mut command = scripts(workspace)?;
    let (chromium, whole) = (needs::headless_chromium()?, needs::chromium()?);
    command
        .env("SANDBOX_BIN", workspace.binary("sandbox"))
        .env("SANDBOX_PLAID_BIN", workspace.binary("sandbox-plaid"))
        .env("SERVER_BIN", workspace.binary("relink-server"))
        .env("SHOP_BIN", workspace.binary("shop"))
        .env("BACKEND_AXUM_BIN", workspace.binary("backend-axum"))
        .env("CHROMIUM", chromium)
        .env("CHROMIUM_WHOLE", whole);
    let gallery = workspace.gallery();
    if gallery.is_dir() {
        command.env("GALLERY_DIR", gallery);
    }
    Ok(command)
}

/// Every `*.test.mjs` below `e2e/`, by name.
pub fn files(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut found = Vec::new();
    let listing = folder.read_dir().map_err(Failure::io("listing", folder))?;
    for entry in listing {
        let path = entry.map_err(Failure::io("listing", folder))?.path();
        if path.is_dir() && !path.ends_with("node_modules") {
            found.extend(files(&path)?);
        } else if path.to_string_lossy().ends_with(".test.mjs") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
