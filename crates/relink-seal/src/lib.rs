//! Everything that is random, hashed, sealed or bound to a secret. One file, so that it can be read in one sitting.
//! (Webhooks are signed and checked in `relink-signature`.)
//!
//! Every key comes from one root secret, derived for one purpose by HKDF: a key for one purpose opens nothing of another.
//! Two roots may be given: everything new is made with the current one, and what the previous one made is still accepted.
//!
//! A session's answer holds a client secret, and the answer must be repeated byte for byte while its key is kept. So
//! the stored answer is sealed (ChaCha20-Poly1305): the database alone reveals no secret.
//!
//! A sealed text begins with the id of the root that sealed it, so that nobody has to guess which one opens it. The id
//! follows from the root by HKDF too, and says nothing about it. Texts without an id were written by a version before
//! there were ids: each root is tried.

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

/// Bytes of a root's id.
const ID_BYTES: usize = 6;
/// Between a root's id and what it sealed. A text without it was sealed before there were ids.
const AFTER_ID: char = '.';

/// Seals what the database stores and what a customer's browser carries, and makes form tokens.
pub struct Seal {
    current: Keys,
    previous: Option<Keys>,
}

/// The result of resealing a stored text with the current root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resealed {
    /// It is sealed with the current root already.
    Current,
    /// The same text, resealed.
    Anew(String),
    /// None of the roots opens it.
    Unreadable,
}

impl Seal {
    /// Derives the keys from the root secret: at least 32 characters that nobody can guess.
    pub fn new(root: &Secret) -> Self {
        Self { current: Keys::of(root), previous: None }
    }

    /// The same beside the root secret that counted before, while there is something of it left.
    pub fn with_previous(self, root: &Secret) -> Self {
        let previous = Keys::of(root);
        // The same secret twice is one secret.
        Self { previous: (previous.id != self.current.id).then_some(previous), ..self }
    }

    /// The id of the current root: 12 hexadecimal digits, no secret.
    pub fn id(&self) -> String {
        hex::encode(self.current.id)
    }

    /// The id of the previous root, if there is one.
    pub fn previous_id(&self) -> Option<String> {
        self.previous.as_ref().map(|keys| hex::encode(keys.id))
    }

    /// How every text begins that the current root sealed for the database.
    pub fn prefix(&self) -> String {
        format!("{}{AFTER_ID}", self.id())
    }

    /// Seals text for the database. `about` names what it belongs to; the same name is needed to open it.
    pub fn close(&self, about: &str, text: &[u8]) -> String {
        self.prefix() + &hex::encode(seal(&self.current.at_rest, about, text))
    }

    /// Opens text from [`Seal::close`]. `None` if another secret or another `about` was used.
    pub fn open(&self, about: &str, sealed: &str) -> Option<Vec<u8>> {
        let (id, sealed) = match sealed.split_once(AFTER_ID) {
            Some((id, sealed)) => (Some(hex::decode(id).ok()?), sealed),
            None => (None, sealed),
        };
        let bytes = hex::decode(sealed).ok()?;
        let may_open = |keys: &&Keys| id.as_ref().is_none_or(|id| id[..] == keys.id);
        self.roots().filter(may_open).find_map(|keys| open(&keys.at_rest, about, bytes.clone()))
    }

    /// Seals a stored text with the current root, where that did not seal it.
    pub fn reseal(&self, about: &str, sealed: &str) -> Resealed {
        if sealed.starts_with(&self.prefix()) {
            return Resealed::Current;
        }
        match self.open(about, sealed) {
            Some(text) => Resealed::Anew(self.close(about, &text)),
            None => Resealed::Unreadable,
        }
    }

    /// Seals text that a browser carries: in characters that an address and a header take. `audience` names who is to
    /// take it and for what.
    pub fn carry(&self, audience: &str, text: &[u8]) -> String {
        let sealed = seal(&self.current.carried, audience, text);
        URL_SAFE_NO_PAD.encode([self.current.id.as_slice(), &sealed].concat())
    }

    /// Opens what [`Seal::carry`] made for that audience.
    pub fn carried(&self, audience: &str, token: &str) -> Option<Vec<u8>> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        self.roots().find_map(|keys| match bytes.strip_prefix(&keys.id) {
            Some(sealed) => open(&keys.carried, audience, sealed.to_vec()),
            None => open(&keys.carried, audience, bytes.clone()),
        })
    }

    /// The token that every form and POST of a page has to bring; it belongs to one sign-in or one link.
    pub fn form_token(&self, of: &str) -> String {
        hex::encode(hmac::sign(&self.current.form_tokens, of.as_bytes()))
    }

    /// Whether a token is that of the sign-in or link; takes the same time whatever differs.
    pub fn is_form_token(&self, of: &str, token: &str) -> bool {
        let is = |keys: &Keys, tag: &[u8]| hmac::verify(&keys.form_tokens, of.as_bytes(), tag).is_ok();
        hex::decode(token).is_ok_and(|tag| self.roots().any(|keys| is(keys, &tag)))
    }

    fn roots(&self) -> impl Iterator<Item = &Keys> {
        std::iter::once(&self.current).chain(&self.previous)
    }
}

