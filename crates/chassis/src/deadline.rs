//! Deadlines: rows of the log that come due, and the task that sends their commands.

use std::any::Any;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use macadam_kernel::{Aggregate as _, Deadline, Due, Message};
use tokio::sync::watch;
use uuid::Uuid;

use crate::caller::Caller;
use crate::command::{Envelope, Failure, Input, Order};
use crate::event_log::{Append, AppendError, DueDeadline, StoredEvent};
use crate::failpoint::{Point, reach};
use crate::running::{Shared, apart};
use crate::telemetry::{chain, continued};

/// Deadlines sent in one go; the rest follows at once.
const BATCH: u32 = 256;
/// How long a deadline rests whose command failed.
const REST: Duration = Duration::from_secs(5);
/// The longest pause between two looks: a clock that is set forward is noticed this late.
const LOOK_MAX: Duration = Duration::from_secs(1);

/// A deadline of the board, with its type forgotten.
pub(crate) struct DeadlineDef {
    pub name: &'static str,
    pub aggregate: &'static str,
    pub set_by: &'static str,
    pub cleared_by: &'static [&'static str],
    pub after: Vec<SignedDuration>,
    pub command: &'static str,
    make: fn(Due) -> Box<dyn Any + Send + Sync>,
}

impl DeadlineDef {
    pub(crate) fn of<D: Deadline>() -> Self {
        Self {
            name: D::NAME,
            aggregate: D::Aggregate::NAME,
            set_by: D::SET_BY,
            cleared_by: D::CLEARED_BY,
            after: D::AFTER.to_vec(),
            command: D::Sends::NAME,
            make: |due| Box::new(D::Sends::from(due)),
        }
    }

    /// Whether this is its name, however it is spelt: environment variables have no capitals to keep.
    pub(crate) fn is_called(&self, name: &str) -> bool {
        let plain = |name: &str| name.replace(['_', '-'], "").to_ascii_lowercase();
        plain(self.name) == plain(name)
    }
}

/// Deadlines whose commands failed, by name, stream and number, and when each is tried again.
type Failing = HashMap<(String, Uuid, u32), Instant>;

/// Sends what is due until told to stop.
pub(crate) async fn run(shared: Arc<Shared>, mut stop: watch::Receiver<bool>) {
    let mut head = shared.engine.log.head();
    let mut failing = Failing::new();
    while !*stop.borrow() {
        let pause = match fire(&shared, &mut failing, &stop).await {
            Ok(pause) => pause,
            Err(error) => {
                tracing::error!(error = chain(&error), "deadlines could not be read");
                LOOK_MAX
            }
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            _ = head.changed() => {}
            _ = stop.changed() => {}
        }
    }
}

/// Sends what is due now, and says how long nothing will be.
async fn fire(
    shared: &Arc<Shared>,
    failing: &mut Failing,
    stop: &watch::Receiver<bool>,
) -> Result<Duration, Failure> {
    let engine = &shared.engine;
    if engine.deadlines.is_empty() {
        return Ok(LOOK_MAX);
    }
    let now = Instant::now();
    failing.retain(|_, again| *again > now);
    // Those that failed rest, so that the ones behind them come to their turn.
    let limit = BATCH.saturating_add(u32::try_from(failing.len()).unwrap_or(u32::MAX));
    let due = engine.log.due(Timestamp::now(), limit).await?;
    let name = |row: &DueDeadline| (row.deadline.clone(), row.stream, row.nth);
    for row in due.iter().filter(|row| !failing.contains_key(&name(row))).cloned().collect::<Vec<_>>() {
        if *stop.borrow() {
            return Ok(LOOK_MAX);
        }
        let (sending, name) = (shared.clone(), name(&row));
        if apart(async move { send(&sending, &row).await }).await != Some(true) {
            failing.insert(name, Instant::now() + REST);
        }
    }
    let (next, overdue) = engine.log.waiting(Timestamp::now()).await?;
    for deadline in &engine.deadlines {
        let count = overdue.iter().find(|(name, _)| name == deadline.name).map_or(0, |(_, count)| *count);
        engine.metrics.overdue(deadline.name, count);
    }
    let waiting: i64 = overdue.iter().map(|(_, count)| *count).sum();
    if usize::try_from(waiting).is_ok_and(|waiting| waiting > failing.len()) {
        return Ok(Duration::ZERO);
    }
    let until = next.and_then(|next| Duration::try_from(next.duration_since(Timestamp::now())).ok());
    Ok(until.unwrap_or(LOOK_MAX).clamp(Duration::from_millis(1), LOOK_MAX))
}

