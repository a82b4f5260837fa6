//! `POST /v1/plaid_items`, for the merchant's own server: registers a login at a bank that a customer has linked through Plaid, with
//! its access token, which is stored sealed. `DELETE /v1/plaid_items/{id}` deletes one. Registering an item again changes nothing, so
//! a request may be repeated.

use super::provider::{about, known, wrong};
use crate::server::Server;
use crate::tokens::{answer, is_customer};
use axum::Extension;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use relink_account::LinkedAccount;
use relink_backend::http::json;
use relink_backend::{ApiError, ApiErrorKind, ClientAddress};
use relink_hosted::api_key_name;
use relink_plaid::PlaidError;
use relink_store::accounts::FreshAccounts;
use relink_store::api_keys::Scope;
use relink_store::plaid_items::{PlaidItem, Registered};
use relink_wire::{Fields, Json, Secret};
use serde_json::json;

/// The fields of a request.
const FIELDS: [&str; 4] = ["customer", "access_token", "country_codes", "accounts"];
/// The longest access token that is taken; Plaid's have about 50 characters.
const LONGEST: usize = 200;
/// The most accounts of one item.
const MOST_ACCOUNTS: usize = 200;
/// The most countries of one item's bank; Plaid is in fewer.
const MOST_COUNTRIES: usize = 30;

fn malformed(detail: &str) -> ApiError {
    ApiError::new(ApiErrorKind::Malformed, detail)
}

/// Registers an item.
pub(crate) async fn register(State(server): State<Server>, request: Request) -> Result<Response, ApiError> {
    let headers = request.headers().clone();
    let from = request.extensions().get().copied();
    api_key_name(&server.hosted, &headers, from, Scope::PlaidItems).await?;
    let Some(plaid) = &server.plaid else { return Err(malformed("Plaid is not configured.")) };
    let Wish { customer, token, countries, accounts } = Wish::read(&json(request).await?)?;
    let read_at_ms = server.hosted.now_ms();
    let client = plaid.plaid.for_customer(&customer);
    let item = match client.item(&token).await {
        Ok(item) => item,
        Err(PlaidError::NotFound) => {
            return Err(malformed("access_token: Plaid has no item with this token."));
        }
        Err(error) => return Err(wrong(error).into()),
    };
    let mut before = known(&server.hosted.store, &customer, &item.id).await?;
    if before.is_empty() {
        before = accounts.iter().filter_map(|account| item.account(account)).collect();
    }
    let (item, list) =
        client.state(&token, &item.id, &before).await.map_err(|error| ApiError::from(wrong(error)))?;
    // Who registers an item says that this is a customer, whatever was before.
    if server.hosted.store.is_erased(&customer).await? {
        server.hosted.store.take_back_erasure(&customer).await?;
    }
    let row = PlaidItem {
        access_token_sealed: server.hosted.seal.close(&about(&item.id), token.expose().as_bytes()),
        id: item.id.clone(),
        customer: customer.clone(),
        countries,
        created_at: read_at_ms / 1000,
    };
    let ids: Vec<&str> = list.iter().map(LinkedAccount::id).collect();
    let body = json!({
        "object": "plaid_item",
        "id": item.id,
        "customer": customer,
        "institution_name": item.institution_name,
        "accounts": ids,
    });
    let told = FreshAccounts { list: list.clone(), read_at_ms };
    let status = match server.hosted.store.put_plaid_item(&row, &told).await? {
        Registered::New => StatusCode::CREATED,
        Registered::Again => StatusCode::OK,
        Registered::Anothers => {
            let detail = "The item is registered for another customer: delete it there first.";
            return Err(ApiError::new(ApiErrorKind::Forbidden, detail));
        }
        Registered::Erased => {
            let detail =
                "The customer was erased at the same time; repeat the request if they are a customer.";
            return Err(ApiError::new(ApiErrorKind::StillRunning, detail));
        }
    };
    Ok(answer(status, &body))
}

/// Deletes an item and its accounts here. At Plaid it stays.
pub(crate) async fn forget(
    State(server): State<Server>,
    headers: HeaderMap,
    client: Option<Extension<ClientAddress>>,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, ApiError> {
    let client = client.map(|Extension(client)| client);
    api_key_name(&server.hosted, &headers, client, Scope::PlaidItems).await?;
    let none = || ApiError::new(ApiErrorKind::NoSuchRoute, "There is no item with this id.");
    let Path(id) = id.map_err(|_| none())?;
    if !server.hosted.store.forget_plaid_item(&id).await? {
        return Err(none());
    }
    Ok(answer(StatusCode::OK, &json!({"object": "plaid_item", "id": id, "deleted": true})))
}

/// A request to register an item.
struct Wish {
    customer: String,
    token: Secret,
    countries: Vec<String>,
    /// Its accounts in Plaid's fields, as the merchant stored them: used if Plaid returns none because the item has an error.
    accounts: Vec<Json>,
}

impl Wish {
    fn read(body: &Json) -> Result<Self, ApiError> {
        let Json::Object(fields) = body else {
            return Err(malformed("The body must be a JSON object."));
        };
        if fields.keys().any(|field| !FIELDS.contains(&field.as_str())) {
            let known = FIELDS.join(", ");
            return Err(malformed(&format!(
                "There is an unknown field; the fields of this request are {known}."
            )));
        }
        let customer = body.text("customer").filter(|id| is_customer(id));
        let customer =
            customer.ok_or_else(|| malformed("customer: expected Stripe's id, cus_… or acct_…."))?;
        let is_token = |text: &&str| {
            (1..=LONGEST).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
        };
        let token = body.text("access_token").filter(is_token);
        let token =
            token.ok_or_else(|| malformed("access_token: expected the item's access token, access-…."))?;
        let is_code = |text: &&str| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase());
        let countries = match body.get("country_codes") {
            None | Some(Json::Null) => Some(vec!["US".to_owned()]),
            Some(Json::Array(codes)) if (1..=MOST_COUNTRIES).contains(&codes.len()) => {
                codes.iter().map(|code| code.as_str().filter(is_code).map(str::to_owned)).collect()
            }
            Some(_) => None,
        };
        let countries = countries.ok_or_else(|| {
            malformed("country_codes: expected codes of two capital letters, as in [\"US\"].")
        })?;
        let accounts = match body.get("accounts") {
            None | Some(Json::Null) => Vec::new(),
            Some(Json::Array(accounts))
                if accounts.len() <= MOST_ACCOUNTS
                    && accounts.iter().all(|one| one.text("account_id").is_some()) =>
            {
                accounts.clone()
            }
            Some(_) => {
                return Err(malformed("accounts: expected a list of objects, each with Plaid's account_id."));
            }
        };
        Ok(Self { customer: customer.into(), token: Secret::new(token), countries, accounts })
    }
}
