//! `cargo xtask serve`: the whole story on one machine. Builds everything, starts the stand-ins for Stripe and Plaid, relink-server and
//! the demo shop, prints one address, and ends all of them together: on Ctrl-C, or when one of them ends.
//!
//! The shop is a merchant like any other: it knows relink-server by its address and a key that an operator's command made.
//! Past 400 lines, since what each program is started with depends on the addresses of those before it.

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

/// The shop's port. Each server tries its own first, and then the ones after it.
const SHOP: u16 = 4000;
/// The port of relink-server; `Trunk.toml` passes the playground's calls on to it.
const RELINK: u16 = 4050;
/// The port of the stand-in for Stripe.
const STRIPE: u16 = 4100;
/// The port of the stand-in for Plaid.
const PLAID: u16 = 4243;
/// Where the stand-in takes mail.
const MAIL: u16 = 4200;
/// How long a server may take to answer after its start.
const START: Duration = Duration::from_secs(30);
/// How much of a server's output is repeated when it ends.
const LAST_LINES: usize = 40;
/// Signs what the sandbox tells relink-server; both run here, and for nobody else.
const WEBHOOK_SECRET: &str = "whsec_test_sandbox";
/// What relink-server seals with. Its database is new at each start and holds nothing real.
const RELINK_SECRET: &str = "of a demonstration on one machine, no secret at all";
/// By name: payments by Stripe.js and by a page of the bank's own, and data from any number of accounts.
const PROFILES: &str = r#"{
    "payments": {"path": "/relink", "permissions": ["payment_method", "balances"], "limit": 1, "handoff": "stripe_js"},
    "hosted": {"path": "/relink-hosted", "permissions": ["payment_method", "balances"], "limit": 1, "handoff": "hosted"},
    "data": {"path": "/relink-data", "permissions": ["balances", "transactions"], "limit": null, "handoff": "stripe_js"}
}"#;
/// What the shop's key may do: what keys usually may, and register items at Plaid.
const SCOPES: &str = "accounts.read,customer_tokens,hosted_relinks,plaid_items";
/// Who may sign in to the dashboard of a demonstration: address and password.
const STAFF: (&str, &str) = ("nora@pinegrove.example", "pinegrove market");

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
        dist::dist_to_show(&workspace)?;
        gallery::build(&workspace, dist::Profile::Shipped, &workspace.gallery())
    })?;
    run::timed("2 of 3: the servers", workspace::build_servers)?;

    println!("\n== 3 of 3: starting the stand-ins for Stripe and Plaid, relink-server and the demo shop");
    let folder = workspace.target.join("serve");
    fs::create_dir_all(&folder).map_err(Failure::io("creating", &folder))?;
    let ports = Ports::free(options.port)?;
    let (mut sandbox, stripe) = start_sandbox(&workspace, &folder, &ports)?;
    let (mut sandbox_plaid, plaid) = start_sandbox_plaid(&workspace, &folder, &ports)?;
    let (mut relink, key) = start_relink(&workspace, &folder, &ports, &stripe, &plaid)?;
    let mut shop = start_shop(&workspace, &folder, &ports, [&stripe, &plaid], &key)?;

    let Ports { shop: shop_port, relink: relink_port, .. } = ports;
    println!("   what they say is in {}", folder.join("*.log").display());
    println!("\n   Ctrl-C stops everything.\n   Open  http://localhost:{shop_port}\n");
    println!("   For staff: http://localhost:{relink_port}/dashboard, as {} with \"{}\"", STAFF.0, STAFF.1);
    println!("   Mail that the shop has sent: {stripe}/inbox");
    println!("   relink-server: http://localhost:{relink_port}; its API takes the key {key}\n");
    loop {
        sandbox.still_runs()?;
        sandbox_plaid.still_runs()?;
        relink.still_runs()?;
        shop.still_runs()?;
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// Where each server listens.
struct Ports {
    shop: u16,
    relink: u16,
    stripe: u16,
    plaid: u16,
    mail: u16,
}

impl Ports {
    fn free(shop: Option<u16>) -> Result<Self, Failure> {
        // All are held until all are known, so that they differ.
        let held = [
            free_port(shop.unwrap_or(SHOP), shop.is_some())?,
            free_port(RELINK, false)?,
            free_port(STRIPE, false)?,
            free_port(PLAID, false)?,
            free_port(MAIL, false)?,
        ];
        let [shop, relink, stripe, plaid, mail] = &held;
        Ok(Self {
            shop: number(shop)?,
            relink: number(relink)?,
            stripe: number(stripe)?,
            plaid: number(plaid)?,
            mail: number(mail)?,
        })
    }
}

/// The stand-in for Stripe, and its address.
fn start_sandbox(workspace: &Workspace, folder: &Path, ports: &Ports) -> Result<(Server, String), Failure> {
    let mut command = Command::new(workspace.binary("sandbox"));
    command
        .env("SANDBOX_LISTEN", format!("127.0.0.1:{}", ports.stripe))
        .env("SANDBOX_WEBHOOK_URL", format!("http://127.0.0.1:{}/webhooks/stripe", ports.relink))
        .env("SANDBOX_WEBHOOK_SECRET", WEBHOOK_SECRET)
        .env("SANDBOX_SMTP_LISTEN", format!("127.0.0.1:{}", ports.mail));
    let mut sandbox = Server::start("sandbox", &mut command, folder)?;
    let stripe = sandbox.first_line()?;
    Ok((sandbox, stripe))
}

/// The stand-in for Plaid, and its address.
fn start_sandbox_plaid(
    workspace: &Workspace,
    folder: &Path,
    ports: &Ports,
) -> Result<(Server, String), Failure> {
    let mut command = Command::new(workspace.binary("sandbox-plaid"));
    command.env("SANDBOX_PLAID_LISTEN", format!("127.0.0.1:{}", ports.plaid));
    let mut sandbox = Server::start("sandbox-plaid", &mut command, folder)?;
    let plaid = sandbox.first_line()?;
    Ok((sandbox, plaid))
}

/// relink-server with somebody at the dashboard, and the key that the shop may use.
fn start_relink(
    workspace: &Workspace,
    folder: &Path,
    ports: &Ports,
    stripe: &str,
    plaid: &str,
) -> Result<(Server, String), Failure> {
    let database = fresh_database(folder)?;
    let command = || {
        let mut command = Command::new(workspace.binary("relink-server"));
        command
            .env("RELINK_LISTEN", format!("127.0.0.1:{}", ports.relink))
            .env("RELINK_PUBLIC_URL", format!("http://localhost:{}", ports.relink))
            // The shop by its name and by its number, and the playground of `trunk serve`.
            .env("RELINK_ALLOWED_ORIGINS", origins(&[ports.shop, 8080]))
            .env("RELINK_SECRET", RELINK_SECRET)
            .env("RELINK_PROFILES", PROFILES)
            .env("MERCHANT_NAME", "Pinegrove Market")
            .env("SUPPORT_URL", "https://pinegrove.example/help/bank-accounts")
            .env("PRIVACY_URL", "https://pinegrove.example/privacy")
            .env("STRIPE_API_BASE", stripe)
            .env("STRIPE_SECRET_KEY", "sk_test_sandbox")
            .env("STRIPE_PUBLISHABLE_KEY", "pk_test_sandbox")
            .env("STRIPE_WEBHOOK_SECRET", WEBHOOK_SECRET)
            .env("STRIPE_JS_URL", format!("{stripe}/v3/"))
            .env("RELINK_PLAID_CLIENT_ID", "client_sandbox")
            .env("RELINK_PLAID_SECRET", "secret_sandbox")
            .env("RELINK_PLAID_ENVIRONMENT", "sandbox")
            .env("RELINK_PLAID_API_BASE", plaid)
            .env("DATABASE_PATH", &database)
            // Mail goes to the sandbox, which shows it and delivers nothing.
            .env("SMTP_URL", format!("smtp://127.0.0.1:{}", ports.mail))
            .env("MAIL_FROM", "Pinegrove Market <accounts@pinegrove.example>")
            .env("INBOX_URL", format!("{stripe}/inbox"))
            .env("WIDGET_DIR", workspace.dist())
            // Nothing stands before it that would have to find out that it stops.
            .env("RELINK_DRAIN_SECONDS", "0");
        command
    };
    let operate = |words: &[&str], input: &str| {
        let said = run::filter("relink-server", command().args(words), input.as_bytes())?;
        Ok::<_, Failure>(String::from_utf8_lossy(&said).trim().to_owned())
    };
    let key = operate(&["api-key", "add", "shop", "--scope", SCOPES], "")?;
    operate(&["staff", "add", STAFF.0, "Nora", "agent"], STAFF.1)?;
    let mut relink = Server::start("relink-server", &mut command(), folder)?;
    relink.answers(ports.relink)?;
    Ok((relink, key))
}

fn start_shop(
    workspace: &Workspace,
    folder: &Path,
    ports: &Ports,
    [stripe, plaid]: [&str; 2],
    key: &str,
) -> Result<Server, Failure> {
    let mut command = Command::new(workspace.binary("shop"));
    command
        .env("SHOP_LISTEN", format!("127.0.0.1:{}", ports.shop))
        .env("RELINK_URL", format!("http://localhost:{}", ports.relink))
        .env("RELINK_API_KEY", key)
        .env("SANDBOX_URL", stripe)
        .env("SANDBOX_PLAID_URL", plaid)
        .env("STRIPE_JS_URL", format!("{stripe}/v3/"))
        .env("DASHBOARD_URL", format!("http://localhost:{}/dashboard", ports.relink))
        .env("INBOX_URL", format!("{stripe}/inbox"))
        // Whoever opens the address sees the accounts at once; signing out leads to the choice of customers.
        .env("DEMO_CUSTOMER", "cus_demo");
    if workspace.gallery().is_dir() {
        command.env("GALLERY_DIR", workspace.gallery());
    }
    let mut shop = Server::start("shop", &mut command, folder)?;
    shop.answers(ports.shop)?;
    Ok(shop)
}

/// These ports by this machine's name and by its number.
fn origins(ports: &[u16]) -> String {
    let both = |port: &u16| format!("http://localhost:{port},http://127.0.0.1:{port}");
    ports.iter().map(both).collect::<Vec<_>>().join(",")
}

/// The sandbox forgets everything when it ends, so relink-server starts anew with it.
fn fresh_database(folder: &Path) -> Result<PathBuf, Failure> {
    let database = folder.join("relink.sqlite");
    for suffix in ["", "-wal", "-shm"] {
        let file = folder.join(format!("relink.sqlite{suffix}"));
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
    lines: Mutex<Receiver<String>>,
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
        Ok(Self { name, running, lines: Mutex::new(lines), last, readers, log })
    }

    /// The first line on standard output: a server that chose its address says so there.
    pub fn first_line(&mut self) -> Result<String, Failure> {
        let line = self.lines.get_mut().unwrap_or_else(PoisonError::into_inner).recv_timeout(START);
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

    /// Asks it to end, as a service manager does.
    pub fn ask_to_end(&self) {
        self.running.ask_to_end();
    }

    /// Whether it has ended.
    pub fn has_ended(&mut self) -> Result<bool, Failure> {
        let ended = self.running.ended();
        let failed = |source| Failure::Io { doing: format!("watching the {}", self.name), source };
        ended.map(|ended| ended.is_some()).map_err(failed)
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
