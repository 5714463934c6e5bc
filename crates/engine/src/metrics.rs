//! What the engine counts: commands, events, amounts, and how far those who follow the log have come.
//!
//! Labels come from the board's enums alone, and every series exists at zero from the start.

use std::collections::HashMap;
use std::sync::Arc;

use macadam_event_log::EventLog;
use macadam_kernel::{Currency, Kind, Money};
use macadam_telemetry::{
    DurationVec, Exposition, LimitGauge, MetricFactory, StartTimes, Started, TraceParent,
};
use prometheus::{CounterVec, Gauge, IntCounter, IntCounterVec, IntGaugeVec};

use crate::subscription::SubscriptionMetrics;
use crate::view::Views;

/// Commands that may be under way at once, which is more than are ever let in.
const COMMANDS: usize = 2_048;

/// The names on the board that series are labelled with.
#[derive(Debug, Default)]
pub struct MetricLabels {
    /// Commands, each with the codes of its rules.
    pub commands: Vec<(&'static str, Vec<&'static str>)>,
    /// What is stored.
    pub events: Vec<&'static Kind>,
    /// Views.
    pub views: Vec<&'static str>,
    /// Processes, each with the events that end it.
    pub processes: Vec<(&'static str, &'static [&'static str])>,
    /// Deadlines.
    pub deadlines: Vec<&'static str>,
}

impl MetricLabels {
    /// Views and processes.
    fn subscriptions(&self) -> impl Iterator<Item = &'static str> {
        self.views.iter().copied().chain(self.processes.iter().map(|(process, _)| *process))
    }
}

/// How a command ended, as a label.
#[derive(Debug, Clone, Copy)]
pub enum Outcome<'a> {
    /// It was stored.
    Accepted,
    /// This rule of the domain rejected it.
    Rejected(&'a str),
    /// A fault ended it.
    Failed,
}

impl Outcome<'_> {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Rejected(_) => "rejected",
            Self::Failed => "failed",
        }
    }
}

/// The engine's metrics.
pub struct EngineMetrics {
    commands: IntCounterVec,
    command_duration: Arc<DurationVec>,
    commands_under_way: Arc<StartTimes>,
    oldest_command: Gauge,
    events: IntCounterVec,
    amounts: CounterVec,
    processes: IntCounterVec,
    deadlines: IntCounterVec,
    overdue: IntGaugeVec,
    pub(crate) subscriptions: SubscriptionMetrics,
    view_readers: LimitGauge,
    published: IntCounter,
    published_kinds: HashMap<&'static str, bool>,
    pub(crate) rebuild: RebuildMetrics,
}

impl EngineMetrics {
    /// Registers them, and creates every series at zero.
    pub fn new(factory: &mut MetricFactory, labels: &MetricLabels) -> Result<Self, prometheus::Error> {
        let metrics = Self {
            commands: factory.counters(
                "macadam_commands_total",
                "Commands by outcome; a rejection is a decision of the domain, never an error.",
                &["command", "outcome", "rule"],
            )?,
            command_duration: factory.durations(
                "macadam_command_duration_seconds",
                "From a command's arrival to its durable answer.",
                &["command"],
            )?,
            commands_under_way: StartTimes::new(COMMANDS),
            oldest_command: factory.float_gauge(
                "macadam_commands_oldest_seconds",
                "Age of the oldest command under way; 0 where there is none.",
            )?,
            events: factory.counters("macadam_events_total", "Events stored.", &["event"])?,
            amounts: factory.float_counters(
                "macadam_amount_total",
                "Amounts that events carry, in the currency's major units.",
                &["event", "currency"],
            )?,
            processes: factory.counters(
                "macadam_processes_total",
                "Processes started and ended.",
                &["process", "outcome"],
            )?,
            deadlines: factory.counters(
                "macadam_deadlines_total",
                "Deadlines: set, met (cleared in time) and missed (came due).",
                &["deadline", "outcome"],
            )?,
            overdue: factory.gauges(
                "macadam_deadlines_overdue",
                "Deadlines that are due and not yet sent.",
                &["deadline"],
            )?,
            subscriptions: SubscriptionMetrics::new(factory, labels.subscriptions())?,
            view_readers: factory.limit("view_readers"),
            published: factory.counter(
                "macadam_events_published_total",
                "Events stored that are part of the published language.",
            )?,
            published_kinds: labels.events.iter().map(|kind| (kind.name, kind.published)).collect(),
            rebuild: RebuildMetrics::new(factory, &labels.views)?,
        };
        metrics.create_series(labels);
        Ok(metrics)
    }

