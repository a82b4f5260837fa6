//! The program itself as a process of its own, which can be killed.

use crate::rows::Rows;
use crate::shop::{Stripe, WEBHOOK_SECRET};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// A running merchant; dropping it kills it (SIGKILL on Unix), so that it can do nothing more.
pub struct Instance {
    /// Where it listens.
    pub base: String,
    process: Process,
}

/// One that was started and has not said where it listens yet.
pub struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        drop((self.0.kill(), self.0.wait()));
    }
}

/// The program with its environment, and nothing else.
pub fn command(stripe: &Stripe, rows: &Rows, listen: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_merchant"));
    command.env_clear().env("MERCHANT_LISTEN", listen).env("STRIPE_API_BASE", &stripe.base);
    command.env("STRIPE_SECRET_KEY", "sk_test_sandbox").env("STRIPE_PUBLISHABLE_KEY", "pk_test_sandbox");
    command.env("STRIPE_WEBHOOK_SECRET", WEBHOOK_SECRET).env(rows.variable, &rows.place);
    command.env("DEMO_CUSTOMERS", "cus_demo=Maya Lindqvist,cus_other=Tom Okafor");
    command
}

impl Instance {
    /// Starts one on a free port, and waits until it listens.
    pub fn start(stripe: &Stripe, rows: &Rows) -> Self {
        Self::begin(stripe, rows).started()
    }

    /// Starts one that is told by an error, and not ended by a signal, where a file may not grow.
    #[cfg(target_os = "linux")]
    pub fn start_without_signal_of_limits(stripe: &Stripe, rows: &Rows) -> Self {
        let program = command(stripe, rows, "127.0.0.1:0");
        let mut shell = Command::new("sh");
        shell.args(["-c", "trap '' XFSZ; exec \"$0\""]).arg(program.get_program()).env_clear();
        shell.envs(program.get_envs().filter_map(|(name, value)| value.map(|value| (name, value))));
        Process::spawn(&mut shell).started()
    }

    /// How many bytes a file that it writes may have from now on.
    #[cfg(target_os = "linux")]
    pub fn limit_files(&self, bytes: &str) {
        let mut prlimit = Command::new("prlimit");
        prlimit.arg(format!("--pid={}", self.process.0.id())).arg(format!("--fsize={bytes}:unlimited"));
        assert!(prlimit.status().expect("prlimit is part of every Linux").success());
    }

    /// Kills it.
    pub fn kill(&mut self) {
        drop((self.process.0.kill(), self.process.0.wait()));
    }

    /// Kills it, and starts another at the same address.
    pub fn kill_and_start_again(&mut self, stripe: &Stripe, rows: &Rows) {
        let listen = self.base.trim_start_matches("http://").to_owned();
        drop((self.process.0.kill(), self.process.0.wait()));
        *self = Process::spawn(&mut command(stripe, rows, &listen)).started();
    }

    /// Starts one and does not wait.
    pub fn begin(stripe: &Stripe, rows: &Rows) -> Process {
        Process::spawn(&mut command(stripe, rows, "127.0.0.1:0"))
    }
}

impl Process {
    pub fn spawn(command: &mut Command) -> Self {
        Self(command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("it starts"))
    }

    /// Waits until it says where it listens.
    pub fn started(mut self) -> Instance {
        let mut line = String::new();
        let stdout = self.0.stdout.take().expect("a pipe");
        BufReader::new(stdout).read_line(&mut line).expect("a line");
        assert!(line.starts_with("http://"), "it did not start: {line:?}");
        Instance { base: line.trim().to_owned(), process: self }
    }
}
