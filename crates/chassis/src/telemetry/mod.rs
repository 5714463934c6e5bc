//! What a context tells of itself: metrics under the same names everywhere, and logs that keep secrets.

mod logs;
mod metrics;
mod rebuild;

pub(crate) use logs::chain;
pub use logs::{LogFormat, init_logs};
pub(crate) use metrics::{LogMetrics, Metrics, Outcome, Shape};
