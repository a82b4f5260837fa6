//! The layer over real sockets: what a client gets, and whether the handler ran.

use axum::Router;
use axum::routing::{get, post};
use relink_faults::layer::{Faults, serve};
use relink_faults::{Fault, Plan};
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const SESSION: &str = r#"{"id":"rls_1","status":"pending","accounts":[],"merchant":{"name":"Shop"}}"#;

struct Served {
    at: SocketAddr,
    runs: Arc<AtomicU32>,
    faults: Faults,
}

impl Served {
    async fn with(rules: &str) -> Self {
        let (runs, faults) =
            (Arc::<AtomicU32>::default(), Faults::of(Plan::of_a_server(rules).expect("rules")));
        let counted = |runs: &Arc<AtomicU32>| {
            let runs = Arc::clone(runs);
            move || {
                runs.fetch_add(1, Ordering::SeqCst);
                async { SESSION }
            }
        };
        let router = Router::new()
            .route("/sessions/{id}", get(counted(&runs)))
            .route("/sessions/{id}/complete", post(counted(&runs)));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let at = listener.local_addr().expect("an address");
        tokio::spawn(serve(listener, router, faults.clone(), std::future::pending()));
        Self { at, runs, faults }
    }

    async fn say(&self, head: &str, body: &str) -> std::io::Result<String> {
        let mut stream = TcpStream::connect(self.at).await?;
        let length = body.len();
        let head =
            format!("{head} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n");
        stream.write_all(format!("{head}{body}").as_bytes()).await?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await?;
        Ok(String::from_utf8_lossy(&answer).into_owned())
    }

    async fn read(&self) -> std::io::Result<String> {
        self.say("GET /sessions/rls_1", "").await
    }

    fn runs(&self) -> u32 {
        self.runs.load(Ordering::SeqCst)
    }
}

#[tokio::test]
async fn a_reset_before_reaches_no_handler_and_one_after_does() {
    let served = Served::with("first read: reset; second read: commit, then reset").await;
    for runs in [0, 1] {
        let reset = served.read().await.expect_err("the connection is reset");
        assert_eq!((reset.kind(), served.runs()), (ErrorKind::ConnectionReset, runs));
    }
    assert!(served.read().await.expect("whole").ends_with(SESSION));
    assert_eq!((served.faults.befallen(), served.runs()), (2, 2));
}

#[tokio::test]
async fn a_body_that_is_cut_is_shorter_than_it_says() {
    let answer = Served::with("read: cut the body").await.read().await.unwrap_or_default();
    assert!(!answer.ends_with(SESSION), "{answer}");
    assert!(answer.contains(&format!("content-length: {}", SESSION.len())) || answer.is_empty(), "{answer}");
}

#[tokio::test]
async fn each_answer_is_spoiled_as_its_rule_says() {
    let expected = [
        (Fault::Empty, "content-length: 0"),
        (Fault::Html, "text/html"),
        (Fault::UnknownEnum, r#""status":"paused""#),
        (Fault::ExtraFields, "brand_new"),
        (Fault::MissingField, r#"{"accounts":[]"#),
        (Fault::InvalidJson, r#"{"id":"rls_1""#),
        (Fault::Status(409), "application/problem+json"),
        (Fault::TooManySeconds(7), "retry-after: 7"),
        (Fault::TooManyUntil(10), "GMT"),
        (Fault::Redirected, "location: https://elsewhere.invalid/"),
        (Fault::Delay(2), SESSION),
    ];
    for (fault, part) in expected {
        let answer = Served::with(&format!("read: {fault}")).await.read().await.expect("an answer");
        assert!(answer.contains(part), "{fault}: {answer}");
        assert_eq!(answer.ends_with(SESSION), matches!(fault, Fault::Delay(_)), "{fault}: {answer}");
    }
}

#[tokio::test]
async fn a_huge_body_is_a_whole_document_behind_ten_megabytes() {
    let answer = Served::with("read: huge body").await.read().await.expect("an answer");
    assert!(answer.len() > 10_000_000 && answer.ends_with(SESSION));
}

#[tokio::test]
async fn an_answer_out_of_order_waits_for_the_one_to_a_later_request() {
    let served = Arc::new(Served::with("first read: out of order").await);
    let first = tokio::spawn({
        let served = Arc::clone(&served);
        async move { served.read().await }
    });
    while served.runs() == 0 {
        tokio::task::yield_now().await;
    }
    served.say("POST /sessions/rls_1/complete", "{}").await.expect("an answer");
    assert!(!first.is_finished(), "an answer to something else overtakes nothing");
    served.read().await.expect("an answer");
    assert!(first.await.expect("no panic").expect("an answer").ends_with(SESSION));
}

#[tokio::test]
async fn rules_are_replaced_over_http_and_a_mistake_is_answered_in_words() {
    let served = Served::with("").await;
    assert!(served.say("POST /faults", "read: status 503").await.expect("an answer").contains("204"));
    assert!(served.read().await.expect("an answer").contains("503"));
    assert!(served.say("GET /faults", "").await.expect("an answer").ends_with('1'));
    let refused = served.say("POST /faults", "read: refused").await.expect("an answer");
    assert!(refused.ends_with("rule 1: a server cannot do `refused` to its own exchanges"), "{refused}");
}

#[tokio::test]
async fn a_hanging_exchange_runs_only_where_it_commits() {
    for (rule, runs) in [("hang", 0), ("commit, then hang", 1)] {
        let served = Served::with(&format!("complete: {rule}")).await;
        let hanging = served.say("POST /sessions/rls_1/complete", "{}");
        let other = async {
            // The other exchange is answered while the first goes on hanging.
            while served.faults.befallen() == 0 || served.runs() < runs {
                tokio::task::yield_now().await;
            }
            served.read().await.expect("an answer")
        };
        tokio::select! {
            _ = hanging => panic!("it was answered"),
            answer = other => assert!(answer.ends_with(SESSION)),
        }
        assert_eq!(served.runs(), runs + 1, "{rule}");
    }
}
