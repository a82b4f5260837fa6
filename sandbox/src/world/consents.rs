//! How a text is made that a customer may agree to in the merchant's page, and what an agreement is worth.

use super::World;
use super::account::Holder;
use super::consent::Consent;

impl World {
    /// Makes a text; `None` if there is none in that language. A region is not looked at.
    pub fn make_consent(&mut self, holder: Holder, locale: Option<&str>) -> Option<&Consent> {
        let made = Consent::new(self.next_id("fccons"), holder, locale, self.now)?;
        self.consents.push(made);
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
    use super::{Holder, World};

    #[test]
    fn a_text_is_for_one_holder_in_a_language_that_there_is() {
        let mut world = World::seeded("t", "http://sandbox", 1_800_000_000);
        let holder = || Holder::Customer("cus_demo".into());
        assert_eq!(world.make_consent(holder(), Some("de-AT")).map(|made| made.locale), Some("de"));
        assert_eq!(world.make_consent(holder(), None).map(|made| made.locale), Some("en"));
        assert_eq!(world.make_consent(holder(), Some("tlh")), None);
    }
}
