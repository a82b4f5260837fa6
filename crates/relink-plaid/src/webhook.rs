//! Webhooks: whether one comes from Plaid, and what it is about. `Plaid-Verification` is a JWT (ES256) with the time
//! and the hash of the body's bytes; Plaid returns its key by id. A webhook is a reason to ask Plaid, never an answer.

use crate::client::Plaid;
use crate::error::PlaidError;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use relink_wire::{Fields, Json};
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::{Mutex, PoisonError};

/// How many seconds a webhook may be old, or its clock ahead of ours.
const OLDEST: i64 = 5 * 60;
/// Keys that are remembered; Plaid has a handful at once.
const MOST_KEYS: usize = 16;
/// Characters of the longest key id that is asked for.
const LONGEST_ID: usize = 100;
/// Seconds after which Plaid is asked about a key again: it says only then that a key has expired.
const FRESH: i64 = 24 * 60 * 60;
/// How many keys Plaid is asked for in a minute. Anybody can send a token that names a key, and each name costs a call; Plaid itself
/// has few keys and delivers again.
const MOST_ASKED: usize = 20;

/// Plaid's public keys by their ids, as Plaid returned them.
#[derive(Default)]
pub struct Keys(Mutex<Known>);

#[derive(Default)]
struct Known {
    keys: HashMap<String, Key>,
    /// When Plaid was asked during the last minute, in Unix seconds.
    asked: VecDeque<i64>,
}

impl Known {
    /// Whether Plaid may be asked now. If so, that counts.
    fn may_ask(&mut self, now: i64) -> bool {
        self.asked.retain(|at| (now - at).abs() < 60);
        let may = self.asked.len() < MOST_ASKED;
        if may {
            self.asked.push_back(now);
        }
        may
    }
}

#[derive(Clone)]
struct Key {
    x: String,
    y: String,
    /// When Plaid returned it.
    at: i64,
    /// From then on, its signatures are not accepted.
    expired_at: Option<i64>,
}

/// What a webhook is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// Something about an item has changed: ask how it stands.
    Item {
        /// `item_id`
        item: String,
        /// Plaid's `webhook_code`: `ERROR`, `LOGIN_REPAIRED`, `PENDING_EXPIRATION`, `PENDING_DISCONNECT`, …
        code: String,
    },
    /// A visit of the hosted page has ended: ask how the repair stands.
    Finished {
        /// `link_token`
        token: String,
    },
    /// Nothing that relinking has to do with.
    Other,
}

/// Why a webhook is not accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WebhookRefusal {
    /// There is no token, or none of the kind that Plaid makes.
    NoToken,
    /// Plaid has no such key, or has given it up.
    UnknownKey,
    /// The signature is not of that key.
    Signature,
    /// It was made more than five minutes from now.
    Time,
    /// The token is for another body.
    Body,
    /// Too many tokens with unknown keys came within a minute: it may be delivered again.
    TooMany,
    /// Plaid was asked for the key and did not answer: it may be delivered again.
    Plaid(PlaidError),
}

impl fmt::Display for WebhookRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoToken => f.write_str("Plaid-Verification holds no token of Plaid's kind"),
            Self::UnknownKey => f.write_str("Plaid has no such key"),
            Self::Signature => f.write_str("the token is not signed by that key"),
            Self::Time => f.write_str("the token was not made within five minutes"),
            Self::Body => f.write_str("the token is for another body"),
            Self::TooMany => f.write_str("too many webhooks with unknown keys"),
            Self::Plaid(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for WebhookRefusal {}

#[derive(Deserialize)]
struct Claims {
    iat: i64,
    request_body_sha256: String,
}

impl Plaid {
    /// Checks a webhook, whose `Plaid-Verification` is `token`, at `now` in Unix seconds, and says what it is about.
    pub async fn verify(
        &self,
        keys: &Keys,
        token: &str,
        body: &[u8],
        now: i64,
    ) -> Result<News, WebhookRefusal> {
        let head = decode_header(token).map_err(|_| WebhookRefusal::NoToken)?;
        // Before anybody is asked for a key: another algorithm, `none` or a shared secret, is not Plaid's.
        let id = head.kid.filter(|id| !id.is_empty() && id.len() <= LONGEST_ID);
        let Some(id) = id.filter(|_| head.alg == Algorithm::ES256) else {
            return Err(WebhookRefusal::NoToken);
        };
        let key = self.key(keys, &id, now).await?;
        if key.expired_at.is_some_and(|at| at <= now) {
            return Err(WebhookRefusal::UnknownKey);
        }
        check(&key, token, body, now)?;
        let json: Json = serde_json::from_slice(body).map_err(|_| WebhookRefusal::Body)?;
        Ok(news(&json))
    }

    async fn key(&self, keys: &Keys, id: &str, now: i64) -> Result<Key, WebhookRefusal> {
        let known = || keys.0.lock().unwrap_or_else(PoisonError::into_inner);
        {
            let mut known = known();
            let key = known.keys.get(id).cloned();
            match key {
                Some(key) if (now - key.at).abs() < FRESH => return Ok(key),
                key => {
                    if !known.may_ask(now) {
                        return key.ok_or(WebhookRefusal::TooMany);
                    }
                }
            }
        }
        let answer = match self.post("webhook_verification_key/get", json!({"key_id": id})).await {
            Ok(answer) => answer,
            Err(error) if error.is_passing() => return Err(WebhookRefusal::Plaid(error)),
            Err(_) => return Err(WebhookRefusal::UnknownKey),
        };
        let told = answer.object("key").ok_or(WebhookRefusal::UnknownKey)?;
        let is_right = [("alg", "ES256"), ("kty", "EC"), ("crv", "P-256"), ("kid", id)]
            .into_iter()
            .all(|(field, value)| told.text(field) == Some(value));
        let (Some(x), Some(y), true) = (told.text("x"), told.text("y"), is_right) else {
            return Err(WebhookRefusal::UnknownKey);
        };
        let key = Key { x: x.into(), y: y.into(), at: now, expired_at: told.whole("expired_at") };
        let mut known = known();
        if known.keys.len() >= MOST_KEYS {
            known.keys.clear();
        }
        known.keys.insert(id.to_owned(), key.clone());
        Ok(key)
    }
}

/// Signature, time and body, in this order: what is not signed says nothing.
fn check(key: &Key, token: &str, body: &[u8], now: i64) -> Result<(), WebhookRefusal> {
    let key = DecodingKey::from_ec_components(&key.x, &key.y).map_err(|_| WebhookRefusal::UnknownKey)?;
    let mut validation = Validation::new(Algorithm::ES256);
    // Plaid's token has neither an end nor an audience; its time is looked at below.
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_aud = false;
    let claims = decode::<Claims>(token, &key, &validation).map_err(|_| WebhookRefusal::Signature)?.claims;
    if (now - claims.iat).abs() > OLDEST {
        return Err(WebhookRefusal::Time);
    }
    if hex::encode(Sha256::digest(body)) != claims.request_body_sha256.to_ascii_lowercase() {
        return Err(WebhookRefusal::Body);
    }
    Ok(())
}

fn news(json: &Json) -> News {
    let text = |field| json.text(field).filter(|text| !text.is_empty());
    match (text("webhook_type"), text("webhook_code"), text("item_id"), text("link_token")) {
        (Some("ITEM"), Some(code), Some(item), _) => News::Item { item: item.into(), code: code.into() },
        (Some("LINK"), Some("SESSION_FINISHED"), _, Some(token)) => News::Finished { token: token.into() },
        _ => News::Other,
    }
}
