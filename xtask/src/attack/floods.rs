//! Unbounded work: half-sent requests, idle and slow connections, and sessions without number.

use std::collections::BTreeSet;
use std::io::Write;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::came::Came;
use super::link;
use super::place::{Place, Site, session_request};
use super::wire::{Answer, From, at_once, connect, hang_up, request, send, tally, unique};
use crate::failure::Failure;

/// A half-sent request is held so long.
const HELD: Duration = Duration::from_secs(6);
/// How long connections are opened at the most.
const OPENING: Duration = Duration::from_secs(6);
/// How long the server may take to stop, whatever is open: the 10 s that it gives itself, and some for a slow machine.
const DEADLINE: Duration = Duration::from_secs(15);
/// The customer who asks for too much.
const GREEDY: &str = "cus_many";
/// How many sessions one customer, or one link, may get in a moment. In each further second it may be one more.
const MANY: usize = 40;
/// How many reads one customer may make in a moment, and in each further second.
const READS: usize = 120;
const READS_A_SECOND: usize = 10;
/// How many a customer may have open about one account, however many are asked for at once.
const OPEN: usize = 3;

/// Opens so many connections and writes the same on each; fewer where the server takes no more.
fn open(place: &Place, count: usize, bytes: &[u8]) -> Vec<TcpStream> {
    let begun = Instant::now();
    let mut open = Vec::new();
    for _ in 0..count {
        if let Ok(mut stream) = connect(From::Attacker, place.port, Duration::from_millis(500)) {
            drop(stream.write_all(bytes));
            open.push(stream);
        }
        // A server that takes no more makes each of us wait.
        if begun.elapsed() > OPENING {
            break;
        }
    }
    open
}

/// Sends a byte on each now and then, so that none is idle; answers how many still took one at the end.
fn trickle(streams: &mut [TcpStream], byte: &[u8]) -> usize {
    let begun = Instant::now();
    let mut alive = streams.len();
    while begun.elapsed() < HELD {
        std::thread::sleep(Duration::from_millis(500));
        alive = streams.iter_mut().filter_map(|stream| stream.write_all(byte).ok()).count();
    }
    alive
}

fn halves(place: &Place, start: &[u8], byte: &[u8]) -> Came {
    let mut streams = open(place, 300, start);
    let opened = streams.len();
    let alive = trickle(&mut streams, byte);
    streams.iter().for_each(hang_up);
    // Whether others were shut out is the bystanders' to say.
    Came::of(true, format!("{opened} of 300 opened, {alive} still held after {} s", HELD.as_secs()))
}

/// 300 requests whose headers never end, with 256 files for the server.
pub fn half_heads(_: &Site, place: &mut Place) -> Result<Came, Failure> {
    Ok(halves(place, b"GET /livez HTTP/1.1\r\nHost: localhost\r\nX-Slow: ", b"x"))
}

/// 300 requests whose bodies never end.
pub fn half_bodies(_: &Site, place: &mut Place) -> Result<Came, Failure> {
    let head = b"POST /webhooks/stripe HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 500000\r\n\r\n{";
    Ok(halves(place, head, b" "))
}

/// 300 connections that never say anything.
pub fn silent(_: &Site, place: &mut Place) -> Result<Came, Failure> {
    let streams = open(place, 300, b"");
    std::thread::sleep(HELD);
    streams.iter().for_each(hang_up);
    Ok(Came::of(true, format!("{} of 300 opened and kept silent for {} s", streams.len(), HELD.as_secs())))
}

