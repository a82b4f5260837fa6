//! Whether a webhook comes from who it says: Stripe's scheme of signatures, made and checked.
//!
//! `t=<unix>,v1=<hex>,v1=<hex>…`, where each `v1` is the HMAC-SHA256 of `<unix>.<body>` under one secret; while a secret
//! is being rotated there are several. A crate of its own, without a server around it, so that it can be fuzzed against
//! another implementation.

use relink_wire::Secret;
use ring::hmac;
use std::fmt;

/// How old or how far ahead a signature may be, in seconds: Stripe's own tolerance.
pub const TOLERANCE: i64 = 300;

/// Why a delivery is not believed: always the sender's fault, or that of a wrong secret or clock here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There is no header, or no time in it.
    NoTime,
    /// None of the signatures is that of this body under this secret.
    DoesNotFit,
    /// It was signed too long ago, or in the future: a replay, or a clock that is wrong.
    OutOfTime,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoTime => "The signature is missing or has no time.",
            Self::DoesNotFit => "The signature does not fit the body.",
            Self::OutOfTime => "The signature is too old.",
        })
    }
}

impl std::error::Error for Refusal {}

/// The header for a body that is sent at `unix`.
pub fn sign(secret: &Secret, body: &[u8], unix: i64) -> String {
    let tag = hmac::sign(&key(secret), &message(unix.to_string().as_bytes(), body));
    let hex: String = tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("t={unix},v1={hex}")
}

/// Checks a header over the raw bytes of a body that came at `now`.
pub fn verify(secret: &Secret, header: &str, body: &[u8], now: i64) -> Result<(), Refusal> {
    let pairs = || header.split(',').filter_map(|pair| pair.trim().split_once('='));
    let time = pairs().find(|(name, _)| *name == "t").map(|(_, time)| time).unwrap_or_default();
    let signed_at: i64 = time.parse().map_err(|_| Refusal::NoTime)?;
    let (key, message) = (key(secret), message(time.as_bytes(), body));
    let fits = |tag: &str| unhex(tag).is_some_and(|tag| hmac::verify(&key, &message, &tag).is_ok());
    // Every one is looked at, so that the time taken does not tell which fitted.
    if pairs().filter(|(name, v1)| *name == "v1" && fits(v1)).count() == 0 {
        return Err(Refusal::DoesNotFit);
    }
    if now.saturating_sub(signed_at).saturating_abs() > TOLERANCE {
        return Err(Refusal::OutOfTime);
    }
    Ok(())
}

fn key(secret: &Secret) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA256, secret.expose().as_bytes())
}

fn message(time: &[u8], body: &[u8]) -> Vec<u8> {
    [time, b".", body].concat()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text.chars().map(|c| c.to_digit(16).map(|digit| digit as u8)).collect();
    let digits = digits.filter(|digits| digits.len() % 2 == 0)?;
    Some(digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect())
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
}
