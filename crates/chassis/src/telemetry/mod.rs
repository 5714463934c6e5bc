//! What a context tells of itself: metrics under the same names everywhere, traces, and logs that keep secrets.

mod edge;
mod export;
mod logs;
mod metrics;
mod openmetrics;
mod rebuild;
mod timed;
mod trace;
mod tracer;

pub use export::ExportError;
pub(crate) use logs::{Ecs, chain};
pub use logs::{LogFormat, init_logs};
pub(crate) use metrics::{LogMetrics, Metrics, Outcome, Shape};
pub(crate) use openmetrics::{MEDIA_TYPE as OPENMETRICS, is_preferred as prefers_openmetrics};
pub(crate) use timed::{Timed, TimedVec};
pub(crate) use trace::{Story, continued, fresh_correlation};
pub use trace::{correlation_id, traceparent};
pub(crate) use tracer::{Span, Tracer};
