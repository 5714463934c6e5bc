//! Metrics: every series exists at zero from the start, so that a first failure is a rise and not a birth.
//!
//! Labels come from the board's enums alone; `context` stands on each, so that a fleet is one query.

use std::collections::HashMap;
use std::sync::Arc;

use macadam_kernel::{Currency, Kind, Money};
use prometheus::core::Collector;
use prometheus::{
    CounterVec, Encoder, Gauge, GaugeVec, Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec,
    IntGauge, IntGaugeVec, Opts, Registry, TextEncoder,
};

use super::edge::Edge;
use super::openmetrics;
use super::rebuild::RebuildMetrics;
use super::timed::TimedVec;
use super::trace::Trace;

/// Seconds; the boundaries of OpenTelemetry's HTTP convention.
const SECONDS: &[f64] = &[0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];

/// Seconds; a durable commit on anything from a fast disk to a slow one.
const COMMIT_SECONDS: &[f64] = &[0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5];

/// Appends in one transaction.
const GROUP: &[f64] = &[1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0];

const AMOUNT_HELP: &str = "Amounts that events carry, in the currency's major units.";

/// How the log's writer reports.
#[derive(Clone)]
pub(crate) struct LogMetrics {
    pub append_duration: Histogram,
    pub group_size: Histogram,
    pub commit_failures: IntCounter,
}

/// How the way to the collector reports.
#[derive(Debug, Clone)]
pub(crate) struct SpanMetrics {
    pub exported: IntCounter,
    /// The collector did not take them.
    pub failed: IntCounter,
    /// There was no room to wait in.
    pub dropped: IntCounter,
}

/// The names of those durations whose buckets remember a trace.
const REQUESTS: &str = "http_server_request_duration_seconds";
const COMMANDS: &str = "macadam_command_duration_seconds";

