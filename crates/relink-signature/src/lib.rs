//! Verifies who sent a webhook: Stripe's signature scheme, made and checked.
//!
//! `t=<unix>,v1=<hex>,v1=<hex>…`, where each `v1` is the HMAC-SHA256 of `<unix>.<body>` under one secret; while a secret
//! is being rotated there are several. A crate of its own, without a server around it, so that it can be fuzzed against
//! another implementation.

use hex::FromHex;
use relink_wire::Secret;
use ring::hmac;
use std::fmt;
use subtle::{Choice, ConstantTimeEq};

/// How old or how far ahead a signature may be, in seconds: Stripe's own tolerance.
pub const TOLERANCE: i64 = 300;

/// The longest header that is read, in bytes. Stripe's have some 150, and twice that while a secret is being rotated.
pub const LONGEST_HEADER: usize = 4096;
/// How many signatures of a header are compared. Stripe sends one for each secret that is valid: two at most.
pub const MOST_SIGNATURES: usize = 8;

/// Why a delivery is not believed: always the sender's fault, or that of a wrong secret or clock here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The header is longer than any that Stripe sends.
    TooLong,
    /// There is no header, or no time in it.
    NoTime,
    /// It was signed too long ago, or in the future: a replay, or a clock that is wrong.
    OutOfTime,
    /// None of the signatures is that of this body under this secret.
    DoesNotFit,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLong => "The signature header is too long.",
            Self::NoTime => "The signature is missing or has no time.",
            Self::OutOfTime => "The signature is too old, or its time is in the future.",
            Self::DoesNotFit => "The signature does not fit the body.",
        })
    }
}

impl std::error::Error for Refusal {}

/// The header for a body that is sent at `unix`.
pub fn sign(secret: &Secret, body: &[u8], unix: i64) -> String {
    sign_with_each([secret], body, unix)
}

/// The header with a signature under each secret: while a secret is being rotated, whoever knows one of the two can
/// check it.
pub fn sign_with_each<'a>(secrets: impl IntoIterator<Item = &'a Secret>, body: &[u8], unix: i64) -> String {
    let time = unix.to_string();
    secrets
        .into_iter()
        .fold(format!("t={time}"), |header, secret| header + ",v1=" + &hex::encode(tag(secret, &time, body)))
}

/// Checks a header over the raw bytes of a body that came at `now`.
///
/// Nobody has proved anything before this, so it does little: what is too long or out of time is refused before anything
/// is hashed, the body is hashed once, and at most [`MOST_SIGNATURES`] are compared, in constant time.
pub fn verify(secret: &Secret, header: &str, body: &[u8], now: i64) -> Result<(), Refusal> {
    verify_any(std::slice::from_ref(secret), header, body, now)
}

/// The same under any of these secrets: the current one and the one before. The body is hashed once for each.
pub fn verify_any(secrets: &[Secret], header: &str, body: &[u8], now: i64) -> Result<(), Refusal> {
    if header.len() > LONGEST_HEADER {
        return Err(Refusal::TooLong);
    }
    let pairs = || header.split(',').filter_map(|pair| pair.trim().split_once('='));
    let time = pairs().find(|(name, _)| *name == "t").map(|(_, time)| time).unwrap_or_default();
    let signed_at: i64 = time.parse().map_err(|_| Refusal::NoTime)?;
    if now.saturating_sub(signed_at).saturating_abs() > TOLERANCE {
        return Err(Refusal::OutOfTime);
    }
    let candidates: Vec<[u8; 32]> = pairs()
        .filter(|(name, _)| *name == "v1")
        .filter_map(|(_, text)| <[u8; 32]>::from_hex(text).ok())
        .take(MOST_SIGNATURES)
        .collect();
    if candidates.is_empty() {
        return Err(Refusal::DoesNotFit);
    }
    // Every signature is compared with every tag, so the time taken does not reveal which ones matched.
    let mut fits = Choice::from(0);
    for expected in secrets.iter().map(|secret| tag(secret, time, body)) {
        fits = candidates.iter().fold(fits, |fits, given| fits | given.ct_eq(expected.as_ref()));
    }
    if bool::from(fits) { Ok(()) } else { Err(Refusal::DoesNotFit) }
}

