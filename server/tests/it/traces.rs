//! Traces: a request's `traceparent` goes on to Stripe, and with a collector each request and call is a span.

use crate::process::Instance;
use crate::rows::Rows;
use crate::shop::{Shop, Stripe, Time};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;
use reqwest::Client;
use serde_json::json;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const SPAN: &str = "b7ad6b7169203331";

async fn serve(router: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(axum::serve(listener, router).into_future());
    base
}

/// What stands before Stripe and notes each call: its path, and the header that says which trace it belongs to.
#[derive(Clone, Default)]
struct Noted(Arc<Mutex<Vec<Call>>>);

/// A call's path, and its `traceparent`.
type Call = (String, Option<String>);

impl Noted {
    fn calls(&self) -> Vec<Call> {
        self.0.lock().expect("nobody panicked").clone()
    }
}

async fn in_front_of(stripe: &Stripe) -> (String, Noted) {
    let noted = Noted::default();
    let state = (stripe.base.clone(), Client::new(), noted.clone());
    (serve(Router::new().fallback(pass_on).with_state(state)).await, noted)
}

async fn pass_on(State((base, http, noted)): State<(String, Client, Noted)>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let parent = parts.headers.get("traceparent").map(|value| value.to_str().expect("text").to_owned());
    noted.0.lock().expect("nobody panicked").push((parts.uri.path().to_owned(), parent));
    let body = axum::body::to_bytes(body, 1 << 20).await.expect("a body");
    let mut headers = parts.headers;
    headers.remove("host");
    let answer = http.request(parts.method, format!("{base}{}", parts.uri)).headers(headers).body(body);
    let answer = answer.send().await.expect("the sandbox answers");
    let status = answer.status();
    (status, Body::from(answer.bytes().await.expect("a body"))).into_response()
}

/// What an answer says of where it was served.
fn traceresponse(answer: &reqwest::Response) -> Option<String> {
    answer.headers().get("traceresponse").map(|value| value.to_str().expect("text").to_owned())
}

/// A collector, and the spans that it was sent.
async fn collector() -> (String, Arc<Mutex<Vec<Span>>>) {
    let spans: Arc<Mutex<Vec<Span>>> = Arc::default();
    let router = Router::new().route("/v1/traces", post(take)).with_state(spans.clone());
    (serve(router).await, spans)
}

