//! The provider's keys. Only keys that are strong enough are accepted: RSA with 2048 bits or more, and ECDSA with
//! P-256. Symmetric keys are ignored.

use openidconnect::core::CoreJsonWebKeySet;
use serde_json::{Value, json};

/// More keys than this are not read.
const MOST: usize = 50;
/// Bytes of the shortest modulus.
const SHORTEST: usize = 256;

/// The keys of a set that may sign identity tokens; `None` if it is no key set.
pub(crate) fn read(set: &[u8]) -> Option<CoreJsonWebKeySet> {
    let set: Value = serde_json::from_slice(set).ok()?;
    let keys = set.get("keys")?.as_array()?;
    let good: Vec<&Value> = keys.iter().take(MOST).filter(|key| is_good(key)).collect();
    serde_json::from_value(json!({ "keys": good })).ok()
}

fn is_good(key: &Value) -> bool {
    let text = |name: &str| key.get(name).and_then(Value::as_str);
    let is_for_signatures = text("use").is_none_or(|usage| usage == "sig");
    let is_strong = match text("kty") {
        // Four characters stand for three bytes; zeros in front make no key longer.
        Some("RSA") => text("n").is_some_and(|n| n.trim_start_matches('A').len() * 3 / 4 >= SHORTEST),
        Some("EC") => text("crv") == Some("P-256"),
        Some(_) | None => false,
    };
    is_for_signatures && is_strong
}

#[cfg(test)]
mod tests {
    use super::{is_good, read};
    use serde_json::json;

    #[test]
    fn only_strong_public_keys_for_signatures_are_taken() {
        let long = "x".repeat(342);
        assert!(is_good(&json!({"kty": "RSA", "n": long, "e": "AQAB"})));
        assert!(is_good(&json!({"kty": "EC", "crv": "P-256", "use": "sig"})));
        for bad in [
            json!({"kty": "RSA", "n": "x".repeat(171), "e": "AQAB"}),
            json!({"kty": "RSA", "n": format!("{}{}", "A".repeat(171), "x".repeat(171)), "e": "AQAB"}),
            json!({"kty": "RSA", "n": long, "e": "AQAB", "use": "enc"}),
            json!({"kty": "EC", "crv": "P-384"}),
            json!({"kty": "oct", "k": "c2VjcmV0"}),
            json!({}),
        ] {
            assert!(!is_good(&bad), "{bad}");
        }
    }

    #[test]
    fn what_is_no_key_set_is_none() {
        assert!(read(b"{}").is_none() && read(b"<html>").is_none());
        assert!(read(br#"{"keys": []}"#).is_some_and(|set| set.keys().is_empty()));
    }
}
