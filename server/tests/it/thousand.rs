//! Two instances of the program under a load of requests for the same accounts, killed (SIGKILL) while they send: each
//! customer is asked once about each account, nothing is lost, and what comes twice has the same Message-ID.
//!
//! A few accounts here; `cargo xtask kills` does a thousand.

use crate::dice::{Dice, number};
use crate::hosted::ask;
use crate::process::{Instance, Process, command};
use crate::rows::Rows;
use crate::shop::{Shop, Stripe, Time};
use relink_wire::Json;
use serde_json::json;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;

/// A request must be answered by then, and something sent, whatever dies: a lease and plenty.
const NO_DEAD_END: Duration = Duration::from_secs(60);
/// Those who ask, each for every account.
const ASKING: usize = 4;

fn account(number: usize) -> String {
    if number == 1 { "fca_many".into() } else { format!("fca_many_{number:04}") }
}

fn start(stripe: &Stripe, rows: &Rows, smtp: &str, listen: &str) -> Instance {
    let mut program = command(stripe, rows, listen);
    // The answer to a second request within 48 hours is the one that is counted here, not that of a bucket.
    program.env("SMTP_URL", smtp).env("RELINK_RATE_LIMITS", "api_key=100000/1000000");
    Process::spawn(&mut program).started()
}

/// Asks for every account at one instance after the other, until each answer is one that a retry cannot change.
/// Answers how often the customer was asked.
async fn ask_for_all(bases: Vec<Shop>, who: usize, accounts: usize, answered: Arc<AtomicUsize>) -> usize {
    let mut asked = 0;
    for number in 1..=accounts {
        let begun = Instant::now();
        let (key, body) =
            (format!("{who}-{number}"), json!({"account": account(number), "delivery": "email"}));
        for shop in bases.iter().cycle() {
            assert!(begun.elapsed() < NO_DEAD_END, "{key} has no answer");
            match ask(shop, &key, body.clone()).send().await.map(|answer| answer.status().as_u16()) {
                Ok(202) => asked += 1,
                Ok(429) => {}
                Ok(409 | 500..) | Err(_) => continue,
                Ok(other) => panic!("{key}: {other}"),
            }
            break;
        }
        answered.fetch_add(1, Ordering::Relaxed);
    }
    asked
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_instances_under_load_and_killed_send_each_account_one_mail() {
    let accounts = number("RELINK_TEST_ACCOUNTS").unwrap_or(60) as usize;
    let kills = number("RELINK_TEST_KILLS").unwrap_or(4);
    let mut dice = Dice::new();
    let (stripe, rows) = (Stripe::start().await, Rows::new().await);
    let smtp = stripe.smtp().await;
    let mut instances = [0, 1].map(|_| start(&stripe, &rows, &smtp, "127.0.0.1:0"));
    let listen = [0, 1].map(|at: usize| instances[at].base.replace("http://", ""));
    let shop = Shop::at(instances[0].base.clone(), stripe, rows, Time::default()).await;
    let bases = vec![shop.clone(), shop.through(&instances[1].base)];
    let answered = Arc::new(AtomicUsize::new(0));
    let asking: Vec<_> = (0..ASKING)
        .map(|who| {
            let mut bases = bases.clone();
            bases.rotate_left(who % 2);
            tokio::spawn(ask_for_all(bases, who, accounts, answered.clone()))
        })
        .collect();
    for kill in 0..kills as usize {
        // Spread over the whole of it.
        while answered.load(Ordering::Relaxed) < accounts * ASKING * kill / kills as usize {
            assert!(!asking.iter().all(JoinHandle::is_finished), "there is nobody left who asks");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        // The random moment: it is what is tested, not what is waited for.
        tokio::time::sleep(Duration::from_millis(dice.roll(300))).await;
        let victim = dice.roll(2) as usize;
        tokio::task::block_in_place(|| {
            instances[victim].kill();
            instances[victim] = start(&shop.stripe, &shop.rows, &smtp, &listen[victim]);
        });
    }
    let mut asked = 0;
    for one in asking {
        asked += one.await.expect("an answer for every account");
    }
    assert_eq!(asked, accounts, "of those who ask about an account one is told that a mail is sent");
    // What a killed instance held is free again when its lease is over.
    let (mut moved, mut waiting) = (Instant::now(), String::new());
    while waiting != "0" {
        let now = shop.value("SELECT COUNT(*) FROM outbox WHERE status = 'queued'").await;
        if now != waiting {
            (moved, waiting) = (Instant::now(), now);
        }
        assert!(moved.elapsed() < NO_DEAD_END, "something is never sent");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let mails = shop.stripe.mails().await;
    let mut ids: HashMap<String, HashSet<String>> = HashMap::new();
    for mail in &mails {
        let about = mail["text"].as_str().and_then(|text| text.split("Account ").nth(1));
        let about = about.and_then(|rest| rest.split_whitespace().next()).expect("an account").to_owned();
        ids.entry(about).or_default().insert(text(mail, "message_id"));
    }
    println!(
        "{accounts} accounts, {kills} kills: {} mails, {} of them twice",
        mails.len(),
        mails.len() - accounts
    );
    assert_eq!(ids.len(), accounts, "none is lost");
    assert!(ids.values().all(|ids| ids.len() == 1), "what comes twice is the same mail");
    assert_eq!(shop.value("SELECT COUNT(*) FROM hosted_relinks").await, accounts.to_string());
}

fn text(mail: &Json, field: &str) -> String {
    mail[field].as_str().expect("text").to_owned()
}
