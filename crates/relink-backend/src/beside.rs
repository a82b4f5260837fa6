//! Providers beside Stripe: one customer may have accounts at several. Each is one [`Beside`], which the program that composes a
//! [`Relink`] brings along: it knows how that provider is spoken to and what of it is kept. The contract's rules stay here.
//!
//! Whose an account is stands with it, by the provider's name. Another provider's way to the bank is a page of its own
//! (`handoff.type` `hosted`), and one of its logins is repaired whole, so nobody is asked to choose among what came of it.

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

/// What a provider gets of the backend that asks it.
#[derive(Clone, Copy)]
pub struct Backend<'a> {
    /// The database.
    pub store: &'a Store,
    /// Seals what the database stores.
    pub seal: &'a Seal,
    /// As customers know the merchant.
    pub merchant: &'a str,
    /// Now, in milliseconds since 1970.
    pub now_ms: i64,
}

/// A provider beside Stripe.
pub trait Beside: Send + Sync + 'static {
    /// Its name, as its accounts bear it.
    fn name(&self) -> &'static str;

    /// What it lets a merchant ask customers for.
    fn asking(&self) -> Asking;

    /// How long its way to the bank is good, in seconds.
    fn lasts_s(&self) -> i64;

    /// A customer's accounts there, all or those of one authorization, as it says now. Accounts of other customers are not told of,
    /// whatever is asked for.
    fn accounts<'a>(
        &'a self,
        backend: Backend<'a>,
        customer: &'a str,
        authorization: Option<&'a str>,
    ) -> Asked<'a, Vec<LinkedAccount>>;

    /// Reads everybody's accounts anew and writes them; answers how many.
    fn sync<'a>(&'a self, backend: Backend<'a>) -> Asked<'a, usize>;

    /// Begins a repair.
    fn begin<'a>(&'a self, backend: Backend<'a>, repair: Repair<'a>) -> Asked<'a, Begun>;

    /// How a repair stands. `case` is what it gave when the repair began.
    fn standing<'a>(
        &'a self,
        backend: Backend<'a>,
        session: &'a RelinkSession,
        case: Secret,
    ) -> Asked<'a, Standing>;
}

/// A repair that begins.
#[derive(Clone, Copy, Debug)]
pub struct Repair<'a> {
    /// Whose login it is.
    pub customer: &'a str,
    /// The login at the bank.
    pub authorization: &'a str,
    /// Its accounts that the customer is shown, as the provider has just told of them.
    pub shown: &'a [LinkedAccount],
    /// The language of the customer's page, BCP 47.
    pub locale: Option<&'a str>,
    /// Where the provider's page sends the customer back to.
    pub return_url: Option<&'a str>,
}

/// A repair that was begun.
#[derive(Clone, Debug)]
pub struct Begun {
    /// What the provider's webhooks name it by; no secret.
    pub name: String,
    /// The provider's page.
    pub url: Secret,
    /// What it is asked for by, later.
    pub case: Secret,
}

/// What rests sealed with a session: the page's address, and what the repair is asked for by.
pub(crate) fn handoff(begun: &Begun) -> Vec<u8> {
    json!({"url": begun.url.expose(), "case": begun.case.expose()}).to_string().into_bytes()
}

/// A field of what rests sealed.
pub(crate) fn of_handoff(opened: &[u8], field: &str) -> Option<String> {
    serde_json::from_slice::<Json>(opened).ok()?.text(field).map(Into::into)
}
