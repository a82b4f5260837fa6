//! The tables brought up to date by a command of their own, and a server that leaves them alone.

use crate::process::Instance;
use crate::rows::Rows;
use crate::shop::{KEY, Shop, Stripe, Time, send};
use relink_hosted::api_key_fingerprint;
use serde_json::json;
use std::process::Command;

/// What a command ends with, and what it says.
pub fn run(rows: &Rows, arguments: &[&str], more: &[(&str, &str)]) -> (Option<i32>, String, String) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_relink-server"));
    program.env_clear().env(rows.variable, &rows.place).envs(more.iter().copied()).args(arguments);
    let ended = program.output().expect("it starts");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    (ended.status.code(), text(ended.stdout), text(ended.stderr))
}

/// What the server says that does not start.
fn refuses(rows: &Rows, migrate: &str) -> String {
    let variables = crate::shop::variables("http://127.0.0.1:9", rows);
    let mut more: Vec<(&str, &str)> = variables.to_vec();
    more.extend([("RELINK_LISTEN", "127.0.0.1:0"), ("RELINK_MIGRATE", migrate)]);
    let (code, told, said) = run(rows, &[], &more);
    assert_eq!((code, told.as_str(), said.lines().count()), (Some(2), "", 1), "{said}");
    said
}

#[tokio::test]
async fn a_command_applies_what_is_missing_says_so_and_the_next_finds_nothing_to_do() {
    let rows = Rows::new().await;
    if !rows.is_file() {
        // A file is not there yet: that is another sentence.
        let (code, _, said) = run(&rows, &["migrate", "--check"], &[]);
        assert_eq!(code, Some(2), "{said}");
        assert!(said.contains("older than this program: run `relink-server migrate`"), "{said}");
    }
    let (code, told, said) = run(&rows, &["migrate"], &[]);
    assert_eq!(code, Some(0), "{said}");
    assert!(told.starts_with("Applied 0001 first, 0002 hosted, ") && told.contains("0008 operate"), "{told}");
    for arguments in [&["migrate"][..], &["migrate", "--check"]] {
        let (code, told, said) = run(&rows, arguments, &[]);
        assert_eq!(code, Some(0), "{said}");
        assert!(told.starts_with("The database's tables are up to date (migration 0"), "{told}");
    }
}

#[tokio::test]
async fn a_server_that_may_not_migrate_says_of_older_and_of_newer_tables_what_to_do() {
    let rows = Rows::new().await;
    assert_eq!(run(&rows, &["migrate"], &[]).0, Some(0));
    rows.run("DELETE FROM _sqlx_migrations WHERE version = 8").await;
    let said = refuses(&rows, "never");
    assert!(said.contains("older than this program") && said.contains("missing: 0008 operate"), "{said}");
    let (yes, bytes) = if rows.is_file() { ("1", "x'00'") } else { ("TRUE", "'\\x00'") };
    rows.run(&format!(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9001, 'newer', {yes}, {bytes}, 0)"
    ))
    .await;
    rows.run("UPDATE least_migration SET version = 9001").await;
    for migrate in ["never", "auto"] {
        let said = refuses(&rows, migrate);
        assert!(said.contains("newer than this program (migration 9001) and it cannot use them"), "{said}");
    }
    assert!(refuses(&rows, "planted").contains("RELINK_MIGRATE must be auto or never"));
}

/// A rolling change is taken back: the program before starts on tables that were made so that it can use them.
#[tokio::test]
async fn a_program_serves_on_newer_tables_that_leave_it_room() {
    let (stripe, rows) = (Stripe::start().await, Rows::new().await);
    assert_eq!(run(&rows, &["migrate"], &[]).0, Some(0));
    let (yes, bytes) = if rows.is_file() { ("1", "x'00'") } else { ("TRUE", "'\\x00'") };
    rows.run(&format!(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9001, 'newer', {yes}, {bytes}, 0); ALTER TABLE accounts ADD COLUMN of_the_next_version TEXT"
    ))
    .await;
    for migrate in ["never", "auto"] {
        let more = [("RELINK_MIGRATE", migrate)];
        let instance = Instance::start_with(&stripe, &rows, &more);
        assert_eq!(reqwest::get(format!("{}/readyz", instance.base)).await.expect("an answer").status(), 200);
    }
    let (code, told, _) = run(&rows, &["migrate", "--check"], &[]);
    assert!(code == Some(0) && told.contains("newer than this program (migration 9001)"), "{told}");
}

