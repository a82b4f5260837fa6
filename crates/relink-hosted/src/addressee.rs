//! How to reach the customer of an account: as the merchant's server said when it requested a token, otherwise as
//! Stripe's Customer says.

use crate::hosted::Hosted;
use relink_backend::{Contact, RelinkError};
use relink_stripe::StripeError;

/// A customer who may be written to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addressee {
    /// `cus_…` or `acct_…`
    pub id: String,
    /// How they are greeted; empty if nobody knows.
    pub name: String,
    /// Where they are written to.
    pub email: Option<String>,
    /// The language that they read, BCP 47; English where nobody knows.
    pub lang: String,
}

impl Addressee {
    /// From what is known.
    pub fn of(id: &str, contact: Option<Contact>) -> Self {
        let Contact { name, email, locale } = contact.unwrap_or_default();
        Self {
            id: id.into(),
            name: name.unwrap_or_default(),
            email,
            lang: locale.unwrap_or_else(|| "en".into()),
        }
    }
}

impl Hosted {
    /// The customer of that id. Where no address is known here Stripe is asked, and its answer remembered.
    pub(crate) async fn addressee(&self, id: &str) -> Result<Addressee, RelinkError> {
        let known = self.contact(id).await?;
        if known.as_ref().is_some_and(|contact| contact.email.is_some()) {
            return Ok(Addressee::of(id, known));
        }
        let told = match self.stripe.for_customer(id).customer(id).await {
            Ok(customer) => customer,
            // An Account object, or a customer that was deleted: there is nothing more to learn.
            Err(StripeError::NotFound | StripeError::Refused { .. }) => return Ok(Addressee::of(id, known)),
            Err(error) => return Err(error.into()),
        };
        let known = known.unwrap_or_default();
        let contact = Contact {
            name: known.name.or(told.name),
            email: told.email,
            locale: known.locale.or(told.locale),
        };
        self.put_contact(id, &contact).await?;
        Ok(Addressee::of(id, Some(contact)))
    }
}
