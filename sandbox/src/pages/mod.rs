//! What customers and their browsers see: Stripe.js, and the bank's pages in a frame, in a window, or hosted.

pub mod answer;
pub mod dates;
pub mod layout;
pub mod scene;
pub mod stages;
pub mod visits;

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State as Extract};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use serde_json::{Value, json};

use crate::form::Form;
use crate::shared::Shared;
use crate::world::visit::Frame;
use visits::Shown;

const STRIPE_JS: &str = include_str!("../../assets/stripe.js");
const FRAME_JS: &str = include_str!("../../assets/frame.js");
const BANK_JS: &str = include_str!("../../assets/bank.js");
const BANK_CSS: &str = include_str!("../../assets/bank.css");

/// The pages' addresses.
pub fn router() -> Router<Arc<Shared>> {
    let stripe_js = || async { answer::script_for_everyone(STRIPE_JS) };
    Router::new()
        .route("/", get(async || answer::page(layout::front(), &Frame::Hosted, false)))
        .route("/v3", get(stripe_js))
        .route("/v3/", get(stripe_js))
        .route("/{release}/stripe.js", get(stripe_js))
        .route("/assets/frame.js", get(async || answer::asset(FRAME_JS, "text/javascript; charset=utf-8")))
        .route("/assets/bank.js", get(async || answer::asset(BANK_JS, "text/javascript; charset=utf-8")))
        .route("/assets/bank.css", get(async || answer::asset(BANK_CSS, "text/css; charset=utf-8")))
        .route(
            "/bank/frame",
            get(async || answer::page(layout::frame_shell(), &Frame::Framed(String::new()), false)),
        )
        .route("/bank/visits", post(open_visit))
        .route("/bank/v/{token}", get(show))
        .route("/bank/v/{token}/step", get(step))
        .route("/bank/v/{token}/window", get(show_window))
        .route("/bank/v/{token}/{act}", post(act))
        .route("/hosted/{token}", get(show_hosted))
        .route("/hosted/{token}/{act}", post(act_hosted))
}

type App = Extract<Arc<Shared>>;

/// Opens a visit for what Stripe.js handed to its frame: the keys come in the body, never in an address.
async fn open_visit(Extract(shared): App, body: Bytes) -> Response {
    let asked: Value = serde_json::from_slice(&body).unwrap_or_default();
    let text = |name: &str| asked[name].as_str().unwrap_or_default();
    let agreed = &asked["pre_collected_consent"];
    let agreed = agreed["consent"].as_str().zip(agreed["collected_at"].as_i64());
    let opened = shared.with(|state| {
        visits::open(state, text("publishable_key"), text("client_secret"), text("parent_origin"), agreed)
    });
    match opened {
        Ok(token) => answer::json(StatusCode::OK, &json!({ "visit": token })),
        Err(error) => answer::json(StatusCode::BAD_REQUEST, &json!({ "error": error })),
    }
}

async fn show(Extract(shared): App, Path(token): Path<String>) -> Response {
    respond(shared.with(|state| visits::show(state, &token)))
}

async fn show_window(Extract(shared): App, Path(token): Path<String>) -> Response {
    respond(shared.with(|state| visits::show_window(state, &token)))
}

async fn show_hosted(Extract(shared): App, Path(token): Path<String>) -> Response {
    respond(shared.with(|state| {
        visits::open_hosted(state, &token);
        visits::show(state, &token)
    }))
}

/// The number of the page, by which a frame notices what happened in the bank's window.
async fn step(Extract(shared): App, Path(token): Path<String>) -> Response {
    let step = shared.with(|state| visits::step(state, &token));
    answer::json(StatusCode::OK, &json!({ "step": step }))
}

async fn act(Extract(shared): App, Path((token, act)): Path<(String, String)>, body: Bytes) -> Response {
    let form = read(&body);
    let known = shared.with(|state| visits::act(state, &token, &act, &form));
    let back = if form.text("from") == Some("window") { "/window" } else { "" };
    follow(known, &format!("/bank/v/{token}{back}"))
}

async fn act_hosted(
    Extract(shared): App,
    Path((token, act)): Path<(String, String)>,
    body: Bytes,
) -> Response {
    let known = shared.with(|state| visits::act(state, &token, &act, &read(&body)));
    follow(known, &format!("/hosted/{token}"))
}

fn read(body: &[u8]) -> Form {
    std::str::from_utf8(body).ok().and_then(|body| Form::parse(body).ok()).unwrap_or_default()
}

fn follow(known: bool, address: &str) -> Response {
    if known { answer::see_other(address) } else { respond(None) }
}

fn respond(shown: Option<Shown>) -> Response {
    match shown {
        Some(Shown::Page { markup, frame, severs_opener }) => answer::page(markup, &frame, severs_opener),
        Some(Shown::Elsewhere(address)) => answer::see_other(&address),
        None => {
            let mut response = answer::page(layout::nothing_here(), &Frame::Hosted, false);
            *response.status_mut() = StatusCode::NOT_FOUND;
            response
        }
    }
}
