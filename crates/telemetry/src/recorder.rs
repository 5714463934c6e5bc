//! Where recorded spans go, and which traces that begin here are recorded.

use opentelemetry_sdk::trace::{IdGenerator, RandomIdGenerator, SdkTracer};

/// Records spans, of a share of the traces that begin here.
pub(crate) struct Recorder {
    pub tracer: SdkTracer,
    /// Up to which random number a trace that begins here is sampled.
    threshold: u64,
    always: bool,
}

impl Recorder {
    /// One that samples this share of the traces, from 0 to 1.
    pub(crate) fn new(tracer: SdkTracer, ratio: f64) -> Self {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 1, as configured")]
        #[expect(clippy::cast_precision_loss, reason = "a share need not be exact to the last bit")]
        let threshold = (ratio * u64::MAX as f64) as u64;
        Self { tracer, threshold, always: ratio >= 1.0 }
    }

    /// Whether a trace that begins now is sampled.
    pub(crate) fn samples(&self) -> bool {
        self.always
            || u64::from_be_bytes(RandomIdGenerator::default().new_span_id().to_bytes()) < self.threshold
    }
}
