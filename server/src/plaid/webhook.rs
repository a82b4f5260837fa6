//! `POST /webhooks/plaid`: Plaid's events about items and visits to its page. An event is accepted if its signature, its time and the
//! hash of its body are right (`relink_plaid`). It is then a reason to ask Plaid, never an answer.

use super::provider::{PlaidItems, name_of};
use crate::server::Server;
use crate::tokens::JSON;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use relink_account::Happening;
use relink_backend::http::text;
use relink_backend::{ApiError, ApiErrorKind, News, Tidings};
use relink_plaid::{self as plaid, Plaid, Provider, WebhookRefusal};
use relink_seal::fingerprint;
use relink_store::accounts::FreshAccounts;
use relink_store::change::Change;

/// Takes one in.
pub(crate) async fn receive(
    State(server): State<Server>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, ApiError> {
    let Some(items) = server.plaid.clone() else {
        return Err(ApiError::new(ApiErrorKind::Malformed, "Plaid is not configured."));
    };
    let token = text(&headers, "plaid-verification").unwrap_or_default();
    let told = match items.plaid.verify(&items.keys, token, &body, server.hosted.now()).await {
        Ok(told) => told,
        // It is delivered again.
        Err(WebhookRefusal::Plaid(error)) => return Err(super::provider::wrong(error).into()),
        Err(refusal @ WebhookRefusal::TooMany) => {
            return Err(ApiError::new(ApiErrorKind::TooMany, format!("{refusal}.")));
        }
        Err(refusal) => {
            server.hosted.refused_webhook();
            return Err(ApiError::new(ApiErrorKind::Malformed, format!("{refusal}.")));
        }
    };
    // Plaid's webhooks have no id. Each has a signature of its own, and one that comes twice is the same.
    let id = format!("plaid_{}", fingerprint(&[token.as_bytes()]));
    let of = |kind, happening| Tidings {
        id: &id,
        provider: Plaid::NAME,
        kind,
        happening,
        created: server.hosted.now(),
    };
    match &told {
        plaid::News::Item { item, code } => {
            let news = || item_news(&server, &items, item);
            server.hosted.take_in(of(code, plaid::happening(code)), news).await?;
        }
        plaid::News::Finished { token } => {
            let name = name_of(token);
            let news = || session_news(&server, &name);
            server.hosted.take_in(of("SESSION_FINISHED", Happening::Other), news).await?;
        }
        plaid::News::Other => {}
    }
    Ok(([(header::CONTENT_TYPE, JSON)], r#"{"received":true}"#).into_response())
}

/// The accounts of an item as they are now; none if nobody has registered it.
async fn item_news(server: &Server, items: &PlaidItems, id: &str) -> Result<News, ApiError> {
    let read_at_ms = server.hosted.now_ms();
    let list = match server.hosted.store.plaid_item(id).await? {
        Some(item) => items.now(server.hosted.backend(), &item).await?,
        None => Vec::new(),
    };
    Ok(News { accounts: FreshAccounts { list, read_at_ms }, session: Change::Nothing })
}

async fn session_news(server: &Server, name: &str) -> Result<News, ApiError> {
    let session = server.hosted.session_news(Plaid::NAME, name).await?;
    Ok(News { accounts: FreshAccounts::default(), session })
}
