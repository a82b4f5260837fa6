//! Gives the widget on a hosted page access to the relink API: `/r/l/{link}/relink`. The link replaces a sign-in, for
//! one customer and the link's accounts; the cookie of the visit (`visit`) identifies the link. Starting a session
//! needs a working link; a session that was started can be read and completed to its end. A POST must come from the
//! link's own page.

use crate::forms;
use crate::hosted::Hosted;
use crate::profiles::{LINK, profiles};
use crate::visit;
use axum::Router;
use axum::extract::{RawPathParams, Request, State};
use axum::http::{Method, StatusCode};
use axum::middleware::{self, Next};
use axum::response::Response;
use relink_backend::http::text;
use relink_backend::{ApiError, ApiErrorKind, CameBy, Customer, PREVIEW};
use relink_store::hosted::HostedRelink;

/// The routes.
pub fn routes<S>(hosted: &Hosted) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    let [link, _] = profiles();
    debug_assert_eq!(link.name, LINK);
    let relink = hosted.routes_of::<S>(&link).layer(middleware::from_fn_with_state(hosted.clone(), gate));
    Router::new().nest("/r/l/{link}/relink", relink)
}

/// The customer whom a link stands for.
fn customer_of(relink: &HostedRelink) -> Customer {
    // Where a request names none, the first is meant: one that still needs the link.
    let done =
        relink.accounts.iter().filter(|account| account.done_at.is_some()).map(|account| account.id.as_str());
    let needed = relink.needed();
    Customer {
        id: relink.customer.clone(),
        return_url: relink.return_url.clone(),
        next_payment_at: None,
        link: Some(CameBy { id: relink.id.clone(), accounts: needed.chain(done).map(Into::into).collect() }),
        key_owner: Some(key_owner(relink)),
    }
}

/// Owner of a link's idempotency keys, and of its reads.
pub fn key_owner(relink: &HostedRelink) -> String {
    format!("link:{}", relink.token_fingerprint)
}

/// The token that the link's own page sends with every POST.
pub fn form_token(hosted: &Hosted, relink: &HostedRelink) -> String {
    hosted.seal.form_token(&relink.token_fingerprint)
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
    let id = parameters.iter().find(|(name, _)| *name == "link").map(|(_, id)| id).unwrap_or_default();
    let Some(relink) = visit::link_of(&hosted, request.headers(), id).await? else {
        hosted.rates.take_of_stranger(request.extensions().get().copied())?;
        return Err(dead());
    };
    let is_post = request.method() == Method::POST;
    let begins = is_post && request.uri().path().ends_with("/sessions");
    let previews = request.uri().path().contains(&format!("/sessions/{PREVIEW}"));
    if (begins || previews) && !relink.may_begin(hosted.now()) {
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
