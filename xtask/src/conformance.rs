//! `cargo xtask conformance URL …`: tests a backend with the suite of `conformance/`, and passes its arguments on.
//! `cargo xtask conformance --examples`: installs or builds what the example backends need, starts each with a sandbox of its
//! own, or with the stand-in for its provider, and puts it to the suite. The last line counts.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use crate::failure::Failure;
use crate::needs;
use crate::run;
use crate::serve::{self, Server};
use crate::workspace::{self, Workspace};

/// The first port that is tried for an example.
const PORT: u16 = 4300;
/// What an example logs for an event of Stripe's with a good signature.
const EVENT: &str = "event financial_connections.session.updated";

/// Builds the suite and runs it with `arguments`; its exit code is ours.
pub fn conformance(arguments: Vec<OsString>) -> Result<ExitCode, Failure> {
    if arguments == ["--examples"] {
        return examples();
    }
    workspace::program("conformance", arguments)
}

/// A backend below `examples/`.
#[derive(Clone, Copy)]
enum Example {
    Axum,
    Node,
    Plaid,
    Python,
    Yapily,
}

impl Example {
    const ALL: [Self; 5] = [Self::Axum, Self::Node, Self::Python, Self::Yapily, Self::Plaid];

    fn name(self) -> &'static str {
        match self {
            Self::Axum => "backend-axum",
            Self::Node => "backend-node",
            Self::Python => "backend-python",
            Self::Yapily => "backend-yapily",
            Self::Plaid => "backend-plaid",
        }
    }

    /// Whether its log says which of Stripe's events it took. The one that has our routes mounted logs nothing of its own, and
    /// two have nothing to do with Stripe.
    fn logs_events(self) -> bool {
        match self {
            Self::Axum | Self::Yapily | Self::Plaid => false,
            Self::Node | Self::Python => true,
        }
    }

    /// Installs what it needs, just as its own files pin it, and answers how it is started.
    fn install(self, workspace: &Workspace) -> Result<Command, Failure> {
        let folder = workspace.root.join("examples").join(self.name());
        let mut start = match self {
            Self::Axum => {
                workspace::build(&[self.name()])?;
                Command::new(workspace.binary(self.name()))
            }
            Self::Node => {
                let mut npm = Command::new(needs::npm()?);
                npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(&folder);
                run::run("npm ci", &mut npm)?;
                let mut node = Command::new(needs::node()?);
                node.arg("server.mjs");
                node
            }
            Self::Yapily | Self::Plaid => {
                let mut node = Command::new(needs::node()?);
                node.arg("server.mjs");
                node
            }
            Self::Python => {
                let (python, venv) = (needs::python()?, workspace.target.join(self.name()));
                run::run("python -m venv", Command::new(python).args(["-m", "venv"]).arg(&venv))?;
                let mut pip = Command::new(program(&venv, "python"));
                pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
                pip.args(["--require-hashes", "--requirement"]);
                run::run("pip install", pip.arg(folder.join("requirements.txt")))?;
                let mut python = Command::new(program(&venv, "python"));
                python.arg("server.py");
                python
            }
        };
        start.current_dir(folder);
        Ok(start)
    }
}

fn program(venv: &Path, name: &str) -> PathBuf {
    if cfg!(windows) { venv.join("Scripts").join(name) } else { venv.join("bin").join(name) }
}

