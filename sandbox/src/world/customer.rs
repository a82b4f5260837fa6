//! The customers whose accounts a fresh sandbox has: how a merchant that writes to them learns their address.

use serde_json::{Value, json};

use super::seed::{DEMO, MANY, OTHER};

/// A customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Customer {
    /// `cus_…`
    pub id: &'static str,
    /// The customer's name.
    pub name: &'static str,
    /// The email address; it belongs to no real person.
    pub email: &'static str,
    /// Languages that they prefer, the first the most.
    pub preferred_locales: &'static [&'static str],
}

/// Every customer.
pub const CUSTOMERS: &[Customer] = &[
    Customer { id: DEMO, name: "Maya Lindqvist", email: "maya@customer.example", preferred_locales: &["en"] },
    Customer { id: OTHER, name: "Tom Okafor", email: "tom@customer.example", preferred_locales: &[] },
    Customer { id: MANY, name: "Priya Raman", email: "priya@customer.example", preferred_locales: &["en"] },
];

/// The customer of that id.
pub fn customer(id: &str) -> Option<&'static Customer> {
    CUSTOMERS.iter().find(|customer| customer.id == id)
}

impl Customer {
    /// The API object, as far as this sandbox knows it.
    pub fn to_json(&self) -> Value {
        json!({
            "id": self.id,
            "object": "customer",
            "email": self.email,
            "livemode": false,
            "name": self.name,
            "preferred_locales": self.preferred_locales,
        })
    }
}
