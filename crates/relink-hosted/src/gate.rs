//! Lets the widget on a hosted page in to the relink API: `/r/{token}/relink`. The link takes the place of a sign-in, for
//! one customer and one account. What begins a session needs a link that is alive; a session that was begun can be read
//! and completed to its end. A POST must come from the link's own page.

use crate::ask::token_fingerprint;
use crate::forms;
use crate::hosted::Hosted;
use crate::profiles::{LINK, profiles};
use axum::Router;
use axum::extract::{RawPathParams, Request, State};
use axum::http::{Method, StatusCode};
use axum::middleware::{self, Next};
use axum::response::Response;
use relink_backend::http::text;
use relink_backend::{ApiError, ApiErrorKind, Customer};
use relink_store::Result as StoreResult;
use relink_store::hosted::{HostedRelink, LinkStatus, PageHost};

/// The routes.
pub fn routes<S>(hosted: &Hosted) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    let [link, _] = profiles();
    debug_assert_eq!(link.name, LINK);
    let relink = hosted.routes_of::<S>(&link).layer(middleware::from_fn_with_state(hosted.clone(), gate));
    Router::new().nest("/r/{token}/relink", relink)
}

/// The customer whom a link stands for.
fn customer_of(relink: &HostedRelink) -> Customer {
    Customer {
        id: relink.customer.clone(),
        return_url: relink.return_url.clone(),
        only_account: Some(relink.account.clone()),
        key_owner: Some(format!("link:{}", relink.token_fingerprint)),
    }
}

/// The token that the link's own page sends with every POST.
pub fn form_token(hosted: &Hosted, relink: &HostedRelink) -> String {
    hosted.seal.form_token(&relink.token_fingerprint)
}

/// The link of a token, where it is one to our own page.
pub async fn link_of(hosted: &Hosted, token: &str) -> StoreResult<Option<HostedRelink>> {
    let found = hosted.store.hosted_relink_by_token(&token_fingerprint(token)).await?;
    Ok(found.filter(|relink| relink.host == PageHost::Merchant))
}

async fn gate(
    State(hosted): State<Hosted>,
    parameters: RawPathParams,
    mut request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    let dead = || {
        let detail = "The link is not one of ours, or does not work any more.";
        ApiError::new(ApiErrorKind::NotSignedIn, detail)
    };
    let token = parameters.iter().find(|(name, _)| *name == "token").map(|(_, token)| token);
    let relink = link_of(&hosted, token.unwrap_or_default()).await?.ok_or_else(dead)?;
    let is_post = request.method() == Method::POST;
    let begins = is_post && request.uri().path().ends_with("/sessions");
    if begins && relink.status_at(hosted.now()) != LinkStatus::Open {
        return Err(dead());
    }
    if is_post {
        forms::same_origin(&hosted, request.headers())?;
        let token = text(request.headers(), "x-csrf-token").unwrap_or_default();
        if !hosted.seal.is_form_token(&relink.token_fingerprint, token) {
            let detail = "X-CSRF-Token is missing or not that of this link.";
            return Err(ApiError::new(ApiErrorKind::Forbidden, detail));
        }
    }
    request.extensions_mut().insert(customer_of(&relink));
    let response = next.run(request).await;
    if begins && response.status() == StatusCode::CREATED {
        hosted.store.hosted_relink_opened(&relink, hosted.now_ms()).await?;
    }
    Ok(response)
}
