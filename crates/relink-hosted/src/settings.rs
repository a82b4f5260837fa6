//! Environment settings of hosted relinks: how email is sent, where the merchant's own system is notified, and when
//! emails go out automatically.

use crate::trigger::Trigger;
use lettre::transport::smtp::AsyncSmtpTransportBuilder;
use lettre::{AsyncSmtpTransport, Tokio1Executor};
use relink_wire::Secret;
use reqwest::Url;
use std::fmt;

/// A mistake in the environment: always the operator's to repair. The value is not repeated: it may be a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mistake {
    /// A variable that has no default is not set.
    Missing(&'static str),
    /// A variable is set to something that it cannot be.
    Wrong {
        /// Which.
        name: &'static str,
        /// What it has to be.
        expected: &'static str,
    },
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(name) => write!(f, "{name} is not set."),
            Self::Wrong { name, expected } => write!(f, "{name} must be {expected}."),
        }
    }
}

impl std::error::Error for Mistake {}

/// The settings.
#[derive(Clone, Debug)]
pub struct Settings {
    /// What every link begins with: `PUBLIC_URL`'s origin, else the address that is listened on.
    pub link_base: String,
    /// The mail server: `SMTP_URL`, `smtp://` or `smtps://`; it may hold a password. Without it no email is sent.
    pub smtp: Option<Secret>,
    /// Who emails come from: `MAIL_FROM`.
    pub mail_from: String,
    /// Origins besides our own that a `return_url` may lead to: `RETURN_URL_ORIGINS`.
    pub return_origins: Vec<String>,
    /// The merchant's own system, notified when a hosted relink ends: `HOSTED_WEBHOOK_URL`.
    pub webhook: Option<Webhook>,
    /// What sends an email automatically: `RELINK_MAIL_POLICY`. Nothing, unless it is set.
    pub policy: Vec<Trigger>,
    /// Days after which an email from a policy is followed by a reminder: `RELINK_MAIL_REMINDERS`. None, unless set.
    pub reminders: Vec<i64>,
    /// For how many seconds a link that is over still names bank and account: `RELINK_LINK_NAMES_HOURS`.
    pub names_for: i64,
    /// Where emails can be read while developing: `INBOX_URL`. The dashboard links to it.
    pub inbox: Option<String>,
    /// A script that pages load Stripe.js from before the widget: `STRIPE_JS_URL`. Without it the widget loads it from
    /// Stripe.
    pub stripe_js_url: Option<Url>,
    /// Where the widget's files are, as a path without `/` at its end. `/widget`, unless the server knows a better one.
    pub widget: String,
}

/// Where the merchant's own system takes events.
#[derive(Clone, Debug)]
pub struct Webhook {
    /// Its address.
    pub url: Url,
    /// What events are signed with: `HOSTED_WEBHOOK_SECRET`, and `HOSTED_WEBHOOK_SECRET_PREVIOUS` where it is set.
    pub secrets: Vec<Secret>,
}