/// What the series are made of: names from the board.
#[derive(Debug, Default)]
pub(crate) struct Shape {
    /// Commands, each with the codes of its rules.
    pub commands: Vec<(&'static str, Vec<&'static str>)>,
    pub events: Vec<&'static Kind>,
    pub subscriptions: Vec<&'static str>,
    pub views: Vec<&'static str>,
    pub processes: Vec<(&'static str, &'static [&'static str])>,
    pub deadlines: Vec<&'static str>,
    /// Method, path, and the status of success.
    pub routes: Vec<(&'static str, String, &'static str)>,
}

/// Every metric of one context.
pub(crate) struct Metrics {
    registry: Registry,
    commands: IntCounterVec,
    command_duration: TimedVec,
    events: IntCounterVec,
    amounts: CounterVec,
    processes: IntCounterVec,
    deadlines: IntCounterVec,
    overdue: IntGaugeVec,
    subscription_events: IntCounterVec,
    lag_events: IntGaugeVec,
    lag_seconds: GaugeVec,
    pub published: IntCounter,
    pub in_flight: IntGauge,
    pub requests: Arc<TimedVec>,
    pub edge: Edge,
    pub log: LogMetrics,
    pub spans: SpanMetrics,
    pub rebuild: RebuildMetrics,
    published_kinds: HashMap<&'static str, bool>,
}

/// How a command ended, as a label.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Outcome<'a> {
    Accepted,
    Rejected(&'a str),
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

fn opts(name: &str, help: &str, context: &'static str) -> Opts {
    Opts::new(name, help).const_label("context", context)
}

fn buckets(name: &str, help: &str, context: &'static str, buckets: &[f64]) -> HistogramOpts {
    HistogramOpts::from(opts(name, help, context)).buckets(buckets.to_vec())
}

/// Makes metrics and registers them.
pub(super) struct Maker {
    registry: Registry,
    context: &'static str,
}

impl Maker {
    fn registered<C: Collector + Clone + 'static>(&self, metric: &C) -> Result<C, prometheus::Error> {
        self.registry.register(Box::new(metric.clone()))?;
        Ok(metric.clone())
    }

    pub(super) fn counter(
        &self,
        name: &str,
        help: &str,
        labels: &[&str],
    ) -> Result<IntCounterVec, prometheus::Error> {
        self.registered(&IntCounterVec::new(opts(name, help, self.context), labels)?)
    }

    fn gauge(&self, name: &str, help: &str, labels: &[&str]) -> Result<IntGaugeVec, prometheus::Error> {
        self.registered(&IntGaugeVec::new(opts(name, help, self.context), labels)?)
    }

    pub(super) fn one_gauge(&self, name: &str, help: &str) -> Result<IntGauge, prometheus::Error> {
        self.registered(&IntGauge::with_opts(opts(name, help, self.context))?)
    }

    fn timed(
        &self,
        name: &str,
        help: &str,
        labels: &'static [&'static str],
    ) -> Result<TimedVec, prometheus::Error> {
        let histograms =
            self.registered(&HistogramVec::new(buckets(name, help, self.context, SECONDS), labels)?)?;
        Ok(TimedVec::new(histograms, SECONDS, labels))
    }

    fn spans(&self) -> Result<SpanMetrics, prometheus::Error> {
        let spans = self.counter(
            "macadam_telemetry_spans_total",
            "Recorded spans: exported, failed (the collector did not take them) and dropped (no room to wait).",
            &["outcome"],
        )?;
        let with = |outcome| spans.with_label_values(&[outcome]);
        Ok(SpanMetrics { exported: with("exported"), failed: with("failed"), dropped: with("dropped") })
    }

    /// What runs, and what it costs the machine.
    fn itself(&self) -> Result<(), prometheus::Error> {
        let info = opts("macadam_context_info", "Always 1; its labels say what runs.", self.context);
        let info = Gauge::with_opts(info.const_label("version", env!("CARGO_PKG_VERSION")))?;
        info.set(1.0);
        self.registered(&info)?;
        self.registry.register(Box::new(prometheus::process_collector::ProcessCollector::for_self()))
    }

    fn log(&self) -> Result<LogMetrics, prometheus::Error> {
        let name = "macadam_log_append_duration_seconds";
        Ok(LogMetrics {
            append_duration: self.plain(name, "Group commits.", COMMIT_SECONDS)?,
            group_size: self.plain("macadam_log_group_size", "Appends in one group commit.", GROUP)?,
            commit_failures: self.registered(&IntCounter::with_opts(opts(
                "macadam_log_commit_failures_total",
                "Group commits that failed: each of their commands was answered 503, outcome unknown.",
                self.context,
            ))?)?,
        })
    }

    fn rebuild(&self) -> Result<RebuildMetrics, prometheus::Error> {
        let (rebuilds, applied) = ("macadam_view_rebuilds_total", "macadam_view_rebuild_events_total");
        let (done, wanted) = ("macadam_view_rebuild_events_done", "macadam_view_rebuild_events_wanted");
        Ok(RebuildMetrics {
            rebuilds: self.counter(
                rebuilds,
                "Views that were built beside what was read, and took over.",
                &["view"],
            )?,
            applied: self.counter(applied, "Events applied to views that were being built.", &["view"])?,
            done: self.gauge(
                done,
                "How far a view that is being built has come; 0 where none is.",
                &["view"],
            )?,
            wanted: self.gauge(wanted, "How far it has to come; 0 where none is being built.", &["view"])?,
        })
    }

    fn plain(&self, name: &str, help: &str, bounds: &[f64]) -> Result<Histogram, prometheus::Error> {
        self.registered(&Histogram::with_opts(buckets(name, help, self.context, bounds))?)
    }
}

impl Metrics {
    /// Registers every metric and creates every series at zero.
    pub(crate) fn new(context: &'static str, shape: &Shape) -> Result<Self, prometheus::Error> {
        let make = Maker { registry: Registry::new(), context };
        make.itself()?;
        let metrics = Self {
            commands: make.counter(
                "macadam_commands_total",
                "Commands by how they ended; a rejection is the domain saying no, never a fault.",
                &["command", "outcome", "rule"],
            )?,
            command_duration: make.timed(
                COMMANDS,
                "From a command's arrival to its durable answer.",
                &["command"],
            )?,
            events: make.counter("macadam_events_total", "Events stored.", &["event"])?,
            amounts: make.registered(&CounterVec::new(
                opts("macadam_amount_total", AMOUNT_HELP, context),
                &["event", "currency"],
            )?)?,
            processes: make.counter(
                "macadam_processes_total",
                "Processes started and ended.",
                &["process", "outcome"],
            )?,
            deadlines: make.counter(
                "macadam_deadlines_total",
                "Deadlines: set, met (cleared in time) and missed (came due).",
                &["deadline", "outcome"],
            )?,
            overdue: make.gauge(
                "macadam_deadlines_overdue",
                "Deadlines that are due and not yet sent.",
                &["deadline"],
            )?,
            subscription_events: make.counter(
                "macadam_subscription_events_total",
                "Events by what became of them in a subscription.",
                &["subscription", "outcome"],
            )?,
            lag_events: make.gauge(
                "macadam_subscription_lag_events",
                "Events not yet applied.",
                &["subscription"],
            )?,
            lag_seconds: make.registered(&GaugeVec::new(
                opts("macadam_subscription_lag_seconds", "Age of the oldest event not yet applied.", context),
                &["subscription"],
            )?)?,
            published: make.registered(&IntCounter::with_opts(opts(
                "macadam_events_published_total",
                "Events stored that are part of the published language.",
                context,
            ))?)?,
            in_flight: make
                .one_gauge("macadam_http_requests_in_flight", "HTTP requests not yet answered.")?,
            requests: Arc::new(make.timed(
                REQUESTS,
                "Duration of HTTP requests.",
                &["http_request_method", "http_route", "http_response_status_code"],
            )?),
            edge: Edge::new(&make)?,
            log: make.log()?,
            spans: make.spans()?,
            rebuild: make.rebuild()?,
            published_kinds: shape.events.iter().map(|kind| (kind.name, kind.published)).collect(),
            registry: make.registry,
        };
        metrics.create_series(shape);
        Ok(metrics)
    }

