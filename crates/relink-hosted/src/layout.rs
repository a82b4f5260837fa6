//! The frame of the hosted page: a heading, a text and the way on, for somebody whose link is known and for anybody else. What it
//! says is decided in `page`.

use crate::hosted::Hosted;
use crate::shell::{self, Loads, Shell};
use crate::words::{Names, Words, words};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use maud::{Markup, html};

/// An address that is not one of our links.
pub fn unknown(hosted: &Hosted, headers: &HeaderMap) -> Response {
    anonymous(hosted, headers, |words| words.unknown, StatusCode::NOT_FOUND)
}

/// A link's own path in a browser that has not opened the link or stores no cookies. The answer does not reveal whether
/// the link exists.
pub fn no_visit(hosted: &Hosted, headers: &HeaderMap) -> Response {
    anonymous(hosted, headers, |words| words.needs_link, StatusCode::FORBIDDEN)
}

/// A page that knows nobody, in the browser's language.
fn anonymous(
    hosted: &Hosted,
    headers: &HeaderMap,
    said: fn(&Words) -> [&'static str; 2],
    status: StatusCode,
) -> Response {
    let wanted = headers.get("accept-language").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let words = words(wanted.split([',', ';']).next().unwrap_or_default());
    let names = Names { shop: hosted.shop(), ..Names::default() };
    let way = html! { p { a .button href="/" { span { (words.markup(words.back, &names)) } } } };
    let body = told(words, said(words), &names, way);
    respond(hosted, words, &words.plain(said(words)[0], &names), status, false, body)
}

/// A heading, a text, and the way on.
pub fn told(words: &Words, [heading, text]: [&'static str; 2], names: &Names<'_>, way: Markup) -> Markup {
    html! {
        div .hosted {
            h1 { (words.markup(heading, names)) }
            section .sheet {
                p .lede { (words.markup(text, names)) }
                (way)
            }
        }
    }
}

/// The whole page, with that title and body.
pub fn respond(
    hosted: &Hosted,
    words: &Words,
    title: &str,
    status: StatusCode,
    has_widget: bool,
    body: Markup,
) -> Response {
    let names = Names { shop: hosted.shop(), ..Names::default() };
    let footer = html! {
        @if let Some(help) = hosted.support_url() {
            p { a href=(help) rel="noreferrer" { (words.markup(words.help, &names)) } }
        }
    };
    let scripts: &[&str] = if has_widget { &["page.js"] } else { &[] };
    let page = Shell {
        lang: words.language,
        loads: Loads::Widget,
        dir: words.direction,
        title,
        has_widget,
        scripts,
        skip: None,
        header: html! {},
        body,
        footer,
    };
    let mut response = shell::document(hosted, page);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    // No search engine keeps it. Banks' sign-ins behind Stripe.js need to know the origin, and get no more.
    headers.insert("x-robots-tag", HeaderValue::from_static("noindex, nofollow, noarchive"));
    headers.insert("referrer-policy", HeaderValue::from_static("strict-origin"));
    response
}
