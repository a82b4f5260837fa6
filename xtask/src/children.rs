//! Every program that we start, so that none outlives us: each leads a process group of its own, and Ctrl-C,
//! SIGTERM or a dropped `Running` ends the whole group.

use std::io;
use std::process::{Child, Command, ExitStatus};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::failure::Failure;

/// How long a program may take to end by itself before it is killed.
const GRACE: Duration = Duration::from_secs(3);

static GROUPS: Mutex<Vec<u32>> = Mutex::new(Vec::new());
static STOPPING: AtomicBool = AtomicBool::new(false);

fn groups() -> MutexGuard<'static, Vec<u32>> {
    GROUPS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// While a signal ends this process, what fails is no failure: waits for that end and reports nothing.
pub fn give_way() {
    while STOPPING.load(Ordering::SeqCst) {
        std::thread::park();
    }
}

/// From now on, Ctrl-C and SIGTERM end everything that was started, and then this process with `code`.
pub fn stop_on_signals(code: i32) -> Result<(), Failure> {
    ctrlc::set_handler(move || {
        STOPPING.store(true, Ordering::SeqCst);
        let ours = groups().clone();
        for &group in &ours {
            signal(group, Signal::Terminate);
        }
        let asked = Instant::now();
        while ours.iter().any(|&group| alive(group)) && asked.elapsed() < GRACE {
            std::thread::sleep(Duration::from_millis(20));
        }
        for &group in &ours {
            signal(group, Signal::Kill);
        }
        eprintln!("\nStopped.");
        std::process::exit(code);
    })
    .map_err(|error| Failure::Io { doing: "listening for Ctrl-C".into(), source: io::Error::other(error) })
}

/// A program that was started; dropping it ends it.
pub struct Running {
    child: Child,
}

impl Running {
    /// Starts `command` at the head of a process group of its own.
    pub fn start(what: &str, command: &mut Command) -> Result<Self, Failure> {
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(command, 0);
        // Held across the start, so that a signal does not fall between starting and noting.
        let mut groups = groups();
        if STOPPING.load(Ordering::SeqCst) {
            drop(groups);
            give_way();
            return Err(Failure::Io { doing: what.to_owned(), source: io::ErrorKind::Interrupted.into() });
        }
        let child = command.spawn().map_err(|source| Failure::Io {
            doing: format!("{what}: starting {:?}", command.get_program()),
            source,
        })?;
        groups.push(child.id());
        Ok(Self { child })
    }

    /// The started process, for its pipes.
    pub fn process(&mut self) -> &mut Child {
        &mut self.child
    }

    /// Waits for the program to end by itself.
    pub fn wait(&mut self) -> io::Result<ExitStatus> {
        let ended = self.child.wait();
        give_way();
        ended
    }

    /// Asks it and all that it has started to end, and waits for nothing.
    pub fn ask_to_end(&self) {
        signal(self.child.id(), Signal::Terminate);
    }

    /// How the program ended, or `None` while it runs.
    pub fn ended(&mut self) -> io::Result<Option<ExitStatus>> {
        let ended = self.child.try_wait()?;
        // We ended it, so its status does not matter; but it must be waited for, or it stays as a zombie.
        Ok(ended.filter(|_| !STOPPING.load(Ordering::SeqCst)))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let group = self.child.id();
        if matches!(self.child.try_wait(), Ok(None)) {
            signal(group, Signal::Terminate);
            let asked = Instant::now();
            while matches!(self.child.try_wait(), Ok(None)) && asked.elapsed() < GRACE {
                std::thread::sleep(Duration::from_millis(20));
            }
        }
        signal(group, Signal::Kill);
        if matches!(self.child.try_wait(), Ok(None)) {
            drop((self.child.kill(), self.child.wait()));
        }
        groups().retain(|&other| other != group);
    }
}

#[derive(Clone, Copy)]
enum Signal {
    Terminate,
    Kill,
}

#[cfg(unix)]
fn pid(group: u32) -> Option<rustix::process::Pid> {
    i32::try_from(group).ok().and_then(rustix::process::Pid::from_raw)
}

/// Sends a signal to all of a group; one that is gone already needs none.
#[cfg(unix)]
fn signal(group: u32, signal: Signal) {
    if let Some(group) = pid(group) {
        let signal = match signal {
            Signal::Terminate => rustix::process::Signal::TERM,
            Signal::Kill => rustix::process::Signal::KILL,
        };
        let _ = rustix::process::kill_process_group(group, signal);
    }
}

#[cfg(unix)]
fn alive(group: u32) -> bool {
    pid(group).is_some_and(|group| rustix::process::test_kill_process_group(group).is_ok())
}

/// Without process groups, the tree below a process is ended by the system's own tool.
#[cfg(not(unix))]
fn signal(group: u32, signal: Signal) {
    if matches!(signal, Signal::Kill) {
        drop(Command::new("taskkill").args(["/T", "/F", "/PID", &group.to_string()]).output());
    }
}

#[cfg(not(unix))]
fn alive(_group: u32) -> bool {
    false
}

#[cfg(all(test, unix))]
mod tests {
    use super::Running;
    use std::io::{BufRead, BufReader, Read};
    use std::process::{Command, Stdio};

    #[test]
    fn what_a_dropped_program_has_started_ends_with_it() {
        let mut shell = Command::new("sh");
        shell.args(["-c", "sleep 600 & echo started; wait"]).stdout(Stdio::piped());
        let mut running = Running::start("a shell", &mut shell).expect("every Unix has sh");
        let mut output = BufReader::new(running.process().stdout.take().expect("it is piped"));
        let mut line = String::new();
        output.read_line(&mut line).expect("a pipe can be read");
        assert_eq!(line, "started\n");
        drop(running);
        // A pipe comes to its end only when the last program that holds it has ended.
        assert_eq!(output.read_to_end(&mut Vec::new()).expect("a pipe can be read"), 0);
    }
}
