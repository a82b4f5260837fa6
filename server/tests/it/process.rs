//! The program itself as a process of its own, which can be killed.

use crate::rows::Rows;
use crate::shop::{ORIGIN, Stripe, variables};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// A running relink-server; dropping it kills it (SIGKILL on Unix), so that it can do nothing more.
pub struct Instance {
    /// Where it listens.
    pub base: String,
    process: Process,
}

/// One that was started and has not said where it listens yet.
pub struct Process {
    child: Child,
    listen: String,
}

impl Drop for Process {
    fn drop(&mut self) {
        drop((self.child.kill(), self.child.wait()));
    }
}

/// An address of this machine at which nothing listens: every instance is reached by one name, and says only that.
pub fn free_address() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").to_string()
}

/// The program with its environment, and nothing else.
pub fn command(stripe: &Stripe, rows: &Rows, listen: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_relink-server"));
    let listen = if listen.ends_with(":0") { free_address() } else { listen.to_owned() };
    command.env_clear().env("RELINK_LISTEN", listen).envs(variables(&stripe.base, rows));
    command
}

/// For how long a process has kept a processor busy, where the system says so.
pub fn processor_ms(process: u32) -> Option<u64> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // Behind the name, which may have spaces: user and system time are the 12th and 13th, in hundredths of a second.
    let (_, rest) = stat.rsplit_once(')')?;
    let times: Vec<u64> = rest.split_whitespace().skip(11).take(2).flat_map(str::parse).collect();
    Some(times.iter().sum::<u64>() * 10)
}

impl Instance {
    /// Starts one on a free port, and waits until it listens.
    pub fn start(stripe: &Stripe, rows: &Rows) -> Self {
        Self::begin(stripe, rows).started()
    }

    /// Starts one with more variables than the others.
    pub fn start_with(stripe: &Stripe, rows: &Rows, more: &[(&str, &str)]) -> Self {
        Self::start_at(stripe, rows, "127.0.0.1:0", more)
    }

    /// The same at an address.
    pub fn start_at(stripe: &Stripe, rows: &Rows, listen: &str, more: &[(&str, &str)]) -> Self {
        Process::spawn(command(stripe, rows, listen).envs(more.iter().copied())).started()
    }

    /// Where it listens, without a scheme.
    pub fn listen(&self) -> &str {
        self.base.trim_start_matches("http://")
    }

    /// For how long it has kept a processor busy, where the system says so.
    pub fn processor_ms(&self) -> Option<u64> {
        processor_ms(self.process.child.id())
    }

    /// Asks it to stop, as whoever runs it does (SIGTERM).
    pub fn ask_to_stop(&self) {
        let mut kill = Command::new("kill");
        let asked = kill.args(["-TERM", &self.process.child.id().to_string()]).status();
        assert!(asked.expect("kill is part of every Unix").success());
    }

    /// Waits until it has ended; whether it says that all went well.
    pub fn ended(&mut self) -> bool {
        self.process.child.wait().expect("a process of ours").success()
    }

    /// Starts one that gets an error, not a signal, when a file reaches its size limit.
    #[cfg(target_os = "linux")]
    pub fn start_without_signal_of_limits(stripe: &Stripe, rows: &Rows) -> Self {
        let program = command(stripe, rows, "127.0.0.1:0");
        let mut shell = Command::new("sh");
        shell.args(["-c", "trap '' XFSZ; exec \"$0\""]).arg(program.get_program()).env_clear();
        shell.envs(program.get_envs().filter_map(|(name, value)| value.map(|value| (name, value))));
        Process::spawn(&mut shell).started()
    }

    /// Starts one that may have only so many files open.
    #[cfg(unix)]
    pub fn start_with_few_files(stripe: &Stripe, rows: &Rows, files: u32) -> Self {
        let program = command(stripe, rows, "127.0.0.1:0");
        let mut shell = Command::new("sh");
        let limited = format!("ulimit -n {files}; exec \"$0\"");
        shell.args(["-c", &limited]).arg(program.get_program()).env_clear();
        shell.envs(program.get_envs().filter_map(|(name, value)| value.map(|value| (name, value))));
        Process::spawn(&mut shell).started()
    }

    /// How many bytes a file that it writes may have from now on.
    #[cfg(target_os = "linux")]
    pub fn limit_files(&self, bytes: &str) {
        let mut prlimit = Command::new("prlimit");
        prlimit.arg(format!("--pid={}", self.process.child.id())).arg(format!("--fsize={bytes}:unlimited"));
        assert!(prlimit.status().expect("prlimit is part of every Linux").success());
    }

    /// Kills it.
    pub fn kill(&mut self) {
        drop((self.process.child.kill(), self.process.child.wait()));
    }

    /// Kills it, and starts another at the same address.
    pub fn kill_and_start_again(&mut self, stripe: &Stripe, rows: &Rows) {
        let listen = self.base.trim_start_matches("http://").to_owned();
        drop((self.process.child.kill(), self.process.child.wait()));
        *self = Process::spawn(&mut command(stripe, rows, &listen)).started();
    }

    /// Starts one and does not wait.
    pub fn begin(stripe: &Stripe, rows: &Rows) -> Process {
        Process::spawn(&mut command(stripe, rows, "127.0.0.1:0"))
    }
}

impl Process {
    pub fn spawn(command: &mut Command) -> Self {
        let mut variables = command.get_envs();
        let listen = variables.find_map(|(name, value)| value.filter(|_| name == "RELINK_LISTEN"));
        let listen = listen.and_then(|listen| listen.to_str()).expect("an address").to_owned();
        let child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("it starts");
        Self { child, listen }
    }

    /// Waits until it says where it is reached, which is the same for every instance.
    pub fn started(mut self) -> Instance {
        let mut line = String::new();
        let stdout = self.child.stdout.take().expect("a pipe");
        BufReader::new(stdout).read_line(&mut line).expect("a line");
        assert_eq!(line.trim(), ORIGIN, "it did not start");
        Instance { base: format!("http://{}", self.listen), process: self }
    }
}
