//! The dashboard for the merchant's staff: which accounts need attention, who can be emailed, what was sent, and who
//! did what.
//! It is rendered on the server and works without scripts. Viewers see everything and cannot send anything. Staff sign
//! in with a password (`sign_in`) or at an OpenID provider (`openid`), and with a second factor if the operator
//! requires it (`second_factor`, `between`). What staff send goes through the same code as a server's request (`ask`),
//! with the same rules.

mod account;
mod between;
mod desk;
mod frame;
mod hashing;
mod list;
mod messages;
mod openid;
mod second_factor;
mod send;
mod sent;
mod settings;
mod sign_in;
mod standing;
mod tone;

pub use openid::RETURN;
pub use settings::{Place, ProviderSettings, Settings};

use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderName, HeaderValue};
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Extension, Router, middleware};
use desk::Desk;
use relink_backend::trace;
use relink_hosted::Hosted;
use relink_hosted::shell::error_pages;
use relink_openid::Provider;

/// The largest form: the ids of a page of accounts.
const LARGEST: usize = 32 * 1024;

/// The routes, below `/dashboard`. Staff sign in at the provider, if there is one.
pub fn routes<S>(hosted: &Hosted, settings: Settings, provider: Option<Provider>) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    Router::new()
        .route("/dashboard", get(list::show))
        .route("/dashboard/sign-in", get(sign_in::show).post(sign_in::sign_in))
        .route("/dashboard/sign-in/code", get(second_factor::ask).post(second_factor::answer))
        .route("/dashboard/sign-in/openid", get(openid::begin))
        .route("/dashboard/sign-in/openid/return", get(openid::finish))
        .route("/dashboard/sign-out", post(sign_in::sign_out))
        .route("/dashboard/second-factor", get(second_factor::show).post(second_factor::set))
        .route("/dashboard/accounts/{id}", get(account::show))
        .route("/dashboard/send", get(send::preview).post(send::send))
        .route("/dashboard/sent/{id}", get(sent::show))
        .route("/dashboard/preview/{id}", get(send::mail))
        .route("/dashboard/messages", get(messages::show))
        .route("/dashboard/messages/{id}/retry", post(messages::retry))
        .route("/dashboard/audit", get(messages::audit))
        .layer(Extension(hashing::Hashing::default()))
        .layer(DefaultBodyLimit::max(LARGEST))
        .layer(middleware::from_fn_with_state(hosted.clone(), error_pages))
        .layer(middleware::from_fn(trace::trace))
        .layer(middleware::map_response(alone))
        .with_state(Desk::new(hosted, settings, provider))
}

/// No page that opens the dashboard, or that it opens, gets hold of its window.
async fn alone(mut response: Response) -> Response {
    let policy = HeaderName::from_static("cross-origin-opener-policy");
    response.headers_mut().insert(policy, HeaderValue::from_static("same-origin"));
    response
}
