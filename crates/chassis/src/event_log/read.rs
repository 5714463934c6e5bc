//! Reading the log: a stream, all events after a position, the published ones, deadlines.

use jiff::Timestamp;
use macadam_kernel::{Actor, DecodeError, Hear, Recorded};
use rusqlite::types::ValueRef;
use rusqlite::{Row, params};
use uuid::Uuid;

use super::{DeadlineChange, EventLog, Fault, from_micros};

/// Why something could not be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReadError {
    #[error("wait for a reader of the event log")]
    Busy(#[from] r2d2::Error),
    #[error(transparent)]
    Sqlite(Fault),
    #[error("understand the event at position {position}")]
    Decode { position: i64, source: DecodeError },
    #[error("reader ended early")]
    Ended(#[from] tokio::task::JoinError),
}

impl From<rusqlite::Error> for ReadError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(Fault::of("read the event log")(error))
    }
}

/// An event as it is stored.
#[derive(Debug, Clone)]
pub(crate) struct StoredEvent {
    pub position: i64,
    pub aggregate: String,
    pub stream: Uuid,
    pub version: i64,
    pub event_id: Uuid,
    pub kind: String,
    pub schema_version: u32,
    pub recorded_at: Timestamp,
    pub actor: Actor,
    pub correlation_id: Uuid,
    pub causation_id: Option<Uuid>,
    pub traceparent: Option<String>,
    pub payload: String,
}

pub(super) const COLUMNS: &str = "position, aggregate, stream, version, event_id, kind, schema_version, recorded_at, role, \
                       subject, correlation_id, causation_id, traceparent, payload";

/// Where the kind stands among them.
const KIND: usize = 5;

impl StoredEvent {
    pub(super) fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        let mut event = Self::blank();
        event.become_row(row)?;
        Ok(event)
    }

    /// Nothing yet, and no memory for it.
    pub(super) fn blank() -> Self {
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
    pub(super) fn become_row_of(&mut self, kinds: &[&str], row: &Row<'_>) -> rusqlite::Result<bool> {
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
    pub(crate) fn decode<E: Hear>(&self) -> Result<Recorded<E>, ReadError> {
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
pub(crate) struct DueDeadline {
    pub deadline: String,
    pub stream: Uuid,
    pub nth: u32,
    pub set_at: Timestamp,
    pub due_at: Timestamp,
}

impl DueDeadline {
    /// The change that goes with its command.
    pub(crate) fn fired(&self) -> DeadlineChange {
        let Self { deadline, nth, set_at, due_at, .. } = self.clone();
        DeadlineChange::Fired { deadline, nth, set_at, due_at }
    }
}

impl EventLog {
    /// All events of a stream, oldest first.
    pub(crate) async fn stream(&self, stream: Uuid) -> Result<Vec<StoredEvent>, ReadError> {
        Ok(self.streams(vec![stream]).await?.pop().unwrap_or_default())
    }

    /// All events of each of these streams, oldest first.
    pub(crate) async fn streams(&self, streams: Vec<Uuid>) -> Result<Vec<Vec<StoredEvent>>, ReadError> {
        self.blocking(move |log| {
            let connection = log.readers.get()?;
            let sql = format!("SELECT {COLUMNS} FROM events WHERE stream = ?1 ORDER BY version");
            let mut statement = connection.prepare_cached(&sql)?;
            let read = |stream| statement.query_map([stream], StoredEvent::from_row)?.collect();
            Ok(streams.into_iter().map(read).collect::<rusqlite::Result<_>>()?)
        })
        .await
    }

    /// Up to `limit` events after `position`, in order. Blocks.
    pub(crate) fn after(&self, position: i64, limit: u32) -> Result<Vec<StoredEvent>, ReadError> {
        let connection = self.readers.get()?;
        let sql = format!("SELECT {COLUMNS} FROM events WHERE position > ?1 ORDER BY position LIMIT ?2");
        let mut statement = connection.prepare_cached(&sql)?;
        let rows = statement.query_map(params![position, limit], StoredEvent::from_row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Up to `limit` published events after `position`, in order, and the position that was scanned to.
    pub(crate) async fn published(
        &self,
        after: i64,
        limit: u32,
    ) -> Result<(Vec<StoredEvent>, i64), ReadError> {
        self.blocking(move |log| {
            // Read before the events: what is published meanwhile must not be passed over.
            let head = *log.head.borrow();
            let connection = log.readers.get()?;
            let sql = format!(
                "SELECT {COLUMNS} FROM events WHERE published = 1 AND position > ?1 AND position <= ?2
                 ORDER BY position LIMIT ?3"
            );
            let mut statement = connection.prepare_cached(&sql)?;
            let rows = statement.query_map(params![after, head, limit], StoredEvent::from_row)?;
            let events: Vec<_> = rows.collect::<Result<_, _>>()?;
            let scanned = if events.len() < limit as usize {
                head.max(after)
            } else {
                events.last().map_or(after, |e| e.position)
            };
            Ok((events, scanned))
        })
        .await
    }

    /// Up to `limit` deadlines that are due at `now`, the longest overdue first.
    pub(crate) async fn due(&self, now: Timestamp, limit: u32) -> Result<Vec<DueDeadline>, ReadError> {
        self.blocking(move |log| {
            let connection = log.readers.get()?;
            let mut statement = connection.prepare_cached(
                "SELECT deadline, stream, nth, set_at, due_at FROM deadlines WHERE due_at <= ?1 ORDER BY due_at LIMIT ?2",
            )?;
            let rows = statement.query_map(params![super::micros(now), limit], |row| {
                Ok(DueDeadline {
                    deadline: row.get(0)?,
                    stream: row.get(1)?,
                    nth: row.get(2)?,
                    set_at: from_micros(row.get(3)?),
                    due_at: from_micros(row.get(4)?),
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// When the next deadline after `now` comes due, and how many are overdue, by name.
    pub(crate) async fn waiting(
        &self,
        now: Timestamp,
    ) -> Result<(Option<Timestamp>, Vec<(String, i64)>), ReadError> {
        self.blocking(move |log| {
            let connection = log.readers.get()?;
            let now = super::micros(now);
            let mut next =
                connection.prepare_cached("SELECT min(due_at) FROM deadlines WHERE due_at > ?1")?;
            let next = next.query_row([now], |row| row.get::<_, Option<i64>>(0))?.map(from_micros);
            let mut overdue = connection.prepare_cached(
                "SELECT deadline, count(*) FROM deadlines WHERE due_at <= ?1 GROUP BY deadline",
            )?;
            let rows = overdue.query_map([now], |row| Ok((row.get(0)?, row.get(1)?)))?;
            Ok((next, rows.collect::<Result<_, _>>()?))
        })
        .await
    }

    pub(super) async fn blocking<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Self) -> Result<T, ReadError> + Send + 'static,
    ) -> Result<T, ReadError> {
        let log = self.clone();
        tokio::task::spawn_blocking(move || read(&log)).await?
    }
}
