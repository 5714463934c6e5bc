//! A log's file as operators use it: read beside a running service, copied, and put in another's place.

use std::path::Path;

use rusqlite::{Connection, OpenFlags, OptionalExtension, Params};

use crate::event::{COLUMNS, StoredEvent};
use crate::fault::Fault;
use crate::open::OpenError;
use crate::schema;

/// The log of a data folder or of a backup, opened for reading alone.
pub struct LogFile {
    /// The connection, for what only an operation asks.
    pub connection: Connection,
}

impl LogFile {
    /// Opens the file; it is there.
    pub fn open(file: &Path) -> rusqlite::Result<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        Ok(Self { connection: Connection::open_with_flags(file, flags)? })
    }

    /// Whose log it is, and what tells it from others; none where the file is something else.
    pub fn identity(&self) -> Option<(String, String)> {
        let meta = |name: &str| -> Option<String> {
            let sql = "SELECT value FROM meta WHERE name = ?1";
            self.connection.query_row(sql, [name], |row| row.get(0)).ok()
        };
        Some((meta("context")?, meta("log_id")?))
    }

    /// The position of the newest event.
    pub fn head(&self) -> rusqlite::Result<i64> {
        self.connection.query_row("SELECT coalesce(max(position), 0) FROM events", [], |row| row.get(0))
    }

    /// Gives `each` the events that fit the rest of the query, one at a time, until it says false.
    pub fn events<E: From<rusqlite::Error>>(
        &self,
        rest: &str,
        values: impl Params,
        mut each: impl FnMut(StoredEvent) -> Result<bool, E>,
    ) -> Result<(), E> {
        let mut statement =
            self.connection.prepare_cached(&format!("SELECT {COLUMNS} FROM events {rest}"))?;
        let mut rows = statement.query(values)?;
        while let Some(row) = rows.next()? {
            if !each(StoredEvent::from_row(row)?)? {
                break;
            }
        }
        Ok(())
    }

    /// What is wrong with it; nothing of what SQLite finds, and no position is missing.
    pub fn faults(&self) -> rusqlite::Result<Vec<String>> {
        let mut statement = self.connection.prepare("PRAGMA integrity_check(10)")?;
        let mut faults: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        faults.retain(|fault| fault != "ok");
        let (count, head): (i64, i64) = self.connection.query_row(
            "SELECT count(*), coalesce(max(position), 0) FROM events",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        if count != head {
            faults.push(format!("it ends at position {head}, and holds {count} events"));
        }
        Ok(faults)
    }
}

/// Where processes had come, kept in the log itself: in a backup, and in what was restored from one. Without it they
/// would begin again where they were first declared, and react by today's code to what is long past.
pub const CARRIED: &str = "
CREATE TABLE IF NOT EXISTS carried_states (
    process TEXT NOT NULL, key TEXT NOT NULL, state TEXT NOT NULL, PRIMARY KEY (process, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS carried_checkpoints (name TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT;
DELETE FROM carried_states;
DELETE FROM carried_checkpoints;
";

/// Copies from `processes`, whose snapshot is older than that of `log`, where processes had come.
pub fn carry(processes: &Connection, log: &Connection) -> rusqlite::Result<()> {
    log.execute_batch(CARRIED)?;
    let mut states = processes.prepare("SELECT process, key, state FROM processes")?;
    let mut insert = log.prepare("INSERT INTO carried_states VALUES (?1, ?2, ?3)")?;
    let mut rows = states.query([])?;
    while let Some(row) = rows.next()? {
        insert.execute([row.get::<_, String>(0)?, row.get(1)?, row.get(2)?])?;
    }
    let mut checkpoints = processes.prepare("SELECT name, position FROM checkpoints")?;
    let mut insert = log.prepare("INSERT INTO carried_checkpoints VALUES (?1, ?2)")?;
    let mut rows = checkpoints.query([])?;
    while let Some(row) = rows.next()? {
        insert.execute((row.get::<_, String>(0)?, row.get::<_, i64>(1)?))?;
    }
    Ok(())
}

/// Makes an empty log's file, or brings one to the newest schema.
pub fn prepare(file: &Path, context: &str) -> Result<Connection, OpenError> {
    let failed = Fault::of("prepare the event log");
    let open = || {
        let connection = Connection::open(file)?;
        connection.pragma_update(None, "journal_mode", "DELETE")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        Ok(connection)
    };
    let mut connection = open().map_err(&failed)?;
    schema::migrate(&mut connection)?;
    connection.execute("INSERT OR IGNORE INTO meta VALUES ('context', ?1)", [context]).map_err(&failed)?;
    Ok(connection)
}

/// Gives a log that stands in for another an id of its own: whoever read the other is told so, and views that were
/// built from it are built again. Returns the id that it had.
pub fn stand_in(connection: &Connection) -> rusqlite::Result<Option<String>> {
    let sql = "SELECT value FROM meta WHERE name = 'log_id'";
    let before: Option<String> = connection.query_row(sql, [], |row| row.get(0)).optional()?;
    connection.execute(
        "INSERT OR REPLACE INTO meta SELECT 'restored_from', value FROM meta WHERE name = 'log_id'",
        [],
    )?;
    connection.execute("UPDATE meta SET value = lower(hex(randomblob(16))) WHERE name = 'log_id'", [])?;
    Ok(before)
}

/// Moves what lies in the write-ahead log into the database and empties it.
pub fn truncate_wal(file: &Path) -> rusqlite::Result<()> {
    let connection = Connection::open(file)?;
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
}
