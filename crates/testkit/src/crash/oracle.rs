//! What must be true of a context's databases whenever it was killed: read from the files themselves, by nobody's code
//! that could be wrong in the same way.

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::{Connection, OpenFlags, OptionalExtension, params};
use tempfile::TempDir;
use uuid::Uuid;

use super::load::Told;

/// A table of documents: each row as its columns.
type Table = Vec<Vec<rusqlite::types::Value>>;

/// A copy of a context's log as a kill left it: reading the original would recover it, which is the context's to do.
pub(super) struct Oracle {
    log: Connection,
    _copy: TempDir,
}

impl Oracle {
    /// `deadlines`: their names, and how many times each is set for.
    pub(super) fn of(data: &Path, deadlines: &[(String, usize)]) -> Self {
        let copy = tempfile::tempdir().expect("a temporary folder");
        for file in ["log.db", "log.db-wal"] {
            if data.join(file).exists() {
                std::fs::copy(data.join(file), copy.path().join(file)).expect("the log can be copied");
            }
        }
        let log = opened(&copy.path().join("log.db"));
        let make = "CREATE TEMP TABLE deadline (value TEXT PRIMARY KEY, allowed INTEGER NOT NULL)";
        log.execute_batch(make).expect("a temporary table");
        for (name, times) in deadlines {
            let times = i64::try_from(*times).unwrap_or(i64::MAX);
            let put = log.execute("INSERT INTO temp.deadline VALUES (?1, ?2)", params![name, times]);
            put.expect("a temporary table");
        }
        Self { log, _copy: copy }
    }

