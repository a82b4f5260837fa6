//! What hosted relinks need from the environment: how mail is sent, whom the merchant's own system is told, when mails
//! go out by themselves.

use super::policy::Trigger;
use crate::config::{ConfigError, address};
use relink_wire::Secret;
use reqwest::Url;

/// The settings.
#[derive(Clone, Debug)]
pub struct Settings {
    /// What every link begins with: `PUBLIC_URL`'s origin, else the address that is listened on.
    pub link_base: String,
    /// The mail server: `SMTP_URL`, `smtp://` or `smtps://`; it may hold a password. Without it no mail is sent.
    pub smtp: Option<Secret>,
    /// Who mails come from: `MAIL_FROM`.
    pub mail_from: String,
    /// Origins besides our own that a `return_url` may lead to: `RETURN_URL_ORIGINS`.
    pub return_origins: Vec<String>,
    /// The merchant's own system, told when a hosted relink ends: `HOSTED_WEBHOOK_URL`.
    pub webhook: Option<Webhook>,
    /// What sends a mail by itself: `RELINK_MAIL_POLICY`. Nothing, unless it is set.
    pub policy: Vec<Trigger>,
    /// After how many days a mail that a policy sent is followed by another: `RELINK_MAIL_REMINDERS`. None, unless set.
    pub reminders: Vec<i64>,
    /// Somebody who may sign in to the dashboard: `DEMO_STAFF`, `address:password`. Never with live keys.
    pub demo_staff: Option<(String, Secret)>,
    /// Where mails can be read while developing: `INBOX_URL`. The dashboard links to it.
    pub inbox: Option<String>,
    /// A key of the API: `DEMO_API_KEY`. Never with live keys.
    pub demo_api_key: Option<Secret>,
}

/// Where the merchant's own system takes events.
#[derive(Clone, Debug)]
pub struct Webhook {
    /// Its address.
    pub url: Url,
    /// What events are signed with: `HOSTED_WEBHOOK_SECRET`.
    pub secret: Secret,
}

impl Settings {
    /// Reads them. `is_live` says whether there are real banks behind the keys.
    pub fn read(
        get: impl Fn(&str) -> Option<String>,
        is_live: bool,
        link_base: String,
    ) -> Result<Self, ConfigError> {
        let wrong = |name, expected| ConfigError::Wrong { name, expected };
        let list = |name| {
            let value = get(name).unwrap_or_default();
            let parts = value.split(',').map(|part| part.trim().to_owned());
            parts.filter(|part| !part.is_empty()).collect::<Vec<_>>()
        };
        let smtp = get("SMTP_URL");
        if smtp.as_ref().is_some_and(|url| !url.starts_with("smtp://") && !url.starts_with("smtps://")) {
            return Err(wrong("SMTP_URL", "smtp://host:port or smtps://user:password@host"));
        }
        let mail_from =
            get("MAIL_FROM").unwrap_or_else(|| "Pinegrove Market <accounts@pinegrove.example>".into());
        if mail_from.parse::<lettre::message::Mailbox>().is_err() {
            return Err(wrong("MAIL_FROM", "an address like Shop <accounts@shop.example>"));
        }
        let webhook = match (get("HOSTED_WEBHOOK_URL"), get("HOSTED_WEBHOOK_SECRET")) {
            (None, None) => None,
            (Some(_), None) => return Err(ConfigError::Missing("HOSTED_WEBHOOK_SECRET")),
            (None, Some(_)) => return Err(ConfigError::Missing("HOSTED_WEBHOOK_URL")),
            (Some(url), Some(secret)) => {
                Some(Webhook { url: address("HOSTED_WEBHOOK_URL", &url)?, secret: Secret::new(secret) })
            }
        };
        let policy =
            list("RELINK_MAIL_POLICY").iter().map(|word| Trigger::parse(word)).collect::<Option<_>>();
        let expected =
            "a list of account.deactivated, account.upcoming_account_number_expiry, upcoming_deactivation";
        let policy = policy.ok_or(wrong("RELINK_MAIL_POLICY", expected))?;
        let reminders = reminders(&list("RELINK_MAIL_REMINDERS"));
        let expected = "days like 3,6: each from two to six after the one before";
        let reminders = reminders.ok_or(wrong("RELINK_MAIL_REMINDERS", expected))?;
        let demo_staff = match get("DEMO_STAFF") {
            None => None,
            Some(_) if is_live => return Err(wrong("DEMO_STAFF", "left out where the keys are live")),
            Some(both) => match both.split_once(':') {
                Some((email, password)) if is_mailbox(email) && !password.is_empty() => {
                    Some((email.to_owned(), Secret::new(password)))
                }
                _ => return Err(wrong("DEMO_STAFF", "address:password")),
            },
        };
        let demo_api_key = match get("DEMO_API_KEY") {
            None => None,
            Some(_) if is_live => return Err(wrong("DEMO_API_KEY", "left out where the keys are live")),
            Some(key) => Some(Secret::new(key)),
        };
        let inbox = get("INBOX_URL").map(|url| address("INBOX_URL", &url)).transpose()?.map(Into::into);
        let return_origins = list("RETURN_URL_ORIGINS");
        let smtp = smtp.map(Secret::new);
        Ok(Self {
            link_base,
            smtp,
            mail_from,
            return_origins,
            webhook,
            policy,
            reminders,
            inbox,
            demo_staff,
            demo_api_key,
        })
    }
}

/// Days after the first mail. Two reminders within 48 hours are against the rules, and a link that was not answered is
/// followed by a reminder while it lasts.
fn reminders(listed: &[String]) -> Option<Vec<i64>> {
    let days: Vec<i64> = listed.iter().map(|day| day.parse().ok()).collect::<Option<_>>()?;
    let before = std::iter::once(0).chain(days.iter().copied());
    let fits = before.zip(&days).all(|(before, day)| (2..=6).contains(&day.saturating_sub(before)));
    fits.then_some(days)
}

/// Whether a text can be an e-mail address.
pub fn is_mailbox(text: &str) -> bool {
    text.parse::<lettre::Address>().is_ok()
}
