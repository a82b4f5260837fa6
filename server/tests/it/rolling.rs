//! A rolling change: of two instances under load one after the other is asked to stop (SIGTERM) and another starts in its place,
//! while a load balancer sends requests to those only that say they are ready. No request fails, and nothing is lost or doubled. A few
//! changes here; `cargo xtask kills` does many.

use crate::dice::number;
use crate::hosted::ask;
use crate::kills::{ACCOUNTS, JournalLine};
use crate::process::Instance;
use crate::rows::Rows;
use crate::shop::{Call, Shop, Stripe, Time, id};
use relink_wire::Json;
use serde_json::json;
use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Customers at once.
const BROWSERS: usize = 8;
/// How often the load balancer asks.
const PROBE: Duration = Duration::from_millis(50);
/// How long an instance still serves at most: until the load balancer has found out, and a second signal says so.
const DRAIN: (&str, &str) = ("RELINK_DRAIN_SECONDS", "300");
/// Probes after the first that found an instance not ready: what was sent to it before has arrived.
const PROBES_AFTER: usize = 3;
/// Nothing may take longer.
const NO_DEAD_END: Duration = Duration::from_secs(60);

/// What stands before the instances.
struct Balancer {
    bases: [Shop; 2],
    is_ready: [AtomicBool; 2],
    next: AtomicUsize,
    /// How often all were asked.
    probes: AtomicUsize,
    /// How often the answer was to come again: the database was busy.
    waited: AtomicUsize,
    is_over: AtomicBool,
}

impl Balancer {
    /// Asks every instance again and again whether it is ready.
    async fn probe(self: Arc<Self>) {
        let http = reqwest::Client::builder().timeout(PROBE * 10).build().expect("a client");
        let mut time = tokio::time::interval(PROBE);
        while !self.is_over.load(Ordering::Relaxed) {
            time.tick().await;
            for (shop, is_ready) in self.bases.iter().zip(&self.is_ready) {
                let answer = http.get(format!("{}/readyz", shop.base)).send().await;
                is_ready.store(answer.is_ok_and(|answer| answer.status() == 200), Ordering::SeqCst);
            }
            self.probes.fetch_add(1, Ordering::SeqCst);
        }
    }

    /// An instance that is ready.
    fn pick(&self) -> Option<&Shop> {
        let first = self.next.fetch_add(1, Ordering::Relaxed);
        let ready = |at: &usize| self.is_ready[*at].load(Ordering::SeqCst);
        [first % 2, (first + 1) % 2].into_iter().find(ready).map(|at| &self.bases[at])
    }

    /// Sends a request to one that is ready. No request and no answer may break; whoever is told to come again comes again, as the
    /// widget does.
    async fn send(&self, request: impl Fn(&Shop) -> Call) -> (u16, Json) {
        let begun = Instant::now();
        loop {
            assert!(begun.elapsed() < NO_DEAD_END, "no answer");
            let Some(shop) = self.pick() else {
                tokio::task::yield_now().await;
                continue;
            };
            let answer = request(shop).send().await.expect("no request breaks");
            let status = answer.status().as_u16();
            let body = answer.text().await.expect("no answer breaks");
            match status {
                // An act that still runs, or one customer faster than a person.
                409 | 429 => {}
                503 => drop(self.waited.fetch_add(1, Ordering::Relaxed)),
                _ => {
                    assert!(status < 500, "{status} {body}");
                    return (status, serde_json::from_str(&body).expect("JSON"));
                }
            }
        }
    }

    async fn both_are_ready(&self) {
        let begun = Instant::now();
        while !self.is_ready.iter().all(|is_ready| is_ready.load(Ordering::SeqCst)) {
            assert!(begun.elapsed() < NO_DEAD_END, "an instance does not get ready");
            tokio::time::sleep(PROBE).await;
        }
    }
}

/// One customer after the other, until it is over.
async fn browse(number: usize, balancer: Arc<Balancer>) -> Vec<JournalLine> {
    let account = ACCOUNTS[number % ACCOUNTS.len()];
    let mut all = Vec::new();
    while !balancer.is_over.load(Ordering::Relaxed) {
        let act = format!("{number}-{}", all.len());
        let (key, wanted) = (format!("open-{act}"), json!({ "account": account }));
        let (status, session) =
            balancer.send(|shop| shop.post("/relink/sessions", &key, wanted.clone())).await;
        assert_eq!(status, 201, "{session}");
        let secret = session["handoff"]["client_secret"].as_str().expect("a secret");
        let (stripe_session, _) = secret.split_once("_secret_").expect("a session's secret");
        let finish = format!("financial_connections/sessions/{stripe_session}/finish");
        balancer.bases[0].stripe.tell(&finish, &[("outcome", "agreed"), ("accounts[]", account)]).await;
        let path = format!("/relink/sessions/{}/complete", id(&session));
        let (key, body) = (format!("complete-{act}"), json!({ "accounts": [account] }));
        let (status, done) = balancer.send(|shop| shop.post(&path, &key, body.clone())).await;
        assert_eq!((status, done["status"].as_str()), (200, Some("succeeded")), "{done}");
        all.push(JournalLine { session, path, key, body, done });
    }
    all
}

/// Two instances, a load balancer before them, and the variables that each is started with.
async fn open<'a>(more: &'a [(&'a str, &'a str)]) -> ([Instance; 2], Arc<Balancer>) {
    let (stripe, rows) = (Stripe::start().await, Rows::new().await);
    let instances = [0, 1].map(|_| Instance::start_with(&stripe, &rows, more));
    let shop = Shop::at(instances[0].base.clone(), stripe, rows, Time::default()).await;
    let bases = [shop.clone(), shop.through(&instances[1].base)];
    let balancer = Balancer {
        bases,
        is_ready: Default::default(),
        next: AtomicUsize::new(0),
        probes: AtomicUsize::new(0),
        waited: AtomicUsize::new(0),
        is_over: AtomicBool::new(false),
    };
    let balancer = Arc::new(balancer);
    tokio::spawn(balancer.clone().probe());
    balancer.both_are_ready().await;
    (instances, balancer)
}

