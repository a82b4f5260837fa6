//! Makes the faults of a plan happen around the routes of a server. It is the one part of this crate with effects.
//!
//! [`serve`] replaces `axum::serve`, and [`around`] is for a server that serves in its own way. The layer answers `/faults` itself: a POST replaces the rules with those in its
//! body, a GET tells how many faults have happened since.

mod connection;

use crate::{Exchange, Fault, Mistake, Plan, spoil};
use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::connect_info::ConnectInfo;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use connection::Switch;
pub use connection::{Connection, Listener};
use std::collections::HashMap;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::time::{sleep, timeout};

/// The environment variable that holds the rules.
pub const VARIABLE: &str = "RELINK_FAULTS";
/// The address that the layer answers itself.
pub const ADDRESS: &str = "/faults";
/// A hanging connection is reset after this time. No client waits so long.
const HANG: Duration = Duration::from_secs(300);
/// The longest body that the layer passes on.
const LONGEST: usize = 64 * 1024 * 1024;

/// The faults of one server; cloning shares them.
#[derive(Clone, Debug, Default)]
pub struct Faults(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    ordered: Mutex<Ordered>,
    answered: Notify,
}

#[derive(Debug, Default)]
struct Ordered {
    plan: Plan,
    befallen: u32,
    /// How many answers there were, by method and path.
    answers: HashMap<String, u32>,
}

impl Faults {
    /// The faults of a plan.
    pub fn of(plan: Plan) -> Self {
        let faults = Self::default();
        faults.order(plan);
        faults
    }

    /// The faults of the plan in the environment variable [`VARIABLE`]; without it, none.
    pub fn from_env() -> Result<Self, Mistake> {
        std::env::var(VARIABLE).map_or(Ok(Self::default()), |text| Plan::of_a_server(&text).map(Self::of))
    }

    /// Replaces the rules and starts to count again.
    pub fn order(&self, plan: Plan) {
        *self.ordered() = Ordered { plan, ..Ordered::default() };
    }

    /// How many faults have happened since the rules were set.
    pub fn befallen(&self) -> u32 {
        self.ordered().befallen
    }

    fn ordered(&self) -> MutexGuard<'_, Ordered> {
        self.0.ordered.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn befalls(&self, exchange: &Exchange<'_>) -> Option<Fault> {
        let mut ordered = self.ordered();
        let fault = ordered.plan.befalls(exchange);
        ordered.befallen += u32::from(fault.is_some());
        fault
    }

    fn answers_to(&self, name: &str) -> u32 {
        self.ordered().answers.get(name).copied().unwrap_or_default()
    }

    fn note_answer(&self, name: String) {
        *self.ordered().answers.entry(name).or_default() += 1;
        self.0.answered.notify_waiters();
    }

    /// Waits until this exchange was answered more than `before` times.
    async fn overtaken(&self, name: &str, before: u32) {
        loop {
            let answered = self.0.answered.notified();
            if self.answers_to(name) > before {
                return;
            }
            answered.await;
        }
    }
}

/// A router with faults around it, for a server of one's own: it listens with [`Listener`] and puts what
/// [`Connection::about`] says into the extensions of each request.
pub fn around(router: Router, faults: Faults) -> Router {
    router.layer(middleware::from_fn_with_state(faults, befall))
}

/// Serves a router with faults around it until `stop` is done.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    faults: Faults,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    axum::serve(Listener(listener), around(router, faults).into_make_service_with_connect_info::<Switch>())
        .with_graceful_shutdown(stop)
        .await
}

async fn befall(
    State(faults): State<Faults>,
    ConnectInfo(switch): ConnectInfo<Switch>,
    request: Request,
    next: Next,
) -> Response {
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    if path == ADDRESS {
        return order(&faults, &method, request).await;
    }
    let fault = faults.befalls(&Exchange::new(method.as_str(), &path));
    let name = format!("{method} {path}");
    let answer = match fault {
        None => next.run(request).await,
        Some(fault) if fault.commits() => {
            if let Fault::Delay(ms) = fault {
                sleep(Duration::from_millis(u64::from(ms) / 2)).await;
            }
            let before = faults.answers_to(&name);
            let answer = next.run(request).await;
            if fault == Fault::OutOfOrder {
                // Without a later request the answer still comes.
                drop(timeout(HANG, faults.overtaken(&name, before)).await);
            }
            after(fault, answer, &switch).await
        }
        Some(fault) => instead(fault, &switch).await,
    };
    faults.note_answer(name);
    answer
}

/// Answers [`ADDRESS`].
async fn order(faults: &Faults, method: &Method, request: Request) -> Response {
    if *method != Method::POST {
        return faults.befallen().to_string().into_response();
    }
    let Ok(body) = to_bytes(request.into_body(), 64 * 1024).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    match Plan::of_a_server(&String::from_utf8_lossy(&body)) {
        Ok(plan) => {
            faults.order(plan);
            StatusCode::NO_CONTENT.into_response()
        }
        Err(mistake) => (StatusCode::BAD_REQUEST, mistake.to_string()).into_response(),
    }
}

