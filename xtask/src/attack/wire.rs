//! HTTP as an attacker writes it: bytes on a connection, whole, in halves, or wrong on purpose. A client that keeps the rules
//! could not send most of what is sent here.
//!
//! Everything goes to this machine. Who attacks, who is a customer and who operates have addresses of their own in
//! `127.0.0.0/8`, so that a limit by address meets the right one.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddrV4, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// How long an answer is waited for, unless an attack says otherwise.
pub const PATIENCE: Duration = Duration::from_secs(5);
/// How long requests are sent for, at the most.
const BUDGET: Duration = Duration::from_secs(13);
/// The most of an answer that is read, in bytes.
const LARGEST: usize = 8 * 1024 * 1024;

/// From which address of this machine a connection comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum From {
    /// The merchant's own server, and whoever operates.
    Operator,
    /// Honest customers.
    Customer,
    /// Whoever attacks.
    Attacker,
    /// Somebody else, by number.
    Other(u8),
}

impl From {
    /// The address.
    pub fn address(self) -> Ipv4Addr {
        match self {
            Self::Operator => Ipv4Addr::LOCALHOST,
            Self::Customer => Ipv4Addr::new(127, 0, 0, 10),
            Self::Attacker => Ipv4Addr::new(127, 0, 0, 66),
            Self::Other(number) => Ipv4Addr::new(127, 0, 1, number),
        }
    }
}

/// A connection to `port` of this machine. `patience` bounds connecting, each write and each read.
pub fn connect(from: From, port: u16, patience: Duration) -> io::Result<TcpStream> {
    let stream = connected(from, port, patience)?;
    stream.set_read_timeout(Some(patience))?;
    stream.set_write_timeout(Some(patience))?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// On Linux the whole of `127.0.0.0/8` is this machine's, and a connection may come from any of it.
#[cfg(target_os = "linux")]
fn connected(from: From, port: u16, patience: Duration) -> io::Result<TcpStream> {
    use rustix::net::{AddressFamily, SocketType, bind, connect, socket, sockopt};
    let socket = socket(AddressFamily::INET, SocketType::STREAM, None)?;
    // This one bounds connecting too.
    sockopt::set_socket_timeout(&socket, sockopt::Timeout::Send, Some(patience))?;
    bind(&socket, &SocketAddrV4::new(from.address(), 0))?;
    connect(&socket, &SocketAddrV4::new(Ipv4Addr::LOCALHOST, port))?;
    Ok(socket.into())
}

/// Elsewhere there is one address only.
#[cfg(not(target_os = "linux"))]
fn connected(_: From, port: u16, patience: Duration) -> io::Result<TcpStream> {
    TcpStream::connect_timeout(&SocketAddrV4::new(Ipv4Addr::LOCALHOST, port).into(), patience)
}

/// An answer as it came.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// The status; 0 where the connection ended without one.
    pub status: u16,
    /// The status line and the headers.
    pub head: String,
    /// The body, still in chunks where it came so.
    pub body: Vec<u8>,
    /// How long it took, from the first byte sent to the last byte read.
    pub took: Duration,
}

