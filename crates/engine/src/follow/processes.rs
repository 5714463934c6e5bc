//! Processes: each reads the log from its own checkpoint, reacts, and has its commands accepted or rejected before it
//! goes on. A command carries a key made from what caused it, so that a repetition is not a second command.

use std::collections::HashMap;
use std::sync::Arc;

use macadam_event_log::{Append, AppendError, FaultKind, NewKey, Point, ReadError, StoredEvent, reach};
use macadam_kernel::Actor;
use macadam_telemetry::{Tracer, chain};
use tokio::sync::watch;
use uuid::Uuid;

use super::{Follower, Step, consumer_span, spawn_isolated};
use crate::caller::Caller;
use crate::catalog::Catalog;
use crate::command::{Envelope, Failure, Input, Key, Target};
use crate::engine::Engine;

use crate::process::{ErasedProcess, OutgoingCommand, StateError};
use crate::subscription::STEP;
use crate::view::{ViewStore, ViewStoreError, Views};

/// Events read in one go.
const BATCH: u32 = 500;

/// Why a process could not go on.
#[derive(Debug, thiserror::Error)]
enum StepError {
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error(transparent)]
    Store(#[from] ViewStoreError),
    #[error(transparent)]
    State(#[from] StateError),
    #[error("send {command}")]
    Send { command: &'static str, source: Failure },
}

impl StepError {
    /// As a label of metrics.
    fn reason(&self) -> &'static str {
        match self {
            Self::Read(error) | Self::Send { source: Failure::Read(error), .. } => error.reason(),
            Self::Store(error) => error.reason(),
            // Why a commit failed is counted where it did.
            Self::Send { source: Failure::Unknown, .. } => FaultKind::Other.name(),
            Self::State(_) | Self::Send { .. } => STEP,
        }
    }
}

/// Carries one process of the catalog forward.
#[derive(Clone)]
pub(super) struct ProcessFollower {
    pub catalog: Arc<Catalog>,
    /// Its place in the catalog.
    pub which: usize,
    pub engine: Arc<Engine>,
    pub views: Arc<Views>,
    pub tracer: Arc<Tracer>,
}

impl Follower for ProcessFollower {
    async fn advance(&mut self, stop: &watch::Receiver<bool>) -> Step {
        let name = self.process().name();
        let (this, stop) = (self.clone(), stop.clone());
        match spawn_isolated(async move { this.catch_up(&stop).await }).await {
            Some(Ok(taken)) => taken,
            Some(Err(error)) => {
                self.engine.store.metrics.subscriptions.failed(name, error.reason());
                tracing::error!(process = name, error = chain(&error), "process {name} is stuck");
                Step::Failed
            }
            None => {
                self.engine.store.metrics.subscriptions.failed(name, STEP);
                tracing::error!(process = name, "process {name} is stuck: it panicked");
                Step::Failed
            }
        }
    }
}

impl ProcessFollower {
    fn process(&self) -> &dyn ErasedProcess {
        &*self.catalog.processes[self.which]
    }

    /// One batch.
    async fn catch_up(&self, stop: &watch::Receiver<bool>) -> Result<Step, StepError> {
        let (process, log, metrics) = (self.process(), self.engine.log(), &self.engine.store.metrics);
        let name = process.name();
        let from = self.stored(move |store| store.checkpoint(name)).await?;
        let from = from.unwrap_or(log.begins_after(name));
        let reading = log.clone();
        let events = tokio::task::spawn_blocking(move || reading.after(from, BATCH))
            .await
            .map_err(ReadError::from)??;
        let head = || *log.head().borrow();
        let reached = |position, next| {
            metrics.subscriptions.of(name).iter().for_each(|one| one.reached(position, next));
        };
        reached(from, events.first().map(|event| event.recorded_at));
        for event in events.iter().filter(|event| process.kinds().iter().any(|kind| kind.name == event.kind))
        {
            if *stop.borrow() {
                return Ok(Step::Idle(None));
            }
            reached(event.position - 1, Some(event.recorded_at));
            let mut span =
                consumer_span(&self.tracer, event, || (format!("process {name}"), "macadam.process", name));
            let context = span.context().clone();
            if let Err(error) = context.clone().scope(self.hear(event)).await {
                span.fail("stuck");
                metrics.subscriptions.failed(name, error.reason());
                context.sync(|| {
                    tracing::error!(process = name, error = chain(&error), "process {name} is stuck");
                });
                return Ok(Step::Failed);
            }
            metrics.subscriptions.delivered(name, 1);
        }
        if let Some(last) = events.last() {
            let position = last.position;
            self.stored(move |store| store.advance(name, position, None)).await?;
            reached(position, None);
            if head() > position {
                return Ok(Step::More);
            }
        }
        Ok(Step::Idle(None))
    }

    /// Reacts to one event: commands first, then the state with the checkpoint.
    async fn hear(&self, event: &StoredEvent) -> Result<(), StepError> {
        let process = self.process();
        let (name, metrics) = (process.name(), &self.engine.store.metrics);
        let hearing = process.hear(event)?;
        let key = hearing.key().to_owned();
        let wanted = key.clone();
        let before = self.stored(move |store| store.process(name, &wanted)).await?;
        let was_running = before.is_some();
        let reaction = hearing.react(before.as_deref())?;
        let mut sent: HashMap<&'static str, usize> = HashMap::new();
        for outgoing in reaction.sends {
            // Numbered by command: code that comes to send another one as well must not repeat these.
            let number = sent.entry(outgoing.command).or_default();
            *number += 1;
            self.send(&key, event, *number, outgoing).await?;
        }
        reach(Point::ProcessSent);
        let (position, state) = (event.position, reaction.state);
        let runs = state.is_some();
        self.stored(move |store| store.advance(name, position, Some((name, &key, state.as_deref())))).await?;
        reach(Point::ProcessAdvanced);
        match (was_running, runs) {
            (false, true) => metrics.process(name, "started"),
            (true, false) if process.ends_on().contains(&reaction.event) => {
                metrics.process(name, reaction.event);
            }
            (true, false) => metrics.process(name, "finished"),
            _ => {}
        }
        Ok(())
    }

    /// Sends one command until it is accepted or rejected; a fault leaves the process where it was.
    async fn send(
        &self,
        key: &str,
        cause: &StoredEvent,
        number: usize,
        outgoing: OutgoingCommand,
    ) -> Result<(), StepError> {
        let (engine, process) = (&*self.engine, self.process().name());
        let OutgoingCommand { command, to, payload } = outgoing;
        let failed = |source| StepError::Send { command, source };
        let (aggregate, info) = self.catalog.command(command).ok_or(failed(Failure::NotFound))?;
        let name = format!("{process}\n{key}\n{}\n{number}\n{command}", cause.event_id);
        let mark = Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes());
        let mut once = [0; 32];
        once[..16].copy_from_slice(mark.as_bytes());
        once[16..].copy_from_slice(cause.event_id.as_bytes());
        let envelope = Envelope {
            causation_id: Some(cause.event_id),
            key: Some(Key::of_cause(once)),
            ..Envelope::new(Caller::system(process), cause.correlation_id)
        };
        // A creation's id follows from its cause too: repeated, it finds what it founded.
        let target = to.map_or(Target::Create(mark), Target::Existing);
        match engine.execute(aggregate, info, target, Input::Typed(payload), envelope).await {
            Ok(_) => Ok(()),
            Err(failure @ (Failure::Rejected { .. } | Failure::NotFound | Failure::NotYours { .. })) => {
                let rule = if let Failure::Rejected { rule, .. } = &failure { rule } else { "not-found" };
                tracing::warn!(
                    process,
                    command,
                    rule,
                    key,
                    to = to.map(tracing::field::display),
                    correlation_id = %cause.correlation_id,
                    cause = %cause.event_id,
                    "command {command} of process {process} was rejected"
                );
                engine.store.metrics.process(process, "refused");
                self.settle(to.unwrap_or(mark), once).await.map_err(failed)
            }
            Err(failure) => Err(failed(failure)),
        }
    }

    /// Keeps the key of a command that was refused: sent again after a crash, it must not be judged by another day's
    /// state.
    async fn settle(&self, stream: Uuid, key: [u8; 32]) -> Result<(), Failure> {
        let log = self.engine.log();
        loop {
            let _lock = self.engine.store.lock(stream).await;
            let append = Append {
                aggregate: "",
                stream,
                expected: log.stream(stream).await?.last().map_or(0, |event| event.version),
                events: Vec::new(),
                actor: Actor::system("settled"),
                correlation_id: Uuid::now_v7(),
                causation_id: None,
                traceparent: None,
                key: Some(NewKey { hash: key, asked: None }),
                claims: Vec::new(),
                deadlines: Vec::new(),
            };
            match log.append(append).await {
                Ok(_) | Err(AppendError::Repeated(_)) => return Ok(()),
                Err(AppendError::Conflict { .. }) => {}
                Err(AppendError::Unknown | AppendError::Cleared | AppendError::Claimed { .. }) => {
                    return Err(Failure::Unknown);
                }
            }
        }
    }

    /// Works in the database of views, which blocks.
    async fn stored<T: Send + 'static>(
        &self,
        work: impl FnOnce(&ViewStore) -> Result<T, ViewStoreError> + Send + 'static,
    ) -> Result<T, StepError> {
        let views = self.views.clone();
        let worked = tokio::task::spawn_blocking(move || work(&views.store)).await;
        Ok(worked.map_err(ReadError::from)??)
    }
}
