//! The log's tables. What is in them is a storage format: a change is a new migration, never an edit of an old one.

use rusqlite::Connection;

use crate::fault::Fault;
use crate::open::OpenError;

/// Each entry brings the schema one version further; SQLite's `user_version` counts them.
const MIGRATIONS: &[&str] = &[
    "
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO meta VALUES ('log_id', lower(hex(randomblob(16))));
CREATE TABLE events (
    position       INTEGER PRIMARY KEY,
    aggregate      TEXT    NOT NULL,
    stream         BLOB    NOT NULL,
    version        INTEGER NOT NULL,
    event_id       BLOB    NOT NULL,
    kind           TEXT    NOT NULL,
    schema_version INTEGER NOT NULL,
    recorded_at    INTEGER NOT NULL, -- microseconds since 1970, never before its predecessor's
    role           TEXT    NOT NULL,
    subject        TEXT    NOT NULL,
    correlation_id BLOB    NOT NULL,
    causation_id   BLOB,
    traceparent    TEXT,
    published      INTEGER NOT NULL,
    payload        TEXT    NOT NULL
) STRICT;
CREATE UNIQUE INDEX events_by_stream ON events (stream, version);
CREATE INDEX events_published ON events (position) WHERE published = 1;
CREATE TABLE deadlines (
    deadline TEXT    NOT NULL,
    stream   BLOB    NOT NULL,
    nth      INTEGER NOT NULL,
    set_at   INTEGER NOT NULL,
    due_at   INTEGER NOT NULL,
    PRIMARY KEY (deadline, stream, nth)
) STRICT, WITHOUT ROWID;
CREATE INDEX deadlines_due ON deadlines (due_at);
CREATE TABLE keys (
    key        BLOB PRIMARY KEY,
    stream     BLOB    NOT NULL,
    version    INTEGER NOT NULL,
    position   INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
",
    "
ALTER TABLE keys ADD COLUMN request BLOB;       -- what was asked under it; NULL for the road's own
ALTER TABLE keys ADD COLUMN answer TEXT;        -- what was answered, as JSON
ALTER TABLE keys ADD COLUMN expires_at INTEGER; -- NULL: never
CREATE INDEX keys_expiring ON keys (expires_at) WHERE expires_at IS NOT NULL;
CREATE TABLE claims (
    claim  TEXT NOT NULL,
    value  TEXT NOT NULL,
    stream BLOB NOT NULL,
    PRIMARY KEY (claim, value)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX claims_by_stream ON claims (claim, stream);
",
    "
CREATE TABLE declared (
    kind  TEXT NOT NULL,
    name  TEXT NOT NULL,
    value TEXT NOT NULL, -- of a process: the position after which it hears; of a claim: what it is of
    PRIMARY KEY (kind, name)
) STRICT, WITHOUT ROWID;
",
];

/// The version of the newest schema.
pub(crate) const fn newest() -> usize {
    MIGRATIONS.len()
}

/// Brings a database to the newest schema; one from a newer road is refused.
pub(crate) fn migrate(connection: &mut Connection) -> Result<(), OpenError> {
    let failed = Fault::of("bring the event log to its newest schema");
    let found: i64 =
        connection.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(&failed)?;
    let found = usize::try_from(found).unwrap_or(usize::MAX);
    if found > MIGRATIONS.len() {
        return Err(OpenError::Newer { found, known: MIGRATIONS.len() });
    }
    for (number, migration) in MIGRATIONS.iter().enumerate().skip(found) {
        let mut apply = || {
            let transaction = connection.transaction()?;
            transaction.execute_batch(migration)?;
            transaction.pragma_update(None, "user_version", i64::try_from(number + 1).unwrap_or(i64::MAX))?;
            transaction.commit()
        };
        apply().map_err(&failed)?;
    }
    Ok(())
}
