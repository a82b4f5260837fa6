//! Commands of the person who runs the suite, by their own shell.

use crate::unreachable::Unreachable;
use std::process::{Command, Stdio};

/// Runs a command to its end, and gives what it printed. Its errors are shown as they come.
pub async fn run(command: &str) -> Result<String, Unreachable> {
    let lost = |error: String| Unreachable { to: "the command".into(), error };
    let line = command.to_owned();
    let ended = tokio::task::spawn_blocking(move || {
        let mut shell = if cfg!(windows) { Command::new("cmd") } else { Command::new("sh") };
        shell.arg(if cfg!(windows) { "/C" } else { "-c" }).arg(line);
        shell.stdin(Stdio::null()).stderr(Stdio::inherit()).output()
    });
    let output = ended.await.map_err(|error| lost(error.to_string()))?;
    let output = output.map_err(|error| lost(error.to_string()))?;
    if !output.status.success() {
        return Err(lost(output.status.to_string()));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
