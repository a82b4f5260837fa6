//! How to reach a customer. Name and address are sealed before they are stored.

use crate::relink::Relink;
use relink_seal::Seal;
use relink_store::contacts::{NewContact, Resting, SealedContact};
use relink_store::{Store, StoreError};
use std::collections::HashMap;

/// Contacts that are sealed at a time.
const BATCH: i64 = 200;

/// How a customer is reached.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contact {
    /// How they are greeted.
    pub name: Option<String>,
    /// Where they are written to.
    pub email: Option<String>,
    /// The language that they read, BCP 47.
    pub locale: Option<String>,
}

impl Relink {
    /// Remembers how a customer is reached; what is not given stays as it was.
    pub async fn put_contact(&self, customer: &str, contact: &Contact) -> Result<(), StoreError> {
        self.store.put_contact(customer, &seal_contact(&self.seal, customer, contact), self.now()).await
    }

    /// How a customer is reached, if known.
    pub async fn contact(&self, customer: &str) -> Result<Option<Contact>, StoreError> {
        let resting = self.store.contact(customer).await?;
        Ok(resting.map(|resting| open_contact(&self.seal, customer, resting)))
    }

    /// The same for every customer.
    pub async fn contacts(&self) -> Result<HashMap<String, Contact>, StoreError> {
        let all = self.store.contacts().await?.into_iter();
        Ok(all
            .map(|(customer, resting)| {
                let contact = open_contact(&self.seal, &customer, resting);
                (customer, contact)
            })
            .collect())
    }
}

/// Seals what an earlier version stored unencrypted; returns for how many customers.
pub(crate) async fn seal_clear_contacts(store: &Store, seal: &Seal) -> Result<u64, StoreError> {
    let mut count = 0;
    loop {
        let clear = store.clear_contacts(BATCH).await?;
        if clear.is_empty() {
            return Ok(count);
        }
        for (customer, resting) in clear {
            let text = |resting: Option<Resting>| match resting {
                Some(Resting::Clear(text)) => Some(text),
                Some(Resting::Sealed(_)) | None => None,
            };
            let (name, email) = (text(resting.name), text(resting.email));
            let contact = Contact { name, email, locale: None };
            let sealed = seal_contact(seal, &customer, &contact);
            let clear = (contact.name.as_deref(), contact.email.as_deref());
            store.seal_contact(&customer, clear, &sealed).await?;
            count += 1;
        }
    }
}

fn seal_contact(seal: &Seal, customer: &str, contact: &Contact) -> NewContact {
    let close = |what, text: &Option<String>| {
        text.as_ref().map(|text| seal.close(&about(what, customer), text.as_bytes()))
    };
    NewContact {
        name_sealed: close("name", &contact.name),
        email_sealed: close("email", &contact.email),
        locale: contact.locale.clone(),
    }
}

/// What does not open is not known: Stripe is asked for it again.
fn open_contact(seal: &Seal, customer: &str, resting: SealedContact) -> Contact {
    let open = |what, resting| match resting {
        Some(Resting::Sealed(sealed)) => {
            let opened = seal.open(&about(what, customer), &sealed);
            opened.and_then(|bytes| String::from_utf8(bytes).ok())
        }
        Some(Resting::Clear(text)) => Some(text),
        None => None,
    };
    Contact { name: open("name", resting.name), email: open("email", resting.email), locale: resting.locale }
}

/// What a sealed text of a contact is bound to.
fn about(what: &str, customer: &str) -> String {
    format!("contact {what} {customer}")
}
