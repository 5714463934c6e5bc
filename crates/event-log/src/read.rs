//! Reading the log: a stream, all events after a position, the published ones, deadlines, keys, long ranges.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};
use uuid::Uuid;

use crate::append::Used;
use crate::event::{COLUMNS, DueDeadline, ReadError, StoredEvent};
use crate::keys;
use crate::log::EventLog;
use crate::time::{from_micros, micros};

impl EventLog {
    /// All events of a stream, oldest first.
    pub async fn stream(&self, stream: Uuid) -> Result<Vec<StoredEvent>, ReadError> {
        Ok(self.streams(vec![stream]).await?.pop().unwrap_or_default())
    }

    /// All events of each of these streams, oldest first.
    pub async fn streams(&self, streams: Vec<Uuid>) -> Result<Vec<Vec<StoredEvent>>, ReadError> {
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
    pub fn after(&self, position: i64, limit: u32) -> Result<Vec<StoredEvent>, ReadError> {
        let connection = self.readers.get()?;
        let sql = format!("SELECT {COLUMNS} FROM events WHERE position > ?1 ORDER BY position LIMIT ?2");
        let mut statement = connection.prepare_cached(&sql)?;
        let rows = statement.query_map(params![position, limit], StoredEvent::from_row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Up to `limit` published events after `position`, in order, and the position that was scanned to.
    pub async fn published(&self, after: i64, limit: u32) -> Result<(Vec<StoredEvent>, i64), ReadError> {
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
    pub async fn due(&self, now: Timestamp, limit: u32) -> Result<Vec<DueDeadline>, ReadError> {
        self.blocking(move |log| {
            let connection = log.readers.get()?;
            let mut statement = connection.prepare_cached(
                "SELECT deadline, stream, nth, set_at, due_at FROM deadlines WHERE due_at <= ?1 ORDER BY due_at LIMIT ?2",
            )?;
            let rows = statement.query_map(params![micros(now), limit], |row| {
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
    pub async fn waiting(
        &self,
        now: Timestamp,
    ) -> Result<(Option<Timestamp>, Vec<(String, i64)>), ReadError> {
        self.blocking(move |log| {
            let connection = log.readers.get()?;
            let now = micros(now);
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

    /// What came of the command with this key, where it was accepted before.
    pub async fn accepted(&self, hash: [u8; 32]) -> Result<Option<Used>, ReadError> {
        let now = micros(Timestamp::now());
        self.blocking(move |log| Ok(keys::used(&*log.readers.get()?, &hash, now)?)).await
    }

    /// Gives `each` the events after `from` up to `to` that are of these kinds, in order and one at a time, until it says
    /// false; the position that was come to. Blocks.
    pub fn scan<E: From<ReadError>>(
        &self,
        from: i64,
        to: i64,
        kinds: &[&str],
        mut each: impl FnMut(&StoredEvent) -> Result<bool, E>,
    ) -> Result<i64, E> {
        let connection = self.readers.get().map_err(ReadError::from)?;
        let sql =
            format!("SELECT {COLUMNS} FROM events WHERE position > ?1 AND position <= ?2 ORDER BY position");
        let mut statement = connection.prepare_cached(&sql).map_err(ReadError::from)?;
        let mut rows = statement.query([from, to]).map_err(ReadError::from)?;
        let mut event = StoredEvent::blank();
        while let Some(row) = rows.next().map_err(ReadError::from)? {
            // Looked at here: SQLite would look each row's kind up in a table that it makes of a list.
            if event.become_row_of(kinds, row).map_err(ReadError::from)? && !each(&event)? {
                return Ok(event.position);
            }
        }
        Ok(to)
    }

    /// When the event at this position was recorded: from memory where that was since the log was opened. Blocks.
    pub fn recorded_at(&self, position: i64) -> Result<Option<Timestamp>, ReadError> {
        if self.status.saw(position) {
            return Ok(self.known_recorded_at(position));
        }
        let connection = self.readers.get()?;
        let mut statement =
            connection.prepare_cached("SELECT recorded_at FROM events WHERE position = ?1")?;
        Ok(statement.query_row([position], |row| row.get(0)).optional()?.map(from_micros))
    }

    async fn blocking<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Self) -> Result<T, ReadError> + Send + 'static,
    ) -> Result<T, ReadError> {
        let log = self.clone();
        tokio::task::spawn_blocking(move || read(&log)).await?
    }
}