impl Answer {
    /// Whether it is a good one.
    pub fn is_good(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Whether it refuses: the server answered, and neither did what was asked nor broke.
    pub fn refuses(&self) -> bool {
        (400..500).contains(&self.status) || self.status == 503
    }

    /// The values of a header, in order.
    pub fn headers<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        let lines = self.head.lines().skip(1).filter_map(|line| line.split_once(':'));
        lines.filter(move |(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }

    /// The first value of a header, or nothing.
    pub fn header(&self, name: &str) -> &str {
        self.headers(name).next().unwrap_or_default()
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A text of a JSON body.
    pub fn field(&self, name: &str) -> Option<String> {
        let text = self.text();
        // A chunked body is told from its first brace to its last.
        let json = text.get(text.find('{')?..=text.rfind('}')?)?;
        let json: serde_json::Value = serde_json::from_str(json).ok()?;
        json[name].as_str().map(str::to_owned)
    }

    /// `name=value` of the cookie that the answer sets, to be sent back.
    pub fn cookie(&self) -> Option<String> {
        let set = self
            .headers("set-cookie")
            .find(|set| set.split_once('=').is_some_and(|(_, value)| !value.starts_with(';')))?;
        set.split(';').next().map(str::to_owned)
    }

    /// The status, or what happened instead.
    pub fn outcome(&self) -> String {
        if self.status == 0 { "no answer".to_owned() } else { self.status.to_string() }
    }
}

/// A request of one connection. `body` of `None` sends none and says nothing of one.
pub fn request(method: &str, path: &str, headers: &[(&str, &str)], body: Option<&[u8]>) -> Vec<u8> {
    let mut request = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
    if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
        request.push_str("Host: localhost\r\n");
    }
    for (name, value) in headers {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    if let Some(body) = body {
        request.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    request.push_str("\r\n");
    let mut request = request.into_bytes();
    request.extend_from_slice(body.unwrap_or_default());
    request
}

/// Sends bytes on a connection of their own, and reads what comes to its end. A server that answers before it has read everything
/// and hangs up is heard all the same.
pub fn send(from: From, port: u16, bytes: &[u8]) -> Answer {
    send_within(from, port, bytes, PATIENCE)
}

/// The same within a time.
pub fn send_within(from: From, port: u16, bytes: &[u8], patience: Duration) -> Answer {
    let begun = Instant::now();
    let answer = connect(from, port, patience).and_then(|mut stream| {
        let written = stream.write_all(bytes);
        let answer = read(&mut stream, begun + patience);
        written.or(Ok::<_, io::Error>(())).and(Ok(answer))
    });
    Answer { took: begun.elapsed(), ..answer.unwrap_or_default() }
}

/// Reads an answer to the end of the connection, or until a moment.
pub fn read(stream: &mut TcpStream, until: Instant) -> Answer {
    let begun = Instant::now();
    let mut bytes = Vec::new();
    let mut buffer = vec![0; 64 * 1024];
    while bytes.len() < LARGEST {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() || stream.set_read_timeout(Some(left)).is_err() {
            break;
        }
        match stream.read(&mut buffer) {
            Ok(0) => break,
            Ok(length) => bytes.extend_from_slice(&buffer[..length]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => break,
        }
    }
    Answer { took: begun.elapsed(), ..parse(&bytes) }
}

/// What is half sent is not kept waiting for by the system when we are done.
pub fn hang_up(stream: &TcpStream) {
    drop(stream.shutdown(Shutdown::Both));
}

fn parse(bytes: &[u8]) -> Answer {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n");
    let Some(end) = end else { return Answer::default() };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let status =
        head.strip_prefix("HTTP/1.").and_then(|rest| rest.get(2..5)).and_then(|code| code.parse().ok());
    Answer { status: status.unwrap_or_default(), head, body: bytes[end + 4..].to_vec(), took: Duration::ZERO }
}

/// A value that no two requests of this program share.
pub fn unique(name: &str) -> String {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    format!("{name}-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// These requests from so many threads, each in turn; the answers in no order. After [`BUDGET`] no more is sent: an attack is
/// bounded, whatever the server does.
pub fn at_once(threads: usize, requests: &[Vec<u8>], send: impl Fn(&[u8]) -> Answer + Sync) -> Vec<Answer> {
    let next = AtomicUsize::new(0);
    let begun = Instant::now();
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| {
                    let mut answers = Vec::new();
                    while let Some(request) = requests.get(next.fetch_add(1, Ordering::Relaxed)) {
                        if begun.elapsed() > BUDGET {
                            break;
                        }
                        answers.push(send(request));
                    }
                    answers
                })
            })
            .collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap_or_default()).collect()
    })
}

/// Counts statuses: `3 × 200, 297 × 429`.
pub fn tally<'a>(answers: impl IntoIterator<Item = &'a Answer>) -> String {
    let mut counts = std::collections::BTreeMap::new();
    for answer in answers {
        *counts.entry(answer.outcome()).or_insert(0usize) += 1;
    }
    counts.iter().map(|(outcome, count)| format!("{count} × {outcome}")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::{Answer, parse, request};

    #[test]
    fn an_answer_is_read_as_it_came() {
        let answer = parse(b"HTTP/1.1 303 See Other\r\nSet-Cookie: a=; Max-Age=0\r\nset-cookie: b=1; HttpOnly\r\n\r\n{\"id\":\"x\"}");
        assert_eq!((answer.status, answer.cookie().as_deref()), (303, Some("b=1")));
        assert_eq!(answer.field("id").as_deref(), Some("x"));
        assert_eq!(parse(b"HTTP/1.1 200 OK\r\n").outcome(), "no answer");
    }

    #[test]
    fn a_refusal_is_an_answer_and_silence_is_none() {
        let of = |status| Answer { status, ..Answer::default() };
        assert!(of(429).refuses() && of(503).refuses() && of(404).refuses());
        assert!(!of(0).refuses() && !of(200).refuses() && !of(500).refuses());
    }

    #[test]
    fn a_request_has_one_host() {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
        assert!(text(request("GET", "/", &[], None)).contains("Host: localhost\r\n"));
        let named = text(request("POST", "/", &[("host", "evil.example")], Some(b"x")));
        assert!(!named.contains("localhost") && named.ends_with("Content-Length: 1\r\n\r\nx"));
    }
}