/// The HMAC-SHA256 of `<time>.<body>`.
fn tag(secret: &Secret, time: &str, body: &[u8]) -> hmac::Tag {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.expose().as_bytes());
    let mut context = hmac::Context::with_key(&key);
    for part in [time.as_bytes(), b".", body] {
        context.update(part);
    }
    context.sign()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_700_000_000;

    fn secret() -> Secret {
        Secret::new("whsec_sandbox")
    }

    /// The expected value is what Stripe's own client computes (`stripe.webhooks.generateTestHeaderString`).
    #[test]
    fn the_signature_is_the_one_that_stripes_client_makes() {
        let tag = "5c83ca56a76fc13716319e676dde1719da89def4594f7494e0b1de8abe94ed7d";
        assert_eq!(sign(&secret(), br#"{"id":"evt_1"}"#, NOW), format!("t={NOW},v1={tag}"));
    }

    #[test]
    fn what_was_signed_is_believed_for_five_minutes_either_way() {
        let header = sign(&secret(), b"{}", NOW);
        for now in [NOW - 300, NOW, NOW + 300] {
            assert_eq!(verify(&secret(), &header, b"{}", now), Ok(()));
        }
        for now in [NOW - 301, NOW + 301, i64::MIN, i64::MAX] {
            assert_eq!(verify(&secret(), &header, b"{}", now), Err(Refusal::OutOfTime));
        }
    }

    #[test]
    fn another_body_or_secret_or_no_time_is_refused() {
        let header = sign(&secret(), b"{}", NOW);
        assert_eq!(verify(&secret(), &header, b"{ }", NOW), Err(Refusal::DoesNotFit));
        assert_eq!(verify(&Secret::new("other"), &header, b"{}", NOW), Err(Refusal::DoesNotFit));
        assert_eq!(verify(&secret(), &header.replace("t=", "u="), b"{}", NOW), Err(Refusal::NoTime));
    }

    #[test]
    fn any_of_several_signatures_will_do() {
        let header = sign(&secret(), b"{}", NOW).replace(",v1", ",v1=beef,v0=x,v1");
        assert_eq!(verify(&secret(), &header, b"{}", NOW), Ok(()));
    }

    #[test]
    fn while_a_secret_is_rotated_either_of_two_is_believed_and_either_side_can_check() {
        let (old, new) = (Secret::new("whsec_old"), Secret::new("whsec_new"));
        let both = [new.clone(), old.clone()];
        for secret in &both {
            assert_eq!(verify_any(&both, &sign(secret, b"{}", NOW), b"{}", NOW), Ok(()));
            assert_eq!(verify(secret, &sign_with_each(&both, b"{}", NOW), b"{}", NOW), Ok(()));
        }
        assert_eq!(verify_any(&both, &sign(&secret(), b"{}", NOW), b"{}", NOW), Err(Refusal::DoesNotFit));
        assert_eq!(verify_any(&[], &sign(&secret(), b"{}", NOW), b"{}", NOW), Err(Refusal::DoesNotFit));
        assert_eq!(sign_with_each(&both, b"{}", NOW).matches(",v1=").count(), 2);
    }

    #[test]
    fn a_header_of_a_hundred_thousand_signatures_is_refused_unread() {
        let header = format!("t={NOW}{}", ",v1=beef".repeat(100_000));
        assert_eq!(verify(&secret(), &header, b"{}", NOW), Err(Refusal::TooLong));
    }

    #[test]
    fn only_the_first_eight_well_formed_signatures_are_compared() {
        let right = sign(&secret(), b"{}", NOW).replace(&format!("t={NOW},"), "");
        let wrong = format!("v1={}", "0".repeat(64));
        let header = |before: usize| format!("t={NOW},v1=no,{}{right}", format!("{wrong},").repeat(before));
        assert_eq!(verify(&secret(), &header(MOST_SIGNATURES - 1), b"{}", NOW), Ok(()));
        assert_eq!(verify(&secret(), &header(MOST_SIGNATURES), b"{}", NOW), Err(Refusal::DoesNotFit));
    }

    #[test]
    fn an_old_delivery_is_refused_for_its_age_before_its_signature_is_looked_at() {
        let old = format!("t={},v1={}", NOW - 301, "0".repeat(64));
        assert_eq!(verify(&secret(), &old, b"{}", NOW), Err(Refusal::OutOfTime));
    }
}
