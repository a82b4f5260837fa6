//! Providers beside Stripe: one customer can have accounts at several. Each provider is a [`Beside`], which the program that builds a
//! [`Relink`] passes in: it knows how to call that provider and what to store about it. The contract's rules stay here.
//!
//! Each account is stored with its provider's name. The handoff of these providers is a page of their own (`handoff.type` `hosted`).
//! They repair a whole login at once, so the customer is not asked to choose among the resulting accounts.

use crate::error::RelinkError;
use relink_account::{Asking, LinkedAccount, Standing};
use relink_seal::Seal;
use relink_store::Store;
use relink_store::sessions::RelinkSession;
use relink_wire::{Fields, Json, Secret};
use serde_json::json;
use std::future::Future;
use std::pin::Pin;

/// What a provider answers.
pub type Asked<'a, T> = Pin<Box<dyn Future<Output = Result<T, RelinkError>> + Send + 'a>>;

/// What the backend passes to a provider.
#[derive(Clone, Copy)]
pub struct Backend<'a> {
    /// The database.
    pub store: &'a Store,
    /// Seals what the database stores.
    pub seal: &'a Seal,
    /// The name that customers know the merchant by.
    pub merchant: &'a str,
    /// Now, in milliseconds since 1970.
    pub now_ms: i64,
}

/// A provider beside Stripe.
pub trait Beside: Send + Sync + 'static {
    /// Its name, as stored with its accounts.
    fn name(&self) -> &'static str;

    /// What it lets a merchant ask customers for.
    fn asking(&self) -> Asking;

    /// How long its page for the customer is valid, in seconds.
    fn lasts_s(&self) -> i64;

    /// A customer's accounts there, all of them or those of one authorization, as they are now. Never another customer's accounts.
    fn accounts<'a>(
        &'a self,
        backend: Backend<'a>,
        customer: &'a str,
        authorization: Option<&'a str>,
    ) -> Asked<'a, Vec<LinkedAccount>>;

    /// Reads and stores the accounts of all customers; returns how many.
    fn sync<'a>(&'a self, backend: Backend<'a>) -> Asked<'a, usize>;

    /// Starts a repair.
    fn begin<'a>(&'a self, backend: Backend<'a>, repair: Repair<'a>) -> Asked<'a, Begun>;

    /// The status of a repair. `case` is what [`Beside::begin`] returned for it.
    fn standing<'a>(
        &'a self,
        backend: Backend<'a>,
        session: &'a RelinkSession,
        case: Secret,
    ) -> Asked<'a, Standing>;
}

/// A repair to start.
#[derive(Clone, Copy, Debug)]
pub struct Repair<'a> {
    /// Whose login it is.
    pub customer: &'a str,
    /// The login at the bank.
    pub authorization: &'a str,
    /// The accounts of it that the customer is shown, as the provider just returned them.
    pub shown: &'a [LinkedAccount],
    /// The language of the customer's page, BCP 47.
    pub locale: Option<&'a str>,
    /// Where the provider's page sends the customer back to.
    pub return_url: Option<&'a str>,
}

/// A repair that was started.
#[derive(Clone, Debug)]
pub struct Begun {
    /// Its name in the provider's webhooks; not a secret.
    pub name: String,
    /// The provider's page.
    pub url: Secret,
    /// What identifies it when its status is read.
    pub case: Secret,
}

/// What is stored sealed with a session: the page's address and the repair's `case`.
pub(crate) fn handoff(begun: &Begun) -> Vec<u8> {
    json!({"url": begun.url.expose(), "case": begun.case.expose()}).to_string().into_bytes()
}

/// A field of what [`handoff`] stored.
pub(crate) fn of_handoff(opened: &[u8], field: &str) -> Option<String> {
    serde_json::from_slice::<Json>(opened).ok()?.text(field).map(Into::into)
}
