//! The event log: one dense order of all events of a context, in SQLite, durable before anything is acknowledged.
//!
//! One writer commits many waiting appends in one transaction; readers have connections of their own.

mod claims;
mod declared;
mod fault;
mod file;
mod keys;
mod operate;
mod read;
mod schema;
#[cfg(test)]
mod tests;
mod writer;

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use macadam_kernel::Actor;
use r2d2::Pool;
use r2d2_sqlite::SqliteConnectionManager;
use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot, watch};
use uuid::Uuid;

pub(crate) use claims::ClaimChange;
pub use fault::Fault;
pub(crate) use file::{CARRIED, LogFile, carry, prepare, stand_in, truncate_wal};
pub(crate) use keys::{Asked, NewKey, Used};
pub(crate) use read::{DueDeadline, ReadError, StoredEvent};

use crate::claim::ClaimDef;
use crate::sqlite::{keep_plans, readers};
use crate::telemetry::LogMetrics;

/// Appends that may wait for the writer before callers wait to be let in.
const WAITING_MAX: usize = 4_096;

/// How SQLite numbers `synchronous = FULL`.
const SYNCHRONOUS_FULL: i64 = 2;

/// Why a log could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// SQLite said no.
    #[error(transparent)]
    Sqlite(#[from] Fault),
    /// No reader connection could be made.
    #[error("open the event log for reading")]
    Readers(#[from] r2d2::Error),
    /// The database was written by a newer road.
    #[error("event log has schema {found}, this binary knows {known}: start the newer binary")]
    Newer {
        /// The schema version in the file.
        found: usize,
        /// The newest schema version that this binary knows.
        known: usize,
    },
    /// The log is another context's.
    #[error("event log belongs to `{found}`, this is `{context}`: give each context a data.dir of its own")]
    Foreign {
        /// Whose it is.
        found: String,
        /// Who asked.
        context: String,
    },
    /// A claim was added, or changed, and what is stored breaks it.
    #[error(
        "claim {claim}: `{stream}` has taken what another has already; release one of them by a command, or declare \
         another claim"
    )]
    ClaimedTwice {
        /// The claim.
        claim: &'static str,
        /// The second to take it.
        stream: Uuid,
    },
    /// SQLite did not take over how commits are to be made durable.
    #[error(
        "event log cannot be made durable here: its disk allows no write-ahead log; use a local disk for data.dir"
    )]
    NotDurable,
    /// The machine does not let a thread start.
    #[error("start the writer's thread")]
    Thread(#[from] std::io::Error),
}

/// Why nothing was appended, or why nobody can say.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AppendError {
    /// Somebody else appended to the stream first.
    #[error("stream is at version {actual}")]
    Conflict { actual: i64 },
    /// The deadline that was to be sent is not there any more.
    #[error("deadline was cleared meanwhile")]
    Cleared,
    /// The command with this key was accepted before.
    #[error("key was used before")]
    Repeated(Used),
    /// Somebody else has what the events claim.
    #[error("{claim} is taken")]
    Claimed { claim: &'static str },
    /// The transaction failed; what became of it is only known by asking again with the same key.
    #[error("commit failed: outcome unknown")]
    Unknown,
}

impl AppendError {
    /// What went wrong, in one word.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Conflict { .. } => "conflict",
            Self::Cleared => "cleared",
            Self::Repeated(_) => "repeated",
            Self::Claimed { .. } => "claimed",
            Self::Unknown => "unknown",
        }
    }
}

/// One event that is to be stored.
#[derive(Debug, Clone)]
pub(crate) struct NewEvent {
    pub kind: &'static str,
    pub schema_version: u32,
    pub published: bool,
    pub payload: String,
}

/// A time at which a command is to be sent, set or cleared together with events.
#[derive(Debug, Clone)]
pub(crate) enum DeadlineChange {
    /// After the moment at which the events are recorded.
    Set {
        deadline: &'static str,
        nth: u32,
        after: jiff::SignedDuration,
    },
    Clear {
        deadline: &'static str,
    },
    /// This one is sent, if nobody has cleared or set it anew meanwhile.
    Fired {
        deadline: String,
        nth: u32,
        set_at: Timestamp,
        /// By the machine's clock, so that one that was set anew while the log's time stood still is told apart.
        due_at: Timestamp,
    },
}

/// What one command wants stored: all of it or nothing.
#[derive(Debug)]
pub(crate) struct Append {
    pub aggregate: &'static str,
    pub stream: Uuid,
    /// The version that was decided against; 0 founds the stream.
    pub expected: i64,
    pub events: Vec<NewEvent>,
    pub actor: Actor,
    pub correlation_id: Uuid,
    pub causation_id: Option<Uuid>,
    pub traceparent: Option<String>,
    pub key: Option<NewKey>,
    pub claims: Vec<ClaimChange>,
    pub deadlines: Vec<DeadlineChange>,
}

/// Where it was stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Appended {
    pub stream: Uuid,
    /// The stream's version afterwards.
    pub version: i64,
    /// The position to read at least, to see it.
    pub position: i64,
    /// How many times were cleared, by deadline.
    pub cleared: Vec<(&'static str, u64)>,
}

/// How the log's writer works.
pub(crate) struct Settings {
    pub metrics: LogMetrics,
    /// How long a caller's key is kept.
    pub keys_kept: SignedDuration,
    pub processes: Vec<&'static str>,
    pub claims: Vec<ClaimDef>,
}

type Reply = oneshot::Sender<Result<Appended, AppendError>>;

/// The log of one context.
#[derive(Clone)]
pub(crate) struct EventLog {
    readers: Pool<SqliteConnectionManager>,
    writer: mpsc::Sender<(Append, Reply)>,
    head: watch::Receiver<i64>,
    id: Arc<str>,
    begin: Arc<HashMap<&'static str, i64>>,
}

impl EventLog {
    /// Opens the log of `context` in `file`, making it where there is none.
    pub(crate) fn open(file: &Path, context: &str, settings: Settings) -> Result<Self, OpenError> {
        let connect = || {
            let connection = Connection::open(file)?;
            connection.pragma_update(None, "journal_mode", "WAL")?;
            // NORMAL would survive a kill, but not a power cut after the answer was given.
            connection.pragma_update(None, "synchronous", "FULL")?;
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
        let begin = Arc::new(declared::processes(&connection, &settings.processes)?);
        declared::fill(&mut connection, &settings.claims)?;
        let (writer, waiting) = mpsc::channel(WAITING_MAX);
        let (moved, head) = watch::channel(0);
        writer::start(connection, waiting, moved, settings)?;
        let readers = readers(file)?;
        Ok(Self { readers, writer, head, id: id.into(), begin })
    }

    /// Stores what a command decided; it is durable when this returns.
    pub(crate) async fn append(&self, append: Append) -> Result<Appended, AppendError> {
        let (reply, answer) = oneshot::channel();
        self.writer.send((append, reply)).await.map_err(|_| AppendError::Unknown)?;
        answer.await.map_err(|_| AppendError::Unknown)?
    }

    /// The position of the newest event, and its changes.
    pub(crate) fn head(&self) -> watch::Receiver<i64> {
        self.head.clone()
    }

    /// The position after which a process hears events.
    pub(crate) fn begin(&self, process: &str) -> i64 {
        self.begin.get(process).copied().unwrap_or_default()
    }

    /// What tells this log from one that was restored or made anew.
    pub(crate) fn id(&self) -> &str {
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

pub(crate) fn micros(at: Timestamp) -> i64 {
    at.as_microsecond()
}

pub(crate) fn from_micros(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(micros).unwrap_or(Timestamp::UNIX_EPOCH)
}