/// 300 connections that have asked once and stay.
pub fn idle(_: &Site, place: &mut Place) -> Result<Came, Failure> {
    let streams = open(place, 300, b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n");
    std::thread::sleep(HELD);
    streams.iter().for_each(hang_up);
    Ok(Came::of(true, format!("{} of 300 asked once and stayed for {} s", streams.len(), HELD.as_secs())))
}

/// 200 connections that ask for a large file and do not read it.
pub fn slow_readers(_: &Site, place: &mut Place) -> Result<Came, Failure> {
    let streams = open(place, 200, b"GET /widget/large.bin HTTP/1.1\r\nHost: localhost\r\n\r\n");
    std::thread::sleep(HELD);
    streams.iter().for_each(hang_up);
    Ok(Came::of(
        true,
        format!("{} of 200 asked for 4 MB and read nothing for {} s", streams.len(), HELD.as_secs()),
    ))
}

/// Half-sent requests, idle connections and unread answers, and then the signal to stop.
pub fn stop_while_half_sent(_: &Site, place: &mut Place) -> Result<Came, Failure> {
    let parts: [&[u8]; 4] = [
        b"GET /livez HTTP/1.1\r\nHost: localhost\r\nX-Slow: ",
        b"POST /webhooks/stripe HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 500000\r\n\r\n{",
        b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /widget/large.bin HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ];
    let streams: Vec<TcpStream> = parts.iter().flat_map(|part| open(place, 15, part)).collect();
    std::thread::sleep(Duration::from_millis(300));
    let took = place.stop(DEADLINE)?;
    streams.iter().for_each(hang_up);
    Ok(match took {
        Some(took) => Came::of(
            true,
            format!("it stopped after {:.1} s with {} connections open", took.as_secs_f64(), streams.len()),
        ),
        None => Came::of(false, format!("it had not stopped after {} s", DEADLINE.as_secs())),
    })
}

/// How many different sessions were given, and what Stripe was asked for them; `most` is how many may be open about the same.
fn sessions(place: &Place, requests: &[Vec<u8>], most: Option<usize>) -> Came {
    let before = place.stripe_calls();
    let begun = Instant::now();
    let answers = at_once(30, requests, |bytes| send(From::Attacker, place.port, bytes));
    let allowed = MANY + begun.elapsed().as_secs() as usize;
    let asked = place.stripe_calls() - before;
    let given: BTreeSet<String> =
        answers.iter().filter(|answer| answer.is_good()).filter_map(|answer| answer.field("id")).collect();
    let broke = answers.iter().filter(|answer| answer.status == 0 || answer.status == 500).count();
    Came::of(
        given.len() <= most.unwrap_or(allowed) && asked <= 3 * allowed && broke == 0,
        format!(
            "{} in {:.1} s; {} different sessions, {asked} requests to Stripe",
            tally(&answers),
            begun.elapsed().as_secs_f64(),
            given.len()
        ),
    )
}

/// 300 sessions of one account by one customer, each with a key of its own.
pub fn sessions_by_token(_: &Site, place: &mut Place) -> Result<Came, Failure> {
    let token = place.token(GREEDY)?;
    let requests: Vec<Vec<u8>> = (0..300).map(|_| session_request(&token, "fca_many")).collect();
    Ok(sessions(place, &requests, Some(OPEN)))
}

/// 300 sessions of 300 accounts: there is none to be given again.
pub fn sessions_of_many_accounts(_: &Site, place: &mut Place) -> Result<Came, Failure> {
    let token = place.token(GREEDY)?;
    let requests: Vec<Vec<u8>> =
        (2..302).map(|number| session_request(&token, &format!("fca_many_{number:04}"))).collect();
    Ok(sessions(place, &requests, None))
}

/// 300 sessions by one link, without a sign-in.
pub fn sessions_by_link(_: &Site, place: &mut Place) -> Result<Came, Failure> {
    place.token(GREEDY)?;
    let (path, answer) = place.link("fca_many", &unique("link"));
    let path =
        path.ok_or_else(|| place.broken(&format!("no link: {} {}", answer.outcome(), answer.text())))?;
    let way = link::Way::follow(place, From::Attacker, &path)
        .ok_or_else(|| place.broken("the link's page cannot be followed to its relink API"))?;
    let requests: Vec<Vec<u8>> = (0..300).map(|_| way.session_request("fca_many")).collect();
    Ok(sessions(place, &requests, Some(OPEN)))
}

/// Links without number for one account, by a key that was stolen from the merchant.
pub fn links_by_key(_: &Site, place: &mut Place) -> Result<Came, Failure> {
    place.token(GREEDY)?;
    let bearer = format!("Bearer {}", place.key);
    let requests: Vec<Vec<u8>> = (0..300)
        .map(|_| {
            let key = unique("links");
            let headers = [
                ("Authorization", bearer.as_str()),
                ("Content-Type", "application/json"),
                ("Idempotency-Key", key.as_str()),
            ];
            request(
                "POST",
                "/v1/hosted_relinks",
                &headers,
                Some(br#"{"account":"fca_many","delivery":"url"}"#),
            )
        })
        .collect();
    let before = place.stripe_calls();
    let answers = at_once(30, &requests, |bytes| send(From::Attacker, place.port, bytes));
    let asked = place.stripe_calls() - before;
    let made = answers.iter().filter(|answer| answer.status == 201).count();
    // Links are given as often as a server asks: whether others had to wait is what counts.
    let broke = answers.iter().filter(|answer| answer.status == 500).count();
    Ok(Came::of(broke == 0, format!("{}; {made} links, {asked} requests to Stripe", tally(&answers))))
}

/// Reads of a pending session without a pause, by a customer with a thousand accounts: each may ask Stripe, and the database.
pub fn reads(_: &Site, place: &mut Place) -> Result<Came, Failure> {
    let token = place.token(GREEDY)?;
    let session = place
        .session(From::Attacker, &token, "fca_many")
        .field("id")
        .ok_or_else(|| place.broken("no session"))?;
    let bearer = format!("Bearer {token}");
    let one = request("GET", &format!("/relink/sessions/{session}"), &[("Authorization", &bearer)], None);
    let before = place.stripe_calls();
    let begun = Instant::now();
    let answers = at_once(20, &vec![one; 1000], |bytes| send(From::Attacker, place.port, bytes));
    let asked = place.stripe_calls() - before;
    let seconds = begun.elapsed().as_secs() as usize + 1;
    let read = answers.iter().filter(|answer| answer.is_good()).count();
    let is_told = |answer: &Answer| answer.status == 429 && !answer.header("retry-after").is_empty();
    Ok(Came::of(
        read <= READS + READS_A_SECOND * seconds
            && answers.iter().all(|answer| answer.is_good() || is_told(answer))
            && asked <= 6 * seconds + 20,
        format!("{}; {asked} requests to Stripe in {seconds} s", tally(&answers)),
    ))
}

/// Keys without number: a request that is wrong, each time with another `Idempotency-Key`, so that another answer is kept.
pub fn keys_without_number(_: &Site, place: &mut Place) -> Result<Came, Failure> {
    let token = place.token(GREEDY)?;
    let bearer = format!("Bearer {token}");
    let requests: Vec<Vec<u8>> = (0..1500)
        .map(|_| {
            let key = format!("{}-{}", unique("key"), "k".repeat(200));
            let headers = [
                ("Authorization", bearer.as_str()),
                ("Content-Type", "application/json"),
                ("Idempotency-Key", key.as_str()),
            ];
            request("POST", "/relink/sessions", &headers, Some(br#"{"account":"fca_of_nobody"}"#))
        })
        .collect();
    let (size, before) = (place.database().len(), place.stripe_calls());
    let answers = at_once(20, &requests, |bytes| send(From::Attacker, place.port, bytes));
    let (grown, asked) = (place.database().len().saturating_sub(size), place.stripe_calls() - before);
    let stopped = answers.iter().filter(|answer| answer.status == 429).count();
    Ok(Came::of(
        stopped > 1000,
        format!("{}; the database grew by {} KB, {asked} requests to Stripe", tally(&answers), grown / 1024),
    ))
}

/// Tokens and API keys that are none, without a pause.
pub fn wrong_bearers(_: &Site, place: &mut Place) -> Result<Came, Failure> {
    let requests: Vec<Vec<u8>> = (0..1500)
        .map(|turn| {
            let bearer = format!("Bearer {}{turn}", "mk_".repeat(100));
            let path =
                ["/v1/accounts?customer=cus_demo", "/relink/sessions/rls_1", "/v1/hosted_relinks/hrl_1"]
                    [turn % 3];
            request("GET", path, &[("Authorization", &bearer)], None)
        })
        .collect();
    let answers: Vec<Answer> = at_once(8, &requests, |bytes| send(From::Attacker, place.port, bytes));
    Ok(Came::of(answers.iter().all(Answer::refuses), tally(&answers)))
}
