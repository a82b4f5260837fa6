//! Everything that is random, hashed, sealed or bound to a secret. One file, so that it can be read in one sitting.
//! (Webhooks are signed and checked in `relink-signature`.)
//!
//! Every key comes from one root secret, derived for one purpose by HKDF: a key for one purpose opens nothing of another.
//!
//! A session's answer holds a client secret, and the answer must be repeated byte for byte while its key is kept. So
//! the stored answer is sealed (ChaCha20-Poly1305): the database alone reveals no secret. If the root secret changes,
//! sealed text no longer opens and is treated as if it had never been stored.

mod password;

pub use password::{hash_password, is_password};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use relink_wire::Secret;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::digest::{SHA256, digest};
use ring::hkdf;
use ring::hmac;
use ring::rand::{SecureRandom, SystemRandom};

/// Seals what the database stores and what a customer's browser carries, and makes form tokens.
pub struct Seal {
    at_rest: LessSafeKey,
    carried: LessSafeKey,
    form_tokens: hmac::Key,
}

impl Seal {
    /// Derives the keys from the root secret: at least 32 characters that nobody can guess.
    pub fn new(root: &Secret) -> Self {
        let salt = hkdf::Salt::new(hkdf::HKDF_SHA256, b"relink backend 1");
        let root = salt.extract(root.expose().as_bytes());
        Self {
            at_rest: sealing_key(&root, b"sealed at rest"),
            carried: sealing_key(&root, b"carried by browsers"),
            form_tokens: match root.expand(&[b"tokens of forms"], hmac::HMAC_SHA256) {
                Ok(key) => key.into(),
                Err(_) => unreachable!("HKDF gives the length that HMAC takes"),
            },
        }
    }

    /// Seals text for the database. `about` names what it belongs to; the same name is needed to open it.
    pub fn close(&self, about: &str, text: &[u8]) -> String {
        hex::encode(seal(&self.at_rest, about, text))
    }

    /// Opens text from [`Seal::close`]. `None` if another secret or another `about` was used.
    pub fn open(&self, about: &str, sealed: &str) -> Option<Vec<u8>> {
        open(&self.at_rest, about, hex::decode(sealed).ok()?)
    }

    /// Seals text that a browser carries: in characters that an address and a header take. `audience` names who is to
    /// take it and for what.
    pub fn carry(&self, audience: &str, text: &[u8]) -> String {
        URL_SAFE_NO_PAD.encode(seal(&self.carried, audience, text))
    }

    /// Opens what [`Seal::carry`] made for that audience.
    pub fn carried(&self, audience: &str, token: &str) -> Option<Vec<u8>> {
        open(&self.carried, audience, URL_SAFE_NO_PAD.decode(token).ok()?)
    }

    /// The token that every form and POST of a page has to bring; it belongs to one sign-in or one link.
    pub fn form_token(&self, of: &str) -> String {
        hex::encode(hmac::sign(&self.form_tokens, of.as_bytes()))
    }

    /// Whether a token is that of the sign-in or link; takes the same time whatever differs.
    pub fn is_form_token(&self, of: &str, token: &str) -> bool {
        hex::decode(token).is_ok_and(|tag| hmac::verify(&self.form_tokens, of.as_bytes(), &tag).is_ok())
    }
}

fn sealing_key(root: &hkdf::Prk, purpose: &[u8]) -> LessSafeKey {
    match root.expand(&[purpose], &CHACHA20_POLY1305) {
        Ok(key) => LessSafeKey::new(UnboundKey::from(key)),
        Err(_) => unreachable!("HKDF gives the length that ChaCha20-Poly1305 takes"),
    }
}

fn seal(key: &LessSafeKey, about: &str, text: &[u8]) -> Vec<u8> {
    let nonce: [u8; NONCE_LEN] = random_bytes();
    let mut sealed = text.to_vec();
    let aad = Aad::from(about.as_bytes());
    if key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), aad, &mut sealed).is_err() {
        unreachable!("only a text of many gigabytes cannot be sealed");
    }
    [nonce.as_slice(), &sealed].concat()
}

