//! The signature of a webhook, measured by another implementation: it is accepted exactly where the header has a time
//! within five minutes and a tag that RustCrypto's HMAC-SHA256 makes of that time and the body.

use crate::tape::Tape;
use hmac::{Hmac, Mac};
use relink_signature::{LONGEST_HEADER, MOST_SIGNATURES, Refusal, TOLERANCE, sign, verify};
use relink_wire::Secret;
use sha2::Sha256;

const SECRETS: [&str; 3] = ["whsec_test_1", "whsec_test_2", ""];
const NOW: i64 = 1_795_000_000;

/// The oracle. A fuzzer finds no HMAC by trying, so the tape may have the header signed, by the right secret or another,
/// at any time, and then cut and mixed.
pub fn judge(bytes: &[u8]) {
    let mut tape = Tape::new(bytes);
    let secret = SECRETS[usize::from(tape.byte()) % SECRETS.len()];
    let (how, off) = (tape.byte(), i64::from(tape.byte()) * 5 - 640);
    let split = usize::from(tape.byte());
    let rest = tape.rest();
    let (text, body) = rest.split_at(split.min(rest.len()));
    let text = String::from_utf8_lossy(text);
    let time = match how & 7 {
        0..=4 => (NOW + off).to_string(),
        5 => i64::MAX.to_string(),
        6 => i64::MIN.to_string(),
        7.. => text.split(',').next().unwrap_or_default().into(),
    };
    let signer = if how & 8 == 0 { secret } else { SECRETS[(usize::from(how) >> 6) % SECRETS.len()] };
    let tag = tag_of(signer, &time, body);
    let header = match (how >> 4) % 4 {
        0 => format!("t={time},v1={tag}"),
        1 => format!("t={time},v1={text},v1={tag}"),
        2 => format!("{text},v1={tag}, t={time}"),
        3.. => text.to_string(),
    };
    let refused = verify(&Secret::new(secret), &header, body, NOW).err();
    assert_eq!(refused, expected(secret, &header, body), "{header:?}");
    let ours = sign(&Secret::new(secret), body, NOW + off);
    assert_eq!(ours, format!("t={},v1={}", NOW + off, tag_of(secret, &(NOW + off).to_string(), body)));
}

/// What Stripe's documentation says of the header, within the bounds that ours sets.
fn expected(secret: &str, header: &str, body: &[u8]) -> Option<Refusal> {
    if header.len() > LONGEST_HEADER {
        return Some(Refusal::TooLong);
    }
    let (mut time, mut tags) = (None, Vec::new());
    for part in header.split(',').map(str::trim) {
        if let Some(value) = part.strip_prefix("t=") {
            time = time.or(Some(value));
        } else if let Some(value) = part.strip_prefix("v1=") {
            let is_a_tag = value.len() == 64 && value.bytes().all(|byte| byte.is_ascii_hexdigit());
            tags.extend(is_a_tag.then(|| value.to_lowercase()));
        }
    }
    let Some((time, at)) = time.and_then(|time| Some((time, time.parse::<i64>().ok()?))) else {
        return Some(Refusal::NoTime);
    };
    if (i128::from(NOW) - i128::from(at)).abs() > i128::from(TOLERANCE) {
        return Some(Refusal::OutOfTime);
    }
    tags.truncate(MOST_SIGNATURES);
    (!tags.contains(&tag_of(secret, time, body))).then_some(Refusal::DoesNotFit)
}

fn tag_of(secret: &str, time: &str, body: &[u8]) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else {
        unreachable!("HMAC takes a key of any length")
    };
    mac.update(time.as_bytes());
    mac.update(b".");
    mac.update(body);
    hex::encode(mac.finalize().into_bytes())
}
