//! How many relinks one instance completes in a second, beside how often the same disk commits the rows that a relink leaves.
//! Shortly here; `cargo xtask bench --backend` measures for long, and a release build. The customers and the sandbox are on the
//! same machine and take most of its processors; what the server itself needs of them is measured beside it. Where
//! `TEST_DISK_MS` says how long the disk takes, server, database and raw commits all wait for it (`xtask/src/slow_disk.rs`).

use crate::dice::number;
use crate::process::{Instance, processor_ms};
use crate::rows::Rows;
use crate::shop::{Shop, Stripe, Time, id, send};
use serde_json::json;
use std::time::{Duration, Instant};

/// How many customers are one instance's worth of load: each relinks, and at once again. And in a short run.
const CUSTOMERS: usize = 8;
const FEW_CUSTOMERS: usize = 2;
/// In instances' worth.
const LOADS: [usize; 3] = [1, 4, 16];
/// How long Stripe takes for each answer, in milliseconds.
const DELAYS: [&str; 3] = ["0", "100", "300"];
/// What a relink commits, one after the other: a key is taken, and what was done is kept with its answer; for the session, and
/// for its completion.
const COMMITS: [&str; 4] = [
    "INSERT INTO raw_idempotency_keys SELECT * FROM idempotency_keys LIMIT 1",
    "INSERT INTO raw_relink_sessions SELECT * FROM relink_sessions LIMIT 1",
    "INSERT INTO raw_idempotency_keys SELECT * FROM idempotency_keys LIMIT 1",
    "INSERT INTO raw_completions SELECT * FROM completions LIMIT 1",
];

/// How many customers there are at most.
const CROWD: usize = 16 * CUSTOMERS;

/// What one customer waited for, in milliseconds.
#[derive(Default)]
struct Waits {
    created: Vec<u64>,
    completed: Vec<u64>,
}

fn millis(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}

/// The value that one in a hundred is above.
fn p99(mut values: Vec<u64>) -> u64 {
    values.sort_unstable();
    values.get(values.len() * 99 / 100).copied().unwrap_or_default()
}

/// One relink after the other, by a customer with an account of their own. Whatever else the page does is left out, since it
/// would be measured too.
async fn relink(mut shop: Shop, nth_customer: usize, act: String, until: Instant) -> Waits {
    let account = format!("fca_crowd_{nth_customer}");
    shop.sign_in_as(&format!("cus_crowd_{nth_customer}"));
    shop.token().await;
    let mut waits = Waits::default();
    loop {
        let nth = waits.completed.len();
        let begun = Instant::now();
        let created =
            shop.post("/relink/sessions", &format!("open-{act}-{nth}"), json!({"account": account}));
        let (status, session) = send(created).await;
        assert_eq!(status, 201, "{session}");
        waits.created.push(millis(begun));
        let secret = session["handoff"]["client_secret"].as_str().expect("a secret");
        let (at_stripe, _) = secret.split_once("_secret_").expect("a session's secret");
        let finish = format!("financial_connections/sessions/{at_stripe}/finish");
        shop.stripe.tell(&finish, &[("outcome", "agreed"), ("accounts[]", &account)]).await;
        let begun = Instant::now();
        let path = format!("/relink/sessions/{}/complete", id(&session));
        let completed = shop.post(&path, &format!("complete-{act}-{nth}"), json!({"accounts": [account]}));
        let (status, done) = send(completed).await;
        assert_eq!((status, done["status"].as_str()), (200, Some("succeeded")), "{done}");
        waits.completed.push(millis(begun));
        if Instant::now() > until {
            return waits;
        }
    }
}

/// How many relinks' worth of rows the database commits in a second when nobody does anything else, with as many customers.
async fn raw(rows: &Rows, customers: usize, span: Duration) -> f64 {
    for table in ["idempotency_keys", "relink_sessions", "completions"] {
        rows.run(&format!("DROP TABLE IF EXISTS raw_{table}")).await;
        rows.run(&format!("CREATE TABLE raw_{table} AS SELECT * FROM {table} LIMIT 0")).await;
    }
    // SQLite has one writer at a time.
    let pool = rows.pool(if rows.is_file() { 1 } else { 16 }).await;
    let begun = Instant::now();
    let committing: Vec<_> = (0..customers)
        .map(|_| {
            let pool = pool.clone();
            tokio::spawn(async move {
                let mut relinks = 0;
                while begun.elapsed() < span {
                    for commit in COMMITS {
                        sqlx::query(commit).execute(&pool).await.expect("a commit");
                    }
                    relinks += 1;
                }
                relinks
            })
        })
        .collect();
    let mut relinks = 0;
    for one in committing {
        relinks += one.await.expect("nobody panicked");
    }
    f64::from(relinks) / begun.elapsed().as_secs_f64()
}

