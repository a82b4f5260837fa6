//! Stripe's table of the three ways to relink, each cell a case of that name. The hosted page is ours; the rules are Stripe's.
//! What a cell says is in its first line. Where it has a number, its case stands on the second before it and on it.

use crate::dashboard::Desk;
use crate::hosted::{DAY, ask, link, open_app, path, relink};
use crate::shop::{Shop, problem, send};
use relink_server::Server;
use relink_wire::Json;
use serde_json::json;

const ACCOUNT: &str = "fca_access_expired";
const NUMBER: &str = "fca_tan_expiring";

async fn open() -> (Shop, Server) {
    crate::dashboard::open().await
}

/// The page that the newest email leads to.
async fn mailed(shop: &Shop, app: &Server) -> String {
    app.hosted.deliver().await.expect("a database");
    let mails = shop.stripe.mails().await;
    let text = mails.first().expect("a mail")["text"].as_str().expect("a text").to_owned();
    text[text.find("/r/").expect("a link")..].split_whitespace().next().expect("a link").to_owned()
}

/// Somebody of the staff signs in and asks; answers the page that says what came of it.
async fn staff_asks(shop: &Shop, account: &str) -> String {
    desk_asks(&Desk::sign_in(shop).await, account).await
}

/// Somebody asks who is signed in: a sign-in is slow on purpose.
async fn desk_asks(desk: &Desk, account: &str) -> String {
    desk.post("/dashboard/send", &[("account", account)]).await.1
}

/// A server asks by email.
async fn server_asks(shop: &Shop, key: &str, account: &str) -> (u16, Json) {
    send(ask(shop, key, json!({"account": account, "delivery": "email"}))).await
}

/// The merchant's own page relinks.
async fn page_relinks(shop: &Shop, body: Json, chosen: &str) -> Json {
    let session = shop.session(&format!("of-{chosen}"), body).await;
    shop.at_the_bank(&session, "agreed", &[chosen]).await;
    let (status, done) = shop.complete(&session, &format!("done-{chosen}"), json!([chosen])).await;
    assert_eq!(status, 200, "{done}");
    done
}

/// A number that ends so many seconds from now, which stands still.
async fn ends_in(shop: &Shop, account: &str, seconds: i64) {
    shop.time.stop();
    let date = (shop.time.now() + seconds).to_string();
    let helper = format!("financial_connections/accounts/{account}/expected_expiry_date");
    shop.stripe.tell(&helper, &[("date", &date)]).await;
}

async fn number_status(shop: &Shop, account: &str) -> String {
    let object = shop.value(&format!("SELECT object FROM accounts WHERE id = '{account}'")).await;
    let object: Json = serde_json::from_str(&object).expect("JSON");
    let numbers = object["account_numbers"].as_array().expect("numbers").clone();
    let token = numbers.iter().find(|number| number["identifier_type"] == "tokenized_account_number");
    token.expect("a token")["status"].as_str().expect("a status").to_owned()
}

async fn permissions(shop: &Shop, account: &str) -> Json {
    let object = shop.value(&format!("SELECT object FROM accounts WHERE id = '{account}'")).await;
    serde_json::from_str::<Json>(&object).expect("JSON")["permissions"].clone()
}

mod hosted_relink_dashboard {
    use super::*;

    /// A person in a dashboard; no code.
    #[tokio::test]
    async fn who_starts_it() {
        let (shop, app) = open().await;
        assert!(staff_asks(&shop, ACCOUNT).await.contains("1 email is on its way"));
        assert_eq!(shop.value("SELECT asked_by FROM hosted_relinks").await, "staff:nora@pinegrove.example");
        mailed(&shop, &app).await;
    }

    /// A hosted page, from an email.
    #[tokio::test]
    async fn where_the_customer_does_it() {
        let (shop, app) = open().await;
        staff_asks(&shop, ACCOUNT).await;
        let page = mailed(&shop, &app).await;
        relink(&shop, &page, ACCOUNT).await;
        assert_eq!(shop.account_status(ACCOUNT).await, "active");
    }

    /// Inactive, or a number that expires within 30 days.
    #[tokio::test]
    async fn eligible_accounts() {
        let (shop, _app) = open().await;
        let desk = Desk::sign_in(&shop).await;
        for account in [ACCOUNT, NUMBER] {
            assert!(desk_asks(&desk, account).await.contains("1 email is on its way"), "{account}");
        }
        for account in [
            "fca_healthy",
            "fca_permissions",
            "fca_expected_deactivation",
            "fca_account_closed",
            "fca_disconnected",
        ] {
            assert!(desk_asks(&desk, account).await.contains("No email was sent"), "{account}");
        }
        ends_in(&shop, "fca_healthy", 30 * DAY + 1).await;
        assert!(desk_asks(&desk, "fca_healthy").await.contains("No email was sent"));
        shop.time.pass(1);
        assert!(desk_asks(&desk, "fca_healthy").await.contains("1 email is on its way"));
    }

