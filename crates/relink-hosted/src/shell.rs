//! What all our pages share: head, header, footer, security headers, and errors as pages.

use crate::hosted::Hosted;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use maud::{DOCTYPE, Markup, html};
use relink_backend::ApiError;
use relink_backend::trace::{RequestId, error_of};

/// What a page may load, beside its own styles and images.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loads {
    /// The widget with Stripe.js.
    Widget,
    /// Nothing but frames of our own: no script runs.
    Own,
}

/// A whole document.
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
    /// Scripts of our own.
    pub scripts: &'a [&'a str],
    /// The link past the header, where there is much in it.
    pub skip: Option<&'a str>,
    /// Beside the merchant's name.
    pub header: Markup,
    /// What is in `<main>`.
    pub body: Markup,
    /// Below.
    pub footer: Markup,
}

/// Renders a document.
pub fn document(hosted: &Hosted, shell: Shell<'_>) -> Response {
    let markup = html! {
        (DOCTYPE)
        html lang=(shell.lang) dir=[(shell.dir == "rtl").then_some("rtl")] {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover";
                meta name="color-scheme" content="light dark";
                title { (shell.title) " · " (hosted.shop()) }
                link rel="stylesheet" href="/pages/pages.css";
                @if shell.has_widget {
                    @if let Some(url) = &hosted.settings().stripe_js_url {
                        script src=(url.as_str()) {}
                    }
                    script type="module" src=(format!("{}/relink-widget.js", hosted.settings().widget)) {}
                }
                @for script in shell.scripts {
                    script type="module" src=(format!("/pages/{script}")) {}
                }
            }
            body {
                @if let Some(skip) = shell.skip { a .skip href="#main" { (skip) } }
                header .top {
                    div .wide {
                        span .brand {
                            @match &hosted.merchant.logo_url {
                                Some(logo) => img src=(logo.as_str()) alt="" width="32" height="32";,
                                None => (mark(hosted.shop())),
                            }
                            span { (hosted.shop()) }
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
    protect(&mut response, hosted, shell.loads);
    if shell.has_widget
        && let Ok(link) = HeaderValue::from_str(&beforehand(&hosted.settings().widget, shell.lang))
    {
        response.headers_mut().insert(header::LINK, link);
    }
    response
}

/// What the widget will load, for a browser that has nothing else to do while the customer reads: `prefetch`, since all of it is
/// used after the customer's press alone. The loader checks the hashes.
fn beforehand(widget: &str, language: &str) -> String {
    let files = ["-glue.js", "_bg.wasm", ".css", &format!(".{language}.txt")];
    files.map(|file| format!("<{widget}/relink-widget{file}>; rel=prefetch")).join(", ")
}

/// An error as a page, for a browser that asked for one: the layer of every route that people see.
pub async fn error_pages(State(hosted): State<Hosted>, request: Request, next: Next) -> Response {
    let accepts = request.headers().get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    let wants_page = accepts.unwrap_or_default().contains("text/html");
    let is_of_staff = request.uri().path().starts_with("/dashboard");
    let id = request.extensions().get::<RequestId>().map(|RequestId(id)| id.clone()).unwrap_or_default();
    let response = next.run(request).await;
    match error_of(&response) {
        Some(error) if wants_page => {
            tracing::info!(code = error.kind.code().as_str(), detail = %error.detail, "answered with a page");
            problem(&hosted, &error, &id, is_of_staff)
        }
        _ => response,
    }
}

/// An error as a page. Staff have a way back to the list, a customer to the merchant's sign-in and help, where they are known.
fn problem(hosted: &Hosted, error: &ApiError, request_id: &str, is_of_staff: bool) -> Response {
    let (heading, text) = match error.kind.status() {
        StatusCode::NOT_FOUND => {
            ("There is nothing here", "The page may have moved, or the address has a typo.")
        }
        StatusCode::FORBIDDEN => ("That came from another page", "Go back and try again from there."),
        _ if error.kind.is_passing() => ("Not just now", "Nothing has changed. Try again in a moment."),
        _ => ("That did not work", "Nothing has changed."),
    };
    let body = html! {
        div .narrow {
            h1 { (heading) }
            p .lede { (text) }
            @if is_of_staff {
                p { a .button.primary href="/dashboard" { "Back to the accounts" } }
            } @else if let Some(sign_in) = &hosted.merchant.sign_in_url {
                p { a .button.primary href=(sign_in.as_str()) rel="noreferrer" { span { "Sign in to " (hosted.shop()) } } }
            } @else if let Some(help) = hosted.support_url() {
                p { a .button.primary href=(help) rel="noreferrer" { span { "Get help from " (hosted.shop()) } } }
            }
            p .fine { "Reference " code { (request_id) } }
        }
    };
    let page = Shell {
        lang: "en",
        dir: "ltr",
        title: heading,
        has_widget: false,
        loads: Loads::Own,
        scripts: &[],
        skip: None,
        header: html! {},
        body,
        footer: html! {},
    };
    let mut response = document(hosted, page);
    *response.status_mut() = error.kind.status();
    // Nothing is opened from here, and the address may hold what was a token.
    for (name, value) in [("cross-origin-opener-policy", "same-origin"), ("referrer-policy", "no-referrer")] {
        response.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    if let Some(seconds) = error.wait.or(error.kind.retry_after()) {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// What pages load: files of this crate.
pub fn assets() -> Router<Hosted> {
    const FILES: [(&str, &str, &str); 2] = [
        ("/pages/pages.css", "text/css; charset=utf-8", include_str!("../assets/pages.css")),
        ("/pages/page.js", "text/javascript; charset=utf-8", include_str!("../assets/page.js")),
    ];
    let mut router = Router::new();
    for (path, kind, text) in FILES {
        let headers = [
            (header::CONTENT_TYPE, kind),
            (header::CACHE_CONTROL, "no-cache"),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        ];
        router = router.route(path, get(async move || (headers, text)));
    }
    router
}

/// The initials of a bank or a shop, in the colour that the widget has for it.
pub fn mark(name: &str) -> Markup {
    let colour = relink_wire::hue(name);
    html! { span .mark .(format!("mark-{colour}")) aria-hidden="true" { (initials(name)) } }
}

fn protect(response: &mut Response, hosted: &Hosted, loads: Loads) {
    let headers = response.headers_mut();
    if let Ok(policy) = HeaderValue::from_str(&policy(hosted, loads)) {
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
fn policy(hosted: &Hosted, loads: Loads) -> String {
    let images = if hosted.merchant.logo_url.is_some() { "'self' https:" } else { "'self'" };
    match loads {
        Loads::Widget => {}
        Loads::Own => {
            return format!(
                "default-src 'none'; style-src 'self'; img-src {images}; frame-src 'self'; form-action 'self'; \
                 base-uri 'none'; frame-ancestors 'none'"
            );
        }
    }
    let (scripts, frames, calls) = match &hosted.settings().stripe_js_url {
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
