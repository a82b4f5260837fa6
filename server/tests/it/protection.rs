//! Who gets in, and what is refused at the door.

use crate::shop::{Shop, problem, send};
use serde_json::json;

#[tokio::test]
async fn nobody_gets_anything_without_signing_in() {
    let mut shop = Shop::open().await;
    for cookie in ["", "pinegrove=", "pinegrove=in_invented"] {
        shop.cookie = cookie.into();
        problem(shop.get("/relink/sessions/rls_1"), 401, "not_authenticated").await;
        problem(shop.post("/relink/sessions", "k1", json!({})), 401, "not_authenticated").await;
        problem(shop.get("/me"), 401, "not_authenticated").await;
    }
}

#[tokio::test]
async fn a_sign_in_ends() {
    let shop = Shop::open().await;
    shop.time.pass(12 * 3600 + 1);
    problem(shop.get("/me"), 401, "not_authenticated").await;
}

#[tokio::test]
async fn a_request_from_elsewhere_is_forbidden() {
    let shop = Shop::open().await;
    let bare = |name: &str, value: &str| {
        let request = shop.http.post(format!("{}/relink/sessions", shop.base)).header("cookie", &shop.cookie);
        let request = request.header("x-csrf-token", &shop.csrf).header("idempotency-key", "k1");
        request.header("content-type", "application/json").header(name, value).body("{}")
    };
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("origin", "http://127.0.0.1"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("sec-fetch-site", "none"),
    ] {
        problem(bare(name, value), 403, "forbidden").await;
    }
    assert_eq!(send(bare("origin", &shop.base)).await.0, 201);
}

#[tokio::test]
async fn a_missing_or_foreign_token_is_forbidden() {
    let mut shop = Shop::open().await;
    let own = shop.csrf.clone();
    for token in ["", "0000", "not hex"] {
        shop.csrf = token.into();
        problem(shop.post("/relink/sessions", "k1", json!({})), 403, "forbidden").await;
    }
    shop.sign_in_as("cus_demo").await;
    shop.csrf = own;
    problem(shop.post("/relink/sessions", "k1", json!({})), 403, "forbidden").await;
}

#[tokio::test]
async fn what_is_no_json_is_415_or_400_and_what_is_too_large_413() {
    let shop = Shop::open().await;
    let post = |kind: &str, body: String| {
        let request = shop.http.post(format!("{}/relink/sessions", shop.base)).header("cookie", &shop.cookie);
        let request = request.header("x-csrf-token", &shop.csrf).header("idempotency-key", "k1");
        request.header("content-type", kind).body(body)
    };
    problem(post("text/plain", "{}".into()), 415, "invalid_request").await;
    problem(post("application/x-www-form-urlencoded", "a=b".into()), 415, "invalid_request").await;
    problem(post("application/json", "{".into()), 400, "invalid_request").await;
    problem(post("application/json; charset=utf-8", "[]".into()), 400, "invalid_request").await;
    problem(post("application/json", r#"{"account": 7}"#.into()), 400, "invalid_request").await;
    problem(post("application/json", format!("\"{}\"", "x".repeat(400_000))), 413, "invalid_request").await;
}

#[tokio::test]
async fn an_unknown_address_and_a_wrong_method_are_problems_too() {
    let shop = Shop::open().await;
    problem(shop.get("/relink/nothing"), 404, "invalid_request").await;
    problem(shop.get("/nothing"), 404, "invalid_request").await;
    problem(shop.http.delete(format!("{}/relink/sessions", shop.base)), 405, "invalid_request").await;
    problem(shop.get("/relink/sessions/%ff"), 404, "session_not_found").await;
}

#[tokio::test]
async fn a_completion_that_names_no_list_is_a_mistake() {
    let shop = Shop::open().await;
    let session = shop.session("k1", json!({"account": "fca_any"})).await;
    for (key, accounts) in [("k2", json!("fca_any")), ("k3", json!([7])), ("k4", json!(null))] {
        let (status, answer) = shop.complete(&session, key, accounts).await;
        assert_eq!((status, answer["code"].as_str()), (400, Some("invalid_request")));
    }
}

#[tokio::test]
async fn over_https_the_cookie_is_bound_to_the_host() {
    let shop = Shop::open().await;
    let answer =
        shop.http.post(format!("{}/sign-in", shop.base)).form(&[("customer", "cus_demo")]).send().await;
    let cookie = answer.expect("an answer").headers()["set-cookie"].to_str().expect("text").to_owned();
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && !cookie.contains("Secure"),
        "{cookie}"
    );
    let rows = crate::rows::Rows::new().await;
    let config = crate::shop::config(
        &shop.stripe.base,
        &rows,
        &[("PUBLIC_URL", "https://shop.example"), ("DEMO_CUSTOMER", "cus_demo")],
    );
    let (base, _app) = crate::shop::serve(config, &shop.time).await;
    let answer = shop.http.get(&base).send().await.expect("an answer");
    let cookie = answer.headers()["set-cookie"].to_str().expect("text").to_owned();
    assert!(
        cookie.starts_with("__Host-pinegrove=") && cookie.contains("; Secure") && cookie.contains("Path=/;")
    );
}

#[tokio::test]
async fn a_merchant_whose_stripe_is_unreachable_runs_and_says_503() {
    let shop = Shop::open().await;
    let rows = crate::rows::Rows::new().await;
    let nowhere =
        tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port").local_addr().expect("an address");
    let config = crate::shop::config(&format!("http://{nowhere}"), &rows, &[]);
    let (base, _app) = crate::shop::serve(config, &shop.time).await;
    let (cookie, csrf) = crate::shop::sign_in(&shop.http, &base, "cus_demo").await;
    let request = shop
        .http
        .post(format!("{base}/relink/sessions"))
        .header("cookie", cookie)
        .header("x-csrf-token", csrf);
    let request = request.header("idempotency-key", "k1").header("content-type", "application/json");
    problem(request.body(r#"{"account": "fca_any"}"#), 503, "provider_unavailable").await;
}
