//! Nothing is kept for ever: what is past its time is deleted, and a customer is erased from every table that there is.

use crate::dashboard::Desk;
use crate::hosted::{DAY, ask, come, link, open_app, path, relink};
use crate::program::operate;
use crate::shop::{KEY, Shop, id, problem, send, serve};
use crate::webhooks::{deliver_signed, event};
use relink_account::LinkedAccount;
use relink_server::Server;
use relink_store::accounts::FreshAccounts;
use relink_store::change::Change;
use relink_store::contacts::NewContact;
use relink_store::security_events::{Actor, Source};
use relink_store::sessions::RelinkSession;
use relink_wire::Json;
use serde_json::json;
use std::collections::BTreeSet;
use tokio::task::JoinSet;

const ACCOUNT: &str = "fca_access_expired";
const SHORT: [(&str, &str); 5] = [
    ("RELINK_KEEP_SESSIONS_DAYS", "7"),
    ("RELINK_KEEP_ACCOUNTS_DAYS", "7"),
    ("RELINK_KEEP_LINKS_DAYS", "7"),
    ("RELINK_KEEP_MESSAGES_DAYS", "7"),
    ("RELINK_KEEP_CONTACTS_DAYS", "7"),
];

async fn tidy(app: &Server) {
    app.hosted.tidy().await.expect("a database");
}

async fn count(shop: &Shop, table: &str) -> String {
    shop.value(&format!("SELECT COUNT(*) FROM {table}")).await
}

#[tokio::test]
async fn what_is_past_its_time_is_deleted_and_what_is_in_flight_is_not() {
    let (shop, app) = open_app(&SHORT).await;
    relink(&shop, &path(&link(&shop, ACCOUNT).await), ACCOUNT).await;
    let (_, sent) = send(ask(&shop, "k1", json!({"account": "fca_any", "delivery": "email"}))).await;
    app.hosted.deliver().await.expect("a database");
    // Its mail waits, and so does the link: nobody sweeps here.
    let (_, waits) = send(ask(&shop, "k2", json!({"account": "fca_unspecified", "delivery": "email"}))).await;
    tidy(&app).await;
    for (table, rows) in [
        ("relink_sessions", "1"),
        ("completions", "1"),
        ("hosted_relinks", "3"),
        ("outbox", "2"),
        ("mail_limits", "2"),
    ] {
        assert_eq!(count(&shop, table).await, rows, "{table}: nothing is past its time");
    }
    shop.time.pass(8 * DAY);
    shop.rows
        .run(&format!(
            "UPDATE hosted_relinks SET status = 'expired' WHERE id = '{}'",
            sent["id"].as_str().expect("an id")
        ))
        .await;
    // A customer who is there now.
    let session = shop.session("k3", json!({"account": "fca_everything"})).await;
    tidy(&app).await;
    assert_eq!(shop.rows.values("SELECT id FROM relink_sessions").await, [crate::shop::id(&session)]);
    assert_eq!(count(&shop, "completions").await, "0");
    let left = shop.rows.values("SELECT id FROM hosted_relinks").await;
    let waits = waits["id"].as_str().expect("an id").to_owned();
    assert!(
        left.contains(&waits) && left.len() == 2,
        "of those that are over one is past its time: {left:?}"
    );
    assert_eq!(shop.rows.values("SELECT status FROM outbox").await, ["queued"]);
    assert_eq!(count(&shop, "mail_limits").await, "0", "the pauses are over");
    let accounts = shop.rows.values("SELECT id FROM accounts").await;
    assert!(accounts.contains(&"fca_unspecified".to_owned()), "an open link is about it: {accounts:?}");
    assert!(!accounts.contains(&"fca_other".to_owned()), "{accounts:?}");
    assert_eq!(shop.rows.values("SELECT customer FROM contacts").await, ["cus_demo"]);
    assert_ne!(count(&shop, "journal").await, "0");
    shop.time.pass(730 * DAY);
    tidy(&app).await;
    assert_eq!((count(&shop, "journal").await, count(&shop, "link_visits").await), ("0".into(), "0".into()));
}