    /// One request per account every 48 hours; reset once the customer completes.
    #[tokio::test]
    async fn how_often() {
        let (shop, app) = open().await;
        shop.time.stop();
        staff_asks(&shop, ACCOUNT).await;
        shop.time.pass(2 * DAY - 1);
        assert!(staff_asks(&shop, ACCOUNT).await.contains("No email was sent"));
        let page = mailed(&shop, &app).await;
        relink(&shop, &page, ACCOUNT).await;
        shop.stripe.tell(&format!("financial_connections/accounts/{ACCOUNT}/deactivate"), &[]).await;
        assert!(staff_asks(&shop, ACCOUNT).await.contains("1 email is on its way"), "reset");
        shop.time.pass(2 * DAY - 1);
        assert!(staff_asks(&shop, ACCOUNT).await.contains("No email was sent"));
        shop.time.pass(1);
        assert!(staff_asks(&shop, ACCOUNT).await.contains("1 email is on its way"));
    }

    /// Yes.
    #[tokio::test]
    async fn refreshes_tokenized_account_numbers() {
        let (shop, app) = open().await;
        staff_asks(&shop, "fca_tan_deactivated").await;
        let page = mailed(&shop, &app).await;
        relink(&shop, &page, "fca_tan_deactivated").await;
        assert_eq!(number_status(&shop, "fca_tan_deactivated").await, "transactable");
    }

    /// No.
    #[tokio::test]
    async fn updates_data_permissions() {
        let (shop, app) = open().await;
        staff_asks(&shop, "fca_everything").await;
        let page = mailed(&shop, &app).await;
        relink(&shop, &page, "fca_everything").await;
        assert_eq!(permissions(&shop, "fca_everything").await, json!(["payment_method"]));
    }

    /// Exactly the same account.
    #[tokio::test]
    async fn account_to_choose() {
        let (shop, app) = open().await;
        staff_asks(&shop, "fca_any").await;
        let page = mailed(&shop, &app).await;
        relink(&shop, &page, "fca_any").await;
        assert_eq!(shop.value("SELECT account FROM relink_sessions").await, "fca_any");
        assert_eq!(shop.account_status("fca_any_savings").await, "inactive");
    }
}

mod hosted_relink_api {
    use super::*;

    /// The merchant's server.
    #[tokio::test]
    async fn who_starts_it() {
        let (shop, _app) = open_app(&[]).await;
        assert_eq!(server_asks(&shop, "k1", ACCOUNT).await.0, 202);
        assert_eq!(shop.value("SELECT asked_by FROM hosted_relinks").await, "api:demo");
    }

    /// A hosted page, from an email or an address that the merchant hands out.
    #[tokio::test]
    async fn where_the_customer_does_it() {
        let (shop, app) = open_app(&[]).await;
        server_asks(&shop, "k1", ACCOUNT).await;
        let page = mailed(&shop, &app).await;
        relink(&shop, &page, ACCOUNT).await;
        relink(&shop, &path(&link(&shop, NUMBER).await), NUMBER).await;
    }

    /// Inactive, or a number that expires within 30 days.
    #[tokio::test]
    async fn eligible_accounts() {
        let (shop, _app) = open_app(&[]).await;
        for account in [ACCOUNT, NUMBER] {
            assert_eq!(server_asks(&shop, account, account).await.0, 202, "{account}");
        }
        for account in [
            "fca_healthy",
            "fca_permissions",
            "fca_expected_deactivation",
            "fca_account_closed",
            "fca_disconnected",
        ] {
            for delivery in ["url", "email"] {
                let body = json!({"account": account, "delivery": delivery});
                problem(ask(&shop, &format!("{account}-{delivery}"), body), 422, "not_relinkable").await;
            }
        }
        ends_in(&shop, "fca_healthy", 30 * DAY + 1).await;
        assert_eq!(server_asks(&shop, "before", "fca_healthy").await.0, 422);
        shop.time.pass(1);
        assert_eq!(server_asks(&shop, "then", "fca_healthy").await.0, 202);
    }

    /// Owned by a Customer, as above, or by an Account object.
    #[tokio::test]
    async fn an_account_of_an_account_object_is_eligible() {
        let (shop, app) = open_app(&[]).await;
        let ida = json!({"customer": "acct_workshop", "name": "Ida Holm", "email": "ida@customer.example"});
        assert_eq!(send(shop.ask_for_token(ida)).await.0, 201);
        assert_eq!(shop.account_status("fca_account_object").await, "inactive", "it was listed at the start");
        assert_eq!(server_asks(&shop, "k1", "fca_account_object").await.0, 202);
        let page = mailed(&shop, &app).await;
        relink(&shop, &page, "fca_account_object").await;
        assert_eq!(shop.account_status("fca_account_object").await, "active");
        assert_eq!(shop.value("SELECT customer FROM hosted_relinks").await, "acct_workshop");
    }

