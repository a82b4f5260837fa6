//! What Prometheus scrapes, from a program of its own: what is counted is counted for a whole process.

use crate::plaid::{Both, settings};
use crate::process::{Instance, free_address};
use crate::rows::Rows;
use crate::shop::{KEY, Shop, Stripe, Time, id, send};
use crate::webhooks::{deliver_signed, event};
use relink_server::metrics::{Kind, METRICS};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What a scrape says: each sample by name and labels, and each metric's type.
pub struct Scrape {
    pub types: BTreeMap<String, String>,
    pub samples: BTreeMap<(String, BTreeMap<String, String>), f64>,
    pub text: String,
}

fn is_name(name: &str) -> bool {
    let mut letters = name.bytes();
    letters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == b'_')
}

/// A sample's labels; those of ours hold no quote, comma or backslash.
fn labels(text: &str) -> BTreeMap<String, String> {
    let read = |pair: &str| {
        let (name, value) = pair.split_once('=').expect("a label");
        let value = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).expect("quotes");
        assert!(is_name(name) && !value.contains(['"', '\\', '\n']), "{text}");
        (name.to_owned(), value.to_owned())
    };
    text.split("\",")
        .filter(|pair| !pair.is_empty())
        .map(|pair| if pair.ends_with('"') { read(pair) } else { read(&format!("{pair}\"")) })
        .collect()
}

impl Scrape {
    /// Reads the text format, strictly: <https://prometheus.io/docs/instrumenting/exposition_formats/>.
    pub fn read(text: String) -> Self {
        let (mut types, mut samples) = (BTreeMap::new(), BTreeMap::new());
        assert!(text.ends_with('\n'));
        for line in text.lines().filter(|line| !line.is_empty()) {
            if let Some(told) = line.strip_prefix("# TYPE ") {
                let (name, kind) = told.split_once(' ').expect("a type");
                assert!(types.insert(name.to_owned(), kind.to_owned()).is_none(), "{name} has two types");
                continue;
            }
            if let Some(told) = line.strip_prefix("# HELP ") {
                assert!(told.split_once(' ').is_some_and(|(name, help)| is_name(name) && !help.is_empty()));
                continue;
            }
            let (series, value) = line.rsplit_once(' ').expect("a sample");
            let (name, labels) = match series.split_once('{') {
                Some((name, rest)) => (name, labels(rest.strip_suffix('}').expect("a closing brace"))),
                None => (series, BTreeMap::new()),
            };
            assert!(is_name(name), "{line}");
            let base = ["_bucket", "_sum", "_count"].iter().find_map(|end| name.strip_suffix(end));
            let typed = types.contains_key(name) || base.is_some_and(|base| types.contains_key(base));
            assert!(typed, "{name} has no type before its first sample");
            let value = value.parse().unwrap_or_else(|_| panic!("{line}: no number"));
            assert!(samples.insert((name.to_owned(), labels), value).is_none(), "{line} is there twice");
        }
        Self { types, samples, text }
    }

    /// A sample's value; 0 where it is not there.
    pub fn value(&self, name: &str, labels: &[(&str, &str)]) -> f64 {
        let labels = labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        self.samples.get(&(name.to_owned(), labels.collect())).copied().unwrap_or_default()
    }

    /// The names that rules may use.
    pub fn names(&self) -> BTreeSet<&str> {
        self.samples.keys().map(|(name, _)| name.as_str()).collect()
    }
}

/// A program that is scraped, and a customer's page in front of it.
pub struct Watched {
    pub shop: Shop,
    at: String,
    _instance: Instance,
}

impl Watched {
    pub async fn start() -> Self {
        Self::start_with(&[]).await
    }

    async fn start_with(more: &[(&str, &str)]) -> Self {
        let (stripe, rows, at) = (Stripe::start().await, Rows::new().await, free_address());
        let settings = [&[("RELINK_METRICS_LISTEN", at.as_str())], more].concat();
        let instance = Instance::start_with(&stripe, &rows, &settings);
        let shop = Shop::at(instance.base.clone(), stripe, rows, Time::default()).await;
        Self { shop, at, _instance: instance }
    }

