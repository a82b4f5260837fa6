//! The widget's files, as a CDN would serve them.

use crate::shop::{Shop, problem};

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
