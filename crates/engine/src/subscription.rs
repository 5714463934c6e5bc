//! How far those who follow the log have come, and how long what they have not applied has waited: known in memory, so
//! that no follower and no stuck database can hold up whoever asks.

use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use macadam_event_log::EventLog;
use macadam_telemetry::MetricFactory;
use prometheus::{GaugeVec, IntCounterVec, IntGaugeVec};

/// Seconds that an event may wait before its subscription counts as stale.
const FRESH_SECONDS_MAX: f64 = 5.0;

/// Why a step failed that is no fault of a database: the code of the context.
pub(crate) const STEP: &str = "step";
/// All reasons of a failed step.
const FAILURES: &[&str] = &["busy", "full", "io", "corrupt", STEP, "other"];

/// What is measured of all subscriptions.
pub(crate) struct SubscriptionMetrics {
    events: IntCounterVec,
    lag_events: IntGaugeVec,
    lag_seconds: GaugeVec,
    ticks: IntCounterVec,
    failures: IntCounterVec,
    all: Vec<Subscription>,
}

impl SubscriptionMetrics {
    pub(crate) fn new(
        factory: &MetricFactory,
        names: impl Iterator<Item = &'static str>,
    ) -> Result<Self, prometheus::Error> {
        let metrics = Self {
            events: factory.counters(
                "macadam_subscription_events_total",
                "Events by outcome in a subscription.",
                &["subscription", "outcome"],
            )?,
            lag_events: factory.gauges(
                "macadam_subscription_lag_events",
                "Events not yet applied.",
                &["subscription"],
            )?,
            lag_seconds: factory.float_gauges(
                "macadam_subscription_lag_seconds",
                "Age of the oldest event not yet applied; while a view is first built, since the build began.",
                &["subscription"],
            )?,
            ticks: factory.counters(
                "macadam_subscription_ticks_total",
                "Seconds, by whether the oldest event not yet applied was older than 5 s (stale) or not (fresh).",
                &["subscription", "outcome"],
            )?,
            failures: factory.counters(
                "macadam_subscription_failures_total",
                "Steps of a view or process that failed, and are tried again.",
                &["subscription", "reason"],
            )?,
            all: names.map(Subscription::new).collect(),
        };
        for Subscription { name, .. } in &metrics.all {
            for outcome in ["delivered", "duplicate", "dead_lettered"] {
                metrics.events.with_label_values(&[name, outcome]);
            }
            metrics.lag_events.with_label_values(&[name]);
            metrics.lag_seconds.with_label_values(&[name]);
            for outcome in ["fresh", "stale"] {
                metrics.ticks.with_label_values(&[name, outcome]);
            }
            for reason in FAILURES {
                metrics.failures.with_label_values(&[name, reason]);
            }
        }
        Ok(metrics)
    }

    /// So many events were delivered.
    pub(crate) fn delivered(&self, subscription: &str, count: u64) {
        self.events.with_label_values(&[subscription, "delivered"]).inc_by(count);
    }

    /// A step failed, for this reason.
    pub(crate) fn failed(&self, subscription: &str, reason: &str) {
        self.failures.with_label_values(&[subscription, reason]).inc();
    }

    /// The one of this name; none where the board has none.
    pub(crate) fn of(&self, name: &str) -> Option<&Subscription> {
        self.all.iter().find(|subscription| subscription.name == name)
    }

    /// Counts a second for each, by how far it is behind.
    pub(crate) fn tick(&self, log: &EventLog) {
        for subscription in &self.all {
            let stale = subscription.behind(log).seconds > FRESH_SECONDS_MAX;
            let outcome = if stale { "stale" } else { "fresh" };
            self.ticks.with_label_values(&[subscription.name, outcome]).inc();
        }
    }

    /// Sets how far each is behind now.
    pub(crate) fn set_lag(&self, log: &EventLog) {
        for subscription in &self.all {
            let lag = subscription.behind(log);
            self.lag_events.with_label_values(&[subscription.name]).set(lag.events);
            self.lag_seconds.with_label_values(&[subscription.name]).set(lag.seconds);
        }
    }
}

/// A view or a process that follows the log.
#[derive(Debug)]
pub(crate) struct Subscription {
    name: &'static str,
    /// Held for an assignment, never while a database is used.
    progress: Mutex<Progress>,
}