#[tokio::test]
async fn the_journal_names_no_account_whose_row_is_past_its_time_and_its_customer_can_still_be_erased() {
    let (shop, app) = open_app(&SHORT).await;
    relink(&shop, &path(&link(&shop, ACCOUNT).await), ACCOUNT).await;
    let lines = "SELECT id FROM journal WHERE account = 'fca_access_expired'";
    let before = shop.rows.values(lines).await;
    assert!(before.len() >= 3, "{before:?}");
    tidy(&app).await;
    assert_eq!(shop.rows.values(lines).await.len(), before.len(), "the account is known");
    shop.time.pass(8 * DAY);
    tidy(&app).await;
    assert_eq!(count(&shop, "accounts").await, "0");
    assert!(shop.rows.values(lines).await.is_empty(), "nobody finds them by their customer any more");
    let formers = "SELECT DISTINCT account FROM journal WHERE account LIKE 'former_%'";
    let former = shop.rows.values(formers).await;
    assert_eq!(former.len(), 1, "the lines of one customer stay together: {former:?}");
    assert_eq!(erase(&shop, "cus_other").await["journal_lines_renamed"], 0);
    let renamed = erase(&shop, "cus_demo").await["journal_lines_renamed"].as_u64().expect("a number");
    assert!(renamed >= before.len() as u64, "{renamed}");
    assert!(shop.rows.values(formers).await.is_empty());
}

#[tokio::test]
async fn several_instances_may_tidy_at_once() {
    let (shop, app) = open_app(&SHORT).await;
    let (_, other) = serve(crate::hosted::settings(&shop.stripe, &shop.rows, &SHORT).await, &shop.time).await;
    for account in [ACCOUNT, "fca_any", "fca_unspecified"] {
        relink(&shop, &path(&link(&shop, account).await), account).await;
    }
    shop.time.pass(30 * DAY);
    tokio::join!(tidy(&app), tidy(&other));
    for table in ["relink_sessions", "completions", "hosted_relinks", "hosted_relink_accounts", "accounts"] {
        assert_eq!(count(&shop, table).await, "0", "{table}");
    }
}

/// A key that may erase, which others may not.
const ERASER: &str = "mk_planted_key_that_erases";

async fn erase(shop: &Shop, customer: &str) -> Json {
    let print = relink_hosted::api_key_fingerprint(ERASER);
    let key = "INSERT INTO api_keys (fingerprint, name, created_at, scopes) VALUES";
    shop.rows.run(&format!("{key} ('{print}', 'eraser', 0, 'erase') ON CONFLICT DO NOTHING")).await;
    let request = shop.http.delete(format!("{}/v1/customers/{customer}", shop.base)).bearer_auth(ERASER);
    let (status, told) = send(request).await;
    assert_eq!(
        (status, &told["object"], &told["customer"]),
        (200, &json!("customer_erasure"), &json!(customer)),
        "{told}"
    );
    told["erased"].clone()
}

/// A shop in which everything that can happen has happened to the customer `cus_other`.
async fn after_much() -> (Shop, Server) {
    let (mut shop, app) = crate::dashboard::open().await;
    let desk = Desk::sign_in(&shop).await;
    shop.sign_in_as("cus_other");
    // A relink on the shop's page, one by a link, mails that were sent, wait and were refused, and what staff sent.
    let session = shop.session("k1", json!({"account": "fca_other"})).await;
    shop.at_the_bank(&session, "agreed", &["fca_other"]).await;
    assert_eq!(shop.complete(&session, "k2", json!(["fca_other"])).await.1["status"], "succeeded");
    let helper = "financial_connections/accounts/fca_other/deactivate";
    shop.stripe.tell(helper, &[("cause", "access_denied")]).await;
    let deactivated = "financial_connections.account.deactivated";
    assert_eq!(deliver_signed(&shop, &event("evt_1", deactivated, "fca_other", 1)).await, 200);
    let came = come(&shop, &path(&link(&shop, "fca_other").await)).await;
    assert_eq!(send(came.post("/sessions", "k3", json!({}))).await.0, 201);
    assert_eq!(send(ask(&shop, "k4", json!({"account": "fca_other", "delivery": "email"}))).await.0, 202);
    app.hosted.deliver().await.expect("a database");
    desk.post("/dashboard/send", &[("account", "fca_other"), ("account", "fca_other_savings")]).await;
    (shop, app)
}

/// Rows in which something of the customer is left.
async fn left_of(shop: &Shop, names: &[&str], masks: &[&str]) -> Vec<(String, String)> {
    let is_left = |row: &str| {
        names.iter().any(|name| row.contains(name))
            // A few digits may be in any hash: only a whole value counts.
            || masks.iter().any(|mask| row.replace('\\', "").contains(&format!("\"{mask}\"")))
    };
    shop.rows.every_row().await.into_iter().filter(|(_, row)| is_left(row)).collect()
}

const NAMES: [&str; 6] =
    ["cus_other", "fca_other", "fcauth_other", "tom@customer.example", "Tom Okafor", "Okafor"];
const MASKS: [&str; 2] = ["5150", "5151"];

