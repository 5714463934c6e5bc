//! Those who follow the log: views, processes and deadlines, all over one loop with one back-off.

mod deadlines;
mod processes;
mod projector;
mod ticks;

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use macadam_event_log::StoredEvent;
use macadam_telemetry::{Span, TraceContext, Tracer, in_context};
use opentelemetry::KeyValue;
use tokio::sync::watch;
use tokio::task::JoinSet;

use self::deadlines::DeadlineFollower;
use self::processes::ProcessFollower;
use self::projector::Projector;
use self::ticks::{count_seconds, note_where_they_are};
use crate::catalog::Catalog;
use crate::engine::Engine;
use crate::view::Views;

/// Starts all followers of a context's log, each as a task; they end once `stop` is true.
pub fn start_followers(
    followers: &mut JoinSet<()>,
    catalog: &Arc<Catalog>,
    engine: &Arc<Engine>,
    views: &Arc<Views>,
    tracer: &Arc<Tracer>,
    stop: &watch::Sender<bool>,
) {
    let head = || engine.log().head();
    note_where_they_are(catalog, engine, views);
    followers.spawn(count_seconds(engine.clone(), stop.subscribe()));
    let projector = Projector::new(engine.clone(), views.clone(), tracer.clone());
    followers.spawn(follow(projector, head(), stop.subscribe()));
    let deadlines = DeadlineFollower::new(catalog.clone(), engine.clone(), tracer.clone());
    followers.spawn(follow(deadlines, head(), stop.subscribe()));
    for which in 0..catalog.processes.len() {
        let process = ProcessFollower {
            catalog: catalog.clone(),
            which,
            engine: engine.clone(),
            views: views.clone(),
            tracer: tracer.clone(),
        };
        followers.spawn(follow(process, head(), stop.subscribe()));
    }
}

/// Something that follows the log in steps, each of which begins where the one before ended.
trait Follower: Send {
    /// Does one portion of what there is to do, and ends early once `stop` is true.
    fn advance(&mut self, stop: &watch::Receiver<bool>) -> impl Future<Output = Step> + Send;

    /// Completes when there is something to do that no new event tells of.
    fn woken(&self) -> impl Future<Output = ()> + Send {
        std::future::pending()
    }
}

/// What came of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// There is more to do.
    More,
    /// There is nothing to do before the next event, or before this moment.
    Idle(Option<Instant>),
    /// It could not go on, and has logged why.
    Failed,
    /// It cannot go on any more.
    Ended,
}

/// Takes one step after the other until `stop` is true: at once where there is more to do, else when the log has grown.
/// After a failure it rests, whatever is recorded meanwhile.
async fn follow(
    mut follower: impl Follower,
    mut head: watch::Receiver<i64>,
    mut stop: watch::Receiver<bool>,
) {
    let mut backoff = Backoff::default();
    while !*stop.borrow() {
        // Before the step reads: what is recorded after that wakes it.
        head.mark_unchanged();
        match follower.advance(&stop).await {
            Step::More => backoff.reset(),
            Step::Idle(until) => {
                backoff.reset();
                tokio::select! {
                    () = moment(until) => {}
                    () = follower.woken() => {}
                    _ = head.changed() => {}
                    _ = stop.changed() => {}
                }
            }
            Step::Failed => {
                let until = backoff.failed();
                tokio::select! {
                    () = moment(Some(until)) => {}
                    _ = stop.changed() => {}
                }
            }
            Step::Ended => return,
        }
    }
}

/// Completes at this moment; without one, never.
async fn moment(until: Option<Instant>) {
    match until {
        Some(until) => tokio::time::sleep_until(until.into()).await,
        None => std::future::pending().await,
    }
}

/// How long something rests that failed: a second, then twice as long each time, up to five seconds.
#[derive(Debug, Clone, Copy, Default)]
struct Backoff {
    failures: u32,
    until: Option<Instant>,
}

