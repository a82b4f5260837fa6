//! One running backend: Stripe, the database, the seal, the clock, the merchant's part, and others that act on Stripe's
//! events. Hosted relinks do: they write the timeline and email customers. This crate does not know them; they register
//! here.

use crate::bank::Banks;
use crate::beside::Beside;
use crate::consents::Consents;
use crate::customer::AnyIdentify;
use crate::error::ApiError;
use crate::merchant::Merchant;
use crate::profile::Profile;
use crate::rates::Rates;
use crate::reads::Reads;
use relink_account::Happening;
use relink_seal::Seal;
use relink_store::accounts::FreshAccounts;
use relink_store::hosted::FollowUp;
use relink_store::retention::Retention;
use relink_store::{Store, StoreError};
use relink_stripe::Stripe;
use relink_wire::Secret;
use std::future::Future;
use std::ops::Deref;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// The time in milliseconds since 1970; a function, so that a test can wait half an hour in no time.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// One running backend; cloning shares it.
#[derive(Clone)]
pub struct Relink(Arc<Parts>);

/// What a [`Relink`] is made of.
pub struct Parts {
    /// The client of Stripe's API.
    pub stripe: Stripe,
    /// The database.
    pub store: Store,
    /// Seals what the database stores.
    pub seal: Seal,
    /// As customers know the merchant.
    pub merchant: Merchant,
    /// What relinks are for.
    pub profiles: Vec<Profile>,
    /// How long rows are kept.
    pub retention: Retention,
    /// Origins that a customer may be sent back to, besides the one that the request came to.
    pub return_origins: Vec<String>,
    /// How often one client may ask.
    pub rates: Rates,
    /// Whether customers agree in the review, so that Stripe need not ask.
    pub(crate) consents: Consents,
    /// What Stripe said of banks a moment ago.
    pub(crate) banks: Banks,
    /// Which sessions are being read from Stripe.
    pub(crate) reads: Reads,
    /// The current one, and the one before.
    pub(crate) webhook_secrets: Vec<Secret>,
    pub(crate) customers: Box<dyn AnyIdentify>,
    pub(crate) followers: Vec<Arc<dyn Follow>>,
    pub(crate) besides: Vec<Arc<dyn Beside>>,
    pub(crate) clock: Clock,
    /// Milliseconds that the database's clock is ahead of ours.
    pub(crate) ahead_ms: AtomicI64,
    /// Whether it is known which Stripe account the key is of, or that nobody will say.
    pub(crate) is_account_settled: AtomicBool,
    /// Whether the database has turned out to be another account's.
    pub(crate) is_not_ours: AtomicBool,
}

impl Relink {
    pub(crate) fn of(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    /// Goes by the database's clock, where it has one: machines that share a database then agree on what has run out
    /// and on what was asked first, however wrong their own clocks are.
    pub async fn set_clock(&self) -> Result<(), StoreError> {
        let before = (self.0.clock)();
        if let Some(told) = self.store.clock_ms().await? {
            let ahead = told - (before + (self.0.clock)()) / 2;
            self.0.ahead_ms.store(ahead, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Now, in Unix seconds.
    pub fn now(&self) -> i64 {
        self.now_ms() / 1000
    }

    /// Now, in milliseconds since 1970.
    pub fn now_ms(&self) -> i64 {
        (self.0.clock)() + self.0.ahead_ms.load(Ordering::Relaxed)
    }

    /// The profile that a session was made under.
    pub(crate) fn profile(&self, name: &str) -> Option<&Profile> {
        self.profiles.iter().find(|profile| profile.name == name)
    }
}

impl Deref for Relink {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// An event, with the accounts that it is about as the provider has just given them.
#[derive(Clone, Copy, Debug)]
pub struct Event<'a> {
    /// Whose event it is, by the provider's name.
    pub provider: &'a str,
    /// The provider's own name of it: Stripe's `type`.
    pub kind: &'a str,
    /// What it means.
    pub happening: Happening,
    /// When it was made, in Unix seconds.
    pub created: i64,
    /// The accounts.
    pub accounts: &'a FreshAccounts,
}

/// What a follower answers.
pub type FollowUps<'a> = Pin<Box<dyn Future<Output = Result<Vec<FollowUp>, ApiError>> + Send + 'a>>;

/// Somebody who draws consequences from Stripe's events.
///
/// It gets the [`Relink`] for each event and keeps none: a follower that held one would keep the database open for ever.
pub trait Follow: Send + Sync + 'static {
    /// What is to be written for an event, in one transaction with the event's id. It may be asked several times for one
    /// event and writes nothing itself. An error that passes makes Stripe deliver the event again.
    fn follow<'a>(&'a self, relink: &'a Relink, event: Event<'a>) -> FollowUps<'a>;

    /// What was written has been committed.
    fn committed(&self);
}

pub(crate) fn system_clock() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