#[tokio::test]
async fn of_an_erased_customer_nothing_is_left_in_any_table_and_nothing_comes_back() {
    let (shop, app) = after_much().await;
    let names = shop.rows.values("SELECT display_name FROM accounts WHERE customer = 'cus_other'").await;
    let mut all: Vec<&str> = names.iter().map(String::as_str).collect();
    all.extend(NAMES);
    let before: BTreeSet<String> =
        left_of(&shop, &all, &MASKS).await.into_iter().map(|(table, _)| table).collect();
    for table in [
        "accounts",
        "contacts",
        "hosted_relinks",
        "hosted_relink_accounts",
        "idempotency_keys",
        "journal",
        "mail_limits",
        "outbox",
        "relink_sessions",
        "sending_accounts",
    ] {
        assert!(before.contains(table), "{table} is not tried: {before:?}");
    }
    let token = shop.token().await;
    let erased = erase(&shop, "cus_other").await;
    for kind in ["accounts", "contacts", "kept_answers", "links", "mail_pauses", "messages", "sessions"] {
        assert!(erased[kind].as_u64().is_some_and(|count| count > 0), "{kind}: {erased}");
    }
    assert_eq!(left_of(&shop, &all, &MASKS).await, []);
    let recorded = "SELECT actor FROM security_events WHERE kind = 'customer_erased'";
    assert_eq!(shop.rows.value(recorded).await, "api:eraser");
    let again = erase(&shop, "cus_other").await;
    assert!(again.as_object().expect("counts").values().all(|count| *count == 0), "{again}");
    // Late events, everything that Stripe still lists, a token of before, a server that asks.
    let deactivated = "financial_connections.account.deactivated";
    assert_eq!(deliver_signed(&shop, &event("evt_9", deactivated, "fca_other", 9)).await, 200);
    app.hosted.sync_accounts().await.expect("accounts");
    let late = shop.http.post(format!("{}/relink/sessions", shop.base)).bearer_auth(&token);
    let late = late.header("content-type", "application/json").header("idempotency-key", "k9").body("{}");
    problem(late, 401, "not_authenticated").await;
    assert_eq!(send(ask(&shop, "k10", json!({"account": "fca_other", "delivery": "url"}))).await.0, 400);
    let lost: Vec<_> = left_of(&shop, &all, &MASKS).await;
    assert_eq!(lost, []);
    // The fingerprints last as long as Stripe goes on telling.
    for _ in 0..4 {
        shop.time.pass(60 * DAY);
        app.hosted.sync_accounts().await.expect("accounts");
        tidy(&app).await;
    }
    assert_eq!(left_of(&shop, &all, &MASKS).await, []);
}

/// Whoever writes looks whether the customer was erased; where several write at once, the erasure may come between the two.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_being_written_while_its_customer_is_erased_is_erased_too() {
    let (shop, app) = open_app(&[]).await;
    let (store, now) = (app.hosted.store.clone(), shop.time.now());
    let session = shop.session_from("fca_any").await;
    let session = store.session_of_customer("cus_demo", id(&session)).await.expect("a database").expect("it");
    let read = |json| LinkedAccount::read(json, Some("cus_demo".into())).expect("an account");
    for round in 0..25 {
        let customer = format!("cus_round_{round}");
        let mut writing = JoinSet::new();
        for n in 0..6 {
            let (store, customer) = (store.clone(), customer.clone());
            let about = json!({"id": format!("fca_{round}_{n}"), "status": "active", "permissions": []});
            let fresh = FreshAccounts { list: vec![read(about)], read_at_ms: now * 1000 };
            let id = format!("rls_{round}_{n}");
            let session = RelinkSession { id, customer: customer.clone(), ..session.clone() };
            writing.spawn(async move {
                store.put_contact(&customer, &NewContact::default(), now).await.expect("a database");
                let change = Change::Open(Box::new(session), fresh, None);
                let written = store.write_change(&change).await.map(drop);
                written.expect("a database that does not wait for itself");
            });
        }
        let by = Source { at_ms: now * 1000, actor: Actor::CommandLine, address: None };
        store.erase_customer(&customer, "command line", &by).await.expect("a database");
        writing.join_all().await;
        for table in ["relink_sessions", "accounts", "contacts"] {
            let left = count(&shop, &format!("{table} WHERE customer = '{customer}'")).await;
            assert_eq!(left, "0", "{table} of {customer}");
        }
    }
}

