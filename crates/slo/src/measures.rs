//! What a context measures, as its service says of itself: `contracts/<context>/metrics.json`.

use std::collections::BTreeMap;

use serde::Deserialize;

/// All metrics of a context.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Measures {
    /// By name, as a counter or histogram is called in the contract: with `_total`, without `_bucket`.
    pub metrics: BTreeMap<String, Metric>,
}

/// One metric.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Metric {
    /// Its name.
    pub name: String,
    /// What it is.
    #[serde(rename = "type")]
    pub kind: MetricKind,
    /// Each label with its values; none where they differ from run to run, such as a version.
    pub labels: BTreeMap<String, Vec<String>>,
    /// The upper bounds of a histogram's buckets, without the last one. Contracts of format 1 do not list them.
    #[serde(default)]
    pub buckets: Option<Vec<f64>>,
}

/// What a metric is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MetricKind {
    /// It only rises.
    Counter,
    /// It rises and falls.
    Gauge,
    /// Its series are `_bucket`, `_sum` and `_count`.
    Histogram,
}

/// A contract that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{path} cannot be read: {message}; write it again with `cargo xtask contracts`")]
pub struct MeasuresError {
    path: String,
    message: String,
}

#[derive(Deserialize)]
struct Document {
    metrics: Vec<Metric>,
}

impl Measures {
    /// Reads the text of `contracts/<context>/metrics.json`; `path` is named in errors.
    pub fn parse(path: &str, text: &str) -> Result<Self, MeasuresError> {
        let document: Document = serde_json::from_str(text)
            .map_err(|error| MeasuresError { path: path.to_owned(), message: error.to_string() })?;
        let metrics = document.metrics.into_iter().map(|metric| (metric.name.clone(), metric));
        Ok(Self { metrics: metrics.collect() })
    }

    /// Whether there is a metric of this name.
    pub fn has(&self, name: &str) -> bool {
        self.metrics.contains_key(name)
    }
}
