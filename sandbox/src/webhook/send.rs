//! Sends webhooks, and sends them again until the merchant answers 2xx. Stripe tries for three days; here the
//! pauses double from a quarter of a second, so that a demo sees both the failure and the retry.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::{Outgoing, sign};

/// How often a webhook is tried.
pub const ATTEMPTS: u32 = 9;
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const PATIENCE: Duration = Duration::from_secs(10);

/// Sends them one after the other; one that fails is retried on its own and holds nobody up.
pub async fn send_all(client: reqwest::Client, outgoing: Vec<Outgoing>) {
    for one in outgoing {
        if !try_once(&client, &one).await {
            tokio::spawn(retry(client.clone(), one));
        }
    }
}

async fn retry(client: reqwest::Client, one: Outgoing) {
    for attempt in 1..ATTEMPTS {
        tokio::time::sleep(FIRST_PAUSE * 2_u32.pow(attempt - 1)).await;
        if try_once(&client, &one).await {
            return;
        }
    }
    eprintln!("sandbox: a webhook was not taken after {ATTEMPTS} attempts");
}

async fn try_once(client: &reqwest::Client, one: &Outgoing) -> bool {
    let unix = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() as i64);
    let request = client
        .post(&one.url)
        .timeout(PATIENCE)
        .header("content-type", "application/json; charset=utf-8")
        .header("user-agent", "Stripe/1.0 (+https://stripe.com/docs/webhooks)")
        .header("stripe-signature", sign::signature(&one.body, &one.secrets, unix))
        .body(one.body.clone());
    request.send().await.is_ok_and(|response| response.status().is_success())
}
