//! The projector: one follower that carries every view forward, each from its own checkpoint, and builds views anew
//! beside what is read of them.

use std::cell::Cell;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use macadam_event_log::{FaultKind, Point, ReadError, reach};
use macadam_telemetry::{Tracer, chain};
use tokio::sync::watch;

use super::{Backoff, Follower, Step, consumer_span};
use crate::engine::Engine;
use crate::subscription::STEP;
use crate::view::{ProjectError, Table, ViewRuntime, ViewStoreError, Views, load, put, reached};

/// Up to which age an event's projection is part of its trace: a rebuild does not trace again what was traced long ago.
const LIVE_MAX: SignedDuration = SignedDuration::from_mins(1);
/// How often a build that takes long is logged.
const LOG_EVERY: Duration = Duration::from_secs(5);

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
    Read(#[from] ReadError),
    #[error(transparent)]
    Store(#[from] ViewStoreError),
    #[error("apply the event at position {position}")]
    Apply { position: i64, source: ProjectError },
    #[error("write the documents up to position {position}")]
    Documents { position: i64, source: ProjectError },
}

impl StepError {
    /// As a label of metrics.
    fn reason(&self) -> &'static str {
        match self {
            Self::Read(error) => error.reason(),
            Self::Store(error) => error.reason(),
            Self::Apply { source: ProjectError::Load(error), .. }
            | Self::Documents { source: ProjectError::Load(error), .. } => FaultKind::of(error).name(),
            Self::Apply { .. } | Self::Documents { .. } => STEP,
        }
    }
}

/// Which views rest: as live ones, and as ones that are being built.
struct Resting {
    live: Vec<Backoff>,
    building: Vec<Backoff>,
}

/// Carries all views forward.
pub(super) struct Projector {
    parts: Arc<Parts>,
    /// Away while a round works with it.
    resting: Option<Resting>,
}

/// What a round takes.
struct Parts {
    engine: Arc<Engine>,
    views: Arc<Views>,
    tracer: Arc<Tracer>,
}

impl Projector {
    pub(super) fn new(engine: Arc<Engine>, views: Arc<Views>, tracer: Arc<Tracer>) -> Self {
        let none = vec![Backoff::default(); views.runtimes.len()];
        let resting = Some(Resting { live: none.clone(), building: none });
        Self { parts: Arc::new(Parts { engine, views, tracer }), resting }
    }
}

impl Follower for Projector {
    async fn advance(&mut self, _: &watch::Receiver<bool>) -> Step {
        let Some(mut resting) = self.resting.take() else { return Step::Ended };
        let parts = self.parts.clone();
        let round = tokio::task::spawn_blocking(move || {
            let more = round(&parts, &mut resting);
            (more, resting)
        });
        let Ok((more, resting)) = round.await else { return Step::Ended };
        let wake = resting.live.iter().chain(&resting.building).filter_map(Backoff::until).min();
        self.resting = Some(resting);
        if more { Step::More } else { Step::Idle(wake) }
    }

    async fn woken(&self) {
        self.parts.views.rebuild_asked.notified().await;
    }
}

/// One portion for each live view and for one that is being built; true where more is waiting. A view that fails
/// rests, and holds no other up.
fn round(parts: &Parts, resting: &mut Resting) -> bool {
    let mut more = false;
    for (runtime, rest) in parts.views.runtimes.iter().zip(&mut resting.live) {
        more |= guarded(parts, runtime, rest, || carry(parts, runtime)).unwrap_or_default();
    }
    // One after the other: together they would take the same time, and each portion makes the live ones wait.
    for (runtime, rest) in parts.views.runtimes.iter().zip(&mut resting.building) {
        if runtime.state().tables.building.is_none() {
            // Nothing is left to try again, also where only what comes after a build has failed.
            rest.reset();
        } else if let Some(waiting) = guarded(parts, runtime, rest, || build(parts, runtime)) {
            return more | waiting;
        }
    }
    more
}

