//! Staff's sign-in at an OpenID provider, and the only code that calls it. It uses no database, page or cookie: the
//! caller stores [`Kept`] where nobody else can read it, and lets each one be used once.
//! The code flow, with PKCE, a nonce and the client's secret. The provider's metadata and keys are read from its
//! well-known address and cached for an hour (`known`). An ID token is accepted if one of those keys signed it, with an
//! algorithm from a short list, and it is from this provider, for us, for this sign-in, and current (`token`). If it
//! has no email address, the provider's userinfo endpoint is asked, and must answer about the same person. Every
//! address is HTTPS; every answer has a deadline and a maximum size (`http`). Codes, tokens and names are never logged.

mod error;
mod http;
mod keys;
mod known;
mod settings;
mod token;

pub use error::{ClientError, ProviderError};
pub use http::is_allowed;
pub use reqwest::Url;
pub use settings::Settings;
pub use token::Identity;

use http::Http;
use known::{Client, Known};
use openidconnect::core::CoreResponseType;
use openidconnect::{
    AccessToken, AuthenticationContextClass, AuthenticationFlow, AuthorizationCode, CsrfToken, HttpRequest,
    HttpResponse, Nonce, OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, RequestTokenError, Scope,
    SubjectIdentifier, UserInfoError,
};
use relink_seal::random_token;
use std::pin::Pin;
use std::sync::Arc;
use token::{Email, Unbelievable, UserInfo};

/// A provider; cloning shares what is known of it.
#[derive(Clone)]
pub struct Provider(Arc<Inner>);

struct Inner {
    settings: Settings,
    http: Arc<Http>,
    known: Known,
}

/// What a sign-in is known by, from its beginning to its end: secret, but for the state.
#[derive(Clone, PartialEq, Eq)]
pub struct Kept {
    /// What the provider gives back with the browser.
    pub state: String,
    nonce: String,
    verifier: String,
}

/// A sign-in that has begun.
pub struct Begun {
    /// Where the browser goes.
    pub to: Url,
    /// What is needed when it comes back.
    pub kept: Kept,
}

/// With what the browser came back.
pub struct Returned<'a> {
    /// What the provider exchanges for a token.
    pub code: &'a str,
    /// Who says that it is the provider (RFC 9207).
    pub issuer: Option<&'a str>,
}

/// A sign-in that waits for the provider's answer.
type Answering = Pin<Box<dyn Future<Output = Result<HttpResponse, ProviderError>> + Send>>;

impl Kept {
    fn new() -> Self {
        // A verifier has 43 characters at least.
        Self {
            state: random_token(),
            nonce: random_token(),
            verifier: format!("{}{}", random_token(), random_token()),
        }
    }

    /// As a text, to be sealed.
    pub fn to_text(&self) -> String {
        format!("{} {} {}", self.state, self.nonce, self.verifier)
    }

    /// Reads such a text.
    pub fn read(text: &str) -> Option<Self> {
        let mut parts = text.split(' ').map(str::to_owned);
        let kept = Self { state: parts.next()?, nonce: parts.next()?, verifier: parts.next()? };
        parts.next().is_none().then_some(kept)
    }
}

impl Provider {
    /// A provider. Asks it nothing yet.
    pub fn new(settings: Settings) -> Result<Self, ClientError> {
        let http = Http::new(settings.allows_loopback, settings.authority.as_deref())?;
        Ok(Self(Arc::new(Inner { settings, http: Arc::new(http), known: Known::default() })))
    }

    /// Reads the provider's metadata, to check a configuration.
    pub async fn look(&self, now: i64) -> Result<(), ProviderError> {
        self.client(now).await.map(drop)
    }

    /// Begins a sign-in. `now` is in Unix seconds, here and below.
    pub async fn begin(&self, now: i64) -> Result<Begun, ProviderError> {
        let client = self.client(now).await?;
        let kept = Kept::new();
        let verifier = PkceCodeVerifier::new(kept.verifier.clone());
        let (state, nonce) = (CsrfToken::new(kept.state.clone()), Nonce::new(kept.nonce.clone()));
        let flow = AuthenticationFlow::<CoreResponseType>::AuthorizationCode;
        let mut request = client
            .authorize_url(flow, move || state, move || nonce)
            .add_scope(Scope::new("email".into()))
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
        for value in &self.0.settings.acr_values {
            request = request.add_auth_context_value(AuthenticationContextClass::new(value.clone()));
        }
        let (to, _, _) = request.url();
        Ok(Begun { to, kept })
    }

