//! A database belongs to one Stripe account and one mode, and what happened stays written down.

use crate::dashboard::{Desk, open};
use crate::hosted::{link, path, relink};
use crate::rows::Rows;
use crate::shop::{KEY, Shop, Stripe, Time, config, serve};
use relink_backend::Secret;
use relink_server::{Config, Server};
use std::collections::BTreeSet;
use std::path::Path;

/// The configuration with live keys. The sandbox is spoken to in the clear, which no environment may say in live mode.
fn live(stripe: &Stripe, rows: &Rows) -> Config {
    let mut config = config(&stripe.base, rows, &[]);
    config.stripe_publishable_key = "pk_live_1".into();
    config.stripe_secret_key = Secret::new("sk_live_1");
    config
}

/// Why it does not start.
async fn refusal(config: Config) -> String {
    match Server::open(config).await {
        Ok(_) => String::from("it starts"),
        Err(error) => error.to_string(),
    }
}

#[tokio::test]
async fn a_database_of_test_mode_opens_for_no_live_key_and_its_staff_and_keys_stay_behind() {
    let shop = Shop::open().await;
    assert_eq!(shop.value("SELECT livemode FROM binding").await, "0");
    let said = refusal(live(&shop.stripe, &shop.rows)).await;
    assert_eq!(
        said,
        "the database belongs to Stripe's test mode and the keys are of live mode: give live mode a database of its own \
         in DATABASE_URL or DATABASE_PATH"
    );
    assert_eq!(shop.value("SELECT livemode FROM binding").await, "0", "nothing was changed");
    serve(config(&shop.stripe.base, &shop.rows, &[]), &shop.time).await;
}

#[tokio::test]
async fn a_database_of_one_account_opens_for_no_other() {
    let shop = Shop::open().await;
    assert_eq!(shop.value("SELECT stripe_account FROM binding").await, "acct_sandbox");
    let other = Stripe::start_as("acct_other").await;
    let said = refusal(config(&other.base, &shop.rows, &[])).await;
    assert!(
        said.starts_with(
            "the database belongs to the Stripe account acct_sandbox and STRIPE_SECRET_KEY is of acct_other: "
        ),
        "{said}"
    );
}

#[tokio::test]
async fn of_two_servers_that_start_at_once_on_an_empty_database_one_mode_and_one_account_win() {
    let (rows, one, other) = (Rows::new().await, Stripe::start().await, Stripe::start_as("acct_other").await);
    let started = tokio::join!(
        Server::open(config(&one.base, &rows, &[])),
        Server::open(config(&other.base, &rows, &[])),
        Server::open(live(&one, &rows)),
    );
    let started = [started.0.is_ok(), started.1.is_ok(), started.2.is_ok()];
    // Live keys are not the sandbox's: they bind the mode alone, and then no other may start.
    assert_eq!(started.into_iter().filter(|is_running| *is_running).count(), 1, "{started:?}");
    assert_eq!(rows.value("SELECT COUNT(*) FROM binding").await, "1");
}

#[tokio::test]
async fn where_stripe_is_away_at_the_start_the_account_is_bound_once_it_answers_and_another_is_refused_then()
{
    let (rows, stripe, other) =
        (Rows::new().await, Stripe::start().await, Stripe::start_as("acct_other").await);
    for stripe in [&stripe, &other] {
        stripe.tell("faults", &[("status", "503"), ("times", "1"), ("path", "/v1/account")]).await;
    }
    let time = Time::default();
    let (_, server) = serve(config(&stripe.base, &rows, &[]), &time).await;
    let (base, foreign) = serve(config(&other.base, &rows, &[]), &time).await;
    let account = "SELECT COALESCE(stripe_account, 'none') FROM binding";
    assert_eq!(rows.value(account).await, "none", "both run: neither knows whose key it has");
    assert_eq!(server.hosted.bind_account().await.expect("a database"), Ok(()));
    assert_eq!(rows.value(account).await, "acct_sandbox");
    // What goes on beside the requests finds it out, ends, and from then on nothing is done.
    let not_ours = relink_backend::Relink::clone(&foreign.hosted).background().await;
    assert!(not_ours.to_string().contains("acct_sandbox"), "{not_ours}");
    let shop = Shop::at(base, other, rows, time).await;
    let request = shop.post("/relink/sessions", "k1", serde_json::json!({"account": "fca_access_expired"}));
    assert_eq!(request.send().await.expect("an answer").status(), 500);
    assert_eq!(shop.value("SELECT COUNT(*) FROM relink_sessions").await, "0");
}

#[tokio::test]
async fn a_key_that_may_not_ask_for_its_account_binds_the_mode_alone() {
    let (rows, stripe) = (Rows::new().await, Stripe::start().await);
    stripe.tell("faults", &[("status", "403"), ("times", "1"), ("path", "/v1/account")]).await;
    let (_, server) = serve(config(&stripe.base, &rows, &[]), &Time::default()).await;
    assert_eq!(server.hosted.bind_account().await.expect("a database"), Ok(()), "it is not asked again");
    assert_eq!(rows.value("SELECT COALESCE(stripe_account, 'none') FROM binding").await, "none");
}

#[tokio::test]
async fn a_database_of_a_version_before_belongs_to_the_mode_of_its_accounts() {
    let shop = Shop::open().await;
    shop.rows.run("DELETE FROM binding").await;
    assert!(refusal(live(&shop.stripe, &shop.rows)).await.contains("belongs to Stripe's test mode"));
    serve(config(&shop.stripe.base, &shop.rows, &[]), &shop.time).await;
    assert_eq!(shop.value("SELECT livemode FROM binding").await, "0");
}

