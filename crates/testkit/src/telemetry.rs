//! What a context tells of itself, caught: a collector in the test's own process, and the lines of the log.

use std::collections::BTreeMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::http::StatusCode;
use axum::routing::post;
use macadam_chassis::Config;
use macadam_http::{RequestMetrics, with_request_telemetry};
use macadam_telemetry::{EcsFormat, MetricFactory, SpanMetrics, TelemetrySettings, Tracer, chain};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use opentelemetry_proto::tonic::trace::v1::status::StatusCode as SpanStatus;
use prost::Message;
use serde_json::Value;
use tokio::runtime::Runtime;
use tracing_subscriber::fmt::MakeWriter;

use crate::service::eventually;

/// Milliseconds between two batches, so that a test need not wait.
const INTERVAL_MS: u64 = 10;

/// A span as it arrived.
#[derive(Debug, Clone)]
pub struct Span {
    /// The trace's id in hexadecimal.
    pub trace: String,
    /// Its own.
    pub id: String,
    /// The span that it is a part of.
    pub parent: Option<String>,
    /// The spans that it points to.
    pub links: Vec<String>,
    /// Its name.
    pub name: String,
    /// `Server`, `Internal`, `Producer` or `Consumer`.
    pub kind: SpanKind,
    /// What it says of the work.
    pub attributes: BTreeMap<String, Value>,
    /// Whether the work went wrong.
    pub failed: bool,
    /// What it says of the process.
    pub resource: BTreeMap<String, Value>,
}

/// Takes spans as a collector does: OTLP over HTTP, decoded by the classes that OpenTelemetry publishes.
pub struct Collector {
    address: SocketAddr,
    spans: Arc<Mutex<Vec<Span>>>,
    _runtime: Runtime,
}

impl Collector {
    /// Listens on a port that the system picks.
    pub fn start() -> Self {
        Self::start_at(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))
    }

    /// Listens there, as one that comes back.
    pub fn start_at(address: SocketAddr) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("the machine gives threads");
        let listener = runtime
            .block_on(async { tokio::net::TcpListener::bind(address).await })
            .expect("the address is free");
        let address = listener.local_addr().expect("a listener has an address");
        let spans = Arc::<Mutex<Vec<Span>>>::default();
        let kept = spans.clone();
        let routes = Router::new().route(
            "/v1/traces",
            post(async move |body: Bytes| {
                let Ok(request) = ExportTraceServiceRequest::decode(body) else {
                    return StatusCode::BAD_REQUEST;
                };
                kept.lock().unwrap_or_else(PoisonError::into_inner).extend(decoded(&request));
                StatusCode::OK
            }),
        );
        runtime.spawn(async move { axum::serve(listener, routes).await });
        Self { address, spans, _runtime: runtime }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The settings of a context in process that sends all its spans here, without delay.
    pub fn take_all(&self, config: &mut Config) {
        config.telemetry.otlp_endpoint = Some(format!("http://{}", self.address));
        config.telemetry.sample_ratio = 1.0;
        config.telemetry.export_interval_ms = INTERVAL_MS;
    }

    /// The same for a binary: environment variables.
    pub fn settings(&self) -> Vec<(&'static str, String)> {
        vec![
            ("MACADAM_TELEMETRY__OTLP_ENDPOINT", format!("http://{}", self.address)),
            ("MACADAM_TELEMETRY__SAMPLE_RATIO", "1.0".to_owned()),
            ("MACADAM_TELEMETRY__EXPORT_INTERVAL_MS", INTERVAL_MS.to_string()),
        ]
    }

    /// What has arrived so far.
    pub fn spans(&self) -> Vec<Span> {
        self.spans.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits for a span.
    #[track_caller]
    pub fn span(&self, what: &str, is_it: impl Fn(&Span) -> bool) -> Span {
        let mut found = None;
        eventually(&format!("{what} arrives"), || {
            found = self.spans().into_iter().find(&is_it);
            found.is_some()
        });
        found.expect("it was found")
    }
}

