//! Calls to the provider: over TLS, a few at once, with a deadline and without redirects. Answers have a maximum size.

use crate::error::{ClientError, ProviderError};
use openidconnect::http::Response;
use openidconnect::{HttpRequest, HttpResponse};
use relink_calls::{Unread, whole};
use reqwest::Url;
use reqwest::redirect::Policy;
use std::net::IpAddr;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// How long one question may take, with its answer.
const DEADLINE: Duration = Duration::from_secs(8);
/// Questions that are under way at once.
const AT_ONCE: usize = 8;
/// How long one waits for its turn.
const WAIT: Duration = Duration::from_secs(4);
/// The largest answer: key sets have some kilobytes.
const LARGEST: usize = 256 * 1024;

/// Asks.
pub(crate) struct Http {
    client: reqwest::Client,
    turns: Semaphore,
    allows_loopback: bool,
}

/// Whether an address may be asked: HTTPS, or on this machine where that is allowed.
pub fn is_allowed(url: &Url, allows_loopback: bool) -> bool {
    let is_plain = url.username().is_empty() && url.password().is_none();
    let host = url.host_str().unwrap_or_default();
    let number = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    let is_here = host == "localhost" || number.is_ok_and(|number| number.is_loopback());
    let is_kept_to = match url.scheme() {
        "https" => !host.is_empty(),
        "http" => allows_loopback && is_here,
        _ => false,
    };
    is_plain && is_kept_to
}

impl Http {
    pub(crate) fn new(allows_loopback: bool, authority: Option<&[u8]>) -> Result<Self, ClientError> {
        let mut client = reqwest::Client::builder()
            .timeout(DEADLINE)
            .connect_timeout(Duration::from_secs(4))
            .redirect(Policy::none())
            .user_agent(concat!("relink-server/", env!("CARGO_PKG_VERSION")));
        if let Some(pem) = authority {
            for certificate in reqwest::Certificate::from_pem_bundle(pem).map_err(ClientError)? {
                client = client.add_root_certificate(certificate);
            }
        }
        let client = client.build().map_err(ClientError)?;
        Ok(Self { client, turns: Semaphore::new(AT_ONCE), allows_loopback })
    }

    /// Whether an address may be asked.
    pub(crate) fn may_ask(&self, url: &Url) -> bool {
        is_allowed(url, self.allows_loopback)
    }

    /// Reads a document.
    pub(crate) async fn get(&self, url: &Url) -> Result<Vec<u8>, ProviderError> {
        let request = self.client.get(url.clone()).header("accept", "application/json");
        let (status, _, body) = self.send(url, request).await?;
        match status.as_u16() {
            200 => Ok(body),
            429 | 500.. => Err(ProviderError::Unavailable),
            _ => Err(ProviderError::Unusable("there is no such document at its address")),
        }
    }

    /// Asks what the library wants to know.
    pub(crate) async fn call(&self, request: HttpRequest) -> Result<HttpResponse, ProviderError> {
        const WRONG: ProviderError = ProviderError::Unusable("one of its addresses is none");
        let (parts, body) = request.into_parts();
        let url = Url::parse(&parts.uri.to_string()).map_err(|_| WRONG)?;
        let request = self.client.request(parts.method, url.clone()).headers(parts.headers).body(body);
        let (status, kind, body) = self.send(&url, request).await?;
        if status.is_server_error() || status.as_u16() == 429 {
            return Err(ProviderError::Unavailable);
        }
        let mut response = Response::builder().status(status);
        if let Some(kind) = kind {
            response = response.header("content-type", kind);
        }
        response.body(body).map_err(|_| WRONG)
    }

    async fn send(
        &self,
        url: &Url,
        request: reqwest::RequestBuilder,
    ) -> Result<(reqwest::StatusCode, Option<reqwest::header::HeaderValue>, Vec<u8>), ProviderError> {
        if !self.may_ask(url) {
            return Err(ProviderError::Unusable("one of its addresses is not https://"));
        }
        let turn = timeout(WAIT, self.turns.acquire()).await;
        let _turn = turn.ok().and_then(Result::ok).ok_or(ProviderError::Busy)?;
        let gone = |error: reqwest::Error| {
            // An address with what it asks for is not for the log.
            tracing::warn!(error = %error.without_url(), "the OpenID provider does not answer");
            ProviderError::Unavailable
        };
        let answer = request.send().await.map_err(gone)?;
        let (status, kind) = (answer.status(), answer.headers().get("content-type").cloned());
        let body = whole(answer, LARGEST).await.map_err(|unread| match unread {
            Unread::Broken(error) => gone(error),
            Unread::TooLarge => ProviderError::Unusable("its answer is too large"),
        })?;
        Ok((status, kind, body))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_https_or_on_this_machine_where_that_is_allowed() {
        let is = |text: &str, loopback| is_allowed(&Url::parse(text).expect("an address"), loopback);
        assert!(is("https://login.example/a", false));
        for here in ["http://127.0.0.1:8080/", "http://localhost/", "http://[::1]:1/"] {
            assert!(is(here, true) && !is(here, false), "{here}");
        }
        for never in [
            "http://login.example/",
            "http://localhost.example/",
            "https://user@login.example/",
            "javascript:alert(1)",
            "file:///etc/passwd",
            "data:text/html,x",
        ] {
            assert!(!is(never, true), "{never}");
        }
    }
}