/// Every route as its crate declares it, and where it is. A route that is not here fails the test below, so that
/// somebody thinks of what it may take away.
const ROUTES: &[(&str, &str)] = &[
    ("/", "/webhooks/stripe"),
    ("/livez", "/livez"),
    ("/faults/rows", "/faults/rows"),
    ("/faults/expire", "/faults/expire"),
    ("/v1/customer_tokens", "/v1/customer_tokens"),
    ("/v1/accounts", "/v1/accounts?customer=cus_demo"),
    ("/v1/hosted_relinks", "/v1/hosted_relinks"),
    ("/v1/hosted_relinks/{id}", "/v1/hosted_relinks/{id}"),
    ("/v1/customers/{id}", "/v1/customers/{id}"),
    ("/v1/plaid_items", "/v1/plaid_items"),
    ("/v1/plaid_items/{id}", "/v1/plaid_items/item_1"),
    ("/webhooks/plaid", "/webhooks/plaid"),
    ("/readyz", "/readyz"),
    ("/metrics", "/metrics"),
    ("/r/{token}", "/r/{token}"),
    ("/r/l/{link}", "/r/l/{id}"),
    ("/sessions", "/relink/sessions"),
    ("/sessions/{id}", "/relink/sessions/rls_1"),
    ("/sessions/{id}/complete", "/relink/sessions/rls_1/complete"),
    ("/sessions/{id}/cancel", "/relink/sessions/rls_1/cancel"),
    ("/dashboard", "/dashboard"),
    ("/dashboard/sign-in", "/dashboard/sign-in"),
    ("/dashboard/sign-in/code", "/dashboard/sign-in/code"),
    ("/dashboard/sign-in/openid", "/dashboard/sign-in/openid"),
    ("/dashboard/sign-in/openid/return", "/dashboard/sign-in/openid/return?state=1&code=1"),
    ("/dashboard/second-factor", "/dashboard/second-factor"),
    ("/dashboard/accounts/{id}", "/dashboard/accounts/fca_access_expired"),
    ("/dashboard/send", "/dashboard/send"),
    ("/dashboard/sent/{id}", "/dashboard/sent/{id}"),
    ("/dashboard/preview/{id}", "/dashboard/preview/fca_access_expired"),
    ("/dashboard/messages", "/dashboard/messages"),
    ("/dashboard/messages/{id}/retry", "/dashboard/messages/out_1/retry"),
    ("/dashboard/audit", "/dashboard/audit"),
    ("/dashboard/sign-out", "/dashboard/sign-out"),
];

/// What stands in the sources behind `.route(`.
fn declared(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            declared(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&path).expect("a file");
            for rest in text.split(".route(").skip(1) {
                if let Some(rest) = rest.trim_start().strip_prefix('"') {
                    found.insert(rest.split('"').next().expect("a path").to_owned());
                }
            }
        }
    }
}

#[tokio::test]
async fn no_route_takes_a_line_out_of_the_journal() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    let mut found = BTreeSet::new();
    for folder in
        ["server/src", "crates/relink-backend/src", "crates/relink-hosted/src", "crates/relink-dashboard/src"]
    {
        declared(&root.join(folder), &mut found);
    }
    let listed: BTreeSet<String> = ROUTES.iter().map(|(declared, _)| (*declared).to_owned()).collect();
    assert_eq!(found, listed, "list each route in ROUTES");
    let (shop, _app) = open().await;
    let made = link(&shop, "fca_access_expired").await;
    relink(&shop, &path(&made), "fca_access_expired").await;
    let written: BTreeSet<String> =
        shop.rows.values("SELECT id || ' ' || what || ' ' || who FROM journal").await.into_iter().collect();
    assert!(written.len() >= 2, "something is written: {written:?}");
    let desk = Desk::sign_in(&shop).await;
    let (_, html) = desk.page("/dashboard").await;
    let (_, token) = html.split_once("name=\"csrf_token\" value=\"").expect("a token");
    let token = token.split('"').next().expect("a token");
    let methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];
    for (_, route) in ROUTES {
        let route =
            route.replace("/r/{token}", &path(&made)).replace("{id}", made["id"].as_str().expect("an id"));
        for method in methods.map(|name| reqwest::Method::from_bytes(name.as_bytes()).expect("a method")) {
            let request = shop.http.request(method, format!("{}{route}", shop.base));
            let request = request.header("cookie", &desk.cookie).header("idempotency-key", "k9");
            let is_form = route.starts_with("/dashboard") || route.starts_with("/r/");
            let request = if is_form {
                request
                    .header("accept", "text/html")
                    .form(&[("csrf_token", token), ("account", "fca_access_expired")])
            } else {
                request.bearer_auth(KEY).header("content-type", "application/json").body("{}")
            };
            request.send().await.expect("an answer");
        }
    }
    let (signed_out, _) = desk.page("/dashboard").await;
    assert_eq!(signed_out, 303, "the last route was reached as the staff");
    let left: BTreeSet<String> =
        shop.rows.values("SELECT id || ' ' || what || ' ' || who FROM journal").await.into_iter().collect();
    assert!(written.is_subset(&left), "{:?} are gone", written.difference(&left));
}
