//! Secrets are rotated without anything being lost: what the one before sealed or signed is taken until it may go.

use crate::hosted::{ask, open_app};
use crate::rows::Rows;
use crate::shop::{RELINK_SECRET, Shop, Stripe, WEBHOOK_SECRET, config, problem, send, serve};
use crate::webhooks::{deliver_signed, event};
use relink_backend::Secret;
use relink_seal::Seal;
use relink_server::Server;
use relink_store::reseal::SEALED_COLUMNS;
use serde_json::json;
use std::process::Command;

const NEXT: &str = "the relink secret that comes after the first";
const THIRD: &str = "the relink secret that comes after the second";
const ACCOUNT: &str = "fca_access_expired";

/// Another instance of the shop's relink-server, with these secrets.
async fn instance(shop: &Shop, secrets: &[(&str, &str)]) -> (Shop, Server) {
    let (base, server) = serve(config(&shop.stripe.base, &shop.rows, secrets), &shop.time).await;
    (shop.through(&base), server)
}

async fn refusal(stripe: &Stripe, rows: &Rows, secrets: &[(&str, &str)]) -> String {
    match Server::open(config(&stripe.base, rows, secrets)).await {
        Ok(_) => String::from("it starts"),
        Err(error) => error.to_string(),
    }
}

/// `relink-server reseal`, as an operator calls it.
fn reseal(rows: &Rows, secrets: &[(&str, &str)], arguments: &[&str]) -> (Option<i32>, String) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_relink-server"));
    program.env_clear().env(rows.variable, &rows.place).envs(secrets.iter().copied());
    let ended = program.arg("reseal").args(arguments).output().expect("it starts");
    let said = [ended.stdout, ended.stderr].concat();
    (ended.status.code(), String::from_utf8(said).expect("text"))
}

#[tokio::test]
async fn after_a_rotation_the_same_key_gives_the_same_answer_and_no_second_session() {
    let shop = Shop::open().await;
    let first = send(shop.post("/relink/sessions", "k1", json!({ "account": ACCOUNT }))).await;
    assert_eq!(first.0, 201, "{}", first.1);
    let rotated = [("RELINK_SECRET", NEXT), ("RELINK_SECRET_PREVIOUS", RELINK_SECRET)];
    let (next, _server) = instance(&shop, &rotated).await;
    // The page's token is one of the secret before.
    let again = send(next.post("/relink/sessions", "k1", json!({ "account": ACCOUNT }))).await;
    assert_eq!(again, first);
    assert_eq!(
        next.read(&first.1).await["handoff"],
        first.1["handoff"],
        "the way to the bank is still known"
    );
    assert_eq!(shop.value("SELECT COUNT(*) FROM relink_sessions").await, "1");
}

#[tokio::test]
async fn without_the_secret_before_it_does_not_start_and_says_so() {
    let shop = Shop::open().await;
    shop.session("k1", json!({ "account": ACCOUNT })).await;
    let refused = |secrets: &'static [(&str, &str)]| refusal(&shop.stripe, &shop.rows, secrets);
    assert_eq!(
        refused(&[("RELINK_SECRET", NEXT)]).await,
        "the database is sealed with another RELINK_SECRET: give that one as RELINK_SECRET_PREVIOUS, or take it back"
    );
    serve(
        config(
            &shop.stripe.base,
            &shop.rows,
            &[("RELINK_SECRET", NEXT), ("RELINK_SECRET_PREVIOUS", RELINK_SECRET)],
        ),
        &shop.time,
    )
    .await;
    assert!(refused(&[("RELINK_SECRET", NEXT)]).await.contains("until relink-server reseal has run"));
    assert!(refused(&[]).await.contains("another RELINK_SECRET"), "the one before alone opens nothing new");
    let third = refused(&[("RELINK_SECRET", THIRD), ("RELINK_SECRET_PREVIOUS", NEXT)]).await;
    assert!(third.contains("run relink-server reseal"), "{third}");
}

