//! What every page has: head, header, footer, and the headers that keep it safe.

use crate::app::App;
use crate::config::Config;
use crate::fault::Fault;
use crate::guard::SignedIn;
use crate::relink::document::MERCHANT_NAME;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use maud::{DOCTYPE, Markup, html};

/// A page to be.
pub struct Page<'a> {
    /// The name in the tab.
    pub title: &'a str,
    /// The navigation's current entry.
    pub current: Option<&'static str>,
    /// Who is signed in.
    pub by: Option<&'a SignedIn>,
    /// Whether the page embeds the widget.
    pub has_widget: bool,
    /// Scripts of the shop's own.
    pub scripts: &'static [&'static str],
    /// What is in `<main>`.
    pub body: Markup,
}

const NAVIGATION: &[(&str, &str)] =
    &[("/accounts", "Bank accounts"), ("/developers", "Developers"), ("/help", "Help")];

/// What a page may load, beside its own styles and images.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loads {
    /// The widget with Stripe.js, and banks' marks from wherever they are.
    WidgetAndMarks,
    /// The widget with Stripe.js.
    Widget,
    /// Nothing but frames of our own: no script runs.
    Own,
}

/// A whole document, without what the shop's own pages have in common.
pub struct Shell<'a> {
    /// BCP 47.
    pub lang: &'a str,
    /// `ltr` or `rtl`.
    pub dir: &'a str,
    /// The name in the tab.
    pub title: &'a str,
    /// Whether the page embeds the widget.
    pub has_widget: bool,
    /// What the page may load.
    pub loads: Loads,
    /// Scripts of the shop's own.
    pub scripts: &'a [&'a str],
    /// The link past the header, where there is much in it.
    pub skip: Option<&'a str>,
    /// Beside the shop's name.
    pub header: Markup,
    /// What is in `<main>`.
    pub body: Markup,
    /// Below.
    pub footer: Markup,
}

/// Renders a document.
pub fn document(app: &App, shell: Shell<'_>) -> Response {
    let markup = html! {
        (DOCTYPE)
        html lang=(shell.lang) dir=[(shell.dir == "rtl").then_some("rtl")] {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover";
                meta name="color-scheme" content="light dark";
                title { (shell.title) " · " (MERCHANT_NAME) }
                link rel="icon" href="/shop/mark.svg" type="image/svg+xml";
                link rel="stylesheet" href="/shop/shop.css";
                @if shell.has_widget {
                    @if let Some(url) = &app.config.stripe_js_url {
                        script src=(url.as_str()) {}
                    }
                    script type="module" src="/widget/relink-widget.js" {}
                }
                @for script in shell.scripts {
                    script type="module" src=(format!("/shop/{script}")) {}
                }
            }
            body {
                @if let Some(skip) = shell.skip { a .skip href="#main" { (skip) } }
                header .top {
                    div .wide {
                        a .brand href="/" {
                            img src="/shop/mark.svg" alt="" width="32" height="32";
                            span { (MERCHANT_NAME) }
                        }
                        (shell.header)
                    }
                }
                main #main .wide tabindex="-1" { (shell.body) }
                footer .bottom { div .wide { (shell.footer) } }
            }
        }
    };
    let mut response = Html(markup.into_string()).into_response();
    protect(&mut response, &app.config, shell.loads);
    response
}

