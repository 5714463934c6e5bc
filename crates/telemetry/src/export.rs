//! The way of spans to a collector: a bounded queue, a thread of its own, OTLP over HTTP. A collector that is away or
//! slow costs spans, never requests or memory.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use opentelemetry::Context;
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{ExporterBuildError, Protocol, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{
    BatchConfigBuilder, BatchSpanProcessor, Span, SpanData, SpanExporter, SpanProcessor,
};
use prometheus::IntCounter;

use crate::metrics::MetricFactory;
use crate::settings::TelemetrySettings;

/// Spans in one request to the collector at the most.
const BATCH_MAX: usize = 512;
/// Bytes that a collector may answer.
const ANSWER_MAX: u64 = 64 * 1024;

/// Why no spans can be sent.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// It is no share.
    #[error("read telemetry.sample_ratio: {0} is not between 0 and 1")]
    Ratio(f64),
    /// It is no address that can be sent to.
    #[error(
        "read telemetry.otlp_endpoint: expected `http://host:port`, without a password; \
         TLS begins at a collector beside this process"
    )]
    Endpoint,
    /// Nothing would ever be sent.
    #[error("read telemetry.{0}: expected more than 0")]
    Zero(&'static str),
    /// The exporter cannot be built.
    #[error("make the exporter of spans")]
    Exporter(#[from] ExporterBuildError),
}

/// What becomes of recorded spans, counted.
#[derive(Debug, Clone)]
pub struct SpanMetrics {
    exported: IntCounter,
    /// The collector did not take them.
    failed: IntCounter,
    /// There was no room to wait in.
    dropped: IntCounter,
}

impl SpanMetrics {
    /// Registers its series.
    pub fn new(factory: &MetricFactory) -> Result<Self, prometheus::Error> {
        let spans = factory.counters(
            "macadam_telemetry_spans_total",
            "Recorded spans: exported, failed (the collector did not take them) and dropped (no room to wait).",
            &["outcome"],
        )?;
        let with = |outcome| spans.with_label_values(&[outcome]);
        Ok(Self { exported: with("exported"), failed: with("failed"), dropped: with("dropped") })
    }
}

/// Queue, thread and exporter for one collector.
pub(crate) fn processor(
    endpoint: &str,
    config: &TelemetrySettings,
    metrics: SpanMetrics,
) -> Result<impl SpanProcessor + use<>, ExportError> {
    let address = endpoint
        .strip_prefix("http://")
        .filter(|rest| !rest.is_empty() && !rest.starts_with('/') && !rest.contains('@'));
    if address.is_none() {
        return Err(ExportError::Endpoint);
    }
    for (key, value) in [
        ("queue_max_spans", config.queue_max_spans as u64),
        ("export_interval_ms", config.export_interval_ms),
        ("export_timeout_ms", config.export_timeout_ms),
    ] {
        if value == 0 {
            return Err(ExportError::Zero(key));
        }
    }
    let timeout = Duration::from_millis(config.export_timeout_ms);
    let exporter = opentelemetry_otlp::SpanExporter::builder()
        .with_http()
        .with_http_client(Post::new(timeout))
        .with_protocol(Protocol::HttpBinary)
        .with_endpoint(format!("{}/v1/traces", endpoint.trim_end_matches('/')))
        .with_timeout(timeout)
        .build()?;
    let waiting = Arc::new(AtomicUsize::new(0));
    let exporter = Counted {
        exporter,
        waiting: waiting.clone(),
        metrics: metrics.clone(),
        endpoint: endpoint.to_owned(),
        away: AtomicBool::new(false),
    };
    let batches = BatchConfigBuilder::default()
        .with_max_queue_size(config.queue_max_spans)
        .with_max_export_batch_size(config.queue_max_spans.min(BATCH_MAX))
        .with_scheduled_delay(Duration::from_millis(config.export_interval_ms))
        .build();
    let batches = BatchSpanProcessor::builder(exporter).with_batch_config(batches).build();
    Ok(Bounded { batches, waiting, max: config.queue_max_spans, metrics })
}

/// A client that blocks: it is only ever called on the queue's own thread.
#[derive(Debug)]
struct Post(ureq::Agent);

impl Post {
    fn new(timeout: Duration) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .proxy(None)
            .timeout_global(Some(timeout));
        Self(config.build().into())
    }
}

#[async_trait]
impl HttpClient for Post {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let (parts, body) = request.into_parts();
        let mut response = self.0.run(Request::from_parts(parts, &body[..]))?;
        let body = response.body_mut().with_config().limit(ANSWER_MAX).read_to_vec()?;
        let (parts, _) = response.into_parts();
        Ok(Response::from_parts(parts, body.into()))
    }
}

/// Lets in as many spans as may wait, and counts those that find no place.
#[derive(Debug)]
struct Bounded {
    batches: BatchSpanProcessor,
    waiting: Arc<AtomicUsize>,
    max: usize,
    metrics: SpanMetrics,
}

impl SpanProcessor for Bounded {
    fn on_start(&self, _: &mut Span, _: &Context) {}

    fn on_end(&self, span: SpanData) {
        if self.waiting.fetch_add(1, Ordering::Relaxed) < self.max {
            self.batches.on_end(span);
        } else {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            self.metrics.dropped.inc();
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.batches.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.batches.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.batches.set_resource(resource);
    }
}

/// Counts what was sent and what was not, and says once when the collector goes away and when it is back.
#[derive(Debug)]
struct Counted {
    exporter: opentelemetry_otlp::SpanExporter,
    waiting: Arc<AtomicUsize>,
    metrics: SpanMetrics,
    endpoint: String,
    away: AtomicBool,
}

impl SpanExporter for Counted {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let count = batch.len();
        let sent = self.exporter.export(batch).await;
        self.waiting.fetch_sub(count, Ordering::Relaxed);
        let series = if sent.is_ok() { &self.metrics.exported } else { &self.metrics.failed };
        series.inc_by(count as u64);
        let was_away = self.away.swap(sent.is_err(), Ordering::Relaxed);
        let endpoint = &*self.endpoint;
        match (&sent, was_away) {
            (Err(error), false) => tracing::warn!(
                endpoint,
                error = %error,
                "spans cannot be exported to {endpoint}; they are lost until the collector is available again"
            ),
            (Ok(()), true) => tracing::info!(endpoint, "spans are exported again"),
            _ => {}
        }
        sent
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(resource);
    }
}
