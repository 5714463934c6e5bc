//! The projector: one thread that carries every view forward, each from its own checkpoint.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

use super::store::{load, put, set_checkpoint};
use super::{ErasedView, Layout, StoreError};
use crate::event_log::StoredEvent;
use crate::failpoint::{Point, reach};
use crate::running::{Shared, ViewRuntime};
use crate::telemetry::chain;

/// Events applied in one transaction.
const BATCH: u32 = 1_000;
/// Up to which age an event's projection is part of its trace: a rebuild does not tell old stories again.
const LIVE_MAX: SignedDuration = SignedDuration::from_mins(1);
/// How long a view that could not be carried forward rests.
const REST: Duration = Duration::from_secs(1);

#[derive(Debug, thiserror::Error)]
enum StepError {
    #[error(transparent)]
    Read(#[from] crate::event_log::ReadError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("apply the event at position {position}")]
    Apply { position: i64, source: super::definition::ProjectError },
}

/// Carries all views forward until told to stop.
pub(crate) async fn run(shared: Arc<Shared>, mut stop: watch::Receiver<bool>) {
    let mut head = shared.engine.log.head();
    let mut resting: Vec<Option<Instant>> = vec![None; shared.views.len()];
    while !*stop.borrow() {
        head.mark_unchanged();
        let stepping = shared.clone();
        let batch = tokio::task::spawn_blocking(move || {
            let more = step_all(&stepping, &mut resting);
            (more, resting)
        });
        let Ok((more, rest)) = batch.await else { return };
        resting = rest;
        if more {
            continue;
        }
        let wake = resting.iter().flatten().min().copied();
        tokio::select! {
            () = rested(wake) => {}
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

/// One batch for each view; true where more is waiting. A view that fails rests, and holds no other up.
fn step_all(shared: &Shared, resting: &mut [Option<Instant>]) -> bool {
    let mut more = false;
    for (runtime, rest) in shared.views.iter().zip(resting) {
        if rest.is_some_and(|until| until > Instant::now()) {
            continue;
        }
        // A projection is the team's code: its panic is an error of this view like any other.
        let step = std::panic::catch_unwind(AssertUnwindSafe(|| step(shared, runtime)));
        let name = runtime.view.name();
        *rest = match step {
            Ok(Ok(waiting)) => {
                more |= waiting;
                None
            }
            Ok(Err(error)) => {
                tracing::error!(view = name, error = chain(&error), "view {name} is stuck");
                Some(Instant::now() + REST)
            }
            Err(_) => {
                tracing::error!(view = name, "view {name} is stuck: its projection panicked");
                Some(Instant::now() + REST)
            }
        };
    }
    more
}

/// Applies one batch to one view; true where more is waiting.
fn step(shared: &Shared, runtime: &ViewRuntime) -> Result<bool, StepError> {
    let ViewRuntime { view, layout, reached, .. } = runtime;
    let from = *reached.borrow();
    let events = shared.engine.log.after(from, BATCH)?;
    let head = *shared.engine.log.head().borrow();
    let Some(last) = events.last() else {
        shared.engine.metrics.lag(view.name(), 0, 0.0);
        return Ok(false);
    };
    let position = last.position;
    let oldest = events.first().map_or(0.0, |event| age(event.recorded_at));
    shared.engine.metrics.lag(view.name(), head - from, oldest);
    let applied = apply(shared, &**view, layout, &events)?;
    shared.engine.metrics.subscription(view.name(), "delivered", applied);
    reached.send_replace(position);
    if head <= position {
        shared.engine.metrics.lag(view.name(), 0, 0.0);
    }
    Ok(head > position)
}

fn apply(
    shared: &Shared,
    view: &dyn ErasedView,
    layout: &Layout,
    events: &[StoredEvent],
) -> Result<u64, StepError> {
    let mut connection = shared.store.writer();
    let transaction = connection.transaction().map_err(StoreError::from)?;
    let mut applied = 0;
    let (name, now) = (view.name(), Timestamp::now());
    for event in events.iter().filter(|event| view.kinds().iter().any(|kind| kind.name == event.kind)) {
        let live = now.duration_since(event.recorded_at) < LIVE_MAX;
        let mut span =
            live.then(|| shared.tracer.consumer(event, || (format!("project {name}"), "macadam.view", name)));
        let projected = view
            .project(event, &mut |key| load(&transaction, &layout.table, key))
            .inspect_err(|_| span.iter_mut().for_each(|span| span.fail("stuck")))
            .map_err(|source| StepError::Apply { position: event.position, source })?;
        put(&transaction, layout, &projected.key, projected.document.as_ref()).map_err(StoreError::from)?;
        applied += 1;
    }
    let position = events.last().map_or(0, |event| event.position);
    set_checkpoint(&transaction, &layout.table, position).map_err(StoreError::from)?;
    reach(Point::ViewWritten);
    transaction.commit().map_err(StoreError::from)?;
    reach(Point::ViewCommitted);
    Ok(applied)
}

/// Seconds since then; a clock that went back gives 0.
pub(crate) fn age(at: Timestamp) -> f64 {
    Timestamp::now().duration_since(at).as_secs_f64().max(0.0)
}
