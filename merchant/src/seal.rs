//! Everything that is random, hashed or sealed. One file, so that it can be read in one sitting. (Webhooks are signed
//! and checked in `relink-signature`.)
//!
//! A session's answer holds a client secret, and an answer has to be repeated byte for byte for as long as its
//! key is known. So what rests in the database is sealed (ChaCha20-Poly1305) under a key that comes from Stripe's
//! secret key: the file alone tells nobody a secret. Where that key was changed the sealed text no longer opens,
//! and is treated as if it had never been kept.

use relink_wire::Secret;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::digest::{SHA256, digest};
use ring::hmac;
use ring::pbkdf2;
use ring::rand::{SecureRandom, SystemRandom};
use std::num::NonZeroU32;

/// What a password costs to try: OWASP's figure for PBKDF2 with HMAC-SHA256.
const ROUNDS: NonZeroU32 = NonZeroU32::new(600_000).unwrap();

/// Seals what rests in the database, and makes the tokens that go with a sign-in.
pub struct Seal {
    box_key: LessSafeKey,
    token_key: hmac::Key,
}

impl Seal {
    /// Derives the keys from Stripe's secret key.
    pub fn new(secret: &Secret) -> Self {
        let root = hmac::Key::new(hmac::HMAC_SHA256, secret.expose().as_bytes());
        let box_key = hmac::sign(&root, b"relink merchant: sealed at rest, 1");
        let token_key = hmac::sign(&root, b"relink merchant: csrf tokens, 1");
        let Ok(unbound) = UnboundKey::new(&CHACHA20_POLY1305, box_key.as_ref()) else {
            unreachable!("an HMAC-SHA256 has the 32 bytes that ChaCha20-Poly1305 takes")
        };
        Self {
            box_key: LessSafeKey::new(unbound),
            token_key: hmac::Key::new(hmac::HMAC_SHA256, token_key.as_ref()),
        }
    }

    /// Seals text; `about` names what it belongs to, and only that opens it.
    pub fn close(&self, about: &str, text: &[u8]) -> String {
        let nonce: [u8; NONCE_LEN] = random_bytes();
        let mut sealed = text.to_vec();
        let aad = Aad::from(about.as_bytes());
        if self
            .box_key
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), aad, &mut sealed)
            .is_err()
        {
            unreachable!("only a text of many gigabytes cannot be sealed");
        }
        hex(&nonce) + &hex(&sealed)
    }

    /// Opens what [`Seal::close`] made; nothing where it was made with another key or for something else.
    pub fn open(&self, about: &str, sealed: &str) -> Option<Vec<u8>> {
        let mut bytes = unhex(sealed)?;
        let nonce = Nonce::try_assume_unique_for_key(bytes.get(..NONCE_LEN)?).ok()?;
        let mut text = bytes.split_off(NONCE_LEN);
        let length = self.box_key.open_in_place(nonce, Aad::from(about.as_bytes()), &mut text).ok()?.len();
        text.truncate(length);
        Some(text)
    }

    /// The token that a page of this sign-in has to send with every POST.
    pub fn csrf_token(&self, sign_in: &str) -> String {
        hex(hmac::sign(&self.token_key, sign_in.as_bytes()).as_ref())
    }

    /// Whether a token is that of the sign-in; takes the same time whatever differs.
    pub fn is_csrf_token(&self, sign_in: &str, token: &str) -> bool {
        unhex(token).is_some_and(|tag| hmac::verify(&self.token_key, sign_in.as_bytes(), &tag).is_ok())
    }
}

/// An id that nobody can guess: `prefix_` and 128 random bits.
pub fn random_id(prefix: &str) -> String {
    format!("{prefix}_{}", hex(&random_bytes::<16>()))
}

/// The secret of a link: 160 random bits, short enough to stay in one line of a mail.
pub fn random_token() -> String {
    hex(&random_bytes::<20>())
}

/// A fingerprint of several parts: their SHA-256, each part with its length.
pub fn fingerprint(parts: &[&[u8]]) -> String {
    let mut all = Vec::new();
    for part in parts {
        all.extend_from_slice(&(part.len() as u64).to_be_bytes());
        all.extend_from_slice(part);
    }
    hex(digest(&SHA256, &all).as_ref())
}

