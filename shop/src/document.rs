//! An HTML document of the shop's, with the headers that keep it safe.

use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};
use maud::{DOCTYPE, Markup, html};

/// The shop's name.
pub const NAME: &str = "Pinegrove Market";

/// A page: its title, what is in its head beside the shop's style, its body, and its Content Security Policy.
pub fn page(title: &str, head: &Markup, body: &Markup, policy: &str) -> Response {
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover";
                meta name="color-scheme" content="light dark";
                title { (title) " · " (NAME) }
                link rel="icon" href="/assets/mark.svg" type="image/svg+xml";
                link rel="stylesheet" href="/assets/shop.css";
                (head)
            }
            body { (body) }
        }
    };
    let mut response = Html(markup.into_string()).into_response();
    let headers = response.headers_mut();
    if let Ok(policy) = HeaderValue::from_str(policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    for (name, value) in [
        ("cache-control", "no-store"),
        // Pop-ups of banks stay reachable; cross-origin isolation, which Stripe.js cannot live with, is not asked for.
        ("cross-origin-opener-policy", "same-origin-allow-popups"),
        // Some banks' logins through Stripe.js fail for a page that sends no Referer.
        ("referrer-policy", "strict-origin"),
        ("x-content-type-options", "nosniff"),
    ] {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    response
}
