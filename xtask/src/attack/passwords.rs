//! Check, then act; and passwords as unbounded work.

use std::io::Write;
use std::time::{Duration, Instant};

use super::came::Came;
use super::place::{Place, STAFF, Site, sign_in_request};
use super::wire::{Answer, From, at_once, connect, read, send, tally};
use crate::failure::Failure;

fn is_in(answer: &Answer) -> bool {
    answer.status == 303 && answer.cookie().is_some()
}

/// Forty guesses at one name, all on their way before the first is answered, the right one last.
pub fn forty_at_once(_: &Site, place: &mut Place) -> Result<Came, Failure> {
    let failed = |source| Failure::Io { doing: "forty guesses".to_owned(), source };
    let mut connections = Vec::new();
    for _ in 0..40 {
        connections.push(connect(From::Attacker, place.dashboard, Duration::from_secs(18)).map_err(failed)?);
    }
    for (turn, connection) in connections.iter_mut().enumerate() {
        let password = if turn == 39 { STAFF.1.to_owned() } else { format!("guess number {turn:04}") };
        // A server that will hear no more hangs up: that is an answer too.
        drop(connection.write_all(&sign_in_request(STAFF.0, &password)));
    }
    let until = Instant::now() + Duration::from_secs(18);
    let answers: Vec<Answer> = connections.iter_mut().map(|connection| read(connection, until)).collect();
    Ok(of_ten_tries(&answers))
}

/// Which of many at once come first is nobody's to say, and the right one may be among the ten that a name has. What must not be is an
/// eleventh that is looked at.
fn of_ten_tries(answers: &[Answer]) -> Came {
    let answered = answers.iter().any(|answer| answer.status != 0);
    let looked_at = answers.iter().filter(|answer| answer.status == 401 || is_in(answer)).count();
    Came::of(answered && looked_at <= 10, format!("{}; {looked_at} looked at", tally(answers)))
}

/// The same from forty addresses: the limit is the name's, not the address's.
pub fn forty_addresses(_: &Site, place: &mut Place) -> Result<Came, Failure> {
    let numbered: Vec<Vec<u8>> = (0..40u8).map(|number| vec![number]).collect();
    let answers = at_once(20, &numbered, |number| {
        let number = number[0];
        // The right one comes when the others are on their way.
        if number == 39 {
            std::thread::sleep(Duration::from_millis(300));
        }
        let password = if number == 39 { STAFF.1.to_owned() } else { format!("guess number {number:04}") };
        send(From::Other(number + 1), place.dashboard, &sign_in_request(STAFF.0, &password))
    });
    Ok(of_ten_tries(&answers))
}

/// One password tried at many names, from one address: no name is ever locked by it.
pub fn spray(_: &Site, place: &mut Place) -> Result<Came, Failure> {
    let requests: Vec<Vec<u8>> = (0..80)
        .map(|name| sign_in_request(&format!("staff{name}@pinegrove.example"), "Winter2026! and more"))
        .collect();
    let answers = at_once(8, &requests, |bytes| send(From::Attacker, place.dashboard, bytes));
    let stopped = answers.iter().filter(|answer| answer.status == 429).count();
    Ok(Came::of(stopped > 0, format!("{}: {stopped} of 80 were stopped for their address", tally(&answers))))
}

/// The same, with another address in `X-Forwarded-For` each time, of a server that has no proxy in front.
pub fn spray_with_false_addresses(_: &Site, place: &mut Place) -> Result<Came, Failure> {
    let requests: Vec<Vec<u8>> = (0..80)
        .map(|name| {
            let plain = sign_in_request(&format!("staff{name}@pinegrove.example"), "Winter2026! and more");
            let mut request = b"POST /dashboard/sign-in HTTP/1.1\r\n".to_vec();
            request.extend_from_slice(format!("X-Forwarded-For: 203.0.113.{name}\r\nForwarded: for=203.0.113.{name}\r\nX-Real-IP: 203.0.113.{name}\r\n").as_bytes());
            let rest = plain.windows(2).position(|window| window == b"\r\n").unwrap_or_default() + 2;
            request.extend_from_slice(&plain[rest..]);
            request
        })
        .collect();
    let answers = at_once(8, &requests, |bytes| send(From::Attacker, place.dashboard, bytes));
    let stopped = answers.iter().filter(|answer| answer.status == 429).count();
    Ok(Came::of(stopped > 0, format!("{}: {stopped} of 80 were stopped for their address", tally(&answers))))
}

/// 560 posts of passwords from 32 connections: hashing is slow on purpose, and must not be the others' to wait for.
pub fn five_hundred_and_sixty(_: &Site, place: &mut Place) -> Result<Came, Failure> {
    let requests: Vec<Vec<u8>> = (0..560)
        .map(|turn| sign_in_request(&format!("staff{turn}@pinegrove.example"), "a password of some length"))
        .collect();
    let begun = Instant::now();
    let answers = at_once(32, &requests, |bytes| send(From::Attacker, place.dashboard, bytes));
    let hashed = answers.iter().filter(|answer| answer.status == 401).count();
    let broke = answers.iter().filter(|answer| answer.status >= 500 && answer.status != 503).count();
    Ok(Came::of(
        broke == 0 && hashed < 100,
        format!("{} in {:.1} s; {hashed} were hashed", tally(&answers), begun.elapsed().as_secs_f64()),
    ))
}

/// The same from a hundred addresses, as a rented network has them.
pub fn from_a_hundred_addresses(_: &Site, place: &mut Place) -> Result<Came, Failure> {
    let requests: Vec<Vec<u8>> = (0..300u16).map(|turn| vec![(turn % 100) as u8]).collect();
    let begun = Instant::now();
    let answers = at_once(32, &requests, |number| {
        let bytes =
            sign_in_request(&format!("staff{}@pinegrove.example", number[0]), "a password of some length");
        send(From::Other(number[0] + 1), place.dashboard, &bytes)
    });
    let stopped = answers.iter().filter(|answer| matches!(answer.status, 429 | 503)).count();
    Ok(Came::of(stopped > 0, format!("{} in {:.1} s", tally(&answers), begun.elapsed().as_secs_f64())))
}