    pub async fn scrape(&self) -> Scrape {
        let answer =
            self.shop.http.get(format!("http://{}/metrics", self.at)).send().await.expect("an answer");
        assert_eq!(answer.headers()["content-type"], "text/plain; version=0.0.4; charset=utf-8");
        assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
        Scrape::read(answer.text().await.expect("a text"))
    }

    /// A relink, a wrong account, a forged event, a repeated one, a wrong password, an address that is not there.
    pub async fn story(&self) {
        let shop = &self.shop;
        let session = shop.session("k1", json!({"account": "fca_access_expired"})).await;
        shop.at_the_bank(&session, "agreed", &["fca_access_expired"]).await;
        assert_eq!(shop.complete(&session, "k2", json!(["fca_access_expired"])).await.0, 200);
        let wrong = shop.session("k3", json!({"account": "fca_access_denied"})).await;
        shop.at_the_bank(&wrong, "agreed", &["fca_healthy"]).await;
        let (_, failed) = shop.complete(&wrong, "k4", json!(["fca_access_denied"])).await;
        assert_eq!(failed["status"], "failed", "{failed}");
        let news = event("evt_1", "financial_connections.account.deactivated", "fca_healthy", 1);
        for status in [200, 200] {
            assert_eq!(deliver_signed(shop, &news).await, status);
        }
        let forged = shop.http.post(format!("{}/webhooks/stripe", shop.base)).body(news);
        assert_eq!(send(forged).await.0, 400);
        let sign_in =
            shop.http.post(format!("{}/dashboard/sign-in", shop.base)).header("accept", "text/html");
        let form = [("email", "planted@pinegrove.example"), ("password", "planted planted")];
        assert_eq!(sign_in.form(&form).send().await.expect("an answer").status(), 401);
        assert_eq!(send(shop.get("/planted")).await.0, 404);
        assert_eq!(id(&session).len(), id(&wrong).len());
    }
}

#[tokio::test]
async fn half_sent_requests_at_the_metrics_listener_are_let_go_to_make_room() {
    let watched = Watched::start().await;
    let mut held = Vec::new();
    for _ in 0..40 {
        let mut stream = TcpStream::connect(&watched.at).await.expect("a connection");
        drop(stream.write_all(b"GET /metrics HTTP/1.1\r\nhost: ").await);
        held.push(stream);
    }
    watched.scrape().await;
    let mut rest = Vec::new();
    let ended = tokio::time::timeout(Duration::from_secs(5), held[0].read_to_end(&mut rest)).await;
    assert!(ended.is_ok() && rest.is_empty(), "the first is closed before its time of ten seconds is up");
}

#[tokio::test]
async fn what_happened_is_counted_by_route_outcome_and_reason() {
    let watched = Watched::start().await;
    let before = watched.scrape().await;
    watched.story().await;
    let after = watched.scrape().await;
    let more = |name: &str, labels: &[(&str, &str)]| after.value(name, labels) - before.value(name, labels);
    let request = |method, route, status| {
        more("relink_http_requests_total", &[("method", method), ("route", route), ("status", status)])
    };
    assert_eq!(request("POST", "/relink/sessions", "201"), 2.0);
    assert_eq!(request("POST", "/relink/sessions/{id}/complete", "200"), 2.0);
    assert_eq!(request("GET", "(no route)", "404"), 1.0);
    assert_eq!(more("relink_http_request_seconds_count", &[("route", "/relink/sessions")]), 2.0);
    assert_eq!(more("relink_sessions_opened_total", &[("profile", "payments")]), 2.0);
    let ended =
        |outcome, reason| more("relink_sessions_ended_total", &[("outcome", outcome), ("reason", reason)]);
    assert_eq!((ended("succeeded", "none"), ended("failed", "no_account")), (1.0, 1.0));
    let stripe = |operation, outcome| {
        more("relink_stripe_requests_total", &[("operation", operation), ("outcome", outcome)])
    };
    assert_eq!(stripe("sessions.create", "ok"), 2.0);
    let of = |provider, operation| {
        let labels = [("provider", provider), ("operation", operation), ("outcome", "ok")];
        let took = more("relink_provider_request_seconds_count", &labels[..2]);
        (more("relink_provider_requests_total", &labels), took)
    };
    assert_eq!(of("stripe", "sessions.create"), (2.0, 2.0));
    assert_eq!(of("plaid", "item/get"), (0.0, 0.0));
    assert!(more("relink_stripe_request_seconds_count", &[("operation", "sessions.retrieve")]) >= 2.0);
    for (outcome, times) in [("taken", 1.0), ("repeated", 1.0), ("refused", 1.0)] {
        assert_eq!(more("relink_webhook_deliveries_total", &[("outcome", outcome)]), times, "{outcome}");
    }
    assert_eq!(more("relink_staff_sign_ins_total", &[("outcome", "failed")]), 1.0);
    assert!(after.value("relink_connections_open", &[]) >= 1.0, "the page's own is kept alive");
    assert_eq!(after.value("relink_ready", &[("check", "database")]), 1.0);
    assert!(after.value("relink_database_connections_most", &[]) >= 6.0);
    assert_eq!(after.value("relink_outbox_messages", &[("status", "queued")]), 0.0);
}