fn open(key: &LessSafeKey, about: &str, mut bytes: Vec<u8>) -> Option<Vec<u8>> {
    let nonce = Nonce::try_assume_unique_for_key(bytes.get(..NONCE_LEN)?).ok()?;
    let mut text = bytes.split_off(NONCE_LEN);
    let length = key.open_in_place(nonce, Aad::from(about.as_bytes()), &mut text).ok()?.len();
    text.truncate(length);
    Some(text)
}

/// An id that nobody can guess: `prefix_` and 128 random bits.
pub fn random_id(prefix: &str) -> String {
    format!("{prefix}_{}", hex::encode(random_bytes::<16>()))
}

/// The secret of a link: 160 random bits, short enough to fit on one line of an email.
pub fn random_token() -> String {
    hex::encode(random_bytes::<20>())
}

/// A fingerprint of several parts: their SHA-256, each part with its length.
pub fn fingerprint(parts: &[&[u8]]) -> String {
    let mut all = Vec::new();
    for part in parts {
        all.extend_from_slice(&(part.len() as u64).to_be_bytes());
        all.extend_from_slice(part);
    }
    hex::encode(digest(&SHA256, &all))
}

/// The SHA-256 of a text as a Content Security Policy names it.
pub fn csp_hash(text: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(digest(&SHA256, text.as_bytes())))
}

fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    if SystemRandom::new().fill(&mut bytes).is_err() {
        // Without randomness no id is safe, so there is no way to continue.
        panic!("the operating system gives no random bytes");
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(root: &str) -> Seal {
        Seal::new(&Secret::new(root))
    }

    #[test]
    fn what_was_sealed_opens_and_shows_nothing_before() {
        let seal = of("root 1");
        let sealed = seal.close("key 1", b"fcsess_1_secret_planted");
        assert!(!sealed.contains("planted") && !sealed.contains(&hex::encode(b"planted")));
        assert_eq!(seal.open("key 1", &sealed).as_deref(), Some(b"fcsess_1_secret_planted".as_slice()));
    }

    #[test]
    fn another_secret_another_place_or_a_changed_byte_does_not_open_it() {
        let seal = of("root 1");
        let sealed = seal.close("key 1", b"text");
        assert_eq!(seal.open("key 2", &sealed), None);
        assert_eq!(of("root 2").open("key 1", &sealed), None);
        assert_eq!(seal.open("key 1", &format!("00{}", &sealed[2..])), None);
        assert_eq!(seal.open("key 1", "beef"), None);
    }

    #[test]
    fn what_a_browser_carries_is_for_one_audience_and_opens_nothing_at_rest() {
        let seal = of("root 1");
        let token = seal.carry("https://one.example", b"cus_1");
        assert!(token.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')));
        assert_eq!(seal.carried("https://one.example", &token).as_deref(), Some(b"cus_1".as_slice()));
        assert_eq!(seal.carried("https://two.example", &token), None);
        assert_eq!(of("root 2").carried("https://one.example", &token), None);
        let Ok(bytes) = URL_SAFE_NO_PAD.decode(&token) else { unreachable!("just made") };
        assert_eq!(seal.open("https://one.example", &hex::encode(bytes)), None);
    }

    #[test]
    fn a_forms_token_belongs_to_one_sign_in() {
        let seal = of("root 1");
        let token = seal.form_token("sign-in 1");
        assert!(seal.is_form_token("sign-in 1", &token));
        assert!(!seal.is_form_token("sign-in 2", &token));
        assert!(!seal.is_form_token("sign-in 1", ""));
    }

    #[test]
    fn moving_a_byte_between_parts_changes_the_fingerprint() {
        assert_ne!(fingerprint(&[b"ab", b"c"]), fingerprint(&[b"a", b"bc"]));
    }
}
