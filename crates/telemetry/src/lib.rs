//! What a service reports of itself: logs that keep secrets, traces, and metrics under the same names everywhere.
//!
//! It knows nothing of events or of HTTP. Each layer above makes its own series with a [`MetricFactory`] and its own
//! spans with a [`Tracer`].

mod duration;
mod export;
mod logs;
mod metrics;
mod openmetrics;
mod recorder;
mod settings;
mod span;
mod start_times;
mod trace_context;
mod trace_parent;
mod tracer;

pub use duration::{DurationSeries, DurationVec};
pub use export::{ExportError, SpanMetrics};
pub use logs::{EcsFormat, FilterError, LogFormat, chain, init_logs};
pub use metrics::{Exposition, LimitGauge, MetricFactory};
pub use openmetrics::{OPENMETRICS, prefers_openmetrics};
pub use settings::{LogSettings, TelemetrySettings};
pub use span::Span;
pub use start_times::{StartTimes, Started};
pub use trace_context::{TraceContext, correlation_id, in_context, traceparent};
pub use trace_parent::{TraceParent, new_correlation_id};
pub use tracer::Tracer;
