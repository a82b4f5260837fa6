//! The provider's metadata and keys. Both are fetched when needed, by one caller while the others wait, and cached for
//! an hour. After a failure, the provider is not called again for some seconds.

use crate::error::ProviderError;
use crate::http::Http;
use crate::keys;
use crate::settings::Settings;
use crate::token::{More, TokenResponse};
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreClaimName, CoreClaimType, CoreClientAuthMethod,
    CoreErrorResponseType, CoreGenderClaim, CoreGrantType, CoreJsonWebKey, CoreJsonWebKeySet,
    CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm, CoreResponseMode, CoreResponseType,
    CoreRevocableToken, CoreRevocationErrorResponse, CoreSubjectIdentifierType,
    CoreTokenIntrospectionResponse,
};
use openidconnect::{
    AdditionalProviderMetadata, AuthType, ClientId, ClientSecret, EndpointNotSet, EndpointSet, IssuerUrl,
    ProviderMetadata, RedirectUrl, StandardErrorResponse,
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tokio::sync::Mutex;

/// Seconds that what is known counts.
const KEPT: i64 = 60 * 60;
/// Seconds that keys are kept at least, whatever key a token names.
const KEYS_KEPT: i64 = 60;
/// Seconds that a provider is left alone that did not answer.
const LEFT_ALONE: i64 = 5;

/// A client of the provider, as the library has it.
pub(crate) type Client = openidconnect::Client<
    More,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    TokenResponse,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
    openidconnect::EndpointMaybeSet,
>;

type Metadata = ProviderMetadata<
    SaysIssuer,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

/// Whether the provider says who it is when it leads a browser back (RFC 9207).
#[derive(Clone, Debug, Deserialize, Serialize)]
struct SaysIssuer {
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

impl AdditionalProviderMetadata for SaysIssuer {}

/// What is known.
#[derive(Default)]
pub(crate) struct Known {
    of: Mutex<Of>,
}

#[derive(Default)]
struct Of {
    metadata: Option<(Metadata, i64)>,
    keys: Option<(Arc<CoreJsonWebKeySet>, i64)>,
    failed: Option<(ProviderError, i64)>,
}

impl Known {
    /// A client, as the provider is today.
    pub(crate) async fn client(
        &self,
        http: &Http,
        settings: &Settings,
        now: i64,
    ) -> Result<Client, ProviderError> {
        let mut of = self.of.lock().await;
        let metadata = of.metadata(http, settings, now).await?;
        client(metadata, settings)
    }

    /// Whether the provider says who it is when it leads a browser back.
    pub(crate) async fn says_issuer(
        &self,
        http: &Http,
        settings: &Settings,
        now: i64,
    ) -> Result<bool, ProviderError> {
        let mut of = self.of.lock().await;
        let metadata = of.metadata(http, settings, now).await?;
        Ok(metadata.additional_metadata().authorization_response_iss_parameter_supported)
    }

    /// The provider's keys.
    pub(crate) async fn keys(
        &self,
        http: &Http,
        settings: &Settings,
        now: i64,
    ) -> Result<Arc<CoreJsonWebKeySet>, ProviderError> {
        self.of.lock().await.keys(http, settings, now, KEPT).await
    }

    /// The same, for a token whose key is not among them: asked for again at most once a minute.
    pub(crate) async fn newer_keys(
        &self,
        http: &Http,
        settings: &Settings,
        now: i64,
    ) -> Result<Arc<CoreJsonWebKeySet>, ProviderError> {
        self.of.lock().await.keys(http, settings, now, KEYS_KEPT).await
    }
}

/// Whether what was read then is still good; a clock that was put back makes nothing last longer.
fn is_fresh(read_at: i64, now: i64, kept: i64) -> bool {
    (read_at..read_at + kept).contains(&now)
}

impl Of {
    async fn metadata(
        &mut self,
        http: &Http,
        settings: &Settings,
        now: i64,
    ) -> Result<&Metadata, ProviderError> {
        let is_known = self.metadata.as_ref().is_some_and(|(_, read_at)| is_fresh(*read_at, now, KEPT));
        if !is_known {
            self.wait(now)?;
            let read = discover(http, settings).await;
            self.note(&read, now);
            self.metadata = Some((read?, now));
        }
        match &self.metadata {
            Some((metadata, _)) => Ok(metadata),
            None => Err(ProviderError::Unavailable),
        }
    }

    async fn keys(
        &mut self,
        http: &Http,
        settings: &Settings,
        now: i64,
        kept: i64,
    ) -> Result<Arc<CoreJsonWebKeySet>, ProviderError> {
        if let Some((keys, read_at)) = &self.keys
            && is_fresh(*read_at, now, kept)
        {
            return Ok(keys.clone());
        }
        let place = self.metadata(http, settings, now).await?.jwks_uri().url().clone();
        self.wait(now)?;
        let read = match http.get(&place).await {
            Ok(set) => keys::read(&set).ok_or(ProviderError::Unusable("its key set is none")),
            Err(error) => Err(error),
        };
        self.note(&read, now);
        let keys = Arc::new(read?);
        self.keys = Some((keys.clone(), now));
        Ok(keys)
    }

    /// Fails where the last question did, a moment ago.
    fn wait(&self, now: i64) -> Result<(), ProviderError> {
        match self.failed {
            Some((error, at)) if is_fresh(at, now, LEFT_ALONE) => Err(error),
            Some(_) | None => Ok(()),
        }
    }

    fn note<T>(&mut self, read: &Result<T, ProviderError>, now: i64) {
        self.failed = read.as_ref().err().map(|error| (*error, now));
    }
}

/// Reads what the provider says of itself, and looks whether it can be used.
async fn discover(http: &Http, settings: &Settings) -> Result<Metadata, ProviderError> {
    let issuer = IssuerUrl::new(settings.issuer.clone())
        .map_err(|_| ProviderError::Unusable("its name is no address"))?;
    let place = issuer
        .join(".well-known/openid-configuration")
        .map_err(|_| ProviderError::Unusable("its name is no address"))?;
    let read = http.get(&place).await?;
    let metadata: Metadata = serde_json::from_slice(&read)
        .map_err(|_| ProviderError::Unusable("its openid-configuration cannot be read"))?;
    if *metadata.issuer() != issuer {
        return Err(ProviderError::Unusable(
            "it has another name than RELINK_OIDC_ISSUER; the two must be the same to the last character",
        ));
    }
    let token = metadata.token_endpoint().ok_or(ProviderError::Unusable("it has no token endpoint"))?;
    let addresses = [metadata.authorization_endpoint().url(), token.url(), metadata.jwks_uri().url()];
    let userinfo = metadata.userinfo_endpoint().map(|endpoint| endpoint.url());
    if !addresses.into_iter().chain(userinfo).all(|url| http.may_ask(url)) {
        return Err(ProviderError::Unusable("one of its addresses is not https://"));
    }
    Ok(metadata)
}

fn client(metadata: &Metadata, settings: &Settings) -> Result<Client, ProviderError> {
    let token = metadata.token_endpoint().ok_or(ProviderError::Unusable("it has no token endpoint"))?;
    let (id, secret) = (settings.client_id.clone(), settings.client_secret.expose().to_owned());
    let methods = metadata.token_endpoint_auth_methods_supported();
    let takes = |method| methods.is_none_or(|methods| methods.contains(&method));
    // In the header where the provider does not say otherwise.
    let is_in_body =
        !takes(CoreClientAuthMethod::ClientSecretBasic) && takes(CoreClientAuthMethod::ClientSecretPost);
    let client = openidconnect::Client::from_provider_metadata(
        metadata.clone(),
        ClientId::new(id),
        Some(ClientSecret::new(secret)),
    );
    let redirect = RedirectUrl::from_url(settings.redirect.clone());
    let auth = if is_in_body { AuthType::RequestBody } else { AuthType::BasicAuth };
    Ok(client.set_token_uri(token.clone()).set_redirect_uri(redirect).set_auth_type(auth))
}