#[derive(Debug, Default)]
struct Progress {
    /// What is up to here is applied.
    position: i64,
    /// When the event after `position` was recorded, where that is known.
    recorded_at: Option<Timestamp>,
    /// Before this nothing could have been applied: a view is being built for the first time.
    began: Option<Timestamp>,
}

/// How far a subscription is behind.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Lag {
    events: i64,
    /// For how long the oldest of them has waited.
    seconds: f64,
}

impl Subscription {
    fn new(name: &'static str) -> Self {
        Self { name, progress: Mutex::default() }
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is up to this position is applied; `next` is when the event after it was recorded, where the follower knows.
    pub(crate) fn reached(&self, position: i64, next: Option<Timestamp>) {
        let mut progress = self.progress();
        let known = progress.recorded_at.filter(|_| progress.position == position);
        (progress.position, progress.recorded_at) = (position, next.or(known));
    }

    /// Nothing could be applied before this moment; none: what is recorded can be applied at once.
    pub(crate) fn begins(&self, began: Option<Timestamp>) {
        self.progress().began = began;
    }

    /// How far it is behind a log that ends at `head` and knows by itself when its recent events were recorded.
    fn lag(&self, head: i64, now: Timestamp, recorded_at: impl FnOnce(i64) -> Option<Timestamp>) -> Lag {
        let mut progress = self.progress();
        if progress.position >= head {
            return Lag { events: 0, seconds: 0.0 };
        }
        // Kept: what the log remembers of an event becomes coarser while it waits.
        let known = progress.recorded_at.or_else(|| recorded_at(progress.position + 1));
        progress.recorded_at = known;
        let waits_since = known.map(|known| progress.began.map_or(known, |began| known.max(began)));
        // A clock that went back gives 0.
        let seconds = waits_since.map_or(0.0, |since| now.duration_since(since).as_secs_f64().max(0.0));
        Lag { events: head - progress.position, seconds }
    }

    /// How far it is behind this log now.
    fn behind(&self, log: &EventLog) -> Lag {
        let head = *log.head().borrow();
        self.lag(head, Timestamp::now(), |position| log.known_recorded_at(position))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn second(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("a moment")
    }

    #[test]
    fn an_event_waits_from_its_record_until_it_is_applied() {
        let subscription = Subscription::new("Orders");
        // Each position was recorded at the second of the same number.
        let lag = |head, now| subscription.lag(head, second(now), |position| Some(second(position)));
        subscription.reached(3, None);
        assert_eq!(lag(3, 100), Lag { events: 0, seconds: 0.0 });
        assert_eq!(lag(10, 10), Lag { events: 7, seconds: 6.0 });
        assert_eq!(lag(12, 20), Lag { events: 9, seconds: 16.0 });
        subscription.reached(9, None);
        assert_eq!(lag(12, 20), Lag { events: 3, seconds: 10.0 });
        assert_eq!(lag(12, 5), Lag { events: 3, seconds: 0.0 }, "a clock that went back");
    }

    #[test]
    fn what_the_follower_knows_of_an_old_event_is_kept_until_it_is_applied() {
        let subscription = Subscription::new("Orders");
        let lag = || subscription.lag(5, second(100), |_| Some(second(90))).seconds;
        subscription.reached(0, Some(second(1)));
        assert!((lag() - 99.0).abs() < f64::EPSILON);
        subscription.reached(0, None);
        assert!((lag() - 99.0).abs() < f64::EPSILON, "it has not moved");
        subscription.reached(1, None);
        assert!((lag() - 10.0).abs() < f64::EPSILON);
    }

    #[test]
    fn while_a_view_is_first_built_events_wait_from_the_beginning_of_the_build() {
        let subscription = Subscription::new("Orders");
        subscription.begins(Some(second(50)));
        let lag = |now| subscription.lag(9, second(now), |_| Some(second(1))).seconds;
        assert!(lag(54) < FRESH_SECONDS_MAX);
        assert!(lag(56) > FRESH_SECONDS_MAX);
        subscription.begins(None);
        assert!(lag(54) > FRESH_SECONDS_MAX);
    }
}
