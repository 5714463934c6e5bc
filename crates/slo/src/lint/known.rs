//! What a query may name: what contexts measure, what rules record, which alerts there are, and what Prometheus adds.

use std::collections::{BTreeMap, BTreeSet};

use promql_parser::label::{METRIC_NAME, MatchOp, Matcher};
use promql_parser::parser::VectorSelector;

use crate::measures::{Measures, MetricKind};
use crate::names::{CONTEXT_LABEL, OWNER_LABEL, SEVERITY_LABEL, SLO_LABEL, TIER_LABEL, WINDOWS_LABEL};

/// The labels that a scrape adds to each series, and those that a cluster's scrape often adds besides.
const SCRAPE: [&str; 2] = ["instance", "job"];
const CLUSTER: [&str; 4] = ["namespace", "node", "pod", "service"];

/// Metrics that a context has only if its board has what they count.
const BY_BOARD: &[(&str, &[&str])] = &[
    ("macadam_amount_total", &["currency", "event"]),
    ("macadam_command_duration_seconds_bucket", &["command", "le"]),
    ("macadam_commands_total", &["command", "outcome", "rule"]),
    ("macadam_deadlines_overdue", &["deadline"]),
    ("macadam_deadlines_total", &["deadline", "outcome"]),
    ("macadam_events_total", &["event"]),
    ("macadam_processes_total", &["outcome", "process"]),
    ("macadam_subscription_events_total", &["outcome", "subscription"]),
    ("macadam_subscription_failures_total", &["reason", "subscription"]),
    ("macadam_subscription_lag_events", &["subscription"]),
    ("macadam_subscription_lag_seconds", &["subscription"]),
    ("macadam_subscription_ticks_total", &["outcome", "subscription"]),
    ("macadam_view_rebuild_events_done", &["view"]),
    ("macadam_view_rebuild_events_total", &["view"]),
    ("macadam_view_rebuild_events_wanted", &["view"]),
    ("macadam_view_rebuilds_total", &["view"]),
];

/// The label sets that the result of an expression may have; nothing where they cannot be told.
pub(super) type LabelSets = Option<BTreeSet<BTreeSet<String>>>;

/// All names that may be asked for.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// The series of a name: of each context, or of each rule that records it, by the SLO that the rule is of.
    series: BTreeMap<String, BTreeMap<Option<String>, Vec<Series>>>,
    /// Histograms, which have no series of their own name.
    histograms: BTreeSet<String>,
    /// Contexts whose contracts are not written yet: nothing can be said of their metrics.
    unwritten: BTreeSet<String>,
}

/// Series of one name that have the same labels.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Series {
    /// Every label, where that can be told.
    pub labels: LabelSets,
    /// The values of labels, where they are known; no value may be added to these.
    pub values: BTreeMap<String, BTreeSet<String>>,
    /// The bounds of buckets.
    pub buckets: Option<Vec<f64>>,
}

/// What a selector may select.
pub(super) enum Selected<'a> {
    /// These.
    Series(Vec<&'a Series>),
    /// Of a context without a contract: whatever it is.
    Unwritten,
    /// No such name; the histogram of that name has no series of its own.
    Nothing {
        /// Whether it is a histogram.
        histogram: bool,
    },
}

impl Known {
    /// What contexts measure; each with its contract, where that was written already.
    pub fn of(contexts: &[(String, Option<Measures>)]) -> Self {
        let mut known = Self::default();
        let all: BTreeSet<String> = contexts.iter().map(|(context, _)| context.clone()).collect();
        for name in ["up", "scrape_duration_seconds", "scrape_samples_scraped"] {
            let values = BTreeMap::from([("job".to_owned(), all.clone())]);
            known.add(name, Series { labels: Some(one(SCRAPE.map(str::to_owned))), values, buckets: None });
        }
        for (context, measures) in contexts {
            let Some(measures) = measures else {
                known.unwritten.insert(context.clone());
                continue;
            };
            for metric in measures.metrics.values() {
                let mut values: BTreeMap<String, BTreeSet<String>> = metric
                    .labels
                    .iter()
                    .filter(|(_, values)| !values.is_empty())
                    .map(|(label, values)| (label.clone(), values.iter().cloned().collect()))
                    .collect();
                values.insert("job".to_owned(), BTreeSet::from([context.clone()]));
                let labels: BTreeSet<String> =
                    metric.labels.keys().cloned().chain(SCRAPE.map(str::to_owned)).collect();
                let series = Series { labels: Some(one(labels.clone())), values, buckets: None };
                if metric.kind == MetricKind::Histogram {
                    known.histograms.insert(metric.name.clone());
                    let bucket = Series {
                        labels: Some(one(labels.into_iter().chain(["le".to_owned()]))),
                        buckets: metric.buckets.clone(),
                        ..series.clone()
                    };
                    known.add(&format!("{}_bucket", metric.name), bucket);
                    for part in ["sum", "count"] {
                        known.add(&format!("{}_{part}", metric.name), series.clone());
                    }
                } else {
                    known.add(&metric.name, series);
                }
            }
            let exported = |name: &str| measures.has(name.strip_suffix("_bucket").unwrap_or(name));
            for (name, labels) in BY_BOARD.iter().filter(|(name, _)| !exported(name)) {
                let labels = labels.iter().copied().chain(SCRAPE).chain([CONTEXT_LABEL]).map(str::to_owned);
                let values =
                    [CONTEXT_LABEL, "job"].map(|label| (label.to_owned(), BTreeSet::from([context.clone()])));
                known.add(name, Series { labels: Some(one(labels)), values: values.into(), buckets: None });
            }
        }
        known
    }

