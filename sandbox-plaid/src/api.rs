//! Plaid's API: requests are JSON, each with the client's id and secret in its body or its headers; answers have Plaid's shape.

use crate::shared::Shared;
use crate::time::{now, random, time};
use crate::webhook::send;
use crate::world::{Account, Item, LinkToken};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde_json::{Value as Json, json};
use std::sync::Arc;

/// What a merchant's client identifies itself with.
const CLIENT_ID: &str = "client_sandbox";
const SECRET: &str = "secret_sandbox";
/// Codes of webhooks that `/sandbox/item/fire_webhook` sends, beside those that a change of the item sends.
const CODES: [&str; 5] = [
    "NEW_ACCOUNTS_AVAILABLE",
    "LOGIN_REPAIRED",
    "PENDING_DISCONNECT",
    "PENDING_EXPIRATION",
    "USER_PERMISSION_REVOKED",
];

type App = State<Arc<Shared>>;

/// The routes.
pub fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/link/token/create", post(create))
        .route("/link/token/get", post(read))
        .route("/item/get", post(item))
        .route("/item/webhook/update", post(webhook_update))
        .route("/accounts/get", post(accounts))
        .route("/sandbox/item/reset_login", post(reset_login))
        .route("/sandbox/item/fire_webhook", post(fire_webhook))
        .route("/webhook_verification_key/get", post(key))
        .route("/test_helpers/items/{id}/repair", post(repair))
}

/// An answer that is not 200.
struct Refusal(StatusCode, &'static str, &'static str, String);

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let Self(status, kind, code, message) = self;
        let mut body = error_object(kind, code, &message);
        body["request_id"] = json!(random());
        answer(status, &body)
    }
}

type Answer = Result<Response, Refusal>;

fn answer(status: StatusCode, body: &Json) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}

/// An answer with an id of its own.
fn good(mut body: Json) -> Answer {
    body["request_id"] = json!(random());
    Ok(answer(StatusCode::OK, &body))
}

fn error_object(kind: &str, code: &str, message: &str) -> Json {
    json!({
        "error_type": kind,
        "error_code": code,
        "error_message": message,
        "display_message": null,
        "documentation_url": "https://plaid.com/docs/errors/",
        "suggested_action": null,
        "causes": [],
    })
}

fn invalid(code: &'static str, message: impl Into<String>) -> Refusal {
    Refusal(StatusCode::BAD_REQUEST, "INVALID_REQUEST", code, message.into())
}

fn unknown_token() -> Refusal {
    let message = "the access token is unknown".into();
    Refusal(StatusCode::BAD_REQUEST, "INVALID_INPUT", "INVALID_ACCESS_TOKEN", message)
}

/// The body of a request whose client is known.
fn body(headers: &HeaderMap, bytes: &[u8]) -> Result<Json, Refusal> {
    let json: Json = serde_json::from_slice(bytes)
        .map_err(|_| invalid("INVALID_BODY", "the body could not be parsed as JSON"))?;
    let given = |field: &str, name: &str| {
        let header = headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        json[field].as_str().map(str::to_owned).or(header)
    };
    let is_known = given("client_id", "plaid-client-id").as_deref() == Some(CLIENT_ID)
        && given("secret", "plaid-secret").as_deref() == Some(SECRET);
    if is_known {
        return Ok(json);
    }
    let message = "invalid client_id or secret provided".into();
    Err(Refusal(StatusCode::BAD_REQUEST, "INVALID_INPUT", "INVALID_API_KEYS", message))
}

fn text<'a>(json: &'a Json, field: &str) -> Result<&'a str, Refusal> {
    json[field].as_str().filter(|text| !text.is_empty()).ok_or_else(|| {
        invalid("MISSING_FIELDS", format!("the following required fields are missing: {field}"))
    })
}

