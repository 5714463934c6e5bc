//! A place in a trace, in the form of W3C's `traceparent`, and ids that are cheap to make.

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use opentelemetry::trace::{SpanContext, SpanId, TraceFlags, TraceId, TraceState};
use opentelemetry_sdk::trace::{IdGenerator, RandomIdGenerator};
use uuid::{Builder, Uuid};

/// A place in a trace, as W3C's `traceparent` writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TraceParent {
    /// The trace.
    pub id: TraceId,
    /// The span within it.
    pub span: SpanId,
    /// Whether it is recorded.
    pub sampled: bool,
}

impl TraceParent {
    /// The beginning of a trace that nobody records: its ids tie together what belongs together all the same.
    pub(crate) fn fresh() -> Self {
        let ids = RandomIdGenerator::default();
        Self { id: ids.new_trace_id(), span: ids.new_span_id(), sampled: false }
    }

    /// Reads the form that W3C gives it; none where it is another. A later version may say more behind what this one knows.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let mut hex = |length: usize| {
            let part = parts.next().filter(|part| part.len() == length)?;
            let is_hex = part.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
            is_hex.then_some(part)
        };
        let (version, id, span, flags) = (hex(2)?, hex(32)?, hex(16)?, hex(2)?);
        let id = TraceId::from_hex(id).ok()?;
        let span = SpanId::from_hex(span).ok()?;
        let flags = u8::from_str_radix(flags, 16).ok()?;
        let more = parts.next().is_some();
        // All zeros is W3C's way to say that there is none; version ff is forbidden.
        if version == "ff" || (version == "00" && more) || id == TraceId::INVALID || span == SpanId::INVALID {
            return None;
        }
        Some(Self { id, span, sampled: flags & 1 == 1 })
    }

    /// The same place, for the SDK.
    pub(crate) fn context(self, remote: bool) -> SpanContext {
        let flags = TraceFlags::default().with_sampled(self.sampled);
        SpanContext::new(self.id, self.span, flags, remote, TraceState::NONE)
    }
}

impl From<&SpanContext> for TraceParent {
    fn from(context: &SpanContext) -> Self {
        Self { id: context.trace_id(), span: context.span_id(), sampled: context.is_sampled() }
    }
}

impl fmt::Display for TraceParent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "00-{}-{}-{:02x}", self.id, self.span, u8::from(self.sampled))
    }
}

/// A new correlation id, a UUID v7. Each request needs one, and the system's random numbers cost a call of the system;
/// these need only be different from each other.
pub fn new_correlation_id() -> Uuid {
    let random = RandomIdGenerator::default().new_trace_id().to_bytes();
    let mut bytes = [0; 10];
    bytes.copy_from_slice(&random[..10]);
    let millis = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    let millis = u64::try_from(millis).unwrap_or_default();
    Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    #[test]
    fn what_w3c_allows_is_read_and_written_again() {
        assert_eq!(TraceParent::parse(GOOD).map(|trace| trace.to_string()), Some(GOOD.to_owned()));
        let later = GOOD.replacen("00-", "01-", 1) + "-more";
        assert_eq!(TraceParent::parse(&later).map(|trace| trace.to_string()), Some(GOOD.to_owned()));
        let many_flags = GOOD.replace("-01", "-fe");
        assert_eq!(TraceParent::parse(&many_flags).map(|trace| trace.sampled), Some(false));
    }

    #[test]
    fn what_w3c_forbids_is_no_trace() {
        for bad in [
            "",
            "00",
            &GOOD.replacen("00-", "ff-", 1),
            &GOOD.to_uppercase(),
            &format!("{GOOD}-more"),
            &GOOD.replace("4bf92f3577b34da6a3ce929d0e0e4736", &"0".repeat(32)),
            &GOOD.replace("00f067aa0ba902b7", &"0".repeat(16)),
            &GOOD.replace("4b", "4g"),
            &GOOD[1..],
        ] {
            assert_eq!(TraceParent::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn fresh_correlation_ids_are_of_version_7_and_differ() {
        let ids: std::collections::HashSet<_> = (0..1_000).map(|_| new_correlation_id()).collect();
        assert!(ids.len() == 1_000 && ids.iter().all(|id| id.get_version_num() == 7));
    }

    #[test]
    fn a_fresh_trace_is_valid_and_not_sampled() {
        let fresh = TraceParent::fresh();
        assert_eq!(TraceParent::parse(&fresh.to_string()), Some(fresh));
        assert!(!fresh.sampled);
    }
}
