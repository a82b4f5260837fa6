//! Stripe's `financial_connections.consent`, a private preview: a text that the merchant shows, so that Stripe need not ask the
//! customer a second time.

use crate::new_session::holder_parameter;
use crate::{Stripe, StripeError};
use relink_wire::{Fields, Json};

/// A text that a customer may agree to before the bank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StripeConsent {
    /// Its id.
    pub id: String,
    /// The text that must be shown word for word.
    pub consent_text: String,
    /// The language of the text, BCP 47.
    pub locale: Option<String>,
    /// When it stops being worth anything, in Unix seconds.
    pub expires_at: Option<i64>,
}

impl StripeConsent {
    fn read(json: &Json) -> Option<Self> {
        let text = |field| json.text(field).filter(|text| !text.is_empty()).map(str::to_owned);
        Some(Self {
            id: text("id")?,
            consent_text: text("consent_text")?,
            locale: text("locale"),
            expires_at: json.whole("expires_at"),
        })
    }
}

impl Stripe {
    /// Asks for a text for a customer, in a language where one is named. The same `idempotency_key` never makes two.
    ///
    /// To a merchant without access the address does not exist: [`StripeError::NotEnabled`].
    pub async fn create_consent(
        &self,
        customer: &str,
        locale: Option<&str>,
        idempotency_key: &str,
    ) -> Result<StripeConsent, StripeError> {
        let mut form = vec![
            ("account_holder[type]", "customer".to_owned()),
            (holder_parameter(customer), customer.to_owned()),
        ];
        form.extend(locale.map(|locale| ("locale", locale.to_owned())));
        let made =
            self.post("consents.create", "/v1/financial_connections/consents", &form, idempotency_key).await;
        match made {
            Ok(json) => StripeConsent::read(&json).ok_or(StripeError::Unavailable),
            // The holder is known, or there would be no session: what is not found is the address.
            Err(StripeError::NotFound) => {
                Err(StripeError::NotEnabled("financial_connections/consents".into()))
            }
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_consent_without_a_text_is_none() {
        let whole = json!({"id": "fccons_1", "consent_text": "I agree.", "locale": "en", "expires_at": 9});
        let read = StripeConsent::read(&whole).expect("a consent");
        assert_eq!((read.consent_text.as_str(), read.expires_at), ("I agree.", Some(9)));
        assert_eq!(StripeConsent::read(&json!({"id": "fccons_1", "consent_text": ""})), None);
    }
}
