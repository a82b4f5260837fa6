//! Exchanges a link's token for a cookie, so that the token is in an address only once: not in the address of the page
//! on which Stripe's script runs, not in a `Referer`, not in the widget's requests, and not in a proxy's log of them.
//!
//! `/r/{token}` answers 303 to `/r/l/{link}`, whose id is no secret, and sets a cookie that is sent to that path alone. So links
//! to two banks stand side by side in one browser. The address may be opened again, by the same customer on another device or
//! by a program that scans email: it uses nothing up, and each browser gets a cookie of its own. Nothing but the link decides
//! what the cookie is good for.
//!
//! `SameSite` is `Lax`: the customer comes from an email, which is another site, and a `Strict` cookie would not be sent after
//! the redirect. What changes something is a POST with the page's own token ([`crate::forms`]), and no other site's POST brings a
//! `Lax` cookie.

use crate::ask::token_fingerprint;
use crate::forms;
use crate::hosted::Hosted;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use relink_seal::{fingerprint, random_token};
use relink_store::Result as StoreResult;
use relink_store::hosted::{HostedRelink, PageHost};
use relink_store::visits::Visit;

/// How long a cookie counts after its link is over, in seconds: a session that was begun can be read to its end, and the page
/// can say that the link is over.
const AFTER_THE_END: i64 = 86_400;

/// Opens a link: the answer sets the cookie and redirects to the link's own path. `None` if the token is not ours.
pub async fn exchange(hosted: &Hosted, method: &Method, token: &str) -> StoreResult<Option<Response>> {
    let found = hosted.store.hosted_relink_by_token(&token_fingerprint(token)).await?;
    let Some(relink) = found.filter(|relink| relink.host == PageHost::Merchant) else { return Ok(None) };
    let mut response = StatusCode::SEE_OTHER.into_response();
    let answer = response.headers_mut();
    if *method != Method::HEAD {
        let (value, now) = (random_token(), hosted.now());
        let expires_at = relink.expires_at.max(now) + AFTER_THE_END;
        let visit = Visit {
            fingerprint: visit_fingerprint(&value),
            relink: relink.id.clone(),
            created_at: now,
            expires_at,
        };
        hosted.store.put_visit(&visit).await?;
        if let Ok(cookie) = HeaderValue::from_str(&set_cookie(hosted, &relink, &value, expires_at - now)) {
            answer.insert(header::SET_COOKIE, cookie);
        }
    }
    if let Ok(to) = HeaderValue::from_str(&path_of(&relink)) {
        answer.insert(header::LOCATION, to);
    }
    for (name, value) in [
        ("cache-control", "no-store"),
        ("referrer-policy", "no-referrer"),
        ("x-robots-tag", "noindex, nofollow, noarchive"),
        ("x-content-type-options", "nosniff"),
    ] {
        answer.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    Ok(Some(response))
}

/// The link that this browser has opened, by the id in the address and the cookie.
pub async fn link_of(hosted: &Hosted, headers: &HeaderMap, id: &str) -> StoreResult<Option<HostedRelink>> {
    let Some(value) = forms::cookie(headers, cookie_name(hosted)) else { return Ok(None) };
    hosted.store.visited(id, &visit_fingerprint(value), hosted.now()).await
}

/// The path of a link's page, which holds no secret.
pub fn path_of(relink: &HostedRelink) -> String {
    format!("/r/l/{}", relink.id)
}

/// `__Host-` asks for the path `/`, and this cookie is for one link's path.
fn cookie_name(hosted: &Hosted) -> &'static str {
    if hosted.settings().is_https() { "__Secure-relink-link" } else { "relink-link" }
}

fn set_cookie(hosted: &Hosted, relink: &HostedRelink, value: &str, seconds: i64) -> String {
    let secure = if hosted.settings().is_https() { "; Secure" } else { "" };
    let (name, path) = (cookie_name(hosted), path_of(relink));
    format!("{name}={value}; Path={path}; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}")
}

fn visit_fingerprint(value: &str) -> String {
    fingerprint(&[b"visit of a link", value.as_bytes()])
}
