//! What builds and operators read of the log: long ranges, one event after the other, and single facts.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension};

use super::read::{COLUMNS, ReadError, StoredEvent};
use super::{EventLog, from_micros};

impl StoredEvent {
    /// The event at a position.
    pub(crate) fn at(connection: &Connection, position: i64) -> rusqlite::Result<Self> {
        let sql = format!("SELECT {COLUMNS} FROM events WHERE position = ?1");
        connection.prepare_cached(&sql)?.query_row([position], Self::from_row)
    }
}

impl EventLog {
    /// Gives `each` the events after `from` up to `to` that are of these kinds, in order and one at a time, until it says
    /// false; the position that was come to. Blocks.
    pub(crate) fn scan<E: From<ReadError>>(
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

    /// When the event at this position was recorded. Blocks.
    pub(crate) fn recorded_at(&self, position: i64) -> Result<Option<Timestamp>, ReadError> {
        let connection = self.readers.get()?;
        let mut statement =
            connection.prepare_cached("SELECT recorded_at FROM events WHERE position = ?1")?;
        Ok(statement.query_row([position], |row| row.get(0)).optional()?.map(from_micros))
    }
}