/// Sends one; false where it stays overdue. Its row goes with the events of the command; a rejected command has none,
/// so the row goes alone.
async fn send(shared: &Shared, row: &DueDeadline) -> bool {
    let Some(deadline) = shared.engine.deadlines.iter().find(|deadline| deadline.name == row.deadline) else {
        // It stays: an older binary that runs for an hour must not lose what the newer one has set.
        tracing::error!(
            deadline = row.deadline,
            "deadline {} is due and not on this board: it waits",
            row.deadline
        );
        return false;
    };
    // The command belongs to the story of the event that set it.
    let cause = match shared.engine.log.stream(row.stream).await {
        Ok(stored) => {
            stored.into_iter().rfind(|event| event.kind == deadline.set_by && event.recorded_at == row.set_at)
        }
        Err(error) => {
            not_sent(deadline, &error);
            return false;
        }
    };
    let describe = || (format!("deadline {}", deadline.name), "macadam.deadline", deadline.name);
    let mut span = cause.as_ref().map(|cause| shared.tracer.consumer(cause, describe));
    let story = span.as_ref().map(|span| span.story().clone());
    match continued(story.clone(), deliver(shared, deadline, row, cause.as_ref())).await {
        Ok(()) => {
            reach(Point::DeadlineSent);
            shared.engine.metrics.deadline(deadline.name, "missed", 1);
        }
        // Whoever cleared it has counted it as met.
        Err(Failure::Cleared) => {}
        Err(failure) => {
            if let Some(span) = &mut span {
                span.fail("not-sent");
            }
            continued(story, async { not_sent(deadline, &failure) }).await;
            return false;
        }
    }
    true
}

fn not_sent(deadline: &DeadlineDef, error: &dyn std::error::Error) {
    let name = deadline.name;
    tracing::error!(deadline = name, error = chain(error), "deadline {name} was not sent");
}

async fn deliver(
    shared: &Shared,
    deadline: &DeadlineDef,
    row: &DueDeadline,
    cause: Option<&StoredEvent>,
) -> Result<(), Failure> {
    let (aggregate, info) = shared.command(deadline.command).ok_or(Failure::NotFound)?;
    let due = Due { nth: row.nth, set_at: row.set_at, due_at: row.due_at };
    let envelope = Envelope {
        caller: Caller::system(deadline.name),
        correlation_id: cause.map_or_else(Uuid::now_v7, |cause| cause.correlation_id),
        causation_id: cause.map(|cause| cause.event_id),
        if_match: None,
        key: None,
        fired: Some(row.clone()),
        attempt: None,
    };
    let input = Input::Typed((deadline.make)(due));
    match shared.engine.execute(aggregate, info, Order::To(row.stream), input, envelope).await {
        Ok(_) => Ok(()),
        Err(Failure::Rejected { .. } | Failure::NotFound) => forget(shared, row).await,
        Err(failure) => Err(failure),
    }
}

async fn forget(shared: &Shared, row: &DueDeadline) -> Result<(), Failure> {
    let _turn = shared.engine.turn(row.stream).await;
    let stored = shared.engine.log.stream(row.stream).await?;
    let append = Append {
        aggregate: "",
        stream: row.stream,
        expected: stored.last().map_or(0, |event| event.version),
        events: Vec::new(),
        actor: macadam_kernel::Actor::system(row.deadline.clone()),
        correlation_id: Uuid::now_v7(),
        causation_id: None,
        traceparent: None,
        key: None,
        claims: Vec::new(),
        deadlines: vec![row.fired()],
    };
    match shared.engine.log.append(append).await {
        Ok(_) => Ok(()),
        Err(AppendError::Cleared) => Err(Failure::Cleared),
        // The row stays for the next look.
        Err(AppendError::Conflict { .. }) => Err(Failure::Contention),
        Err(AppendError::Repeated(_) | AppendError::Claimed { .. } | AppendError::Unknown) => {
            Err(Failure::Unknown)
        }
    }
}
