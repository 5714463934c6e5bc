//! Where something stands in its trace, and the story that the task at hand belongs to.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use opentelemetry::trace::{SpanContext, SpanId, TraceFlags, TraceId, TraceState};
use opentelemetry_sdk::trace::{IdGenerator, RandomIdGenerator};
use uuid::{Builder, Uuid};

use super::tracer::Recorder;

/// A place in a trace, as W3C's `traceparent` tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Trace {
    pub id: TraceId,
    pub span: SpanId,
    pub sampled: bool,
}

impl Trace {
    /// The beginning of a trace that nobody records: its ids tie together what belongs together all the same.
    pub(super) fn fresh() -> Self {
        let ids = RandomIdGenerator::default();
        Self { id: ids.new_trace_id(), span: ids.new_span_id(), sampled: false }
    }

    /// The same place, for the SDK.
    pub(super) fn context(self, remote: bool) -> SpanContext {
        let flags = TraceFlags::default().with_sampled(self.sampled);
        SpanContext::new(self.id, self.span, flags, remote, TraceState::NONE)
    }
}

impl From<&SpanContext> for Trace {
    fn from(context: &SpanContext) -> Self {
        Self { id: context.trace_id(), span: context.span_id(), sampled: context.is_sampled() }
    }
}

impl fmt::Display for Trace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "00-{}-{}-{:02x}", self.id, self.span, u8::from(self.sampled))
    }
}

impl FromStr for Trace {
    type Err = ();

    /// Reads the form that W3C gives it. A later version may say more behind what this one knows.
    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.split('-');
        let mut hex = |length: usize| {
            let part = parts.next().filter(|part| part.len() == length).ok_or(())?;
            let is_hex = part.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
            if is_hex { Ok(part) } else { Err(()) }
        };
        let (version, id, span, flags) = (hex(2)?, hex(32)?, hex(16)?, hex(2)?);
        let id = TraceId::from_hex(id).map_err(drop)?;
        let span = SpanId::from_hex(span).map_err(drop)?;
        let flags = u8::from_str_radix(flags, 16).map_err(drop)?;
        let more = parts.next().is_some();
        // All zeros is W3C's way to say that there is none; version ff is forbidden.
        if version == "ff" || (version == "00" && more) || id == TraceId::INVALID || span == SpanId::INVALID {
            return Err(());
        }
        Ok(Self { id, span, sampled: flags & 1 == 1 })
    }
}

/// A new correlation id, a UUID v7. Each request needs one, and the system's random numbers cost a call of the system;
/// these need only be different from each other.
pub(crate) fn fresh_correlation() -> Uuid {
    let random = RandomIdGenerator::default().new_trace_id().to_bytes();
    let mut bytes = [0; 10];
    bytes.copy_from_slice(&random[..10]);
    let millis = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    let millis = u64::try_from(millis).unwrap_or_default();
    Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid()
}

/// What a task works for: a request, or the event that a subscriber was handed.
#[derive(Clone)]
pub(crate) struct Story {
    pub trace: Trace,
    pub correlation: Uuid,
    /// There only where the trace is sampled: all else costs nothing but the ids.
    pub(super) recorder: Option<Arc<Recorder>>,
}

tokio::task_local! {
    static STORY: Story;
}

impl Story {
    /// The story of the task at hand.
    pub(crate) fn current() -> Option<Self> {
        STORY.try_with(Clone::clone).ok()
    }

    /// Looks at the story of the task at hand, without a copy of it.
    pub(crate) fn with<T>(look: impl FnOnce(&Self) -> T) -> Option<T> {
        STORY.try_with(look).ok()
    }

    /// Runs `work` within this story.
    pub(crate) fn sync<T>(self, work: impl FnOnce() -> T) -> T {
        STORY.sync_scope(self, work)
    }

    /// Runs `work` within this story.
    pub(crate) async fn scope<T>(self, work: impl Future<Output = T>) -> T {
        STORY.scope(self, work).await
    }
}

/// Takes the story along into a task of its own.
pub(crate) async fn continued<T>(story: Option<Story>, work: impl Future<Output = T>) -> T {
    match story {
        Some(story) => story.scope(work).await,
        None => work.await,
    }
}

/// The `traceparent` to send along with a request to somebody else, so that what they do belongs to the same trace.
/// There is one while a command is under way, hence in a lookup.
pub fn traceparent() -> Option<String> {
    Story::with(|story| story.trace.to_string())
}

/// The correlation id to send along with a request to somebody else.
pub fn correlation_id() -> Option<Uuid> {
    Story::with(|story| story.correlation)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    #[test]
    fn what_w3c_allows_is_read_and_written_again() {
        assert_eq!(GOOD.parse::<Trace>().map(|trace| trace.to_string()), Ok(GOOD.to_owned()));
        let later = GOOD.replacen("00-", "01-", 1) + "-more";
        assert_eq!(later.parse::<Trace>().map(|trace| trace.to_string()), Ok(GOOD.to_owned()));
        let many_flags = GOOD.replace("-01", "-fe");
        assert_eq!(many_flags.parse::<Trace>().map(|trace| trace.sampled), Ok(false));
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
            assert_eq!(bad.parse::<Trace>(), Err(()), "{bad}");
        }
    }

    #[test]
    fn fresh_correlation_ids_are_of_version_7_and_differ() {
        let ids: std::collections::HashSet<_> = (0..1_000).map(|_| fresh_correlation()).collect();
        assert!(ids.len() == 1_000 && ids.iter().all(|id| id.get_version_num() == 7));
    }

    #[test]
    fn a_fresh_trace_is_valid_and_not_sampled() {
        let fresh = Trace::fresh();
        assert_eq!(fresh.to_string().parse(), Ok(fresh));
        assert!(!fresh.sampled);
    }
}
