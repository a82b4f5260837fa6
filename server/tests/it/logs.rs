//! What must never be written down.

use crate::shop::{KEY, RELINK_SECRET, Shop, WEBHOOK_SECRET, problem};
use serde_json::json;
use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use tracing_subscriber::fmt::MakeWriter;

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no panic").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn no_secret_reaches_the_log_or_rests_on_disk_in_the_clear() {
    let lines = Lines::default();
    // For the whole process: what the other tests log is looked through as well.
    let subscriber =
        tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(lines.clone());
    subscriber.with_ansi(false).init();
    let shop = Shop::open().await;
    let session = shop.session("key_planted", json!({"account": "fca_access_expired"})).await;
    let secret = session["handoff"]["client_secret"].as_str().expect("a secret").to_owned();
    problem(shop.post("/relink/sessions", "k2", json!({"account": "planted_by_customer"})), 403, "forbidden")
        .await;
    problem(shop.get(&format!("/nothing?secret={secret}")), 404, "invalid_request").await;
    shop.at_the_bank(&session, "agreed", &["fca_access_expired"]).await;
    shop.complete(&session, "k3", json!(["fca_access_expired"])).await;
    let log = String::from_utf8(lines.0.lock().expect("no panic").clone()).expect("text");
    assert!(log.contains("request_id=req_") && log.contains("served"), "{log}");
    let token = shop.token().await;
    let secrets = [secret.as_str(), "sk_test_sandbox", WEBHOOK_SECRET, RELINK_SECRET, KEY, &token];
    for hidden in secrets.into_iter().chain(["planted_by_customer", "key_planted"]) {
        assert!(!log.contains(hidden), "{hidden} is in the log");
    }
    let disk = shop.rows.everything().await;
    assert!(disk.contains("fca_access_expired"));
    for hidden in secrets {
        assert!(!disk.contains(hidden), "{hidden} is on disk");
    }
}