async fn create(State(shared): App, headers: HeaderMap, bytes: Bytes) -> Answer {
    let json = body(&headers, &bytes)?;
    let (client_name, language) =
        (text(&json, "client_name")?.to_owned(), text(&json, "language")?.to_owned());
    text(&json["user"], "client_user_id")?;
    if json["country_codes"].as_array().is_none_or(Vec::is_empty) {
        return Err(invalid("MISSING_FIELDS", "the following required fields are missing: country_codes"));
    }
    let Some(access_token) = json["access_token"].as_str() else {
        return Err(invalid(
            "INVALID_FIELD",
            "this stand-in knows update mode only: access_token is missing",
        ));
    };
    if json["products"].as_array().is_some_and(|products| !products.is_empty()) {
        return Err(invalid("INVALID_FIELD", "products must not be given in update mode"));
    }
    let is_hosted = json["hosted_link"].is_object();
    let (token, key) = (format!("link-sandbox-{}", random()), random());
    let url = format!("{}/hl/{key}", shared.base);
    let expires_at = shared.with(|world| {
        let item = world.item(access_token).ok_or_else(unknown_token)?;
        let (item, webhook) = (item.id.clone(), item.webhook.clone());
        world.add(LinkToken {
            token: token.clone(),
            key,
            item,
            created_at: now(),
            expires_at: 0,
            client_name,
            language,
            countries: json["country_codes"].clone(),
            webhook: json["webhook"].as_str().map(Into::into).or(webhook),
            back: json["hosted_link"]["completion_redirect_uri"].as_str().map(Into::into),
            selects_accounts: json["update"]["account_selection_enabled"] == true,
            sessions: Vec::new(),
        });
        Ok(world.tokens.last().map_or(0, |token| token.expires_at))
    })?;
    let mut answer = json!({"link_token": token, "expiration": time(expires_at)});
    if is_hosted {
        answer["hosted_link_url"] = json!(url);
    }
    good(answer)
}

async fn read(State(shared): App, headers: HeaderMap, bytes: Bytes) -> Answer {
    let json = body(&headers, &bytes)?;
    let wanted = text(&json, "link_token")?;
    let found = shared.with(|world| {
        let token = world.tokens.iter().find(|token| token.token == wanted)?;
        let sessions = token.sessions.iter().map(|session| {
            let exit = json!({"error": null, "metadata": {"institution": null, "link_session_id": session.id, "request_id": random(), "status": "requires_credentials"}});
            json!({
                "link_session_id": session.id,
                "started_at": time(token.created_at),
                "finished_at": time(session.at),
                "on_success": null,
                "on_exit": null,
                "exit": if session.succeeded { Json::Null } else { exit },
                "events": [],
                // In update mode no item is added, and no public token is given.
                "results": {"item_add_results": [], "cra_item_add_results": [], "cra_update_results": [], "bank_income_results": [], "payroll_income_results": [], "document_income_results": null},
            })
        });
        Some(json!({
            "link_token": token.token,
            "created_at": time(token.created_at),
            "expiration": time(token.expires_at),
            "link_sessions": sessions.collect::<Vec<_>>(),
            "metadata": {
                "initial_products": [],
                "webhook": token.webhook,
                "country_codes": token.countries,
                "language": token.language,
                "redirect_uri": null,
                "client_name": token.client_name,
            },
        }))
    });
    good(found.ok_or_else(|| invalid("INVALID_LINK_TOKEN", "the link token is unknown"))?)
}

fn item_object(item: &Item) -> Json {
    json!({
        "item_id": item.id,
        "institution_id": "ins_109508",
        "institution_name": "First Platypus Bank",
        "webhook": item.webhook,
        "auth_method": null,
        "error": item.error.as_deref().map(item_error),
        "available_products": ["balance"],
        "billed_products": ["transactions"],
        "products": ["transactions"],
        "consent_expiration_time": item.consent_expires_at.map(time),
        "update_type": "background",
    })
}

fn item_error(code: &str) -> Json {
    let message = match code {
        "USER_PERMISSION_REVOKED" => "the user revoked the permission for this item",
        _ => "the login details of this item have changed; use Link's update mode to restore it",
    };
    let mut error = error_object("ITEM_ERROR", code, message);
    error["status"] = json!(400);
    error
}

fn account_object(account: &Account) -> Json {
    json!({
        "account_id": account.id,
        "balances": {"available": 100, "current": 110, "limit": null, "iso_currency_code": "USD", "unofficial_currency_code": null},
        "mask": account.mask,
        "name": account.name,
        "official_name": null,
        "persistent_account_id": account.persistent_id,
        "type": "depository",
        "subtype": if account.mask == "1111" { "savings" } else { "checking" },
    })
}

