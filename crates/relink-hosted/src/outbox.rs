//! Sends what the outbox holds: emails over SMTP, events to the merchant's own system.
//! Every instance runs one of these. The sender of a message takes a lease on it and renews it now and then; if it
//! dies, the message is free after [`LEASE_MS`]. A failed attempt is repeated with growing pauses. The message is given
//! up after [`MOST_ATTEMPTS`], or at once if the mail server refuses it permanently. It then stays, and the dashboard
//! shows it. An email keeps its Message-ID through all attempts.

use crate::ask::about;
use crate::hosted::Hosted;
use crate::{api, remind, rules};
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use lettre::{AsyncTransport, Message};
use relink_seal::random_id;
use relink_store::Result;
use relink_store::accounts::AccountRow;
use relink_store::hosted::{HostedRelink, LinkStatus};
use relink_store::journal::{self, JournalEntry, JournalEvent};
use relink_store::limits;
use relink_store::outbox::{OutboxMessage, ParcelKind, SendAttempt};
use relink_wire::{Fields, Json};
use std::convert::Infallible;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How long a whole attempt may take: an email has several steps.
const ATTEMPT: Duration = Duration::from_secs(90);
/// How long a sender may be silent before its messages are free for another, in milliseconds.
const LEASE_MS: i64 = 10_000;
/// How often a sender says that it is alive.
const PULSE: Duration = Duration::from_secs(3);
/// Messages that are sent at the same time.
const AT_ONCE: i64 = 8;
/// Attempts before a message is given up.
pub const MOST_ATTEMPTS: i64 = 10;
/// The pause after the first attempt; each later one is three times as long.
const FIRST_PAUSE_MS: i64 = 10_000;
/// The longest pause: six hours.
const LONGEST_PAUSE_MS: i64 = 6 * 3_600_000;
/// How often the outbox is checked without a notification.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Sends until it is stopped; an attempt that has begun is ended and written down first.
pub async fn run(hosted: Hosted, stop: impl Future<Output = ()>) {
    let is_stopping = AtomicBool::new(false);
    let sending = async {
        while !is_stopping.load(Ordering::SeqCst) {
            if let Err(error) = deliver_until(&hosted, &is_stopping).await {
                tracing::error!(%error, "the outbox could not be read");
            }
            if !is_stopping.load(Ordering::SeqCst) {
                drop(tokio::time::timeout(LOOK_EVERY, hosted.post().wakened()).await);
            }
        }
    };
    let stopping = async {
        stop.await;
        is_stopping.store(true, Ordering::SeqCst);
        hosted.wake();
        std::future::pending::<()>().await;
    };
    tokio::select! {
        () = sending => {}
        () = stopping => {}
    }
}

/// Ends expired links, sends reminders for unanswered ones, and sends everything that is due.
pub async fn deliver(hosted: &Hosted) -> Result<()> {
    deliver_until(hosted, &AtomicBool::new(false)).await
}

/// The same; once it is to stop, nothing more is begun.
async fn deliver_until(hosted: &Hosted, is_stopping: &AtomicBool) -> Result<()> {
    if hosted.post().is_time_to_remind(hosted.now_ms()) {
        remind::remind(hosted).await?;
    }
    hosted.store.expire_hosted_relinks(hosted.now_ms()).await?;
    let run = random_id("run");
    while !is_stopping.load(Ordering::SeqCst) {
        let now = hosted.now_ms();
        let Some(taken) = hosted.store.outbox_take(&run, now, now + LEASE_MS, AT_ONCE).await? else {
            return Ok(());
        };
        tokio::select! {
            ended = send(hosted, &run, taken) => ended?,
            never = alive(hosted, &run) => match never {},
        }
    }
    Ok(())
}

/// Makes an attempt at each message, all at the same time.
async fn send(hosted: &Hosted, run: &str, taken: Vec<OutboxMessage>) -> Result<()> {
    let mut attempts = tokio::task::JoinSet::new();
    for message in taken {
        let (hosted, run) = (hosted.clone(), run.to_owned());
        attempts.spawn(async move {
            let ended = match tokio::time::timeout(ATTEMPT, attempt(&hosted, &message)).await {
                Ok(ended) => ended?,
                Err(_) => later(&hosted, &message, "an attempt takes too long".into()),
            };
            record(&hosted, &message, &run, &ended).await
        });
    }
    while let Some(ended) = attempts.join_next().await {
        ended.unwrap_or(Ok(()))?;
    }
    Ok(())
}

