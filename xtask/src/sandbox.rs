//! `cargo xtask sandbox`: the stand-in for Stripe alone, for somebody who writes a backend against it.

use std::process::{Command, ExitCode};

use crate::children::Running;
use crate::failure::Failure;
use crate::run;
use crate::workspace::{self, Workspace};

/// Builds it and runs it with this process's environment, until it ends or Ctrl-C.
pub fn sandbox() -> Result<ExitCode, Failure> {
    let workspace = Workspace::find()?;
    run::run("building the sandbox", workspace::cargo().args(["build", "--package", "sandbox", "--bins"]))?;
    let mut running = Running::start("the sandbox", &mut Command::new(workspace.binary("sandbox")))?;
    let status = running
        .wait()
        .map_err(|source| Failure::Io { doing: "waiting for the sandbox".to_owned(), source })?;
    if status.success() {
        Ok(ExitCode::SUCCESS)
    } else {
        Err(Failure::Command { what: "the sandbox".to_owned(), outcome: status.to_string() })
    }
}
