//! The widget's files, as a CDN would serve them.

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
