//! What the check and the bills of materials both read: Cargo's metadata, and where npm's lock files are.

use serde_json::Value;

use crate::failure::Failure;
use crate::run;
use crate::workspace::{self, Workspace};

/// Folders with an npm lock file, below the root.
pub const LOCKS: [&str; 3] = ["e2e", "examples", "examples/backend-node"];

/// Folders whose folders may have a requirements.txt, below the root.
pub const REQUIREMENTS: [&str; 2] = ["e2e", "examples"];

/// Folders with a Cargo.lock, below the root: the product, and what is a workspace of its own beside it.
pub const WORKSPACES: [&str; 3] = [".", "fuzz", "examples/leptos"];

/// What Cargo knows of every package of a folder's lock file.
pub fn metadata(workspace: &Workspace, folder: &str) -> Result<Value, Failure> {
    let mut cargo = workspace::cargo();
    cargo.current_dir(workspace.root.join(folder)).args([
        "metadata",
        "--format-version",
        "1",
        "--locked",
        "--all-features",
    ]);
    let answer = run::filter("cargo metadata", &mut cargo, b"")?;
    serde_json::from_slice(&answer).map_err(|_| Failure::Source("cargo metadata is not JSON".to_owned()))
}

/// Whether an entry is of the registry, and not of this repository.
pub fn is_foreign(place: &str, package: &Value) -> bool {
    place.contains("node_modules/") && package["link"] != true && package["inBundle"] != true
}
