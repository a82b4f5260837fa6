//! What is attacked: a relink-server of its own for each attack, with a fresh database, staff and an API key, and the sandbox as
//! Stripe behind a relay that counts what is asked of it. All of it is on this machine and ends with the attack.
//! Past 400 lines, since starting, filling and ending such a place are one thing to whoever attacks it.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::wire::{Answer, From, request, send, send_within, unique};
use crate::children::Running;
use crate::failure::Failure;
use crate::serve::{Server, free_port, number};
use crate::workspace;

/// Somebody of the staff: address and password.
pub const STAFF: (&str, &str) = ("nora@pinegrove.example", "a right and proper password");
/// What the sandbox and relink-server sign webhooks with.
pub const WEBHOOK_SECRET: &str = "whsec_0123456789abcdef0123456789abcdef";
/// What relink-server seals with at first.
pub const SECRET: &str = "b1946ac92492d2347c6235b4d2611184b1946ac92492d234";
/// Another.
pub const OTHER_SECRET: &str = "591785b794601e212b260e25925636fd591785b794601e21";
/// A file beside the widget's folder that nobody may get.
pub const CANARY: &str = "this file is beside the folder that is served";
/// The most that a program may take to start or to refuse.
const START: Duration = Duration::from_secs(10);

/// Where the programs are, and a folder for what they write.
pub struct Site {
    /// relink-server.
    pub server: PathBuf,
    /// The sandbox.
    pub sandbox: PathBuf,
    /// A folder of this run's own.
    pub folder: PathBuf,
}

/// How a start ended.
pub struct Start {
    /// The exit code; none where it served.
    pub code: Option<i32>,
    /// What it said.
    pub said: String,
}

impl Start {
    /// Whether it refused to serve, as an operator's mistake.
    pub fn is_refused(&self) -> bool {
        self.code == Some(2)
    }
}

/// relink-server with all that it needs.
pub struct Place {
    /// Where it listens.
    pub port: u16,
    /// Where staff see the dashboard: the same port, unless it has its own.
    pub dashboard: u16,
    /// The folder of its database and logs.
    pub folder: PathBuf,
    /// An API key.
    pub key: String,
    server: PathBuf,
    sandbox: PathBuf,
    environment: Vec<(String, String)>,
    files: Option<u32>,
    calls: Arc<AtomicUsize>,
    stripe: u16,
    relink: Option<Server>,
    _sandbox: Server,
}

impl Site {
    /// The environment of a relink-server for tests, without where it listens.
    fn environment(&self, folder: &Path, stripe: u16, mail: u16) -> Vec<(String, String)> {
        let of = |name: &str, value: String| (name.to_owned(), value);
        vec![
            of("RELINK_ALLOWED_ORIGINS", "http://shop.localhost:4000".into()),
            of("RELINK_SECRET", SECRET.into()),
            // No balancer is in front, which would have to hear first that this instance stops.
            of("RELINK_DRAIN_SECONDS", "0".into()),
            of("MERCHANT_NAME", "Pinegrove Market".into()),
            of("STRIPE_API_BASE", format!("http://127.0.0.1:{stripe}")),
            of("STRIPE_SECRET_KEY", "sk_test_sandbox".into()),
            of("STRIPE_PUBLISHABLE_KEY", "pk_test_sandbox".into()),
            of("STRIPE_WEBHOOK_SECRET", WEBHOOK_SECRET.into()),
            of("DATABASE_PATH", folder.join("relink.sqlite").display().to_string()),
            of("SMTP_URL", format!("smtp://127.0.0.1:{mail}")),
            of("MAIL_FROM", "Pinegrove Market <accounts@pinegrove.example>".into()),
            of("WIDGET_DIR", folder.join("widget").display().to_string()),
        ]
    }

