//! Who is let in, and which forms are believed.

use crate::fake::Shop;

#[tokio::test]
async fn a_visitor_is_led_to_the_sign_in_or_straight_in_where_the_operator_says_so() {
    let mut shop = Shop::open_with(&[("DEMO_CUSTOMER", "cus_other")]).await;
    for cookie in ["", "pinegrove=", "pinegrove=invented"] {
        shop.cookie = cookie.into();
        for path in ["/accounts", "/accounts/fca_healthy", "/developers"] {
            let (status, headers, _) = shop.page(path).await;
            assert_eq!((status, headers["location"].as_bytes()), (303, "/sign-in".as_bytes()), "{path}");
        }
    }
    let (status, headers, _) = shop.page("/").await;
    assert_eq!((status, headers["location"].as_bytes()), (303, "/accounts".as_bytes()));
    assert!(headers.contains_key("set-cookie"));
}

#[tokio::test]
async fn nobody_signs_in_as_a_customer_that_is_not_listed_or_from_another_site() {
    let shop = Shop::open().await;
    let send =
        async |request: reqwest::RequestBuilder| request.send().await.expect("an answer").status().as_u16();
    assert_eq!(send(shop.post("/sign-in", &[("customer", "cus_stranger")])).await, 400);
    assert_eq!(send(shop.post("/sign-in", &[])).await, 400);
    for (name, value) in
        [("origin", "https://evil.example"), ("origin", "null"), ("sec-fetch-site", "cross-site")]
    {
        let request = shop.post("/sign-in", &[("customer", "cus_demo")]).header(name, value);
        assert_eq!(send(request).await, 403, "{name}: {value}");
    }
}

#[tokio::test]
async fn signing_out_ends_the_sign_in_and_only_its_own_form_does_it() {
    let mut shop = Shop::open().await;
    let own = shop.csrf().await;
    let first = shop.cookie.clone();
    shop.sign_in_as("cus_demo").await;
    let other = shop.post("/sign-out", &[("csrf_token", &own)]).send().await.expect("an answer");
    assert_eq!(other.status(), 403, "the form of another sign-in");
    shop.cookie = first;
    let done = shop.post("/sign-out", &[("csrf_token", &own)]).send().await.expect("an answer");
    assert_eq!(done.status(), 303);
    assert!(done.headers()["set-cookie"].to_str().expect("text").contains("Max-Age=0"));
    assert_eq!(shop.page("/accounts").await.0, 303);
}

#[tokio::test]
async fn over_https_the_cookie_is_bound_to_the_host() {
    let shop = Shop::open().await;
    let answer = shop.post("/sign-in", &[("customer", "cus_demo")]).send().await.expect("an answer");
    let cookie = answer.headers()["set-cookie"].to_str().expect("text").to_owned();
    assert!(cookie.contains("HttpOnly; SameSite=Lax") && !cookie.contains("Secure"), "{cookie}");
    let shop = Shop::open_with(&[("PUBLIC_URL", "https://shop.example")]).await;
    let answer = shop.post("/sign-in", &[("customer", "cus_demo")]).send().await.expect("an answer");
    let cookie = answer.headers()["set-cookie"].to_str().expect("text").to_owned();
    assert!(
        cookie.starts_with("__Host-pinegrove=") && cookie.contains("; Secure") && cookie.contains("Path=/;")
    );
}
