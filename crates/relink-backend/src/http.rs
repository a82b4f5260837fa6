//! What a handler needs from a request: the customer, the key, the body. All errors in them are reported here.

use crate::client_address::ClientAddress;
use crate::customer::{Customer, NotIdentified};
use crate::error::{ApiError, ApiErrorKind};
use crate::rates::Asker;
use crate::relink::Relink;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use relink_wire::Json;
use url::Url;

/// The longest `Idempotency-Key`, as at Stripe.
const LONGEST_KEY: usize = 255;

impl From<NotIdentified> for ApiError {
    fn from(why: NotIdentified) -> Self {
        match why {
            NotIdentified::Nobody => Self::new(ApiErrorKind::NotSignedIn, "No customer is signed in."),
            NotIdentified::Forbidden => {
                Self::new(ApiErrorKind::Forbidden, "The request does not come from the merchant's own page.")
            }
            NotIdentified::Unavailable => Self::new(
                ApiErrorKind::DatabaseUnavailable,
                "Who the customer is cannot be found out just now.",
            ),
        }
    }
}

impl FromRequestParts<Relink> for Customer {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, relink: &Relink) -> Result<Self, ApiError> {
        // A middleware that knows the customer has put them here before this is asked.
        if let Some(customer) = parts.extensions.get::<Self>() {
            return Ok(customer.clone());
        }
        let asked = relink.customers.ask(parts).await;
        if matches!(asked, Err(NotIdentified::Nobody | NotIdentified::Forbidden)) {
            relink.rates.take_of_stranger(parts.extensions.get().copied())?;
        }
        Ok(asked?)
    }
}

/// A POST of the relink API that has passed every check.
pub struct Posted {
    /// Whose it is.
    pub customer: Customer,
    /// `Idempotency-Key`.
    pub key: String,
    /// The body.
    pub body: Json,
    /// Where a page that Stripe hosts may send the customer back to.
    pub return_url: Option<String>,
}

impl FromRequest<Relink> for Posted {
    type Rejection = ApiError;

    async fn from_request(request: Request, relink: &Relink) -> Result<Self, ApiError> {
        let (mut parts, body) = request.into_parts();
        let customer = Customer::from_request_parts(&mut parts, relink).await?;
        if let Some(address) = parts.extensions.get::<ClientAddress>() {
            relink.rates.take(Asker::Address(*address))?;
        }
        if relink.store.is_erased(&customer.id).await? {
            return Err(NotIdentified::Nobody.into());
        }
        let missing = "Idempotency-Key is required: 1 to 255 visible ASCII characters.";
        let key = idempotency_key(&parts.headers)?;
        let key = key.ok_or_else(|| ApiError::new(ApiErrorKind::Malformed, missing))?;
        let return_url = customer.return_url.clone().or_else(|| page(relink, &parts.headers));
        let body = json(Request::from_parts(parts, body)).await?;
        Ok(Self { customer, key, body, return_url })
    }
}

/// The key of an act, if there is one.
pub fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, ApiError> {
    let Some(key) = headers.get("idempotency-key") else { return Ok(None) };
    let key = key.to_str().unwrap_or_default();
    if key.is_empty() || key.len() > LONGEST_KEY || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        let detail = "Idempotency-Key: 1 to 255 visible ASCII characters.";
        return Err(ApiError::new(ApiErrorKind::Malformed, detail));
    }
    Ok(Some(key.to_owned()))
}

/// The body as JSON.
pub async fn json(request: Request) -> Result<Json, ApiError> {
    let kind = text(request.headers(), header::CONTENT_TYPE.as_str()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("application/json") {
        return Err(ApiError::new(ApiErrorKind::NotJson, "Content-Type must be application/json."));
    }
    let bytes = Bytes::from_request(request, &()).await.map_err(|error| {
        let unread = || ApiError::new(ApiErrorKind::Malformed, "The body could not be read.");
        ApiError::of_status(error.status()).unwrap_or_else(unread)
    })?;
    serde_json::from_slice(&bytes)
        .map_err(|_| ApiError::new(ApiErrorKind::Malformed, "The body is not JSON."))
}

/// The page that a request was made from, where its origin is one that a customer may be sent back to.
fn page(relink: &Relink, headers: &HeaderMap) -> Option<String> {
    let page = Url::parse(text(headers, header::REFERER.as_str())?).ok()?;
    let origin = page.origin().ascii_serialization();
    let host = text(headers, header::HOST.as_str()).unwrap_or_default();
    let is_own = ["https", "http"].iter().any(|scheme| origin == format!("{scheme}://{host}"));
    (is_own || relink.return_origins.contains(&origin)).then(|| page.into())
}

/// A header as text.
pub fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}
