//! A mail server for one machine. It receives every email that a merchant sends, and shows it instead of delivering it.
//!
//! `smtp` is the server, `inbox` its pages. Emails are in memory only.

pub mod inbox;
pub mod smtp;

use mail_parser::{Message, MessageParser};
use serde_json::{Value, json};

/// The most emails that are kept. The oldest is dropped first.
const MOST: usize = 2_000;

/// What a test ordered the server to do with an email.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// "Not now" (451): the sender shall retry.
    Later,
    /// "Never" (550).
    Never,
    /// The email is kept, and the connection ends without an answer.
    Silence,
}

/// A received email.
#[derive(Clone, Debug)]
pub struct Received {
    /// Counted from 1.
    pub number: u64,
    /// The recipients of the envelope.
    pub recipients: Vec<String>,
    /// When it was received, in Unix seconds.
    pub at: i64,
    /// The message of RFC 5322, without SMTP's dots.
    pub raw: Vec<u8>,
}

/// The parts of an email that are shown.
#[derive(Clone, Debug, Default)]
pub struct Shown {
    /// `Message-ID`, without its brackets.
    pub message_id: String,
    /// `From`, the address.
    pub from: String,
    /// `Subject`.
    pub subject: String,
    /// The plain part.
    pub text: String,
    /// The part with markup.
    pub html: Option<String>,
}

impl Received {
    /// Reads the email. A part that cannot be read is empty.
    pub fn shown(&self) -> Shown {
        let parsed: Option<Message<'_>> = MessageParser::default().parse(&self.raw);
        let Some(mail) = parsed else { return Shown::default() };
        let from = mail.from().and_then(|from| from.first()).and_then(|from| from.address());
        Shown {
            message_id: mail.message_id().unwrap_or_default().to_owned(),
            from: from.unwrap_or_default().to_owned(),
            subject: mail.subject().unwrap_or_default().to_owned(),
            text: mail.body_text(0).map(|text| text.into_owned()).unwrap_or_default(),
            // `html_bodies` also lists plain parts; they are no markup.
            html: mail
                .html_bodies()
                .find(|part| part.is_text_html())
                .and_then(|part| part.text_contents())
                .map(str::to_owned),
        }
    }

    /// The object of the test API.
    pub fn to_json(&self) -> Value {
        let shown = self.shown();
        json!({
            "object": "test_helpers.mail",
            "number": self.number,
            "to": self.recipients,
            "from": shown.from,
            "subject": shown.subject,
            "message_id": shown.message_id,
            "text": shown.text,
            "html": shown.html,
            "received": self.at,
            "raw": String::from_utf8_lossy(&self.raw),
        })
    }
}

/// Received emails, and orders for the next ones.
#[derive(Debug, Default)]
pub struct Mailbox {
    /// Where the server listens, `smtp://…`.
    pub address: String,
    mails: Vec<Received>,
    count: u64,
    refusals: Vec<Refusal>,
}

impl Mailbox {
    /// Keeps an email.
    pub fn take(&mut self, recipients: Vec<String>, raw: Vec<u8>, at: i64) {
        self.count += 1;
        self.mails.push(Received { number: self.count, recipients, at, raw });
        let surplus = self.mails.len().saturating_sub(MOST);
        self.mails.drain(..surplus);
    }

    /// Every email, the newest first.
    pub fn mails(&self) -> impl Iterator<Item = &Received> {
        self.mails.iter().rev()
    }

    /// One email.
    pub fn mail(&self, number: u64) -> Option<&Received> {
        self.mails.iter().find(|mail| mail.number == number)
    }

    /// Orders what happens to the next emails.
    pub fn refuse(&mut self, refusal: Refusal, times: usize) {
        self.refusals.extend(std::iter::repeat_n(refusal, times));
    }

    /// Takes the order for the next email.
    pub fn next_refusal(&mut self) -> Option<Refusal> {
        (!self.refusals.is_empty()).then(|| self.refusals.remove(0))
    }

    /// Drops emails and orders. Numbers go on.
    pub fn start_over(&mut self) {
        self.mails.clear();
        self.refusals.clear();
    }
}
