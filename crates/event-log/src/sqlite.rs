//! How both databases are read: by connections of their own, which write nothing and keep their plans.

use std::path::Path;
use std::time::Duration;

use r2d2::Pool;
use r2d2_sqlite::SqliteConnectionManager;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

/// Connections at the most; more than the cores of a small machine would only queue in SQLite.
const READERS: u32 = 8;
/// How long a reader waits for a connection: less than a request may take.
const READER_WAIT: Duration = Duration::from_secs(5);

/// Bytes to which a write-ahead log is cut when it begins anew. SQLite would leave it as large as it ever was: its size
/// would not say whether a reader still keeps it from beginning anew.
const WAL_BYTES_KEPT: i64 = 8 << 20;

/// Has the connection that writes cut the write-ahead log when it begins anew.
pub fn cut_wal(writer: &Connection) -> rusqlite::Result<()> {
    writer.pragma_update(None, "journal_size_limit", WAL_BYTES_KEPT)
}

/// Connections that read the database in `file`.
pub fn readers(file: &Path) -> Result<Pool<SqliteConnectionManager>, r2d2::Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let manager =
        SqliteConnectionManager::file(file).with_flags(flags).with_init(|reader| keep_plans(reader));
    Pool::builder().max_size(READERS).min_idle(Some(1)).connection_timeout(READER_WAIT).build(manager)
}

/// Lets statements that are prepared stay so: SQLite would plan one with a bound `LIMIT` anew whenever it is bound.
pub(crate) fn keep_plans(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map(|_| ())
}
