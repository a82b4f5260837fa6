//! Webhooks come at least once and in no order: whatever the order and however often, what is in the database at the
//! end is what one delivery of each, in order, would have left there. `cargo xtask kills` delivers many.

use crate::dice::{Dice, number};
use crate::rows::Rows;
use crate::shop::{Shop, config, id, serve};
use crate::webhooks::{deliver_signed, event};
use serde_json::json;

const ACCOUNTS: [&str; 5] =
    ["fca_access_expired", "fca_access_denied", "fca_any", "fca_healthy", "fca_unspecified"];
/// Deliveries under way at once.
const AT_ONCE: usize = 16;

/// Everything that deliveries can change, but for when.
async fn state(rows: &Rows) -> Vec<String> {
    let mut all = rows.values("SELECT id || ' ' || status || ' ' || object FROM accounts").await;
    all.extend(rows.values("SELECT id || ' ' || kind FROM webhook_events").await);
    all
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn shuffled_duplicates_of_every_event_end_in_the_state_of_one_delivery_each_in_order() {
    let deliveries = number("RELINK_TEST_WEBHOOKS").unwrap_or(600) as usize;
    let mut dice = Dice::new();
    // Two merchants of one Stripe: one hears everything once and in order, two instances of the other anything.
    let in_order = Shop::open().await;
    let rows = Rows::new().await;
    let mut instances = Vec::new();
    for _ in 0..2 {
        let settings = config(&in_order.stripe.base, &rows, &[]);
        let (base, app) = serve(settings, &in_order.time).await;
        app.hosted.sync_accounts().await.expect("accounts");
        instances.push(in_order.through(&base));
    }
    let mut events = Vec::new();
    let mut delivered = 0;
    let changes = deliveries / 20;
    for n in 0..changes {
        let account = ACCOUNTS[dice.roll(ACCOUNTS.len() as u64) as usize];
        let kind = if dice.roll(2) == 0 {
            let cause = ["access_denied", "access_expired", "account_unavailable"][dice.roll(3) as usize];
            let deactivate = format!("financial_connections/accounts/{account}/deactivate");
            in_order.stripe.tell(&deactivate, &[("cause", cause)]).await;
            "financial_connections.account.deactivated"
        } else {
            let session = in_order.session(&format!("k{n}"), json!({ "account": account })).await;
            in_order.at_the_bank(&session, "agreed", &[account]).await;
            assert_eq!(
                in_order.complete(&session, &format!("c{n}"), json!([account])).await.0,
                200,
                "{}",
                id(&session)
            );
            "financial_connections.account.reactivated"
        };
        events.push(event(&format!("evt_{n}"), kind, account, n as i64));
        assert_eq!(deliver_signed(&in_order, &events[n]).await, 200);
        // Some of what happened so far, old and new, before the next thing happens.
        let some: Vec<String> =
            (0..10).map(|_| events[dice.roll(events.len() as u64) as usize].clone()).collect();
        delivered += deliver_all(&instances, some).await;
    }
    let mut rest: Vec<String> = events.iter().cycle().take(deliveries - delivered).cloned().collect();
    dice.shuffle(&mut rest);
    delivered += deliver_all(&instances, rest).await;
    println!("{delivered} deliveries of {changes} events, shuffled, over two instances");
    let (expected, found) = (state(&in_order.rows).await, state(&rows).await);
    assert_eq!(found, expected);
    assert!(found.iter().any(|row| row.contains(" inactive ")) && found.len() > changes);
}

/// Delivers to either instance, several at once; how many were taken.
async fn deliver_all(instances: &[Shop], events: Vec<String>) -> usize {
    let mut taken = 0;
    for batch in events.chunks(AT_ONCE) {
        let sending = batch.iter().enumerate().map(|(n, event)| {
            let (shop, event) = (instances[n % instances.len()].clone(), event.clone());
            tokio::spawn(async move { deliver_signed(&shop, &event).await })
        });
        for sent in sending.collect::<Vec<_>>() {
            assert_eq!(sent.await.expect("an answer"), 200);
            taken += 1;
        }
    }
    taken
}