/// Asks one to stop, waits for its end, and starts another in its place. Answers how long the end took once no more was sent to it.
async fn change(
    instances: &mut [Instance; 2],
    at: usize,
    balancer: &Balancer,
    more: &[(&str, &str)],
) -> Duration {
    balancer.both_are_ready().await;
    let (instance, shop) = (&mut instances[at], &balancer.bases[0]);
    let asked = Instant::now();
    instance.ask_to_stop();
    while balancer.is_ready[at].load(Ordering::SeqCst) {
        assert!(asked.elapsed() < NO_DEAD_END, "it stays ready");
        tokio::time::sleep(PROBE).await;
    }
    let seen = balancer.probes.load(Ordering::SeqCst);
    while balancer.probes.load(Ordering::SeqCst) < seen + PROBES_AFTER {
        tokio::time::sleep(PROBE).await;
    }
    let begun = Instant::now();
    instance.ask_to_stop();
    tokio::task::block_in_place(|| {
        assert!(instance.ended(), "it ended well");
        let took = begun.elapsed();
        let again = Instance::start_at(&shop.stripe, &shop.rows, instance.listen(), more);
        *instance = again;
        took
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rolling_change_under_load_fails_no_request_and_loses_and_doubles_nothing() {
    let changes = number("RELINK_TEST_CHANGES").unwrap_or(4) as usize;
    let (mut instances, balancer) = open(&[DRAIN]).await;
    let browsing: Vec<_> =
        (0..BROWSERS).map(|number| tokio::spawn(browse(number, balancer.clone()))).collect();
    let mut slowest = Duration::ZERO;
    for at in 0..changes {
        slowest = slowest.max(change(&mut instances, at % 2, &balancer, &[DRAIN]).await);
    }
    balancer.both_are_ready().await;
    balancer.is_over.store(true, Ordering::Relaxed);
    let mut told = Vec::new();
    for browser in browsing {
        told.extend(browser.await.expect("a browser that met no failure"));
    }
    let shop = &balancer.bases[0];
    let kept: HashSet<String> =
        shop.rows.values("SELECT session FROM completions").await.into_iter().collect();
    let opened = shop.value("SELECT COUNT(*) FROM relink_sessions").await;
    println!(
        "{changes} changes under {BROWSERS} browsers: {} completions acknowledged, {} kept, {opened} sessions; {} told to \
         come again; the slowest end took {} ms",
        told.len(),
        kept.len(),
        balancer.waited.load(Ordering::Relaxed),
        slowest.as_millis()
    );
    assert!(told.iter().all(|told| kept.contains(id(&told.session))), "none is lost");
    assert_eq!((kept.len(), opened), (told.len(), told.len().to_string()), "none is doubled");
    assert!(told.len() >= BROWSERS, "there was no load");
    for told in &told {
        let again = balancer.send(|shop| shop.post(&told.path, &told.key, told.body.clone())).await;
        assert_eq!(again, (200, told.done.clone()));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rolling_change_while_mails_are_sent_sends_each_once() {
    let changes = number("RELINK_TEST_CHANGES").unwrap_or(4) as usize;
    let accounts = changes * 15;
    let stripe = Stripe::start().await;
    let smtp = stripe.smtp().await;
    let (rows, more) = (Rows::new().await, [DRAIN, ("SMTP_URL", smtp.as_str())]);
    let mut instances = [0, 1].map(|_| Instance::start_with(&stripe, &rows, &more));
    let shop = Shop::at(instances[0].base.clone(), stripe, rows, Time::default()).await;
    let balancer = Arc::new(Balancer {
        bases: [shop.clone(), shop.through(&instances[1].base)],
        is_ready: Default::default(),
        next: AtomicUsize::new(0),
        probes: AtomicUsize::new(0),
        waited: AtomicUsize::new(0),
        is_over: AtomicBool::new(false),
    });
    tokio::spawn(balancer.clone().probe());
    balancer.both_are_ready().await;
    let asking = {
        let balancer = balancer.clone();
        tokio::spawn(async move {
            for number in 1..=accounts {
                let account = if number == 1 { "fca_many".into() } else { format!("fca_many_{number:04}") };
                let body = json!({"account": account, "delivery": "email"});
                let key = format!("k{number}");
                let (status, told) = balancer.send(|shop| ask(shop, &key, body.clone()).into()).await;
                assert_eq!(status, 202, "{told}");
            }
        })
    };
    for at in 0..changes {
        change(&mut instances, at % 2, &balancer, &more).await;
    }
    asking.await.expect("every request is taken");
    let begun = Instant::now();
    while shop.value("SELECT COUNT(*) FROM outbox WHERE status = 'queued'").await != "0" {
        assert!(begun.elapsed() < NO_DEAD_END, "something is never sent");
        tokio::time::sleep(PROBE).await;
    }
    balancer.is_over.store(true, Ordering::Relaxed);
    let mails = shop.stripe.mails().await;
    let ids: HashSet<&str> = mails.iter().filter_map(|mail| mail["message_id"].as_str()).collect();
    println!("{changes} changes while mails are sent: {} mails about {accounts} accounts", mails.len());
    assert_eq!((mails.len(), ids.len()), (accounts, accounts), "each once");
}