async fn take(State(spans): State<Arc<Mutex<Vec<Span>>>>, body: Bytes) -> StatusCode {
    let sent = ExportTraceServiceRequest::decode(body).expect("OTLP");
    let scopes = sent.resource_spans.into_iter().flat_map(|resource| resource.scope_spans);
    spans.lock().expect("nobody panicked").extend(scopes.flat_map(|scope| scope.spans));
    StatusCode::OK
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn attribute(span: &Span, name: &str) -> Option<String> {
    let found = span.attributes.iter().find(|attribute| attribute.key == name)?;
    Some(match found.value.as_ref()?.value.as_ref()? {
        Value::StringValue(text) => text.clone(),
        Value::IntValue(number) => number.to_string(),
        other => panic!("{name}: {other:?}"),
    })
}

#[tokio::test]
async fn a_requests_trace_goes_on_to_stripe_with_a_span_of_each_calls_own() {
    let (stripe, rows) = (Stripe::start().await, Rows::new().await);
    let (base, noted) = in_front_of(&stripe).await;
    let instance = Instance::start_with(&stripe, &rows, &[("STRIPE_API_BASE", &base)]);
    let shop = Shop::at(instance.base.clone(), stripe, rows, Time::default()).await;
    let post = |key| shop.post("/relink/sessions", key, json!({"account": "fca_access_expired"}));
    let parent = format!("00-{TRACE}-{SPAN}-01");
    let answer = post("k1").header("traceparent", parent.as_str()).send().await.expect("an answer");
    assert_eq!(answer.status(), 201);
    let served = traceresponse(&answer).expect("where it was served");
    assert!(served.starts_with(&format!("00-{TRACE}-")) && served.ends_with("-01"), "{served}");
    assert!(!served.contains(SPAN), "not where it was asked");
    let of_trace = |calls: &[(String, Option<String>)]| -> Vec<String> {
        let parents = calls.iter().filter_map(|(_, parent)| parent.clone());
        parents.filter(|parent| parent.contains(TRACE)).collect()
    };
    let mut parents = of_trace(&noted.calls());
    assert!(parents.len() >= 2, "the account is read and the session is made: {:?}", noted.calls());
    for parent in &parents {
        assert!(parent.starts_with(&format!("00-{TRACE}-")) && parent.ends_with("-01"), "{parent}");
        assert!(!parent.contains(SPAN), "a call has a span of its own");
    }
    let count = parents.len();
    parents.sort_unstable();
    parents.dedup();
    assert_eq!(parents.len(), count);
    // Without one, or with one that is none, nothing is made up.
    for request in [post("k2"), post("k3").header("traceparent", "planted")] {
        let answer = request.send().await.expect("an answer");
        assert_eq!((answer.status().as_u16(), traceresponse(&answer)), (201, None));
    }
    assert_eq!(of_trace(&noted.calls()).len(), count);
    assert!(noted.calls().iter().filter(|(_, parent)| parent.is_some()).count() == count);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_collector_gets_a_span_of_the_request_below_its_parent_and_one_of_each_call_to_stripe() {
    let (stripe, rows) = (Stripe::start().await, Rows::new().await);
    let (base, noted) = in_front_of(&stripe).await;
    let (at, spans) = collector().await;
    let more = [
        ("STRIPE_API_BASE", base.as_str()),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", &at),
        ("RELINK_DRAIN_SECONDS", "0"),
    ];
    let mut instance = Instance::start_with(&stripe, &rows, &more);
    let shop = Shop::at(instance.base.clone(), stripe, rows, Time::default()).await;
    let post = shop.post("/relink/sessions", "key_planted", json!({"account": "fca_access_expired"}));
    let answer = post.header("traceparent", format!("00-{TRACE}-{SPAN}-01")).send().await.expect("an answer");
    assert_eq!(answer.status(), 201);
    let served = traceresponse(&answer);
    // The end sends what was gathered.
    instance.ask_to_stop();
    assert!(tokio::task::block_in_place(|| instance.ended()), "it ended well");
    let spans = spans.lock().expect("nobody panicked").clone();
    let ours: Vec<&Span> = spans.iter().filter(|span| hex(&span.trace_id) == TRACE).collect();
    let request = ours.iter().find(|span| hex(&span.parent_span_id) == SPAN).expect("the request's span");
    assert_eq!(request.name, "POST /relink/sessions");
    assert_eq!(
        served,
        Some(format!("00-{TRACE}-{}-01", hex(&request.span_id))),
        "the answer names this very span"
    );
    assert_eq!(attribute(request, "http.response.status_code").as_deref(), Some("201"));
    let calls: Vec<&&Span> = ours.iter().filter(|span| span.name.starts_with("stripe ")).collect();
    assert!(calls.iter().any(|call| call.name == "stripe sessions.create"), "{ours:?}");
    for call in &calls {
        assert_eq!(call.parent_span_id, request.span_id, "{}", call.name);
        assert_eq!(attribute(call, "http.response.status_code").as_deref(), Some("200"), "{}", call.name);
        // What Stripe was told is this very span.
        let told = format!("00-{TRACE}-{}-01", hex(&call.span_id));
        assert!(noted.calls().iter().any(|(_, parent)| parent.as_ref() == Some(&told)), "{told}");
    }
    assert_eq!(ours.len(), calls.len() + 1, "nothing else is a span: {ours:?}");
    let told = format!("{spans:?}");
    for hidden in ["cus_", "fca_", "rls_", "fcsess_", "planted", "@", "Maya", "sk_test"] {
        assert!(!told.contains(hidden), "{hidden} in {told}");
    }
}
