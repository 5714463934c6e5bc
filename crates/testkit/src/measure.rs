//! The parts of the chassis that benchmarks hold against others, each by itself. Nothing here is for a context.

use std::path::Path;

use jiff::SignedDuration;
use macadam_event_log::{Append, EventLog, LogMetrics, LogOptions, NewEvent, ReadError};
use macadam_kernel::{Actor, Hear};
use macadam_telemetry::MetricFactory;
use uuid::Uuid;

/// A context's log without a context around it.
#[derive(Clone)]
pub struct Log {
    log: EventLog,
    metrics: LogMetrics,
}

/// Events of one kind that are appended together.
#[derive(Debug, Clone, Copy)]
pub struct Batch<'a> {
    /// The aggregate's name.
    pub aggregate: &'static str,
    /// The kinds and payloads, in order.
    pub events: &'a [(&'static str, u32, &'a str)],
}

impl Log {
    /// Opens the log of `context` in `file`, making it where there is none.
    pub fn open(file: &Path, context: &str) -> Self {
        let factory = MetricFactory::new("measured").expect("the names are good");
        let metrics = LogMetrics::new(&factory).expect("the names are good");
        let options = LogOptions {
            metrics: metrics.clone(),
            keys_kept: SignedDuration::from_hours(1),
            processes: Vec::new(),
            claims: Vec::new(),
            folder: None,
        };
        Self { log: EventLog::open(file, context, options).expect("the log opens"), metrics }
    }

    /// Appends at this version of the stream; it is durable when this returns.
    pub async fn append(&self, stream: Uuid, expected: i64, batch: Batch<'_>) {
        let event = |(kind, schema_version, payload): &(&'static str, u32, &str)| NewEvent {
            kind,
            schema_version: *schema_version,
            published: false,
            payload: (*payload).to_owned(),
        };
        let append = Append {
            aggregate: batch.aggregate,
            stream,
            expected,
            events: batch.events.iter().map(event).collect(),
            actor: Actor::new("Buyer", "bea"),
            correlation_id: stream,
            causation_id: None,
            traceparent: None,
            key: None,
            claims: Vec::new(),
            deadlines: Vec::new(),
        };
        self.log.append(append).await.expect("nobody else appends to the stream");
    }

    /// Appends and the transactions that they shared, since it was opened.
    pub fn appends_and_commits(&self) -> (f64, u64) {
        (self.metrics.group_size.get_sample_sum(), self.metrics.group_size.get_sample_count())
    }

    /// The position of the newest event.
    pub fn head(&self) -> i64 {
        *self.log.head().borrow()
    }

    /// Reads all events as the domain knows them, and hands each over.
    pub fn replay<E: Hear>(&self, mut hear: impl FnMut(E)) {
        let kinds: Vec<_> = E::KINDS.iter().map(|kind| kind.name).collect();
        let read = self.log.scan(0, self.head(), &kinds, |event| {
            hear(event.decode::<E>()?.event);
            Ok::<_, ReadError>(true)
        });
        read.expect("the log holds events of these kinds");
    }
}
