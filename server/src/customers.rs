//! `DELETE /v1/customers/{id}`, for the merchant's own server, with a key that has the scope `erase`: erases a
//! customer, and returns what was erased, by kind. The command `customer erase` does the same.

use crate::server::Server;
use crate::tokens::{answer, is_customer};
use axum::Extension;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use relink_backend::{ApiError, ApiErrorKind, ClientAddress};
use relink_hosted::api_key_name;
use relink_store::api_keys::Scope;
use relink_store::erasure::Erased;
use relink_store::security_events::{Actor, Source};
use relink_wire::Json;
use serde_json::json;

/// Erases a customer.
pub(crate) async fn erase(
    State(server): State<Server>,
    headers: HeaderMap,
    client: Option<Extension<ClientAddress>>,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, ApiError> {
    let client = client.map(|Extension(client)| client);
    let key = api_key_name(&server.hosted, &headers, client, Scope::Erase).await?;
    let wrong =
        || ApiError::new(ApiErrorKind::Malformed, "The address ends in Stripe's id, cus_… or acct_….");
    let Path(id) = id.map_err(|_| wrong())?;
    if !is_customer(&id) {
        return Err(wrong());
    }
    let source = Source {
        at_ms: server.hosted.now_ms(),
        actor: Actor::ApiKey(&key),
        address: client.map(|ClientAddress(at)| at),
    };
    let erased = server.hosted.store.erase_customer(&id, &format!("api:{key}"), &source).await?;
    tracing::info!(?erased, "erased a customer");
    Ok(answer(StatusCode::OK, &document(&id, &erased)))
}

/// What was erased, on the wire.
pub(crate) fn document(id: &str, erased: &Erased) -> Json {
    let counts: serde_json::Map<String, Json> =
        erased.iter().map(|(kind, count)| ((*kind).to_owned(), (*count).into())).collect();
    json!({"object": "customer_erasure", "customer": id, "erased": counts})
}