/// Only a server has users; where the tests run on files there is none to ask.
#[tokio::test]
async fn a_server_that_may_not_change_tables_serves_as_a_user_with_no_such_right() {
    let (stripe, rows) = (Stripe::start().await, Rows::new().await);
    if rows.is_file() {
        return;
    }
    assert_eq!(run(&rows, &["migrate"], &[]).0, Some(0));
    let mut url = reqwest::Url::parse(&rows.place).expect("an address");
    let role = format!("serves_{}", url.path().trim_start_matches('/'));
    rows.run(&format!(
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC; CREATE ROLE {role} LOGIN; GRANT USAGE ON SCHEMA public TO {role};
         GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}"
    ))
    .await;
    let others =
        url.query_pairs().filter(|(name, _)| name != "user").map(|(name, value)| (name.into(), value.into()));
    let others: Vec<(String, String)> = others.collect();
    url.query_pairs_mut().clear().extend_pairs(others).append_pair("user", &role);
    let more = [("DATABASE_URL", url.as_str()), ("RELINK_MIGRATE", "never")];
    {
        let instance = Instance::start_with(&stripe, &rows, &more);
        let shop = Shop::at(instance.base.clone(), stripe, rows, Time::default()).await;
        let session = shop.session("k1", json!({"account": "fca_access_expired"})).await;
        shop.at_the_bank(&session, "agreed", &["fca_access_expired"]).await;
        let (status, done) = shop.complete(&session, "k2", json!(["fca_access_expired"])).await;
        assert_eq!((status, done["status"].as_str()), (200, Some("succeeded")), "{done}");
        // Such a user cannot do what it may not, either.
        shop.rows.run("DELETE FROM _sqlx_migrations WHERE version = 8").await;
        let (code, _, said) = run(&shop.rows, &["migrate"], &more);
        assert!(code == Some(2) && said.contains("may not do that"), "{said}");
        shop.rows.run(&format!("DROP OWNED BY {role}")).await;
    }
}

/// Rows that an earlier version wrote, as its tables were: whoever comes after must still read them.
#[tokio::test]
async fn rows_of_the_first_tables_are_still_served() {
    let (stripe, rows) = (Stripe::start().await, Rows::new().await);
    rows.migrate_to(2).await;
    let key = api_key_fingerprint(KEY);
    // Not so old that retention takes them.
    let now = Time::default().now();
    rows.run(&format!(
        "INSERT INTO api_keys (fingerprint, name, created_at) VALUES ('{key}', 'demo', {now});
         INSERT INTO accounts (id, customer, status, object, read_at_ms)
             VALUES ('fca_old', 'cus_demo', 'inactive', '{{\"id\": \"fca_old\", \"status\": \"inactive\"}}', {now}000);
         INSERT INTO relink_sessions (id, customer, mount, stripe_session, status, created_at, expires_at, authorization_id,
             permissions, shown_accounts, handoff_sealed, read_at_ms)
             VALUES ('rls_old', 'cus_demo', 'payments', 'fcsess_old', 'cancelled', {now}, {now}, 'fcauth_old', '[]', '[]', '', {now}000);
         INSERT INTO idempotency_keys (customer, idempotency_key, fingerprint, run, locked_until, created_at)
             VALUES ('cus_demo', 'old', 'x', 'run_1', 0, {now})"
    ))
    .await;
    let instance = Instance::start(&stripe, &rows);
    let shop = Shop::at(instance.base.clone(), stripe, rows, Time::default()).await;
    let list = shop.http.get(format!("{}/v1/accounts?customer=cus_demo", shop.base)).bearer_auth(KEY);
    let (status, told) = send(list).await;
    assert!(status == 200 && told.to_string().contains("fca_old"), "{told}");
    let (status, session) = send(shop.get("/relink/sessions/rls_old")).await;
    assert_eq!((status, session["status"].as_str()), (200, Some("cancelled")), "{session}");
    let (status, told) = send(shop.post("/relink/sessions", "new", json!({"account": "fca_any"}))).await;
    assert_eq!(status, 201, "{told}");
}
