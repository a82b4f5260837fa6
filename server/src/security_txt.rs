//! `/.well-known/security.txt` (RFC 9116): where to report a vulnerability in this server. Served if
//! `RELINK_SECURITY_CONTACT` is set: the merchant's own people, because they run it.

use crate::server::Server;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use relink_hosted::dates::utc;

/// Where it is.
const PATH: &str = "/.well-known/security.txt";
/// Days that it is good for, from the day on which it is asked for. The RFC wants less than a year.
const GOOD_FOR: i64 = 180;
const DAY: i64 = 86_400;

/// The route, where there is a contact.
pub(crate) fn routes(contact: Option<&str>) -> Router<Server> {
    match contact {
        Some(_) => Router::new().route(PATH, get(show)),
        None => Router::new(),
    }
}

async fn show(State(server): State<Server>) -> Response {
    let contact = server.config.security_contact.as_deref().unwrap_or_default();
    let text = text(contact, &server.config.origin, server.hosted.now());
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=86400")),
    ];
    (headers, text).into_response()
}

/// The file, as it is on that day.
fn text(contact: &str, origin: &str, now: i64) -> String {
    let expires = utc(now.saturating_add(GOOD_FOR * DAY)).strftime("%Y-%m-%dT00:00:00Z");
    format!(
        "Contact: {contact}\r\nExpires: {expires}\r\nPreferred-Languages: en\r\nCanonical: {origin}{PATH}\r\n"
    )
}

/// A contact as the RFC has it: a `mailto:`, `https:` or `tel:` address in one line.
pub(crate) fn is_contact(text: &str) -> bool {
    let is_address = text.bytes().all(|byte| byte.is_ascii_graphic());
    let rest = ["mailto:", "https://", "tel:"].iter().find_map(|scheme| text.strip_prefix(scheme));
    is_address && rest.is_some_and(|rest| !rest.is_empty())
}

#[cfg(test)]
mod tests {
    use super::{is_contact, text};

    #[test]
    fn it_says_whom_to_write_to_and_runs_out_within_a_year() {
        let said = text("mailto:security@shop.example", "https://relink.shop.example", 1_796_774_400);
        assert_eq!(
            said.lines().collect::<Vec<_>>(),
            [
                "Contact: mailto:security@shop.example",
                "Expires: 2027-06-07T00:00:00Z",
                "Preferred-Languages: en",
                "Canonical: https://relink.shop.example/.well-known/security.txt",
            ]
        );
    }

    #[test]
    fn a_contact_is_an_address_in_one_line() {
        assert!(is_contact("mailto:security@shop.example") && is_contact("https://shop.example/security"));
        for bad in [
            "",
            "security@shop.example",
            "mailto:",
            "http://shop.example",
            "mailto:a@b\r\nPolicy: x",
            "mailto:a b",
        ] {
            assert!(!is_contact(bad), "{bad:?}");
        }
    }
}