/// The SHA-256 of a text as a Content Security Policy names it.
pub fn csp_hash(text: &str) -> String {
    format!("'sha256-{}'", base64(digest(&SHA256, text.as_bytes()).as_ref()))
}

/// What is kept of a password: salt and PBKDF2 with HMAC-SHA256. Slow on purpose: not for the thread of a request.
pub fn hash_password(password: &str) -> String {
    let salt: [u8; 16] = random_bytes();
    let mut hash = [0; 32];
    pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, ROUNDS, &salt, password.as_bytes(), &mut hash);
    format!("pbkdf2-sha256${ROUNDS}${}${}", hex(&salt), hex(&hash))
}

/// Whether a password is the one that was hashed. As slow as hashing.
pub fn is_password(hashed: &str, password: &str) -> bool {
    let mut parts = hashed.split('$');
    let (Some("pbkdf2-sha256"), Some(rounds), Some(salt), Some(hash)) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    let (Ok(rounds), Some(salt), Some(hash)) = (rounds.parse(), unhex(salt), unhex(hash)) else {
        return false;
    };
    pbkdf2::verify(pbkdf2::PBKDF2_HMAC_SHA256, rounds, &salt, password.as_bytes(), &hash).is_ok()
}

fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    if SystemRandom::new().fill(&mut bytes).is_err() {
        // Without randomness no id is safe; there is nothing sensible to go on with.
        panic!("the operating system gives no random bytes");
    }
    bytes
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digit = |bits: u32| char::from(DIGITS[(bits & 63) as usize]);
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let at = |place: usize| u32::from(three.get(place).copied().unwrap_or_default());
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        let digits = [bits >> 18, bits >> 12, bits >> 6, bits].map(digit);
        text.extend(&digits[..=three.len()]);
        text.extend(std::iter::repeat_n('=', 3 - three.len()));
    }
    text
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text.chars().map(|c| c.to_digit(16).map(|digit| digit as u8)).collect();
    let digits = digits.filter(|digits| digits.len() % 2 == 0)?;
    Some(digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sealed_opens_and_shows_nothing_before() {
        let seal = Seal::new(&Secret::new("sk_test_1"));
        let sealed = seal.close("key 1", b"fcsess_1_secret_planted");
        assert!(!sealed.contains("planted") && !sealed.contains(&hex(b"planted")));
        assert_eq!(seal.open("key 1", &sealed).as_deref(), Some(b"fcsess_1_secret_planted".as_slice()));
    }

    #[test]
    fn another_key_another_place_or_a_changed_byte_does_not_open_it() {
        let seal = Seal::new(&Secret::new("sk_test_1"));
        let sealed = seal.close("key 1", b"text");
        assert_eq!(seal.open("key 2", &sealed), None);
        assert_eq!(Seal::new(&Secret::new("sk_test_2")).open("key 1", &sealed), None);
        assert_eq!(seal.open("key 1", &format!("00{}", &sealed[2..])), None);
        assert_eq!(seal.open("key 1", "beef"), None);
    }

    #[test]
    fn a_csrf_token_belongs_to_one_sign_in() {
        let seal = Seal::new(&Secret::new("sk_test_1"));
        let token = seal.csrf_token("sign-in 1");
        assert!(seal.is_csrf_token("sign-in 1", &token));
        assert!(!seal.is_csrf_token("sign-in 2", &token));
        assert!(!seal.is_csrf_token("sign-in 1", ""));
    }

    #[test]
    fn a_password_opens_only_its_own_hash_and_is_not_in_it() {
        let hashed = hash_password("planted");
        assert!(!hashed.contains("planted") && hashed != hash_password("planted"));
        assert!(is_password(&hashed, "planted") && !is_password(&hashed, "Planted"));
        assert!(!is_password("", "") && !is_password("pbkdf2-sha256$0$$", ""));
    }

    #[test]
    fn base64_is_that_of_the_rfc() {
        let texts = ["", "f", "fo", "foo", "foob", "fooba", "foobar"].map(|text| base64(text.as_bytes()));
        assert_eq!(texts, ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"]);
    }

    #[test]
    fn moving_a_byte_between_parts_changes_the_fingerprint() {
        assert_ne!(fingerprint(&[b"ab", b"c"]), fingerprint(&[b"a", b"bc"]));
    }
}
