//! The relink API for `<relink-widget>`, as routes that any axum app can nest. It calls Stripe's HTTP API and serves
//! the contract.
//!
//! ```no_run
//! use axum::Router;
//! use axum::http::request::Parts;
//! use relink_backend::{Customer, Database, IdentifyCustomer, Merchant, NotIdentified, Relink, Secret, Stripe};
//!
//! /// Who the customer of a request is: only the app knows.
//! struct Sessions;
//!
//! impl IdentifyCustomer for Sessions {
//!     async fn identify(&self, request: &Parts) -> Result<Customer, NotIdentified> {
//!         // Look the app's own session up; where it is a cookie, check the CSRF token of a POST as well.
//!         let signed_in = request.headers.contains_key("cookie");
//!         if signed_in { Ok(Customer::signed_in("cus_1")) } else { Err(NotIdentified::Nobody) }
//!     }
//! }
//!
//! # async fn serve() -> Result<(), Box<dyn std::error::Error>> {
//! let relink = Relink::builder()
//!     .stripe(Stripe::new(Secret::new("sk_test_…"), "pk_test_…")?)
//!     .webhook_secret(Secret::new("whsec_…"))
//!     .secret(Secret::new("at least 32 characters that nobody can guess"))
//!     .database(Database::read(Some("sqlite:relink.sqlite".into()), None)?)
//!     .merchant(Merchant::named("Corner Store"))
//!     .customers(Sessions)
//!     .build()
//!     .await?;
//! tokio::spawn(relink.clone().background());
//! let app: Router = Router::new()
//!     .nest("/relink", relink.router())
//!     .nest("/webhooks/stripe", relink.webhook());
//! # let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
//! axum::serve(listener, app).await?;
//! # Ok(())
//! # }
//! ```
//! The merchant's part is passed in as values and traits: who the customer is ([`IdentifyCustomer`]), the merchant's
//! name ([`Merchant`]), what a relink is for ([`Profile`]), the database, the clock. The app keeps its own state,
//! sessions, CSRF and tracing: nothing here sets a cookie, installs a subscriber or reads the environment.
//! A request passes through `trace` (id, log line, problem documents), `http` (customer, key, body) and `idempotency`
//! (one action, one answer) to `routes`. `webhooks` receives Stripe's events; `counts` counts. `beside` is for accounts of
//! other providers.

mod background;
mod bank;
mod beside;
mod binding;
mod builder;
mod client_address;
mod consent;
mod consents;
mod contacts;
mod counts;
mod customer;
pub mod document;
mod elsewhere;
mod error;
pub mod http;
pub mod idempotency;
pub mod lifetime;
mod merchant;
pub mod open;
mod outcome;
mod profile;
mod rates;
mod reads;
mod relink;
pub mod reseal;
mod reuse;
mod routes;
mod settle;
mod subject;
mod sync;
mod terms;
pub mod trace;
mod webhooks;

pub use beside::{Asked, Backend, Begun, Beside, Repair};
pub use builder::{BuildError, RelinkBuilder, SHORTEST_SECRET};
pub use client_address::{ClientAddress, NoNetwork, TrustedProxies};
pub use contacts::Contact;
pub use customer::{CameBy, Customer, IdentifyCustomer, NotIdentified};
pub use error::{ApiError, ApiErrorKind, PROBLEM_JSON, ProviderError, RelinkError};
pub use merchant::Merchant;
pub use outcome::BadChoice;
pub use profile::{Permissions, Profile, WayToBank};
pub use rates::{Asker, NoRates, Rate, RateLimits, Rates};
pub use relink::{Clock, Event, Follow, FollowUps, Parts, Relink};
pub use relink_store::Database;
pub use relink_store::binding::NotOurs;
pub use relink_store::retention::Retention;
pub use relink_stripe::{Stripe, StripeHealth};
pub use relink_wire::{SafeUrl, Secret};
pub use routes::PREVIEW;
pub use sync::SyncError;
pub use webhooks::{LARGEST as LARGEST_EVENT, News, Tidings};
