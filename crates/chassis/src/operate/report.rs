//! What operations tell: as text for people, which may change, or as JSON with a schema, which may not.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;

use jiff::Timestamp;
use macadam_engine::ViewStatus;
use macadam_engine::schema::masked;
use macadam_event_log::StoredEvent;
use macadam_kernel::Actor;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::{OperateError, Output};

/// The version of the form; its schema is `docs/schemas/operate.schema.json`.
const FORMAT: u32 = 1;

/// One JSON document; `events tail` and `events show` print one for each event, on a line of its own.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "What operations on a context's data report")]
struct Document<'a> {
    /// The version of the form.
    format: u32,
    #[serde(flatten)]
    report: &'a Report,
}

/// What came of an operation.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(tag = "report", rename_all = "kebab-case")]
pub(super) enum Report {
    Event(EventLine),
    Stats(Stats),
    Rebuild(Rebuilt),
    Backup(BackedUp),
    Restore(Restored),
    Export(Exported),
    Import(Imported),
    Golden(Recorded),
}

/// The JSON Schema of every report.
pub fn report_schema() -> schemars::Schema {
    schemars::schema_for!(Document<'_>)
}

/// An event, with its secrets masked.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct EventLine {
    pub position: i64,
    #[schemars(with = "String")]
    pub recorded_at: Timestamp,
    pub aggregate: String,
    #[schemars(with = "String")]
    pub stream: Uuid,
    pub version: i64,
    #[schemars(with = "String")]
    pub event_id: Uuid,
    #[serde(rename = "type")]
    pub kind: String,
    pub schema_version: u32,
    #[schemars(with = "BTreeMap<String, String>")]
    pub actor: Actor,
    #[schemars(with = "String")]
    pub correlation_id: Uuid,
    #[schemars(with = "Option<String>")]
    pub causation_id: Option<Uuid>,
    pub traceparent: Option<String>,
    pub data: Value,
}

impl EventLine {
    /// The event without what `schema` marks as sensitive; without a schema, without its data.
    pub(super) fn of(event: StoredEvent, schema: Option<&schemars::Schema>) -> Self {
        Self {
            position: event.position,
            recorded_at: event.recorded_at,
            aggregate: event.aggregate,
            stream: event.stream,
            version: event.version,
            event_id: event.event_id,
            kind: event.kind,
            schema_version: event.schema_version,
            actor: event.actor,
            correlation_id: event.correlation_id,
            causation_id: event.causation_id,
            traceparent: event.traceparent,
            data: masked(schema, serde_json::from_str(&event.payload).unwrap_or_default()),
        }
    }
}

/// A context's log and those who follow it, in figures.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Stats {
    pub context: String,
    /// What tells this log from one that was restored.
    pub log_id: String,
    /// The position of the newest event.
    pub head: i64,
    pub streams: i64,
    /// Bytes of the log's files.
    pub bytes: u64,
    #[schemars(with = "Option<String>")]
    pub first_recorded_at: Option<Timestamp>,
    #[schemars(with = "Option<String>")]
    pub last_recorded_at: Option<Timestamp>,
    /// Events recorded in the last hour.
    pub last_hour: i64,
    pub events: Vec<KindStats>,
    pub views: Vec<FollowerStats>,
    pub processes: Vec<FollowerStats>,
    pub deadlines: Vec<DeadlineStats>,
    /// Keys of accepted commands that are still known.
    pub keys: i64,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct KindStats {
    #[serde(rename = "type")]
    pub kind: String,
    pub schema_version: u32,
    pub count: i64,
    /// Bytes of their payloads.
    pub bytes: i64,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct FollowerStats {
    pub name: String,
    /// `live` or `building`, for a view's table.
    pub role: Option<String>,
    /// How far it has come.
    pub position: i64,
    /// Events that it has not seen.
    pub lag: i64,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct DeadlineStats {
    pub name: String,
    /// How many are set.
    pub waiting: i64,
    /// How many of these are due already.
    pub overdue: i64,
    #[schemars(with = "Option<String>")]
    pub next_due_at: Option<Timestamp>,
}

/// Views were built again, or will be at the next start.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Rebuilt {
    pub context: String,
    /// Whether a running service has built them; else they are built from its next start on.
    pub done: bool,
    pub seconds: f64,
    pub views: Vec<ViewStatus>,
}

/// A backup was written and verified.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct BackedUp {
    pub context: String,
    pub file: PathBuf,
    pub log_id: String,
    /// The position of the newest event that it holds.
    pub position: i64,
    pub bytes: u64,
    pub seconds: f64,
}

/// A backup took the log's place, or would.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Restored {
    pub context: String,
    pub file: PathBuf,
    pub dry_run: bool,
    /// The position of the newest event that it holds.
    pub position: i64,
    /// The log's id before; what reads by it is told that the log is another.
    pub replaced_log_id: Option<String>,
    /// Events after the backup that the replaced log held; none where it is another log's backup.
    pub lost: Option<i64>,
    /// Where the replaced data is.
    pub kept: Option<PathBuf>,
}

/// A log was written as JSON Lines.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Exported {
    pub context: String,
    pub file: PathBuf,
    pub position: i64,
    pub lines: u64,
    pub bytes: u64,
}

/// An empty log was filled, or would be.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Imported {
    pub context: String,
    pub file: PathBuf,
    pub dry_run: bool,
    pub position: i64,
    pub lines: u64,
}

/// Golden folds were checked or recorded.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Recorded {
    pub context: String,
    pub folder: PathBuf,
    pub dry_run: bool,
    pub events: usize,
    /// Files that were written, or would be.
    pub written: Vec<String>,
    /// Files of versions and views that are no more.
    pub removed: Vec<String>,
}

/// Prints reports the way that was asked for.
pub(super) struct Printer {
    json: bool,
}

impl Printer {
    pub(super) fn new(output: Output) -> Self {
        Self { json: output.json }
    }

    /// Prints a report; `text` says it to people.
    pub(super) fn print(
        &self,
        report: &Report,
        text: impl FnOnce(&Report) -> String,
    ) -> Result<(), OperateError> {
        let line = if self.json {
            serde_json::to_string(&Document { format: FORMAT, report }).unwrap_or_default()
        } else {
            text(report)
        };
        let mut out = std::io::stdout().lock();
        writeln!(out, "{line}").and_then(|()| out.flush())?;
        Ok(())
    }
}