/// Does a step unless the view rests; none where nothing came of it.
fn guarded(
    parts: &Parts,
    runtime: &ViewRuntime,
    rest: &mut Backoff,
    step: impl FnOnce() -> Result<bool, StepError>,
) -> Option<bool> {
    if rest.rests(Instant::now()) {
        return None;
    }
    let name = runtime.view.name();
    // A projection is the team's code: its panic is an error of this view like any other.
    match std::panic::catch_unwind(AssertUnwindSafe(step)) {
        Ok(Ok(waiting)) => {
            rest.reset();
            return Some(waiting);
        }
        Ok(Err(error)) => {
            parts.engine.store.metrics.subscriptions.failed(name, error.reason());
            tracing::error!(view = name, error = chain(&error), "view {name} is stuck");
        }
        Err(_) => {
            parts.engine.store.metrics.subscriptions.failed(name, STEP);
            tracing::error!(view = name, "view {name} is stuck: its projection panicked");
        }
    }
    rest.failed();
    None
}

/// Applies one portion to what is read of a view; true where more is waiting. What another version filled stays as it
/// is: only that version's code could carry it forward.
fn carry(parts: &Parts, runtime: &ViewRuntime) -> Result<bool, StepError> {
    let (log, metrics, name) = (parts.engine.log(), &parts.engine.store.metrics, runtime.view.name());
    let head = *log.head().borrow();
    let live = runtime.state().tables.live.clone();
    let from = live.as_ref().map_or(0, |live| live.position);
    let next = if from < head { log.recorded_at(from + 1)? } else { None };
    let subscription = metrics.subscriptions.of(name);
    let note = |next| subscription.iter().for_each(|one| runtime.state().note(one, next));
    note(next);
    let Some(mut live) = live.filter(|live| live.layout == runtime.layout.name && from < head) else {
        return Ok(false);
    };
    let applied = advance(parts, runtime, &mut live, head)?;
    metrics.subscriptions.delivered(name, applied);
    let more = *log.head().borrow() > live.position;
    let mut state = runtime.state();
    state.tables.live = Some(live);
    runtime.announce(&state.tables);
    drop(state);
    note(None);
    Ok(more)
}

/// Applies one portion to what is being built of a view, and lets it take over once it has caught up; true where more
/// is waiting.
fn build(parts: &Parts, runtime: &ViewRuntime) -> Result<bool, StepError> {
    let (metrics, name) = (&parts.engine.store.metrics.rebuild, runtime.view.name());
    let head = *parts.engine.log().head().borrow();
    let Some(mut building) = runtime.state().tables.building.clone() else { return Ok(false) };
    let applied = advance(parts, runtime, &mut building, head)?;
    let position = building.position;
    metrics.progress(name, applied, position, head);
    let mut state = runtime.state();
    state.tables.building = Some(building);
    if position < head {
        if state.logged.elapsed() > LOG_EVERY {
            state.logged = Instant::now();
            let build = state.build(position, head);
            tracing::info!(
                view = name,
                done = build.done,
                wanted = build.wanted,
                seconds_left = build.seconds_left,
                "the rebuild of view {name} has reached {position} of {head}"
            );
        }
        return Ok(true);
    }
    state.tables = parts.views.store.switch_over(name)?;
    if state.tables.building.is_some() {
        return Ok(true);
    }
    // Before readers are woken: whoever sees that the build is over finds it counted.
    metrics.switched(name);
    runtime.announce(&state.tables);
    let seconds = state.began.elapsed().as_secs_f64();
    let events = position - state.from;
    drop(state);
    tracing::info!(
        view = name,
        position,
        events,
        seconds,
        "the rebuild of view {name} is complete: readers are shown it from now on"
    );
    let names: Vec<_> = parts.views.runtimes.iter().map(|runtime| runtime.view.name()).collect();
    parts.views.store.sweep(&names)?;
    Ok(true)
}