/// Renders a page.
pub fn page(app: &App, page: Page<'_>) -> Response {
    let by = page.by.and_then(|by| app.customer(&by.customer).map(|customer| (by, customer)));
    let header = html! {
        @if let Some((by, customer)) = by {
            nav aria-label="Main" {
                @for (href, name) in NAVIGATION {
                    a href=(href) aria-current=[(page.current == Some(*href)).then_some("page")] { (name) }
                }
            }
            form .who method="post" action="/sign-out" {
                input type="hidden" name="csrf_token" value=(by.csrf_token(app));
                span .avatar aria-hidden="true" { (initials(&customer.name)) }
                span .name { (customer.name) }
                button .plain type="submit" { "Sign out" }
            }
        }
    };
    let footer = html! {
        p { (MERCHANT_NAME) " is an invented grocer. It shows how a shop embeds " code { "<relink-widget>" } "." }
        p { a href="/help" { "Help" } " · " a href="/privacy" { "Privacy" } }
    };
    let Page { title, has_widget, scripts, body, .. } = page;
    document(
        app,
        Shell {
            lang: "en",
            loads: Loads::WidgetAndMarks,
            dir: "ltr",
            title,
            has_widget,
            scripts,
            skip: Some("Skip to content"),
            header,
            body,
            footer,
        },
    )
}

/// An error as a page, for a browser that asked for one.
pub fn problem(fault: &Fault, request_id: &str) -> Response {
    let (heading, text) = match fault.kind.status() {
        StatusCode::NOT_FOUND => {
            ("There is nothing here", "The page may have moved, or the address has a typo.")
        }
        StatusCode::FORBIDDEN => {
            ("That came from another page", "Go back to the shop and try again from there.")
        }
        _ => ("That did not work", "Nothing has changed. Try again in a moment."),
    };
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (heading) " · " (MERCHANT_NAME) }
                link rel="stylesheet" href="/shop/shop.css";
            }
            body {
                main #main .narrow {
                    h1 { (heading) }
                    p .lede { (text) }
                    p { a .button.primary href="/" { "Back to " (MERCHANT_NAME) } }
                    p .fine { "Reference " code { (request_id) } }
                }
            }
        }
    };
    let mut response = (fault.kind.status(), Html(markup.into_string())).into_response();
    let policy = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'";
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    response
}

fn protect(response: &mut Response, config: &Config, loads: Loads) {
    let headers = response.headers_mut();
    if let Ok(policy) = HeaderValue::from_str(&policy(config, loads)) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    for (name, value) in [
        ("cache-control", "no-store"),
        // Pop-ups of banks stay reachable; cross-origin isolation, which Stripe.js cannot live with, is not asked for.
        ("cross-origin-opener-policy", "same-origin-allow-popups"),
        ("referrer-policy", "strict-origin-when-cross-origin"),
        ("x-content-type-options", "nosniff"),
    ] {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
}

/// The pages' Content Security Policy. Stripe.js and the frames it opens come from where the configuration says,
/// else from the hosts that Stripe's integration security guide lists.
fn policy(config: &Config, loads: Loads) -> String {
    let images = match loads {
        Loads::WidgetAndMarks => "'self' https:",
        Loads::Widget => "'self'",
        Loads::Own => {
            return "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; form-action 'self'; \
                    base-uri 'none'; frame-ancestors 'none'"
                .into();
        }
    };
    let (scripts, frames, calls) = match &config.stripe_js_url {
        Some(_) => {
            let origin = config.stripe_js_origin();
            (origin.clone(), origin.clone(), origin)
        }
        None => (
            "https://js.stripe.com https://*.js.stripe.com".to_owned(),
            "https://js.stripe.com https://*.js.stripe.com https://hooks.stripe.com".to_owned(),
            "https://api.stripe.com".to_owned(),
        ),
    };
    format!(
        "default-src 'none'; script-src 'self' {scripts} 'wasm-unsafe-eval'; style-src 'self'; \
         img-src {images}; connect-src 'self' {calls}; frame-src {frames}; form-action 'self'; \
         base-uri 'none'; frame-ancestors 'none'"
    )
}

/// Up to two letters that stand for a name.
pub fn initials(name: &str) -> String {
    let words = name.split_whitespace().filter_map(|word| word.chars().find(|c| c.is_alphanumeric()));
    words.take(2).flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_of_the_first_two_words() {
        assert_eq!(initials("Harbour Bank of Nowhere"), "HB");
        assert_eq!(initials("ßank"), "SS");
        assert_eq!(initials("—"), "");
    }
}
