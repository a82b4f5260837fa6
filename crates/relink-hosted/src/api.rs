//! For the merchant's own server: `/v1/hosted_relinks`, behind a key.

use super::ask::{self, Wish};
use super::rules::Delivery;
use crate::app::App;
use crate::fault::{Fault, Kind};
use crate::guard;
use crate::idempotency::{self, Act, Done};
use crate::seal::{fingerprint, random_id};
use crate::store::hosted::{PageHost, HostedRelink};
use crate::store::outbox::QUEUED;
use crate::store::sessions::Change;
use crate::trace::RequestId;
use axum::extract::rejection::PathRejection;
use axum::extract::{DefaultBodyLimit, FromRequest, FromRequestParts, Path, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};
use relink_wire::{Json, SafeUrl};
use reqwest::Url;
use serde_json::json;

/// The largest body.
const LARGEST: usize = 16 * 1024;

/// The routes.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/v1/hosted_relinks", post(create))
        .route("/v1/hosted_relinks/{id}", get(read))
        .layer(DefaultBodyLimit::max(LARGEST))
}

/// A server of the merchant's, by the name of its key.
pub struct Server(String);

impl FromRequestParts<App> for Server {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Fault> {
        let nobody = || Fault::new(Kind::NotSignedIn, "Authorization: Bearer and a key of the merchant's.");
        let given = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let key = given.and_then(|value| value.strip_prefix("Bearer ")).map(str::trim).ok_or_else(nobody)?;
        // Keys are long and random: a fingerprint that is looked up tells nothing by the time that it takes.
        let name = app.store.api_key(&key_fingerprint(key)).await?.ok_or_else(nobody)?;
        Ok(Self(format!("api:{name}")))
    }
}

/// What a key is known by.
pub fn key_fingerprint(key: &str) -> String {
    fingerprint(&[b"api key", key.as_bytes()])
}

/// A request of a server's.
struct Posted {
    by: String,
    key: String,
    body: Json,
    wish: Wish,
    account: String,
}

impl FromRequest<App> for Posted {
    type Rejection = Fault;

    async fn from_request(request: Request, app: &App) -> Result<Self, Fault> {
        let (mut parts, body) = request.into_parts();
        let Server(by) = Server::from_request_parts(&mut parts, app).await?;
        let key = guard::idempotency_key(&parts.headers)?.unwrap_or_else(|| random_id("once"));
        let headers = parts.headers.clone();
        let body = guard::json(Request::from_parts(parts, body), app).await?;
        let stripe_key = format!("hosted-{}", fingerprint(&[by.as_bytes(), key.as_bytes()]));
        let (account, wish) = wish(app, &headers, &body, &by, stripe_key)?;
        Ok(Self { by, key, body, wish, account })
    }
}

async fn create(
    State(app): State<App>,
    Extension(RequestId(request_id)): Extension<RequestId>,
    posted: Posted,
) -> Result<Response, Fault> {
    let Posted { by, key, body, wish, account } = posted;
    let act = Act { customer: by, key, what: "hosted relink".into(), body, request_id };
    let shared = app.clone();
    let run = move || {
        let (app, wish, account) = (shared.clone(), wish.clone(), account.clone());
        async move {
            let prepared = ask::prepare(&app, &account, &wish).await?;
            let relink = &prepared.asked.relink;
            let mut body = document(&app, relink, prepared.asked.mail.as_ref().map(|_| QUEUED));
            let status = match relink.delivery {
                Delivery::Url => {
                    body["url"] = prepared.url.into();
                    StatusCode::CREATED
                }
                Delivery::Email => StatusCode::ACCEPTED,
            };
            Ok(Done { effect: Change::Ask(Box::new(prepared.asked)), status, body, is_final: true })
        }
    };
    let answer = idempotency::once(&app, act, run).await;
    app.post.wake();
    answer
}

async fn read(
    State(app): State<App>,
    _: Server,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, Fault> {
    let nothing = || Fault::new(Kind::NoSuchRelink, "There is no hosted relink of this id.");
    let Path(id) = id.map_err(|_| nothing())?;
    let relink = app.store.hosted(&id).await?.ok_or_else(nothing)?;
    let mail = app.store.mail_of(&id).await?;
    let body = document(&app, &relink, mail.as_ref().map(|mail| mail.status.as_str())).to_string();
    let json = HeaderValue::from_static("application/json");
    let no_store = HeaderValue::from_static("no-store");
    Ok(([(header::CONTENT_TYPE, json), (header::CACHE_CONTROL, no_store)], body).into_response())
}

/// A hosted relink on the wire; `mail` is how our mail stands, where there is one. Its address is told once, to whoever
/// asked for it, and is not kept.
pub fn document(app: &App, relink: &HostedRelink, mail: Option<&str>) -> Json {
    json!({
        "object": "hosted_relink",
        "id": relink.id,
        "livemode": app.config.livemode(),
        "account": relink.account,
        "delivery": relink.delivery.as_str(),
        "host": relink.host.as_str(),
        "reason": relink.reason,
        "status": relink.status_at(app.now()).as_str(),
        "locale": relink.locale,
        "return_url": relink.return_url,
        "mail": mail,
        "created": relink.created_at,
        "expires_at": relink.expires_at,
        "opened_at": relink.opened_at,
        "ended_at": relink.ended_at,
    })
}

fn wish(app: &App, headers: &HeaderMap, body: &Json, by: &str, key: String) -> Result<(String, Wish), Fault> {
    let wrong = |detail: &str| Fault::new(Kind::Malformed, detail);
    let optional = |field: &'static str| match body.get(field) {
        None | Some(Json::Null) => Ok(None),
        Some(Json::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(Fault::new(Kind::Malformed, format!("{field}: expected text."))),
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
    if return_url.as_ref().is_some_and(|url| !may_return_to(app, headers, url)) {
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
fn may_return_to(app: &App, headers: &HeaderMap, address: &str) -> bool {
    let safe =
        if app.config.livemode() { SafeUrl::https(address) } else { SafeUrl::https_or_loopback(address) };
    let origin = safe.and_then(|_| Url::parse(address).ok()).map(|url| url.origin().ascii_serialization());
    origin.is_some_and(|origin| {
        let hosted = &app.config.hosted;
        origin == hosted.link_base
            || origin == guard::own_origin(app, headers)
            || hosted.return_origins.contains(&origin)
    })
}
