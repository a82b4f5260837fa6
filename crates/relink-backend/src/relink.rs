//! What every handler has at hand: configuration, Stripe, the database, the seal, the clock.

use crate::config::{Config, Customer};
use crate::hosted;
use crate::hosted::post::{Post, PostError};
use crate::seal::Seal;
use crate::store::{OpenError, Store};
use crate::stripe::Stripe;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// The time in milliseconds since 1970; a function, so that a test can wait half an hour in no time.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// One running merchant; cloning shares it.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// What an [`App`] is made of.
pub struct Parts {
    /// As the operator wants it.
    pub config: Config,
    /// Upward.
    pub stripe: Stripe,
    /// On disk.
    pub store: Store,
    /// Signs and seals.
    pub seal: Seal,
    /// Sends mails and events.
    pub post: Post,
    clock: Clock,
    /// Milliseconds that the database's clock is ahead of ours.
    ahead_ms: AtomicI64,
}

/// Why a merchant cannot start.
#[derive(Debug)]
pub enum StartError {
    /// The database.
    Database(OpenError),
    /// The HTTP client: no certificates to trust, say.
    Client(reqwest::Error),
    /// The mail server's address, or the client of the webhook.
    Post(PostError),
    /// What a demonstration needs could not be written.
    Demo(sqlx::Error),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Database(error) => error.fmt(f),
            Self::Client(error) => write!(f, "the client of Stripe's API cannot be made: {error}"),
            Self::Post(error) => error.fmt(f),
            Self::Demo(error) => write!(f, "DEMO_STAFF or DEMO_API_KEY could not be written: {error}"),
        }
    }
}

impl std::error::Error for StartError {}

impl App {
    /// Opens the database and gets everything ready; asks nobody anything yet.
    pub async fn open(config: Config) -> Result<Self, StartError> {
        Self::open_at(config, Arc::new(system_clock)).await
    }

    /// The same with another clock.
    pub async fn open_at(config: Config, clock: Clock) -> Result<Self, StartError> {
        let key = config.stripe_secret_key.clone();
        let stripe = Stripe::new(config.stripe_api.clone(), key.clone(), config.stripe_version.clone());
        let stripe = stripe.map_err(StartError::Client)?;
        let store = Store::open(&config.database).await.map_err(StartError::Database)?;
        let ahead_ms = AtomicI64::new(0);
        let post = Post::new(&config).map_err(StartError::Post)?;
        let seal = Seal::new(&key);
        let app = Self(Arc::new(Parts { config, stripe, store, seal, post, clock, ahead_ms }));
        let read = app.set_clock().await;
        read.map_err(|error| StartError::Database(OpenError::Unreachable(error)))?;
        hosted::seed(&app).await.map_err(StartError::Demo)?;
        Ok(app)
    }

    /// Goes by the database's clock, where it has one: machines that share a database then agree on what has run out
    /// and on what was asked first, however wrong their own clocks are.
    pub async fn set_clock(&self) -> Result<(), sqlx::Error> {
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

    /// The demo customer of that id.
    pub fn customer(&self, id: &str) -> Option<&Customer> {
        self.config.customers.iter().find(|customer| customer.id == id)
    }
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

fn system_clock() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
