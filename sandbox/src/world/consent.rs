//! `financial_connections.consent`: a text that a merchant shows, so that Stripe's own page need not ask again. A private preview.

use serde_json::{Value, json};

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
    /// A new text; `None` if there is none in that language. A region is not looked at.
    pub fn new(id: String, holder: Holder, locale: Option<&str>, created: i64) -> Option<Self> {
        let language = locale.map_or(TEXTS[0].0, |locale| locale.split('-').next().unwrap_or_default());
        let (locale, _) = TEXTS.iter().find(|(known, _)| *known == language)?;
        Some(Self { id, holder, locale, created, expires_at: created + LIFETIME })
    }

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