    /// A place by name, where `changes` say what differs from the usual environment, and the server may open so many `files`.
    pub fn place(&self, name: &str, changes: &[(&str, &str)], files: Option<u32>) -> Result<Place, Failure> {
        let folder = self.folder.join(name);
        workspace::empty(&folder)?;
        workspace::write(&folder.join("widget/relink-widget.js"), "export {};\n".repeat(600))?;
        workspace::write(&folder.join("widget/large.bin"), vec![b'x'; 4 * 1024 * 1024])?;
        workspace::write(&folder.join("canary.txt"), CANARY)?;
        let (port, dashboard, mail, stripe) = ports()?;
        let mut sandbox = Command::new(&self.sandbox);
        sandbox
            .env("SANDBOX_LISTEN", "127.0.0.1:0")
            .env("SANDBOX_WEBHOOK_URL", format!("http://127.0.0.1:{port}/webhooks/stripe"))
            .env("SANDBOX_WEBHOOK_SECRET", WEBHOOK_SECRET)
            .env("SANDBOX_SMTP_LISTEN", format!("127.0.0.1:{mail}"));
        let mut sandbox = Server::start("sandbox", &mut sandbox, &folder)?;
        let calls = Arc::new(AtomicUsize::new(0));
        let address = sandbox.first_line()?;
        relay(stripe, address.trim_start_matches("http://").to_owned(), Arc::clone(&calls))?;
        let mut environment = self.environment(&folder, stripe, mail);
        environment.push(("RELINK_LISTEN".into(), format!("127.0.0.1:{port}")));
        environment.push(("RELINK_PUBLIC_URL".into(), format!("http://localhost:{port}")));
        let mut place = Place {
            port,
            dashboard: port,
            folder,
            key: String::new(),
            server: self.server.clone(),
            sandbox: self.sandbox.clone(),
            environment,
            files,
            calls,
            stripe,
            relink: None,
            _sandbox: sandbox,
        };
        // A server that knows a listener of its own for staff has one.
        if place.help().contains("RELINK_DASHBOARD_LISTEN") {
            place.dashboard = dashboard;
            place.set("RELINK_DASHBOARD_LISTEN", &format!("127.0.0.1:{dashboard}"));
        }
        for (name, value) in changes {
            place.set(name, value);
        }
        place.key = place.operated(&["api-key", "add", "attack"], "")?;
        place.operated(&["staff", "add", STAFF.0, "Nora", "agent"], STAFF.1)?;
        place.start()?;
        Ok(place)
    }
}

/// Four ports that are free, held at once so that no two are the same. They lie below those that a system gives to outgoing
/// connections: one of these may take a port in the moment before its server listens there.
fn ports() -> Result<(u16, u16, u16, u16), Failure> {
    let held = [20_000, 20_100, 20_200, 20_300].map(|from| free_port(from, false));
    let mut numbers = Vec::new();
    for port in held {
        numbers.push(number(&port?)?);
    }
    Ok((numbers[0], numbers[1], numbers[2], numbers[3]))
}

impl Place {
    /// Changes a variable for the next start; an empty value unsets it.
    pub fn set(&mut self, name: &str, value: &str) {
        self.environment.retain(|(known, _)| known != name);
        if !value.is_empty() {
            self.environment.push((name.to_owned(), value.to_owned()));
        }
    }

    /// A sandbox of another merchant's account. It has not said its address yet.
    pub fn other_sandbox(&self, account: &str) -> Result<Server, Failure> {
        let mut sandbox = Command::new(&self.sandbox);
        sandbox.env("SANDBOX_LISTEN", "127.0.0.1:0").env("SANDBOX_ACCOUNT", account);
        sandbox.env("SANDBOX_SMTP_LISTEN", "127.0.0.1:0");
        let folder = self.folder.join(account);
        workspace::empty(&folder)?;
        Server::start("sandbox", &mut sandbox, &folder)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        // A limit of open files is the shell's to set, and what it starts inherits it.
        let mut command = match self.files {
            Some(files) => {
                let mut shell = Command::new("sh");
                shell.args(["-c", &format!("ulimit -n {files} && exec \"$0\" \"$@\"")]).arg(&self.server);
                shell
            }
            None => Command::new(&self.server),
        };
        command.args(arguments).env_clear().envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
        command
    }

    /// Starts it with other settings, at the same port; false if it refuses them.
    pub fn start_with(&mut self, changes: &[(&str, &str)]) -> Result<bool, Failure> {
        if self.try_start(changes)?.code.is_some() {
            return Ok(false);
        }
        for (name, value) in changes {
            self.set(name, value);
        }
        self.start().map(|()| true)
    }

