//! The log of a context: opened once, appended to by one writer.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use jiff::{SignedDuration, Timestamp};
use macadam_telemetry::Exposition;
use r2d2::Pool;
use r2d2_sqlite::SqliteConnectionManager;
use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot, watch};

use crate::append::{Append, AppendError, Appended};
use crate::claim::ClaimDef;
use crate::fault::{Fault, FaultKind};
use crate::folder::DataFolder;
use crate::metrics::LogMetrics;
use crate::open::OpenError;
use crate::sqlite::{cut_wal, keep_plans, readers};
use crate::status::LogStatus;
use crate::writer::{self, Request, WriterOptions};
use crate::{declared, schema};

/// Appends that may wait for the writer before callers wait to be let in.
const WAITING_MAX: usize = 4_096;

/// How SQLite numbers `synchronous = FULL`.
const SYNCHRONOUS_FULL: i64 = 2;

/// How a log is opened, and for whom.
pub struct LogOptions {
    /// How its writer reports.
    pub metrics: LogMetrics,
    /// How long a caller's key is kept.
    pub keys_kept: SignedDuration,
    /// The names of the processes that hear it.
    pub processes: Vec<&'static str>,
    /// The claims of its events.
    pub claims: Vec<ClaimDef>,
    /// The folder that it lies in, where this process holds it: held until the writer has ended.
    pub folder: Option<Arc<DataFolder>>,
}

/// The log of one context.
#[derive(Clone)]
pub struct EventLog {
    pub(crate) readers: Pool<SqliteConnectionManager>,
    writer: mpsc::Sender<Request>,
    pub(crate) status: Arc<LogStatus>,
    metrics: LogMetrics,
    pub(crate) head: watch::Receiver<i64>,
    id: Arc<str>,
    begin: Arc<HashMap<&'static str, i64>>,
    folder: Option<Arc<DataFolder>>,
}

impl EventLog {
    /// Opens the log of `context` in `file`, making it where there is none.
    pub fn open(file: &Path, context: &str, options: LogOptions) -> Result<Self, OpenError> {
        let connect = || {
            let connection = Connection::open(file)?;
            connection.pragma_update(None, "journal_mode", "WAL")?;
            // NORMAL would survive a kill, but not a power cut after the answer was given.
            connection.pragma_update(None, "synchronous", "FULL")?;
            cut_wal(&connection)?;
            keep_plans(&connection)?;
            Ok(connection)
        };
        let is_durable = |connection: &Connection| {
            let mode: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
            let synchronous: i64 = connection.pragma_query_value(None, "synchronous", |row| row.get(0))?;
            Ok(mode == "wal" && synchronous == SYNCHRONOUS_FULL)
        };
        let failed = Fault::of("open the event log");
        let mut connection = connect().map_err(&failed)?;
        if !is_durable(&connection).map_err(&failed)? {
            return Err(OpenError::NotDurable);
        }
        schema::migrate(&mut connection)?;
        let (id, found) = belongs(&connection, context).map_err(&failed)?;
        if found != context {
            return Err(OpenError::Foreign { found, context: context.to_owned() });
        }
        let begin = Arc::new(declared::processes(&connection, &options.processes)?);
        declared::fill(&mut connection, &options.claims)?;
        let (writer, waiting) = mpsc::channel(WAITING_MAX);
        let (moved, head) = watch::channel(0);
        let LogOptions { metrics, keys_kept, folder, .. } = options;
        let started = WriterOptions { metrics: metrics.clone(), keys_kept, folder: folder.clone() };
        let status = writer::start(connection, waiting, moved, started)?;
        let readers = readers(file)?;
        Ok(Self { readers, writer, status, metrics, head, id: id.into(), begin, folder })
    }

    /// Stores what a command decided; it is durable when this returns.
    pub async fn append(&self, append: Append) -> Result<Appended, AppendError> {
        let (reply, answer) = oneshot::channel();
        let asked = Instant::now();
        self.writer.send(Request::Append { append, reply, asked }).await.map_err(|_| AppendError::Unknown)?;
        answer.await.map_err(|_| AppendError::Unknown)?
    }

    /// The position of the newest event, and its changes.
    #[inline]
    pub fn head(&self) -> watch::Receiver<i64> {
        self.head.clone()
    }

    /// When the event at this position was recorded, from memory: nothing is waited for. None where there is none yet; of
    /// events from before the start, the moment of the newest of them.
    pub fn known_recorded_at(&self, position: i64) -> Option<Timestamp> {
        self.status.recorded_at(position)
    }

    /// Why the last commit failed; none where it succeeded.
    pub fn failing(&self) -> Option<FaultKind> {
        self.status.failing()
    }

    /// Has the writer try a commit, without waiting for it: where it succeeds, the log is not [failing](Self::failing) any
    /// more.
    pub(crate) fn try_to_write(&self) {
        // A queue that is full needs no other sign.
        let _ = self.writer.try_send(Request::Try);
    }

    /// Has each scrape say what waits for the writer, and how many readers are in use.
    pub fn report_at_scrape(&self, exposition: &Exposition) {
        let (log, metrics) = (self.clone(), self.metrics.clone());
        exposition.at_scrape(move || {
            let (free, max) = (log.writer.capacity(), log.writer.max_capacity());
            let (waiting, committing) = (max - free, log.status.committing());
            metrics.queue_depth.set(i64::try_from(waiting + committing).unwrap_or(i64::MAX));
            metrics.queue_oldest.set(log.status.oldest().as_secs_f64());
            metrics.queue_limit.set(waiting, max);
            let readers = log.readers.state();
            let used = readers.connections.saturating_sub(readers.idle_connections);
            metrics.readers_limit.set(used as usize, log.readers.max_size() as usize);
        });
    }

    /// The version of its schema.
    pub fn schema(&self) -> usize {
        schema::newest()
    }

    /// The position after which a process hears events.
    pub fn begins_after(&self, process: &str) -> i64 {
        self.begin.get(process).copied().unwrap_or_default()
    }

    /// The folder that it lies in, to be kept by whatever else writes there.
    pub fn folder(&self) -> Option<Arc<DataFolder>> {
        self.folder.clone()
    }

    /// What tells this log from one that was restored or made anew.
    #[inline]
    pub fn id(&self) -> &str {
        &self.id
    }
}

/// The log's id, and the context that it belongs to: this one, where it is new.
fn belongs(connection: &Connection, context: &str) -> rusqlite::Result<(String, String)> {
    let value = |name: &str| {
        connection.query_row("SELECT value FROM meta WHERE name = ?1", [name], |row| row.get::<_, String>(0))
    };
    connection.execute("INSERT OR IGNORE INTO meta VALUES ('context', ?1)", [context])?;
    Ok((value("log_id")?, value("context")?))
}
