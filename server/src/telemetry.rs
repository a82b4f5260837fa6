//! Logs, and traces if `OTEL_EXPORTER_OTLP_ENDPOINT` is set: a span for each request and for each call to Stripe, sent
//! as OTLP over HTTP in batches. A request that belongs to a trace continues it, and calls to Stripe carry it on.
//! A span has a route, an operation, statuses and times: never a query, a header, a body, a customer or log text.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry::trace::{FutureExt, TraceContextExt, TracerProvider};
use opentelemetry_http::{Bytes, HeaderExtractor, HttpClient, HttpError};
use opentelemetry_otlp::{WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::SdkTracerProvider;
use relink_stripe::{Url, traceparent};
use std::fmt;
use std::pin::Pin;
use std::time::Duration;
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::filter::{LevelFilter, filter_fn};
use tracing_subscriber::fmt::format::{Writer, debug_fn};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, Registry};

/// The service's name, where `OTEL_SERVICE_NAME` gives no other.
const SERVICE: &str = "relink-server";
/// How long a collector may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// Why there can be no traces: the operator's to repair.
#[derive(Debug)]
pub enum TelemetryError {
    /// The client that sends them cannot be made.
    Client(reqwest::Error),
    /// The exporter refuses a setting.
    Exporter(opentelemetry_otlp::ExporterBuildError),
}

impl fmt::Display for TelemetryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Client(error) => {
                write!(f, "the client of OTEL_EXPORTER_OTLP_ENDPOINT cannot be made: {error}")
            }
            Self::Exporter(error) => write!(f, "traces cannot be sent: {error}"),
        }
    }
}

impl std::error::Error for TelemetryError {}

/// Traces that are being sent, where they are.
pub struct Traces(Option<SdkTracerProvider>);

impl Traces {
    /// Sends what was gathered, and no more.
    pub async fn end(self) {
        let Some(provider) = self.0 else { return };
        let ended = tokio::task::spawn_blocking(move || provider.shutdown_with_timeout(PATIENCE)).await;
        if let Ok(Err(error)) = ended {
            tracing::warn!(%error, "the last traces could not be sent");
        }
    }
}

/// Logs to stderr from now on, as lines for people or as one JSON object each, and sends traces where that is asked for.
pub fn start(is_json: bool, endpoint: Option<&Url>) -> Result<Traces, TelemetryError> {
    let provider = endpoint.map(provider).transpose()?;
    let spans = provider.as_ref().map(|provider| {
        let only_ours = filter_fn(|about| about.is_span() && about.target().starts_with("relink_"));
        tracing_opentelemetry::layer()
            .with_tracer(provider.tracer(SERVICE))
            .with_location(false)
            .with_threads(false)
            .with_target(false)
            .with_filter(only_ours)
    });
    let log = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let log: Box<dyn Layer<Registry> + Send + Sync> = if is_json {
        log.json().with_filter(LevelFilter::INFO).boxed()
    } else {
        let fields = debug_fn(|writer: &mut Writer<'_>, field, value| match field.name() {
            "message" => write!(writer, "{value:?} "),
            // For traces: the line says the same in its own words.
            name if name.contains('.') => Ok(()),
            name => write!(writer, "{name}={value:?} "),
        });
        log.with_ansi(false).compact().fmt_fields(fields).with_filter(LevelFilter::INFO).boxed()
    };
    tracing_subscriber::registry().with(log).with(spans).init();
    if provider.is_some() {
        traceparent::set_source(of_this_span);
    }
    Ok(Traces(provider))
}

fn provider(endpoint: &Url) -> Result<SdkTracerProvider, TelemetryError> {
    let http = reqwest::Client::builder().timeout(PATIENCE).redirect(reqwest::redirect::Policy::none());
    let http = http.build().map_err(TelemetryError::Client)?;
    let client = Client { http, runtime: tokio::runtime::Handle::current() };
    let exporter = opentelemetry_otlp::SpanExporter::builder()
        .with_http()
        .with_http_client(client)
        .with_endpoint(format!("{}/v1/traces", endpoint.as_str().trim_end_matches('/')))
        .build()
        .map_err(TelemetryError::Exporter)?;
    let mut resource = Resource::builder();
    if std::env::var_os("OTEL_SERVICE_NAME").is_none() {
        resource = resource.with_service_name(SERVICE);
    }
    Ok(SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource.build()).build())
}

/// Sends batches by the client that everything else here uses. The exporter's own thread waits for it.
#[derive(Debug)]
struct Client {
    http: reqwest::Client,
    runtime: tokio::runtime::Handle,
}

type Sending<'a> =
    Pin<Box<dyn Future<Output = Result<opentelemetry_http::Response<Bytes>, HttpError>> + Send + 'a>>;

impl HttpClient for Client {
    fn send_bytes<'client, 'sending>(
        &'client self,
        request: opentelemetry_http::Request<Bytes>,
    ) -> Sending<'sending>
    where
        'client: 'sending,
        Self: 'sending,
    {
        let http = self.http.clone();
        let sent = self.runtime.spawn(async move {
            let answer = http.execute(request.try_into()?).await?;
            let mut response = opentelemetry_http::Response::builder().status(answer.status());
            if let Some(headers) = response.headers_mut() {
                headers.clone_from(answer.headers());
            }
            Ok(response.body(answer.bytes().await?)?)
        });
        Box::pin(async move { sent.await? })
    }
}

/// The header that a call leaves with: the span that it is made in.
fn of_this_span() -> Option<String> {
    let context = tracing::Span::current().context();
    let span = context.span().span_context().clone();
    let flags = span.trace_flags().to_u8();
    span.is_valid().then(|| format!("00-{}-{}-{flags:02x}", span.trace_id(), span.span_id()))
}

/// The outermost layer: what a request's `traceparent` says is where its span belongs.
pub(crate) async fn join(request: Request, next: Next) -> Response {
    let parent = TraceContextPropagator::new().extract(&HeaderExtractor(request.headers()));
    next.run(request).with_context(parent).await
}
