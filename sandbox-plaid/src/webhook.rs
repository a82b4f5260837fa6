//! Sends webhooks to the merchant.

use crate::shared::Shared;
use crate::time::now;
use crate::world::Due;
use std::sync::Arc;

/// Sends what is due, each in a task of its own: a merchant that does not answer holds nobody up. Once; Plaid would try again.
pub fn send(shared: &Arc<Shared>, due: impl IntoIterator<Item = Due>) {
    for Due { to, body } in due {
        let shared = Arc::clone(shared);
        tokio::spawn(async move {
            // With spaces and line ends, as Plaid's are: who hashes what a parser made of it is found out.
            let body = serde_json::to_vec_pretty(&body).unwrap_or_default();
            let Some(token) = shared.signer.sign(&body, now()) else { return };
            let request = shared.http.post(&to).header("content-type", "application/json");
            let sent = request.header("plaid-verification", token).body(body).send().await;
            match sent {
                Ok(answer) => eprintln!("sandbox-plaid: webhook answered {}", answer.status().as_u16()),
                Err(error) => eprintln!("sandbox-plaid: webhook not delivered: {}", error.without_url()),
            }
        });
    }
}