/// Applies the next events up to `head`, a portion of them, in one transaction; how many it were.
fn advance(parts: &Parts, runtime: &ViewRuntime, table: &mut Table, head: i64) -> Result<u64, StepError> {
    let (view, started) = (&*runtime.view, Instant::now());
    let (from, to) = (table.position, head.min(table.position + EVENTS));
    let reader = parts.views.store.reader()?;
    let loaded = Cell::new(0);
    let mut fold = view.fold(Box::new(|key| {
        let document = load(&reader, &table.name, key)?;
        loaded.set(loaded.get() + document.as_ref().map_or(0, String::len));
        Ok(document)
    }));
    let kinds: Vec<_> = view.kinds().iter().map(|kind| kind.name).collect();
    let (mut applied, mut bytes) = (0, 0);
    let (name, now) = (view.name(), Timestamp::now());
    let scanned = parts.engine.log().scan(from, to, &kinds, |event| {
        let live = now.duration_since(event.recorded_at) < LIVE_MAX;
        let mut span = live.then(|| {
            consumer_span(&parts.tracer, event, || (format!("project {name}"), "macadam.view", name))
        });
        fold.apply(event)
            .inspect_err(|_| span.iter_mut().for_each(|span| span.fail("stuck")))
            .map_err(|source| StepError::Apply { position: event.position, source })?;
        applied += 1;
        bytes += event.payload.len();
        Ok::<_, StepError>(bytes + loaded.get() < BYTES && (applied % LOOK != 0 || started.elapsed() < TIME))
    })?;
    let documents = fold.documents().map_err(|source| StepError::Documents { position: scanned, source })?;
    let mut connection = parts.views.store.writer();
    let transaction = connection.transaction().map_err(ViewStoreError::from)?;
    for (key, document) in &documents {
        put(&transaction, (&table.name, &runtime.layout), key, document.as_ref())
            .map_err(ViewStoreError::from)?;
    }
    reached(&transaction, table, scanned).map_err(ViewStoreError::from)?;
    reach(Point::ViewWritten);
    transaction.commit().map_err(ViewStoreError::from)?;
    reach(Point::ViewCommitted);
    table.position = scanned;
    Ok(applied)
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use macadam_event_log::{EventLog, LOG, LogMetrics, LogOptions};
    use macadam_kernel as kernel;
    use macadam_kernel::{Projection, ReadModel, Recorded};
    use macadam_telemetry::{MetricFactory, SpanMetrics, TelemetrySettings};
    use rusqlite::Connection;
    use schemars::JsonSchema;
    use serde::{Deserialize, Serialize};

    use super::*;
    use crate::{Catalog, EngineMetrics, MetricLabels, VIEWS, ViewDef};

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
    struct Happened {}
    kernel::hears! { HappeningsHeard { Happened { version: 1 } } }

    #[derive(Debug, Serialize, Deserialize, JsonSchema)]
    struct Happenings {}
    impl ReadModel for Happenings {
        type Heard = HappeningsHeard;
        const NAME: &'static str = "Happenings";
        const VERSION: u32 = 1;
    }
    impl Projection for Happenings {
        fn project(_: Option<Self>, _: &Recorded<HappeningsHeard>) -> Option<Self> {
            Some(Self {})
        }
    }

    fn projector(folder: &std::path::Path) -> Projector {
        let mut factory = MetricFactory::new("test").expect("the names are good");
        let metrics = EngineMetrics::new(&mut factory, &MetricLabels::default()).expect("the names are good");
        let spans = SpanMetrics::new(&factory).expect("the names are good");
        let options = LogOptions {
            metrics: LogMetrics::new(&factory).expect("the names are good"),
            keys_kept: SignedDuration::from_hours(1),
            processes: Vec::new(),
            claims: Vec::new(),
            folder: None,
        };
        let log = EventLog::open(&folder.join(LOG), "test", options).expect("it opens");
        let views = Views::open(folder, &log, &[Arc::new(ViewDef::<Happenings>::new())], &[]);
        let tracer = Tracer::new("test", "1.0.0", &TelemetrySettings::default(), spans).expect("sound");
        let engine = Engine::new(log, Arc::new(metrics), &Catalog::new("test", "", ""));
        Projector::new(Arc::new(engine), Arc::new(views.expect("they open")), Arc::new(tracer))
    }

    #[tokio::test]
    async fn after_a_build_whose_old_tables_cannot_be_dropped_there_is_nothing_to_wait_for() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (mut projector, stop) = (projector(folder.path()), watch::Sender::new(false));
        let stop = stop.subscribe();
        while projector.advance(&stop).await == Step::More {}
        projector.parts.views.build_again(0, 0).expect("it begins");
        // What stands under the name of an old table is no table.
        let undroppable = "INSERT INTO tables (id, view, layout, columns, role, position) VALUES (99, 'Old', '', '[]', 'retired', 0);
                           CREATE VIEW \"view_Old_99\" AS SELECT 1;";
        let views = Connection::open(folder.path().join(VIEWS)).expect("it is there");
        views.execute_batch(undroppable).expect("it is of this form");
        assert!(matches!(projector.advance(&stop).await, Step::Idle(Some(_))), "it could not be dropped");
        assert!(projector.parts.views.runtimes[0].state().tables.building.is_none(), "it has taken over");
        assert_eq!(projector.advance(&stop).await, Step::Idle(None));
    }
}