/// A thousand accounts of one customer (the sandbox has another who has as many), each with a pause and two lines in the journal.
const A_THOUSAND: [&str; 3] = [
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
         INSERT INTO accounts (id, customer, status, object, read_at_ms)
         SELECT 'fca_of_thousand_' || i, 'cus_thousand', 'active', '{}', 0 FROM n",
    "INSERT INTO mail_limits (account, hosted_relink, asked_at)
         SELECT id, 'hrl_none', 0 FROM accounts WHERE customer = 'cus_thousand'",
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT 2 FROM n WHERE i < 2)
         INSERT INTO journal (id, at_ms, account, hosted_relink, what, who)
         SELECT 'jrn_' || i || '_' || SUBSTR(id, 17), i, id, 'hrl_none', 'account_deactivated', 'stripe'
         FROM accounts CROSS JOIN n WHERE customer = 'cus_thousand'",
];

#[tokio::test]
async fn a_customer_with_a_thousand_accounts_is_erased_whole_and_each_accounts_lines_stay_together() {
    let shop = Shop::open().await;
    for statement in A_THOUSAND {
        shop.rows.run(statement).await;
    }
    let others = shop.value("SELECT COUNT(*) FROM accounts WHERE customer <> 'cus_thousand'").await;
    let erased = erase(&shop, "cus_thousand").await;
    for (kind, count) in [("accounts", 1000), ("mail_pauses", 1000), ("journal_lines_renamed", 2000)] {
        assert_eq!(erased[kind], count, "{kind}: {erased}");
    }
    assert_eq!(left_of(&shop, &["cus_thousand", "fca_of_thousand"], &[]).await, []);
    // A name for each account, which leads nowhere.
    let named = "SELECT COUNT(*) FROM (SELECT account FROM journal WHERE account LIKE 'erased_%'
        GROUP BY account HAVING COUNT(*) = 2) AS together";
    assert_eq!(shop.value(named).await, "1000");
    assert_eq!(shop.value("SELECT COUNT(*) FROM accounts").await, others);
    assert_eq!(shop.value("SELECT COUNT(*) FROM erased").await, "1001");
    let recorded = "SELECT COUNT(*) FROM security_events WHERE kind = 'customer_erased'";
    assert_eq!(shop.value(recorded).await, "1");
}

#[tokio::test]
async fn once_every_customer_is_erased_no_table_has_a_row_of_one() {
    let (shop, _app) = after_much().await;
    for customer in shop.rows.values("SELECT DISTINCT customer FROM accounts").await {
        erase(&shop, &customer).await;
    }
    let not_of_customers = [
        "api_keys",
        "binding",
        "least_migration",
        "security_chain",
        "security_events",
        "second_factors",
        "recovery_codes",
        "sign_in_tries",
        "erased",
        "journal",
        "sendings",
        "staff",
        "staff_sign_ins",
        "webhook_events",
    ];
    let rows = shop.rows.every_row().await;
    let of_somebody: Vec<_> =
        rows.iter().filter(|(table, _)| !not_of_customers.contains(&table.as_str())).collect();
    assert!(of_somebody.is_empty(), "{of_somebody:?}");
    assert!(!rows.iter().any(|(_, row)| row.contains("Harbour") || row.contains("fca_")), "{rows:?}");
}

#[tokio::test]
async fn the_command_erases_too_and_a_token_makes_somebody_a_customer_again() {
    let (shop, _app) = after_much().await;
    let (code, told, _) = operate(&shop, &["customer", "erase", "cus_other"]);
    let told: Json = serde_json::from_str(&told).expect("JSON");
    assert_eq!(
        (code, &told["customer"], told["erased"]["contacts"].as_u64()),
        (Some(0), &json!("cus_other"), Some(1))
    );
    assert_eq!(left_of(&shop, &NAMES, &MASKS).await, []);
    assert_eq!(operate(&shop, &["customer", "erase", "Tom"]).0, Some(2));
    assert_eq!(send(shop.ask_for_token(json!({"customer": "cus_other", "name": "Tom Okafor"}))).await.0, 201);
    assert_eq!(shop.value("SELECT COUNT(name_sealed) FROM contacts WHERE customer = 'cus_other'").await, "1");
    assert!(shop.rows.values("SELECT id FROM accounts").await.contains(&"fca_other".to_owned()));
}

#[tokio::test]
async fn an_erasure_needs_a_key_and_the_id_of_a_customer() {
    let (shop, _app) = open_app(&[]).await;
    problem(shop.http.delete(format!("{}/v1/customers/cus_demo", shop.base)), 401, "not_authenticated").await;
    let usual = shop.http.delete(format!("{}/v1/customers/cus_demo", shop.base)).bearer_auth(KEY);
    problem(usual, 403, "forbidden").await;
    assert_eq!(count(&shop, "erased").await, "0");
    erase(&shop, "cus_nobody").await;
    let wrong = shop.http.delete(format!("{}/v1/customers/fca_any", shop.base)).bearer_auth(ERASER);
    problem(wrong, 400, "invalid_request").await;
}
