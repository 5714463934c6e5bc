//! Spans: recorded where the trace is sampled, and otherwise no more than ids that are passed on.

use std::borrow::Cow;
use std::sync::Arc;

use opentelemetry::trace::{
    Link, Span as _, SpanBuilder, SpanKind, Status, TraceContextExt, Tracer as _, TracerProvider,
};
use opentelemetry::{Context, InstrumentationScope, KeyValue, Value};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{IdGenerator, RandomIdGenerator, Sampler, SdkTracer, SdkTracerProvider};
use uuid::Uuid;

use super::metrics::SpanMetrics;
use super::trace::{Story, Trace};
use super::{ExportError, export};
use crate::config::Telemetry;
use crate::event_log::StoredEvent;

/// Where recorded spans go.
pub(crate) struct Recorder {
    tracer: SdkTracer,
    /// Up to which random number a trace that begins here is sampled.
    threshold: u64,
    always: bool,
}

/// What a context records its spans with. Without a collector to send them to, it records none.
pub(crate) struct Tracer {
    recorder: Option<Arc<Recorder>>,
    provider: Option<SdkTracerProvider>,
}

impl Tracer {
    pub(crate) fn new(
        context: &'static str,
        config: &Telemetry,
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
            .with_resource(resource(context, config))
            .with_span_processor(export::processor(endpoint, config, metrics)?)
            .build();
        let scope = InstrumentationScope::builder("macadam").with_version(env!("CARGO_PKG_VERSION")).build();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 1, checked above")]
        #[expect(clippy::cast_precision_loss, reason = "a share need not be exact to the last bit")]
        let threshold = (ratio * u64::MAX as f64) as u64;
        let recorder =
            Recorder { tracer: provider.tracer_with_scope(scope), threshold, always: ratio >= 1.0 };
        Ok(Self { recorder: Some(Arc::new(recorder)), provider: Some(provider) })
    }

    /// The span of a request. A trace that the client began is recorded if the client's part is; others by chance.
    /// `describe` says name and attributes, and is asked only where they are recorded.
    pub(crate) fn server(
        &self,
        parent: Option<Trace>,
        correlation: Uuid,
        describe: impl FnOnce() -> (&'static str, Vec<KeyValue>),
    ) -> Span {
        let sampled =
            |recorder: &&Arc<Recorder>| parent.map_or_else(|| recorder.chance(), |parent| parent.sampled);
        let Some(recorder) = self.recorder.as_ref().filter(sampled) else {
            return Span::passing(parent.unwrap_or_else(Trace::fresh), correlation);
        };
        let (name, attributes) = describe();
        let builder = SpanBuilder::from_name(name).with_kind(SpanKind::Server).with_attributes(attributes);
        Span::recorded(recorder, builder, parent, true, correlation)
    }

    /// The span of a subscriber that was handed a stored event: it goes on with the event's trace, and is linked to
    /// what stored it. `describe` says its name, and an attribute for whom it is.
    pub(crate) fn consumer(
        &self,
        event: &StoredEvent,
        describe: impl FnOnce() -> (String, &'static str, &'static str),
    ) -> Span {
        let correlation = event.correlation_id;
        let parent = event.traceparent.as_deref().and_then(|text| text.parse().ok());
        let sampled = parent.filter(|parent: &Trace| parent.sampled);
        let (Some(recorder), Some(cause)) = (&self.recorder, sampled) else {
            return Span::passing(parent.unwrap_or_else(Trace::fresh), correlation);
        };
        let (name, key, value) = describe();
        let attributes = vec![
            KeyValue::new(key, value),
            KeyValue::new("macadam.event", event.kind.clone()),
            KeyValue::new("macadam.stream", event.stream.to_string()),
            KeyValue::new("macadam.position", event.position),
            KeyValue::new("macadam.correlation.id", correlation.to_string()),
        ];
        let builder = SpanBuilder::from_name(name)
            .with_kind(SpanKind::Consumer)
            .with_attributes(attributes)
            .with_links(vec![Link::with_context(cause.context(true))]);
        Span::recorded(recorder, builder, parent, true, correlation)
    }

    /// Sends what is left, as long as `limit` allows. Blocks.
    pub(crate) fn shut_down(&self, limit: std::time::Duration) {
        if let Some(provider) = &self.provider
            && let Err(error) = provider.shutdown_with_timeout(limit)
        {
            tracing::warn!(error = %error, "the last spans were not sent");
        }
    }
}

impl Recorder {
    fn chance(&self) -> bool {
        self.always
            || u64::from_be_bytes(RandomIdGenerator::default().new_span_id().to_bytes()) < self.threshold
    }
}

/// What the spans come from, in the names of OpenTelemetry's conventions.
fn resource(context: &'static str, config: &Telemetry) -> Resource {
    let mut attributes = vec![
        KeyValue::new("service.name", context),
        KeyValue::new("service.version", env!("CARGO_PKG_VERSION")),
        KeyValue::new("service.instance.id", Uuid::now_v7().to_string()),
    ];
    if let Some(environment) = &config.environment {
        attributes.push(KeyValue::new("deployment.environment.name", environment.clone()));
    }
    Resource::builder_empty().with_attributes(attributes).build()
}

/// Work under way. Recorded or not, it knows its place in the trace; it ends when it is dropped.
pub(crate) struct Span {
    recorded: Option<Box<opentelemetry_sdk::trace::Span>>,
    story: Story,
}

impl Span {
    fn passing(trace: Trace, correlation: Uuid) -> Self {
        Self { recorded: None, story: Story { trace, correlation, recorder: None } }
    }

