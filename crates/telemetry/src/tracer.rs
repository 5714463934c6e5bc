//! What makes spans: those of requests and of consumers, as often as the configuration samples them.

use std::sync::Arc;

use opentelemetry::trace::{Link, SpanBuilder, SpanKind, TracerProvider};
use opentelemetry::{InstrumentationScope, KeyValue};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider};
use uuid::Uuid;

use crate::export::{self, ExportError, SpanMetrics};
use crate::recorder::Recorder;
use crate::settings::TelemetrySettings;
use crate::span::Span;
use crate::trace_parent::TraceParent;

/// What a context records its spans with. Without a collector to send them to, it records none.
pub struct Tracer {
    recorder: Option<Arc<Recorder>>,
    provider: Option<SdkTracerProvider>,
}

impl Tracer {
    /// One that records spans as configured, of a context of this name and version.
    pub fn new(
        context: &'static str,
        version: &'static str,
        config: &TelemetrySettings,
        metrics: SpanMetrics,
    ) -> Result<Self, ExportError> {
        let ratio = config.sample_ratio;
        if !(0.0..=1.0).contains(&ratio) {
            return Err(ExportError::Ratio(ratio));
        }
        let Some(endpoint) = &config.otlp_endpoint else {
            return Ok(Self { recorder: None, provider: None });
        };
        let provider = SdkTracerProvider::builder()
            // Whether a trace is sampled was decided before the SDK is asked for a span.
            .with_sampler(Sampler::AlwaysOn)
            .with_resource(resource(context, version, config))
            .with_span_processor(export::processor(endpoint, config, metrics)?)
            .build();
        let scope = InstrumentationScope::builder("macadam").with_version(env!("CARGO_PKG_VERSION")).build();
        let recorder = Recorder::new(provider.tracer_with_scope(scope), ratio);
        Ok(Self { recorder: Some(Arc::new(recorder)), provider: Some(provider) })
    }

    /// The span of a request. A trace that the client began is recorded if the client's part is; others by chance.
    /// `describe` says name and attributes, and is asked only where they are recorded.
    pub fn server(
        &self,
        parent: Option<TraceParent>,
        correlation: Uuid,
        describe: impl FnOnce() -> (&'static str, Vec<KeyValue>),
    ) -> Span {
        let sampled =
            |recorder: &&Arc<Recorder>| parent.map_or_else(|| recorder.samples(), |parent| parent.sampled);
        let Some(recorder) = self.recorder.as_ref().filter(sampled) else {
            return Span::unrecorded(parent.unwrap_or_else(TraceParent::fresh), correlation);
        };
        let (name, attributes) = describe();
        let builder = SpanBuilder::from_name(name).with_kind(SpanKind::Server).with_attributes(attributes);
        Span::recorded(recorder, builder, parent, true, correlation)
    }

    /// The span of a consumer that was handed what a span of another task, or of another day, has stored: it goes on with
    /// that trace, and is linked to that span. `describe` says its name and attributes, and is asked only where they are
    /// recorded.
    pub fn consumer(
        &self,
        traceparent: Option<&str>,
        correlation: Uuid,
        describe: impl FnOnce() -> (String, Vec<KeyValue>),
    ) -> Span {
        let parent = traceparent.and_then(TraceParent::parse);
        let sampled = parent.filter(|parent: &TraceParent| parent.sampled);
        let (Some(recorder), Some(cause)) = (&self.recorder, sampled) else {
            return Span::unrecorded(parent.unwrap_or_else(TraceParent::fresh), correlation);
        };
        let (name, attributes) = describe();
        let builder = SpanBuilder::from_name(name)
            .with_kind(SpanKind::Consumer)
            .with_attributes(attributes)
            .with_links(vec![Link::with_context(cause.context(true))]);
        Span::recorded(recorder, builder, parent, true, correlation)
    }

    /// Sends what is left, as long as `limit` allows. Blocks.
    pub fn shut_down(&self, limit: std::time::Duration) {
        if let Some(provider) = &self.provider
            && let Err(error) = provider.shutdown_with_timeout(limit)
        {
            tracing::warn!(error = %error, "the last spans were not sent");
        }
    }
}

/// What the spans come from, in the names of OpenTelemetry's conventions.
fn resource(context: &'static str, version: &'static str, config: &TelemetrySettings) -> Resource {
    let mut attributes = vec![
        KeyValue::new("service.name", context),
        KeyValue::new("service.version", version),
        KeyValue::new("service.instance.id", Uuid::now_v7().to_string()),
    ];
    if let Some(environment) = &config.environment {
        attributes.push(KeyValue::new("deployment.environment.name", environment.clone()));
    }
    Resource::builder_empty().with_attributes(attributes).build()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::metrics::MetricFactory;

    fn span_metrics() -> SpanMetrics {
        let factory = MetricFactory::new("shop").expect("the metrics fit");
        SpanMetrics::new(&factory).expect("the metrics fit")
    }

    #[test]
    fn what_goes_on_after_the_end_keeps_its_ids() {
        let metrics = span_metrics();
        let config = TelemetrySettings {
            otlp_endpoint: Some("http://127.0.0.1:9".to_owned()),
            ..TelemetrySettings::default()
        };
        let tracer = Tracer::new("shop", "1.0.0", &config, metrics.clone()).expect("sound");
        let given =
            TraceParent::parse("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01").expect("sound");
        let before = tracer.server(Some(given), Uuid::nil(), || ("", Vec::new()));
        assert!(before.is_recorded() && before.traceparent().id == given.id && before.traceparent() != given);
        tracer.shut_down(Duration::from_secs(5));
        let part = before.context().clone().sync(|| Span::child("late", SpanKind::Internal));
        assert_eq!((part.is_recorded(), part.traceparent()), (false, before.traceparent()));
        let late = tracer.server(Some(given), Uuid::nil(), || ("", Vec::new()));
        assert_eq!((late.is_recorded(), late.traceparent()), (false, given));
    }

    #[test]
    fn the_share_that_is_recorded_is_the_one_that_was_asked_for() {
        let metrics = span_metrics();
        let recorded = |ratio: f64| {
            let endpoint = Some("http://127.0.0.1:9".to_owned());
            let config = TelemetrySettings {
                otlp_endpoint: endpoint,
                sample_ratio: ratio,
                ..TelemetrySettings::default()
            };
            let tracer = Tracer::new("shop", "1.0.0", &config, metrics.clone()).expect("sound");
            let recorder = tracer.recorder.as_ref().expect("there is a collector");
            (0..10_000).filter(|_| recorder.samples()).count()
        };
        assert_eq!((recorded(0.0), recorded(1.0)), (0, 10_000));
        // Six standard deviations: once in a billion runs it would be further off.
        assert!((820..=1_180).contains(&recorded(0.1)));
    }
}
