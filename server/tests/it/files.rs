//! The widget's files, as a CDN would serve them.

use crate::hosted::{link, open, path, visit};
use crate::shop::{Shop, problem};
use serde_json::json;

#[tokio::test]
async fn the_widgets_files_are_served_as_a_cdn_would() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("relink-widget.js"), "export {}").expect("a file");
    std::fs::write(folder.path().join("relink-widget.wasm"), "x").expect("a file");
    let shop = Shop::open_with(&[("WIDGET_DIR", folder.path().to_str().expect("a path"))]).await;
    for (name, kind) in [("relink-widget.js", "text/javascript"), ("relink-widget.wasm", "application/wasm")]
    {
        let answer = shop.http.get(format!("{}/widget/{name}", shop.base)).send().await.expect("an answer");
        let headers = answer.headers();
        assert_eq!((answer.status().as_u16(), headers["content-type"].as_bytes()), (200, kind.as_bytes()));
        assert_eq!(headers["access-control-allow-origin"], "*");
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert!(headers.contains_key("cache-control"));
    }
    problem(shop.get("/widget/..%2f..%2fetc%2fpasswd"), 404, "invalid_request").await;
}

#[tokio::test]
async fn a_page_of_ours_names_files_that_are_kept_for_good_and_says_beforehand_which_it_will_load() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["", "-glue", ".de"] {
        std::fs::write(folder.path().join(format!("relink-widget{name}.js")), "export {}").expect("a file");
    }
    std::fs::write(folder.path().join("relink-widget-glue.js.br"), "packed").expect("a file");
    let shop = open(&[("WIDGET_DIR", folder.path().to_str().expect("a path"))]).await;
    let made = link(&shop, "fca_access_expired").await;
    let (_, headers, html) = visit(&shop, &path(&made)).await;
    let (_, rest) = html.split_once("src=\"/widget/by-hash/").expect("the loader");
    let (hash, rest) = rest.split_once('/').expect("a folder");
    assert!(hash.len() == 16 && rest.starts_with("relink-widget.js\""), "{html}");

    let address = format!("/widget/by-hash/{hash}/relink-widget");
    let link = headers["link"].to_str().expect("text");
    assert_eq!(link.split(", ").count(), 4, "{link}");
    for file in ["-glue.js", "_bg.wasm", ".css", ".en.txt"] {
        assert!(link.contains(&format!("<{address}{file}>; rel=prefetch")), "{link}");
    }

    let get = async |path: &str, accepts: &str| {
        let request = shop.http.get(format!("{}{path}", shop.base)).header("accept-encoding", accepts);
        let answer = request.send().await.expect("an answer");
        let header = |name: &str| {
            answer.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
        };
        (header("cache-control"), header("content-encoding"), header("vary"))
    };
    let forever = "public, max-age=31536000, immutable";
    let told = |kept: &str, packed: &str| (kept.to_owned(), packed.to_owned(), "accept-encoding".to_owned());
    assert_eq!(get(&format!("{address}-glue.js"), "gzip, br").await, told(forever, "br"));
    assert_eq!(get(&format!("{address}-glue.js"), "gzip").await, told(forever, ""));
    assert_eq!(get(&format!("{address}.js"), "br").await, told(forever, ""), "nothing packed lies beside it");
    // An instance of another version, in whose folder something else lies.
    assert_eq!(
        get("/widget/by-hash/0123456789abcdef/relink-widget.js", "").await,
        told("public, no-cache", "")
    );
    assert_eq!(get("/widget/relink-widget.js", "").await, told("public, no-cache", ""));
}

#[tokio::test]
async fn a_banks_logo_is_served_from_a_folder_and_the_session_says_where() {
    let folder = tempfile::tempdir().expect("a folder");
    let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
    std::fs::write(folder.path().join("fcinst_harbour.svg"), svg).expect("a file");
    let more = [
        ("RELINK_BANK_LOGOS_DIR", folder.path().to_str().expect("a path")),
        ("RELINK_PUBLIC_URL", "https://relink.example"),
    ];
    let shop = Shop::open_with(&more).await;
    let answer =
        shop.http.get(format!("{}/logos/fcinst_harbour.svg", shop.base)).send().await.expect("an answer");
    let headers = answer.headers();
    assert_eq!(
        (answer.status().as_u16(), &headers["content-type"]),
        (200, &"image/svg+xml".parse().unwrap())
    );
    assert!(headers["content-security-policy"].to_str().expect("text").contains("sandbox"));
    assert_eq!(headers["cross-origin-resource-policy"], "cross-origin");
    problem(shop.get("/logos/fcinst_other.svg"), 404, "invalid_request").await;
    let session = shop.session("k1", json!({"account": "fca_access_expired"})).await;
    assert_eq!(session["institution"]["logo_url"], "https://relink.example/logos/fcinst_harbour.svg");
}
