//! Lets the widget on a hosted page in to the relink API: `/r/{token}/relink`. The link takes the place of a sign-in, for
//! one customer and one account. What begins a session needs a link that is alive; a session that was begun can be read
//! and completed to its end.

use super::ask::token_fingerprint;
use crate::app::App;
use crate::fault::{Fault, Kind};
use crate::guard::SignedIn;
use crate::relink;
use crate::store::hosted::{PageHost, HostedRelink, Status};
use axum::Router;
use axum::extract::{RawPathParams, Request, State};
use axum::http::{Method, StatusCode};
use axum::middleware::{self, Next};
use axum::response::Response;

/// The routes.
pub fn routes(app: App) -> Router<App> {
    let relink = relink::routes_of(relink::HOSTED).layer(middleware::from_fn_with_state(app, gate));
    Router::new().nest("/r/{token}/relink", relink)
}

/// Whom a link stands for.
pub fn signed_in(relink: &HostedRelink) -> SignedIn {
    SignedIn {
        customer: relink.customer.clone(),
        fingerprint: relink.token_fingerprint.clone(),
        only: Some(relink.account.clone()),
    }
}

/// The link of a token, where it is one to our own page.
pub async fn link_of(app: &App, token: &str) -> Result<Option<HostedRelink>, Fault> {
    let found = app.store.hosted_by_token(&token_fingerprint(token)).await?;
    Ok(found.filter(|relink| relink.host == PageHost::Merchant))
}

async fn gate(
    State(app): State<App>,
    parameters: RawPathParams,
    mut request: Request,
    next: Next,
) -> Result<Response, Fault> {
    let dead = || Fault::new(Kind::NotSignedIn, "The link is not one of ours, or does not work any more.");
    let token = parameters.iter().find(|(name, _)| *name == "token").map(|(_, token)| token);
    let relink = link_of(&app, token.unwrap_or_default()).await?.ok_or_else(dead)?;
    let begins = request.method() == Method::POST && request.uri().path().ends_with("/sessions");
    if begins && relink.status_at(app.now()) != Status::Open {
        return Err(dead());
    }
    request.extensions_mut().insert(signed_in(&relink));
    let response = next.run(request).await;
    if begins && response.status() == StatusCode::CREATED {
        app.store.opened(&relink, app.now_ms()).await?;
    }
    Ok(response)
}