    /// Ends a sign-in: exchanges the code for an identity token, and believes the token or does not.
    pub async fn finish(
        &self,
        returned: Returned<'_>,
        kept: &Kept,
        now: i64,
    ) -> Result<Identity, ProviderError> {
        let inner = &*self.0;
        let says_issuer = inner.known.says_issuer(&inner.http, &inner.settings, now).await?;
        let is_its_answer = match returned.issuer {
            Some(issuer) => issuer == inner.settings.issuer,
            None => !says_issuer,
        };
        if !is_its_answer {
            return Err(ProviderError::Token("the answer is another provider's"));
        }
        let client = self.client(now).await?;
        let request = client
            .exchange_code(AuthorizationCode::new(returned.code.to_owned()))
            .set_pkce_verifier(PkceCodeVerifier::new(kept.verifier.clone()));
        let answer = request.request_async(&self.asks()).await.map_err(|error| match error {
            RequestTokenError::ServerResponse(said) => ProviderError::of_token_endpoint(said.error()),
            RequestTokenError::Request(error) => error,
            RequestTokenError::Parse(_, _) | RequestTokenError::Other(_) => {
                ProviderError::Token("its answer to the code cannot be read")
            }
        })?;
        let token = answer.extra_fields().id_token();
        let token = token.ok_or(ProviderError::Token("there is no identity token in its answer"))?;
        let access = answer.access_token();
        let keys = inner.known.keys(&inner.http, &inner.settings, now).await?;
        let judged = match token::judge(&inner.settings, &keys, token, access, &kept.nonce, now) {
            // Keys change: a new one is asked for, now and then.
            Err(Unbelievable::UnknownKey) => {
                let keys = inner.known.newer_keys(&inner.http, &inner.settings, now).await?;
                token::judge(&inner.settings, &keys, token, access, &kept.nonce, now)
            }
            judged => judged,
        };
        judged.map_err(|why| ProviderError::Token(why.sentence()))
    }

    /// Somebody's email address, in small letters, where the provider says that it is theirs. Asks the userinfo endpoint where
    /// the token says none.
    pub async fn email(&self, identity: &Identity, now: i64) -> Result<Option<String>, ProviderError> {
        if identity.email != Email::Unsaid {
            return Ok(identity.email.clone().theirs());
        }
        let client = self.client(now).await?;
        let access = AccessToken::new(identity.access.expose().to_owned());
        let subject = SubjectIdentifier::new(identity.subject.clone());
        // A provider without such an endpoint has said all that it says.
        let Ok(request) = client.user_info(access, Some(subject)) else { return Ok(None) };
        let told: UserInfo = request.request_async(&self.asks()).await.map_err(|error| match error {
            UserInfoError::Request(error) => error,
            UserInfoError::ClaimsVerification(_) => {
                ProviderError::Token("its userinfo endpoint answers about another person")
            }
            UserInfoError::Response(..) => {
                ProviderError::Unusable("its userinfo endpoint does not answer to its own access token")
            }
            _ => ProviderError::Unusable("its userinfo endpoint's answer cannot be read"),
        })?;
        Ok(token::email_of(&self.0.settings, &told).theirs())
    }

    /// Asks what the library wants to know.
    fn asks(&self) -> impl Fn(HttpRequest) -> Answering + Send + Sync + 'static {
        let http = self.0.http.clone();
        move |request| {
            let http = http.clone();
            Box::pin(async move { http.call(request).await })
        }
    }

    async fn client(&self, now: i64) -> Result<Client, ProviderError> {
        self.0.known.client(&self.0.http, &self.0.settings, now).await
    }
}

#[cfg(test)]
mod tests {
    use super::Kept;

    #[test]
    fn what_is_kept_is_read_as_it_was_written_and_nothing_else_is() {
        let kept = Kept::new();
        assert!(Kept::read(&kept.to_text()).is_some_and(|read| read == kept));
        assert!(kept.verifier.len() >= 43 && kept.state != kept.nonce);
        for other in ["", "a b", "a b c d"] {
            assert!(Kept::read(other).is_none(), "{other}");
        }
    }
}
