//! `financial_connections.consent`: a text that a merchant shows, so that Stripe's own page need not ask again. A private preview.

use serde_json::{Value, json};

use super::World;
use super::account::Holder;

/// How long a text is good for, in seconds.
const LIFETIME: i64 = 3_600;

/// The text in each language that there is one in; the first where none is asked for.
const TEXTS: &[(&str, &str)] = &[
    (
        "en",
        "I allow the sandbox to collect my account data and share it with this business.\n\
         I can disconnect my account at any time.",
    ),
    (
        "de",
        "Ich erlaube der Sandbox, meine Kontodaten abzurufen und an dieses Unternehmen weiterzugeben.\n\
         Ich kann mein Konto jederzeit trennen.",
    ),
];

/// A text for one account holder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// `fccons_…`.
    pub id: String,
    /// Whom it is for.
    pub holder: Holder,
    /// Its language, BCP 47.
    pub locale: &'static str,
    /// When it was made, in Unix seconds.
    pub created: i64,
    /// From then on it is worth nothing.
    pub expires_at: i64,
}

impl Consent {
    /// The API object.
    pub fn to_json(&self) -> Value {
        let text = TEXTS.iter().find(|(locale, _)| *locale == self.locale).map(|(_, text)| *text);
        json!({
            "id": self.id,
            "object": "financial_connections.consent",
            "account_holder": self.holder.to_json(),
            "consent_text": text,
            "created": self.created,
            "expires_at": self.expires_at,
            "livemode": false,
            "locale": self.locale,
        })
    }
}

impl World {
    /// Makes a text; nothing where there is none in that language. A region is not looked at.
    pub fn make_consent(&mut self, holder: Holder, locale: Option<&str>) -> Option<&Consent> {
        let language = locale.map_or(TEXTS[0].0, |locale| locale.split('-').next().unwrap_or_default());
        let (locale, _) = TEXTS.iter().find(|(known, _)| *known == language)?;
        let id = self.next_id("fccons");
        let created = self.now;
        self.consents.push(Consent { id, holder, locale, created, expires_at: created + LIFETIME });
        self.consents.last()
    }

    /// The text of this id.
    pub fn consent(&self, id: &str) -> Option<&Consent> {
        self.consents.iter().find(|consent| consent.id == id)
    }

    /// Judges what Stripe.js was handed for a session: whether the customer has agreed already. Nothing else may be believed
    /// of it, since it comes from the merchant's page.
    pub fn hear_consent(&mut self, session_id: &str, consent: &str, collected_at: i64) {
        let now = self.now;
        let good = self.consent(consent).is_some_and(|consent| {
            let holder = self.session(session_id).and_then(|session| session.wanted.holder.as_ref());
            holder == Some(&consent.holder)
                && now < consent.expires_at
                && (consent.created..=now + 60).contains(&collected_at)
        });
        if let Some(session) = self.session_mut(session_id) {
            session.consent_outcome = Some(if good { "consent_accepted" } else { "consent_required" });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_for_one_holder_in_a_language_that_there_is() {
        let mut world = World::seeded("t", "http://sandbox", 1_800_000_000);
        let holder = || Holder::Customer("cus_demo".into());
        assert_eq!(world.make_consent(holder(), Some("de-AT")).map(|made| made.locale), Some("de"));
        assert_eq!(world.make_consent(holder(), None).map(|made| made.locale), Some("en"));
        assert_eq!(world.make_consent(holder(), Some("tlh")), None);
    }
}
