//! Processes: each reads the log from its own checkpoint, reacts, and has its commands accepted or rejected before
//! it goes on. A command carries a key made from what caused it, so that a repetition is not a second command.

use std::any::Any;
use std::collections::HashMap;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use macadam_kernel::{Actor, Decision, Hear, Id, Kind, Opening, Outbox, Outgoing, Process, react};
use tokio::sync::watch;
use uuid::Uuid;

use crate::caller::Caller;
use crate::command::{Envelope, Failure, Input, Key, Order};
use crate::event_log::{Append, AppendError, NewKey, ReadError, StoredEvent};
use crate::failpoint::{Point, reach};
use crate::running::{Shared, apart};
use crate::telemetry::chain;
use crate::view::{StoreError, ViewStore};

/// Events read in one go.
const BATCH: u32 = 500;
/// How long a process rests that could not go on.
const REST: Duration = Duration::from_secs(1);

/// Why a process could not go on.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StepError {
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("understand the state of {process} `{key}`: column {column} does not fit")]
    State { process: &'static str, key: String, column: usize },
    #[error("send {command}")]
    Send { command: &'static str, source: Failure },
}

/// A process of the board.
pub(crate) struct ProcessDef<P>(PhantomData<fn() -> P>);

impl<P> Default for ProcessDef<P> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

/// A process with its type forgotten.
pub(crate) trait ErasedProcess: Send + Sync {
    fn name(&self) -> &'static str;
    fn starts_on(&self) -> &'static [&'static str];
    fn ends_on(&self) -> &'static [&'static str];
    fn kinds(&self) -> &'static [Kind];
    fn step<'a>(
        &'a self,
        shared: &'a Arc<Shared>,
        event: &'a StoredEvent,
    ) -> BoxFuture<'a, Result<(), StepError>>;
}

/// A command on its way to an aggregate.
struct Outgoes {
    command: &'static str,
    to: Option<Uuid>,
    payload: Box<dyn Any + Send + Sync>,
}

#[derive(Default)]
struct Post(Vec<Outgoes>);

impl Outbox for Post {
    fn open<M: Opening>(&mut self, command: M) {
        self.0.push(Outgoes { command: M::NAME, to: None, payload: Box::new(command) });
    }
    fn decide<M: Decision>(&mut self, to: Id<M::Aggregate>, command: M) {
        self.0.push(Outgoes { command: M::NAME, to: Some(to.as_uuid()), payload: Box::new(command) });
    }
}

impl<P: Process> ErasedProcess for ProcessDef<P>
where
    P::Sends: Outgoing,
{
    fn name(&self) -> &'static str {
        P::NAME
    }
    fn starts_on(&self) -> &'static [&'static str] {
        P::STARTS_ON
    }
    fn ends_on(&self) -> &'static [&'static str] {
        P::ENDS_ON
    }
    fn kinds(&self) -> &'static [Kind] {
        P::Heard::KINDS
    }

    fn step<'a>(
        &'a self,
        shared: &'a Arc<Shared>,
        event: &'a StoredEvent,
    ) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async move {
            let heard = event.decode::<P::Heard>()?;
            let key = P::key(&heard);
            // The parser's own words may quote what the state holds.
            let broken = |error: serde_json::Error| StepError::State {
                process: P::NAME,
                key: key.clone(),
                column: error.column(),
            };
            let wanted = key.clone();
            let before = stored(shared, move |store| store.process(P::NAME, &wanted)).await?;
            let was_running = before.is_some();
            let before = before.map(|text| serde_json::from_str::<P>(&text)).transpose().map_err(broken)?;
            let (after, sends) = react(before, &heard);
            let mut post = Post::default();
            for sent in sends {
                sent.post(&mut post);
            }
            let mut sent: HashMap<&'static str, usize> = HashMap::new();
            for outgoing in post.0 {
                // Numbered by command: code that comes to send another one as well must not repeat these.
                let number = sent.entry(outgoing.command).or_default();
                *number += 1;
                send(shared, P::NAME, &key, event, *number, outgoing).await?;
            }
            reach(Point::ProcessSent);
            let state = after.map(|state| serde_json::to_string(&state)).transpose().map_err(broken)?;
            let (position, runs) = (event.position, state.is_some());
            let advance = move |store: &ViewStore| {
                store.advance(P::NAME, position, Some((P::NAME, &key, state.as_deref())))
            };
            stored(shared, advance).await?;
            reach(Point::ProcessAdvanced);
            let ended = heard.event.name();
            match (was_running, runs) {
                (false, true) => shared.engine.metrics.process(P::NAME, "started"),
                (true, false) if P::ENDS_ON.contains(&ended) => shared.engine.metrics.process(P::NAME, ended),
                (true, false) => shared.engine.metrics.process(P::NAME, "finished"),
                _ => {}
            }
            Ok(())
        })
    }
}