fn examples() -> Result<ExitCode, Failure> {
    let workspace = Workspace::find()?;
    workspace::build(&["sandbox", "conformance"])?;
    let (mut passed, mut failed) = (0, 0);
    for example in Example::ALL {
        let told = run::timed(example.name(), || {
            let (more, worse) = put_to_the_suite(example, &workspace)?;
            passed += more;
            failed += worse;
            Ok(())
        });
        if let Err(failure) = told {
            eprintln!("\n{}: {failure}", example.name());
            failed += 1;
        }
    }
    println!("\n{passed} passed, {failed} failed");
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// How many requirements it met, and how many not.
fn put_to_the_suite(example: Example, workspace: &Workspace) -> Result<(usize, usize), Failure> {
    let mut backend = example.install(workspace)?;
    let folder = workspace.target.join("conformance");
    fs::create_dir_all(&folder).map_err(Failure::io("creating", &folder))?;
    let port = serve::number(&serve::free_port(PORT, false)?)?;
    match example {
        Example::Axum | Example::Node | Example::Python => {}
        Example::Yapily => {
            let mut yapily = Command::new(needs::node()?);
            yapily.arg(workspace.root.join("examples/backend-yapily/yapily.mjs")).env("PORT", "0");
            backend.env("YAPILY_APPLICATION_KEY", "application").env("YAPILY_APPLICATION_SECRET", "secret");
            let accounts = ["acc_ends_soon", "acc_other", "acc_healthy"];
            return beside(example, yapily, "YAPILY_API_BASE", backend, accounts, (port, &folder, workspace));
        }
        Example::Plaid => {
            workspace::build(&["sandbox-plaid"])?;
            let mut plaid = Command::new(workspace.binary("sandbox-plaid"));
            plaid.env("SANDBOX_PLAID_LISTEN", "127.0.0.1:0");
            backend.env("PLAID_CLIENT_ID", "client_sandbox").env("PLAID_SECRET", "secret_sandbox");
            let accounts = ["acc_login_required_0000", "acc_other_0000", "acc_healthy_0000"];
            return beside(example, plaid, "PLAID_API_BASE", backend, accounts, (port, &folder, workspace));
        }
    }
    let mut sandbox = Command::new(workspace.binary("sandbox"));
    sandbox
        .env("SANDBOX_LISTEN", "127.0.0.1:0")
        .env("SANDBOX_WEBHOOK_URL", format!("http://127.0.0.1:{port}/webhooks/stripe"))
        .env("SANDBOX_WEBHOOK_SECRET", "whsec_sandbox");
    let mut sandbox = Server::start("sandbox", &mut sandbox, &folder)?;
    let stripe = sandbox.first_line()?;
    let database = folder.join("example.sqlite");
    if database.exists() {
        fs::remove_file(&database).map_err(Failure::io("removing", &database))?;
    }
    backend
        .env("PORT", port.to_string())
        .env("DATABASE_PATH", &database)
        .env("RELINK_SECRET", "of an example that is tried, no secret at all")
        .env("WIDGET_DIR", workspace.dist())
        .env("STRIPE_API_BASE", &stripe)
        .env("STRIPE_SECRET_KEY", "sk_test_sandbox")
        .env("STRIPE_PUBLISHABLE_KEY", "pk_test_sandbox")
        .env("STRIPE_WEBHOOK_SECRET", "whsec_sandbox");
    let mut backend = Server::start(example.name(), &mut backend, &folder)?;
    backend.answers(port)?;

    let mut suite = Command::new(workspace.binary("conformance"));
    suite
        .arg(format!("http://127.0.0.1:{port}/relink"))
        .args(["--cookie", "demo_customer=cus_demo", "--other-cookie", "demo_customer=cus_other"])
        .args(["--account", "fca_access_expired", "--other-account", "fca_other"])
        .args(["--authorization", "fcauth_any", "--sandbox", &stripe])
        .args(["--webhook", &format!("http://127.0.0.1:{port}/webhooks/stripe")])
        .args(["--webhook-secret", "whsec_sandbox"]);
    let (passed, failed) = judged(&mut suite)?;
    if !example.logs_events() {
        return Ok((passed, failed));
    }
    let is_told = workspace::read_text(&backend.log)?.contains(EVENT);
    let mark = if is_told { "ok  " } else { "FAIL" };
    println!("{mark}  webhooks             Stripe's events arrive, and their signature is good.");
    Ok(if is_told { (passed + 1, failed) } else { (passed, failed + 1) })
}

/// The same where the provider is not Stripe, with the stand-in for it, whose address the backend gets as `variable`. The accounts:
/// one that is broken, another customer's, one that works.
fn beside(
    example: Example,
    mut provider: Command,
    variable: &str,
    mut backend: Command,
    [broken, other, healthy]: [&str; 3],
    (port, folder, workspace): (u16, &Path, &Workspace),
) -> Result<(usize, usize), Failure> {
    let mut provider = Server::start("provider", &mut provider, folder)?;
    backend
        .env("PORT", port.to_string())
        .env("WIDGET_DIR", workspace.dist())
        .env(variable, provider.first_line()?);
    let mut backend = Server::start(example.name(), &mut backend, folder)?;
    backend.answers(port)?;
    let mut suite = Command::new(workspace.binary("conformance"));
    suite
        .arg(format!("http://127.0.0.1:{port}/relink"))
        .args(["--cookie", "demo_customer=cus_demo", "--other-cookie", "demo_customer=cus_other"])
        .args(["--account", broken, "--other-account", other, "--healthy-account", healthy]);
    judged(&mut suite)
}

/// Runs the suite, and answers what it counted.
fn judged(suite: &mut Command) -> Result<(usize, usize), Failure> {
    let finished = run::run_and_keep("the suite", suite)?;
    counts(&finished.output).ok_or_else(|| Failure::Command {
        what: "the suite".to_owned(),
        outcome: "ended without counting".to_owned(),
    })
}

/// The last line: `41 passed, 0 failed`.
fn counts(output: &str) -> Option<(usize, usize)> {
    let (passed, failed) = output.trim_end().lines().last()?.split_once(", ")?;
    Some((passed.strip_suffix(" passed")?.parse().ok()?, failed.strip_suffix(" failed")?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::counts;

    #[test]
    fn the_last_line_of_the_suite_is_read_and_nothing_else_counts() {
        assert_eq!(
            counts("ok    create-201\n\n0 warnings, 1 not asked\n41 passed, 2 failed\n"),
            Some((41, 2))
        );
        assert_eq!(counts("3 passed, 0 failed\npanicked"), None);
        assert_eq!(counts(""), None);
    }
}