impl Settings {
    /// Reads them; what is wrong is added to `mistakes`, and the default taken in its place. `link_base` is the origin that
    /// links lead to.
    pub fn read(
        get: impl Fn(&str) -> Option<String>,
        link_base: String,
        mistakes: &mut Vec<Mistake>,
    ) -> Self {
        let list = |name| {
            let value = get(name).unwrap_or_default();
            let parts = value.split(',').map(|part| part.trim().to_owned());
            parts.filter(|part| !part.is_empty()).collect::<Vec<_>>()
        };
        let mut wrong = |name, expected| mistakes.push(Mistake::Wrong { name, expected });
        let smtp = get("SMTP_URL");
        if smtp.as_ref().is_some_and(|url| !url.starts_with("smtp://") && !url.starts_with("smtps://")) {
            wrong("SMTP_URL", "smtp://host:port or smtps://user:password@host");
        } else if smtp.as_ref().is_some_and(|url| mail_server(url).is_err()) {
            wrong(
                "SMTP_URL",
                "an address of a mail server; in a user or a password other characters than letters and digits are percent-encoded, @ as %40",
            );
        }
        let mail_from = get("MAIL_FROM").unwrap_or_default();
        if !mail_from.is_empty() && mail_from.parse::<lettre::message::Mailbox>().is_err() {
            wrong("MAIL_FROM", "an address like Shop <accounts@shop.example>");
        }
        let policy: Option<Vec<Trigger>> =
            list("RELINK_MAIL_POLICY").iter().map(|word| Trigger::parse(word)).collect();
        if policy.is_none() {
            wrong(
                "RELINK_MAIL_POLICY",
                "a list of account.deactivated, account.upcoming_account_number_expiry, upcoming_deactivation",
            );
        }
        let reminders = reminders(&list("RELINK_MAIL_REMINDERS"));
        if reminders.is_none() {
            wrong("RELINK_MAIL_REMINDERS", "days like 3,6: each from two to six after the one before");
        }
        let names_for = get("RELINK_LINK_NAMES_HOURS").map_or(Some(24), |hours| hours.parse::<i64>().ok());
        let names_for = names_for.filter(|hours| (0..=720).contains(hours));
        if names_for.is_none() {
            wrong("RELINK_LINK_NAMES_HOURS", "hours from 0 to 720");
        }
        let mut address = |name: &'static str| {
            let url = Url::parse(&get(name)?).ok();
            let url = url.filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
            if url.is_none() {
                wrong(name, "an http:// or https:// address");
            }
            url
        };
        let (url, inbox, stripe_js_url) =
            (address("HOSTED_WEBHOOK_URL"), address("INBOX_URL"), address("STRIPE_JS_URL"));
        let previous = get("HOSTED_WEBHOOK_SECRET_PREVIOUS");
        let webhook = match (url, get("HOSTED_WEBHOOK_URL"), get("HOSTED_WEBHOOK_SECRET")) {
            (_, Some(_), None) => {
                mistakes.push(Mistake::Missing("HOSTED_WEBHOOK_SECRET"));
                None
            }
            (_, None, Some(_)) => {
                mistakes.push(Mistake::Missing("HOSTED_WEBHOOK_URL"));
                None
            }
            (Some(url), _, Some(secret)) => {
                let secrets = std::iter::once(secret).chain(previous);
                Some(Webhook { url, secrets: secrets.map(Secret::new).collect() })
            }
            (None, _, _) | (Some(_), None, None) => None,
        };
        if smtp.is_some() && mail_from.is_empty() {
            mistakes.push(Mistake::Missing("MAIL_FROM"));
        }
        Self {
            link_base,
            smtp: smtp.map(Secret::new),
            mail_from,
            return_origins: list("RETURN_URL_ORIGINS"),
            webhook,
            policy: policy.unwrap_or_default(),
            reminders: reminders.unwrap_or_default(),
            names_for: names_for.unwrap_or_default() * 3600,
            inbox: inbox.map(Into::into),
            stripe_js_url,
            widget: "/widget".to_owned(),
        }
    }

    /// Whether mail is sent unencrypted to another machine: `smtp://` without `?tls=required`.
    pub fn is_mail_in_the_clear(&self) -> bool {
        let Some(url) = self.smtp.as_ref().and_then(|url| Url::parse(url.expose()).ok()) else {
            return false;
        };
        let demands_tls = || url.query_pairs().any(|(name, value)| name == "tls" && value == "required");
        url.scheme() == "smtp" && !demands_tls() && !url.host_str().is_some_and(relink_store::is_loopback)
    }

    /// Whether links lead to HTTPS.
    pub fn is_https(&self) -> bool {
        self.link_base.starts_with("https://")
    }
}

/// The mail server of an address.
pub(crate) fn mail_server(url: &str) -> Result<AsyncSmtpTransportBuilder, lettre::transport::smtp::Error> {
    AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
}

/// Days after the first email. Two reminders within 48 hours are against the rules, and a link that was not answered is
/// followed by a reminder while it lasts.
fn reminders(listed: &[String]) -> Option<Vec<i64>> {
    let days: Vec<i64> = listed.iter().map(|day| day.parse().ok()).collect::<Option<_>>()?;
    let before = std::iter::once(0).chain(days.iter().copied());
    let fits = before.zip(&days).all(|(before, day)| (2..=6).contains(&day.saturating_sub(before)));
    fits.then_some(days)
}

/// Whether a text can be an email address.
pub fn is_mailbox(text: &str) -> bool {
    text.parse::<lettre::Address>().is_ok()
}
