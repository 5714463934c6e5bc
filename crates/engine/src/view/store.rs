//! Where views and the states of processes lie: a database of their own, since all of it can be built again.

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use macadam_event_log::FaultKind;
use macadam_event_log::sqlite::{cut_wal, readers};
use macadam_kernel::Money;
use r2d2::Pool;
use r2d2_sqlite::SqliteConnectionManager;
use rusqlite::types::Value as Sql;
use rusqlite::{Connection, OptionalExtension, Transaction, params, params_from_iter};
use serde_json::Value;
use uuid::Uuid;

use super::definition::Layout;

/// Why views could not be stored or read.
#[derive(Debug, thiserror::Error)]
pub enum ViewStoreError {
    /// SQLite failed.
    #[error("use the database of views")]
    Sqlite(#[from] rusqlite::Error),
    /// No reader connection could be had.
    #[error("wait for a reader of views")]
    Busy(#[from] r2d2::Error),
}

impl ViewStoreError {
    /// Why, as a label of metrics.
    pub(crate) fn reason(&self) -> &'static str {
        match self {
            Self::Sqlite(error) => FaultKind::of(error).name(),
            Self::Busy(_) => FaultKind::Busy.name(),
        }
    }
}

/// The views' file in the data folder.
pub const VIEWS: &str = "views.db";

/// The database of views.
pub struct ViewStore {
    pub(crate) writer: Mutex<Connection>,
    readers: Pool<SqliteConnectionManager>,
}

/// Raised when the tables below change, or how columns hold fields. Views are then built again; processes stay.
const SCHEMA: i64 = 1;

const TABLES: &str = "
CREATE TABLE IF NOT EXISTS source (log_id TEXT PRIMARY KEY) STRICT;
CREATE TABLE IF NOT EXISTS checkpoints (name TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS processes (
    process TEXT NOT NULL, key TEXT NOT NULL, state TEXT NOT NULL, PRIMARY KEY (process, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS tables (
    id       INTEGER PRIMARY KEY AUTOINCREMENT, -- never used twice: a table's name follows from it
    view     TEXT    NOT NULL,
    layout   TEXT    NOT NULL, -- the version and the columns of those who filled it
    columns  TEXT    NOT NULL, -- JSON
    role     TEXT    NOT NULL CHECK (role IN ('live', 'building', 'retired')),
    position INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS tables_by_role ON tables (view, role) WHERE role <> 'retired';
";

impl ViewStore {
    /// Opens the database in `file`, belonging to the log `log_id`; what was built from another log is dropped, and
    /// so is what was built from more than the log now holds, as after a backup was restored. Processes then go on from
    /// where the log in the file `log` says that they had come.
    pub fn open(file: &Path, log: &Path, log_id: &str, head: i64) -> Result<Self, ViewStoreError> {
        let writer = Connection::open(file)?;
        writer.pragma_update(None, "journal_mode", "WAL")?;
        // NORMAL may lose the newest documents to a power cut, together with the checkpoint that builds them again.
        writer.pragma_update(None, "synchronous", "NORMAL")?;
        cut_wal(&writer)?;
        // Kibibytes, negative by SQLite's custom: keys of old streams lie all over a table.
        writer.pragma_update(None, "cache_size", -65_536)?;
        writer.execute_batch(TABLES)?;
        let schema: i64 = writer.pragma_query_value(None, "user_version", |row| row.get(0))?;
        if schema != SCHEMA {
            forget_views(&writer)?;
            writer.pragma_update(None, "user_version", SCHEMA)?;
        }
        let known: Option<String> =
            writer.query_row("SELECT log_id FROM source", [], |row| row.get(0)).optional()?;
        let ahead: bool = writer.query_row(
            "SELECT EXISTS (SELECT 1 FROM checkpoints WHERE position > ?1)
                 OR EXISTS (SELECT 1 FROM tables WHERE position > ?1)",
            [head],
            |row| row.get(0),
        )?;
        if known.as_deref() != Some(log_id) || ahead {
            forget_views(&writer)?;
            take_over(&writer, log, log_id, head)?;
        }
        let readers = readers(file)?;
        Ok(Self { writer: Mutex::new(writer), readers })
    }

    /// Connections that read and are in use, and how many there may be.
    pub(crate) fn readers_in_use(&self) -> (usize, usize) {
        let readers = self.readers.state();
        let used = readers.connections.saturating_sub(readers.idle_connections);
        (used as usize, self.readers.max_size() as usize)
    }

    /// Moves what lies in the write-ahead log into the database and empties it.
    pub fn truncate_wal(&self) -> Result<(), ViewStoreError> {
        self.writer().query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        Ok(())
    }

    pub(crate) fn writer(&self) -> MutexGuard<'_, Connection> {
        // A panic inside a transaction rolled it back; the connection is as good as before.
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn reader(&self) -> Result<r2d2::PooledConnection<SqliteConnectionManager>, ViewStoreError> {
        Ok(self.readers.get()?)
    }

    /// How far a subscription has come; none before its first event.
    pub(crate) fn checkpoint(&self, name: &str) -> Result<Option<i64>, ViewStoreError> {
        let connection = self.writer();
        let mut statement = connection.prepare_cached("SELECT position FROM checkpoints WHERE name = ?1")?;
        Ok(statement.query_row([name], |row| row.get(0)).optional()?)
    }

    /// The state of a process.
    pub(crate) fn process(&self, process: &str, key: &str) -> Result<Option<String>, ViewStoreError> {
        let connection = self.writer();
        let mut statement =
            connection.prepare_cached("SELECT state FROM processes WHERE process = ?1 AND key = ?2")?;
        Ok(statement.query_row([process, key], |row| row.get(0)).optional()?)
    }

    /// Stores a process' state, if it is about one, together with how far its subscription has come.
    pub(crate) fn advance(
        &self,
        subscription: &str,
        position: i64,
        state: Option<(&str, &str, Option<&str>)>,
    ) -> Result<(), ViewStoreError> {
        let mut connection = self.writer();
        let transaction = connection.transaction()?;
        if let Some((process, key, state)) = state {
            match state {
                Some(state) => transaction
                    .prepare_cached("INSERT OR REPLACE INTO processes VALUES (?1, ?2, ?3)")?
                    .execute([process, key, state])?,
                None => transaction
                    .prepare_cached("DELETE FROM processes WHERE process = ?1 AND key = ?2")?
                    .execute([process, key])?,
            };
        }
        set_checkpoint(&transaction, subscription, position)?;
        transaction.commit()?;
        Ok(())
    }
}

/// Takes every view away, also those of an older schema.
fn forget_views(connection: &Connection) -> rusqlite::Result<()> {
    let mut statement = connection.prepare(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'view\\_%' ESCAPE '\\'",
    )?;
    let tables: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    for table in tables {
        connection.execute_batch(&format!("DROP TABLE \"{table}\""))?;
    }
    connection
        .execute_batch("DELETE FROM tables; DELETE FROM checkpoints WHERE name LIKE 'view\\_%' ESCAPE '\\';")
}

/// Belongs to another log from now on, and takes from it how far processes had come when it was backed up.
fn take_over(writer: &Connection, log: &Path, log_id: &str, head: i64) -> rusqlite::Result<()> {
    let began: bool = writer.query_row("SELECT EXISTS (SELECT 1 FROM checkpoints)", [], |row| row.get(0))?;
    writer.execute("ATTACH ?1 AS log", [log.to_string_lossy()])?;
    writer.execute_batch("BEGIN; DELETE FROM source; DELETE FROM checkpoints; DELETE FROM processes;")?;
    let carried = "SELECT EXISTS (SELECT 1 FROM log.sqlite_master WHERE name = 'carried_checkpoints')";
    if writer.query_row(carried, [], |row| row.get(0))? {
        writer.execute("INSERT INTO processes SELECT process, key, state FROM log.carried_states", [])?;
        let sql =
            "INSERT INTO checkpoints SELECT name, position FROM log.carried_checkpoints WHERE position <= ?1";
        writer.execute(sql, [head])?;
    } else if began {
        tracing::warn!(
            "the log was replaced, and does not say how far processes had come: they start again where they were first declared"
        );
    }
    writer.execute("INSERT INTO source VALUES (?1)", [log_id])?;
    writer.execute_batch("COMMIT; DETACH log;")
}

pub(crate) fn set_checkpoint(
    transaction: &Transaction<'_>,
    name: &str,
    position: i64,
) -> rusqlite::Result<()> {
    transaction
        .prepare_cached("INSERT OR REPLACE INTO checkpoints (name, position) VALUES (?1, ?2)")?
        .execute(params![name, position])?;
    Ok(())
}

/// The document under `key`.
pub(crate) fn load(connection: &Connection, table: &str, key: &str) -> rusqlite::Result<Option<String>> {
    connection
        .prepare_cached(&format!("SELECT doc FROM \"{table}\" WHERE key = ?1"))?
        .query_row([key], |row| row.get(0))
        .optional()
}

/// Puts the document there, or takes it away.
pub(crate) fn put(
    transaction: &Transaction<'_>,
    (table, layout): (&str, &Layout),
    key: &str,
    document: Option<&Value>,
) -> rusqlite::Result<()> {
    let Some(document) = document else {
        transaction.prepare_cached(&format!("DELETE FROM \"{table}\" WHERE key = ?1"))?.execute([key])?;
        return Ok(());
    };
    // A key that is an id is an aggregate's, whichever aggregate's event came last.
    let stream = Uuid::try_parse(key).map_or(Sql::Null, |stream| Sql::Blob(stream.as_bytes().to_vec()));
    let mut values: Vec<Sql> = vec![key.to_owned().into(), stream, document.to_string().into()];
    values.extend(layout.columns.iter().map(|column| scalar(document.get(column))));
    for sum in &layout.sums {
        let (number, unit) = summand(document.get(sum));
        values.extend([number, unit]);
    }
    let places = vec!["?"; values.len()].join(", ");
    transaction
        .prepare_cached(&format!("INSERT OR REPLACE INTO \"{table}\" VALUES ({places})"))?
        .execute(params_from_iter(values))?;
    Ok(())
}

/// A field as a column. What is absent is less than every number and every text, and equal to itself; SQL's NULL
/// compares with nothing, not even in paging.
pub(crate) fn scalar(value: Option<&Value>) -> Sql {
    match value {
        Some(Value::Bool(value)) => i64::from(*value).into(),
        Some(Value::Number(number)) => match number.as_i64() {
            Some(whole) => whole.into(),
            None => number.as_f64().unwrap_or_default().into(),
        },
        Some(Value::String(text)) => text.clone().into(),
        _ => f64::NEG_INFINITY.into(),
    }
}

/// What a field adds to a sum, and its unit: minor units of a currency, or a plain number without one.
fn summand(value: Option<&Value>) -> (Sql, Sql) {
    match value {
        Some(Value::Number(number)) => (number.as_i64().map_or(Sql::Null, Sql::from), String::new().into()),
        Some(value) => match serde_json::from_value::<Money>(value.clone()) {
            Ok(money) => (money.minor().into(), money.currency().code().to_owned().into()),
            Err(_) => (Sql::Null, String::new().into()),
        },
        None => (Sql::Null, String::new().into()),
    }
}
