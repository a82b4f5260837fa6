//! Outgoing connections: the mail server, and the HTTP client for the merchant's own system.

use crate::settings::{Settings, mail_server};
use lettre::{AsyncSmtpTransport, Tokio1Executor};
use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use tokio::sync::Notify;

/// How long a server may take for one step of an attempt.
const PATIENCE: Duration = Duration::from_secs(20);
/// How often reminders are looked for, in milliseconds.
const REMIND_EVERY_MS: i64 = 60_000;

/// Outgoing connections.
pub struct Post {
    pub(crate) mail: Option<AsyncSmtpTransport<Tokio1Executor>>,
    pub(crate) http: reqwest::Client,
    wake: Notify,
    reminded_at_ms: AtomicI64,
}

/// Why nothing can be sent: the operator's to repair.
#[derive(Debug)]
pub enum PostError {
    /// The mail server's address.
    Smtp(lettre::transport::smtp::Error),
    /// The HTTP client: no certificates to trust, say.
    Client(reqwest::Error),
}

impl fmt::Display for PostError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Smtp(error) => write!(f, "SMTP_URL cannot be used: {error}"),
            Self::Client(error) => write!(f, "the client of HOSTED_WEBHOOK_URL cannot be made: {error}"),
        }
    }
}

impl Post {
    /// Gets ready; makes no connection yet.
    pub fn new(settings: &Settings) -> std::result::Result<Self, PostError> {
        let mail = settings
            .smtp
            .as_ref()
            .map(|url| mail_server(url.expose()).map(|builder| builder.timeout(Some(PATIENCE)).build()));
        let http = reqwest::Client::builder().timeout(PATIENCE).redirect(reqwest::redirect::Policy::none());
        Ok(Self {
            mail: mail.transpose().map_err(PostError::Smtp)?,
            http: http.build().map_err(PostError::Client)?,
            wake: Notify::new(),
            reminded_at_ms: AtomicI64::new(0),
        })
    }

    /// Whether it is time to look for reminders: each look reads accounts from Stripe.
    pub(crate) fn is_time_to_remind(&self, now_ms: i64) -> bool {
        let is_time = now_ms - self.reminded_at_ms.load(Ordering::Relaxed) >= REMIND_EVERY_MS;
        if is_time {
            self.reminded_at_ms.store(now_ms, Ordering::Relaxed);
        }
        is_time
    }

    /// Says that there is something to send.
    pub fn wake(&self) {
        self.wake.notify_one();
    }

    /// Until somebody says so.
    pub(crate) async fn wakened(&self) {
        self.wake.notified().await;
    }
}
