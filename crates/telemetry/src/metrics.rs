//! A factory for metrics: every series carries its context, and each layer creates its own at zero from the start, so
//! that a first failure is a rise and not a birth.

use std::sync::Arc;

use prometheus::core::Collector;
use prometheus::proto::{MetricFamily, MetricType};
use prometheus::{
    CounterVec, Encoder, Gauge, GaugeVec, Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec,
    IntGauge, IntGaugeVec, Opts, Registry, TextEncoder,
};

use crate::duration::DurationVec;
use crate::openmetrics;

/// Seconds; the boundaries of OpenTelemetry's HTTP convention.
const SECONDS: &[f64] = &[0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];

/// Makes metrics and registers them. A name that is registered twice, or is no name, is an error.
pub struct MetricFactory {
    registry: Registry,
    context: &'static str,
    durations: Vec<(&'static str, Arc<DurationVec>)>,
}

impl MetricFactory {
    /// A factory for a context of this version, with what is measured of every process: `macadam_context_info`, and what
    /// it costs the machine.
    pub fn new(context: &'static str, version: &'static str) -> Result<Self, prometheus::Error> {
        let factory = Self { registry: Registry::new(), context, durations: Vec::new() };
        let info = factory.opts("macadam_context_info", "Always 1; its labels say what runs.");
        let info = Gauge::with_opts(info.const_label("version", version))?;
        info.set(1.0);
        factory.registered(info)?;
        let process = prometheus::process_collector::ProcessCollector::for_self();
        factory.registry.register(Box::new(process))?;
        Ok(factory)
    }

    /// A counter without labels.
    pub fn counter(&self, name: &str, help: &str) -> Result<IntCounter, prometheus::Error> {
        self.registered(IntCounter::with_opts(self.opts(name, help))?)
    }

    /// Counters by labels.
    pub fn counters(
        &self,
        name: &str,
        help: &str,
        labels: &[&str],
    ) -> Result<IntCounterVec, prometheus::Error> {
        self.registered(IntCounterVec::new(self.opts(name, help), labels)?)
    }

    /// Counters of fractions, by labels.
    pub fn float_counters(
        &self,
        name: &str,
        help: &str,
        labels: &[&str],
    ) -> Result<CounterVec, prometheus::Error> {
        self.registered(CounterVec::new(self.opts(name, help), labels)?)
    }

    /// A gauge without labels.
    pub fn gauge(&self, name: &str, help: &str) -> Result<IntGauge, prometheus::Error> {
        self.registered(IntGauge::with_opts(self.opts(name, help))?)
    }

    /// Gauges by labels.
    pub fn gauges(&self, name: &str, help: &str, labels: &[&str]) -> Result<IntGaugeVec, prometheus::Error> {
        self.registered(IntGaugeVec::new(self.opts(name, help), labels)?)
    }

    /// Gauges of fractions, by labels.
    pub fn float_gauges(
        &self,
        name: &str,
        help: &str,
        labels: &[&str],
    ) -> Result<GaugeVec, prometheus::Error> {
        self.registered(GaugeVec::new(self.opts(name, help), labels)?)
    }

    /// A histogram with these upper bounds, without labels.
    pub fn histogram(&self, name: &str, help: &str, bounds: &[f64]) -> Result<Histogram, prometheus::Error> {
        let opts = HistogramOpts::from(self.opts(name, help)).buckets(bounds.to_vec());
        self.registered(Histogram::with_opts(opts)?)
    }

    /// Durations in seconds, by labels, whose buckets remember a trace.
    pub fn durations(
        &mut self,
        name: &'static str,
        help: &str,
        labels: &'static [&'static str],
    ) -> Result<Arc<DurationVec>, prometheus::Error> {
        let opts = HistogramOpts::from(self.opts(name, help)).buckets(SECONDS.to_vec());
        let histograms = self.registered(HistogramVec::new(opts, labels)?)?;
        let durations = Arc::new(DurationVec::new(histograms, SECONDS, labels));
        self.durations.push((name, durations.clone()));
        Ok(durations)
    }

    /// What exposes all that was made.
    pub fn finish(self) -> Exposition {
        Exposition { registry: self.registry, durations: self.durations }
    }

    fn opts(&self, name: &str, help: &str) -> Opts {
        Opts::new(name, help).const_label("context", self.context)
    }

    fn registered<C: Collector + Clone + 'static>(&self, metric: C) -> Result<C, prometheus::Error> {
        self.registry.register(Box::new(metric.clone()))?;
        Ok(metric)
    }
}

/// Every metric of one context, to be read.
pub struct Exposition {
    registry: Registry,
    durations: Vec<(&'static str, Arc<DurationVec>)>,
}

impl Exposition {
    /// Every metric in Prometheus' text format.
    pub fn render(&self) -> Result<String, prometheus::Error> {
        let mut text = Vec::new();
        TextEncoder::new().encode(&self.registry.gather(), &mut text)?;
        String::from_utf8(text).map_err(|error| prometheus::Error::Msg(error.to_string()))
    }

    /// Every metric in OpenMetrics' text format, with exemplars.
    pub fn render_open(&self) -> String {
        openmetrics::encode(&self.registry.gather(), &self.durations)
    }

    /// Each metric with its series.
    pub fn gathered(&self) -> Vec<MetricFamily> {
        self.registry.gather()
    }

    /// Each metric's name, help and type.
    pub fn families(&self) -> Vec<(String, String, String)> {
        let kind = |kind: MetricType| format!("{kind:?}").to_lowercase();
        self.registry
            .gather()
            .iter()
            .map(|family| (family.name().to_owned(), family.help().to_owned(), kind(family.get_field_type())))
            .collect()
    }
}
