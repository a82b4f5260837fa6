//! Headers that every answer has: each address that a source file names is asked for, whatever the answer.

use crate::browser::Browser;
use crate::dashboard::open_with;
use crate::hosted::{come, link, path};
use crate::shop::Shop;
use reqwest::Method;
use reqwest::header::HeaderMap;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Every address that a router of the backend's crates is given, below where it is put.
fn routes() -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    let mut found = BTreeSet::new();
    for folder in
        ["crates/relink-backend/src", "crates/relink-hosted/src", "crates/relink-dashboard/src", "server/src"]
    {
        for entry in fs::read_dir(root.join(folder)).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                continue;
            }
            let text = fs::read_to_string(&path).expect("a file");
            for call in [".route(", ".nest(", ".nest_service("] {
                for rest in text.split(call).skip(1) {
                    if let Some(rest) = rest.trim_start().strip_prefix('"') {
                        found.insert(rest.split('"').next().expect("an end").to_owned());
                    }
                }
            }
        }
    }
    found
}

/// An address that the pattern takes, at each place where such a route is.
fn addresses(route: &str, page: &str) -> Vec<String> {
    let filled = route.replace("{id}", "x1").replace("{link}", "x1");
    let filled = filled.replace("{token}", page.trim_start_matches("/r/"));
    match route {
        // The relink API, below each kind of relink and below a link.
        _ if route.starts_with("/sessions") => {
            vec![format!("/relink{filled}"), format!("/r/l/x1/relink{filled}")]
        }
        "/widget" => vec!["/widget/relink-widget.js".into(), "/widget/nothing".into()],
        "/widget/by-hash/{hash}" => vec!["/widget/by-hash/x1/relink-widget.js".into()],
        _ => vec![filled],
    }
}

fn check(headers: &HeaderMap, what: &str) {
    let value = |name: &str| headers.get(name).map(|value| value.to_str().expect("text"));
    assert_eq!(value("x-content-type-options"), Some("nosniff"), "{what}");
    assert_eq!(value("strict-transport-security"), Some("max-age=31536000"), "{what}");
    if what.contains("/dashboard") {
        assert_eq!(value("cross-origin-opener-policy"), Some("same-origin"), "{what}");
    }
    if value("content-type").is_some_and(|kind| kind.starts_with("text/html")) {
        let policy = value("content-security-policy").unwrap_or_default();
        assert!(
            policy.contains("default-src 'none'") && policy.contains("frame-ancestors"),
            "{what}: {policy}"
        );
        assert!(!policy.contains("unsafe-inline"), "{what}: {policy}");
    }
}

#[tokio::test]
async fn every_answer_of_every_route_says_nosniff_and_hsts_and_the_dashboard_is_alone_in_its_window() {
    let widget = tempfile::tempdir().expect("a folder");
    fs::write(widget.path().join("relink-widget.js"), "export {};").expect("a file");
    let folder = widget.path().to_str().expect("a path");
    let (shop, _app) =
        open_with(&[("RELINK_PUBLIC_URL", "https://relink.test"), ("WIDGET_DIR", folder)]).await;
    let page = path(&link(&shop, "fca_access_expired").await);
    let routes = routes();
    assert!(routes.len() > 20, "{routes:?}");
    let mut asked: Vec<String> = routes.iter().flat_map(|route| addresses(route, &page)).collect();
    asked.extend(["/nothing".to_owned(), "/pages/pages.css".to_owned(), "/pages/page.js".to_owned()]);
    let mut found = 0;
    for path in asked {
        for method in [Method::GET, Method::POST, Method::DELETE] {
            for accept in ["*/*", "text/html"] {
                let request = shop.http.request(method.clone(), format!("{}{path}", shop.base));
                let answer = request.header("accept", accept).send().await.expect("an answer");
                let status = answer.status().as_u16();
                found += u32::from(![404, 405].contains(&status));
                check(answer.headers(), &format!("{method} {path} {accept} {status}"));
            }
        }
    }
    assert!(found > 40, "most of them are there: {found}");
}

#[tokio::test]
async fn so_do_the_pages_of_somebody_who_is_signed_in_and_the_hosted_page_lets_a_bank_open() {
    let (shop, _app) = open_with(&[("RELINK_PUBLIC_URL", "http://relink.test")]).await;
    let mut browser = Browser::signed_in(&shop).await;
    assert!(browser.is_in().await);
    let headers = |path: String| {
        let request = shop.http.get(format!("{}{path}", shop.base)).header("accept", "text/html");
        async move { request.send().await.expect("an answer").headers().clone() }
    };
    let hosted = come(&shop, &path(&link(&shop, "fca_access_expired").await)).await.headers;
    assert_eq!(hosted["cross-origin-opener-policy"], "same-origin-allow-popups");
    assert_eq!(hosted["x-content-type-options"], "nosniff");
    assert!(hosted.get("strict-transport-security").is_none(), "not where it is reached by HTTP");
    assert_eq!(headers("/dashboard/sign-in".into()).await["cross-origin-opener-policy"], "same-origin");
}

/// A route that is not asked for would not be looked at.
#[tokio::test]
async fn the_routes_that_are_looked_for_are_found_in_the_sources() {
    let routes = routes();
    for route in [
        "/v1/accounts",
        "/dashboard/second-factor",
        "/r/{token}",
        "/r/l/{link}",
        "/livez",
        "/sessions",
        "/webhooks/stripe",
    ] {
        assert!(routes.contains(route), "{route}: {routes:?}");
    }
    let shop = Shop::open().await;
    assert_eq!(shop.http.get(format!("{}/livez", shop.base)).send().await.expect("an answer").status(), 200);
}
