//! Who gets in, and what is refused at the door.

use crate::shop::{Shop, problem};
use serde_json::json;

#[tokio::test]
async fn what_is_no_json_is_415_or_400_and_what_is_too_large_413() {
    let shop = Shop::open().await;
    let token = shop.token().await;
    let post = |kind: &str, body: String| {
        let request = shop.http.post(format!("{}/relink/sessions", shop.base)).bearer_auth(&token);
        request.header("idempotency-key", "k1").header("content-type", kind).body(body)
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
async fn a_merchant_whose_stripe_is_unreachable_runs_and_says_503() {
    let shop = Shop::open().await;
    let rows = crate::rows::Rows::new().await;
    let nowhere =
        tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port").local_addr().expect("an address");
    let config = crate::shop::config(&format!("http://{nowhere}"), &rows, &[]);
    let (base, _app) = crate::shop::serve(config, &shop.time).await;
    shop.token().await;
    let shop = shop.through(&base);
    let request = shop.post("/relink/sessions", "k1", json!({"account": "fca_any"}));
    problem(request, 503, "provider_unavailable").await;
}
