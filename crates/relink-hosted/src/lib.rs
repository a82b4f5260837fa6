//! The other two ways to relink: a page of the merchant's own that a customer is led to, by an address that the
//! merchant hands out or by email.
//!
//! `rules` decides who may be asked and how often; `ask` prepares a request, whoever makes it: a server (`api`), a person
//! of the staff (the dashboard), an event of Stripe's (`policy`), or the customer whose link ran out (`page`). `remind` asks
//! again. `mail` writes the email, `words` is what email and page say, `outbox` sends. `gate` lets the page's widget in to
//! the relink API. `shell` and `forms` are what pages have in common; the dashboard uses them too.

mod addressee;
pub mod api;
pub mod ask;
pub mod dates;
pub mod forms;
mod gate;
pub mod mail;
mod outbox;
mod page;
mod policy;
mod remind;
pub mod rules;
mod settings;
pub mod shell;
pub mod words;

pub use addressee::Addressee;
pub use api::{api_key_fingerprint, api_key_name};
pub use outbox::PostError;
pub use policy::Trigger;
pub use settings::{Mistake, Settings, Webhook, is_mailbox};

use axum::{Router, middleware};
use outbox::Post;
use relink_backend::{Event, Follow, FollowUps, Permissions, Profile, Relink, WayToBank, trace};
use relink_store::StoreError;
use std::ops::Deref;
use std::sync::Arc;

/// The profile behind our own hosted page.
pub(crate) const LINK: &str = "link";
/// The profile behind a page of Stripe's that a merchant's server asked for; no browser calls it.
pub(crate) const BY_STRIPE: &str = "hosted_by_stripe";

/// What hosted relinks need of a [`Relink`]: two profiles without a path. Add them to its builder.
pub fn profiles() -> [Profile; 2] {
    let profile = |name: &str, handoff| Profile {
        name: name.into(),
        path: None,
        permissions: Permissions::AsGranted,
        limit: Some(1),
        handoff,
    };
    [profile(LINK, WayToBank::StripeJs), profile(BY_STRIPE, WayToBank::Hosted)]
}

/// Hosted relinks before there is a [`Relink`]: the settings and the ways out. It follows Stripe's events.
#[derive(Clone)]
pub struct Hosting(Arc<HostingParts>);

struct HostingParts {
    settings: Settings,
    post: Post,
}

impl Hosting {
    /// Gets ready; makes no connection yet.
    pub fn new(settings: Settings) -> Result<Self, PostError> {
        let post = Post::new(&settings)?;
        Ok(Self(Arc::new(HostingParts { settings, post })))
    }

    /// The same with the backend that it belongs to.
    pub fn with(&self, relink: Relink) -> Hosted {
        Hosted { relink, hosting: self.clone() }
    }
}

impl Follow for Hosting {
    fn follow<'a>(&'a self, relink: &'a Relink, event: Event<'a>) -> FollowUps<'a> {
        Box::pin(async move { policy::follow(&self.with(relink.clone()), event).await })
    }

    fn committed(&self) {
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
    /// The routes: `/r/{token}` with the relink API of its widget, `/v1/hosted_relinks`, and what pages load.
    pub fn routes<S>(&self) -> Router<S>
    where
        S: Clone + Send + Sync + 'static,
    {
        Router::new()
            .merge(api::routes())
            .merge(page::routes())
            .merge(shell::assets())
            .with_state(self.clone())
            .merge(gate::routes(self))
            .layer(middleware::from_fn(trace::trace))
    }

    /// Sends what waits until it is dropped. Every instance runs one.
    pub async fn run_outbox(self) {
        outbox::run(self).await;
    }

    /// Sends every email and event that is due, once.
    pub async fn deliver(&self) -> Result<(), StoreError> {
        outbox::deliver(self).await
    }

    /// Says that there is something to send.
    pub fn wake(&self) {
        self.post().wake();
    }

    /// The settings.
    pub fn settings(&self) -> &Settings {
        &self.hosting.0.settings
    }

    pub(crate) fn post(&self) -> &Post {
        &self.hosting.0.post
    }

    /// The name that customers know the merchant by.
    pub fn shop(&self) -> &str {
        &self.relink.merchant.name
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
