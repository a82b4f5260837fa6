//! `GET /relink-token`.

use crate::fake::Shop;
use serde_json::{Value, json};

async fn ask(request: reqwest::RequestBuilder) -> (u16, Value) {
    let answer = request.send().await.expect("an answer");
    assert_eq!(answer.headers()["cache-control"], "no-store");
    let status = answer.status().as_u16();
    (status, serde_json::from_str(&answer.text().await.expect("a body")).expect("JSON"))
}

#[tokio::test]
async fn a_token_is_of_whoever_is_signed_in_and_leads_back_to_the_page_that_asked() {
    let shop = Shop::open().await;
    let answer = ask(shop.get("/relink-token?page=%2Fdevelopers%3Frun%3Dhosted%252Fhosted")).await;
    assert_eq!(answer, (200, json!({"token": "ct_1", "expires_in": 900})));
    let mut asked = shop.fake.told().tokens[0].clone();
    let due = asked.as_object_mut().and_then(|asked| asked.remove("next_payment_at"));
    let now = jiff::Timestamp::now().as_second();
    let is_to_come = |due: i64| (now + 1..=now + 7 * 86_400).contains(&due);
    assert!(due.as_ref().and_then(Value::as_i64).is_some_and(is_to_come), "the next box: {due:?}");
    assert_eq!(
        asked,
        json!({"customer": "cus_demo", "name": "Maya Lindqvist", "email": "maya@customer.example", "locale": "en",
            "return_url": format!("{}/developers?run=hosted%2Fhosted", shop.base)})
    );
}

#[tokio::test]
async fn nobody_gets_a_token_without_signing_in() {
    let mut shop = Shop::open().await;
    shop.cookie = String::new();
    assert_eq!(ask(shop.get("/relink-token?page=/")).await.0, 401);
    assert!(shop.fake.told().tokens.is_empty());
}

#[tokio::test]
async fn another_site_gets_no_token_and_no_customer_is_sent_elsewhere() {
    let shop = Shop::open().await;
    for site in ["cross-site", "same-site"] {
        let request = shop.get("/relink-token?page=/").header("sec-fetch-site", site);
        assert_eq!(ask(request).await.0, 403, "{site}");
    }
    for page in ["https://evil.example/", "//evil.example/"] {
        assert_eq!(ask(shop.get("/relink-token").query(&[("page", page)])).await.0, 400, "{page}");
    }
    assert!(shop.fake.told().tokens.is_empty());
}

#[tokio::test]
async fn a_wrong_api_key_is_the_shops_trouble_and_not_the_customers() {
    let shop = Shop::open_with(&[("RELINK_API_KEY", "mk_another")]).await;
    let (status, body) = ask(shop.get("/relink-token?page=/")).await;
    assert_eq!((status, body), (503, json!({"error": "Service Unavailable"})));
}
