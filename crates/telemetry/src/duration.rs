//! Durations whose buckets remember a trace: the way from a slow bucket to a request that was slow.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use jiff::Timestamp;
use prometheus::{Histogram, HistogramVec};

use crate::trace_parent::TraceParent;

/// The last recorded trace that fell into a bucket.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Exemplar {
    pub trace: TraceParent,
    pub seconds: f64,
    pub at: Timestamp,
}

/// One series, held by whoever observes it: no label is looked up for a request.
pub struct DurationSeries {
    histogram: Histogram,
    bounds: &'static [f64],
    /// One for each bucket, and one for what is above them all.
    slots: Box<[Mutex<Option<Exemplar>>]>,
}

impl DurationSeries {
    /// Counts a duration; `trace` is the place it belongs to.
    pub fn observe(&self, seconds: f64, trace: Option<TraceParent>) {
        self.histogram.observe(seconds);
        if let Some(trace) = trace.filter(|trace| trace.sampled) {
            let bucket = self.bounds.partition_point(|bound| *bound < seconds);
            let exemplar = Exemplar { trace, seconds, at: Timestamp::now() };
            // Whoever panicked while it held the lock can have left nothing half done.
            *self.slots[bucket].lock().unwrap_or_else(PoisonError::into_inner) = Some(exemplar);
        }
    }

    /// What its buckets remember, in their order.
    pub(crate) fn exemplars(&self) -> Vec<Option<Exemplar>> {
        self.slots.iter().map(|slot| *slot.lock().unwrap_or_else(PoisonError::into_inner)).collect()
    }
}

/// All series of one duration.
pub struct DurationVec {
    histograms: HistogramVec,
    bounds: &'static [f64],
    /// In the order in which the labels were declared.
    labels: &'static [&'static str],
    series: RwLock<HashMap<Vec<String>, Arc<DurationSeries>>>,
}

impl DurationVec {
    pub(crate) fn new(
        histograms: HistogramVec,
        bounds: &'static [f64],
        labels: &'static [&'static str],
    ) -> Self {
        Self { histograms, bounds, labels, series: RwLock::default() }
    }

    /// The series with these labels; made where there is none yet.
    pub fn with(&self, values: &[&str]) -> Arc<DurationSeries> {
        let key: Vec<String> = values.iter().map(ToString::to_string).collect();
        let found = self.series.read().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        if let Some(found) = found {
            return found;
        }
        let mut series = self.series.write().unwrap_or_else(PoisonError::into_inner);
        let made = series.entry(key).or_insert_with(|| {
            let histogram = self.histograms.with_label_values(values);
            let slots = (0..=self.bounds.len()).map(|_| Mutex::default()).collect();
            Arc::new(DurationSeries { histogram, bounds: self.bounds, slots })
        });
        made.clone()
    }

    /// The series that has these labels among others.
    pub(crate) fn find<'a>(&self, value: impl Fn(&str) -> Option<&'a str>) -> Option<Arc<DurationSeries>> {
        let key: Vec<String> =
            self.labels.iter().map(|label| value(label).map(ToOwned::to_owned)).collect::<Option<_>>()?;
        self.series.read().unwrap_or_else(PoisonError::into_inner).get(&key).cloned()
    }
}
