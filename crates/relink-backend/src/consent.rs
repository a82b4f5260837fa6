//! Asks for consent once, not twice: if Stripe lets this merchant ask (a private preview), the review shows Stripe's
//! text, and Stripe skips its own pane. If anything goes wrong here, the relink continues and Stripe asks as usual.

use crate::relink::Relink;
use relink_seal::fingerprint;
use relink_store::StoreError;
use relink_store::sessions::RelinkSession;
use relink_stripe::{Stripe, StripeConsent, StripeError};
use relink_wire::{Agreed, Fields, Json};
use serde_json::json;

/// The customer's clock may be off by so many seconds.
const SLACK_S: i64 = 300;

/// What a customer may agree to, for a session that is about to begin; `None` if Stripe asks itself. `stripe_key` is
/// the idempotency key of the session.
pub async fn ask(
    relink: &Relink,
    stripe: &Stripe,
    customer: &str,
    locale: Option<&str>,
    stripe_key: &str,
) -> Option<Json> {
    let consents = &relink.consents;
    if !consents.may_be_asked(relink.now()) {
        return None;
    }
    let key = format!("relink-consent-{}", fingerprint(&[stripe_key.as_bytes()]));
    match stripe.create_consent(customer, locale, &key).await {
        Ok(StripeConsent { id, consent_text, locale, expires_at }) => Some(json!({
            "id": id, "consent_text": consent_text, "locale": locale, "expires_at": expires_at,
        })),
        Err(error @ StripeError::NotEnabled(_)) => {
            consents.have_no_access(relink.now());
            tracing::warn!("{error}: Stripe asks customers itself. Ask Stripe for access, or switch it off.");
            None
        }
        Err(error) => {
            tracing::warn!(%error, "no text to agree to: Stripe asks this customer itself");
            None
        }
    }
}

/// Writes what the customer says to have agreed to. What is about another text, or about another time than the session's, is
/// not believed and changes nothing.
pub async fn note(relink: &Relink, session: &mut RelinkSession, agreed: &Agreed) -> Result<(), StoreError> {
    let (created, now) = (session.created_at, relink.now());
    let Some(consent) = &mut session.consent else { return Ok(()) };
    let is_this = consent.text("id") == Some(&agreed.id);
    if !is_this || !(created - SLACK_S..=now + SLACK_S).contains(&agreed.collected_at) {
        tracing::warn!("a consent was not believed: of another text or time");
        return Ok(());
    }
    consent["collected_at"] = agreed.collected_at.into();
    relink.store.note_consent(&session.id, consent).await
}

/// As the widget gets it: what there is to agree to.
pub fn public(consent: &Json) -> Json {
    let field = |name: &str| consent.get(name).cloned().unwrap_or_default();
    json!({
        "id": field("id"),
        "consent_text": field("consent_text"),
        "locale": field("locale"),
        "expires_at": field("expires_at"),
    })
}
