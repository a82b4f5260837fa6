//! What the pages say, and what they may load.

use crate::fake::Shop;
use serde_json::{Value, json};

/// The part of a page that is about one account of the list.
fn row<'a>(html: &'a str, account: &str) -> &'a str {
    let at = html.find(&format!(r#"data-account="{account}""#)).expect("a row");
    html[at..].split("</li>").next().expect("a part")
}

#[tokio::test]
async fn the_list_offers_to_reconnect_what_can_be_repaired_and_nothing_else() {
    let shop = Shop::open().await;
    let (status, _, html) = shop.page("/accounts").await;
    assert_eq!(status, 200);
    let broken = row(&html, "fca_access_expired");
    assert!(broken.contains("Disconnected") && broken.contains(r#"data-status="inactive""#));
    assert!(broken.contains(&format!(r#"endpoint="{}/relink" account="fca_access_expired""#, shop.relink)));
    assert!(broken.contains(">Reconnect</a>"));
    for (account, word) in
        [("fca_healthy", "Active"), ("fca_account_closed", "Closed"), ("fca_disconnected", "Removed")]
    {
        let row = row(&html, account);
        assert!(row.contains(word), "{account}");
        assert!(!row.contains("Reconnect") && !row.contains("relink-widget"), "{account}");
    }
    assert_eq!(html.matches("One account needs your attention.").count(), 1);
}

#[tokio::test]
async fn who_wants_to_be_reminded_tomorrow_is_not_asked_today_and_is_told_when() {
    let mut shop = Shop::open().await;
    let csrf = shop.csrf().await;
    let send = async |account: &str, csrf: &str| {
        let path = format!("/accounts/{account}/reminder");
        let answer = shop.post(&path, &[("csrf_token", csrf)]).send().await.expect("an answer");
        (answer.status().as_u16(), answer.text().await.expect("text"))
    };
    assert_eq!(send("fca_access_expired", "invented").await.0, 403);
    for other in ["fca_healthy", "fca_of_another_customer"] {
        assert_eq!(send(other, &csrf).await.0, 404, "{other}");
    }
    let (_, _, html) = shop.page("/accounts").await;
    assert!(html.contains("One account needs your attention.") && !html.contains("ask again"));
    let (status, said) = send("fca_access_expired", &csrf).await;
    assert_eq!((status, said.starts_with("We’ll ask again on ")), (200, true), "{said}");
    let (_, _, html) = shop.page("/accounts").await;
    assert!(!html.contains("needs your attention.") && !html.contains("Nothing needs your attention"));
    assert_eq!(html.matches(&said).count(), 2, "in the place of the banner, and with the account");
    assert!(
        row(&html, "fca_access_expired").contains(">Reconnect</a>"),
        "it can be reconnected all the same"
    );
    assert!(shop.page("/accounts/fca_access_expired").await.2.contains(&said));

    // It works again, and breaks anew.
    let accounts = shop.fake.told().accounts.clone();
    shop.fake.told().accounts.clear();
    shop.fake.told().accounts.insert("cus_demo".into(), vec![mended(&accounts["cus_demo"])]);
    shop.page("/accounts").await;
    shop.fake.told().accounts = accounts;
    assert!(shop.page("/accounts").await.2.contains("One account needs your attention."));

    // Everything is as it was at first.
    assert_eq!(send("fca_access_expired", &csrf).await.0, 200);
    let done = shop.post("/developers/reset", &[("csrf_token", &csrf)]).send().await.expect("an answer");
    assert_eq!(done.status(), 303);
    assert!(shop.page("/accounts").await.2.contains("One account needs your attention."));
    shop.sign_in_as("cus_other").await;
    assert!(!shop.page("/accounts").await.2.contains("ask again"));
}

/// The account that is broken, working.
fn mended(accounts: &[Value]) -> Value {
    let broken = accounts.iter().find(|account| account["id"] == "fca_access_expired").expect("it");
    let mut mended = broken.clone();
    mended["status"] = json!("active");
    mended["condition"] = json!({});
    mended
}

#[tokio::test]
async fn an_accounts_page_has_the_element_unless_nothing_can_be_repaired() {
    let shop = Shop::open().await;
    for (account, expected) in [
        ("fca_access_expired", true),
        // The end of a relink is told to a page that was loaded again meanwhile.
        ("fca_healthy", true),
        ("fca_account_closed", false),
        ("fca_disconnected", false),
    ] {
        let (status, headers, html) = shop.page(&format!("/accounts/{account}")).await;
        assert_eq!((status, html.contains("<relink-widget")), (200, expected), "{account}");
        let hinted =
            headers.get("link").map(|link| link.to_str().expect("text").matches("; crossorigin").count());
        assert_eq!(hinted, expected.then_some(4), "{account}");
        assert_eq!(html.contains("/widget/relink-widget.js"), expected, "{account}");
    }
}

#[tokio::test]
async fn what_a_bank_calls_itself_is_never_markup() {
    let shop = Shop::open().await;
    let (_, _, html) = shop.page("/accounts/fca_long_name").await;
    assert!(html.contains("&lt;script&gt;alert(1)") && !html.contains("<script>alert"));
    assert!(!html.contains('\u{202e}'), "a direction override");
}

#[tokio::test]
async fn another_customers_account_is_not_there() {
    let mut shop = Shop::open().await;
    shop.sign_in_as("cus_other").await;
    let (status, headers, html) = shop.page("/accounts/fca_access_expired").await;
    assert_eq!((status, html.contains("There is nothing here")), (404, true));
    assert!(headers.contains_key("content-security-policy"));
    let (_, _, html) = shop.page("/accounts").await;
    assert!(html.contains("No bank account yet") && !html.contains("fca_"));
}

#[tokio::test]
async fn the_policy_allows_nothing_inline_and_relink_server_only_where_the_widget_is() {
    let shop = Shop::open_with(&[("STRIPE_JS_URL", "http://127.0.0.1:9/v3/")]).await;
    for (path, has_widget) in [
        ("/accounts", true),
        ("/accounts/fca_access_expired", true),
        ("/developers", true),
        ("/help", false),
        ("/privacy", false),
        ("/sign-in", false),
        ("/nowhere", false),
    ] {
        let (_, headers, html) = shop.page(path).await;
        let policy = headers["content-security-policy"].to_str().expect("text");
        assert!(
            policy.contains("default-src 'none'") && !policy.contains("unsafe-inline"),
            "{path}: {policy}"
        );
        let relink = format!(
            "script-src 'self' {0} http://127.0.0.1:9 'wasm-unsafe-eval'; connect-src 'self' {0} ",
            shop.relink
        );
        assert_eq!(policy.contains(&relink), has_widget, "{path}: {policy}");
        assert!(
            !html.contains(" style=") && !html.contains("<style") && !html.contains(" onclick"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn stripes_own_script_is_allowed_where_no_other_is_configured() {
    let shop = Shop::open().await;
    let (_, headers, html) = shop.page("/accounts").await;
    let policy = headers["content-security-policy"].to_str().expect("text").to_owned();
    assert!(policy.contains(" https://js.stripe.com "), "{policy}");
    assert!(!html.contains("js.stripe.com"), "the widget loads it");
}

#[tokio::test]
async fn a_relink_server_that_does_not_answer_is_said_and_no_account_is_invented() {
    let shop = Shop::open().await;
    shop.fake.told().refuses = Some(503);
    for path in ["/accounts", "/accounts/fca_healthy"] {
        let (status, _, html) = shop.page(path).await;
        assert_eq!(status, 503);
        assert!(html.contains("cannot be shown right now") && !html.contains("Not now."), "{html}");
    }
}

#[tokio::test]
async fn a_long_list_has_pages() {
    let shop = Shop::open().await;
    let many = |told: &mut crate::fake::Told| {
        let one = told.accounts["cus_demo"][0].clone();
        let all = (0..95).map(|n| {
            let mut account = one.clone();
            account["id"] = format!("fca_{n}").into();
            account
        });
        let all = all.collect();
        told.accounts.insert("cus_demo".into(), all);
    };
    many(&mut shop.fake.told());
    let (_, _, first) = shop.page("/accounts").await;
    assert_eq!(first.matches("data-account=").count(), 50);
    let (_, _, last) = shop.page("/accounts?page=2").await;
    assert_eq!(last.matches("data-account=").count(), 45);
    for odd in ["/accounts?page=0", "/accounts?page=99", "/accounts?page=x"] {
        assert_eq!(shop.page(odd).await.0, 200, "{odd}");
    }
}

#[tokio::test]
async fn every_scenario_is_listed_with_its_profile_and_reset_is_the_sandboxs() {
    let shop = Shop::open().await;
    let (_, _, html) = shop.page("/developers").await;
    let endpoint =
        |run: &str, profile: &str| format!(r#"data-run="{run}" data-endpoint="{}{profile}""#, shop.relink);
    for (run, profile) in [
        ("access_expired/same", "/relink"),
        ("several/any", "/relink-data"),
        ("hosted/hosted", "/relink-hosted"),
    ] {
        assert!(html.contains(&endpoint(run, profile)), "{run}");
    }
    let forged = shop.post("/developers/reset", &[("csrf_token", "0000")]).send().await.expect("an answer");
    assert_eq!((forged.status().as_u16(), shop.fake.told().resets), (403, 0));
    let csrf = shop.csrf().await;
    let done = shop.post("/developers/reset", &[("csrf_token", &csrf)]).send().await.expect("an answer");
    assert_eq!((done.status().as_u16(), shop.fake.told().resets), (303, 1));
}

#[tokio::test]
async fn without_a_sandbox_there_are_no_scenarios_and_nothing_to_reset() {
    let shop = Shop::open_with(&[("SANDBOX_URL", "")]).await;
    let (status, _, html) = shop.page("/developers").await;
    assert_eq!((status, html.contains("There are no scenarios")), (200, true));
    assert!(!html.contains("/developers/reset"));
    let csrf = shop.csrf().await;
    let answer = shop.post("/developers/reset", &[("csrf_token", &csrf)]).send().await.expect("an answer");
    assert_eq!(answer.status(), 404);
}

#[tokio::test]
async fn the_footer_leads_staff_to_the_dashboard_where_there_is_one() {
    let shop = Shop::open().await;
    assert!(!shop.page("/help").await.2.contains("Dashboard"));
    let shop = Shop::open_with(&[("DASHBOARD_URL", "http://localhost:4100/dashboard")]).await;
    assert!(shop.page("/help").await.2.contains(r#"<a href="http://localhost:4100/dashboard">Dashboard"#));
}

#[tokio::test]
async fn the_shops_files_are_typed_and_not_sent_twice() {
    let shop = Shop::open().await;
    for (name, kind) in
        [("shop.css", "text/css"), ("token.js", "text/javascript"), ("mark.svg", "image/svg+xml")]
    {
        let (status, headers, _) = shop.page(&format!("/assets/{name}")).await;
        assert_eq!(status, 200);
        assert!(headers["content-type"].to_str().expect("text").starts_with(kind));
        let tag = &headers["etag"];
        let again = shop.get(&format!("/assets/{name}")).header("if-none-match", tag).send().await;
        assert_eq!(again.expect("an answer").status(), 304);
    }
    assert_eq!(shop.page("/assets/nothing.js").await.0, 404);
}

#[tokio::test]
async fn the_gallery_is_served_from_its_folder_and_nothing_above_it() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/assets");
    let shop = Shop::open_with(&[("GALLERY_DIR", folder)]).await;
    let (status, headers, _) = shop.page("/gallery").await;
    assert_eq!((status, headers["location"].as_bytes()), (308, "/gallery/".as_bytes()));
    let (status, headers, _) = shop.page("/gallery/shop.css").await;
    assert_eq!((status, headers["content-type"].as_bytes()), (200, "text/css".as_bytes()));
    assert_eq!(headers["x-content-type-options"], "nosniff");
    for path in ["/gallery/..%2fCargo.toml", "/gallery/nothing.css"] {
        assert_eq!(shop.page(path).await.0, 404, "{path}");
    }
}