/// Renews this sender's lease now and then. If another sender gets the message anyway, it keeps its id.
async fn alive(hosted: &Hosted, run: &str) -> Infallible {
    loop {
        tokio::time::sleep(PULSE).await;
        if let Err(error) = hosted.store.outbox_keep(run, hosted.now_ms() + LEASE_MS).await {
            tracing::warn!(%error, "a sender could not say that it is alive");
        }
    }
}

async fn record(hosted: &Hosted, message: &OutboxMessage, run: &str, ended: &SendAttempt) -> Result<()> {
    let now = hosted.now_ms();
    let accounts = match hosted.store.hosted_relink(&message.relink).await? {
        Some(relink) => relink.account_ids().map(str::to_owned).collect(),
        None => vec![message.account.clone()],
    };
    let mut write = hosted.store.begin().await?;
    if *ended == SendAttempt::Withdrawn && message.kind == ParcelKind::Mail {
        // Nobody was asked, so nobody has to wait.
        limits::give_back(&mut write, &message.relink).await?;
    }
    if !hosted.store.outbox_attempted(&mut write, &message.id, run, ended, now).await? {
        tracing::warn!(message = message.id, "another instance has taken this message over");
        return Ok(());
    }
    let entry = match ended {
        SendAttempt::Sent if message.kind == ParcelKind::Mail => Some((JournalEvent::Mailed, None)),
        SendAttempt::Dead(why) => Some((JournalEvent::GivenUp, Some(why.as_str()))),
        SendAttempt::Sent | SendAttempt::Withdrawn | SendAttempt::Later(..) => None,
    };
    if let Some((what, note)) = entry {
        let (relink, who) = (Some(message.relink.as_str()), journal::PROGRAM);
        let entry = JournalEntry { at_ms: now, account: None, relink, what, who, note };
        journal::add_each(&mut write, accounts.iter().map(String::as_str), &entry).await?;
    }
    write.commit().await?;
    let outcome = match ended {
        SendAttempt::Sent => "sent",
        SendAttempt::Withdrawn => "withdrawn",
        SendAttempt::Later(..) => "later",
        SendAttempt::Dead(_) => "dead",
    };
    metrics::counter!("relink_outbox_attempts_total", "kind" => message.kind.as_str(), "outcome" => outcome)
        .increment(1);
    tracing::info!(message = message.id, kind = message.kind.as_str(), ended = ?ended, "tried to send");
    Ok(())
}

async fn attempt(hosted: &Hosted, message: &OutboxMessage) -> Result<SendAttempt> {
    let Some(relink) = hosted.store.hosted_relink(&message.relink).await? else {
        return Ok(SendAttempt::Withdrawn);
    };
    Ok(match message.kind {
        ParcelKind::Mail if !is_still_wanted(hosted, &relink).await? => SendAttempt::Withdrawn,
        ParcelKind::Mail => mail(hosted, message).await,
        ParcelKind::Webhook => event(hosted, message, &relink).await,
    })
}

