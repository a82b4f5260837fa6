//! The dashboard of one running backend: what every route here gets.

use crate::settings::{Place, Settings};
use axum::extract::{FromRef, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use relink_backend::{ApiError, Asker, ClientAddress};
use relink_hosted::{Hosted, Refusals, forms};
use relink_openid::Provider;
use relink_store::security_events::{Actor, Source};
use std::convert::Infallible;
use std::net::IpAddr;
use std::ops::Deref;
use std::sync::Arc;

/// One running dashboard; cloning shares it.
#[derive(Clone)]
pub struct Desk {
    hosted: Hosted,
    settings: Arc<Settings>,
    provider: Option<Provider>,
    refusals: Arc<Refusals>,
}

impl Desk {
    /// The dashboard of a backend.
    pub fn new(hosted: &Hosted, settings: Settings, provider: Option<Provider>) -> Self {
        Self { hosted: hosted.clone(), settings: Arc::new(settings), provider, refusals: Arc::default() }
    }

    /// Where staff sign in who have no password here.
    pub fn provider(&self) -> Option<&Provider> {
        self.provider.as_ref()
    }

    /// Sign-ins by the provider that came to nothing, which anybody can make many of.
    pub(crate) fn refusals(&self) -> &Refusals {
        &self.refusals
    }

    /// What the operator decided.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Whether staff reach it by HTTPS.
    pub fn is_https(&self) -> bool {
        match &self.settings.place {
            Place::Origin(origin) => origin.starts_with("https://"),
            Place::Shared | Place::Listener => self.hosted.settings().is_https(),
        }
    }

    /// Refuses what a browser says comes from another origin than the dashboard's: from a page that runs Stripe's
    /// script, too, where the dashboard is apart from those.
    pub fn same_origin(&self, headers: &HeaderMap) -> Result<(), ApiError> {
        match &self.settings.place {
            Place::Shared => forms::same_origin(&self.hosted, headers),
            Place::Origin(ours) => forms::from_origin(headers, |origin| origin == ours),
            Place::Listener => {
                forms::from_origin(headers, |origin| forms::is_addressed(&self.hosted, headers, origin))
            }
        }
    }

    /// Takes a token of the address for a password, a code, or a visit to the OpenID provider: each is work before anybody has proved
    /// anything.
    pub fn take_sign_in(&self, client: Client) -> Result<(), ApiError> {
        match client.0.map(ClientAddress) {
            Some(address) => self.hosted.rates.take(Asker::SignIn(address)),
            None => Ok(()),
        }
    }

    /// Who does something now, for the security events.
    pub fn source<'a>(&self, actor: Actor<'a>, client: Client) -> Source<'a> {
        Source { at_ms: self.hosted.now_ms(), actor, address: client.0 }
    }
}

impl Deref for Desk {
    type Target = Hosted;

    fn deref(&self) -> &Hosted {
        &self.hosted
    }
}

impl FromRef<Desk> for Hosted {
    fn from_ref(desk: &Desk) -> Self {
        desk.hosted.clone()
    }
}

/// The address that a request comes from, where the program that serves has said so.
#[derive(Clone, Copy, Debug)]
pub struct Client(pub Option<IpAddr>);

impl<S: Sync> FromRequestParts<S> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(parts.extensions.get().map(|ClientAddress(address)| *address)))
    }
}
