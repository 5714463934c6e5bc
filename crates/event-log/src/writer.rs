//! The one writer: takes every append that waits, commits them together, and answers each after the commit.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

use jiff::{SignedDuration, Timestamp};
use macadam_telemetry::chain;
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};
use tokio::sync::{mpsc, oneshot, watch};
use uuid::Uuid;

use crate::append::{Append, AppendError, Appended, DeadlineChange};
use crate::failpoint::{Point, reach};
use crate::fault::{Fault, FaultKind};
use crate::folder::DataFolder;
use crate::metrics::LogMetrics;
use crate::open::OpenError;
use crate::status::LogStatus;
use crate::time::micros;
use crate::{claims, keys};

/// Appends in one transaction at the most; a larger group gains nothing and makes the first wait.
const GROUP_MAX: usize = 512;

/// Microseconds by which a clock may be behind before that is worth a line in the log.
const CLOCK_SLACK: i64 = 1_000_000;

/// Where the outcome of an append is sent.
type Reply = oneshot::Sender<Result<Appended, AppendError>>;

/// What the writer is asked for.
#[expect(
    clippy::large_enum_variant,
    reason = "nearly all are appends, each of which would pay for memory of its own"
)]
pub(crate) enum Request {
    /// To store this.
    Append { append: Append, reply: Reply, asked: Instant },
    /// To try a commit that stores nothing of a context, since the last one failed: whoever sends commands elsewhere
    /// meanwhile should learn when it would succeed.
    Try,
}

/// What the writer knows between transactions.
struct Writer {
    connection: Connection,
    position: i64,
    recorded_at: i64,
    head: watch::Sender<i64>,
    metrics: LogMetrics,
    keys_kept: SignedDuration,
    clock_is_late: bool,
    status: Arc<LogStatus>,
    /// Dropped after the connection: nothing is written into a folder that another process may take.
    _folder: Option<Arc<DataFolder>>,
}

/// What a writer is started with.
pub(crate) struct WriterOptions {
    pub metrics: LogMetrics,
    pub keys_kept: SignedDuration,
    pub folder: Option<Arc<DataFolder>>,
}

/// Starts the writer's thread, which ends when nobody can append any more; how the log is doing.
pub(crate) fn start(
    connection: Connection,
    mut waiting: mpsc::Receiver<Request>,
    head: watch::Sender<i64>,
    options: WriterOptions,
) -> Result<Arc<LogStatus>, OpenError> {
    let (position, recorded_at) = tail(&connection).map_err(Fault::of("open the event log"))?;
    head.send_replace(position);
    let status = Arc::new(LogStatus::new(position, recorded_at));
    let mut writer = Writer {
        connection,
        position,
        recorded_at,
        head,
        metrics: options.metrics,
        keys_kept: options.keys_kept,
        clock_is_late: false,
        status: status.clone(),
        _folder: options.folder,
    };
    std::thread::Builder::new().name("log-writer".into()).spawn(move || {
        let (mut taken, mut group) = (Vec::with_capacity(GROUP_MAX), Vec::with_capacity(GROUP_MAX));
        while waiting.blocking_recv_many(&mut taken, GROUP_MAX) > 0 {
            let mut first = None;
            for request in taken.drain(..) {
                if let Request::Append { append, reply, asked } = request {
                    first.get_or_insert(asked);
                    group.push((append, reply));
                }
            }
            match first {
                Some(asked) => {
                    writer.status.begins(group.len(), asked);
                    writer.commit(&mut group);
                    writer.status.answered();
                }
                None => writer.try_to_write(),
            }
        }
    })?;
    Ok(status)
}

fn tail(connection: &Connection) -> rusqlite::Result<(i64, i64)> {
    let sql = "SELECT position, recorded_at FROM events ORDER BY position DESC LIMIT 1";
    Ok(connection.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?))).optional()?.unwrap_or((0, 0)))
}

