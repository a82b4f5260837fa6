//! How Plaid signs a webhook: a JWT in `Plaid-Verification`, ES256, that holds the time and the hash of the body's bytes.

use crate::time::{now, random};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING as ES256, EcdsaKeyPair, KeyPair};
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};

/// The key of this start.
pub struct Signer {
    id: String,
    pair: EcdsaKeyPair,
    made_at: i64,
}

impl Signer {
    /// Makes a key.
    pub fn new() -> Option<Self> {
        let random_bytes = SystemRandom::new();
        let document = EcdsaKeyPair::generate_pkcs8(&ES256, &random_bytes).ok()?;
        let pair = EcdsaKeyPair::from_pkcs8(&ES256, document.as_ref(), &random_bytes).ok()?;
        Some(Self { id: random(), pair, made_at: now() })
    }

    /// The public key, where it is this one that is asked for.
    pub fn key(&self, id: &str) -> Option<Json> {
        // Uncompressed: a byte that says so, then both coordinates.
        let [_, point @ ..] = self.pair.public_key().as_ref() else { return None };
        let (x, y) = point.split_at_checked(32)?;
        (id == self.id).then(|| {
            json!({
                "alg": "ES256", "crv": "P-256", "kid": self.id, "kty": "EC", "use": "sig",
                "x": BASE64.encode(x), "y": BASE64.encode(y),
                "created_at": self.made_at, "expired_at": null,
            })
        })
    }

    /// The header's value for these bytes.
    pub fn sign(&self, body: &[u8], at: i64) -> Option<String> {
        let head = json!({"alg": "ES256", "kid": self.id, "typ": "JWT"});
        let claims = json!({"iat": at, "request_body_sha256": hex::encode(Sha256::digest(body))});
        let signed = format!("{}.{}", BASE64.encode(head.to_string()), BASE64.encode(claims.to_string()));
        let signature = self.pair.sign(&SystemRandom::new(), signed.as_bytes()).ok()?;
        Some(format!("{signed}.{}", BASE64.encode(signature)))
    }
}
