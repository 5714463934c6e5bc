//! Metrics: every series exists at zero from the start, so that a first failure is a rise and not a birth.
//!
//! Labels come from the board's enums alone; `context` stands on each, so that a fleet is one query.

use std::collections::HashMap;

use macadam_kernel::{Currency, Kind, Money};
use prometheus::core::Collector;
use prometheus::{
    CounterVec, Encoder, Gauge, GaugeVec, Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec,
    IntGauge, IntGaugeVec, Opts, Registry, TextEncoder,
};

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
}

/// What the series are made of: names from the board.
#[derive(Debug, Default)]
pub(crate) struct Shape {
    /// Commands, each with the codes of its rules.
    pub commands: Vec<(&'static str, Vec<&'static str>)>,
    pub events: Vec<&'static Kind>,
    pub subscriptions: Vec<&'static str>,
    pub processes: Vec<(&'static str, &'static [&'static str])>,
    pub deadlines: Vec<&'static str>,
    /// Method, path, and the status of success.
    pub routes: Vec<(&'static str, String, &'static str)>,
}

/// Every metric of one context.
pub(crate) struct Metrics {
    registry: Registry,
    commands: IntCounterVec,
    command_duration: HistogramVec,
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
    http: HistogramVec,
    pub log: LogMetrics,
    published_kinds: HashMap<&'static str, bool>,
}

/// How a command ended, as a label.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Outcome<'a> {
    Accepted,
    Rejected(&'a str),
    Failed,
}

fn opts(name: &str, help: &str, context: &'static str) -> Opts {
    Opts::new(name, help).const_label("context", context)
}

fn buckets(name: &str, help: &str, context: &'static str, buckets: &[f64]) -> HistogramOpts {
    HistogramOpts::from(opts(name, help, context)).buckets(buckets.to_vec())
}

/// Makes metrics and registers them.
struct Maker {
    registry: Registry,
    context: &'static str,
}

impl Maker {
    fn registered<C: Collector + Clone + 'static>(&self, metric: &C) -> Result<C, prometheus::Error> {
        self.registry.register(Box::new(metric.clone()))?;
        Ok(metric.clone())
    }

    fn counter(&self, name: &str, help: &str, labels: &[&str]) -> Result<IntCounterVec, prometheus::Error> {
        self.registered(&IntCounterVec::new(opts(name, help, self.context), labels)?)
    }

    fn gauge(&self, name: &str, help: &str, labels: &[&str]) -> Result<IntGaugeVec, prometheus::Error> {
        self.registered(&IntGaugeVec::new(opts(name, help, self.context), labels)?)
    }

    fn histogram(&self, name: &str, help: &str, labels: &[&str]) -> Result<HistogramVec, prometheus::Error> {
        self.registered(&HistogramVec::new(buckets(name, help, self.context, SECONDS), labels)?)
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
            command_duration: make.histogram(
                "macadam_command_duration_seconds",
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
            in_flight: make.registered(&IntGauge::with_opts(opts(
                "macadam_http_requests_in_flight",
                "HTTP requests not yet answered.",
                context,
            ))?)?,
            http: make.histogram(
                "http_server_request_duration_seconds",
                "Duration of HTTP requests.",
                &["http_request_method", "http_route", "http_response_status_code"],
            )?,
            log: make.log()?,
            published_kinds: shape.events.iter().map(|kind| (kind.name, kind.published)).collect(),
            registry: make.registry,
        };
        metrics.create_series(shape);
        Ok(metrics)
    }

    fn create_series(&self, shape: &Shape) {
        for (command, rules) in &shape.commands {
            self.command_duration.with_label_values(&[command]);
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
            self.http.with_label_values(&[method, route.as_str(), status]);
        }
    }

    pub(crate) fn command(&self, command: &str, outcome: Outcome<'_>, seconds: f64) {
        let (outcome, rule) = match outcome {
            Outcome::Accepted => ("accepted", ""),
            Outcome::Rejected(rule) => ("rejected", rule),
            Outcome::Failed => ("failed", ""),
        };
        self.commands.with_label_values(&[command, outcome, rule]).inc();
        self.command_duration.with_label_values(&[command]).observe(seconds);
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

    pub(crate) fn request(&self, method: &str, route: &str, status: u16, seconds: f64) {
        self.http.with_label_values(&[method, route, &status.to_string()]).observe(seconds);
    }

    /// Every metric in Prometheus' text format.
    pub(crate) fn render(&self) -> Result<String, prometheus::Error> {
        let mut text = Vec::new();
        TextEncoder::new().encode(&self.registry.gather(), &mut text)?;
        String::from_utf8(text).map_err(|error| prometheus::Error::Msg(error.to_string()))
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