    /// Starts the server.
    pub fn start(&mut self) -> Result<(), Failure> {
        let mut relink = Server::start("relink-server", &mut self.command(&[]), &self.folder)?;
        relink.first_line()?;
        relink.answers(self.port)?;
        self.relink = Some(relink);
        // At its start it fetches every account, and that is no attack's doing.
        let begun = Instant::now();
        while begun.elapsed() < START && !self.log().contains("fetched") {
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// Stops it, with the signal that a service manager sends; answers how long it took, or nothing where it took longer
    /// than `patience`.
    pub fn stop(&mut self, patience: Duration) -> Result<Option<Duration>, Failure> {
        let Some(mut relink) = self.relink.take() else { return Ok(Some(Duration::ZERO)) };
        relink.ask_to_end();
        let asked = Instant::now();
        while asked.elapsed() < patience {
            if relink.has_ended()? {
                return Ok(Some(asked.elapsed()));
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(None)
    }

    /// Starts another relink-server in a changed environment, on this place's database unless the changes name another, and says
    /// whether it serves. It is ended at once.
    pub fn try_start(&self, changes: &[(&str, &str)]) -> Result<Start, Failure> {
        self.try_run(&[], changes)
    }

    /// The same with arguments.
    pub fn try_run(&self, arguments: &[&str], changes: &[(&str, &str)]) -> Result<Start, Failure> {
        let mut command = self.command(arguments);
        for (name, value) in
            [("RELINK_LISTEN", "127.0.0.1:0"), ("RELINK_DASHBOARD_LISTEN", "")].iter().chain(changes)
        {
            command.env_remove(name);
            if !value.is_empty() {
                command.env(name, value);
            }
        }
        start_or_refuse(&mut command)
    }

    /// What an operator's command says, and whether it did what it was told.
    pub fn operate(&self, arguments: &[&str], input: &str) -> Result<(bool, String), Failure> {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let failed = |source| Failure::Io { doing: format!("relink-server {}", arguments.join(" ")), source };
        let mut child = command.spawn().map_err(failed)?;
        if let Some(mut pipe) = child.stdin.take() {
            // A program that does not read its input says so on its standard error.
            drop(pipe.write_all(input.as_bytes()));
        }
        let output = child.wait_with_output().map_err(failed)?;
        let said =
            [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
        Ok((output.status.success(), said.trim().to_owned()))
    }

    /// The same, where it has to succeed.
    pub fn operated(&self, arguments: &[&str], input: &str) -> Result<String, Failure> {
        match self.operate(arguments, input)? {
            (true, said) => Ok(said),
            (false, said) => Err(Failure::Command {
                what: format!("relink-server {}", arguments.join(" ")),
                outcome: said,
            }),
        }
    }

    /// What it says of itself.
    pub fn help(&self) -> String {
        self.operate(&["--help"], "").map(|(_, said)| said).unwrap_or_default()
    }

    /// Whether an operator's command of that name is there.
    pub fn knows(&self, command: &str) -> bool {
        self.help().contains(&format!("relink-server {command}"))
    }

    /// What Stripe was asked so far, in requests.
    pub fn stripe_calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    /// Orders something of the sandbox: below `/v1/test_helpers/`, as a form.
    pub fn sandbox(&self, path: &str, form: &str) -> Answer {
        let headers = [
            ("Authorization", "Bearer sk_test_sandbox"),
            ("Content-Type", "application/x-www-form-urlencoded"),
        ];
        send(
            From::Operator,
            self.stripe,
            &request("POST", &format!("/v1/test_helpers/{path}"), &headers, Some(form.as_bytes())),
        )
    }

    /// All that the server has written to its log.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.join("relink-server.log")).unwrap_or_default()
    }

    /// Every byte of the database's files.
    pub fn database(&self) -> Vec<u8> {
        ["", "-wal"]
            .iter()
            .flat_map(|end| fs::read(self.folder.join(format!("relink.sqlite{end}"))).unwrap_or_default())
            .collect()
    }

    /// A request with a JSON body by the merchant's own server.
    pub fn api(&self, method: &str, path: &str, body: Option<&str>, more: &[(&str, &str)]) -> Answer {
        let bearer = format!("Bearer {}", self.key);
        let mut headers = vec![("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
        headers.extend_from_slice(more);
        send(From::Operator, self.port, &request(method, path, &headers, body.map(str::as_bytes)))
    }

    /// A customer's token.
    pub fn token(&self, customer: &str) -> Result<String, Failure> {
        let answer =
            self.api("POST", "/v1/customer_tokens", Some(&format!(r#"{{"customer":"{customer}"}}"#)), &[]);
        answer.field("token").ok_or_else(|| self.broken(&format!("no customer token: {}", answer.outcome())))
    }

    /// Begins a session.
    pub fn session(&self, from: From, token: &str, account: &str) -> Answer {
        send(from, self.port, &session_request(token, account))
    }

    /// A link for an account, `/r/…`, and the answer that gave it.
    pub fn link(&self, account: &str, key: &str) -> (Option<String>, Answer) {
        let body = format!(r#"{{"account":"{account}","delivery":"url"}}"#);
        let answer = self.api("POST", "/v1/hosted_relinks", Some(&body), &[("Idempotency-Key", key)]);
        let path = answer.field("url").and_then(|url| url.find("/r/").map(|at| url[at..].to_owned()));
        (path, answer)
    }

    /// Signs somebody of the staff in.
    pub fn sign_in(&self, from: From, email: &str, password: &str) -> Answer {
        // Hashing is slow on purpose, and in a test build slower.
        send_within(from, self.dashboard, &sign_in_request(email, password), Duration::from_secs(20))
    }

    /// The place does not do what it is for, so that nothing can be said of an attack.
    pub fn broken(&self, why: &str) -> Failure {
        let outcome = format!("{why}; its log is {}", self.folder.join("relink-server.log").display());
        Failure::Command { what: "relink-server".to_owned(), outcome }
    }
}

/// A POST that begins a session, with a key of its own.
pub fn session_request(token: &str, account: &str) -> Vec<u8> {
    let (bearer, key) = (format!("Bearer {token}"), unique("session"));
    let headers = [
        ("Authorization", bearer.as_str()),
        ("Idempotency-Key", key.as_str()),
        ("Content-Type", "application/json"),
    ];
    request("POST", "/relink/sessions", &headers, Some(format!(r#"{{"account":"{account}"}}"#).as_bytes()))
}

/// A POST of a password.
pub fn sign_in_request(email: &str, password: &str) -> Vec<u8> {
    let body = format!("email={}&password={}", form(email), form(password));
    let kind = [("Content-Type", "application/x-www-form-urlencoded")];
    request("POST", "/dashboard/sign-in", &kind, Some(body.as_bytes()))
}

/// A value of a form, with every byte encoded that is not a letter or a digit.
pub fn form(text: &str) -> String {
    let encode = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(encode).collect()
}

/// Whether a program serves, which it says by its first line, or refuses.
fn start_or_refuse(command: &mut Command) -> Result<Start, Failure> {
    let failed = |source| Failure::Io { doing: "starting relink-server".to_owned(), source };
    let mut running = Running::start(
        "relink-server",
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()),
    )?;
    let (told, tells) = std::sync::mpsc::channel();
    if let Some(stdout) = running.process().stdout.take() {
        std::thread::spawn(move || {
            let mut line = String::new();
            drop(BufReader::new(stdout).read_line(&mut line));
            drop(told.send(line));
        });
    }
    let line = tells.recv_timeout(START).unwrap_or_default();
    let begun = Instant::now();
    let mut code = None;
    // A first line is an address; its absence is an end that is near.
    while line.is_empty() && begun.elapsed() < START {
        if let Some(status) = running.ended().map_err(failed)? {
            code = Some(status.code().unwrap_or(-1));
            break;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    let mut said = line;
    if code.is_some()
        && let Some(mut stderr) = running.process().stderr.take()
    {
        drop(stderr.read_to_string(&mut said));
    }
    Ok(Start { code, said: said.trim().to_owned() })
}

/// Passes connections on to `upstream` and counts the requests in them. It goes on until this program ends.
fn relay(port: u16, upstream: String, calls: Arc<AtomicUsize>) -> Result<(), Failure> {
    let doing = || "relaying to the sandbox".to_owned();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .map_err(|source| Failure::Io { doing: doing(), source })?;
    std::thread::spawn(move || {
        for client in listener.incoming().map_while(Result::ok) {
            let (upstream, calls) = (upstream.clone(), Arc::clone(&calls));
            std::thread::spawn(move || {
                let Ok(server) = TcpStream::connect(&upstream) else { return };
                let (Ok(from_server), Ok(to_client)) = (server.try_clone(), client.try_clone()) else {
                    return;
                };
                std::thread::spawn(move || pass(from_server, to_client, None));
                pass(client, server, Some(&calls));
            });
        }
    });
    Ok(())
}

/// Passes bytes on, and counts the ends of request lines.
fn pass(mut from: TcpStream, mut to: TcpStream, calls: Option<&AtomicUsize>) {
    const END: &[u8] = b" HTTP/1.1\r\n";
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        let bytes = &buffer[..length];
        if let Some(calls) = calls {
            // A request's head is written at once, so that none is cut in two here.
            calls.fetch_add(
                bytes.windows(END.len()).filter(|window| *window == END).count(),
                Ordering::SeqCst,
            );
        }
        if to.write_all(bytes).is_err() {
            break;
        }
    }
    drop(to.shutdown(Shutdown::Write));
}
