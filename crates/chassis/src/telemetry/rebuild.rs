//! How views that are being built report.

use prometheus::{IntCounterVec, IntGaugeVec};

/// Series of builds, each at zero for every view where nothing is being built.
pub(crate) struct RebuildMetrics {
    pub(super) rebuilds: IntCounterVec,
    pub(super) applied: IntCounterVec,
    pub(super) done: IntGaugeVec,
    pub(super) wanted: IntGaugeVec,
}

impl RebuildMetrics {
    pub(super) fn create_series(&self, views: &[&'static str]) {
        for view in views {
            for counter in [&self.rebuilds, &self.applied] {
                counter.with_label_values(&[view]);
            }
            for gauge in [&self.done, &self.wanted] {
                gauge.with_label_values(&[view]);
            }
        }
    }

    /// So many events were applied now; the build has come to `done` of `wanted`.
    pub(crate) fn progress(&self, view: &str, applied: u64, done: i64, wanted: i64) {
        self.applied.with_label_values(&[view]).inc_by(applied);
        self.done.with_label_values(&[view]).set(done);
        self.wanted.with_label_values(&[view]).set(wanted);
    }

    /// What was built is read now.
    pub(crate) fn switched(&self, view: &str) {
        self.rebuilds.with_label_values(&[view]).inc();
        self.done.with_label_values(&[view]).set(0);
        self.wanted.with_label_values(&[view]).set(0);
    }
}
