//! Deadlines: sends the commands of those that have come due.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use macadam_event_log::{Append, AppendError, DueDeadline, Point, StoredEvent, reach};
use macadam_kernel::{Actor, Due};
use macadam_telemetry::{Tracer, chain, in_context};
use tokio::sync::watch;
use uuid::Uuid;

use super::{Backoff, Follower, Step, consumer_span, spawn_isolated};
use crate::caller::Caller;
use crate::catalog::Catalog;
use crate::command::{Envelope, Failure, Input, Target};
use crate::deadline::DeadlineDef;
use crate::engine::Engine;

/// Deadlines sent in one go; the rest follows at once.
const BATCH: u32 = 256;
/// The longest pause between two looks: a clock that is set forward is noticed this late.
const LOOK_MAX: Duration = Duration::from_secs(1);

/// Deadlines whose commands failed, by name, stream and number, and how long each rests.
type Failing = HashMap<(String, Uuid, u32), Backoff>;

/// Sends what is due.
pub(super) struct DeadlineFollower {
    sender: Arc<Sender>,
    failing: Failing,
}

/// What sending one takes.
struct Sender {
    catalog: Arc<Catalog>,
    engine: Arc<Engine>,
    tracer: Arc<Tracer>,
}

impl Follower for DeadlineFollower {
    async fn advance(&mut self, stop: &watch::Receiver<bool>) -> Step {
        match self.send_due(stop).await {
            Ok(taken) => taken,
            Err(error) => {
                tracing::error!(error = chain(&error), "deadlines could not be read");
                Step::Failed
            }
        }
    }
}

impl DeadlineFollower {
    pub(super) fn new(catalog: Arc<Catalog>, engine: Arc<Engine>, tracer: Arc<Tracer>) -> Self {
        Self { sender: Arc::new(Sender { catalog, engine, tracer }), failing: Failing::new() }
    }

    /// Sends what is due now, and says how long nothing will be.
    async fn send_due(&mut self, stop: &watch::Receiver<bool>) -> Result<Step, Failure> {
        let (engine, deadlines) = (&self.sender.engine, &self.sender.catalog.deadlines);
        if deadlines.is_empty() {
            return Ok(Step::Idle(None));
        }
        let now = Instant::now();
        self.failing.retain(|_, backoff| !backoff.is_over(now));
        // Those that failed rest, so that the ones behind them come to their turn.
        let resting = self.failing.values().filter(|backoff| backoff.rests(now)).count();
        let limit = BATCH.saturating_add(u32::try_from(resting).unwrap_or(u32::MAX));
        let due = engine.log().due(Timestamp::now(), limit).await?;
        let mut failed = 0;
        for row in due {
            let name = (row.deadline.clone(), row.stream, row.nth);
            if self.failing.get(&name).is_some_and(|backoff| backoff.rests(now)) {
                continue;
            }
            if *stop.borrow() {
                return Ok(Step::Idle(None));
            }
            let sender = self.sender.clone();
            if spawn_isolated(async move { sender.send(&row).await }).await == Some(true) {
                self.failing.remove(&name);
            } else {
                self.failing.entry(name).or_default().failed();
                failed += 1;
            }
        }
        let (next, overdue) = engine.log().waiting(Timestamp::now()).await?;
        for deadline in deadlines {
            let count = overdue.iter().find(|(name, _)| name == deadline.name).map_or(0, |(_, count)| *count);
            engine.store.metrics.overdue(deadline.name, count);
        }
        let waiting: i64 = overdue.iter().map(|(_, count)| *count).sum();
        if usize::try_from(waiting).is_ok_and(|waiting| waiting > resting + failed) {
            return Ok(Step::More);
        }
        let until = next.and_then(|next| Duration::try_from(next.duration_since(Timestamp::now())).ok());
        let pause = until.unwrap_or(LOOK_MAX).clamp(Duration::from_millis(1), LOOK_MAX);
        Ok(Step::Idle(Some(Instant::now() + pause)))
    }
}

