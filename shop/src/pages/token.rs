//! `GET /relink-token`: a fresh token for the page of whoever is signed in. This is all that a merchant's own server has to
//! do for the widget; `assets/token.js` is the page's side.

use crate::app::App;
use crate::sign_ins::SignedIn;
use crate::trouble::Trouble;
use crate::visitor;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use reqwest::Url;
use serde::Deserialize;
use serde_json::json;

/// The page that asks.
#[derive(Deserialize)]
pub struct Page {
    #[serde(default)]
    page: String,
}

/// Answers `{"token", "expires_in"}`; 401 where nobody is signed in.
pub async fn token(
    State(app): State<App>,
    by: Option<SignedIn>,
    headers: HeaderMap,
    page: Result<Query<Page>, QueryRejection>,
) -> Response {
    match fresh(&app, by, &headers, page).await {
        Ok(body) => answer(StatusCode::OK, body),
        // A program asks, so this is not the page that people get.
        Err(trouble) => {
            trouble.log();
            answer(trouble.status(), json!({"error": trouble.status().canonical_reason()}).to_string())
        }
    }
}

async fn fresh(
    app: &App,
    by: Option<SignedIn>,
    headers: &HeaderMap,
    page: Result<Query<Page>, QueryRejection>,
) -> Result<String, Trouble> {
    let by = by.ok_or(Trouble::NotSignedIn)?;
    visitor::same_origin(app, headers)?;
    let Query(Page { page }) = page.map_err(|_| Trouble::BadForm)?;
    let return_url = back_to(&visitor::own_origin(app, headers), &page).ok_or(Trouble::BadForm)?;
    let token = app.relink.customer_token(&by.customer, return_url.as_str()).await?;
    Ok(json!({"token": token.token, "expires_in": token.expires_in}).to_string())
}

/// The address of a page of ours, to which a bank's own page sends the customer back.
fn back_to(origin: &str, page: &str) -> Option<Url> {
    let own = Url::parse(origin).ok()?;
    let url = own.join(page).ok()?;
    (url.origin() == own.origin()).then_some(url)
}

fn answer(status: StatusCode, body: String) -> Response {
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
    (status, headers, body).into_response()
}

#[cfg(test)]
mod tests {
    use super::back_to;

    #[test]
    fn a_customer_is_sent_back_to_a_page_of_ours_and_to_no_other() {
        let back = |page| back_to("https://shop.example", page).map(String::from);
        assert_eq!(back("/accounts/fca_1?x=1").as_deref(), Some("https://shop.example/accounts/fca_1?x=1"));
        assert_eq!(back("").as_deref(), Some("https://shop.example/"));
        for elsewhere in [
            "https://evil.example/",
            "//evil.example/",
            "/\\evil.example/",
            "javascript:alert(1)",
            "http://shop.example/",
        ] {
            assert_eq!(back(elsewhere), None, "{elsewhere}");
        }
    }
}
