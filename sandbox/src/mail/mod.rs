//! A mail server for one machine: it takes every mail that a merchant sends, and shows it instead of delivering it.
//!
//! `smtp` is the server, `inbox` its pages. What was taken is in memory, and forgotten with the rest of the sandbox.

pub mod inbox;
pub mod smtp;

use mail_parser::{Message, MessageParser};
use serde_json::{Value, json};

/// The most mails that are kept; the oldest goes first.
const MOST: usize = 2_000;

/// What the server is to do with a mail, where a test ordered it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// "Not now" (451): the sender is to come again.
    Later,
    /// "Never" (550).
    Never,
    /// The mail is taken, and the connection ends before the sender is told.
    Silence,
}

/// A mail as it came.
#[derive(Clone, Debug)]
pub struct Received {
    /// Counted from 1.
    pub number: u64,
    /// Whom it was handed in for.
    pub recipients: Vec<String>,
    /// When, in Unix seconds.
    pub at: i64,
    /// The text of RFC 5322, without the transport's dots.
    pub raw: Vec<u8>,
}

/// What is shown of a mail.
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
    /// Reads it; what cannot be read is empty.
    pub fn shown(&self) -> Shown {
        let parsed: Option<Message<'_>> = MessageParser::default().parse(&self.raw);
        let Some(mail) = parsed else { return Shown::default() };
        let from = mail.from().and_then(|from| from.first()).and_then(|from| from.address());
        Shown {
            message_id: mail.message_id().unwrap_or_default().to_owned(),
            from: from.unwrap_or_default().to_owned(),
            subject: mail.subject().unwrap_or_default().to_owned(),
            text: mail.body_text(0).map(|text| text.into_owned()).unwrap_or_default(),
            // A mail without markup is not given any.
            html: mail
                .html_bodies()
                .find(|part| part.is_text_html())
                .and_then(|part| part.text_contents())
                .map(str::to_owned),
        }
    }

    /// For a test.
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

/// What was taken, and what is to be refused.
#[derive(Debug, Default)]
pub struct Mailbox {
    /// Where the server listens, `smtp://…`.
    pub address: String,
    mails: Vec<Received>,
    count: u64,
    refusals: Vec<Refusal>,
}

impl Mailbox {
    /// Takes a mail.
    pub fn take(&mut self, recipients: Vec<String>, raw: Vec<u8>, at: i64) {
        self.count += 1;
        self.mails.push(Received { number: self.count, recipients, at, raw });
        let surplus = self.mails.len().saturating_sub(MOST);
        self.mails.drain(..surplus);
    }

    /// Every mail, the newest first.
    pub fn mails(&self) -> impl Iterator<Item = &Received> {
        self.mails.iter().rev()
    }

    /// One mail.
    pub fn mail(&self, number: u64) -> Option<&Received> {
        self.mails.iter().find(|mail| mail.number == number)
    }

    /// Orders what is done with the next mails.
    pub fn refuse(&mut self, refusal: Refusal, times: usize) {
        self.refusals.extend(std::iter::repeat_n(refusal, times));
    }

    /// What is to be done with the next mail.
    pub fn next_refusal(&mut self) -> Option<Refusal> {
        (!self.refusals.is_empty()).then(|| self.refusals.remove(0))
    }

    /// Forgets everything; numbers go on.
    pub fn start_over(&mut self) {
        self.mails.clear();
        self.refusals.clear();
    }
}
