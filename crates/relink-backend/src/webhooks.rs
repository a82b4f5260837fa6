//! What Stripe tells by itself: `POST /webhooks/stripe`.
//!
//! Stripe delivers at least once and in no order, so an event is only a hint: what it is about is read from Stripe
//! anew, and that is what is written, in one transaction with the event's id. An event that comes twice changes
//! nothing; one that comes late brings today's truth, not its own. Where Stripe cannot be read nothing is recorded,
//! and Stripe delivers again.

use crate::app::App;
use crate::fault::{Fault, Kind};
use crate::hosted::policy::{self, Outcome, Trigger};
use crate::relink::settle;
use crate::relink::verdict::Choice;
use crate::store::journal::{self, JournalEntry, JournalEvent};
use crate::store::sessions::{FreshAccounts, Change};
use crate::store::{Write, accounts, events, hosted};
use crate::stripe::StripeError;
use crate::stripe::objects::Account;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use relink_wire::{Fields, Json};

/// The largest event: Stripe's are far smaller.
const LARGEST: usize = 512 * 1024;
/// How often an event is looked at again because a session changed meanwhile.
const TRIES: usize = 3;

/// The route.
pub fn routes() -> Router<App> {
    Router::new().route("/webhooks/stripe", post(receive)).layer(DefaultBodyLimit::max(LARGEST))
}

async fn receive(State(app): State<App>, headers: HeaderMap, body: Bytes) -> Result<Response, Fault> {
    let signature = headers.get("stripe-signature").and_then(|value| value.to_str().ok()).unwrap_or_default();
    relink_signature::verify(&app.config.stripe_webhook_secret, signature, &body, app.now())
        .map_err(|refusal| Fault::new(Kind::Malformed, refusal.to_string()))?;
    let event: Json =
        serde_json::from_slice(&body).map_err(|_| Fault::new(Kind::Malformed, "The event is not JSON."))?;
    let (id, kind) = (event.text("id").unwrap_or_default(), event.text("type").unwrap_or_default());
    if id.is_empty() || kind.is_empty() {
        return Err(Fault::new(Kind::Malformed, "The event has no id or no type."));
    }
    if app.store.has_event(id).await? {
        tracing::info!(event = id, kind, "had this event before");
        return Ok(received());
    }
    let created = event.whole("created").unwrap_or_default();
    let object = event.object("data").and_then(|data| data.object("object"));
    let subject = object.and_then(|object| object.text("id")).unwrap_or_default();
    for _ in 0..TRIES {
        let news = news(&app, kind, subject).await?;
        let asked = policy::ask(&app, kind, &news.accounts).await?;
        let mut write = app.store.begin().await?;
        if !events::record(&mut write, id, kind, created, app.now()).await? {
            return Ok(received());
        }
        accounts::put_all(&mut write, &news.accounts, |account| ours(&app, account)).await?;
        if news.session.write(&mut write).await? {
            follow(&mut write, &app, kind, &news.accounts, &asked).await?;
            write.commit().await?;
            app.post.wake();
            tracing::info!(event = id, kind, accounts = news.accounts.list.len(), "took an event in");
            return Ok(received());
        }
    }
    Err(Fault::new(Kind::ProviderUnavailable, "The session keeps changing; deliver again."))
}

/// What an event leads to, as Stripe tells it now.
struct News {
    accounts: FreshAccounts,
    session: Change,
}

async fn news(app: &App, kind: &str, subject: &str) -> Result<News, Fault> {
    let mut news =
        News { accounts: FreshAccounts { list: Vec::new(), read_at_ms: app.now_ms() }, session: Change::Nothing };
    if kind.starts_with("financial_connections.account.") {
        match app.stripe.account(subject).await {
            Ok(account) => news.accounts.list.push(account),
            Err(StripeError::NotFound) => {
                tracing::warn!(kind, "an event about an account that Stripe does not know")
            }
            Err(error) => return Err(error.into()),
        }
    } else if kind.starts_with("financial_connections.authorization.") {
        for id in app.store.accounts_under(subject).await? {
            news.accounts.list.push(app.stripe.account(&id).await?);
        }
    } else if kind == "financial_connections.session.updated"
        && let Some(session) = app.store.session_by_stripe(subject).await?
    {
        let (_, effect) = settle::settle(app, session, Choice::Unsaid).await?;
        news.session = effect;
    }
    Ok(news)
}

/// What an event means for hosted relinks: the timeline has it, an account that works again needs none, and a policy may
/// ask the customer.
async fn follow(
    write: &mut Write,
    app: &App,
    kind: &str,
    told: &FreshAccounts,
    asked: &[Outcome],
) -> Result<(), Fault> {
    let at_ms = app.now_ms();
    for account in told.list.iter().filter(|account| ours(app, account).is_some()) {
        if let Some(trigger) = Trigger::of_event(kind) {
            let what = if trigger == Trigger::Deactivated { JournalEvent::Deactivated } else { JournalEvent::Warned };
            let note = account.public.object("status_details").and_then(|details| details.object("inactive"));
            let note = note.and_then(|inactive| inactive.text("cause"));
            let account = Some(account.id.as_str());
            let entry = JournalEntry { at_ms, account, relink: None, what, who: journal::STRIPE, note };
            journal::add(write, &entry).await?;
        }
        let is_repair = kind.ends_with(".reactivated") || kind.ends_with(".account_numbers_updated");
        if is_repair && policy::works(account, app.now()) {
            hosted::works_again(write, &account.id, at_ms).await?;
        }
    }
    for outcome in asked {
        match outcome {
            // Where somebody else asked a moment ago nothing is written: that is the rule.
            Outcome::Asked(asked) => drop(hosted::ask(write, asked).await?),
            Outcome::Refused { account, by, why } => {
                let (account, note) = (Some(account.as_str()), Some(why.as_str()));
                let entry = JournalEntry { at_ms, account, relink: None, what: JournalEvent::NotAsked, who: by, note };
                journal::add(write, &entry).await?;
            }
        }
    }
    Ok(())
}

/// The account's customer, where it is one of the shop's.
fn ours<'a>(app: &App, account: &'a Account) -> Option<&'a str> {
    account.owner.as_deref().filter(|id| app.customer(id).is_some())
}

fn received() -> Response {
    let json = HeaderValue::from_static("application/json");
    ([(header::CONTENT_TYPE, json)], r#"{"received":true}"#).into_response()
}
