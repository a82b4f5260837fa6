//! Stripe's webhook events: `POST /webhooks/stripe`.
//!
//! Stripe delivers at least once and in no order, so an event is only a hint. The objects it names are read from Stripe
//! again, and the result is written in one transaction with the event's id. A repeated event changes nothing; a late
//! one writes the current state, not its own. Event destinations send thin events, which hold no object: they are read
//! and then handled like the others. If Stripe cannot be read, nothing is recorded and Stripe delivers again.

use crate::counts;
use crate::error::{ApiError, ApiErrorKind, RelinkError};
use crate::outcome::Choice;
use crate::relink::{Event, Relink};
use crate::settle;
use crate::trace;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Router, middleware};
use relink_account::{Happening, Provider};
use relink_store::accounts::FreshAccounts;
use relink_store::change::Change;
use relink_store::{accounts, events};
use relink_stripe::{Stripe, StripeError, happening};
use relink_wire::{Fields, Json};

/// The largest event of any provider: theirs are far smaller.
pub const LARGEST: usize = 512 * 1024;
/// The `object` of a thin event.
const THIN: &str = "v2.core.event";
/// What the names of events about accounts begin with.
const ACCOUNT: &str = "financial_connections.account.";
/// How often an event is processed again because a session changed meanwhile.
const TRIES: usize = 3;

impl Relink {
    /// What Stripe delivers events to: `POST` at the place where it is nested, `/webhooks/stripe` say.
    pub fn webhook<S>(&self) -> Router<S>
    where
        S: Clone + Send + Sync + 'static,
    {
        Router::new()
            .route("/", post(receive))
            .layer(DefaultBodyLimit::max(LARGEST))
            .layer(middleware::from_fn(trace::trace))
            .with_state(self.clone())
    }
}

async fn receive(
    State(relink): State<Relink>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, ApiError> {
    let malformed = |detail: &str| ApiError::new(ApiErrorKind::Malformed, detail);
    if relink.webhook_secrets.is_empty() {
        return Err(malformed("There is no webhook secret here: no event is taken."));
    }
    let signature = headers.get("stripe-signature").and_then(|value| value.to_str().ok()).unwrap_or_default();
    relink_signature::verify_any(&relink.webhook_secrets, signature, &body, relink.now())
        .map_err(|refusal| malformed(&refusal.to_string()))
        .inspect_err(|_| counts::delivered("refused"))?;
    let event: Json = serde_json::from_slice(&body).map_err(|_| malformed("The event is not JSON."))?;
    let Told { id, kind, subject } =
        read(&event).ok_or_else(|| malformed("The event has no id or no type."))?;
    let created = event.whole("created").unwrap_or_default();
    let tidings = Tidings { id, provider: Stripe::NAME, kind, happening: happening(kind), created };
    relink.take_in(tidings, || news(&relink, kind, subject)).await?;
    Ok(received())
}

/// What a provider tells by a webhook that was believed.
#[derive(Clone, Copy, Debug)]
pub struct Tidings<'a> {
    /// Whoever has taken it in takes it in no more.
    pub id: &'a str,
    /// Whose it is, by the provider's name.
    pub provider: &'a str,
    /// The provider's own name of it.
    pub kind: &'a str,
    /// What it means.
    pub happening: Happening,
    /// When it was made, in Unix seconds.
    pub created: i64,
}

impl Relink {
    /// Takes in what a provider tells. `news` asks the provider what is so now, and may be asked several times; what it answers, what
    /// followers draw from it and the tidings' id are written together. An error that passes makes the provider deliver again.
    pub async fn take_in<F, N>(&self, tidings: Tidings<'_>, news: F) -> Result<(), ApiError>
    where
        F: Fn() -> N,
        N: Future<Output = Result<News, ApiError>>,
    {
        let Tidings { id, provider, kind, happening, created } = tidings;
        self.refuse_if_not_ours()?;
        if self.store.has_event(id).await? {
            tracing::info!(event = id, kind, "had this event before");
            counts::delivered("repeated");
            return Ok(());
        }
        for _ in 0..TRIES {
            let news = news().await?;
            let mut follow_ups = Vec::new();
            for follower in &self.followers {
                let event = Event { provider, kind, happening, created, accounts: &news.accounts };
                follow_ups.extend(follower.follow(self, event).await?);
            }
            let mut write = self.store.begin().await?;
            if !events::record(&mut write, id, kind, created, self.now()).await? {
                counts::delivered("repeated");
                return Ok(());
            }
            accounts::put_all(&mut write, &news.accounts, |account| account.owner.as_deref()).await?;
            if news.session.write(&mut write).await? {
                for follow_up in &follow_ups {
                    follow_up.write(&mut write).await?;
                }
                write.commit().await?;
                for follower in &self.followers {
                    follower.committed();
                }
                counts::committed(&news.session);
                counts::delivered("taken");
                tracing::info!(event = id, kind, accounts = news.accounts.list.len(), "took an event in");
                return Ok(());
            }
        }
        let detail = "The session keeps changing; deliver again.";
        Err(ApiError::new(ApiErrorKind::ProviderUnavailable, detail))
    }

    /// What has become of the session whose repair a provider names so, for [`News::session`]: it is asked now.
    pub async fn session_news(&self, provider: &str, name: &str) -> Result<Change, RelinkError> {
        let Some(session) = self.store.session_by_name(provider, name).await? else {
            return Ok(Change::Nothing);
        };
        settle::settle(self, session, Choice::Unsaid).await.map(|(_, change)| change)
    }

    /// Counts a webhook that was not believed.
    pub fn refused_webhook(&self) {
        counts::delivered("refused");
    }
}

/// What an event says that counts here: the rest is read from Stripe.
#[derive(Debug, PartialEq, Eq)]
struct Told<'a> {
    /// The event. A thin event goes by its snapshot's id, so that a merchant who takes both has each change once.
    id: &'a str,
    /// Stripe's type of the snapshot event.
    kind: &'a str,
    /// The object that it is about.
    subject: &'a str,
}