    fn create_series(&self, labels: &MetricLabels) {
        for (command, rules) in &labels.commands {
            self.command_duration.with(&[command]);
            for (outcome, rule) in [("accepted", ""), ("failed", "")] {
                self.commands.with_label_values(&[command, outcome, rule]);
            }
            for rule in rules {
                self.commands.with_label_values(&[command, "rejected", rule]);
            }
        }
        for kind in &labels.events {
            self.events.with_label_values(&[kind.name]);
            if kind.amount.is_some() {
                for currency in Currency::all() {
                    self.amounts.with_label_values(&[kind.name, currency.code()]);
                }
            }
        }
        for (process, ends) in &labels.processes {
            for outcome in ["started", "finished", "refused"].iter().chain(*ends) {
                self.processes.with_label_values(&[process, outcome]);
            }
        }
        for deadline in &labels.deadlines {
            for outcome in ["set", "met", "missed"] {
                self.deadlines.with_label_values(&[deadline, outcome]);
            }
            self.overdue.with_label_values(&[deadline]);
        }
    }

    pub(crate) fn command(
        &self,
        command: &str,
        outcome: Outcome<'_>,
        seconds: f64,
        traceparent: Option<TraceParent>,
    ) {
        let rule = if let Outcome::Rejected(rule) = outcome { rule } else { "" };
        self.commands.with_label_values(&[command, outcome.name(), rule]).inc();
        self.command_duration.with(&[command]).observe(seconds, traceparent);
    }

    pub(crate) fn event(&self, kind: &str, amount: Option<Money>) {
        self.events.with_label_values(&[kind]).inc();
        if self.published_kinds.get(kind).copied().unwrap_or_default() {
            self.published.inc();
        }
        if let Some(amount) = amount
            && !amount.minor().is_negative()
        {
            let digits = i32::from(amount.currency().minor_units());
            #[expect(clippy::cast_precision_loss, reason = "a metric is a float; books are kept from events")]
            let major = amount.minor() as f64 / 10f64.powi(digits);
            self.amounts.with_label_values(&[kind, amount.currency().code()]).inc_by(major);
        }
    }

    pub(crate) fn process(&self, process: &str, outcome: &str) {
        self.processes.with_label_values(&[process, outcome]).inc();
    }

    pub(crate) fn deadline(&self, deadline: &str, outcome: &str, count: u64) {
        self.deadlines.with_label_values(&[deadline, outcome]).inc_by(count);
    }

    pub(crate) fn overdue(&self, deadline: &str, count: i64) {
        self.overdue.with_label_values(&[deadline]).set(count);
    }

    /// A command is under way until the answer is dropped.
    pub(crate) fn command_begins(&self) -> Started {
        self.commands_under_way.begin()
    }

    /// Has each scrape say how old the oldest command is, how far each subscription is behind, and how many readers of
    /// views are in use.
    pub fn report_at_scrape(self: &Arc<Self>, exposition: &Exposition, log: &EventLog, views: &Arc<Views>) {
        let (metrics, log, views) = (self.clone(), log.clone(), views.clone());
        exposition.at_scrape(move || {
            metrics.oldest_command.set(metrics.commands_under_way.oldest().as_secs_f64());
            metrics.subscriptions.set_lag(&log);
            let (used, max) = views.store.readers_in_use();
            metrics.view_readers.set(used, max);
        });
    }
}

/// What is counted of views that are being built.
pub(crate) struct RebuildMetrics {
    rebuilds: IntCounterVec,
    applied: IntCounterVec,
    done: IntGaugeVec,
    wanted: IntGaugeVec,
}

impl RebuildMetrics {
    fn new(factory: &MetricFactory, views: &[&'static str]) -> Result<Self, prometheus::Error> {
        let metrics = Self {
            rebuilds: factory.counters(
                "macadam_view_rebuilds_total",
                "Rebuilds of a view that were completed.",
                &["view"],
            )?,
            applied: factory.counters(
                "macadam_view_rebuild_events_total",
                "Events applied by rebuilds.",
                &["view"],
            )?,
            done: factory.gauges(
                "macadam_view_rebuild_events_done",
                "Events of the log that the rebuild under way has read; 0 where there is none.",
                &["view"],
            )?,
            wanted: factory.gauges(
                "macadam_view_rebuild_events_wanted",
                "Events of the log that the rebuild under way has to read; 0 where there is none.",
                &["view"],
            )?,
        };
        for view in views {
            metrics.rebuilds.with_label_values(&[view]);
            metrics.applied.with_label_values(&[view]);
            metrics.done.with_label_values(&[view]);
            metrics.wanted.with_label_values(&[view]);
        }
        Ok(metrics)
    }

    /// So many events were applied now; the build has come to `done` of `wanted`.
    pub(crate) fn progress(&self, view: &str, applied: u64, done: i64, wanted: i64) {
        self.applied.with_label_values(&[view]).inc_by(applied);
        self.done.with_label_values(&[view]).set(done);
        self.wanted.with_label_values(&[view]).set(wanted);
    }

    /// What was built is read now.
    pub(crate) fn switched(&self, view: &str) {
        self.rebuilds.with_label_values(&[view]).inc();
        self.done.with_label_values(&[view]).set(0);
        self.wanted.with_label_values(&[view]).set(0);
    }
}
