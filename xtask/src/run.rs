//! Running other programs to their end, and saying meanwhile what is awaited and for how long.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::children::Running;
use crate::failure::Failure;

/// A step that takes longer than this says that it is still at work, and again after as long.
const BEAT: Duration = Duration::from_secs(20);

/// Runs `command`, its output shown; fails when it does.
pub fn run(what: &str, command: &mut Command) -> Result<(), Failure> {
    let _beat = Beat::start(what);
    let status = Running::start(what, command)?
        .wait()
        .map_err(|source| Failure::Io { doing: what.to_owned(), source })?;
    if status.success() {
        Ok(())
    } else {
        Err(Failure::Command { what: what.to_owned(), outcome: status.to_string() })
    }
}

/// What a program wrote, and whether it succeeded.
pub struct Finished {
    /// Its standard output.
    pub output: String,
    /// Whether its exit status was 0.
    pub success: bool,
}

/// Runs `command`, its output shown and kept as well.
pub fn run_and_keep(what: &str, command: &mut Command) -> Result<Finished, Failure> {
    let _beat = Beat::start(what);
    let failed = |source| Failure::Io { doing: what.to_owned(), source };
    let mut running = Running::start(what, command.stdout(Stdio::piped()))?;
    let mut output = String::new();
    if let Some(stdout) = running.process().stdout.take() {
        let mut lines = BufReader::new(stdout);
        let mut line = Vec::new();
        while lines.read_until(b'\n', &mut line).map_err(failed)? > 0 {
            let text = String::from_utf8_lossy(&line);
            output.push_str(&text);
            print!("{text}");
            drop(std::io::stdout().flush());
            line.clear();
        }
    }
    let success = running.wait().map_err(failed)?.success();
    Ok(Finished { output, success })
}

/// Runs `command` with `input` on its standard input and answers what it wrote; nothing is shown unless it fails.
pub fn filter(what: &str, command: &mut Command, input: &[u8]) -> Result<Vec<u8>, Failure> {
    let failed = |source| Failure::Io { doing: what.to_owned(), source };
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    let pipe = child.stdin.take();
    let finished = std::thread::scope(|scope| {
        let writer = scope.spawn(move || pipe.map_or(Ok(()), |mut pipe| pipe.write_all(input)));
        let finished = child.wait_with_output();
        // A program that stops reading early says why on its standard error.
        drop(writer.join());
        finished
    })
    .map_err(failed)?;
    if finished.status.success() {
        Ok(finished.stdout)
    } else {
        let outcome =
            format!("{}\n{}", finished.status, String::from_utf8_lossy(&finished.stderr).trim_end());
        Err(Failure::Command { what: what.to_owned(), outcome })
    }
}

/// Says that a step begins, runs it, and says how long it took.
pub fn timed<T>(what: &str, step: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    println!("\n== {what}");
    let begun = Instant::now();
    let result = step();
    println!(
        "== {what}: {} after {}",
        if result.is_ok() { "done" } else { "failed" },
        elapsed(begun.elapsed())
    );
    result
}

/// A duration as people say it: `4.2 s`, `3 min 05 s`.
pub fn elapsed(time: Duration) -> String {
    match time.as_secs() {
        0..=9 => format!("{:.1} s", time.as_secs_f64()),
        seconds @ 10..=59 => format!("{seconds} s"),
        seconds => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}

/// Says every now and then that a step is still at work, until dropped.
struct Beat {
    end: Option<mpsc::Sender<()>>,
    teller: Option<JoinHandle<()>>,
}

impl Beat {
    fn start(what: &str) -> Self {
        let what = what.to_owned();
        let (end, ended) = mpsc::channel::<()>();
        let begun = Instant::now();
        let teller = std::thread::spawn(move || {
            while ended.recv_timeout(BEAT) == Err(RecvTimeoutError::Timeout) {
                println!("   … {what}: {}", elapsed(begun.elapsed()));
            }
        });
        Self { end: Some(end), teller: Some(teller) }
    }
}

impl Drop for Beat {
    fn drop(&mut self) {
        self.end = None;
        if let Some(teller) = self.teller.take() {
            drop(teller.join());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::elapsed;
    use std::time::Duration;

    #[test]
    fn a_duration_is_told_as_people_say_it() {
        assert_eq!(elapsed(Duration::from_millis(4210)), "4.2 s");
        assert_eq!(elapsed(Duration::from_secs(42)), "42 s");
        assert_eq!(elapsed(Duration::from_secs(185)), "3 min 05 s");
    }
}