#[tokio::test]
async fn an_instance_that_has_not_got_the_new_secret_says_not_now_and_does_nothing_twice() {
    let shop = Shop::open().await;
    let (next, _server) =
        instance(&shop, &[("RELINK_SECRET", NEXT), ("RELINK_SECRET_PREVIOUS", RELINK_SECRET)]).await;
    shop.token().await;
    let made = send(next.post("/relink/sessions", "k1", json!({ "account": ACCOUNT }))).await;
    assert_eq!(made.0, 201, "{}", made.1);
    problem(shop.post("/relink/sessions", "k1", json!({ "account": ACCOUNT })), 503, "provider_unavailable")
        .await;
    assert_eq!(shop.value("SELECT COUNT(*) FROM relink_sessions").await, "1");
    // One that was given it beforehand, as the one that is to come, reads what the new ones write.
    let ready = [("RELINK_SECRET", RELINK_SECRET), ("RELINK_SECRET_PREVIOUS", NEXT)];
    let (ready, _server) = instance(&shop, &ready).await;
    assert_eq!(send(ready.post("/relink/sessions", "k1", json!({ "account": ACCOUNT }))).await, made);
}

#[tokio::test]
async fn once_everything_is_sealed_anew_the_secret_before_may_go() {
    let (shop, app) = open_app(&[]).await;
    let made = send(shop.post("/relink/sessions", "k1", json!({ "account": ACCOUNT }))).await;
    // A mail that waits, a link, and more answers than are sealed anew at a time.
    let (status, _) = send(ask(&shop, "k1", json!({"account": ACCOUNT, "delivery": "email"}))).await;
    assert_eq!(status, 202);
    let old = Seal::new(&Secret::new(RELINK_SECRET));
    for many in 0..450 {
        let (owner, key) = (format!("cus_{}", many % 2), format!("k{many}"));
        let sealed = old.close(&format!("answer {owner} {key}"), b"{}");
        shop.rows
            .run(&format!(
                "INSERT INTO idempotency_keys (owner, idempotency_key, fingerprint, run, locked_until, status, answer_sealed, created_at)
                 VALUES ('{owner}', '{key}', '', '', 0, 200, '{sealed}', 0)"
            ))
            .await;
    }
    let rotated = [("RELINK_SECRET", NEXT), ("RELINK_SECRET_PREVIOUS", RELINK_SECRET)];
    let (code, said) = reseal(&shop.rows, &rotated, &[]);
    assert_eq!(code, Some(0), "{said}");
    for line in [
        "contacts.name_sealed: 2 sealed anew",
        "contacts.email_sealed: 2 sealed anew",
        "relink_sessions.handoff_sealed: 1 sealed anew",
        "outbox.content_sealed: 1 sealed anew",
        "idempotency_keys.answer_sealed: 452 sealed anew",
        "Everything is encrypted with RELINK_SECRET: RELINK_SECRET_PREVIOUS can be removed.",
    ] {
        assert!(said.contains(line), "{line}: {said}");
    }
    let (code, again) = reseal(&shop.rows, &[("RELINK_SECRET", NEXT)], &[]);
    assert!(code == Some(0) && again.contains("contacts.name_sealed: 0 sealed anew"), "{again}");
    drop(app);
    let (next, server) = instance(&shop, &[("RELINK_SECRET", NEXT)]).await;
    next.token_of_this_instance().await;
    assert_eq!(send(next.post("/relink/sessions", "k1", json!({ "account": ACCOUNT }))).await, made);
    let contact = server.hosted.contact("cus_demo").await.expect("a database").expect("a contact");
    assert_eq!(contact.email.as_deref(), Some("maya@customer.example"));
    assert!(refusal(&shop.stripe, &shop.rows, &[]).await.contains("another RELINK_SECRET"));
}

