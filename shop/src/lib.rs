//! Pinegrove Market, an invented grocer: a merchant whose server is written in whatever language, here Rust, and who runs
//! `relink-server` beside it. It uses relink-server's public HTTP API and nothing else, so it may not depend on any of
//! its crates; `relink-wire` is here for `DisplayText` alone.
//!
//! `relink` asks relink-server, `words` has the texts for its answers, `pages` draws, `visitor` knows the customer of a
//! request. The browser's half is in `assets/`: `token.js` is what a merchant has to write.

pub mod app;
pub mod config;
mod dates;
mod document;
mod pages;
mod plaid;
mod relink;
mod reminders;
mod sandbox;
mod sign_ins;
mod trouble;
mod visitor;
mod words;

pub use app::App;
pub use config::{Config, ConfigError};
pub use pages::router;
pub use relink::RelinkError;