    /// Begins a span under `parent`, which somebody else may have told of.
    fn recorded(
        recorder: &Arc<Recorder>,
        builder: SpanBuilder,
        parent: Option<Trace>,
        remote: bool,
        correlation: Uuid,
    ) -> Self {
        let context = parent.map_or_else(Context::new, |parent| {
            Context::new().with_remote_span_context(parent.context(remote))
        });
        let span = recorder.tracer.build_with_context(builder, &context);
        // Once it is shut down, the SDK's spans have no ids: what is still under way goes on without it.
        if !span.span_context().is_valid() {
            return Self::passing(parent.unwrap_or_else(Trace::fresh), correlation);
        }
        let trace = Trace::from(span.span_context());
        let story = Story { trace, correlation, recorder: Some(recorder.clone()) };
        Self { recorded: Some(Box::new(span)), story }
    }

    /// A part of the work that the task at hand is doing.
    pub(crate) fn part(name: impl Into<Cow<'static, str>>, kind: SpanKind) -> Self {
        let Some(story) = Story::current() else { return Self::passing(Trace::fresh(), Uuid::now_v7()) };
        let Some(recorder) = &story.recorder else { return Self { recorded: None, story } };
        let builder = SpanBuilder::from_name(name).with_kind(kind);
        Self::recorded(recorder, builder, Some(story.trace), false, story.correlation)
    }

    /// Where it stands in its trace.
    pub(crate) fn trace(&self) -> Trace {
        self.story.trace
    }

    /// What runs within it belongs to this.
    pub(crate) fn story(&self) -> &Story {
        &self.story
    }

    pub(crate) fn is_recorded(&self) -> bool {
        self.recorded.is_some()
    }

    /// Says more about it, where it is recorded.
    pub(crate) fn set(&mut self, key: &'static str, value: impl Into<Value>) {
        if let Some(span) = &mut self.recorded {
            span.set_attribute(KeyValue::new(key, value));
        }
    }

    /// It went wrong, and this is the kind of error; never a text that could quote what somebody sent.
    pub(crate) fn fail(&mut self, kind: impl Into<Value>) {
        if let Some(span) = &mut self.recorded {
            span.set_attribute(KeyValue::new("error.type", kind));
            span.set_status(Status::error(""));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::telemetry::{Metrics, Shape};

    #[test]
    fn what_goes_on_after_the_end_keeps_its_ids() {
        let metrics = Metrics::new("shop", &Shape::default()).expect("the metrics fit");
        let config =
            Telemetry { otlp_endpoint: Some("http://127.0.0.1:9".to_owned()), ..Telemetry::default() };
        let tracer = Tracer::new("shop", &config, metrics.spans.clone()).expect("sound");
        let given: Trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".parse().expect("sound");
        let before = tracer.server(Some(given), Uuid::nil(), || ("", Vec::new()));
        assert!(before.is_recorded() && before.trace().id == given.id && before.trace() != given);
        tracer.shut_down(Duration::from_secs(5));
        let part = before.story().clone().sync(|| Span::part("late", SpanKind::Internal));
        assert_eq!((part.is_recorded(), part.trace()), (false, before.trace()));
        let late = tracer.server(Some(given), Uuid::nil(), || ("", Vec::new()));
        assert_eq!((late.is_recorded(), late.trace()), (false, given));
    }

    #[test]
    fn the_share_that_is_recorded_is_the_one_that_was_asked_for() {
        let metrics = Metrics::new("shop", &Shape::default()).expect("the metrics fit");
        let recorded = |ratio: f64| {
            let endpoint = Some("http://127.0.0.1:9".to_owned());
            let config = Telemetry { otlp_endpoint: endpoint, sample_ratio: ratio, ..Telemetry::default() };
            let tracer = Tracer::new("shop", &config, metrics.spans.clone()).expect("sound");
            let recorder = tracer.recorder.as_ref().expect("there is a collector");
            (0..10_000).filter(|_| recorder.chance()).count()
        };
        assert_eq!((recorded(0.0), recorded(1.0)), (0, 10_000));
        // Six standard deviations: once in a billion runs it would be further off.
        assert!((820..=1_180).contains(&recorded(0.1)));
    }
}