/// A customer who has relinked meanwhile, or whose accounts all work again, is not asked.
async fn is_still_wanted(hosted: &Hosted, relink: &HostedRelink) -> Result<bool> {
    if relink.status_at(hosted.now()) != LinkStatus::Open {
        return Ok(false);
    }
    for account in relink.needed() {
        let row = hosted.store.account(&relink.customer, account).await?;
        let is_wanted = |row: AccountRow| {
            let asking = hosted.asking_of(&row.linked);
            rules::eligible(&row.linked.account, true, &asking, hosted.now()).is_ok()
        };
        if row.is_none_or(is_wanted) {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn mail(hosted: &Hosted, message: &OutboxMessage) -> SendAttempt {
    let sealed = message.content_sealed.as_deref().unwrap_or_default();
    let opened = hosted.seal.open(&about(&message.id), sealed);
    let Some(content) = opened.and_then(|bytes| serde_json::from_slice::<Json>(&bytes).ok()) else {
        // Another instance may have that secret.
        return later(hosted, message, "it is sealed with a RELINK_SECRET that is not here".into());
    };
    let Some(mail) = compose(hosted, message, &content) else {
        return SendAttempt::Dead("the address cannot be written to".into());
    };
    let Some(transport) = &hosted.post().mail else {
        return later(hosted, message, "SMTP_URL is not set".into());
    };
    match transport.send(mail).await {
        Ok(_) => SendAttempt::Sent,
        // The mail server's message may hold the customer's address, so only the code is kept.
        Err(error) => match error.status() {
            Some(code) if error.is_permanent() => SendAttempt::Dead(format!("the mail server says {code}")),
            Some(code) => later(hosted, message, format!("the mail server says {code}")),
            None if error.is_timeout() => later(hosted, message, "the mail server takes too long".into()),
            None => later(hosted, message, "the mail server does not answer".into()),
        },
    }
}

fn compose(hosted: &Hosted, message: &OutboxMessage, content: &Json) -> Option<Message> {
    let text = |field| content.text(field);
    let from: Mailbox = hosted.settings().mail_from.parse().ok()?;
    let to = Mailbox::new(text("name").map(Into::into), text("to")?.parse().ok()?);
    let id = format!("<{}@{}>", message.id, from.email.domain());
    let part = |kind, body: Option<&str>| {
        let body = body.unwrap_or_default().to_owned();
        SinglePart::builder().header(kind).body(body)
    };
    let raw = |name, value: &str| HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned());
    let mut mail = Message::builder()
        .from(from)
        .to(to)
        .subject(text("subject")?)
        .message_id(Some(id))
        .multipart(
            MultiPart::alternative()
                .singlepart(part(ContentType::TEXT_PLAIN, text("text")))
                .singlepart(part(ContentType::TEXT_HTML, text("html"))),
        )
        .ok()?;
    // No answering machine is to answer this one (RFC 3834).
    mail.headers_mut().insert_raw(raw("Auto-Submitted", "auto-generated"));
    mail.headers_mut().insert_raw(raw("Content-Language", text("lang").unwrap_or("en")));
    Some(mail)
}

async fn event(hosted: &Hosted, message: &OutboxMessage, relink: &HostedRelink) -> SendAttempt {
    let Some(webhook) = &hosted.settings().webhook else { return SendAttempt::Withdrawn };
    let Ok(mail) = hosted.store.mail_of(&relink.id).await else {
        return later(hosted, message, "the database could not be read".into());
    };
    let body = serde_json::json!({
        "id": message.id.replacen("out_", "evt_", 1),
        "object": "event",
        "type": format!("hosted_relink.{}", relink.status.as_str()),
        "created": message.created_at,
        "livemode": hosted.stripe.livemode(),
        "data": {"object": api::document(hosted, relink, mail.as_ref().map(|mail| mail.status.as_str()))},
    })
    .to_string();
    let now = hosted.now();
    let signature = relink_signature::sign_with_each(&webhook.secrets, body.as_bytes(), now);
    let request = hosted.post().http.post(webhook.url.clone()).header("content-type", "application/json");
    let request = request.header("relink-signature", signature).body(body);
    match request.send().await {
        Ok(answer) if answer.status().is_success() => SendAttempt::Sent,
        Ok(answer) => {
            later(hosted, message, format!("HOSTED_WEBHOOK_URL answers {}", answer.status().as_u16()))
        }
        Err(_) => later(hosted, message, "HOSTED_WEBHOOK_URL does not answer".into()),
    }
}

fn later(hosted: &Hosted, message: &OutboxMessage, why: String) -> SendAttempt {
    if message.attempts >= MOST_ATTEMPTS {
        return SendAttempt::Dead(why);
    }
    SendAttempt::Later(hosted.now_ms() + pause(message.attempts), why)
}

/// The pause after so many attempts, in milliseconds.
fn pause(attempts: i64) -> i64 {
    let times = u32::try_from(attempts.saturating_sub(1)).unwrap_or_default().min(20);
    FIRST_PAUSE_MS.saturating_mul(3_i64.saturating_pow(times)).min(LONGEST_PAUSE_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_threefold_to_six_hours() {
        let pauses: Vec<i64> = (1..=10).map(|attempts| pause(attempts) / 1000).collect();
        assert_eq!(pauses, [10, 30, 90, 270, 810, 2430, 7290, 21_600, 21_600, 21_600]);
    }
}