impl Sender {
    /// Sends one; false where it stays overdue. Its row goes with the events of the command; a rejected command has
    /// none, so the row goes alone.
    async fn send(&self, row: &DueDeadline) -> bool {
        let deadlines = &self.catalog.deadlines;
        let Some(deadline) = deadlines.iter().find(|deadline| deadline.name == row.deadline) else {
            // It stays: an older binary that runs for an hour must not lose what the newer one has set.
            tracing::error!(
                deadline = row.deadline,
                "deadline {} is due and not on this board: it waits",
                row.deadline
            );
            return false;
        };
        // The command belongs to the trace of the event that set it.
        let cause = match self.engine.log().stream(row.stream).await {
            Ok(stored) => stored
                .into_iter()
                .rfind(|event| event.kind == deadline.set_by && event.recorded_at == row.set_at),
            Err(error) => {
                not_sent(deadline, &error);
                return false;
            }
        };
        let describe = || (format!("deadline {}", deadline.name), "macadam.deadline", deadline.name);
        let mut span = cause.as_ref().map(|cause| consumer_span(&self.tracer, cause, describe));
        let context = span.as_ref().map(|span| span.context().clone());
        match in_context(context.clone(), self.deliver(deadline, row, cause.as_ref())).await {
            Ok(()) => {
                reach(Point::DeadlineSent);
                self.engine.store.metrics.deadline(deadline.name, "missed", 1);
            }
            // Whoever cleared it has counted it as met.
            Err(Failure::Cleared) => {}
            Err(failure) => {
                if let Some(span) = &mut span {
                    span.fail("not-sent");
                }
                in_context(context, async { not_sent(deadline, &failure) }).await;
                return false;
            }
        }
        true
    }

    async fn deliver(
        &self,
        deadline: &DeadlineDef,
        row: &DueDeadline,
        cause: Option<&StoredEvent>,
    ) -> Result<(), Failure> {
        let (aggregate, info) = self.catalog.command(deadline.command).ok_or(Failure::NotFound)?;
        let due = Due { nth: row.nth, set_at: row.set_at, due_at: row.due_at };
        let correlation_id = cause.map_or_else(Uuid::now_v7, |cause| cause.correlation_id);
        let envelope = Envelope {
            causation_id: cause.map(|cause| cause.event_id),
            fired: Some(row.clone()),
            ..Envelope::new(Caller::system(deadline.name), correlation_id)
        };
        let input = Input::Typed((deadline.make)(due));
        match self.engine.execute(aggregate, info, Target::Existing(row.stream), input, envelope).await {
            Ok(_) => Ok(()),
            Err(Failure::Rejected { .. } | Failure::NotFound) => self.remove(row).await,
            Err(failure) => Err(failure),
        }
    }

    /// Removes a row without events.
    async fn remove(&self, row: &DueDeadline) -> Result<(), Failure> {
        let _lock = self.engine.store.lock(row.stream).await;
        let stored = self.engine.log().stream(row.stream).await?;
        let append = Append {
            aggregate: "",
            stream: row.stream,
            expected: stored.last().map_or(0, |event| event.version),
            events: Vec::new(),
            actor: Actor::system(row.deadline.clone()),
            correlation_id: Uuid::now_v7(),
            causation_id: None,
            traceparent: None,
            key: None,
            claims: Vec::new(),
            deadlines: vec![row.fired()],
        };
        match self.engine.log().append(append).await {
            Ok(_) => Ok(()),
            Err(AppendError::Cleared) => Err(Failure::Cleared),
            // The row stays for the next look.
            Err(AppendError::Conflict { .. }) => Err(Failure::Contention),
            Err(AppendError::Repeated(_) | AppendError::Claimed { .. } | AppendError::Unknown) => {
                Err(Failure::Unknown)
            }
        }
    }
}

fn not_sent(deadline: &DeadlineDef, error: &dyn std::error::Error) {
    let name = deadline.name;
    tracing::error!(deadline = name, error = chain(error), "deadline {name} was not sent");
}
