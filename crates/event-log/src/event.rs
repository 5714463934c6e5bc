//! Events and deadlines as they are stored, and why one may not be readable.

use jiff::Timestamp;
use macadam_kernel::{Actor, DecodeError, Hear, Recorded};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};
use uuid::Uuid;

use crate::append::DeadlineChange;
use crate::fault::{Fault, FaultKind};
use crate::time::from_micros;

/// Why something could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// No reader connection was free in time.
    #[error("wait for a reader of the event log")]
    Busy(#[from] r2d2::Error),
    /// SQLite failed.
    #[error(transparent)]
    Sqlite(Fault),
    /// What is stored is not what this code knows.
    #[error("understand the event at position {position}")]
    Decode {
        /// Where the event is.
        position: i64,
        /// What does not fit.
        source: DecodeError,
    },
    /// The task that read it ended.
    #[error("reader ended early")]
    Ended(#[from] tokio::task::JoinError),
}

impl From<rusqlite::Error> for ReadError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(Fault::of("read the event log")(error))
    }
}

impl ReadError {
    /// Why, as a label of metrics: the kind of a fault, or `step` where the event does not fit the code.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Busy(_) => FaultKind::Busy.name(),
            Self::Sqlite(fault) => fault.kind().name(),
            Self::Decode { .. } => "step",
            Self::Ended(_) => FaultKind::Other.name(),
        }
    }
}

/// An event as it is stored.
#[derive(Debug, Clone)]
pub struct StoredEvent {
    /// Its place in the log, from 1.
    pub position: i64,
    /// The aggregate's name.
    pub aggregate: String,
    /// The aggregate's id.
    pub stream: Uuid,
    /// Its place in the stream, from 1.
    pub version: i64,
    /// Its own id.
    pub event_id: Uuid,
    /// Its name on the board.
    pub kind: String,
    /// The version of its payload.
    pub schema_version: u32,
    /// When it was recorded; never before its predecessor.
    pub recorded_at: Timestamp,
    /// Who brought it about.
    pub actor: Actor,
    /// What ties it to the request that began it all.
    pub correlation_id: Uuid,
    /// The event that caused its command.
    pub causation_id: Option<Uuid>,
    /// The span that stored it.
    pub traceparent: Option<String>,
    /// What it carries, as JSON.
    pub payload: String,
}

pub(crate) const COLUMNS: &str = "position, aggregate, stream, version, event_id, kind, schema_version, recorded_at, role, \
                       subject, correlation_id, causation_id, traceparent, payload";

/// Where the kind stands among them.
const KIND: usize = 5;

impl StoredEvent {
    pub(crate) fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        let mut event = Self::blank();
        event.become_row(row)?;
        Ok(event)
    }

    /// Nothing yet, and no memory for it.
    pub(crate) fn blank() -> Self {
        Self {
            position: 0,
            aggregate: String::new(),
            stream: Uuid::nil(),
            version: 0,
            event_id: Uuid::nil(),
            kind: String::new(),
            schema_version: 0,
            recorded_at: Timestamp::UNIX_EPOCH,
            actor: Actor::new(String::new(), String::new()),
            correlation_id: Uuid::nil(),
            causation_id: None,
            traceparent: None,
            payload: String::new(),
        }
    }

    /// Becomes the event of this row, if it is of one of these kinds.
    pub(crate) fn become_row_of(&mut self, kinds: &[&str], row: &Row<'_>) -> rusqlite::Result<bool> {
        let kind = row.get_ref(KIND)?.as_bytes()?;
        let heard = kinds.iter().any(|heard| heard.as_bytes() == kind);
        if heard {
            self.become_row(row)?;
        }
        Ok(heard)
    }

    /// Becomes the event of this row. The memory of its texts is used again: whoever reads a million events would spend
    /// a good part of the time on getting and giving back memory.
    fn become_row(&mut self, row: &Row<'_>) -> rusqlite::Result<()> {
        self.position = row.get(0)?;
        text(&mut self.aggregate, row, 1)?;
        self.stream = row.get(2)?;
        self.version = row.get(3)?;
        self.event_id = row.get(4)?;
        text(&mut self.kind, row, KIND)?;
        self.schema_version = row.get(6)?;
        self.recorded_at = from_micros(row.get(7)?);
        text(&mut self.actor.role, row, 8)?;
        text(&mut self.actor.subject, row, 9)?;
        self.correlation_id = row.get(10)?;
        self.causation_id = row.get(11)?;
        self.traceparent = row.get(12)?;
        text(&mut self.payload, row, 13)
    }

    /// The event as the domain knows it.
    pub fn decode<E: Hear>(&self) -> Result<Recorded<E>, ReadError> {
        let event = E::decode(&self.kind, self.schema_version, &self.payload)
            .map_err(|source| ReadError::Decode { position: self.position, source })?;
        Ok(Recorded {
            position: self.position,
            stream: self.stream,
            version: self.version,
            event_id: self.event_id,
            recorded_at: self.recorded_at,
            actor: self.actor.clone(),
            event,
        })
    }
}

fn text(place: &mut String, row: &Row<'_>, column: usize) -> rusqlite::Result<()> {
    let value = row.get_ref(column)?;
    // Kinds, roles and aggregates repeat: what is there already need not be checked and copied again.
    if !matches!(value, ValueRef::Text(bytes) if bytes == place.as_bytes()) {
        place.clear();
        place.push_str(value.as_str()?);
    }
    Ok(())
}

/// A deadline whose time has come.
#[derive(Debug, Clone)]
pub struct DueDeadline {
    /// Which deadline.
    pub deadline: String,
    /// The aggregate's id.
    pub stream: Uuid,
    /// Which of its times, from 1.
    pub nth: u32,
    /// When the events were recorded that set it.
    pub set_at: Timestamp,
    /// When it comes due, by the machine's clock.
    pub due_at: Timestamp,
}

impl DueDeadline {
    /// The change that goes with its command.
    pub fn fired(&self) -> DeadlineChange {
        let Self { deadline, nth, set_at, due_at, .. } = self.clone();
        DeadlineChange::Fired { deadline, nth, set_at, due_at }
    }
}

impl StoredEvent {
    /// The event at a position.
    pub fn at(connection: &Connection, position: i64) -> rusqlite::Result<Self> {
        let sql = format!("SELECT {COLUMNS} FROM events WHERE position = ?1");
        connection.prepare_cached(&sql)?.query_row([position], Self::from_row)
    }
}
