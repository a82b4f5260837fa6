//! `cargo xtask serve`: the whole story on one machine. Builds everything, starts the stand-in for Stripe and the
//! demo shop, prints one address, and ends both together: on Ctrl-C, or when either of them ends.

use std::collections::VecDeque;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use lexopt::prelude::{Long, ValueExt};

use crate::children::{self, Running};
use crate::dist;
use crate::failure::Failure;
use crate::gallery;
use crate::run;
use crate::workspace::{self, Workspace};

/// Tried first; the ones after it where it is busy.
const PORT: u16 = 4000;
/// How long a server may take to answer after its start.
const START: Duration = Duration::from_secs(30);
/// How much of a server's output is repeated when it ends.
const LAST_LINES: usize = 40;
/// Signs the sandbox's events to the merchant; both run on this machine, for nobody else.
const WEBHOOK_SECRET: &str = "whsec_test_sandbox";

/// Who may sign in to the dashboard of a demonstration, which holds nothing real.
const DEMO_STAFF: (&str, &str) = ("nora@pinegrove.example", "pinegrove");
/// The key of the demonstration's API.
const DEMO_API_KEY: &str = "mk_demo";

/// What the command line may say.
pub struct Options {
    port: Option<u16>,
}

impl Options {
    /// Reads what follows `serve`.
    pub fn parse(arguments: &mut lexopt::Parser) -> Result<Self, Failure> {
        let mut port = None;
        while let Some(argument) = arguments.next()? {
            match argument {
                Long("port") => port = Some(arguments.value()?.parse()?),
                other => return Err(other.unexpected().into()),
            }
        }
        Ok(Self { port })
    }
}

