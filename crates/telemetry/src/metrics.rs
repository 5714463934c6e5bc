//! A factory for metrics: every series carries its context, and each layer creates its own at zero from the start, so
//! that a first failure is a rise and not a birth.

use std::sync::{Arc, PoisonError, RwLock};

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
    limit_used: IntGaugeVec,
    limit_max: IntGaugeVec,
}

/// Something of which there is only so much.
#[derive(Debug, Clone)]
pub struct LimitGauge {
    used: IntGauge,
    max: IntGauge,
}

impl LimitGauge {
    /// So much is used now, and so much may be.
    pub fn set(&self, used: usize, max: usize) {
        self.used.set(i64::try_from(used).unwrap_or(i64::MAX));
        self.max.set(i64::try_from(max).unwrap_or(i64::MAX));
    }
}

impl MetricFactory {
    /// A factory for a context, with what is measured of every process: what it costs the machine.
    pub fn new(context: &'static str) -> Result<Self, prometheus::Error> {
        let registry = Registry::new();
        let limits = |name, help| {
            let gauges = IntGaugeVec::new(Opts::new(name, help).const_label("context", context), &["limit"])?;
            registry.register(Box::new(gauges.clone()))?;
            Ok::<_, prometheus::Error>(gauges)
        };
        let limit_used = limits("macadam_limit_used", "What is used now of what is limited.")?;
        let limit_max = limits("macadam_limit_max", "How much may be used of what is limited.")?;
        registry.register(Box::new(prometheus::process_collector::ProcessCollector::for_self()))?;
        Ok(Self { registry, context, durations: Vec::new(), limit_used, limit_max })
    }

    /// A metric that is always 1, and says by its labels what runs.
    pub fn info(&self, name: &str, help: &str, labels: &[(&str, &str)]) -> Result<(), prometheus::Error> {
        let opts = labels
            .iter()
            .fold(self.opts(name, help), |opts, (label, value)| opts.const_label(*label, *value));
        let info = Gauge::with_opts(opts)?;
        info.set(1.0);
        self.registered(info).map(drop)
    }

    /// Gauges of something that is limited, both 0 until they are set.
    pub fn limit(&self, limit: &str) -> LimitGauge {
        let (used, max) = (&self.limit_used, &self.limit_max);
        LimitGauge { used: used.with_label_values(&[limit]), max: max.with_label_values(&[limit]) }
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

    /// A gauge of fractions without labels.
    pub fn float_gauge(&self, name: &str, help: &str) -> Result<Gauge, prometheus::Error> {
        self.registered(Gauge::with_opts(self.opts(name, help))?)
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
        Exposition { registry: self.registry, durations: self.durations, at_scrape: RwLock::default() }
    }

    fn opts(&self, name: &str, help: &str) -> Opts {
        Opts::new(name, help).const_label("context", self.context)
    }

    fn registered<C: Collector + Clone + 'static>(&self, metric: C) -> Result<C, prometheus::Error> {
        self.registry.register(Box::new(metric.clone()))?;
        Ok(metric)
    }
}

/// What sets gauges when metrics are read.
type AtScrape = Box<dyn Fn() + Send + Sync>;

/// Every metric of one context, to be read.
pub struct Exposition {
    registry: Registry,
    durations: Vec<(&'static str, Arc<DurationVec>)>,
    at_scrape: RwLock<Vec<AtScrape>>,
}

impl Exposition {
    /// Runs `set` before each reading: it sets gauges whose value is only known when somebody asks. Whoever reads waits
    /// for it, so it computes from memory: it opens no file and waits for no lock that anything slow is done under.
    pub fn at_scrape(&self, set: impl Fn() + Send + Sync + 'static) {
        self.at_scrape.write().unwrap_or_else(PoisonError::into_inner).push(Box::new(set));
    }

    /// Every metric in Prometheus' text format.
    pub fn render(&self) -> Result<String, prometheus::Error> {
        let mut text = Vec::new();
        TextEncoder::new().encode(&self.gathered(), &mut text)?;
        String::from_utf8(text).map_err(|error| prometheus::Error::Msg(error.to_string()))
    }

    /// Every metric in OpenMetrics' text format, with exemplars.
    pub fn render_open(&self) -> String {
        openmetrics::encode(&self.gathered(), &self.durations)
    }

    /// Each metric with its series, as they are now.
    pub fn gathered(&self) -> Vec<MetricFamily> {
        for set in self.at_scrape.read().unwrap_or_else(PoisonError::into_inner).iter() {
            set();
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gauge_that_is_set_at_the_scrape_says_what_holds_when_it_is_read() {
        let factory = MetricFactory::new("shop").expect("the metrics fit");
        let gauge = factory.gauge("shop_age_seconds", "How old.").expect("a good name");
        let exposition = factory.finish();
        exposition.at_scrape(move || gauge.inc());
        let line = |text: &str| text.lines().any(|line| line == "shop_age_seconds{context=\"shop\"} 1");
        assert!(line(&exposition.render().expect("text")));
        assert!(exposition.render_open().contains("\nshop_age_seconds{context=\"shop\"} 2\n"));
    }

    #[test]
    fn what_is_limited_stands_beside_its_limit() {
        let factory = MetricFactory::new("shop").expect("the metrics fit");
        factory.limit("places").set(3, 5);
        let text = factory.finish().render().expect("text");
        assert!(text.contains("macadam_limit_used{context=\"shop\",limit=\"places\"} 3\n"), "{text}");
        assert!(text.contains("macadam_limit_max{context=\"shop\",limit=\"places\"} 5\n"), "{text}");
    }
}
