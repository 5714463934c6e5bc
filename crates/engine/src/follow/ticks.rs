//! One timer for all who follow the log: each second is counted as fresh or stale for each of them. It asks nobody and
//! opens nothing, so that no follower and no stuck database can hold it up.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, interval_at};

use crate::catalog::Catalog;
use crate::engine::Engine;
use crate::view::Views;

const SECOND: Duration = Duration::from_secs(1);

/// Takes up how far each has come before anything moves; blocks. Where the database of views does not answer, a process
/// is taken to be where it was first declared: it says where it is as soon as it knows.
pub(super) fn note_where_they_are(catalog: &Catalog, engine: &Engine, views: &Views) {
    let (log, metrics) = (engine.log(), &engine.store.metrics.subscriptions);
    let next = |position: i64| log.recorded_at(position + 1).ok().flatten();
    for runtime in &views.runtimes {
        let Some(subscription) = metrics.of(runtime.view.name()) else { continue };
        let live = runtime.state().tables.live.as_ref().map_or(0, |live| live.position);
        let next = next(live);
        runtime.state().note(subscription, next);
    }
    for process in &catalog.processes {
        let name = process.name();
        let Some(subscription) = metrics.of(name) else { continue };
        let position = views.store.checkpoint(name).ok().flatten().unwrap_or(log.begins_after(name));
        subscription.reached(position, next(position));
    }
}

/// Counts each second until `stop` is true; seconds in which the process did not run are counted when it runs again.
pub(super) async fn count_seconds(engine: Arc<Engine>, mut stop: watch::Receiver<bool>) {
    let mut timer = interval_at(Instant::now() + SECOND, SECOND);
    while !*stop.borrow() {
        tokio::select! {
            _ = timer.tick() => engine.store.metrics.subscriptions.tick(engine.log()),
            _ = stop.changed() => {}
        }
    }
}
