//! The API key in a request from the merchant's own server: whose it is, and whether it may do what is requested.

use crate::hosted::Hosted;
use axum::http::{HeaderMap, header};
use relink_backend::http::text;
use relink_backend::{ApiError, ApiErrorKind, Asker, ClientAddress};
use relink_seal::fingerprint;
use relink_store::api_keys::{ApiKey, Scope};
use relink_store::security_events::{Actor, SecurityEventKind, Source};

const DAY: i64 = 86_400;

/// The name of the API key that a request brings, where the key may do what `scope` says.
pub async fn api_key_name(
    hosted: &Hosted,
    headers: &HeaderMap,
    client: Option<ClientAddress>,
    scope: Scope,
) -> Result<String, ApiError> {
    let nobody = |detail: &str| ApiError::new(ApiErrorKind::NotSignedIn, detail);
    const EXPECTED: &str = "Authorization: Bearer and an API key.";
    let given = text(headers, header::AUTHORIZATION.as_str());
    let given = given.and_then(bearer).ok_or_else(|| nobody(EXPECTED))?;
    // Keys are long and random, so the time a fingerprint lookup takes reveals nothing.
    let fingerprint = api_key_fingerprint(given);
    let Some(key) = hosted.store.api_key(&fingerprint).await? else {
        hosted.rates.take_of_stranger(client)?;
        refused(hosted, Actor::Unknown, client, "no such key").await;
        return Err(nobody(EXPECTED));
    };
    hosted.rates.take(Asker::ApiKey(&key.name))?;
    let now = hosted.now();
    if key.expires_at.is_some_and(|at| at <= now) {
        refused(hosted, Actor::ApiKey(&key.name), client, "it has run out").await;
        return Err(nobody("The API key has run out. Make another with relink-server api-key add."));
    }
    if !key.scopes.contains(&scope) {
        refused(hosted, Actor::ApiKey(&key.name), client, &format!("it lacks the scope {scope}")).await;
        let detail = format!("The API key lacks the scope {scope}.");
        return Err(ApiError::new(ApiErrorKind::Forbidden, detail));
    }
    remember_use(hosted, &fingerprint, &key, now / DAY).await;
    Ok(key.name)
}

/// Writes once a day. Where the database is busy the next request does it: no request waits or fails for this.
async fn remember_use(hosted: &Hosted, fingerprint: &str, key: &ApiKey, day: i64) {
    if key.last_used_day.is_some_and(|last| last >= day) {
        return;
    }
    if let Err(error) = hosted.store.used_api_key(fingerprint, day).await {
        tracing::warn!(%error, "the use of an API key is not remembered");
    }
}

async fn refused(hosted: &Hosted, actor: Actor<'_>, client: Option<ClientAddress>, why: &str) {
    let Some(subject) = hosted.refusals().tell(hosted.now(), why) else { return };
    let source = Source { at_ms: hosted.now_ms(), actor, address: client.map(|ClientAddress(at)| at) };
    let recorded = hosted.store.record(&source, SecurityEventKind::ApiKeyRefused, Some(&subject));
    if let Err(error) = recorded.await {
        tracing::warn!(%error, "a refused API key is not recorded");
    }
}

/// The token of `Authorization: Bearer …`; the scheme's name is the same in any case (RFC 9110).
fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Fingerprint by which the database knows an API key.
pub fn api_key_fingerprint(key: &str) -> String {
    fingerprint(&[b"api key", key.as_bytes()])
}