/// For how long the database's server has kept a processor busy; a file has none.
async fn database_ms(rows: &Rows) -> Option<u64> {
    processor_ms(std::process::id())?;
    if rows.is_file() {
        return Some(0);
    }
    let processes = rows.values("SELECT CAST(pid AS TEXT) FROM pg_stat_activity").await;
    Some(processes.iter().filter_map(|process| processor_ms(process.parse().ok()?)).sum())
}

/// For how long they have kept a processor busy: the server, the database, and the customers with Stripe.
async fn busy_ms(instance: &Instance, rows: &Rows) -> [Option<u64>; 3] {
    [instance.processor_ms(), database_ms(rows).await, processor_ms(std::process::id())]
}

/// How long the disk takes for one row, written by nobody but this: the median of some, in milliseconds.
async fn commit_ms(rows: &Rows) -> f64 {
    let pool = rows.pool(1).await;
    sqlx::raw_sql("CREATE TABLE commits (row BIGINT)").execute(&pool).await.expect("a table");
    let mut times = Vec::new();
    for _ in 0..21 {
        let begun = Instant::now();
        sqlx::query("INSERT INTO commits VALUES (1)").execute(&pool).await.expect("a commit");
        times.push(begun.elapsed().as_secs_f64() * 1000.0);
    }
    times.sort_unstable_by(f64::total_cmp);
    times[times.len() / 2]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn relinks_in_a_second_beside_raw_commits_of_the_same_rows() {
    let seconds = number("RELINK_TEST_SECONDS");
    let span = seconds.map_or(Duration::from_millis(50), Duration::from_secs);
    let worth = if seconds.is_some() { CUSTOMERS } else { FEW_CUSTOMERS };
    let (stripe, rows) = (Stripe::start().await, Rows::new().await);
    stripe.tell("crowd", &[("customers", &CROWD.to_string())]).await;
    let every = "customer=1000000/10000000,api_key=1000000/10000000,address=1000000/10000000";
    let mut variables = vec![("RELINK_RATE_LIMITS", every), ("RELINK_STRIPE_CALLS", "1024")];
    // The server is started with no variables but its own.
    let ours = ["LD_PRELOAD", "TEST_DISK_MS", "RELINK_DATABASE_CONNECTIONS"];
    let ours = ours.map(|name| (name, std::env::var(name)));
    variables.extend(ours.iter().filter_map(|(name, value)| Some((*name, value.as_deref().ok()?))));
    let instance = Instance::start_with(&stripe, &rows, &variables);
    let commit_ms = commit_ms(&rows).await;
    let held_ms = number("TEST_DISK_MS").unwrap_or_default();
    assert!(
        commit_ms >= held_ms as f64,
        "a commit takes {commit_ms} ms, and the disk is said to take {held_ms}"
    );
    let shop = Shop::at(instance.base.clone(), stripe, rows, Time::default()).await;
    let database = if shop.rows.is_file() { "SQLite" } else { "PostgreSQL" };
    println!(
        "| database | a commit | load | Stripe | relinks a second | the processor for one, in ms: server + database + customers and Stripe | raw commits of their rows | share | p99 created | p99 completed |"
    );
    println!("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
    for load in LOADS {
        let customers = load * worth;
        // What the rows alone take does not depend on Stripe.
        let mut of_rows = None;
        for delay in DELAYS {
            let path = ("path", "/v1/financial_connections");
            shop.stripe.tell("faults", &[("times", "0")]).await;
            if delay != "0" {
                shop.stripe.tell("faults", &[("times", "100000000"), ("delay_ms", delay), path]).await;
            }
            let worked_before = busy_ms(&instance, &shop.rows).await;
            let begun = Instant::now();
            let relinking: Vec<_> = (1..=customers)
                .map(|nth| {
                    tokio::spawn(relink(shop.clone(), nth, format!("{load}-{delay}-{nth}"), begun + span))
                })
                .collect();
            let mut all = Waits::default();
            for one in relinking {
                let waits = one.await.expect("nobody panicked");
                all.created.extend(waits.created);
                all.completed.extend(waits.completed);
            }
            assert!(all.completed.len() >= customers);
            let ours = all.completed.len() as f64 / begun.elapsed().as_secs_f64();
            let worked_after = busy_ms(&instance, &shop.rows).await;
            let worked =
                worked_before.iter().zip(worked_after).map(|(before, after)| match (before, after) {
                    // Of the database's processes some may have ended.
                    (Some(before), Some(after)) => {
                        format!("{:.1}", after.saturating_sub(*before) as f64 / all.completed.len() as f64)
                    }
                    _ => "?".to_owned(),
                });
            let worked = worked.collect::<Vec<_>>().join(" + ");
            let raw = match of_rows {
                Some(raw) => raw,
                None => raw(&shop.rows, customers, span).await,
            };
            assert!(raw > 0.0);
            of_rows = Some(raw);
            println!(
                "| {database} | {commit_ms:.1} ms | {load} × {worth} customers | {delay} ms | {ours:.0} | {worked} | {raw:.0} | {:.0} % | {} ms | {} ms |",
                100.0 * ours / raw,
                p99(all.created),
                p99(all.completed),
            );
        }
    }
}
