//! Plaid's HTTP API, as far as relinking needs it: update mode by Hosted Link. The only code that speaks to Plaid. It knows no
//! database: who linked what, and the access token of each item, are the caller's to keep.
//!
//! As of any [`Provider`], a repair is begun, and it is asked how it stands and which accounts came of it. Plaid knows items, not accounts: `fit` judges whether the account that is needed
//! is there again. `item` says in the contract's words what holds an item up. `webhook` checks that a webhook is Plaid's; one is a reason
//! to ask, and never an answer.

mod client;
mod error;
mod fit;
mod item;
mod provider;
mod webhook;

pub use client::{Begun, Case, Plaid, Repair, Repaired, language};
pub use error::{ClientError, PlaidError};
pub use fit::{Fit, fit};
pub use item::Item;
pub use provider::happening;
pub use relink_account::{Provider, Standing};
pub use reqwest::Url;
pub use webhook::{Keys, News, WebhookRefusal};