    pub(super) fn add(&mut self, name: &str, series: Series) {
        let slo = series.values.get(SLO_LABEL).and_then(|values| values.first().cloned());
        let all = self.series.entry(name.to_owned()).or_default().entry(slo).or_default();
        if !all.contains(&series) {
            all.push(series);
        }
    }

    /// What a selector may select of one name.
    pub(super) fn selected(&self, name: &str, selector: &VectorSelector) -> Selected<'_> {
        let theirs = |label: &str, value: &String| {
            selector
                .matchers
                .matchers
                .iter()
                .filter(|matcher| matcher.name == label)
                .all(|matcher| matcher.is_match(value))
        };
        let unwritten =
            self.unwritten.iter().any(|context| theirs(CONTEXT_LABEL, context) && theirs("job", context));
        let equal = |matcher: &&Matcher| matcher.name == SLO_LABEL && matcher.op == MatchOp::Equal;
        let slo = selector.matchers.matchers.iter().find(equal).map(|matcher| matcher.value.clone());
        match self.series.get(name) {
            _ if unwritten => Selected::Unwritten,
            // Of thousands of SLOs, one is asked for. Of one that is not there, all are what it could have been.
            Some(by_slo) => match by_slo.get(&slo) {
                Some(series) if slo.is_some() => Selected::Series(series.iter().collect()),
                _ => Selected::Series(by_slo.values().flatten().collect()),
            },
            None => Selected::Nothing { histogram: self.histograms.contains(name) },
        }
    }

    /// All names of series.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.series.keys().map(String::as_str)
    }
}

impl Series {
    /// Whether a matcher can hold of any series here.
    pub(super) fn holds(&self, matcher: &Matcher) -> bool {
        match self.values.get(&matcher.name) {
            Some(values) => values.iter().any(|value| matcher.is_match(value)),
            None => true,
        }
    }

    /// Whether it may have a label of this name.
    pub(super) fn has(&self, label: &str) -> bool {
        CLUSTER.contains(&label)
            || label == METRIC_NAME
            || self.labels.as_ref().is_none_or(|sets| sets.iter().any(|set| set.contains(label)))
    }
}

/// Whether a scrape may have added this label.
pub(super) fn is_added(label: &str) -> bool {
    CLUSTER.contains(&label) || SCRAPE.contains(&label)
}

/// What `ALERTS` has besides the labels of alerts' expressions.
pub(super) const ALERT_LABELS: [&str; 8] = [
    "alertname",
    "alertstate",
    CONTEXT_LABEL,
    SLO_LABEL,
    SEVERITY_LABEL,
    TIER_LABEL,
    WINDOWS_LABEL,
    OWNER_LABEL,
];

/// The names that a selector asks for: one, or those of a pattern on `__name__`, each alternative by itself.
pub(super) fn names(selector: &VectorSelector) -> Vec<String> {
    if let Some(name) = &selector.name {
        return vec![name.clone()];
    }
    let named = selector.matchers.matchers.iter().filter(|matcher| matcher.name == METRIC_NAME);
    named
        .flat_map(|matcher| match matcher.op {
            MatchOp::Equal => vec![matcher.value.clone()],
            MatchOp::Re(_) => alternatives(&matcher.value),
            MatchOp::NotEqual | MatchOp::NotRe(_) => Vec::new(),
        })
        .collect()
}

/// The alternatives of a pattern that are not within brackets.
pub(super) fn alternatives(pattern: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let (mut depth, mut escaped) = (0_i32, false);
    for c in pattern.chars() {
        match c {
            '|' if depth == 0 && !escaped => {
                parts.push(String::new());
                continue;
            }
            '(' | '[' if !escaped => depth += 1,
            ')' | ']' if !escaped => depth -= 1,
            _ => {}
        }
        escaped = c == '\\' && !escaped;
        if let Some(part) = parts.last_mut() {
            part.push(c);
        }
    }
    parts
}

/// One set of labels.
pub(super) fn one(labels: impl IntoIterator<Item = String>) -> BTreeSet<BTreeSet<String>> {
    BTreeSet::from([labels.into_iter().collect()])
}