/// Reads a snapshot event, which holds its object, or a thin one, which only names it.
fn read(event: &Json) -> Option<Told<'_>> {
    let filled = |field| event.text(field).filter(|text| !text.is_empty());
    let (id, kind) = (filled("id")?, filled("type")?);
    if event.text("object") == Some(THIN) {
        let subject = event.object("related_object").and_then(|object| object.text("id")).unwrap_or_default();
        let id = filled("snapshot_event").unwrap_or(id);
        return Some(Told { id, kind: kind.strip_prefix("v1.").unwrap_or(kind), subject });
    }
    let object = event.object("data").and_then(|data| data.object("object"));
    Some(Told { id, kind, subject: object.and_then(|object| object.text("id")).unwrap_or_default() })
}

/// What an event leads to, by the provider's current state.
#[derive(Debug)]
pub struct News {
    /// The accounts that it is about, each with its owner.
    pub accounts: FreshAccounts,
    /// What becomes of a session.
    pub session: Change,
}

async fn news(relink: &Relink, kind: &str, subject: &str) -> Result<News, ApiError> {
    let mut news = News {
        accounts: FreshAccounts { list: Vec::new(), read_at_ms: relink.now_ms() },
        session: Change::Nothing,
    };
    if kind.starts_with(ACCOUNT) {
        match relink.stripe.account(subject).await {
            Ok(account) => news.accounts.list.push(account),
            Err(StripeError::NotFound) => {
                tracing::warn!(kind, "an event about an account that Stripe does not know")
            }
            Err(error) => return Err(error.into()),
        }
    } else if kind.starts_with("financial_connections.authorization.") {
        for id in relink.store.accounts_under(subject).await? {
            news.accounts.list.push(relink.stripe.account(&id).await?);
        }
    } else if kind == "financial_connections.session.updated" {
        news.session = relink.session_news(Stripe::NAME, subject).await?;
    }
    Ok(news)
}

fn received() -> Response {
    let json = HeaderValue::from_static("application/json");
    ([(header::CONTENT_TYPE, json)], r#"{"received":true}"#).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// All of Stripe's thin events about Financial Connections: since 2026-09-30, and since 2026-10-28.
    #[test]
    fn every_thin_event_is_about_an_account_that_is_read() {
        let refreshes = ["balance", "inferred_balances", "ownership", "risk_intelligence", "transactions"];
        let refreshes = refreshes
            .iter()
            .flat_map(|what| ["succeeded", "failed"].map(|how| format!("{what}_refresh_{how}")));
        let changes = [
            "account_numbers_updated",
            "created",
            "deactivated",
            "disconnected",
            "expected_deactivation_date_updated",
            "reactivated",
            "refreshed_balance",
            "refreshed_ownership",
            "refreshed_transactions",
            "supported_payment_method_types_updated",
            "upcoming_account_number_expiry",
            "upcoming_deactivation",
        ];
        for change in changes.map(str::to_owned).into_iter().chain(refreshes) {
            let thin = json!({
                "id": "evt_1", "object": "v2.core.event", "type": format!("v1.financial_connections.account.{change}"),
                "related_object": {"id": "fca_1", "type": "financial_connections.account", "url": "/v1/x"},
            });
            let told = read(&thin).expect("an event");
            assert_eq!((told.kind.strip_prefix(ACCOUNT), told.subject), (Some(change.as_str()), "fca_1"));
        }
    }

    #[test]
    fn a_thin_event_is_its_snapshot_without_the_object() {
        let kind = "financial_connections.account.deactivated";
        let snapshot =
            json!({"id": "evt_1", "object": "event", "type": kind, "data": {"object": {"id": "fca_1"}}});
        let thin = json!({
            "id": "evt_thin_1", "object": "v2.core.event", "type": format!("v1.{kind}"), "snapshot_event": "evt_1",
            "related_object": {"id": "fca_1", "type": "financial_connections.account", "url": "/v1/x"},
        });
        assert_eq!(read(&snapshot), Some(Told { id: "evt_1", kind, subject: "fca_1" }));
        assert_eq!(read(&thin), read(&snapshot));
        let alone = json!({"id": "evt_2", "object": "v2.core.event", "type": format!("v1.{kind}")});
        assert_eq!(read(&alone), Some(Told { id: "evt_2", kind, subject: "" }));
        assert_eq!(read(&json!({"id": "", "type": kind})), None);
    }
}