#[tokio::test]
async fn calls_to_plaid_are_counted_by_provider_and_those_to_stripe_as_before() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let plaid = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(sandbox_plaid::serve(listener));
    let watched = Watched::start_with(&settings(&plaid)).await;
    watched.shop.rows.run("UPDATE api_keys SET scopes = scopes || ' plaid_items'").await;
    let request = watched.shop.http.post(format!("{}/v1/plaid_items", watched.shop.base)).bearer_auth(KEY);
    let request = request.header("content-type", "application/json").body(Both::item("healthy").to_string());
    assert_eq!(send(request).await.0, 201);
    let scrape = watched.scrape().await;
    let asked = [("provider", "plaid"), ("operation", "item/get"), ("outcome", "ok")];
    assert_eq!(scrape.value("relink_provider_requests_total", &asked), 2.0);
    assert_eq!(scrape.value("relink_provider_request_seconds_count", &asked[..2]), 2.0);
    let stripes = |name: &str| {
        let of = scrape.samples.iter().filter(|((found, labels), _)| {
            found == name && labels.get("provider").is_none_or(|provider| provider == "stripe")
        });
        of.map(|(_, value)| value).sum::<f64>()
    };
    assert_eq!(stripes("relink_stripe_requests_total"), stripes("relink_provider_requests_total"));
    assert!(!scrape.text.contains("access-sandbox") && !scrape.text.contains("item_healthy"));
}

#[tokio::test]
async fn nothing_of_a_customer_is_a_label_and_the_public_listener_tells_nothing() {
    let watched = Watched::start().await;
    watched.story().await;
    let scrape = watched.scrape().await;
    for hidden in ["cus_", "fca_", "rls_", "evt_", "fcsess_", "planted", "@", "Maya"] {
        assert!(!scrape.text.contains(hidden), "{hidden} in\n{}", scrape.text);
    }
    let public = watched.shop.http.get(format!("{}/metrics", watched.shop.base)).send().await;
    assert_eq!(public.expect("an answer").status(), 404);
}

#[tokio::test]
async fn every_metric_of_the_list_is_of_its_type_has_its_labels_and_there_is_no_other() {
    let watched = Watched::start().await;
    watched.story().await;
    let scrape = watched.scrape().await;
    let listed: BTreeMap<&str, _> = METRICS.iter().map(|metric| (metric.name, metric)).collect();
    for (name, kind) in &scrape.types {
        let metric = listed.get(name.as_str()).unwrap_or_else(|| panic!("{name} is not in the list"));
        let expected = match metric.kind {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
            Kind::Histogram => "histogram",
        };
        assert_eq!(kind, expected, "{name}");
    }
    for (name, labels) in scrape.samples.keys() {
        let base = ["_bucket", "_sum", "_count"].iter().find_map(|end| name.strip_suffix(end));
        let metric = listed.get(name.as_str()).or_else(|| listed.get(base?)).expect("a metric of the list");
        let found: BTreeSet<&str> =
            labels.keys().map(String::as_str).filter(|label| *label != "le").collect();
        assert_eq!(found, metric.labels.iter().copied().collect(), "{name}");
    }
    // Nobody was refused for asking too often in this story.
    let missing: Vec<&&str> = listed.keys().filter(|name| !scrape.types.contains_key(**name)).collect();
    assert_eq!(missing, [&"relink_rate_limited_total"]);
}
