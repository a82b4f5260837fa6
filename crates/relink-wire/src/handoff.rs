//! The way to the bank, as the backend chose it.

use crate::{DecodeError, DisplayText, Fields, Json, SafeUrl, Secret};
use std::rc::Rc;

/// `handoff` of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Handoff {
    /// Stripe's modal, opened with `collectFinancialConnectionsAccounts` of Stripe.js.
    StripeJs(StripeJsHandoff),
    /// A page hosted by Stripe or another provider.
    Hosted(HostedHandoff),
    /// None: it is enough that the customer agrees in the review.
    Confirm,
    /// None yet: the session is a preview, and a real one is created when the customer continues.
    Later,
    /// A type that this version does not know, by name.
    Unsupported(String),
}

/// What Stripe.js needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StripeJsHandoff {
    /// `pk_…`
    pub publishable_key: String,
    /// The Stripe session's client secret: for Stripe.js only.
    pub client_secret: Secret,
    /// The connected account the key acts for.
    pub stripe_account: Option<String>,
    /// The text that the customer can agree to here, so that Stripe need not ask again.
    pub consent: Option<Rc<Consent>>,
}

/// Stripe's `financial_connections.consent`: a text that the customer reads and agrees to before the bank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// Its id.
    pub id: String,
    /// The text, word for word.
    pub text: DisplayText,
    /// The language of the text, BCP 47.
    pub locale: Option<String>,
    /// The time, in Unix seconds, from which agreeing to it has no effect.
    pub expires_at: Option<i64>,
}

impl Consent {
    /// Reads a consent; `None` if it cannot be shown word for word. Stripe then asks itself.
    #[inline(never)]
    fn decode(json: &Json) -> Option<Rc<Self>> {
        Some(Rc::new(Self {
            text: DisplayText::verbatim(json.text("consent_text")?)?,
            id: json.filled("id")?.into(),
            locale: json.owned("locale"),
            expires_at: json.whole("expires_at"),
        }))
    }
}

/// Where the hosted page is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostedHandoff {
    /// HTTPS, or plain HTTP on this machine.
    pub url: SafeUrl,
}

impl Handoff {
    /// The name of its type, if this version knows it.
    pub fn type_name(&self) -> Option<&'static str> {
        match self {
            Self::StripeJs(_) => Some("stripe_js"),
            Self::Hosted(_) => Some("hosted"),
            Self::Confirm => Some("confirm"),
            Self::Later | Self::Unsupported(_) => None,
        }
    }

    /// Reads a handoff; an unknown type is not an error here.
    pub fn decode(json: &Json) -> Result<Self, DecodeError> {
        match json.text("type") {
            Some("stripe_js") => {
                let text = |name, field| json.filled(name).ok_or(DecodeError { field, expected: "text" });
                Ok(Self::StripeJs(StripeJsHandoff {
                    publishable_key: text("publishable_key", "handoff.publishable_key")?.into(),
                    client_secret: Secret::new(text("client_secret", "handoff.client_secret")?),
                    stripe_account: json.owned("stripe_account"),
                    consent: json.object("consent").and_then(Consent::decode),
                }))
            }
            Some("hosted") => {
                let url = json.text("url").and_then(SafeUrl::https_or_loopback);
                let expected = "an HTTPS address (plain HTTP on localhost only)";
                Ok(Self::Hosted(HostedHandoff {
                    url: url.ok_or(DecodeError { field: "handoff.url", expected })?,
                }))
            }
            Some("confirm") => Ok(Self::Confirm),
            Some("later") => Ok(Self::Later),
            Some(other) => Ok(Self::Unsupported(other.into())),
            None => Err(DecodeError { field: "handoff.type", expected: "text" }),
        }
    }
}
