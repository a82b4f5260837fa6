//! Work before proof: what anybody may post to `/webhooks/stripe` without a secret, and what it costs.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::came::Came;
use super::place::{Place, Site};
use super::wire::{Answer, From, at_once, request, send, tally};
use crate::failure::Failure;

/// The largest body that is taken.
const BODY: usize = 512 * 1024;
/// How long one such request may take, on a machine that is busy with others too.
const QUICK: Duration = Duration::from_millis(1500);

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

fn post(signature: &str, body: &[u8]) -> Vec<u8> {
    request(
        "POST",
        "/webhooks/stripe",
        &[("Stripe-Signature", signature), ("Content-Type", "application/json")],
        Some(body),
    )
}

fn flood(place: &Place, threads: usize, count: usize, signature: &str, body: &[u8]) -> Vec<Answer> {
    let requests = vec![post(signature, body); count];
    at_once(threads, &requests, |bytes| send(From::Attacker, place.port, bytes))
}

fn judge(answers: &[Answer]) -> Came {
    let slowest = answers.iter().map(|answer| answer.took).max().unwrap_or_default();
    let is_refused =
        answers.iter().all(|answer| answer.status != 200 && answer.status < 500) && slowest < QUICK;
    Came::of(is_refused, format!("{}; the slowest took {} ms", tally(answers), slowest.as_millis()))
}

/// A header of a hundred thousand signatures above the largest body.
pub fn hundred_thousand(_: &Site, place: &mut Place) -> Result<Came, Failure> {
    let signature = format!("t={}{}", now(), ",v1=".repeat(100_000));
    Ok(judge(&flood(place, 2, 8, &signature, &vec![b'x'; BODY])))
}

/// A header that is as long as servers usually take, full of signatures that look right.
pub fn eight_kilobytes(_: &Site, place: &mut Place) -> Result<Came, Failure> {
    let signature = format!("t={}{}", now(), format!(",v1={}", "0".repeat(64)).repeat(118));
    Ok(judge(&flood(place, 4, 40, &signature, &vec![b'x'; BODY])))
}

/// The longest header that is read at all, with as many signatures as are compared.
pub fn well_formed(_: &Site, place: &mut Place) -> Result<Came, Failure> {
    let signature = format!("t={}{}", now(), format!(",v1={}", "0".repeat(64)).repeat(8));
    Ok(judge(&flood(place, 4, 120, &signature, &vec![b'x'; BODY])))
}

/// Signed with the right scheme by somebody who has another secret, or an old one, or none; and a body after a right start.
pub fn forged(_: &Site, place: &mut Place) -> Result<Came, Failure> {
    let body = br#"{"id":"evt_1","type":"financial_connections.account.deactivated","data":{"object":{"id":"fca_many"}}}"#;
    let before = place.stripe_calls();
    let mut answers = Vec::new();
    for signature in [
        String::new(),
        format!("t={},v1=", now()),
        format!("t={},v1={}", now(), "0".repeat(64)),
        format!("t={},v0={}", now(), "0".repeat(64)),
        format!("t=0,v1={}", "0".repeat(64)),
        format!("t={},v1={}", i64::MIN, "0".repeat(64)),
        format!("t={},t={},v1={}", now(), now() + 1, "f".repeat(64)),
    ] {
        answers.push(send(From::Attacker, place.port, &post(&signature, body)));
    }
    let asked = place.stripe_calls() - before;
    let is_refused = answers.iter().all(Answer::refuses) && asked == 0;
    Ok(Came::of(is_refused, format!("{}; Stripe was asked {asked} times", tally(&answers))))
}
