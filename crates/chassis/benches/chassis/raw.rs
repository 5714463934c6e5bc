//! What the chassis is held against: the same tables, written and read with as little as can be.

use std::path::Path;

use rusqlite::{Connection, params};
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

const GROUP_MAX: usize = 512;

struct Row {
    stream: Uuid,
    version: i64,
    kind: &'static str,
    payload: String,
}

/// A group-committing writer: it inserts what it is told, and checks nothing.
#[derive(Clone)]
pub(crate) struct Raw {
    writer: mpsc::Sender<(Row, oneshot::Sender<i64>)>,
}

impl Raw {
    /// Writes to the tables in `file`, which the chassis has made.
    pub(crate) fn open(file: &Path) -> Self {
        let mut connection = Connection::open(file).expect("it opens");
        connection.pragma_update(None, "journal_mode", "WAL").expect("WAL");
        connection.pragma_update(None, "synchronous", "FULL").expect("FULL");
        let (writer, mut waiting) = mpsc::channel::<(Row, oneshot::Sender<i64>)>(4_096);
        std::thread::spawn(move || {
            let sql = "SELECT coalesce(max(position), 0) FROM events";
            let mut position: i64 = connection.query_row(sql, [], |row| row.get(0)).expect("readable");
            let mut group = Vec::with_capacity(GROUP_MAX);
            while waiting.blocking_recv_many(&mut group, GROUP_MAX) > 0 {
                let transaction = connection.transaction().expect("a transaction");
                let now = jiff::Timestamp::now().as_microsecond();
                let first = position;
                {
                    let mut insert = transaction.prepare_cached(INSERT).expect("SQL");
                    for (row, _) in &group {
                        position += 1;
                        insert
                            .execute(params![
                                position,
                                "Order",
                                row.stream,
                                row.version,
                                Uuid::now_v7(),
                                row.kind,
                                1,
                                now,
                                "Buyer",
                                "bea",
                                row.stream,
                                None::<Uuid>,
                                None::<String>,
                                false,
                                row.payload,
                            ])
                            .expect("inserted");
                    }
                }
                transaction.commit().expect("committed");
                for (at, (_, reply)) in (first + 1..).zip(group.drain(..)) {
                    let _ = reply.send(at);
                }
            }
        });
        Self { writer }
    }

    pub(crate) async fn append(&self, stream: Uuid, version: i64, kind: &'static str, payload: &str) {
        let (reply, answer) = oneshot::channel();
        let row = Row { stream, version, kind, payload: payload.to_owned() };
        assert!(self.writer.send((row, reply)).await.is_ok(), "the writer lives");
        answer.await.expect("the writer lives");
    }
}

const INSERT: &str =
    "INSERT INTO events (position, aggregate, stream, version, event_id, kind, schema_version,
    recorded_at, role, subject, correlation_id, causation_id, traceparent, published, payload)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)";

/// Reads all events in order, every column of them as the text or number that it is; the bytes of all payloads.
pub(crate) fn read(file: &Path) -> usize {
    let connection = Connection::open(file).expect("it opens");
    let mut statement = connection
        .prepare(
            "SELECT position, aggregate, stream, version, event_id, kind, schema_version, recorded_at, role, subject,
                correlation_id, causation_id, traceparent, payload FROM events ORDER BY position",
        )
        .expect("SQL");
    let mut rows = statement.query([]).expect("readable");
    let mut bytes = 0;
    while let Some(row) = rows.next().expect("readable") {
        for column in 0..13 {
            std::hint::black_box(row.get_ref(column).expect("a column"));
        }
        bytes += std::hint::black_box(row.get::<_, String>(13).expect("a payload")).len();
    }
    bytes
}