#[tokio::test]
async fn what_no_secret_opens_is_said_and_given_up_only_where_that_is_asked_for() {
    let shop = Shop::open().await;
    let made = shop.session("k1", json!({ "account": ACCOUNT })).await;
    let next = [("RELINK_SECRET", NEXT)];
    let (code, said) = reseal(&shop.rows, &next, &[]);
    assert!(code == Some(2) && said.contains("another RELINK_SECRET"), "{said}");
    let (code, said) = reseal(&shop.rows, &next, &["--drop-unreadable"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("relink_sessions.handoff_sealed: 0 sealed anew, 1 given up"), "{said}");
    let (next, _server) = instance(&shop, &next).await;
    next.token_of_this_instance().await;
    assert!(next.read(&made).await["handoff"].is_null(), "the widget asks for another session");
    let again = next.session("k2", json!({ "account": ACCOUNT })).await;
    assert!(!again["handoff"].is_null(), "and gets one that leads to the bank: {again}");
}

#[tokio::test]
async fn what_a_version_before_sealed_without_an_id_opens_and_what_it_left_in_the_clear_is_sealed() {
    let shop = Shop::open().await;
    let first = send(shop.post("/relink/sessions", "k1", json!({ "account": ACCOUNT }))).await;
    for statement in [
        "UPDATE idempotency_keys SET answer_sealed = SUBSTR(answer_sealed, 14)",
        "UPDATE relink_sessions SET handoff_sealed = SUBSTR(handoff_sealed, 14)",
        "UPDATE contacts SET name = 'Planted Lindqvist', email = 'planted@customer.example',
             name_sealed = NULL, email_sealed = NULL WHERE customer = 'cus_demo'",
        "DELETE FROM binding",
    ] {
        shop.rows.run(statement).await;
    }
    assert!(
        refusal(&shop.stripe, &shop.rows, &[("RELINK_SECRET", NEXT)]).await.contains("another RELINK_SECRET")
    );
    let rotated = [("RELINK_SECRET", NEXT), ("RELINK_SECRET_PREVIOUS", RELINK_SECRET)];
    let (next, server) = instance(&shop, &rotated).await;
    assert_eq!(send(next.post("/relink/sessions", "k1", json!({ "account": ACCOUNT }))).await, first);
    let contact = server.hosted.contact("cus_demo").await.expect("a database").expect("a contact");
    assert_eq!(contact.name.as_deref(), Some("Planted Lindqvist"));
    let clear = "SELECT COUNT(*) FROM contacts WHERE name IS NOT NULL OR email IS NOT NULL";
    assert_eq!(shop.value(clear).await, "0");
    let (_, said) = reseal(&shop.rows, &rotated, &[]);
    assert!(said.contains("can be removed"), "{said}");
    assert_eq!(send(next.post("/relink/sessions", "k1", json!({ "account": ACCOUNT }))).await, first);
}

#[tokio::test]
async fn a_customers_name_and_address_do_not_rest_in_the_clear() {
    let shop = Shop::open().await;
    let body =
        json!({"customer": "cus_new", "name": "Planted Person", "email": "planted.person@customer.example"});
    assert_eq!(send(shop.ask_for_token(body)).await.0, 201);
    let all = shop.rows.everything().await;
    assert!(all.contains("cus_new") && !all.contains("Planted Person") && !all.contains("planted.person"));
}

#[tokio::test]
async fn every_column_of_sealed_texts_is_one_that_reseal_knows() {
    let shop = Shop::open().await;
    let columns = if shop.rows.is_file() {
        "SELECT m.name || '.' || c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c
         WHERE m.type = 'table' AND c.name LIKE '%\\_sealed' ESCAPE '\\'"
    } else {
        "SELECT CAST(table_name || '.' || column_name AS TEXT) FROM information_schema.columns
         WHERE table_schema = 'public' AND column_name LIKE '%\\_sealed' ESCAPE '\\'"
    };
    let mut known: Vec<String> =
        SEALED_COLUMNS.iter().map(|column| format!("{}.{}", column.table, column.column)).collect();
    known.sort_unstable();
    assert_eq!(shop.rows.values(columns).await, known);
}

#[tokio::test]
async fn stripes_events_are_believed_under_the_webhook_secret_before_too() {
    let rotated =
        [("STRIPE_WEBHOOK_SECRET", "whsec_next"), ("STRIPE_WEBHOOK_SECRET_PREVIOUS", WEBHOOK_SECRET)];
    let shop = Shop::open_with(&rotated).await;
    let deactivated = "financial_connections.account.deactivated";
    assert_eq!(deliver_signed(&shop, &event("evt_1", deactivated, "fca_healthy", 1)).await, 200);
    let gone = Shop::open_with(&rotated[..1]).await;
    assert_eq!(deliver_signed(&gone, &event("evt_1", deactivated, "fca_healthy", 1)).await, 400);
}
