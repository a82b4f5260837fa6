//! What the widget says about the merchant.

use relink_wire::{Json, SafeUrl};
use serde_json::json;
use std::collections::BTreeMap;

/// The merchant, as customers know them. Every address is HTTPS: another would be left out by the widget.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Merchant {
    /// The name that customers know the merchant by.
    pub name: String,
    /// Where a customer gets help.
    pub support_url: Option<SafeUrl>,
    /// The privacy policy.
    pub privacy_url: Option<SafeUrl>,
    /// The merchant's mark.
    pub logo_url: Option<SafeUrl>,
    /// Where a customer who is signed out signs in.
    pub sign_in_url: Option<SafeUrl>,
    /// Logos of banks, by the institution's id (`fcinst_…`), where the merchant may show them. Stripe's API gives none.
    pub bank_logos: BTreeMap<String, SafeUrl>,
}

impl Merchant {
    /// A merchant of that name, without links.
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// `merchant` of a relink session.
    pub(crate) fn encode(&self) -> Json {
        let url = |url: &Option<SafeUrl>| url.as_ref().map(|url| url.as_str().to_owned());
        json!({
            "name": self.name,
            "support_url": url(&self.support_url),
            "privacy_url": url(&self.privacy_url),
            "logo_url": url(&self.logo_url),
            "sign_in_url": url(&self.sign_in_url),
        })
    }
}
