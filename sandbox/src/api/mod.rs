//! The API below `/v1`: from a method, a path and a form to a JSON object or an error. No sockets here: `server` reads the
//! request and sends the answer.

pub mod accounts;
pub mod consents;
pub mod expand;
pub mod list;
pub mod parameters;
pub mod sessions;
pub mod test_helpers;

use serde_json::{Value, json};

use crate::error::ApiError;
use crate::form::Form;
use crate::state::State;
use crate::version::Version;
use crate::world::customer::customer;
use crate::world::institution::{INSTITUTIONS, institution};
use parameters::{accept_only, missing};

/// A request to the API, already authenticated.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// `GET` or `POST`.
    pub method: &'a str,
    /// The address below `/v1/`, in parts.
    pub path: &'a [&'a str],
    /// Query and body.
    pub form: &'a Form,
    /// The version that `Stripe-Version` names, else the merchant's own.
    pub version: &'static Version,
}

/// Answers a request.
pub fn answer(state: &mut State, request: Request<'_>) -> Result<Value, ApiError> {
    let (form, version) = (request.form, request.version);
    if !version.has_address(request.path) {
        return Err(no_such_address(&request));
    }
    let mut answer = match (request.method, request.path) {
        (method, ["test_helpers", rest @ ..]) => test_helpers::answer(state, method, rest, form),
        ("GET", ["financial_connections", "accounts"]) => accounts::list(&state.world, form),
        ("GET", ["financial_connections", "accounts", id]) => accounts::retrieve(&state.world, id, form),
        ("GET", ["financial_connections", "accounts", id, "owners" | "inferred_balances"]) => {
            accounts::nothing_recorded(&state.world, id, request.path)
        }
        ("POST", ["financial_connections", "accounts", id, act]) => {
            accounts::act(&mut state.world, id, act, form, version)
                .unwrap_or_else(|| Err(no_such_address(&request)))
        }
        ("GET", ["financial_connections", "authorizations", id]) => {
            accept_only(form, &["expand"])?;
            let authorization = state.world.authorization(id).ok_or_else(|| missing("authorization", id))?;
            Ok(authorization.to_json())
        }
        ("POST", ["financial_connections", "sessions"]) => {
            sessions::create(&mut state.world, form, version, state.has_hosted_relink)
        }
        // To a merchant without access these addresses do not exist.
        ("POST", ["financial_connections", "consents"]) if state.has_pre_collected_consent => {
            consents::create(&mut state.world, form)
        }
        ("GET", ["financial_connections", "consents", id]) if state.has_pre_collected_consent => {
            accept_only(form, &["expand"])?;
            state.world.consent(id).map(|consent| consent.to_json()).ok_or_else(|| missing("consent", id))
        }
        ("GET", ["financial_connections", "sessions", id]) => {
            accept_only(form, &["expand"])?;
            state.world.session_json(id).ok_or_else(|| missing("session", id))
        }
        ("GET", ["financial_connections", "institutions"]) => {
            let url = "/v1/financial_connections/institutions";
            list::page(
                INSTITUTIONS,
                |institution| institution.id,
                |institution| institution.to_json(),
                url,
                form,
            )
        }
        ("GET", ["financial_connections", "institutions", id]) => {
            institution(id).map(|institution| institution.to_json()).ok_or_else(|| missing("institution", id))
        }
        ("GET", ["account"]) => {
            accept_only(form, &["expand"])?;
            Ok(merchant(state.merchant_account()))
        }
        ("GET", ["customers", id]) => {
            accept_only(form, &["expand"])?;
            customer(id).map(|customer| customer.to_json()).ok_or_else(|| missing("customer", id))
        }
        ("GET", ["events"]) => {
            let own = state.version;
            let events = state.world.events.iter().rev().filter(|event| own.has_event(event.name));
            let wanted = form.text("type");
            let all: Vec<_> =
                events.filter(|event| wanted.is_none_or(|wanted| event.name == wanted)).collect();
            list::page(&all, |event| &event.id, |event| event.to_json(own), "/v1/events", form)
        }
        ("GET", ["events", id]) => {
            let found = state.world.events.iter().find(|event| event.id == *id);
            found.map(|event| event.to_json(state.version)).ok_or_else(|| missing("event", id))
        }
        _ => Err(no_such_address(&request)),
    }?;
    expand::expand(&mut answer, &form.texts("expand").unwrap_or_default())?;
    // Events are as the merchant's own version shows them, whoever reads them.
    if request.path.first() != Some(&"events") {
        version.show(&mut answer);
    }
    Ok(answer)
}

/// The merchant's own account, whose key a backend sends.
fn merchant(id: &str) -> Value {
    json!({
        "id": id,
        "object": "account",
        "business_profile": {"name": "Sandbox"},
        "country": "US",
        "default_currency": "usd",
        "type": "standard",
    })
}

fn no_such_address(request: &Request<'_>) -> ApiError {
    ApiError::NoSuchAddress(format!("{}: /v1/{}", request.method, request.path.join("/")))
}
