//! For the merchant's own server: `/v1/hosted_relinks`, behind a key.

use crate::api_key::api_key_name;
use crate::ask::{self, Wish};
use crate::hosted::Hosted;
use axum::extract::rejection::PathRejection;
use axum::extract::{DefaultBodyLimit, FromRequest, Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};
use relink_backend::http::{idempotency_key, json};
use relink_backend::idempotency::{self, Act, Done, Keyed};
use relink_backend::trace::RequestId;
use relink_backend::{ApiError, ApiErrorKind, ClientAddress, Relink};
use relink_seal::{fingerprint, random_id};
use relink_store::api_keys::Scope;
use relink_store::change::Change;
use relink_store::hosted::{Delivery, HostedRelink, PageHost};
use relink_store::outbox::QUEUED;
use relink_wire::{Json, SafeUrl};
use reqwest::Url;
use serde_json::json;

/// The largest body.
const LARGEST: usize = 16 * 1024;

/// The routes.
pub(crate) fn routes() -> Router<Hosted> {
    Router::new()
        .route("/v1/hosted_relinks", post(create))
        .route("/v1/hosted_relinks/{id}", get(read))
        .layer(DefaultBodyLimit::max(LARGEST))
}

/// A request of a server's.
struct Posted {
    by: String,
    key: String,
    body: Json,
    wish: Wish,
    account: String,
}

impl FromRequest<Hosted> for Posted {
    type Rejection = ApiError;

    async fn from_request(request: Request, hosted: &Hosted) -> Result<Self, ApiError> {
        let headers = request.headers().clone();
        let client = request.extensions().get().copied();
        let name = api_key_name(hosted, &headers, client, Scope::HostedRelinks).await?;
        let by = format!("api:{name}");
        let key = idempotency_key(&headers)?.unwrap_or_else(|| random_id("once"));
        let body = json(request).await?;
        let stripe_key = format!("hosted-{}", fingerprint(&[by.as_bytes(), key.as_bytes()]));
        let (account, wish) = wish(hosted, &headers, &body, &by, stripe_key)?;
        Ok(Self { by, key, body, wish, account })
    }
}

async fn create(
    State(hosted): State<Hosted>,
    Extension(RequestId(request_id)): Extension<RequestId>,
    posted: Posted,
) -> Result<Response, ApiError> {
    let Posted { by, key, body, wish, account } = posted;
    let request = Keyed { owner: by, key, what: "hosted relink".into(), body, request_id };
    let answer = idempotency::once(&hosted, request, Ask { hosted: hosted.clone(), account, wish }).await;
    hosted.wake();
    answer
}

struct Ask {
    hosted: Hosted,
    account: String,
    wish: Wish,
}

impl Act for Ask {
    async fn run(&self, _: &Relink) -> Result<Done, ApiError> {
        let prepared = ask::prepare(&self.hosted, &self.account, &self.wish).await?;
        let relink = &prepared.asked.relink;
        let mut body = document(&self.hosted, relink, prepared.asked.mail.as_ref().map(|_| QUEUED));
        let status = match relink.delivery {
            Delivery::Url => {
                body["url"] = prepared.url.into();
                StatusCode::CREATED
            }
            Delivery::Email => StatusCode::ACCEPTED,
        };
        Ok(Done { change: Change::Ask(Box::new(prepared.asked)), status, body, is_final: true })
    }
}

async fn read(
    State(hosted): State<Hosted>,
    headers: HeaderMap,
    client: Option<Extension<ClientAddress>>,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, ApiError> {
    let client = client.map(|Extension(client)| client);
    api_key_name(&hosted, &headers, client, Scope::HostedRelinks).await?;
    let nothing = || ApiError::new(ApiErrorKind::NoSuchRelink, "There is no hosted relink of this id.");
    let Path(id) = id.map_err(|_| nothing())?;
    let relink = hosted.store.hosted_relink(&id).await?.ok_or_else(nothing)?;
    let mail = hosted.store.mail_of(&id).await?;
    let body = document(&hosted, &relink, mail.as_ref().map(|mail| mail.status.as_str())).to_string();
    let json = HeaderValue::from_static("application/json");
    let no_store = HeaderValue::from_static("no-store");
    Ok(([(header::CONTENT_TYPE, json), (header::CACHE_CONTROL, no_store)], body).into_response())
}

/// A hosted relink on the wire. `mail` is the status of our email, if there is one. The link's address is returned
/// once, in the answer to the request for it, and is not stored.
pub fn document(hosted: &Hosted, relink: &HostedRelink, mail: Option<&str>) -> Json {
    json!({
        "object": "hosted_relink",
        "id": relink.id,
        "livemode": hosted.stripe.livemode(),
        "account": relink.account,
        "accounts": relink.account_ids().collect::<Vec<_>>(),
        "delivery": relink.delivery.as_str(),
        "host": relink.host.as_str(),
        "reason": relink.reason,
        "status": relink.status_at(hosted.now()).as_str(),
        "locale": relink.locale,
        "return_url": relink.return_url,
        "mail": mail,
        "created": relink.created_at,
        "expires_at": relink.expires_at,
        "opened_at": relink.opened_at,
        "ended_at": relink.ended_at,
    })
}

fn wish(
    hosted: &Hosted,
    headers: &HeaderMap,
    body: &Json,
    by: &str,
    key: String,
) -> Result<(String, Wish), ApiError> {
    let wrong = |detail: &str| ApiError::new(ApiErrorKind::Malformed, detail);
    let optional = |field: &'static str| match body.get(field) {
        None | Some(Json::Null) => Ok(None),
        Some(Json::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(ApiError::new(ApiErrorKind::Malformed, format!("{field}: expected text."))),
    };
    let account = optional("account")?.filter(|id| !id.is_empty() && !id.contains('\0'));
    let account = account.ok_or_else(|| wrong("account: expected the id of an account."))?;
    let delivery = optional("delivery")?.as_deref().and_then(Delivery::parse);
    let delivery = delivery.ok_or_else(|| wrong("delivery: expected url or email."))?;
    let host = match optional("host")? {
        None => PageHost::Merchant,
        Some(host) => PageHost::parse(&host).ok_or_else(|| wrong("host: expected merchant or stripe."))?,
    };
    let return_url = optional("return_url")?;
    if return_url.as_ref().is_some_and(|url| !may_return_to(hosted, headers, url)) {
        return Err(wrong("return_url: expected HTTPS, at our own origin or one of RETURN_URL_ORIGINS."));
    }
    let locale = optional("locale")?;
    let is_tag = |tag: &String| {
        (2..=35).contains(&tag.len()) && tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    if locale.as_ref().is_some_and(|locale| !is_tag(locale)) {
        return Err(wrong("locale: expected a language, as in de or pt-BR."));
    }
    Ok((account, Wish { delivery, host, return_url, locale, by: by.to_owned(), key }))
}

/// Whether a customer may be sent there: HTTPS, or this machine while there are no real banks, and only to an origin
/// that the operator named.
fn may_return_to(hosted: &Hosted, headers: &HeaderMap, address: &str) -> bool {
    let safe =
        if hosted.stripe.livemode() { SafeUrl::https(address) } else { SafeUrl::https_or_loopback(address) };
    let origin = safe.and_then(|_| Url::parse(address).ok()).map(|url| url.origin().ascii_serialization());
    origin.is_some_and(|origin| {
        crate::forms::is_ours(hosted, headers, &origin) || hosted.settings().return_origins.contains(&origin)
    })
}
