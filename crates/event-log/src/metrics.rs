//! How the log's writer reports.

use macadam_telemetry::{LimitGauge, MetricFactory};
use prometheus::{Gauge, Histogram, IntCounterVec, IntGauge};

use crate::fault::FaultKind;

/// Seconds; a durable commit on anything from a fast disk to one that another holds for longer than SQLite waits, 5 s.
const COMMIT_SECONDS: &[f64] =
    &[0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 7.5, 10.0];

/// Appends in one transaction.
const GROUP: &[f64] = &[1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0];

/// What the writer counts.
#[derive(Clone)]
pub struct LogMetrics {
    pub(crate) append_duration: Histogram,
    /// Appends in each group commit.
    pub group_size: Histogram,
    commit_failures: IntCounterVec,
    pub(crate) queue_depth: IntGauge,
    pub(crate) queue_oldest: Gauge,
    pub(crate) queue_limit: LimitGauge,
    pub(crate) readers_limit: LimitGauge,
}

impl LogMetrics {
    /// Registers its series.
    pub fn new(factory: &MetricFactory) -> Result<Self, prometheus::Error> {
        let name = "macadam_log_append_duration_seconds";
        let commit_failures = factory.counters(
            "macadam_log_commit_failures_total",
            "Group commits that failed: each of their commands was answered 503, as its outcome is unknown.",
            &["reason"],
        )?;
        for kind in FaultKind::ALL {
            commit_failures.with_label_values(&[kind.name()]);
        }
        Ok(Self {
            append_duration: factory.histogram(name, "Group commits.", COMMIT_SECONDS)?,
            group_size: factory.histogram("macadam_log_group_size", "Appends in one group commit.", GROUP)?,
            commit_failures,
            queue_depth: factory.gauge(
                "macadam_log_queue_depth",
                "Appends that wait for the writer or are being committed.",
            )?,
            queue_oldest: factory.float_gauge(
                "macadam_log_queue_oldest_seconds",
                "How long the oldest append has waited that is not answered.",
            )?,
            queue_limit: factory.limit("log_queue"),
            readers_limit: factory.limit("log_readers"),
        })
    }

    /// A group's commit failed.
    pub(crate) fn commit_failed(&self, kind: FaultKind) {
        self.commit_failures.with_label_values(&[kind.name()]).inc();
    }
}