    /// Owned by neither.
    #[tokio::test]
    async fn an_account_that_belongs_to_nobody_is_not_eligible() {
        let (shop, _app) = open_app(&[]).await;
        let (status, told) = server_asks(&shop, "k1", "fca_unowned").await;
        assert_eq!((status, &told["code"]), (422, &json!("not_relinkable")));
        assert_eq!(told["detail"], "The account belongs to neither a customer nor an account.");
    }

    /// By email as from the dashboard, and together with it; an address handed out directly: no limit.
    #[tokio::test]
    async fn how_often() {
        let (shop, _app) = open().await;
        shop.time.stop();
        staff_asks(&shop, ACCOUNT).await;
        shop.time.pass(2 * DAY - 1);
        assert_eq!(server_asks(&shop, "k1", ACCOUNT).await.0, 429);
        for _ in 0..5 {
            let body = json!({"account": ACCOUNT, "delivery": "url"});
            let request =
                shop.http.post(format!("{}/v1/hosted_relinks", shop.base)).bearer_auth(crate::hosted::KEY);
            let request = request.header("content-type", "application/json").body(body.to_string());
            assert_eq!(send(request).await.0, 201);
        }
        shop.time.pass(1);
        assert_eq!(server_asks(&shop, "k2", ACCOUNT).await.0, 202);
    }

    /// Yes.
    #[tokio::test]
    async fn refreshes_tokenized_account_numbers() {
        let (shop, _app) = open_app(&[]).await;
        relink(&shop, &path(&link(&shop, "fca_tan_expired").await), "fca_tan_expired").await;
        assert_eq!(number_status(&shop, "fca_tan_expired").await, "transactable");
    }

    /// No.
    #[tokio::test]
    async fn updates_data_permissions() {
        let (shop, _app) = open_app(&[]).await;
        relink(&shop, &path(&link(&shop, "fca_everything").await), "fca_everything").await;
        assert_eq!(permissions(&shop, "fca_everything").await, json!(["payment_method"]));
    }

    /// Exactly the same account.
    #[tokio::test]
    async fn account_to_choose() {
        let (shop, _app) = open_app(&[]).await;
        relink(&shop, &path(&link(&shop, "fca_any_savings").await), "fca_any_savings").await;
        assert_eq!(shop.account_status("fca_any").await, "inactive");
    }
}

mod api_relink {
    use super::*;

    /// The merchant's server and page.
    #[tokio::test]
    async fn who_starts_it() {
        let shop = Shop::open().await;
        assert_eq!(shop.session_from(ACCOUNT).await["status"], "pending");
    }

    /// Inside the merchant's page.
    #[tokio::test]
    async fn where_the_customer_does_it() {
        let shop = Shop::open().await;
        assert_eq!(shop.session_from(ACCOUNT).await["handoff"]["type"], "stripe_js");
    }

    /// Any account.
    #[tokio::test]
    async fn eligible_accounts() {
        let shop = Shop::open().await;
        for account in [ACCOUNT, NUMBER, "fca_healthy", "fca_permissions", "fca_expected_deactivation"] {
            shop.session_from(account).await;
        }
    }

    /// No limit.
    #[tokio::test]
    async fn how_often() {
        let shop = Shop::open().await;
        for key in ["k1", "k2", "k3", "k4", "k5"] {
            shop.session(key, json!({ "account": ACCOUNT })).await;
        }
    }

    /// Yes.
    #[tokio::test]
    async fn refreshes_tokenized_account_numbers() {
        let shop = Shop::open().await;
        page_relinks(&shop, json!({"account": "fca_tan_expired"}), "fca_tan_expired").await;
        assert_eq!(number_status(&shop, "fca_tan_expired").await, "transactable");
    }

    /// Yes.
    #[tokio::test]
    async fn updates_data_permissions() {
        let shop = Shop::open().await;
        page_relinks(&shop, json!({"account": "fca_everything"}), "fca_everything").await;
        assert_eq!(permissions(&shop, "fca_everything").await, json!(["payment_method", "balances"]));
    }

    /// The merchant says: a specific account, or any.
    #[tokio::test]
    async fn account_to_choose() {
        let shop = Shop::open().await;
        let done = page_relinks(&shop, json!({"account": "fca_any"}), "fca_any").await;
        assert_eq!(done["relink_options"]["account"], "fca_any");
        let any = json!({"authorization": "fcauth_several"});
        let done = page_relinks(&shop, any, "fca_several_savings").await;
        assert_eq!((&done["relink_options"]["account"], &done["status"]), (&Json::Null, &json!("succeeded")));
    }
}
