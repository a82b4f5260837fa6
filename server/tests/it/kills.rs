//! The program is killed (SIGKILL) at random moments under load, and nothing that it acknowledged is lost or done
//! twice. A few kills here; `cargo xtask kills` does many.

use crate::dice::{Dice, number};
use crate::process::Instance;
use crate::rows::Rows;
use crate::shop::{Shop, Stripe, Time, id};
use relink_wire::Json;
use serde_json::json;
use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Customers at once.
const BROWSERS: usize = 24;
/// How long a browser waits before it sends the same request again.
const PAUSE: Duration = Duration::from_millis(50);
/// An act must be over by then, whatever dies: a lease and plenty.
const NO_DEAD_END: Duration = Duration::from_secs(60);
pub const ACCOUNTS: [&str; 12] = [
    "fca_access_expired",
    "fca_access_denied",
    "fca_account_unavailable",
    "fca_institution_requirement",
    "fca_unspecified",
    "fca_unknown_cause",
    "fca_expected_deactivation",
    "fca_permissions",
    "fca_everything",
    "fca_healthy",
    "fca_any",
    "fca_several",
];

/// The answer a browser got.
pub struct JournalLine {
    pub session: Json,
    pub path: String,
    pub key: String,
    pub body: Json,
    pub done: Json,
}

/// What is counted on the way.
#[derive(Default)]
struct Counts {
    broken: AtomicUsize,
    replayed: AtomicUsize,
    waited: AtomicUsize,
}

/// Sends until there is an answer that a retry cannot change, to one instance after the other.
async fn until_answered(bases: &[Shop], path: &str, key: &str, body: &Json, counts: &Counts) -> (u16, Json) {
    let begun = Instant::now();
    for shop in bases.iter().cycle() {
        match shop.post(path, key, body.clone()).send().await {
            Err(_) => counts.broken.fetch_add(1, Ordering::Relaxed),
            Ok(answer) if answer.status() == 409 || answer.status().is_server_error() => {
                counts.waited.fetch_add(1, Ordering::Relaxed)
            }
            Ok(answer) => {
                let status = answer.status().as_u16();
                let is_replay = answer.headers().contains_key("idempotent-replayed");
                // Cut off in the middle of its body is no answer either.
                let Ok(text) = answer.text().await else { continue };
                if is_replay {
                    counts.replayed.fetch_add(1, Ordering::Relaxed);
                }
                return (status, serde_json::from_str(&text).expect("JSON"));
            }
        };
        assert!(begun.elapsed() < NO_DEAD_END, "{path} {key} has no answer");
        tokio::time::sleep(PAUSE).await;
    }
    unreachable!("the list of instances is not empty");
}

/// One customer after the other, until it is over.
async fn browse(
    number: usize,
    bases: Vec<Shop>,
    is_over: Arc<AtomicBool>,
    counts: Arc<Counts>,
) -> Vec<JournalLine> {
    let account = ACCOUNTS[number % ACCOUNTS.len()];
    let mut all = Vec::new();
    while !is_over.load(Ordering::Relaxed) {
        let act = format!("{number}-{}", all.len());
        let wanted = json!({ "account": account });
        let (status, session) =
            until_answered(&bases, "/relink/sessions", &format!("open-{act}"), &wanted, &counts).await;
        assert_eq!(status, 201, "{session}");
        let secret = session["handoff"]["client_secret"].as_str().expect("a secret");
        let (stripe_session, _) = secret.split_once("_secret_").expect("a session's secret");
        let finish = format!("financial_connections/sessions/{stripe_session}/finish");
        bases[0].stripe.tell(&finish, &[("outcome", "agreed"), ("accounts[]", account)]).await;
        let path = format!("/relink/sessions/{}/complete", id(&session));
        let (key, body) = (format!("complete-{act}"), json!({ "accounts": [account] }));
        let (status, done) = until_answered(&bases, &path, &key, &body, &counts).await;
        assert_eq!((status, done["status"].as_str()), (200, Some("succeeded")), "{done}");
        all.push(JournalLine { session, path, key, body, done });
    }
    all
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_any_moment_it_loses_no_completion_that_it_acknowledged_and_makes_none_twice() {
    let kills = number("RELINK_TEST_KILLS").unwrap_or(6);
    let mut dice = Dice::new();
    let (stripe, rows) = (Stripe::start().await, Rows::new().await);
    let mut instances = [Instance::start(&stripe, &rows), Instance::start(&stripe, &rows)];
    let shop = Shop::at(instances[0].base.clone(), stripe, rows, Time::default()).await;
    let bases = vec![shop.clone(), shop.through(&instances[1].base)];
    let (is_over, counts) = (Arc::new(AtomicBool::new(false)), Arc::new(Counts::default()));
    let browsing: Vec<_> = (0..BROWSERS)
        .map(|number| {
            let mut bases = bases.clone();
            bases.rotate_left(number % 2);
            tokio::spawn(browse(number, bases, is_over.clone(), counts.clone()))
        })
        .collect();
    for _ in 0..kills {
        // The random moment: it is what is tested, not what is waited for.
        tokio::time::sleep(Duration::from_millis(dice.roll(400))).await;
        let victim = &mut instances[dice.roll(2) as usize];
        tokio::task::block_in_place(|| victim.kill_and_start_again(&shop.stripe, &shop.rows));
    }
    is_over.store(true, Ordering::Relaxed);
    let mut told = Vec::new();
    for browser in browsing {
        told.extend(browser.await.expect("a browser that came to its end"));
    }

    let kept: HashSet<String> =
        shop.rows.values("SELECT session FROM completions").await.into_iter().collect();
    let lost = told.iter().filter(|told| !kept.contains(id(&told.session))).count();
    let opened = shop.value("SELECT COUNT(*) FROM relink_sessions").await;
    println!(
        "{kills} kills under {BROWSERS} browsers: {} completions acknowledged, {lost} lost, {} sessions opened for as \
         many keys; {} requests broken off, {} answered with what was kept, {} told to come again",
        told.len(),
        opened,
        counts.broken.load(Ordering::Relaxed),
        counts.replayed.load(Ordering::Relaxed),
        counts.waited.load(Ordering::Relaxed),
    );
    assert_eq!(lost, 0);
    assert_eq!((kept.len(), opened), (told.len(), told.len().to_string()));
    assert!(told.len() >= BROWSERS && counts.broken.load(Ordering::Relaxed) > 0, "there was no load");
    for told in &told {
        let again = until_answered(&bases, &told.path, &told.key, &told.body, &counts).await;
        assert_eq!(again, (200, told.done.clone()));
    }
}
