//! What can be configured of logs and traces.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::logs::LogFormat;

/// Log lines.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct LogSettings {
    /// `auto`, `json` or `text`.
    pub format: LogFormat,
    /// Which lines: a level, or levels by module.
    pub filter: String,
}

/// Traces.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TelemetrySettings {
    /// A collector that takes OTLP over HTTP, e.g. `http://127.0.0.1:4318`; without one no span is recorded.
    pub otlp_endpoint: Option<String>,
    /// The share of traces that is recorded, from 0 to 1; of those that a client began, the client decides.
    pub sample_ratio: f64,
    /// What this runs in, e.g. `production`; stands on each span as `deployment.environment.name`.
    pub environment: Option<String>,
    /// Spans that may wait for the collector; what finds no place is dropped, and counted.
    pub queue_max_spans: usize,
    /// Milliseconds between two batches.
    pub export_interval_ms: u64,
    /// Milliseconds after which a collector that does not answer is given up for this batch.
    pub export_timeout_ms: u64,
}

impl Default for LogSettings {
    fn default() -> Self {
        Self { format: LogFormat::Auto, filter: "info".to_owned() }
    }
}

impl Default for TelemetrySettings {
    fn default() -> Self {
        Self {
            otlp_endpoint: None,
            sample_ratio: 0.1,
            environment: None,
            queue_max_spans: 2_048,
            export_interval_ms: 1_000,
            export_timeout_ms: 5_000,
        }
    }
}
