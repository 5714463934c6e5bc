//! The projector: one thread that carries every view forward, each from its own checkpoint, and builds views anew
//! beside what is read of them.

use std::cell::Cell;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

use super::store::{load, put};
use super::tables::{Table, reached};
use super::{StoreError, ViewRuntime};
use crate::failpoint::{Point, reach};
use crate::running::Shared;
use crate::telemetry::chain;

/// Up to which age an event's projection is part of its trace: a rebuild does not tell old stories again.
const LIVE_MAX: SignedDuration = SignedDuration::from_mins(1);
/// How long a view that could not be carried forward rests.
const REST: Duration = Duration::from_secs(1);
/// How often a build that takes long is told of.
const TELL: Duration = Duration::from_secs(5);

/// What one transaction takes on at the most: so much that building is fast, and so little that memory stays bounded and
/// live views, which wait for it, are not seen to lag. It ends at the first of these.
const EVENTS: i64 = 50_000;
const BYTES: usize = 16 << 20;
const TIME: Duration = Duration::from_millis(100);
/// Events between two looks at the clock.
const LOOK: u64 = 64;

#[derive(Debug, thiserror::Error)]
enum StepError {
    #[error(transparent)]
    Read(#[from] crate::event_log::ReadError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("apply the event at position {position}")]
    Apply { position: i64, source: super::definition::ProjectError },
    #[error("write the documents up to position {position}")]
    Documents { position: i64, source: super::definition::ProjectError },
}

/// Which views rest until when: as live ones, and as ones that are being built.
#[derive(Clone)]
struct Resting {
    live: Vec<Option<Instant>>,
    building: Vec<Option<Instant>>,
}

/// Carries all views forward until told to stop.
pub(crate) async fn run(shared: Arc<Shared>, mut stop: watch::Receiver<bool>) {
    let mut head = shared.engine.log.head();
    let count = shared.views.len();
    let mut resting = Resting { live: vec![None; count], building: vec![None; count] };
    while !*stop.borrow() {
        head.mark_unchanged();
        let stepping = shared.clone();
        let round = tokio::task::spawn_blocking(move || {
            let more = round(&stepping, &mut resting);
            (more, resting)
        });
        let Ok((more, rest)) = round.await else { return };
        resting = rest;
        if more {
            continue;
        }
        let wake = resting.live.iter().chain(&resting.building).flatten().min().copied();
        tokio::select! {
            () = rested(wake) => {}
            () = shared.store.asked.notified() => {}
            _ = head.changed() => {}
            _ = stop.changed() => {}
        }
    }
}

/// Until the first view has rested; for ever where none rests.
async fn rested(wake: Option<Instant>) {
    match wake {
        Some(wake) => tokio::time::sleep_until(wake.into()).await,
        None => std::future::pending().await,
    }
}

/// One portion for each live view and for one that is being built; true where more is waiting. A view that fails
/// rests, and holds no other up.
fn round(shared: &Shared, resting: &mut Resting) -> bool {
    let mut more = false;
    for (runtime, rest) in shared.views.iter().zip(&mut resting.live) {
        more |= guarded(runtime, rest, || carry(shared, runtime)).unwrap_or_default();
    }
    // One after the other: together they would take the same time, and each portion makes the live ones wait.
    for (runtime, rest) in shared.views.iter().zip(&mut resting.building) {
        if runtime.state().tables.building.is_some()
            && let Some(waiting) = guarded(runtime, rest, || build(shared, runtime))
        {
            return more | waiting;
        }
    }
    more
}

/// Does a step unless the view rests; none where nothing came of it.
fn guarded(
    runtime: &ViewRuntime,
    rest: &mut Option<Instant>,
    step: impl FnOnce() -> Result<bool, StepError>,
) -> Option<bool> {
    if rest.is_some_and(|until| until > Instant::now()) {
        return None;
    }
    let name = runtime.view.name();
    // A projection is the team's code: its panic is an error of this view like any other.
    match std::panic::catch_unwind(AssertUnwindSafe(step)) {
        Ok(Ok(waiting)) => {
            *rest = None;
            return Some(waiting);
        }
        Ok(Err(error)) => tracing::error!(view = name, error = chain(&error), "view {name} is stuck"),
        Err(_) => tracing::error!(view = name, "view {name} is stuck: its projection panicked"),
    }
    *rest = Some(Instant::now() + REST);
    None
}

/// Applies one portion to what is read of a view; true where more is waiting. What another version filled stays as it
/// is: only that version's code could carry it forward.
fn carry(shared: &Shared, runtime: &ViewRuntime) -> Result<bool, StepError> {
    let (log, metrics, name) = (&shared.engine.log, &shared.engine.metrics, runtime.view.name());
    let head = *log.head().borrow();
    let live = runtime.state().tables.live.clone();
    let from = live.as_ref().map_or(0, |live| live.position);
    let oldest = if from < head { log.recorded_at(from + 1)?.map_or(0.0, age) } else { 0.0 };
    metrics.lag(name, head - from, oldest);
    let Some(mut live) = live.filter(|live| live.layout == runtime.layout.name && from < head) else {
        return Ok(false);
    };
    let applied = advance(shared, runtime, &mut live, head)?;
    metrics.subscription(name, "delivered", applied);
    let head = *log.head().borrow();
    if head <= live.position {
        metrics.lag(name, 0, 0.0);
    }
    let more = head > live.position;
    let mut state = runtime.state();
    state.tables.live = Some(live);
    runtime.tell(&state.tables);
    Ok(more)
}

/// Applies one portion to what is being built of a view, and lets it take over once it has caught up; true where more
/// is waiting.
fn build(shared: &Shared, runtime: &ViewRuntime) -> Result<bool, StepError> {
    let (metrics, name) = (&shared.engine.metrics.rebuild, runtime.view.name());
    let head = *shared.engine.log.head().borrow();
    let Some(mut building) = runtime.state().tables.building.clone() else { return Ok(false) };
    let applied = advance(shared, runtime, &mut building, head)?;
    let position = building.position;
    metrics.progress(name, applied, position, head);
    let mut state = runtime.state();
    state.tables.building = Some(building);
    if position < head {
        if state.told.elapsed() > TELL {
            state.told = Instant::now();
            let build = state.build(position, head);
            tracing::info!(
                view = name,
                done = build.done,
                wanted = build.wanted,
                seconds_left = build.seconds_left,
                "view {name} is built up to {position} of {head}"
            );
        }
        return Ok(true);
    }
    state.tables = shared.store.switch_over(name)?;
    if state.tables.building.is_some() {
        return Ok(true);
    }
    // Before anybody is told: whoever sees that the build is over finds it counted.
    metrics.switched(name);
    runtime.tell(&state.tables);
    let seconds = state.began.elapsed().as_secs_f64();
    let events = position - state.from;
    drop(state);
    tracing::info!(view = name, position, events, seconds, "view {name} is built and read from now on");
    let names: Vec<_> = shared.views.iter().map(|runtime| runtime.view.name()).collect();
    shared.store.sweep(&names)?;
    Ok(true)
}

/// Applies the next events up to `head`, a portion of them, in one transaction; how many it were.
fn advance(shared: &Shared, runtime: &ViewRuntime, table: &mut Table, head: i64) -> Result<u64, StepError> {
    let (view, started) = (&*runtime.view, Instant::now());
    let (from, to) = (table.position, head.min(table.position + EVENTS));
    let reader = shared.store.reader()?;
    let loaded = Cell::new(0);
    let mut fold = view.fold(Box::new(|key| {
        let document = load(&reader, &table.name, key)?;
        loaded.set(loaded.get() + document.as_ref().map_or(0, String::len));
        Ok(document)
    }));
    let kinds: Vec<_> = view.kinds().iter().map(|kind| kind.name).collect();
    let (mut applied, mut bytes) = (0, 0);
    let (name, now) = (view.name(), Timestamp::now());
    let scanned = shared.engine.log.scan(from, to, &kinds, |event| {
        let live = now.duration_since(event.recorded_at) < LIVE_MAX;
        let mut span =
            live.then(|| shared.tracer.consumer(event, || (format!("project {name}"), "macadam.view", name)));
        fold.apply(event)
            .inspect_err(|_| span.iter_mut().for_each(|span| span.fail("stuck")))
            .map_err(|source| StepError::Apply { position: event.position, source })?;
        applied += 1;
        bytes += event.payload.len();
        Ok::<_, StepError>(bytes + loaded.get() < BYTES && (applied % LOOK != 0 || started.elapsed() < TIME))
    })?;
    let documents = fold.documents().map_err(|source| StepError::Documents { position: scanned, source })?;
    let mut connection = shared.store.writer();
    let transaction = connection.transaction().map_err(StoreError::from)?;
    for (key, document) in &documents {
        put(&transaction, (&table.name, &runtime.layout), key, document.as_ref())
            .map_err(StoreError::from)?;
    }
    reached(&transaction, table, scanned).map_err(StoreError::from)?;
    reach(Point::ViewWritten);
    transaction.commit().map_err(StoreError::from)?;
    reach(Point::ViewCommitted);
    table.position = scanned;
    Ok(applied)
}

/// Seconds since then; a clock that went back gives 0.
pub(crate) fn age(at: Timestamp) -> f64 {
    Timestamp::now().duration_since(at).as_secs_f64().max(0.0)
}
