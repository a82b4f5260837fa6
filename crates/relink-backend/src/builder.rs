//! Sets a [`Relink`] up, from values and traits: nothing is read from the environment here.

use crate::bank::Banks;
use crate::beside::Beside;
use crate::consents::Consents;
use crate::customer::{AnyIdentify, FromExtensions, IdentifyCustomer};
use crate::merchant::Merchant;
use crate::profile::Profile;
use crate::rates::{RateLimits, Rates};
use crate::reads::Reads;
use crate::relink::{Clock, Follow, Parts, Relink, system_clock};
use crate::{binding, contacts};
use relink_seal::Seal;
use relink_store::binding::NotOurs;
use relink_store::retention::Retention;
use relink_store::{Database, OpenError, Store, StoreError};
use relink_stripe::Stripe;
use relink_wire::Secret;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64};

/// The shortest secret that keys are derived from.
pub const SHORTEST_SECRET: usize = 32;

/// Sets a [`Relink`] up; see the crate's own page for an example.
#[derive(Default)]
pub struct RelinkBuilder {
    stripe: Option<Stripe>,
    secret: Option<Secret>,
    secret_previous: Option<Secret>,
    webhook_secrets: Vec<Secret>,
    database: Option<Database>,
    store: Option<Store>,
    merchant: Option<Merchant>,
    profiles: Vec<Profile>,
    return_origins: Vec<String>,
    customers: Option<Box<dyn AnyIdentify>>,
    followers: Vec<Arc<dyn Follow>>,
    besides: Vec<Arc<dyn Beside>>,
    retention: Retention,
    rate_limits: RateLimits,
    pre_collected_consent: bool,
    clock: Option<Clock>,
}

/// Why a backend cannot be set up: always for the developer or operator to repair.
#[derive(Debug)]
pub enum BuildError {
    /// That was not given, by the name of the builder's method.
    Missing(&'static str),
    /// The secret has fewer than [`SHORTEST_SECRET`] characters.
    SecretTooShort,
    /// Two profiles have this name or path.
    ProfileTwice(String),
    /// The database cannot be opened.
    Database(OpenError),
    /// The database cannot be read.
    Store(StoreError),
    /// The database belongs to another Stripe account or mode, or is sealed with another secret.
    NotOurs(NotOurs),
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(what) => write!(f, "{what} was not given to the builder"),
            Self::SecretTooShort => {
                write!(f, "the secret must have {SHORTEST_SECRET} characters at least")
            }
            Self::ProfileTwice(name) => write!(f, "two profiles have the name or the path {name:?}"),
            Self::Database(error) => error.fmt(f),
            Self::Store(error) => error.fmt(f),
            Self::NotOurs(not_ours) => not_ours.fmt(f),
        }
    }
}

impl std::error::Error for BuildError {}

impl Relink {
    /// Begins to set one up.
    pub fn builder() -> RelinkBuilder {
        RelinkBuilder::default()
    }
}

impl RelinkBuilder {
    /// The client of Stripe's API. Required.
    pub fn stripe(self, stripe: Stripe) -> Self {
        Self { stripe: Some(stripe), ..self }
    }

    /// What every key is derived from that seals what rests in the database: at least 32 characters that nobody can guess,
    /// the same on every instance. The database remembers which it was: one that follows on it needs
    /// [`RelinkBuilder::secret_previous`]. Required.
    pub fn secret(self, secret: Secret) -> Self {
        Self { secret: Some(secret), ..self }
    }

    /// The secret before, while something that it sealed is left in the database (see [`crate::reseal`]), or the next
    /// one, while some instances have it already.
    pub fn secret_previous(self, secret: Secret) -> Self {
        Self { secret_previous: Some(secret), ..self }
    }

    /// A signing secret (`whsec_…`) of the endpoint that [`Relink::webhook`] serves: one, or while it is being rotated
    /// two. Without one every delivery is refused.
    pub fn webhook_secret(mut self, secret: Secret) -> Self {
        self.webhook_secrets.push(secret);
        self
    }

    /// Where the rows are. This, or [`RelinkBuilder::store`], is required.
    pub fn database(self, database: Database) -> Self {
        Self { database: Some(database), ..self }
    }

    /// A database that is open already.
    pub fn store(self, store: Store) -> Self {
        Self { store: Some(store), ..self }
    }

    /// As customers know the merchant. Required.
    pub fn merchant(self, merchant: Merchant) -> Self {
        Self { merchant: Some(merchant), ..self }
    }

    /// Adds a profile; without one there is [`Profile::payments`].
    pub fn profile(mut self, profile: Profile) -> Self {
        self.profiles.push(profile);
        self
    }

