//! The shop's pages and files.

use crate::shop::{Shop, problem, send};
use reqwest::header::HeaderMap;
use serde_json::json;

async fn page(shop: &Shop, path: &str) -> (u16, HeaderMap, String) {
    let answer = shop.get(path).header("accept", "text/html").send().await.expect("an answer");
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    (status, headers, answer.text().await.expect("a body"))
}

#[tokio::test]
async fn the_list_shows_each_account_with_its_standing_and_an_element_to_relink_it() {
    let shop = Shop::open().await;
    let (status, _, html) = page(&shop, "/accounts").await;
    assert_eq!(status, 200);
    assert!(html.contains("Harbour Bank") && html.contains("Disconnected") && html.contains("1234"));
    assert!(html.contains(r#"display="modal" endpoint="/relink" account="fca_access_expired""#));
    assert!(!html.contains("fca_other"), "another customer's account");
}

#[tokio::test]
async fn after_a_relink_the_list_says_active() {
    let shop = Shop::open().await;
    let session = shop.session("k1", json!({"account": "fca_unspecified"})).await;
    shop.at_the_bank(&session, "agreed", &["fca_unspecified"]).await;
    shop.complete(&session, "k2", json!(["fca_unspecified"])).await;
    let (_, _, html) = page(&shop, "/accounts").await;
    assert!(html.contains(r#"data-account="fca_unspecified" data-status="active""#));
}

#[tokio::test]
async fn what_a_bank_calls_itself_is_never_markup() {
    let shop = Shop::open().await;
    let (_, _, html) = page(&shop, "/accounts/fca_long_name").await;
    assert!(html.contains("&lt;script&gt;alert(1)") && !html.contains("<script>alert"));
    assert!(!html.contains('\u{202e}'), "a direction override");
}

#[tokio::test]
async fn the_policy_of_every_page_allows_nothing_inline() {
    let shop = Shop::open_with(&[("STRIPE_JS_URL", "http://127.0.0.1:9/v3/")]).await;
    for path in ["/accounts", "/accounts/fca_any", "/developers", "/help", "/privacy", "/sign-in"] {
        let (status, headers, html) = page(&shop, path).await;
        assert_eq!(status, 200, "{path}");
        let policy = headers["content-security-policy"].to_str().expect("text");
        assert!(policy.contains("script-src 'self' http://127.0.0.1:9 'wasm-unsafe-eval'"), "{policy}");
        assert!(!policy.contains("unsafe-inline") && policy.contains("default-src 'none'"));
        assert!(
            !html.contains(" style=") && !html.contains("<style") && !html.contains(" onclick"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn stripes_own_script_is_allowed_where_no_other_is_configured() {
    let shop = Shop::open().await;
    let (_, headers, html) = page(&shop, "/accounts").await;
    let policy = headers["content-security-policy"].to_str().expect("text").to_owned();
    assert!(policy.contains("script-src 'self' https://js.stripe.com"), "{policy}");
    assert!(!html.contains("js.stripe.com"), "the widget loads it");
}

#[tokio::test]
async fn a_page_that_is_not_there_is_a_page_for_people_and_a_problem_for_programs() {
    let shop = Shop::open().await;
    let (status, headers, html) = page(&shop, "/accounts/fca_other").await;
    assert_eq!((status, html.contains("There is nothing here")), (404, true));
    assert!(headers.contains_key("content-security-policy"));
    problem(shop.get("/accounts/fca_other"), 404, "invalid_request").await;
}

#[tokio::test]
async fn a_visitor_is_led_to_the_sign_in_or_straight_in_where_the_operator_says_so() {
    let mut shop = Shop::open_with(&[("DEMO_CUSTOMER", "cus_other")]).await;
    shop.cookie = String::new();
    let (status, headers, _) = page(&shop, "/accounts").await;
    assert_eq!((status, headers["location"].as_bytes()), (303, "/sign-in".as_bytes()));
    let (status, headers, _) = page(&shop, "/").await;
    assert_eq!((status, headers["location"].as_bytes()), (303, "/accounts".as_bytes()));
    assert!(headers.contains_key("set-cookie"));
}

#[tokio::test]
async fn every_scenario_is_listed_by_name_and_reset_puts_all_back() {
    let shop = Shop::open().await;
    let (_, _, html) = page(&shop, "/developers").await;
    assert!(html.contains("access_expired") && html.contains(r#"data-endpoint="/relink-hosted""#));
    assert!(html.contains(r#"data-run="several/any" data-endpoint="/relink-data""#));
    let session = shop.session("k1", json!({"account": "fca_any"})).await;
    shop.at_the_bank(&session, "agreed", &["fca_any"]).await;
    shop.complete(&session, "k2", json!(["fca_any"])).await;
    assert_eq!(shop.account_status("fca_any").await, "active");
    let reset = |token: &str| {
        let request =
            shop.http.post(format!("{}/developers/reset", shop.base)).header("cookie", &shop.cookie);
        request.form(&[("csrf_token", token)])
    };
    problem(reset("0000"), 403, "forbidden").await;
    assert_eq!(send(reset(&shop.csrf)).await.0, 303);
    assert_eq!(shop.account_status("fca_any").await, "inactive");
    assert_eq!(shop.value("SELECT COUNT(*) FROM relink_sessions").await, "0");
}

#[tokio::test]
async fn signing_out_ends_the_sign_in() {
    let shop = Shop::open().await;
    let request = shop.http.post(format!("{}/sign-out", shop.base)).header("cookie", &shop.cookie);
    assert_eq!(send(request.form(&[("csrf_token", &shop.csrf)])).await.0, 303);
    problem(shop.get("/me"), 401, "not_authenticated").await;
}

#[tokio::test]
async fn the_widgets_files_are_served_as_a_cdn_would() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("relink-widget.js"), "export {}").expect("a file");
    std::fs::write(folder.path().join("relink-widget.wasm"), "x").expect("a file");
    let shop = Shop::open_with(&[("WIDGET_DIR", folder.path().to_str().expect("a path"))]).await;
    for (name, kind) in [("relink-widget.js", "text/javascript"), ("relink-widget.wasm", "application/wasm")]
    {
        let (status, headers, _) = page(&shop, &format!("/widget/{name}")).await;
        assert_eq!((status, headers["content-type"].as_bytes()), (200, kind.as_bytes()));
        assert_eq!(headers["access-control-allow-origin"], "*");
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert!(headers.contains_key("cache-control"));
    }
    problem(shop.get("/widget/..%2f..%2fetc%2fpasswd"), 404, "invalid_request").await;
}
