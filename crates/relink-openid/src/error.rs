//! What can go wrong with a provider, and where the problem is. The provider's own error texts are never passed on.

use openidconnect::core::CoreErrorResponseType;
use std::fmt;

/// The client cannot be made: the operator's to repair.
#[derive(Debug)]
pub struct ClientError(pub(crate) reqwest::Error);

impl fmt::Display for ClientError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the client of the OpenID provider cannot be made (RELINK_OIDC_CA?): {}", self.0)
    }
}

impl std::error::Error for ClientError {}

/// Why nobody is signed in by a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProviderError {
    /// It does not answer in time, or says that it cannot.
    Unavailable,
    /// Too many sign-ins are under way.
    Busy,
    /// What it says of itself cannot be used: its operator's fault, or the issuer is not its name.
    Unusable(&'static str),
    /// It does not take our id and secret: our operator's fault.
    NotItsClient,
    /// It does not take the code: it was used, or is too old.
    NotItsCode,
    /// The ID token is not accepted.
    Token(&'static str),
}

impl ProviderError {
    /// What an error of the token endpoint means.
    pub(crate) fn of_token_endpoint(said: &CoreErrorResponseType) -> Self {
        match said {
            CoreErrorResponseType::InvalidClient | CoreErrorResponseType::UnauthorizedClient => {
                Self::NotItsClient
            }
            CoreErrorResponseType::InvalidGrant => Self::NotItsCode,
            CoreErrorResponseType::InvalidRequest
            | CoreErrorResponseType::InvalidScope
            | CoreErrorResponseType::UnsupportedGrantType
            | CoreErrorResponseType::Extension(_) => {
                Self::Unusable("its token endpoint does not take our request")
            }
        }
    }
}

impl fmt::Display for ProviderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unavailable => f.write_str("the OpenID provider does not answer"),
            Self::Busy => f.write_str("too many sign-ins at the OpenID provider are under way"),
            Self::Unusable(why) => write!(f, "the OpenID provider cannot be used: {why}"),
            Self::NotItsClient => f.write_str(
                "the OpenID provider does not take RELINK_OIDC_CLIENT_ID with RELINK_OIDC_CLIENT_SECRET",
            ),
            Self::NotItsCode => {
                f.write_str("the OpenID provider does not take the code: it was used, or is too old")
            }
            Self::Token(why) => write!(f, "the OpenID provider's answer is not believed: {why}"),
        }
    }
}

impl std::error::Error for ProviderError {}