/// The answer instead of the handler's: the request is not carried out.
async fn instead(fault: Fault, switch: &Switch) -> Response {
    match fault {
        Fault::Status(status) => problem(status, None),
        Fault::TooManySeconds(seconds) => problem(429, Some(seconds.to_string())),
        Fault::TooManyUntil(seconds) => {
            let until = SystemTime::now() + Duration::from_secs(seconds.into());
            problem(429, Some(httpdate::fmt_http_date(until)))
        }
        Fault::Html => typed("text/html; charset=utf-8", spoil::PAGE.into()),
        Fault::Redirected => {
            (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, "https://elsewhere.invalid/")])
                .into_response()
        }
        Fault::Hang => {
            sleep(HANG).await;
            switch.reset()
        }
        // A plan for a server has no rule for the others, and faults that commit go to `after`.
        Fault::ResetBefore
        | Fault::Refused
        | Fault::NameNotFound
        | Fault::HeadersFailed
        | Fault::ResetAfter
        | Fault::HangAfter
        | Fault::Delay(_)
        | Fault::BodyCut
        | Fault::Empty
        | Fault::InvalidJson
        | Fault::UnknownEnum
        | Fault::MissingField
        | Fault::ExtraFields
        | Fault::HugeBody
        | Fault::OutOfOrder => switch.reset(),
    }
}

/// The request was carried out; the fault happens to its answer.
async fn after(fault: Fault, answer: Response, switch: &Switch) -> Response {
    match fault {
        Fault::Delay(ms) => {
            sleep(Duration::from_millis(u64::from(ms) / 2)).await;
            answer
        }
        Fault::OutOfOrder => answer,
        Fault::HangAfter => {
            sleep(HANG).await;
            switch.reset()
        }
        Fault::BodyCut => {
            let (mut parts, bytes) = whole(answer).await;
            parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(bytes.len()));
            let half = bytes.slice(..bytes.len() / 2);
            Response::from_parts(parts, Body::new(Cut { half: Some(half), whole: bytes.len() as u64 }))
        }
        Fault::Empty => with_body(answer, |_| Vec::new()).await,
        Fault::InvalidJson => with_body(answer, |bytes| bytes[..bytes.len() * 2 / 3].to_vec()).await,
        Fault::UnknownEnum => with_json(answer, spoil::with_unknown_values).await,
        Fault::MissingField => with_json(answer, spoil::without_a_field).await,
        Fault::ExtraFields => with_json(answer, spoil::with_extra_fields).await,
        // Leading spaces are valid JSON: a client that reads to the end finds the whole document.
        Fault::HugeBody => with_body(answer, |bytes| [&vec![b' '; spoil::HUGE][..], &bytes].concat()).await,
        // Faults that do not commit go to `instead`.
        Fault::ResetAfter
        | Fault::ResetBefore
        | Fault::Refused
        | Fault::NameNotFound
        | Fault::HeadersFailed
        | Fault::Hang
        | Fault::Html
        | Fault::Redirected
        | Fault::Status(_)
        | Fault::TooManySeconds(_)
        | Fault::TooManyUntil(_) => switch.reset(),
    }
}

fn typed(kind: &'static str, body: String) -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static(kind))], body).into_response()
}

fn problem(status: u16, retry_after: Option<String>) -> Response {
    let mut answer = typed("application/problem+json", spoil::problem(status).to_string());
    *answer.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if let Some(value) = retry_after.and_then(|text| HeaderValue::from_str(&text).ok()) {
        answer.headers_mut().insert(header::RETRY_AFTER, value);
    }
    answer
}

async fn whole(answer: Response) -> (axum::http::response::Parts, Bytes) {
    let (mut parts, body) = answer.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    (parts, to_bytes(body, LONGEST).await.unwrap_or_default())
}

async fn with_body(answer: Response, spoil: impl FnOnce(Bytes) -> Vec<u8>) -> Response {
    let (parts, bytes) = whole(answer).await;
    Response::from_parts(parts, Body::from(spoil(bytes)))
}

async fn with_json(answer: Response, spoil: fn(serde_json::Value) -> serde_json::Value) -> Response {
    with_body(answer, |bytes| match serde_json::from_slice(&bytes) {
        Ok(json) => spoil(json).to_string().into_bytes(),
        Err(_) => bytes.into(),
    })
    .await
}

/// A body that ends before its announced length.
struct Cut {
    half: Option<Bytes>,
    whole: u64,
}

impl http_body::Body for Cut {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, io::Error>>> {
        Poll::Ready(Some(match self.half.take() {
            Some(half) => Ok(http_body::Frame::data(half)),
            None => Err(io::ErrorKind::ConnectionReset.into()),
        }))
    }

    fn size_hint(&self) -> http_body::SizeHint {
        http_body::SizeHint::with_exact(self.whole)
    }
}
