//! Plaid's HTTP API, as far as relinking needs it: update mode through Hosted Link. This is the only code that calls
//! Plaid. It does not use a database: the caller stores who linked what, and each item's access token.
//! Like any [`Provider`], it starts a repair and reads its status and the resulting accounts. Plaid repairs items, not
//! accounts: `fit` decides whether the required account is back. `item` describes what is wrong with an item in the
//! contract's terms. `webhook` checks that a webhook comes from Plaid; a webhook is a reason to ask, never an answer.

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
pub use relink_calls::MOST_CALLS;
pub use reqwest::Url;
pub use webhook::{Keys, News, WebhookRefusal};
