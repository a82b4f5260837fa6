//! Hosted relinks of one running backend: what every route, rule and sender here gets.

use crate::post::{Post, PostError};
use crate::refusals::Refusals;
use crate::settings::Settings;
use relink_backend::Relink;
use relink_wire::SafeUrl;
use std::ops::Deref;
use std::sync::Arc;

/// Hosted relinks before there is a [`Relink`]: the settings and the ways out. It follows Stripe's events.
#[derive(Clone)]
pub struct Hosting(Arc<HostingParts>);

struct HostingParts {
    settings: Settings,
    post: Post,
    refusals: Refusals,
}

impl Hosting {
    /// Gets ready; makes no connection yet.
    pub fn new(settings: Settings) -> Result<Self, PostError> {
        let post = Post::new(&settings)?;
        Ok(Self(Arc::new(HostingParts { settings, post, refusals: Refusals::default() })))
    }

    /// The same with the backend that it belongs to.
    pub fn with(&self, relink: Relink) -> Hosted {
        Hosted { relink, hosting: self.clone() }
    }

    /// Says that there is something to send.
    pub(crate) fn wake(&self) {
        self.0.post.wake();
    }
}

/// Hosted relinks of one running backend; cloning shares it.
#[derive(Clone)]
pub struct Hosted {
    relink: Relink,
    hosting: Hosting,
}

impl Hosted {
    /// Says that there is something to send.
    pub fn wake(&self) {
        self.post().wake();
    }

    /// The settings.
    pub fn settings(&self) -> &Settings {
        &self.hosting.0.settings
    }

    pub(crate) fn refusals(&self) -> &Refusals {
        &self.hosting.0.refusals
    }

    pub(crate) fn post(&self) -> &Post {
        &self.hosting.0.post
    }

    /// The name that customers know the merchant by.
    pub fn shop(&self) -> &str {
        &self.relink.merchant.name
    }

    /// The merchant's logo, if there is one.
    pub fn logo(&self) -> Option<&SafeUrl> {
        self.relink.merchant.logo_url.as_ref()
    }

    /// Where a customer gets help, where the merchant says so.
    pub fn support_url(&self) -> Option<&str> {
        self.relink.merchant.support_url.as_ref().map(|url| url.as_str())
    }
}

impl Deref for Hosted {
    type Target = Relink;

    fn deref(&self) -> &Relink {
        &self.relink
    }
}