/// The keys that follow from one root secret.
struct Keys {
    id: [u8; ID_BYTES],
    at_rest: LessSafeKey,
    carried: LessSafeKey,
    form_tokens: hmac::Key,
}

impl Keys {
    fn of(root: &Secret) -> Self {
        let salt = hkdf::Salt::new(hkdf::HKDF_SHA256, b"relink backend 1");
        let root = salt.extract(root.expose().as_bytes());
        let mut id = [0; ID_BYTES];
        if root.expand(&[b"id of the root"], IdLength).and_then(|okm| okm.fill(&mut id)).is_err() {
            unreachable!("HKDF gives so few bytes");
        }
        Self {
            id,
            at_rest: sealing_key(&root, b"sealed at rest"),
            carried: sealing_key(&root, b"carried by browsers"),
            form_tokens: match root.expand(&[b"tokens of forms"], hmac::HMAC_SHA256) {
                Ok(key) => key.into(),
                Err(_) => unreachable!("HKDF gives the length that HMAC takes"),
            },
        }
    }
}

/// How long an id is, for HKDF.
struct IdLength;

impl hkdf::KeyType for IdLength {
    fn len(&self) -> usize {
        ID_BYTES
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
        let (id, rest) = sealed.split_once(AFTER_ID).expect("an id");
        assert_eq!(seal.open("key 1", &format!("{id}.00{}", &rest[2..])), None);
        assert_eq!(seal.open("key 1", &format!("000000000000.{rest}")), None);
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
        assert_eq!(seal.open("https://one.example", &hex::encode(&bytes[ID_BYTES..])), None);
    }

    #[test]
    fn a_forms_token_belongs_to_one_sign_in() {
        let seal = of("root 1");
        let token = seal.form_token("sign-in 1");
        assert!(seal.is_form_token("sign-in 1", &token));
        assert!(!seal.is_form_token("sign-in 2", &token));
        assert!(!seal.is_form_token("sign-in 1", ""));
    }

    /// What the version before there were ids wrote: the same without the id.
    fn without_id(sealed: &str) -> String {
        sealed.split_once(AFTER_ID).expect("an id").1.to_owned()
    }

    #[test]
    fn after_a_rotation_what_the_previous_root_made_is_accepted_and_what_is_new_is_the_current_ones() {
        let (old, new) = (of("root 1"), of("root 2"));
        let rotated = of("root 2").with_previous(&Secret::new("root 1"));
        assert_eq!(rotated.previous_id(), Some(old.id()));
        let text = Some(b"text".to_vec());
        let sealed = old.close("key 1", b"text");
        assert_eq!((rotated.open("key 1", &sealed), new.open("key 1", &sealed)), (text.clone(), None));
        assert_eq!(rotated.open("key 1", &without_id(&sealed)), text);
        assert_eq!(rotated.open("key 1", &without_id(&new.close("key 1", b"text"))), text);
        assert_eq!(new.open("key 1", &rotated.close("key 1", b"text")), text);
        let token = old.carry("here", b"text");
        assert_eq!((rotated.carried("here", &token), new.carried("here", &token)), (text.clone(), None));
        assert_eq!(new.carried("here", &rotated.carry("here", b"text")), text);
        assert!(
            rotated.is_form_token("1", &old.form_token("1")) && !new.is_form_token("1", &old.form_token("1"))
        );
        assert!(new.is_form_token("1", &rotated.form_token("1")));
    }

    #[test]
    fn resealing_leaves_what_is_current_and_says_what_does_not_open() {
        let rotated = of("root 2").with_previous(&Secret::new("root 1"));
        let sealed = of("root 1").close("key 1", b"text");
        for old in [sealed.clone(), without_id(&sealed)] {
            let Resealed::Anew(anew) = rotated.reseal("key 1", &old) else { panic!("{old} is not current") };
            assert!(anew.starts_with(&rotated.prefix()));
            assert_eq!(of("root 2").open("key 1", &anew).as_deref(), Some(b"text".as_slice()));
            assert_eq!(rotated.reseal("key 1", &anew), Resealed::Current);
        }
        assert_eq!(rotated.reseal("key 2", &sealed), Resealed::Unreadable);
        assert_eq!(rotated.reseal("key 1", ""), Resealed::Unreadable);
    }

    #[test]
    fn an_id_is_the_roots_own_and_says_nothing_of_it() {
        let id = of("planted root").id();
        assert_eq!((id.len(), id == of("planted root").id(), id == of("root 2").id()), (12, true, false));
        assert!(!id.contains(&hex::encode("plant")));
        assert_eq!(of("root 1").with_previous(&Secret::new("root 1")).previous_id(), None);
    }

    #[test]
    fn moving_a_byte_between_parts_changes_the_fingerprint() {
        assert_ne!(fingerprint(&[b"ab", b"c"]), fingerprint(&[b"a", b"bc"]));
    }
}