/// Sends one command until it is accepted or rejected; a fault leaves the process where it was.
async fn send(
    shared: &Shared,
    process: &'static str,
    key: &str,
    cause: &StoredEvent,
    number: usize,
    outgoing: Outgoes,
) -> Result<(), StepError> {
    let Outgoes { command, to, payload } = outgoing;
    let failed = |source| StepError::Send { command, source };
    let (aggregate, info) = shared.command(command).ok_or(failed(Failure::NotFound))?;
    let name = format!("{process}\n{key}\n{}\n{number}\n{command}", cause.event_id);
    let mark = Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes());
    let mut once = [0; 32];
    once[..16].copy_from_slice(mark.as_bytes());
    once[16..].copy_from_slice(cause.event_id.as_bytes());
    let envelope = Envelope {
        caller: Caller::system(process),
        correlation_id: cause.correlation_id,
        causation_id: Some(cause.event_id),
        if_match: None,
        key: Some(Key::of_cause(once)),
        fired: None,
        attempt: None,
    };
    // A creation's id follows from its cause too: repeated, it finds what it founded.
    let order = to.map_or(Order::Create(mark), Order::To);
    match shared.engine.execute(aggregate, info, order, Input::Typed(payload), envelope).await {
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
                "{process} was refused {command}"
            );
            shared.engine.metrics.process(process, "refused");
            settle(shared, to.unwrap_or(mark), once).await.map_err(failed)
        }
        Err(failure) => Err(failed(failure)),
    }
}

/// Keeps the key of a command that was refused: sent again after a crash, it must not be judged by another day's state.
async fn settle(shared: &Shared, stream: Uuid, key: [u8; 32]) -> Result<(), Failure> {
    let log = &shared.engine.log;
    loop {
        let _turn = shared.engine.turn(stream).await;
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
    shared: &Arc<Shared>,
    work: impl FnOnce(&ViewStore) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StepError> {
    let shared = shared.clone();
    let worked = tokio::task::spawn_blocking(move || work(&shared.store)).await;
    Ok(worked.map_err(ReadError::from)??)
}

/// Carries one process forward until told to stop.
pub(crate) async fn run(shared: Arc<Shared>, which: usize, mut stop: watch::Receiver<bool>) {
    let name = shared.processes[which].name();
    let mut head = shared.engine.log.head();
    while !*stop.borrow() {
        head.mark_unchanged();
        match apart(catch_up(shared.clone(), which, stop.clone())).await {
            Some(Ok(Progress::More)) => continue,
            Some(Ok(Progress::Done)) => {
                tokio::select! {
                    _ = head.changed() => {}
                    _ = stop.changed() => {}
                }
                continue;
            }
            Some(Ok(Progress::Stuck)) => {}
            Some(Err(error)) => {
                tracing::error!(process = name, error = chain(&error), "process {name} is stuck");
            }
            None => tracing::error!(process = name, "process {name} is stuck: it panicked"),
        }
        tokio::select! {
            () = tokio::time::sleep(REST) => {}
            _ = stop.changed() => {}
        }
    }
}

/// How far a process has come.
enum Progress {
    More,
    Done,
    /// It could not go on, and has said why.
    Stuck,
}

/// One batch.
async fn catch_up(
    shared: Arc<Shared>,
    which: usize,
    stop: watch::Receiver<bool>,
) -> Result<Progress, StepError> {
    let process = &*shared.processes[which];
    let (name, metrics) = (process.name(), &shared.engine.metrics);
    let from = stored(&shared, move |store| store.checkpoint(name)).await?;
    let from = from.unwrap_or(shared.engine.log.begin(name));
    let reading = shared.clone();
    let events = tokio::task::spawn_blocking(move || reading.engine.log.after(from, BATCH))
        .await
        .map_err(ReadError::from)??;
    let head = || *shared.engine.log.head().borrow();
    for event in events.iter().filter(|event| process.kinds().iter().any(|kind| kind.name == event.kind)) {
        if *stop.borrow() {
            return Ok(Progress::Done);
        }
        metrics.lag(name, head() - event.position + 1, crate::view::age(event.recorded_at));
        let mut span = shared.tracer.consumer(event, || (format!("process {name}"), "macadam.process", name));
        let story = span.story().clone();
        if let Err(error) = story.clone().scope(process.step(&shared, event)).await {
            span.fail("stuck");
            story.sync(|| {
                tracing::error!(process = name, error = chain(&error), "process {name} is stuck");
            });
            return Ok(Progress::Stuck);
        }
        metrics.subscription(name, "delivered", 1);
    }
    if let Some(last) = events.last() {
        let position = last.position;
        stored(&shared, move |store| store.advance(name, position, None)).await?;
        if head() > position {
            return Ok(Progress::More);
        }
    }
    metrics.lag(name, 0, 0.0);
    Ok(Progress::Done)
}