/// Runs until Ctrl-C, which is its good end, or until a server ends, which is not.
pub fn serve(options: Options) -> Result<(), Failure> {
    let workspace = Workspace::find()?;
    println!("Three steps; the first time they take some minutes. Ctrl-C stops everything.");
    run::timed("1 of 3: the widget", || {
        dist::dist()?;
        gallery::build(&workspace, dist::Profile::Shipped, &workspace.gallery())
    })?;
    run::timed("2 of 3: the demo shop and the stand-in for Stripe", workspace::build_servers)?;

    println!("\n== 3 of 3: starting both");
    let (shop, stripe) = {
        // Both are held until both are known, so that they differ.
        let shop = free_port(options.port.unwrap_or(PORT), options.port.is_some())?;
        let stripe = free_port(PORT + 100, false)?;
        (number(&shop)?, number(&stripe)?)
    };
    let folder = workspace.target.join("serve");
    fs::create_dir_all(&folder).map_err(Failure::io("creating", &folder))?;

    let mut sandbox = Command::new(workspace.binary("sandbox"));
    sandbox
        .env("SANDBOX_LISTEN", format!("127.0.0.1:{stripe}"))
        .env("SANDBOX_WEBHOOK_URL", format!("http://127.0.0.1:{shop}/webhooks/stripe"))
        .env("SANDBOX_WEBHOOK_SECRET", WEBHOOK_SECRET);
    let smtp = number(&free_port(PORT + 200, false)?)?;
    sandbox.env("SANDBOX_SMTP_LISTEN", format!("127.0.0.1:{smtp}"));
    let mut sandbox = Server::start("sandbox", &mut sandbox, &folder)?;
    let stripe = sandbox.first_line()?;

    let mut merchant = Command::new(workspace.binary("merchant"));
    merchant
        .env("MERCHANT_LISTEN", format!("127.0.0.1:{shop}"))
        .env("PUBLIC_URL", format!("http://localhost:{shop}"))
        // The same shop by its number, and the playground of `trunk serve`, which passes /relink on to it.
        .env(
            "MERCHANT_ALLOWED_ORIGINS",
            format!("http://127.0.0.1:{shop},http://localhost:8080,http://127.0.0.1:8080"),
        )
        // Whoever opens the address sees the accounts at once; signing out leads to the choice of customers.
        .env("DEMO_CUSTOMER", "cus_demo")
        .env("STRIPE_API_BASE", &stripe)
        .env("STRIPE_SECRET_KEY", "sk_test_sandbox")
        .env("STRIPE_PUBLISHABLE_KEY", "pk_test_sandbox")
        .env("STRIPE_WEBHOOK_SECRET", WEBHOOK_SECRET)
        .env("STRIPE_JS_URL", format!("{stripe}/v3/"))
        .env("DATABASE_PATH", fresh_database(&folder)?)
        // Mail goes to the sandbox, which shows it and delivers nothing; the credentials are this machine's.
        .env("SMTP_URL", format!("smtp://127.0.0.1:{smtp}"))
        .env("INBOX_URL", format!("{stripe}/inbox"))
        .env("DEMO_STAFF", format!("{}:{}", DEMO_STAFF.0, DEMO_STAFF.1))
        .env("DEMO_API_KEY", DEMO_API_KEY)
        .env("WIDGET_DIR", workspace.dist());
    if workspace.gallery().is_dir() {
        merchant.env("GALLERY_DIR", workspace.gallery());
    }
    let mut merchant = Server::start("merchant", &mut merchant, &folder)?;
    merchant.answers(shop)?;

    println!("   what they say is in {}", folder.join("*.log").display());
    println!("\n   Ctrl-C stops everything.\n   Open  http://localhost:{shop}\n");
    println!("   For staff: http://localhost:{shop}/dashboard, as {} with {}", DEMO_STAFF.0, DEMO_STAFF.1);
    println!("   Mail that the shop has sent: {stripe}/inbox\n");
    loop {
        sandbox.still_runs()?;
        merchant.still_runs()?;
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// The sandbox forgets everything when it ends, so the shop starts afresh with it.
fn fresh_database(folder: &Path) -> Result<PathBuf, Failure> {
    let database = folder.join("merchant.sqlite");
    for suffix in ["", "-wal", "-shm"] {
        let file = folder.join(format!("merchant.sqlite{suffix}"));
        if file.exists() {
            fs::remove_file(&file).map_err(Failure::io("removing", &file))?;
        }
    }
    Ok(database)
}

/// `wanted`, or the next that is free; only `wanted` where it was asked for by number.
pub fn free_port(wanted: u16, exactly: bool) -> Result<TcpListener, Failure> {
    let last = if exactly { wanted } else { wanted.saturating_add(99) };
    (wanted..=last).find_map(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok()).ok_or_else(|| {
        let ports =
            if exactly { format!("port {wanted}") } else { format!("a port from {wanted} to {last}") };
        Failure::Missing {
            what: ports,
            remedy: "Something else listens there; name another with --port.".to_owned(),
        }
    })
}

/// The number of a port that was taken.
pub fn number(listener: &TcpListener) -> Result<u16, Failure> {
    let address = listener.local_addr();
    address
        .map(|address| address.port())
        .map_err(|source| Failure::Io { doing: "taking a port".to_owned(), source })
}

/// A server that was started, with what it says kept in a file.
pub struct Server {
    name: &'static str,
    running: Running,
    lines: Receiver<String>,
    last: Arc<Mutex<VecDeque<String>>>,
    readers: Vec<JoinHandle<()>>,
    /// All that it says.
    pub log: PathBuf,
}

impl Server {
    /// Starts it; its log is in `folder`.
    pub fn start(name: &'static str, command: &mut Command, folder: &Path) -> Result<Self, Failure> {
        let log = folder.join(name).with_extension("log");
        let file = File::create(&log).map_err(Failure::io("writing", &log))?;
        let mut running = Running::start(name, command.stdout(Stdio::piped()).stderr(Stdio::piped()))?;
        let last = Arc::default();
        let (sender, lines) = mpsc::channel();
        let mut readers = Vec::new();
        let process = running.process();
        let copy = |file: &File| file.try_clone().map_err(Failure::io("writing", &log));
        if let Some(stdout) = process.stdout.take() {
            readers.push(keep(stdout, copy(&file)?, Arc::clone(&last), Some(sender)));
        }
        if let Some(stderr) = process.stderr.take() {
            readers.push(keep(stderr, copy(&file)?, Arc::clone(&last), None));
        }
        Ok(Self { name, running, lines, last, readers, log })
    }

    /// The first line on standard output: a server that chose its address says so there.
    pub fn first_line(&mut self) -> Result<String, Failure> {
        let line = self.lines.recv_timeout(START);
        line.map(|line| line.trim().to_owned()).map_err(|_| self.lost("said nothing after its start"))
    }

    /// Waits until the server takes connections.
    pub fn answers(&mut self, port: u16) -> Result<(), Failure> {
        let begun = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            self.still_runs()?;
            if begun.elapsed() > START {
                return Err(self.lost("takes no connection"));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    /// Fails once it has ended.
    pub fn still_runs(&mut self) -> Result<(), Failure> {
        match self.running.ended() {
            Ok(None) => Ok(()),
            Ok(Some(status)) => {
                for reader in self.readers.drain(..) {
                    drop(reader.join());
                }
                Err(self.lost(&format!("ended by itself ({status})")))
            }
            Err(source) => Err(Failure::Io { doing: format!("watching the {}", self.name), source }),
        }
    }

    /// Repeats its last words, and says what it did not do.
    pub fn lost(&self, why: &str) -> Failure {
        children::give_way();
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let said = last.iter().map(String::as_str).collect::<Vec<_>>().join("\n");
        eprintln!(
            "\nThe {} {why}, so everything stops. Its last words ({}):\n{said}",
            self.name,
            self.log.display()
        );
        Failure::Command { what: format!("the {}", self.name), outcome: why.to_owned() }
    }
}

/// Reads a pipe to its end: into the log, into the last lines, and on to whoever waits for a line.
fn keep(
    pipe: impl Read + Send + 'static,
    mut log: File,
    last: Arc<Mutex<VecDeque<String>>>,
    sender: Option<mpsc::Sender<String>>,
) -> JoinHandle<()> {
    std::thread::spawn(move || {
        for line in BufReader::new(pipe).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line).into_owned();
            drop(writeln!(log, "{line}"));
            let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
            if last.len() == LAST_LINES {
                last.pop_front();
            }
            last.push_back(line.clone());
            if let Some(sender) = &sender {
                drop(sender.send(line));
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::{free_port, number};
    use std::net::{Ipv4Addr, TcpListener};

    #[test]
    fn a_busy_port_gives_way_to_the_next_unless_it_was_asked_for() {
        let busy = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("some port is free");
        let port = number(&busy).expect("it is bound");
        assert!(free_port(port, true).is_err());
        let next = free_port(port, false).expect("one of a hundred is free");
        assert_ne!(number(&next).expect("it is bound"), port);
    }
}
