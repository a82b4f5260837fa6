//! What is kept of a password: salt and PBKDF2 with HMAC-SHA256. Slow on purpose: not for the thread of a request.

use ring::pbkdf2;
use std::num::NonZeroU32;

/// What a password costs to try: OWASP's figure for PBKDF2 with HMAC-SHA256.
const ROUNDS: NonZeroU32 = NonZeroU32::new(600_000).unwrap();

/// Hashes a password, with a salt of its own.
pub fn hash_password(password: &str) -> String {
    let salt: [u8; 16] = super::random_bytes();
    let mut hash = [0; 32];
    pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, ROUNDS, &salt, password.as_bytes(), &mut hash);
    format!("pbkdf2-sha256${ROUNDS}${}${}", hex::encode(salt), hex::encode(hash))
}

/// Whether a password is the one that was hashed. As slow as hashing.
pub fn is_password(hashed: &str, password: &str) -> bool {
    let mut parts = hashed.split('$');
    let (Some("pbkdf2-sha256"), Some(rounds), Some(salt), Some(hash)) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    let (Ok(rounds), Ok(salt), Ok(hash)) = (rounds.parse(), hex::decode(salt), hex::decode(hash)) else {
        return false;
    };
    pbkdf2::verify(pbkdf2::PBKDF2_HMAC_SHA256, rounds, &salt, password.as_bytes(), &hash).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_opens_only_its_own_hash_and_is_not_in_it() {
        let hashed = hash_password("planted");
        assert!(!hashed.contains("planted") && hashed != hash_password("planted"));
        assert!(is_password(&hashed, "planted") && !is_password(&hashed, "Planted"));
        assert!(!is_password("", "") && !is_password("pbkdf2-sha256$0$$", ""));
    }
}
