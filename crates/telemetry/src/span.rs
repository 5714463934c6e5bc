//! Work under way: recorded where its trace is sampled, and otherwise no more than ids that are passed on.

use std::borrow::Cow;
use std::sync::Arc;

use opentelemetry::trace::{Span as _, SpanBuilder, SpanKind, Status, TraceContextExt, Tracer as _};
use opentelemetry::{Context, KeyValue, Value};
use uuid::Uuid;

use crate::recorder::Recorder;
use crate::trace_context::TraceContext;
use crate::trace_parent::TraceParent;

/// Work under way. Recorded or not, it knows its place in the trace; it ends when it is dropped.
pub struct Span {
    recorded: Option<Box<opentelemetry_sdk::trace::Span>>,
    context: TraceContext,
}

impl Span {
    pub(crate) fn unrecorded(parent: TraceParent, correlation: Uuid) -> Self {
        Self { recorded: None, context: TraceContext { traceparent: parent, correlation, recorder: None } }
    }

    /// Begins a span under `parent`, which may have begun in another process.
    pub(crate) fn recorded(
        recorder: &Arc<Recorder>,
        builder: SpanBuilder,
        parent: Option<TraceParent>,
        remote: bool,
        correlation: Uuid,
    ) -> Self {
        let within = parent.map_or_else(Context::new, |parent| {
            Context::new().with_remote_span_context(parent.context(remote))
        });
        let span = recorder.tracer.build_with_context(builder, &within);
        // Once it is shut down, the SDK's spans have no ids: what is still under way goes on without it.
        if !span.span_context().is_valid() {
            return Self::unrecorded(parent.unwrap_or_else(TraceParent::fresh), correlation);
        }
        let parent = TraceParent::from(span.span_context());
        let context = TraceContext { traceparent: parent, correlation, recorder: Some(recorder.clone()) };
        Self { recorded: Some(Box::new(span)), context }
    }

    /// A part of the work that the task at hand is doing.
    pub fn child(name: impl Into<Cow<'static, str>>, kind: SpanKind) -> Self {
        let Some(context) = TraceContext::current() else {
            return Self::unrecorded(TraceParent::fresh(), Uuid::now_v7());
        };
        let Some(recorder) = &context.recorder else { return Self { recorded: None, context } };
        let builder = SpanBuilder::from_name(name).with_kind(kind);
        Self::recorded(recorder, builder, Some(context.traceparent), false, context.correlation)
    }

    /// Where it stands in its trace.
    #[inline]
    pub fn traceparent(&self) -> TraceParent {
        self.context.traceparent
    }

    /// What runs within it belongs to this.
    #[inline]
    pub fn context(&self) -> &TraceContext {
        &self.context
    }

    /// Whether anything is kept of it: what is only of use to a recorded span need not be made for another.
    #[inline]
    pub fn is_recorded(&self) -> bool {
        self.recorded.is_some()
    }

    /// Says more about it, where it is recorded.
    #[inline]
    pub fn set(&mut self, key: &'static str, value: impl Into<Value>) {
        if let Some(span) = &mut self.recorded {
            span.set_attribute(KeyValue::new(key, value));
        }
    }

    /// It went wrong, and this is the kind of error; never a text that could quote what somebody sent.
    pub fn fail(&mut self, kind: impl Into<Value>) {
        if let Some(span) = &mut self.recorded {
            span.set_attribute(KeyValue::new("error.type", kind));
            span.set_status(Status::error(""));
        }
    }
}
