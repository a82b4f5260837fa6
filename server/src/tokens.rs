//! `POST /v1/customer_tokens`, for the merchant's own server: a token for one customer's page. Also the other end: the
//! customer of a request with a token.
//! A token is sealed for one customer and this server's origin, and expires after 15 minutes by the backend's clock. It
//! is not stored.

use crate::server::Server;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use relink_backend::http::{json, text};
use relink_backend::{ApiError, ApiErrorKind, Contact, Customer, SafeUrl};
use relink_hosted::{api_key_name, is_mailbox};
use relink_store::api_keys::Scope;
use relink_stripe::Url;
use relink_wire::{Fields, Json};
use serde_json::json;
use std::time::Duration;

/// Seconds that a token is good for.
const LASTS: i64 = 15 * 60;
/// The longest id, name or address that is taken: Stripe's limits are lower.
const LONGEST: usize = 512;
/// What may be asked for.
const FIELDS: [&str; 6] = ["customer", "locale", "email", "name", "return_url", "next_payment_at"];
/// Characters of an unknown field's name that are repeated.
const LONGEST_SHOWN: usize = 40;
/// How long a merchant's server waits while a customer's accounts are fetched for the first time.
const PATIENCE: Duration = Duration::from_secs(3);

/// Makes a token, and remembers how the customer is reached.
pub(crate) async fn create(State(server): State<Server>, request: Request) -> Result<Response, ApiError> {
    let headers = request.headers().clone();
    let client = request.extensions().get().copied();
    api_key_name(&server.hosted, &headers, client, Scope::CustomerTokens).await?;
    let wish = Wish::read(&server, &json(request).await?)?;
    let now = server.hosted.now();
    // Who asks for a token says that this is a customer, whatever was before.
    if server.hosted.store.is_erased(&wish.customer).await? {
        server.hosted.store.take_back_erasure(&wish.customer).await?;
    }
    if wish.contact != Contact::default() {
        server.hosted.put_contact(&wish.customer, &wish.contact).await?;
    }
    meet(&server, &wish.customer).await?;
    let expires_at = now + LASTS;
    let inside = json!({
        "customer": wish.customer,
        "expires_at": expires_at,
        "return_url": wish.return_url,
        "next_payment_at": wish.next_payment_at,
    });
    let body = json!({
        "object": "customer_token",
        "customer": wish.customer,
        "token": server.hosted.seal.carry(&audience(&server), inside.to_string().as_bytes()),
        "expires_in": LASTS,
        "expires_at": expires_at,
    });
    Ok(answer(StatusCode::CREATED, &body))
}

/// An answer to the merchant's own server, which nobody stores.
pub(crate) fn answer(status: StatusCode, body: &Json) -> Response {
    (status, [(header::CONTENT_TYPE, JSON), (header::CACHE_CONTROL, NO_STORE)], body.to_string())
        .into_response()
}

pub(crate) const JSON: HeaderValue = HeaderValue::from_static("application/json");
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// Fetches the accounts of a customer of whom none are known. It takes a moment at most, and a Stripe that does not answer is no
/// reason to refuse a token.
pub(crate) async fn meet(server: &Server, customer: &str) -> Result<(), ApiError> {
    if server.hosted.store.has_accounts(customer).await? {
        return Ok(());
    }
    match tokio::time::timeout(PATIENCE, server.hosted.sync_accounts_of(customer)).await {
        Ok(Ok(_)) => {}
        Ok(Err(error)) => tracing::warn!(%error, "a customer's accounts could not be fetched"),
        Err(_) => tracing::warn!("a customer's accounts could not be fetched in time"),
    }
    Ok(())
}

/// Who is to take a token: the widget's routes of this server.
fn audience(server: &Server) -> String {
    format!("{} customer token", server.config.origin)
}

/// What is asked for.
struct Wish {
    customer: String,
    contact: Contact,
    return_url: Option<String>,
    next_payment_at: Option<i64>,
}

impl Wish {
    fn read(server: &Server, body: &Json) -> Result<Self, ApiError> {
        let wrong = |detail: &str| ApiError::new(ApiErrorKind::Malformed, detail);
        let Json::Object(fields) = body else {
            return Err(wrong("The body must be a JSON object."));
        };
        if let Some(unknown) = fields.keys().find(|field| !FIELDS.contains(&field.as_str())) {
            // Named as JSON text, so that whatever it is stands in quotes and on one line.
            let unknown = Json::String(unknown.chars().take(LONGEST_SHOWN).collect());
            let known = FIELDS.join(", ");
            return Err(wrong(&format!("{unknown} is no field of this request; there are {known}.")));
        }
        let optional = |field: &str| match body.get(field) {
            None | Some(Json::Null) => Ok(None),
            Some(Json::String(text)) if text.len() > LONGEST => {
                Err(wrong(&format!("{field}: expected text of {LONGEST} bytes at most.")))
            }
            Some(Json::String(text)) if text.chars().any(char::is_control) => {
                Err(wrong(&format!("{field}: expected text without control characters.")))
            }
            Some(Json::String(text)) => Ok(Some(text.clone()).filter(|text| !text.is_empty())),
            Some(other) => Err(wrong(&format!("{field}: expected text, not {}.", kind_of(other)))),
        };
        let customer = optional("customer")?.filter(|id| is_customer(id));
        let customer = customer.ok_or_else(|| wrong("customer: expected Stripe's id, cus_… or acct_…."))?;
        let email = optional("email")?;
        if email.as_ref().is_some_and(|email| !is_mailbox(email)) {
            return Err(wrong("email: expected an address, as in ada@customer.example."));
        }
        let locale = optional("locale")?;
        if locale.as_ref().is_some_and(|locale| !is_tag(locale)) {
            return Err(wrong("locale: expected a language, as in de or pt-BR."));
        }
        let return_url = optional("return_url")?;
        if return_url.as_ref().is_some_and(|url| !may_return_to(server, url)) {
            return Err(wrong("return_url: expected an address at one of RELINK_ALLOWED_ORIGINS."));
        }
        let next_payment_at = match body.get("next_payment_at") {
            None | Some(Json::Null) => None,
            Some(value) => {
                let wrong = || wrong("next_payment_at: expected a time, in Unix seconds.");
                Some(value.as_i64().filter(|at| *at > 0).ok_or_else(wrong)?)
            }
        };
        let contact = Contact { name: optional("name")?, email, locale };
        Ok(Self { customer, contact, return_url, next_payment_at })
    }
}