impl Backoff {
    const FIRST: Duration = Duration::from_secs(1);
    const MAX: Duration = Duration::from_secs(5);

    /// It failed just now; when it may try again.
    fn failed(&mut self) -> Instant {
        let rest = Self::FIRST.saturating_mul(1 << self.failures.min(8)).min(Self::MAX);
        self.failures = self.failures.saturating_add(1);
        let until = Instant::now() + rest;
        self.until = Some(until);
        until
    }

    /// It succeeded.
    fn reset(&mut self) {
        *self = Self::default();
    }

    /// When it may try again; none where it does not rest.
    fn until(&self) -> Option<Instant> {
        self.until
    }

    /// Whether it still rests.
    fn rests(&self, now: Instant) -> bool {
        self.until.is_some_and(|until| until > now)
    }

    /// Whether its rest ended so long ago that its failures need not be remembered.
    fn is_over(&self, now: Instant) -> bool {
        self.until.is_none_or(|until| until + Self::MAX < now)
    }
}

/// Runs a future as a task of its own: a panic in it ends it (none) and not whoever waits for it.
async fn spawn_isolated<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> Option<T> {
    let mut tasks = JoinSet::new();
    tasks.spawn(in_context(TraceContext::current(), work));
    tasks.join_next().await?.ok()
}

/// The span of a follower that was handed an event. `describe` says its name, and an attribute for whom it is.
fn consumer_span(
    tracer: &Tracer,
    event: &StoredEvent,
    describe: impl FnOnce() -> (String, &'static str, &'static str),
) -> Span {
    tracer.consumer(event.traceparent.as_deref(), event.correlation_id, || {
        let (name, key, value) = describe();
        let attributes = vec![
            KeyValue::new(key, value),
            KeyValue::new("macadam.event", event.kind.clone()),
            KeyValue::new("macadam.stream", event.stream.to_string()),
            KeyValue::new("macadam.position", event.position),
            KeyValue::new("macadam.correlation.id", event.correlation_id.to_string()),
        ];
        (name, attributes)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rest_grows_up_to_a_bound_and_begins_anew_after_a_success() {
        let mut backoff = Backoff::default();
        let rested = |backoff: &mut Backoff| {
            let before = Instant::now();
            let until = backoff.failed();
            (until - before).as_secs()
        };
        let rests: Vec<_> = (0..40).map(|_| rested(&mut backoff)).collect();
        assert_eq!(rests[..5], [1, 2, 4, 5, 5]);
        assert_eq!(rests[39], 5);
        assert!(backoff.rests(Instant::now()) && !backoff.is_over(Instant::now()));
        backoff.reset();
        assert!(!backoff.rests(Instant::now()));
        assert_eq!(rested(&mut backoff), 1);
    }

    /// Takes these steps, the last of them first, and then asks to stop.
    struct Scripted {
        steps: Vec<Step>,
        grows: watch::Sender<i64>,
        stop: watch::Sender<bool>,
    }

    impl Follower for Scripted {
        async fn advance(&mut self, _: &watch::Receiver<bool>) -> Step {
            let step = self.steps.pop();
            // As if something was recorded while the step was under way.
            self.grows.send_modify(|head| *head += 1);
            step.unwrap_or_else(|| {
                self.stop.send_replace(true);
                Step::Failed
            })
        }
    }

    #[tokio::test]
    async fn what_is_recorded_during_a_step_wakes_its_follower_and_a_stop_ends_its_rest() {
        let (grows, head) = watch::channel(0);
        let stop = watch::Sender::new(false);
        let steps = vec![Step::Idle(None), Step::More, Step::Idle(None)];
        let follower = Scripted { steps, grows: grows.clone(), stop: stop.clone() };
        follow(follower, head, stop.subscribe()).await;
        assert_eq!(*grows.borrow(), 4, "each step was taken, and one that asked to stop");
    }
}
