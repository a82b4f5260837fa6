//! What the shop's pages have in common: header, navigation, footer, and what they may load.

use crate::app::App;
use crate::config::Config;
use crate::document::{self, NAME};
use crate::sign_ins::SignedIn;
use axum::response::Response;
use maud::{Markup, html};

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
    /// Scripts of the shop's own. They come before the widget's, so that an element has its `headers` when it starts.
    pub scripts: &'static [&'static str],
    /// What is in `<main>`.
    pub body: Markup,
}

const NAVIGATION: &[(&str, &str)] =
    &[("/accounts", "Bank accounts"), ("/developers", "Developers"), ("/help", "Help")];

/// Renders a page.
pub fn page(app: &App, page: Page<'_>) -> Response {
    let Page { title, current, by, has_widget, scripts, body } = page;
    let head = html! {
        @for script in scripts {
            script type="module" src=(format!("/assets/{script}")) {}
        }
        @if has_widget {
            @if let Some(url) = &app.config.stripe_js_url {
                script src=(url.as_str()) {}
            }
            script type="module" src=(format!("{}/widget/relink-widget.js", app.config.relink_origin())) crossorigin {}
        }
    };
    let header = html! {
        @if let Some(by) = by {
            nav aria-label="Main" {
                @for (href, name) in NAVIGATION {
                    a href=(href) aria-current=[(current == Some(*href)).then_some("page")] { (name) }
                }
            }
            form .who method="post" action="/sign-out" {
                input type="hidden" name="csrf_token" value=(by.csrf_token);
                span .avatar aria-hidden="true" { (initials(&by.customer.name)) }
                span .name { (by.customer.name) }
                button .plain type="submit" { "Sign out" }
            }
        }
    };
    let staff = [("Dashboard for staff", &app.config.dashboard_url), ("Inbox", &app.config.inbox_url)];
    let body = html! {
        a .skip href="#main" { "Skip to content" }
        header .top {
            div .wide {
                a .brand href="/" {
                    img src="/assets/mark.svg" alt="" width="32" height="32";
                    span { (NAME) }
                }
                (header)
            }
        }
        main #main .wide tabindex="-1" { (body) }
        footer .bottom {
            div .wide {
                p { (NAME) " is an invented grocer. It shows how a shop embeds " code { "<relink-widget>" } "." }
                ul {
                    li { a href="/help" { "Help" } }
                    li { a href="/privacy" { "Privacy" } }
                    @for (name, url) in staff {
                        @if let Some(url) = url { li { a href=(url.as_str()) { (name) } } }
                    }
                }
            }
        }
    };
    document::page(title, &head, &body, &policy(&app.config, has_widget))
}

/// The header `Link` of a page on which the widget starts at once: what the package's lines for preloading say, which a browser so
/// reads before the page, and a CDN may send as early hints. Without the glue's hash: relink-server, which may be replaced at any
/// time, gives the loader too.
pub fn beforehand(config: &Config) -> String {
    let widget = format!("{}/widget/relink-widget", config.relink_origin());
    let fetched = [".css", ".en.txt", "_bg.wasm"];
    let fetched = fetched.map(|file| format!(", <{widget}{file}>; rel=preload; as=fetch; crossorigin"));
    // The WebAssembly is the largest and the last, and the loader is not to wait behind it.
    format!("<{widget}-glue.js>; rel=modulepreload; crossorigin{}; fetchpriority=low", fetched.concat())
}

/// The pages' Content Security Policy. relink-server gives the widget's files and its API: the loader is a script, and all
/// else is fetched, the style too. Stripe.js and the frames it opens come from where the configuration says, else from the
/// hosts that Stripe's integration security guide lists.
fn policy(config: &Config, has_widget: bool) -> String {
    let own =
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    if !has_widget {
        return format!("{own}; img-src 'self'");
    }
    let relink = config.relink_origin();
    let (scripts, frames, calls) = match &config.stripe_js_url {
        Some(url) => {
            let origin = url.origin().ascii_serialization();
            (origin.clone(), origin.clone(), origin)
        }
        None => (
            "https://js.stripe.com https://*.js.stripe.com".to_owned(),
            "https://js.stripe.com https://*.js.stripe.com https://hooks.stripe.com".to_owned(),
            "https://api.stripe.com".to_owned(),
        ),
    };
    format!(
        "{own}; script-src 'self' {relink} {scripts} 'wasm-unsafe-eval'; connect-src 'self' {relink} {calls}; \
         frame-src {frames}; img-src 'self' https:"
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
