//! Who the customer of a request is. Only the merchant's app knows that.

use axum::http::request::Parts;
use std::future::Future;
use std::pin::Pin;

/// The customer of a request, as the merchant's app knows them. An app whose own middleware has found that out puts one into
/// the request's extensions; another implements [`IdentifyCustomer`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Customer {
    /// `cus_…` at Stripe, or `acct_…` of an Account object that stands for a customer.
    pub id: String,
    /// Where a page hosted by Stripe sends them back to. Without it, the page that the request came from, if its origin
    /// is one of ours.
    pub return_url: Option<String>,
    /// When the merchant's next payment from them is due, in Unix seconds: the review says so.
    pub next_payment_at: Option<i64>,
    /// The link by which they came, where they did not sign in.
    pub link: Option<CameBy>,
    /// Owner of their idempotency keys, where that is not the customer: a link has keys of its own.
    pub key_owner: Option<String>,
}

/// A link that takes the place of a sign-in, for some of a customer's accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CameBy {
    /// `hrl_…`
    pub id: String,
    /// The accounts that they may relink, and no others.
    pub accounts: Vec<String>,
}

impl CameBy {
    /// Whether it is for that account.
    pub fn is_for(&self, account: &str) -> bool {
        self.accounts.iter().any(|known| known == account)
    }
}

impl Customer {
    /// A customer who has signed in.
    pub fn signed_in(id: impl Into<String>) -> Self {
        Self { id: id.into(), return_url: None, next_payment_at: None, link: None, key_owner: None }
    }

    /// Owner of the idempotency keys: the customer, or the link that they came by.
    pub fn key_owner(&self) -> &str {
        self.key_owner.as_deref().unwrap_or(&self.id)
    }
}

/// Why a request has no customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotIdentified {
    /// Nobody is signed in, or the sign-in has run out: 401.
    Nobody,
    /// Somebody is signed in, and the request must not be taken: it lacks the page's CSRF token, say. 403.
    Forbidden,
    /// It cannot be found out just now: 503, and the widget asks again.
    Unavailable,
}

/// Says who the customer of a request is.
///
/// It is asked for each request of the relink API, before anything else. Where customers are signed in by a cookie it must
/// also see that a POST comes from the merchant's own page: the widget sends the page's token as `X-CSRF-Token`.
pub trait IdentifyCustomer: Send + Sync + 'static {
    /// The customer of the request.
    fn identify(&self, request: &Parts) -> impl Future<Output = Result<Customer, NotIdentified>> + Send;
}

/// The same, whatever the type behind it.
pub(crate) trait AnyIdentify: Send + Sync {
    fn ask<'a>(
        &'a self,
        request: &'a Parts,
    ) -> Pin<Box<dyn Future<Output = Result<Customer, NotIdentified>> + Send + 'a>>;
}

impl<I: IdentifyCustomer> AnyIdentify for I {
    fn ask<'a>(
        &'a self,
        request: &'a Parts,
    ) -> Pin<Box<dyn Future<Output = Result<Customer, NotIdentified>> + Send + 'a>> {
        Box::pin(self.identify(request))
    }
}

/// For an app whose middleware puts the [`Customer`] into the request's extensions.
pub(crate) struct FromExtensions;

impl IdentifyCustomer for FromExtensions {
    async fn identify(&self, _: &Parts) -> Result<Customer, NotIdentified> {
        Err(NotIdentified::Nobody)
    }
}