    fn create_series(&self, shape: &Shape) {
        for (command, rules) in &shape.commands {
            self.command_duration.with(&[command]);
            for (outcome, rule) in [("accepted", ""), ("failed", "")] {
                self.commands.with_label_values(&[command, outcome, rule]);
            }
            for rule in rules {
                self.commands.with_label_values(&[command, "rejected", rule]);
            }
        }
        for kind in &shape.events {
            self.events.with_label_values(&[kind.name]);
            if kind.amount.is_some() {
                for currency in Currency::all() {
                    self.amounts.with_label_values(&[kind.name, currency.code()]);
                }
            }
        }
        for subscription in &shape.subscriptions {
            for outcome in ["delivered", "duplicate", "dead_lettered"] {
                self.subscription_events.with_label_values(&[subscription, outcome]);
            }
            self.lag_events.with_label_values(&[subscription]);
            self.lag_seconds.with_label_values(&[subscription]);
        }
        self.rebuild.create_series(&shape.views);
        for (process, ends) in &shape.processes {
            self.processes.with_label_values(&[process, "started"]);
            self.processes.with_label_values(&[process, "finished"]);
            self.processes.with_label_values(&[process, "refused"]);
            for end in *ends {
                self.processes.with_label_values(&[process, end]);
            }
        }
        for deadline in &shape.deadlines {
            for outcome in ["set", "met", "missed"] {
                self.deadlines.with_label_values(&[deadline, outcome]);
            }
            self.overdue.with_label_values(&[deadline]);
        }
        for (method, route, status) in &shape.routes {
            self.requests.with(&[method, route.as_str(), status]);
        }
    }

    pub(crate) fn command(&self, command: &str, outcome: Outcome<'_>, seconds: f64, trace: Option<Trace>) {
        let rule = if let Outcome::Rejected(rule) = outcome { rule } else { "" };
        self.commands.with_label_values(&[command, outcome.name(), rule]).inc();
        self.command_duration.with(&[command]).observe(seconds, trace);
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

    pub(crate) fn subscription(&self, subscription: &str, outcome: &str, count: u64) {
        self.subscription_events.with_label_values(&[subscription, outcome]).inc_by(count);
    }

    pub(crate) fn lag(&self, subscription: &str, events: i64, seconds: f64) {
        self.lag_events.with_label_values(&[subscription]).set(events);
        self.lag_seconds.with_label_values(&[subscription]).set(seconds);
    }

    /// Every metric in Prometheus' text format.
    pub(crate) fn render(&self) -> Result<String, prometheus::Error> {
        let mut text = Vec::new();
        TextEncoder::new().encode(&self.registry.gather(), &mut text)?;
        String::from_utf8(text).map_err(|error| prometheus::Error::Msg(error.to_string()))
    }

    /// Every metric in OpenMetrics' text format, with exemplars.
    pub(crate) fn render_open(&self) -> String {
        let timed = [(REQUESTS, &*self.requests), (COMMANDS, &self.command_duration)];
        openmetrics::encode(&self.registry.gather(), &timed)
    }

    /// Each metric with its series, for the contract.
    pub(crate) fn gathered(&self) -> Vec<prometheus::proto::MetricFamily> {
        self.registry.gather()
    }

    /// Each metric's name, help and type, for `describe`.
    pub(crate) fn families(&self) -> Vec<(String, String, String)> {
        let kind = |kind: prometheus::proto::MetricType| format!("{kind:?}").to_lowercase();
        self.registry
            .gather()
            .iter()
            .map(|family| (family.name().to_owned(), family.help().to_owned(), kind(family.get_field_type())))
            .collect()
    }
}