    /// Origins that a customer may be sent back to from a page that Stripe hosts, besides the one that the request came to.
    pub fn return_origins(self, origins: impl IntoIterator<Item = String>) -> Self {
        Self { return_origins: origins.into_iter().collect(), ..self }
    }

    /// Who the customer of a request is. Without it, what the app's own middleware puts into the request's extensions counts.
    pub fn customers(self, customers: impl IdentifyCustomer) -> Self {
        Self { customers: Some(Box::new(customers)), ..self }
    }

    /// Somebody who draws consequences from Stripe's events.
    pub fn follower(mut self, follower: Arc<dyn Follow>) -> Self {
        self.followers.push(follower);
        self
    }

    /// A provider beside Stripe, where customers may have accounts too.
    pub fn beside(mut self, beside: Arc<dyn Beside>) -> Self {
        self.besides.push(beside);
        self
    }

    /// How long rows are kept; without it, as long as [`Retention::default`] says.
    pub fn retention(self, retention: Retention) -> Self {
        Self { retention, ..self }
    }

    /// How often one client may ask; without it, [`RateLimits::default`].
    pub fn rate_limits(self, rate_limits: RateLimits) -> Self {
        Self { rate_limits, ..self }
    }

    /// Whether customers agree to Stripe's text in the review, so that Stripe need not ask a second time: a private preview,
    /// for which a merchant asks Stripe. Without access, and without this, Stripe asks.
    pub fn pre_collected_consent(self, is_wanted: bool) -> Self {
        Self { pre_collected_consent: is_wanted, ..self }
    }

    /// Another clock than the system's.
    pub fn clock(self, clock: Clock) -> Self {
        Self { clock: Some(clock), ..self }
    }

    /// Opens the database, makes sure that it belongs to these keys, and gets everything ready; asks Stripe nothing yet.
    /// [`Relink::bind_account`] asks which account the key is of.
    pub async fn build(mut self) -> Result<Relink, BuildError> {
        let secret = self.secret.ok_or(BuildError::Missing("secret"))?;
        let secrets = std::iter::once(&secret).chain(&self.secret_previous);
        if secrets.into_iter().any(|secret| secret.expose().chars().count() < SHORTEST_SECRET) {
            return Err(BuildError::SecretTooShort);
        }
        let seal = Seal::new(&secret);
        let seal = match &self.secret_previous {
            Some(previous) => seal.with_previous(previous),
            None => seal,
        };
        let stripe = self.stripe.ok_or(BuildError::Missing("stripe"))?;
        let merchant = self.merchant.ok_or(BuildError::Missing("merchant"))?;
        if self.profiles.is_empty() {
            self.profiles.push(Profile::payments());
        }
        for (at, profile) in self.profiles.iter().enumerate() {
            let before = &self.profiles[..at];
            if before.iter().any(|other| other.name == profile.name) {
                return Err(BuildError::ProfileTwice(profile.name.clone()));
            }
            if let Some(path) = &profile.path
                && before.iter().any(|other| other.path.as_ref() == Some(path))
            {
                return Err(BuildError::ProfileTwice(path.clone()));
            }
        }
        let store = match (self.store, self.database) {
            (Some(store), _) => store,
            (None, Some(database)) => Store::open(&database).await.map_err(BuildError::Database)?,
            (None, None) => return Err(BuildError::Missing("database")),
        };
        let clock = self.clock.unwrap_or_else(|| Arc::new(system_clock));
        let claim = binding::claim(&stripe, &seal);
        let bound = binding::bind(&store, &claim, &seal, clock() / 1000).await.map_err(BuildError::Store)?;
        bound.map_err(BuildError::NotOurs)?;
        let sealed = contacts::seal_clear_contacts(&store, &seal).await.map_err(BuildError::Store)?;
        if sealed > 0 {
            tracing::info!(customers = sealed, "sealed contacts that rested in the clear");
        }
        let relink = Relink::of(Parts {
            stripe,
            store,
            seal,
            merchant,
            profiles: self.profiles,
            retention: self.retention,
            return_origins: self.return_origins,
            rates: Rates::new(self.rate_limits),
            consents: Consents::wanted(self.pre_collected_consent),
            banks: Banks::default(),
            reads: Reads::default(),
            webhook_secrets: self.webhook_secrets,
            customers: self.customers.unwrap_or_else(|| Box::new(FromExtensions)),
            followers: self.followers,
            besides: self.besides,
            clock,
            ahead_ms: AtomicI64::new(0),
            is_account_settled: AtomicBool::new(false),
            is_not_ours: AtomicBool::new(false),
        });
        let read = relink.set_clock().await;
        read.map_err(|error| BuildError::Database(OpenError::Clock(error)))?;
        Ok(relink)
    }
}
