//! How the log's writer reports.

use macadam_telemetry::MetricFactory;
use prometheus::{Histogram, IntCounter};

/// Seconds; a durable commit on anything from a fast disk to a slow one.
const COMMIT_SECONDS: &[f64] = &[0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5];

/// Appends in one transaction.
const GROUP: &[f64] = &[1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0];

/// What the writer counts.
#[derive(Clone)]
pub struct LogMetrics {
    pub(crate) append_duration: Histogram,
    /// Appends in each group commit.
    pub group_size: Histogram,
    pub(crate) commit_failures: IntCounter,
}

impl LogMetrics {
    /// Registers its series.
    pub fn new(factory: &MetricFactory) -> Result<Self, prometheus::Error> {
        let name = "macadam_log_append_duration_seconds";
        Ok(Self {
            append_duration: factory.histogram(name, "Group commits.", COMMIT_SECONDS)?,
            group_size: factory.histogram("macadam_log_group_size", "Appends in one group commit.", GROUP)?,
            commit_failures: factory.counter(
                "macadam_log_commit_failures_total",
                "Group commits that failed: each of their commands was answered 503, as its outcome is unknown.",
            )?,
        })
    }
}