/// Routes with nothing of the chassis around them but its telemetry: what it costs is measured with these.
pub fn with_telemetry(routes: Router, config: &TelemetrySettings) -> Router {
    let mut factory = MetricFactory::new("telemetry").expect("the chassis' own metrics fit");
    let requests = RequestMetrics::new(&mut factory).expect("the chassis' own metrics fit");
    let spans = SpanMetrics::new(&factory).expect("the chassis' own metrics fit");
    let tracer = Tracer::new("telemetry", "0.0.0", config, spans);
    let tracer = tracer.unwrap_or_else(|error| panic!("{}", chain(&error)));
    with_request_telemetry(routes, &requests, &Arc::new(tracer))
}

/// A collector that takes connections and never answers.
pub struct SilentCollector {
    listener: TcpListener,
    held: Vec<TcpStream>,
}

impl SilentCollector {
    /// Listens on a port that the system picks.
    pub fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("the system has a port");
        listener.set_nonblocking(true).expect("a listener can be asked");
        Self { listener, held: Vec::new() }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.listener.local_addr().expect("a listener has an address")
    }

    /// How many have come so far; all are held and none is answered.
    pub fn callers(&mut self) -> usize {
        while let Ok((caller, _)) = self.listener.accept() {
            self.held.push(caller);
        }
        self.held.len()
    }
}

fn decoded(request: &ExportTraceServiceRequest) -> Vec<Span> {
    let mut spans = Vec::new();
    for resource in &request.resource_spans {
        let own = resource.resource.as_ref().map(|own| attributes(&own.attributes)).unwrap_or_default();
        for span in resource.scope_spans.iter().flat_map(|scope| &scope.spans) {
            spans.push(Span {
                trace: hex(&span.trace_id),
                id: hex(&span.span_id),
                parent: (!span.parent_span_id.is_empty()).then(|| hex(&span.parent_span_id)),
                links: span.links.iter().map(|link| hex(&link.span_id)).collect(),
                name: span.name.clone(),
                kind: span.kind(),
                attributes: attributes(&span.attributes),
                failed: span.status.as_ref().is_some_and(|status| status.code() == SpanStatus::Error),
                resource: own.clone(),
            });
        }
    }
    spans
}

fn attributes(pairs: &[KeyValue]) -> BTreeMap<String, Value> {
    let json = |value: &Option<AnyValue>| match value.as_ref().and_then(|value| value.value.as_ref()) {
        Some(Any::StringValue(text)) => text.clone().into(),
        Some(Any::IntValue(number)) => (*number).into(),
        Some(Any::DoubleValue(number)) => (*number).into(),
        Some(Any::BoolValue(truth)) => (*truth).into(),
        _ => Value::Null,
    };
    pairs.iter().map(|pair| (pair.key.clone(), json(&pair.value))).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The lines that contexts in this process log, from the first call on.
#[derive(Clone, Default)]
pub struct Logs(Arc<Mutex<Vec<u8>>>);

impl Logs {
    /// Catches all lines of this process, at every level, in the form that a service writes.
    pub fn catch() -> &'static Self {
        static LOGS: OnceLock<Logs> = OnceLock::new();
        LOGS.get_or_init(|| {
            let logs = Logs::default();
            let builder = tracing_subscriber::fmt()
                .with_env_filter("macadam=trace")
                .with_writer(logs.clone())
                .event_format(EcsFormat { service: "in-process" });
            builder.try_init().expect("nothing else takes this process' log");
            logs
        })
    }

    /// All of them.
    pub fn all(&self) -> Vec<Value> {
        let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        lines(&String::from_utf8_lossy(&bytes)).collect()
    }

    /// The lines that belong to a trace.
    pub fn of(&self, trace: &str) -> Vec<Value> {
        self.all().into_iter().filter(|line| line["trace.id"] == trace).collect()
    }
}

/// The lines of a log that are JSON.
fn lines(text: &str) -> impl Iterator<Item = Value> {
    text.lines().filter_map(|line| serde_json::from_str(line).ok())
}

impl io::Write for Logs {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Logs {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}
