//! Stripe.js and the bank's pages over HTTP, as forms without a script; `e2e/` drives them in a browser.

use crate::running::{Running, start};
use sandbox::Config;
use serde_json::{Value, json};

async fn open_visit(sandbox: &Running, session: &Value) -> String {
    let asked = json!({
        "publishable_key": "pk_test_sandbox",
        "client_secret": session["client_secret"],
        "parent_origin": "http://localhost:3000",
    });
    let opened = sandbox.post_json("/bank/visits", &asked).await;
    opened["visit"].as_str().unwrap_or_else(|| panic!("no visit: {opened}")).to_owned()
}

#[tokio::test]
async fn stripe_js_is_served_under_the_old_and_the_new_name_for_every_origin() {
    let sandbox = start(Config::default()).await;
    for path in ["/v3", "/v3/", "/endive/stripe.js"] {
        let page = sandbox.page(path).await;
        assert_eq!(page.status, 200, "{path}");
        assert_eq!(page.header("access-control-allow-origin"), "*");
        assert!(page.text.contains("collectFinancialConnectionsAccounts"));
    }
}

#[tokio::test]
async fn a_framed_visit_goes_from_the_introduction_to_the_result() {
    let sandbox = start(Config::default()).await;
    let more = [("relink_options[account]", "fca_test"), ("limits[accounts]", "1")];
    let session = sandbox.relink_session("fcauth_test", &more).await;
    let visit = format!("/bank/v/{}", open_visit(&sandbox, &session).await);
    assert!(sandbox.page(&visit).await.text.contains("Reconnect Test Institution"));
    assert_eq!(sandbox.submit(&format!("{visit}/continue"), "").await, visit);
    assert!(sandbox.page(&visit).await.text.contains("Success ••••6789"));
    sandbox.submit(&format!("{visit}/agree"), "accounts[]=fca_test").await;
    let over = sandbox.page(&visit).await.text;
    assert!(over.contains("data-parent-origin=\"http://localhost:3000\""));
    assert!(over.contains("&quot;status&quot;:&quot;active&quot;"));
    assert!(!over.contains("_secret_") && !over.contains("account_numbers"));
}

#[tokio::test]
async fn names_from_a_bank_are_text_and_never_markup() {
    let sandbox = start(Config::default()).await;
    let more = [("relink_options[account]", "fca_long_name")];
    let session = sandbox.relink_session("fcauth_long_name", &more).await;
    let visit = format!("/bank/v/{}", open_visit(&sandbox, &session).await);
    let text = sandbox.page(&visit).await.text;
    assert!(text.contains("&lt;script&gt;alert(1)") && text.contains("&lt;b&gt;"));
    assert!(!text.contains("<script>alert") && !text.contains("<b>") && !text.contains('\u{202e}'));
}

#[tokio::test]
async fn a_visit_is_refused_for_a_wrong_key_an_unknown_secret_and_a_session_that_is_over() {
    let sandbox = start(Config::default()).await;
    let session = sandbox.relink_session("fcauth_any", &[]).await;
    let ask = async |key: &str, secret: &Value| {
        let body =
            json!({"publishable_key": key, "client_secret": secret, "parent_origin": "http://localhost"});
        sandbox.post_json("/bank/visits", &body).await["error"]["message"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    let secret = session["client_secret"].clone();
    assert!(ask("pk_test_other", &secret).await.starts_with("Invalid API Key"));
    assert!(ask("pk_test_sandbox", &json!("fcsess_1_secret_2")).await.starts_with("No such"));
    sandbox.finish(&session, &[("outcome", "closed")]).await;
    assert!(ask("pk_test_sandbox", &secret).await.contains("already been completed"));
}

#[tokio::test]
async fn a_second_window_on_a_session_that_is_over_shows_its_end_and_changes_nothing() {
    let sandbox = start(Config::default()).await;
    let session = sandbox.relink_session("fcauth_test", &[]).await;
    let visit = format!("/bank/v/{}", open_visit(&sandbox, &session).await);
    sandbox.submit(&format!("{visit}/continue"), "").await;
    sandbox.finish(&session, &[("outcome", "closed")]).await;
    sandbox.submit(&format!("{visit}/agree"), "accounts[]=fca_test").await;
    assert!(sandbox.page(&visit).await.text.contains("Nothing has changed"));
    assert_eq!(sandbox.account("fca_test").await["status"], "inactive");
}

#[tokio::test]
async fn pages_are_framed_by_this_machine_only_and_hosted_ones_by_nobody() {
    let sandbox = start(Config::default()).await;
    let framed = sandbox.page("/bank/frame").await;
    assert!(framed.header("content-security-policy").contains("frame-ancestors http://localhost:*"));
    let hosted = [("ui_mode", "hosted"), ("hosted[delivery_method]", "url")];
    let session = sandbox.relink_session("fcauth_hosted", &hosted).await;
    let path = session["url"].as_str().unwrap().replace(&sandbox.base, "");
    let page = sandbox.page(&path).await;
    assert!(page.header("content-security-policy").contains("frame-ancestors 'none'"));
    assert_eq!(page.header("cross-origin-opener-policy"), "");
    sandbox
        .post(
            "/v1/test_helpers/financial_connections/hosted_pages",
            &[("cross_origin_opener_policy", "same-origin")],
        )
        .await;
    assert_eq!(sandbox.page(&path).await.header("cross-origin-opener-policy"), "same-origin");
}

#[tokio::test]
async fn a_hosted_visit_ends_where_the_merchant_asked() {
    let sandbox = start(Config::default()).await;
    let more = [
        ("ui_mode", "hosted"),
        ("hosted[delivery_method]", "url"),
        ("return_url", "http://localhost:3000/back?session=1"),
    ];
    let session = sandbox.relink_session("fcauth_hosted", &more).await;
    let path = session["url"].as_str().unwrap().replace(&sandbox.base, "");
    sandbox.page(&path).await;
    assert_eq!(sandbox.submit(&format!("{path}/close"), "").await, path);
    let over = sandbox.page(&path).await;
    assert_eq!((over.status, over.header("location")), (303, "http://localhost:3000/back?session=1"));
}

#[tokio::test]
async fn a_return_address_that_is_neither_https_nor_local_is_refused() {
    let sandbox = start(Config::default()).await;
    for address in
        ["javascript:alert(1)", "http://example.com/", "http://localhost@example.com/", "//example.com"]
    {
        let form = [
            ("permissions[]", "balances"),
            ("relink_options[authorization]", "fcauth_hosted"),
            ("ui_mode", "hosted"),
            ("hosted[delivery_method]", "url"),
            ("return_url", address),
        ];
        let answer = sandbox.post("/v1/financial_connections/sessions", &form).await;
        assert_eq!((answer.status, answer.error("param")), (400, "return_url"), "{address}");
    }
}

#[tokio::test]
async fn an_address_without_a_visit_is_404() {
    let sandbox = start(Config::default()).await;
    for path in ["/bank/v/nobody", "/hosted/nobody", "/bank/v/nobody/window"] {
        assert_eq!(sandbox.page(path).await.status, 404, "{path}");
    }
}