impl Writer {
    fn commit(&mut self, group: &mut Vec<(Append, Reply)>) {
        reach(Point::GroupTaken);
        let started = Instant::now();
        self.metrics.group_size.observe(f64::from(u32::try_from(group.len()).unwrap_or(u32::MAX)));
        let before = self.connection.total_changes();
        let outcomes = self.try_commit(group);
        self.metrics.append_duration.observe(started.elapsed().as_secs_f64());
        match outcomes {
            Ok(outcomes) => {
                reach(Point::GroupCommitted);
                // Before anybody can see the new head: whoever does finds when it was recorded.
                self.status.recorded(self.position, self.recorded_at);
                // One that had nothing to write shows nothing of a disk that was full before.
                if self.connection.total_changes() > before {
                    self.status.succeeded();
                }
                self.head.send_replace(self.position);
                for ((_, reply), outcome) in group.drain(..).zip(outcomes) {
                    // A caller that went away has no use for the answer; what it asked for is stored.
                    let _ = reply.send(outcome);
                    reach(Point::CallerAnswered);
                }
            }
            Err(error) => {
                let kind = FaultKind::of(&error);
                self.metrics.commit_failed(kind);
                self.status.failed(kind);
                let error = chain(&Fault::of("commit to the event log")(error));
                tracing::error!(error, appends = group.len(), "commit failed, outcome unknown");
                for (_, reply) in group.drain(..) {
                    let _ = reply.send(Err(AppendError::Unknown));
                }
                // The commit may have reached the disk before it failed: what is there decides where to go on.
                if let Ok((position, recorded_at)) = tail(&self.connection) {
                    (self.position, self.recorded_at) = (position, recorded_at);
                    self.status.recorded(position, recorded_at);
                    self.head.send_replace(position);
                }
            }
        }
    }

    /// Commits something small of the log's own.
    fn try_to_write(&mut self) {
        let now = micros(Timestamp::now()).to_string();
        let commit = || {
            let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            transaction.execute("INSERT OR REPLACE INTO meta VALUES ('tried_at', ?1)", [now])?;
            transaction.commit()
        };
        match commit() {
            Ok(()) => {
                tracing::info!("commits to the event log succeed again");
                self.status.succeeded();
            }
            Err(error) => self.status.failed(FaultKind::of(&error)),
        }
    }

    /// Says once, and again after it was right, that the clock is behind the log.
    fn warn_of_clock(&mut self, behind: i64) {
        let late = behind > CLOCK_SLACK;
        if late && !self.clock_is_late {
            tracing::warn!(
                behind_seconds = behind / 1_000_000,
                "the machine's clock is behind the newest event: events keep the log's time until it has caught up"
            );
        }
        self.clock_is_late = late;
    }

    fn try_commit(
        &mut self,
        group: &[(Append, Reply)],
    ) -> rusqlite::Result<Vec<Result<Appended, AppendError>>> {
        // A clock that went backwards must not reorder history.
        let clock = micros(Timestamp::now());
        let now = clock.max(self.recorded_at);
        self.warn_of_clock(now - clock);
        // At once for writing: one that begins to read is not let wait for somebody else's write.
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut batch = Batch {
            transaction: &transaction,
            clock,
            now,
            position: self.position,
            versions: HashMap::new(),
            keys_kept: self.keys_kept,
        };
        let mut outcomes = Vec::with_capacity(group.len());
        for (append, _) in group {
            outcomes.push(batch.store(append)?);
        }
        let position = batch.position;
        keys::prune(&transaction, group.len(), clock)?;
        reach(Point::GroupWritten);
        transaction.commit()?;
        (self.position, self.recorded_at) = (position, now);
        Ok(outcomes)
    }
}

/// One group's transaction.
struct Batch<'a> {
    transaction: &'a Transaction<'a>,
    /// What the machine says. Deadlines come due and keys expire by it: a log that was once ahead must not change that.
    clock: i64,
    /// When these events are recorded: never before their predecessors.
    now: i64,
    position: i64,
    /// Streams that the group has written to: as they are now, not as they were before it.
    versions: HashMap<Uuid, i64>,
    keys_kept: SignedDuration,
}

