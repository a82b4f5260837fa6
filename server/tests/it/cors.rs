//! Which pages of other origins may call what.

use crate::shop::{KEY, PAGE, Shop};
use reqwest::header::HeaderMap;
use reqwest::{Method, StatusCode};
use serde_json::json;

/// What a browser asks before a page of that origin posts.
async fn preflight(shop: &Shop, path: &str, origin: &str) -> (StatusCode, HeaderMap) {
    let request = shop.http.request(Method::OPTIONS, format!("{}{path}", shop.base)).header("origin", origin);
    let request = request.header("access-control-request-method", "POST");
    let headers = "authorization,content-type,idempotency-key,x-csrf-token";
    let answer = request.header("access-control-request-headers", headers).send().await.expect("an answer");
    (answer.status(), answer.headers().clone())
}

fn words(headers: &HeaderMap, name: &str) -> Vec<String> {
    let text = headers[name].to_str().expect("text").to_lowercase();
    let mut words: Vec<String> = text.split(',').map(|word| word.trim().to_owned()).collect();
    words.sort_unstable();
    words
}

#[tokio::test]
async fn a_page_of_a_listed_origin_may_post_and_its_browser_keeps_that_for_a_while() {
    let shop = Shop::open().await;
    for path in [
        "/relink/sessions",
        "/relink/sessions/rls_1/complete",
        "/relink-hosted/sessions",
        "/relink-data/sessions",
    ] {
        let (status, headers) = preflight(&shop, path, PAGE).await;
        assert_eq!(
            (status, &headers["access-control-allow-origin"]),
            (StatusCode::OK, &PAGE.parse().expect("a value"))
        );
        assert_eq!(words(&headers, "access-control-allow-methods"), ["get", "post"]);
        let allowed = ["authorization", "content-type", "idempotency-key", "traceparent", "x-csrf-token"];
        assert_eq!(words(&headers, "access-control-allow-headers"), allowed);
        assert!(
            headers["access-control-max-age"].to_str().expect("text").parse::<u32>().expect("seconds") >= 600
        );
        assert!(!headers.contains_key("access-control-allow-credentials"));
        assert!(words(&headers, "vary").contains(&"origin".to_owned()));
    }
}

#[tokio::test]
async fn answers_and_problems_can_be_read_with_their_id_time_and_pause() {
    let shop = Shop::open().await;
    let good =
        shop.post("/relink/sessions", "k1", json!({"account": "fca_any"})).send().await.expect("an answer");
    let signed_out = shop.http.get(format!("{}/relink/sessions/rls_1", shop.base)).header("origin", PAGE);
    let signed_out = signed_out.send().await.expect("an answer");
    shop.stripe.tell("faults", &[("status", "503"), ("times", "1")]).await;
    let away =
        shop.post("/relink/sessions", "k2", json!({"account": "fca_any"})).send().await.expect("an answer");
    for (answer, status) in [(good, 201), (signed_out, 401), (away, 503)] {
        assert_eq!(answer.status(), status);
        let headers = answer.headers();
        assert_eq!(headers["access-control-allow-origin"], PAGE);
        let exposed = words(headers, "access-control-expose-headers");
        for name in ["retry-after", "date", "x-request-id"] {
            assert!(exposed.contains(&name.to_owned()), "{name}");
        }
        assert!(headers.contains_key("x-request-id") && headers.contains_key("date"));
        assert_eq!(headers.contains_key("retry-after"), status == 503);
    }
}

#[tokio::test]
async fn no_other_origin_may_and_nothing_else_is_open_to_any() {
    let shop = Shop::open().await;
    for origin in [
        "https://evil.example",
        "null",
        "https://shop.test.evil.example",
        "http://shop.test",
        "https://shop.test:81",
    ] {
        let (_, headers) = preflight(&shop, "/relink/sessions", origin).await;
        assert!(!headers.contains_key("access-control-allow-origin"), "{origin}");
        let read = shop.http.get(format!("{}/relink/sessions/rls_1", shop.base)).header("origin", origin);
        let answer = read.send().await.expect("an answer");
        assert!(!answer.headers().contains_key("access-control-allow-origin"), "{origin}");
    }
    for path in [
        "/v1/customer_tokens",
        "/v1/accounts?customer=cus_demo",
        "/v1/hosted_relinks",
        "/dashboard",
        "/r/0000",
    ] {
        let (_, headers) = preflight(&shop, path, PAGE).await;
        assert!(!headers.contains_key("access-control-allow-origin"), "{path}");
        let read = shop.http.get(format!("{}{path}", shop.base)).header("origin", PAGE).bearer_auth(KEY);
        let answer = read.send().await.expect("an answer");
        assert!(!answer.headers().contains_key("access-control-allow-origin"), "{path}");
    }
}
