//! Keys of the merchant's own servers: what each may do, how long, and whether anybody uses it.

use crate::program::operate;
use crate::shop::{Shop, problem, send};
use reqwest::RequestBuilder;

fn add(shop: &Shop, name: &str, options: &[&str]) -> String {
    let (ended, key, said) = operate(shop, &[&["api-key", "add", name], options].concat());
    assert_eq!(ended, Some(0), "{said}");
    key.trim().to_owned()
}

/// One request of each scope, each of which would do if the key may.
fn requests(shop: &Shop, key: &str) -> [(&'static str, RequestBuilder); 4] {
    let at = |path: &str| format!("{}{path}", shop.base);
    let json = |request: RequestBuilder, body: &'static str| {
        request.header("content-type", "application/json").body(body).bearer_auth(key)
    };
    [
        ("accounts.read", shop.http.get(at("/v1/accounts?customer=cus_demo")).bearer_auth(key)),
        ("customer_tokens", json(shop.http.post(at("/v1/customer_tokens")), r#"{"customer": "cus_demo"}"#)),
        (
            "hosted_relinks",
            json(
                shop.http.post(at("/v1/hosted_relinks")),
                r#"{"account": "fca_access_expired", "delivery": "url"}"#,
            ),
        ),
        ("hosted_relinks", shop.http.get(at("/v1/hosted_relinks/hrl_1")).bearer_auth(key)),
    ]
}

#[tokio::test]
async fn a_key_does_what_its_scope_says_and_nothing_else() {
    let shop = Shop::open().await;
    for scope in ["accounts.read", "customer_tokens", "hosted_relinks", "erase"] {
        let key = add(&shop, &scope.replace('.', "-"), &["--scope", scope]);
        for (needed, request) in requests(&shop, &key) {
            let (status, told) = send(request).await;
            if needed == scope {
                assert!([200, 201, 404].contains(&status), "{scope}: {status} {told}");
            } else {
                assert_eq!(status, 403, "{scope} and {needed}: {told}");
                assert_eq!(told["code"], "forbidden");
                let detail = told["detail"].as_str().expect("a sentence");
                assert_eq!(detail, format!("The API key lacks the scope {needed}."));
            }
        }
    }
    let usual = add(&shop, "usual", &[]);
    for (_, request) in requests(&shop, &usual) {
        assert!([200, 201, 404].contains(&send(request).await.0));
    }
}

#[tokio::test]
async fn a_key_is_worthless_once_it_has_run_out_and_its_name_free() {
    let shop = Shop::open().await;
    let key = add(&shop, "short", &["--expires", "90d"]);
    let ask = || shop.http.get(format!("{}/v1/accounts?customer=cus_demo", shop.base)).bearer_auth(&key);
    shop.time.pass(90 * 86_400 - 60);
    assert_eq!(send(ask()).await.0, 200);
    shop.time.pass(120);
    problem(ask(), 401, "not_authenticated").await;
    let refused = "SELECT actor || ' ' || subject FROM security_events WHERE kind = 'api_key_refused'";
    assert_eq!(shop.value(refused).await, "api:short it has run out");
    shop.rows.run("UPDATE api_keys SET expires_at = 1 WHERE name = 'short'").await;
    assert!(
        operate(&shop, &["api-key", "list"])
            .1
            .contains("short  accounts.read,customer_tokens,hosted_relinks")
    );
    add(&shop, "short", &[]);
    problem(ask(), 401, "not_authenticated").await;
}

#[tokio::test]
async fn its_last_use_is_remembered_by_the_day() {
    let shop = Shop::open().await;
    let key = add(&shop, "billing", &[]);
    let ask =
        || send(shop.http.get(format!("{}/v1/accounts?customer=cus_demo", shop.base)).bearer_auth(&key));
    let day = async || shop.value("SELECT last_used_day FROM api_keys WHERE name = 'billing'").await;
    assert_eq!(day().await, "");
    ask().await;
    let first: i64 = day().await.parse().expect("a day");
    assert_eq!(first, shop.time.now() / 86_400);
    shop.time.pass(3 * 86_400);
    ask().await;
    assert_eq!(day().await, (first + 3).to_string());
    let (_, list, _) = operate(&shop, &["api-key", "list"]);
    let line = list.lines().find(|line| line.starts_with("billing ")).expect("a line");
    assert!(line.contains("does not run out  last used on 2"), "{line}");
}

#[tokio::test]
async fn a_key_of_before_may_do_what_keys_could_do_then() {
    let shop = Shop::open().await;
    // As the shop's own was made: by name and fingerprint alone.
    let scopes = shop.value("SELECT scopes FROM api_keys WHERE name = 'demo'").await;
    assert_eq!(scopes, "accounts.read customer_tokens hosted_relinks");
}