/// What a JSON value is, for a sentence.
fn kind_of(value: &Json) -> &'static str {
    match value {
        Json::Null => "null",
        Json::Bool(_) => "true or false",
        Json::Number(_) => "a number",
        Json::String(_) => "text",
        Json::Array(_) => "a list",
        Json::Object(_) => "an object",
    }
}

/// Whether a text can be the id of a customer: of a Customer, or of an Account object that stands for one.
pub(crate) fn is_customer(id: &str) -> bool {
    let rest = id.strip_prefix("cus_").or_else(|| id.strip_prefix("acct_")).unwrap_or_default();
    !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn is_tag(tag: &str) -> bool {
    (2..=35).contains(&tag.len())
        && tag.split('-').all(|part| {
            (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
        })
}

/// Whether a customer may be sent there: HTTPS, or this machine while there are no real banks, and only to an origin that the
/// operator named.
fn may_return_to(server: &Server, address: &str) -> bool {
    let is_live = server.hosted.stripe.livemode();
    let safe = if is_live { SafeUrl::https(address) } else { SafeUrl::https_or_loopback(address) };
    let origin = safe.and_then(|_| Url::parse(address).ok()).map(|url| url.origin().ascii_serialization());
    origin.is_some_and(|origin| {
        origin == server.config.origin || server.hosted.settings().return_origins.contains(&origin)
    })
}

/// Why a request brings no customer; for the developer who looks into the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum NoCustomer {
    Missing,
    Unreadable,
    RanOut,
}

impl NoCustomer {
    fn detail(self) -> &'static str {
        match self {
            Self::Missing => "Authorization: Bearer and a customer token of POST /v1/customer_tokens.",
            Self::Unreadable => "The customer token is not one of this server's.",
            Self::RanOut => "The customer token has run out; ask for another.",
        }
    }
}

/// Puts the customer named by a token into the request, where the routes look. A route that needs a customer and finds
/// none answers 401; the reason is given here.
pub(crate) async fn identify(State(server): State<Server>, mut request: Request, next: Next) -> Response {
    match customer_of(&server, request.headers()) {
        Ok(customer) => {
            request.extensions_mut().insert(customer);
            next.run(request).await
        }
        Err(why) => match next.run(request).await {
            refused if refused.status() == StatusCode::UNAUTHORIZED => {
                ApiError::new(ApiErrorKind::NotSignedIn, why.detail()).into_response()
            }
            answer => answer,
        },
    }
}

fn customer_of(server: &Server, headers: &HeaderMap) -> Result<Customer, NoCustomer> {
    let given = text(headers, header::AUTHORIZATION.as_str()).ok_or(NoCustomer::Missing)?;
    let (scheme, token) = given.trim().split_once(' ').ok_or(NoCustomer::Missing)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(NoCustomer::Missing);
    }
    let inside = server.hosted.seal.carried(&audience(server), token.trim()).ok_or(NoCustomer::Unreadable)?;
    let inside: Json = serde_json::from_slice(&inside).map_err(|_| NoCustomer::Unreadable)?;
    let customer = inside.text("customer").ok_or(NoCustomer::Unreadable)?;
    let expires_at = inside.whole("expires_at").ok_or(NoCustomer::Unreadable)?;
    if expires_at <= server.hosted.now() {
        return Err(NoCustomer::RanOut);
    }
    let return_url = inside.text("return_url").map(Into::into);
    let next_payment_at = inside.whole("next_payment_at");
    Ok(Customer { return_url, next_payment_at, ..Customer::signed_in(customer) })
}

#[cfg(test)]
mod tests {
    use super::{is_customer, is_tag};

    #[test]
    fn an_id_has_stripes_shape_and_a_locale_is_a_tag() {
        for good in ["cus_1", "acct_workshop", "cus_Nff9AbC"] {
            assert!(is_customer(good), "{good}");
        }
        for bad in ["", "cus_", "fca_1", "cus_1/..", "cus_1 ", "CUS_1", "cus_é"] {
            assert!(!is_customer(bad), "{bad}");
        }
        assert!(is_tag("de") && is_tag("pt-BR") && is_tag("zh-Hant-TW"));
        assert!(!is_tag("d") && !is_tag("<b>") && !is_tag("de-") && !is_tag("en_US") && !is_tag("abcdefghi"));
    }
}
