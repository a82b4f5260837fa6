//! The second factor, as somebody attacks it who knows the password and has looked over a shoulder once.

use std::time::{SystemTime, UNIX_EPOCH};

use sha1::{Digest, Sha1};

use super::came::Came;
use super::place::{Place, STAFF, form};
use super::wire::{Answer, From, at_once, request, send};
use crate::failure::Failure;

/// Seconds that a code is shown.
const STEP: u64 = 30;
const SET_UP: &str = "/dashboard/second-factor";
const ASKS: &str = "/dashboard/sign-in/code";

/// Sets a second factor up, and then tries everything that must not work.
pub fn attack(place: &Place) -> Result<Came, Failure> {
    let cookie = place.sign_in(From::Operator, STAFF.0, STAFF.1).cookie().unwrap_or_default();
    let page = get(place, SET_UP, &cookie).text();
    let key = base32(&between(&page, "<code class=\"key\">", "</code>"));
    if key.is_empty() {
        return Err(place.broken("the second factor cannot be set up"));
    }
    let step = now_step();
    let fields = format!(
        "csrf_token={}&sealed={}&code={}",
        form(&hidden(&page, "csrf_token")),
        form(&hidden(&page, "sealed")),
        code(&key, step)
    );
    let set = post(place, From::Operator, SET_UP, &cookie, &fields);
    let recovery: Vec<String> = set
        .text()
        .split("<li><code>")
        .skip(1)
        .map(|rest| rest.split('<').next().unwrap_or_default().to_owned())
        .collect();
    if set.status != 200 || recovery.is_empty() {
        return Err(place.broken(&format!("the second factor is not taken: {}", set.outcome())));
    }
    let mut fell = Vec::new();
    // The code of the next step is good now, once.
    let next = code(&key, step + 1);
    let first = answer(place, &format!("code={next}"));
    if !is_in(&first) {
        fell.push(format!("the right code is refused: {}", first.outcome()));
    }
    for (what, fields) in [
        ("the same code again", format!("code={next}")),
        ("the code that set it up", format!("code={}", code(&key, step))),
        ("a code of five minutes ago", format!("code={}", code(&key, step - 10))),
        ("no code", "code=".to_owned()),
    ] {
        if is_in(&answer(place, &fields)) {
            fell.push(format!("{what} is taken"));
        }
    }
    let used = format!("recovery={}", form(&recovery[0]));
    if !is_in(&answer(place, &used)) {
        fell.push("a recovery code is refused".to_owned());
    }
    if is_in(&answer(place, &used)) {
        fell.push("a recovery code is good twice".to_owned());
    }
    let half = place.sign_in(From::Attacker, STAFF.0, STAFF.1).cookie().unwrap_or_default();
    if get(place, "/dashboard", &half).status == 200 {
        fell.push("the password alone opens the dashboard".to_owned());
    }
    // Forty guesses at once, a right code last: by then the factor is locked.
    let page = get(place, ASKS, &half).text();
    let proof = format!("csrf_token={}", form(&hidden(&page, "csrf_token")));
    let guesses: Vec<Vec<u8>> =
        (0..39).map(|guess| format!("{proof}&code={guess:06}").into_bytes()).collect();
    let guesses = at_once(20, &guesses, |fields| {
        post(place, From::Attacker, ASKS, &half, &String::from_utf8_lossy(fields))
    });
    let last = post(place, From::Attacker, ASKS, &half, &format!("{proof}&recovery={}", form(&recovery[1])));
    if is_in(&last) || guesses.iter().any(is_in) {
        fell.push("forty guesses are taken, the right one last".to_owned());
    }
    Ok(match fell.is_empty() {
        true => Came::of(
            true,
            "used codes, old ones, the password alone and forty guesses: all refused; the right code works",
        ),
        false => Came::of(false, fell.join("; ")),
    })
}

fn is_in(answer: &Answer) -> bool {
    answer.status == 303 && answer.header("location").ends_with("/dashboard")
}

/// Signs in by password and answers the second question.
fn answer(place: &Place, fields: &str) -> Answer {
    let half = place.sign_in(From::Operator, STAFF.0, STAFF.1).cookie().unwrap_or_default();
    let page = get(place, ASKS, &half).text();
    post(
        place,
        From::Operator,
        ASKS,
        &half,
        &format!("csrf_token={}&{fields}", form(&hidden(&page, "csrf_token"))),
    )
}

fn get(place: &Place, path: &str, cookie: &str) -> Answer {
    send(
        From::Operator,
        place.dashboard,
        &request("GET", path, &[("Cookie", cookie), ("Accept", "text/html")], None),
    )
}

fn post(place: &Place, from: From, path: &str, cookie: &str, fields: &str) -> Answer {
    let headers = [("Cookie", cookie), ("Content-Type", "application/x-www-form-urlencoded")];
    send(from, place.dashboard, &request("POST", path, &headers, Some(fields.as_bytes())))
}

fn hidden(page: &str, name: &str) -> String {
    between(page, &format!("name=\"{name}\" value=\""), "\"")
}

fn between(page: &str, before: &str, after: &str) -> String {
    page.split(before).nth(1).and_then(|rest| rest.split(after).next()).unwrap_or_default().to_owned()
}

fn now_step() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs() / STEP
}

/// RFC 4648's base32, with or without spaces.
fn base32(text: &str) -> Vec<u8> {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let (mut bytes, mut held, mut bits) = (Vec::new(), 0u32, 0);
    for value in text.bytes().filter_map(|byte| LETTERS.iter().position(|letter| *letter == byte)) {
        held = held << 5 | value as u32;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits) as u8);
        }
    }
    bytes
}

/// The code of a step: RFC 6238 with SHA-1 and six digits, as every authenticator app has it.
fn code(key: &[u8], step: u64) -> String {
    let tag = hmac_sha1(key, &step.to_be_bytes());
    let at = usize::from(tag[19] & 15);
    let word = u32::from_be_bytes([tag[at] & 0x7f, tag[at + 1], tag[at + 2], tag[at + 3]]);
    format!("{:06}", word % 1_000_000)
}

/// HMAC of a key that is no longer than a block.
fn hmac_sha1(key: &[u8], text: &[u8]) -> [u8; 20] {
    let pad = |with: u8| {
        let mut block = [with; 64];
        block.iter_mut().zip(key).for_each(|(byte, key)| *byte ^= key);
        block
    };
    let inner = Sha1::new().chain_update(pad(0x36)).chain_update(text).finalize();
    Sha1::new().chain_update(pad(0x5c)).chain_update(inner).finalize().into()
}

#[cfg(test)]
mod tests {
    use super::{base32, code};

    #[test]
    fn codes_are_those_of_rfc_6238() {
        let key = b"12345678901234567890";
        assert_eq!((code(key, 1), code(key, 37_037_036)), ("287082".to_owned(), "081804".to_owned()));
        assert_eq!(base32("GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"), key);
    }
}