async fn item(State(shared): App, headers: HeaderMap, bytes: Bytes) -> Answer {
    let json = body(&headers, &bytes)?;
    let token = text(&json, "access_token")?;
    let item = shared.with(|world| {
        world.item(token).map(|item| {
            let mut object = item_object(item);
            object["created_at"] = json!(time(item.created_at));
            object
        })
    });
    good(json!({"item": item.ok_or_else(unknown_token)?, "status": null}))
}

async fn webhook_update(State(shared): App, headers: HeaderMap, bytes: Bytes) -> Answer {
    let json = body(&headers, &bytes)?;
    let token = text(&json, "access_token")?;
    let item = shared.with(|world| {
        let item = world.item(token)?;
        item.webhook = json["webhook"].as_str().map(Into::into);
        Some(item_object(item))
    });
    good(json!({"item": item.ok_or_else(unknown_token)?}))
}

async fn accounts(State(shared): App, headers: HeaderMap, bytes: Bytes) -> Answer {
    let json = body(&headers, &bytes)?;
    let token = text(&json, "access_token")?;
    let found = shared.with(|world| {
        let item = world.item(token).ok_or_else(unknown_token)?;
        if let Some(code) = item.error.as_deref() {
            let error = item_error(code);
            return Err(Refusal(
                StatusCode::BAD_REQUEST,
                "ITEM_ERROR",
                if code == "USER_PERMISSION_REVOKED" {
                    "USER_PERMISSION_REVOKED"
                } else {
                    "ITEM_LOGIN_REQUIRED"
                },
                error["error_message"].as_str().unwrap_or_default().into(),
            ));
        }
        let shared = item.accounts.iter().filter(|account| account.is_shared).map(account_object);
        Ok(json!({"accounts": shared.collect::<Vec<_>>(), "item": item_object(item)}))
    })?;
    good(found)
}

async fn reset_login(State(shared): App, headers: HeaderMap, bytes: Bytes) -> Answer {
    let json = body(&headers, &bytes)?;
    let token = text(&json, "access_token")?;
    let due = shared.with(|world| {
        let item = world.item(token)?;
        item.error = Some("ITEM_LOGIN_REQUIRED".into());
        Some(item.due("ERROR", &json!({"error": item_error("ITEM_LOGIN_REQUIRED")})))
    });
    send(&shared, due.ok_or_else(unknown_token)?);
    good(json!({"reset_login": true}))
}

async fn fire_webhook(State(shared): App, headers: HeaderMap, bytes: Bytes) -> Answer {
    let json = body(&headers, &bytes)?;
    let (token, code) = (text(&json, "access_token")?, text(&json, "webhook_code")?);
    if !CODES.contains(&code) {
        return Err(invalid("INVALID_FIELD", "this stand-in does not send that webhook"));
    }
    let due = shared.with(|world| {
        let item = world.item(token)?;
        let week = time(now() + 7 * 86_400);
        let more = match code {
            "PENDING_EXPIRATION" => json!({"consent_expiration_time": week}),
            "PENDING_DISCONNECT" => {
                json!({"reason": "INSTITUTION_TOKEN_EXPIRATION", "disconnect_time": week})
            }
            _ => json!({"error": null}),
        };
        Some(item.due(code, &more))
    });
    let due = due.ok_or_else(unknown_token)?;
    let due = due.ok_or_else(|| {
        Refusal(
            StatusCode::BAD_REQUEST,
            "SANDBOX_ERROR",
            "SANDBOX_WEBHOOK_INVALID",
            "the item has no webhook".into(),
        )
    })?;
    send(&shared, Some(due));
    good(json!({"webhook_fired": true}))
}

async fn key(State(shared): App, headers: HeaderMap, bytes: Bytes) -> Answer {
    let json = body(&headers, &bytes)?;
    let found = shared.signer.key(text(&json, "key_id")?);
    good(json!({"key": found.ok_or_else(|| invalid("INVALID_FIELD", "the key is unknown"))?}))
}

/// For tests: the login works again without Link, as where the customer repaired it at another merchant.
async fn repair(State(shared): App, Path(id): Path<String>) -> Answer {
    let due = shared.with(|world| {
        let item = world.item_by_id(&id)?;
        item.repair(now());
        Some(item.due("LOGIN_REPAIRED", &json!({})))
    });
    send(&shared, due.ok_or_else(unknown_token)?);
    good(json!({"repaired": true}))
}