    fn number(&self, sql: &str) -> i64 {
        let read = self.log.query_row(sql, [], |row| row.get(0));
        read.unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    fn none(&self, what: &str, sql: &str) {
        let mut statement = self.log.prepare(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
        let mut rows = statement.query([]).expect("the log is readable");
        if let Some(row) = rows.next().expect("the log is readable") {
            let columns = (0..row.as_ref().column_count()).map(|at| row.get::<_, rusqlite::types::Value>(at));
            panic!("{what}: {:?}", columns.collect::<Result<Vec<_>, _>>());
        }
    }

    pub(super) fn head(&self) -> i64 {
        self.number("SELECT coalesce(max(position), 0) FROM events")
    }

    pub(super) fn deadlines_waiting(&self) -> i64 {
        self.number("SELECT count(*) FROM deadlines")
    }

    /// Positions and versions have no holes, and nothing that was asked once happened twice.
    pub(super) fn is_sound(&self) {
        let sound: String =
            self.log.query_row("PRAGMA quick_check", [], |row| row.get(0)).expect("the log is readable");
        assert_eq!(sound, "ok", "the database itself is damaged");
        assert_eq!(self.number("SELECT count(*) FROM events"), self.head(), "positions have holes");
        assert!(self.head() == 0 || self.number("SELECT min(position) FROM events") == 1);
        self.none(
            "a stream has holes",
            "SELECT stream, count(*), max(version) FROM events GROUP BY stream HAVING count(*) <> max(version)",
        );
        self.none(
            "time goes back",
            "SELECT a.position FROM events a JOIN events b ON b.position = a.position + 1
             WHERE b.recorded_at < a.recorded_at",
        );
        // Whatever one request brought about was stored in one commit, on one stream.
        self.none(
            "a request happened twice",
            "SELECT correlation_id, count(DISTINCT recorded_at), count(DISTINCT stream) FROM events
             WHERE causation_id IS NULL GROUP BY correlation_id
             HAVING count(DISTINCT recorded_at) > 1 OR count(DISTINCT stream) > 1",
        );
        self.none(
            "a process did the same twice",
            "SELECT subject, causation_id, stream, kind, count(*) FROM events
             WHERE role = 'system' AND causation_id IS NOT NULL AND subject NOT IN (SELECT value FROM temp.deadline)
             GROUP BY subject, causation_id, stream, kind HAVING count(*) > 1",
        );
        self.none(
            "a deadline fired more often than it was set",
            "SELECT subject, causation_id, count(DISTINCT recorded_at), allowed FROM events
             JOIN temp.deadline ON subject = value WHERE role = 'system'
             GROUP BY subject, causation_id HAVING count(*) > allowed",
        );
    }

    /// What was acknowledged is there, at the position and the version that were told.
    pub(super) fn holds(&self, told: &[Told]) {
        let mut by_version =
            self.log.prepare("SELECT position FROM events WHERE stream = ?1 AND version = ?2").expect("SQL");
        for Told { stream, version, position, correlation, .. } in told {
            let found: Option<i64> = by_version
                .query_row(params![stream, version], |row| row.get(0))
                .optional()
                .expect("the log is readable");
            let Some(found) = found else {
                panic!("lost: {stream} was acknowledged at version {version} (correlation {correlation})");
            };
            assert!(found <= *position, "{stream} version {version} lies at {found}, told was {position}");
        }
    }

    /// Aggregates whose deadline was set and never cleared: how many there are, and how often it was sent to them.
    pub(super) fn uncleared(&self, deadline: &str, set_by: &str, cleared_by: &[String]) -> (i64, i64) {
        let cleared: Vec<_> = cleared_by.iter().map(|kind| format!("'{kind}'")).collect();
        let streams = format!(
            "SELECT stream FROM events WHERE kind = '{set_by}'
             EXCEPT SELECT stream FROM events WHERE kind IN ({})",
            cleared.join(", ")
        );
        let aggregates = self.number(&format!("SELECT count(*) FROM ({streams})"));
        let sent = self.number(&format!(
            "SELECT count(*) FROM events WHERE role = 'system' AND subject = '{deadline}' AND stream IN ({streams})"
        ));
        (aggregates, sent)
    }

    pub(super) fn version(&self, stream: Uuid) -> i64 {
        let sql = "SELECT coalesce(max(version), 0) FROM events WHERE stream = ?1";
        self.log.query_row(sql, [stream], |row| row.get(0)).expect("the log is readable")
    }
}

fn opened(file: &Path) -> Connection {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags);
    connection.unwrap_or_else(|error| panic!("open {}: {error}", file.display()))
}

/// All documents of all views and all states of processes, by the view's name.
pub(super) fn documents(data: &Path) -> BTreeMap<String, Table> {
    let views = opened(&data.join("views.db"));
    let find = "SELECT view, 'view_' || view || '_' || id FROM tables WHERE role = 'live'
                UNION ALL SELECT 'processes', 'processes'";
    let names = views.prepare(find).and_then(|mut statement| {
        let name = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
        statement.query_map([], name)?.collect::<Result<Vec<(String, String)>, _>>()
    });
    let rows = |table: &String| {
        let mut statement = views.prepare(&format!("SELECT * FROM \"{table}\" ORDER BY 1, 2")).expect("SQL");
        let columns = statement.column_count();
        let rows = statement.query_map([], |row| (0..columns).map(|at| row.get(at)).collect());
        rows.and_then(Iterator::collect).expect("the views are readable")
    };
    names.expect("the views are readable").iter().map(|(view, table)| (view.clone(), rows(table))).collect()
}

/// How far the subscription that lags most has come, and how many there are.
pub(super) fn reached(data: &Path) -> (i64, i64) {
    let sql = "SELECT coalesce(min(position), 0), count(*) FROM
               (SELECT position FROM checkpoints UNION ALL SELECT position FROM tables WHERE role = 'live')";
    let views = opened(&data.join("views.db"));
    views.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap_or((0, 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two requests on one stream, a process's and a deadline's command on another, as a context stores them.
    const SOUND: &str = "
        CREATE TABLE events (position INTEGER PRIMARY KEY, stream BLOB, version INTEGER, kind TEXT, recorded_at INTEGER,
            role TEXT, subject TEXT, correlation_id BLOB, causation_id BLOB, payload TEXT);
        INSERT INTO events VALUES
            (1, zeroblob(16), 1, 'Placed',   10, 'Buyer',  'bea',      x'01', NULL,  '{}'),
            (2, zeroblob(16), 2, 'Noted',    11, 'Buyer',  'bea',      x'02', NULL,  '{}'),
            (3, zeroblob(16), 3, 'Noted',    11, 'Buyer',  'bea',      x'02', NULL,  '{}'),
            (4, x'ff',        1, 'Shipped',  12, 'system', 'Shipping', x'01', x'aa', '{}'),
            (5, zeroblob(16), 4, 'Reminded', 13, 'system', 'Reminder', x'01', x'bb', '{}'),
            (6, zeroblob(16), 5, 'Reminded', 14, 'system', 'Reminder', x'01', x'bb', '{}');";

    fn after(damage: &str) -> Oracle {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let log = Connection::open(folder.path().join("log.db")).expect("it opens");
        log.execute_batch(&format!("{SOUND}{damage}")).expect("SQL");
        Oracle::of(folder.path(), &[("Reminder".to_owned(), 2)])
    }

    fn told(version: i64) -> Told {
        let (correlation, stream) = (Uuid::nil(), Uuid::nil());
        Told { correlation, stream, version, position: version, state: serde_json::Value::Null }
    }

    #[test]
    fn a_sound_log_is_sound() {
        let oracle = after("");
        oracle.is_sound();
        oracle.holds(&[told(1), told(3)]);
        assert_eq!((oracle.head(), oracle.version(Uuid::nil())), (6, 5));
    }

    #[test]
    fn each_damage_is_found() {
        for (found, damage) in [
            ("positions have holes", "DELETE FROM events WHERE position = 2"),
            ("a stream has holes", "UPDATE events SET version = 7 WHERE position = 6"),
            ("time goes back", "UPDATE events SET recorded_at = 1 WHERE position = 6"),
            (
                "a request happened twice",
                "INSERT INTO events VALUES (7, zeroblob(16), 6, 'Noted', 15, 'Buyer', 'bea', x'02', NULL, '{}')",
            ),
            (
                "a request happened twice",
                "INSERT INTO events VALUES (7, x'ee', 1, 'Noted', 14, 'Buyer', 'bea', x'02', NULL, '{}')",
            ),
            (
                "a process did the same twice",
                "INSERT INTO events VALUES (7, x'ff', 2, 'Shipped', 15, 'system', 'Shipping', x'01', x'aa', '{}')",
            ),
            (
                "a deadline fired more often",
                "INSERT INTO events VALUES
                    (7, zeroblob(16), 6, 'Reminded', 15, 'system', 'Reminder', x'01', x'bb', '{}')",
            ),
        ] {
            let oracle = after(damage);
            let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| oracle.is_sound()));
            let text =
                panic.expect_err(found).downcast::<String>().map_or_else(|_| String::new(), |text| *text);
            assert!(text.contains(found), "{found}: {text}");
        }
    }

    #[test]
    #[should_panic(expected = "lost")]
    fn an_acknowledged_event_that_is_missing_is_found() {
        after("DELETE FROM events WHERE position = 6").holds(&[told(5)]);
    }
}