impl Batch<'_> {
    /// Stores one append inside the group's transaction; a refusal leaves its neighbours alone.
    fn store(&mut self, append: &Append) -> rusqlite::Result<Result<Appended, AppendError>> {
        let (transaction, now, clock) = (self.transaction, self.now, self.clock);
        if let Some(key) = &append.key
            && let Some(before) = keys::used(transaction, &key.hash, clock)?
        {
            return Ok(Err(AppendError::Repeated(before)));
        }
        let actual = match self.versions.get(&append.stream) {
            Some(version) => *version,
            None => stream_version(transaction, append.stream)?,
        };
        if actual != append.expected {
            return Ok(Err(AppendError::Conflict { actual }));
        }
        if let Some(claim) = claims::taken(transaction, append.stream, &append.claims)? {
            return Ok(Err(AppendError::Claimed { claim }));
        }
        for change in &append.deadlines {
            if let DeadlineChange::Fired { .. } = change
                && apply(transaction, append.stream, change, (now, clock))? == 0
            {
                return Ok(Err(AppendError::Cleared));
            }
        }
        let version = self.insert(append, actual)?;
        self.versions.insert(append.stream, version);
        claims::apply(transaction, append.stream, &append.claims)?;
        let mut cleared = Vec::new();
        let rest = |change: &&DeadlineChange| !matches!(change, DeadlineChange::Fired { .. });
        for change in append.deadlines.iter().filter(rest) {
            let rows = apply(transaction, append.stream, change, (now, clock))?;
            if let DeadlineChange::Clear { deadline } = change {
                cleared.push((*deadline, u64::try_from(rows).unwrap_or_default()));
            }
        }
        let appended = Appended { stream: append.stream, version, position: self.position, cleared };
        if let Some(key) = &append.key {
            keys::keep(transaction, key, &appended, clock, self.keys_kept)?;
        }
        Ok(Ok(appended))
    }

    /// Writes the events; the stream's version afterwards.
    fn insert(&mut self, append: &Append, mut version: i64) -> rusqlite::Result<i64> {
        let mut insert = self.transaction.prepare_cached(
            "INSERT INTO events (position, aggregate, stream, version, event_id, kind, schema_version, recorded_at,
                role, subject, correlation_id, causation_id, traceparent, published, payload)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
        )?;
        for event in &append.events {
            self.position += 1;
            version += 1;
            insert.execute(params![
                self.position,
                append.aggregate,
                append.stream,
                version,
                Uuid::now_v7(),
                event.kind,
                event.schema_version,
                self.now,
                append.actor.role,
                append.actor.subject,
                append.correlation_id,
                append.causation_id,
                append.traceparent,
                event.published,
                event.payload,
            ])?;
        }
        Ok(version)
    }
}

fn stream_version(transaction: &Transaction<'_>, stream: Uuid) -> rusqlite::Result<i64> {
    transaction
        .prepare_cached("SELECT coalesce(max(version), 0) FROM events WHERE stream = ?1")?
        .query_row([stream], |row| row.get(0))
}

fn apply(
    transaction: &Transaction<'_>,
    stream: Uuid,
    change: &DeadlineChange,
    (now, clock): (i64, i64),
) -> rusqlite::Result<usize> {
    match change {
        DeadlineChange::Set { deadline, nth, after } => {
            let due = clock.saturating_add(i64::try_from(after.as_micros()).unwrap_or(i64::MAX));
            transaction
                .prepare_cached("INSERT OR REPLACE INTO deadlines VALUES (?1, ?2, ?3, ?4, ?5)")?
                .execute(params![deadline, stream, nth, now, due])
        }
        DeadlineChange::Clear { deadline } => transaction
            .prepare_cached("DELETE FROM deadlines WHERE deadline = ?1 AND stream = ?2")?
            .execute(params![deadline, stream]),
        DeadlineChange::Fired { deadline, nth, set_at, due_at } => transaction
            .prepare_cached(
                "DELETE FROM deadlines
                 WHERE deadline = ?1 AND stream = ?2 AND nth = ?3 AND set_at = ?4 AND due_at = ?5",
            )?
            .execute(params![deadline, stream, nth, micros(*set_at), micros(*due_at)]),
    }
}
